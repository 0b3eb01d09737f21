"""Everything about one group or concern on a page; reads only."""
