"""Pure foundations: clock, errors, ids, months, pages, names and wording. Nothing here knows Flask or a table."""
