"""The ways in which the diary says no: each is a sentence for the person who asked."""

from __future__ import annotations


class Refused(Exception):
    """Somebody asked for what the rules do not allow.

    `sentence` is plain English and is translated where it is shown; `{names}` in it are filled from
    `values` after translation. `field` names the form field it belongs beside, or is None for the whole page.
    """

    def __init__(self, sentence: str, *, field: str | None = None, **values: object) -> None:
        super().__init__(sentence.format(**values) if values else sentence)
        self.sentence = sentence
        self.field = field
        self.values = values


class Missing(Exception):
    """There is no such thing, or it is not yours: from outside the two look the same (404)."""


class Conflict(Refused):
    """Somebody else changed the record since it was read; `theirs` shows what it says now, field by field."""

    def __init__(self, sentence: str, *, theirs: dict[str, str]) -> None:
        super().__init__(sentence)
        self.theirs = theirs
