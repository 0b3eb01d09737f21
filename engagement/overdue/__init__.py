"""Flags, decisions, and the jobs that keep them."""
