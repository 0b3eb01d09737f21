"""Contact with communities: planned, logged, corrected."""
