"""Handing a patch over: the pack, the checklist, two signatures, and one step in which everything changes hands."""
