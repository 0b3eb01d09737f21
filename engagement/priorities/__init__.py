"""A neighbourhood's priorities: at most three at a time, agreed with people there, worked on, told about, ended."""
