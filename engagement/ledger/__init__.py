"""Which job ran for which period."""
