"""The quarterly engagement return of a team: drafted from the records, edited, signed twice, taken away as a file."""
