"""Pages for anyone: who looks after an area, and what was said and done."""
