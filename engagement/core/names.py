"""Names as people type them, folded so that they can be found and sorted the same way on every database."""

from __future__ import annotations

import unicodedata

LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "’": "'", "&": " and "})


def fold(name: str) -> str:
    """A name in lower case without accents or double spaces; punctuation becomes a space, apostrophes go.

    >>> fold("  St. Mary's  Café & Hall ")
    'st marys cafe and hall'
    """
    plain = unicodedata.normalize("NFKD", name.casefold().translate(LETTERS))
    kept = "".join(c if c.isalnum() else "" if c == "'" or unicodedata.combining(c) else " " for c in plain)
    return " ".join(kept.split())
