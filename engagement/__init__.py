"""The e-Community Diary: what communities raise, what was done about it, and when they hear."""
