"""The first page of a shift."""
