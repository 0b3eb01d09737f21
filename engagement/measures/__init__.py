"""Measures: what was promised and what became of it, by officer, team, area, force and period; each figure opens to its rows."""
