"""A long list, cut into pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Row]):
    """One page of a list: `number` counts from 1, `total` counts the rows of all pages."""

    rows: Sequence[Row]
    number: int
    size: int
    total: int

    @property
    def last(self) -> int:
        """The number of the last page; 1 for an empty list."""
        return last_page(size=self.size, total=self.total)

    @property
    def first_row(self) -> int:
        """The place in the whole list of the first row shown, from 1; 0 when there is none."""
        return (self.number - 1) * self.size + 1 if self.rows else 0

    @property
    def last_row(self) -> int:
        """The place in the whole list of the last row shown."""
        return (self.number - 1) * self.size + len(self.rows)


def last_page(*, size: int, total: int) -> int:
    """The number of the last page of so many rows; 1 for none."""
    return max(1, -(-total // size))


def page_number(text: str | None) -> int:
    """The page that an address asks for; anything that is not a whole number from 1 to 100,000 is page 1."""
    if text and text.isascii() and text.isdigit() and 1 <= int(text[:7]) <= 100_000:
        return int(text)
    return 1
