"""The demonstration: its files, the diary made from them, and the mail that was caught."""
