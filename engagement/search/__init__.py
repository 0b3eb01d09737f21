"""Finding what the diary says: one box, over groups, concerns, what was promised or done, and engagements."""
