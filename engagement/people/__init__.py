"""Officers, sign-in, postings, absences."""
