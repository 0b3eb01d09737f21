"""What a page of rows behind a figure is: which rows are wanted, how each is shown, and how a page of a question is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row behind a figure: what it is, where it is read, its day and what there is to say. `number` is days or hours."""

    entity: str
    id: int
    title: str
    href: str
    what: str
    day: date | None = None
    until: date | None = None
    number: float | None = None
    kind: str = ""
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows: the figure's name, and of a community's reach its name and whether only those contacted, or only those not."""

    figure: str
    community: str = ""
    met: str = ""  # "" | "yes" | "no"


@dataclass(frozen=True, slots=True)
class Found:
    """How many rows there are, and a page of them."""

    total: int
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class ListPage:
    """Which page of a list is read: so many rows from the `offset` on."""

    session: Session
    offset: int
    limit: int

    def of(self, statement: Any, values: dict[str, Any], order: Sequence[Any]) -> tuple[int, Sequence[Any]]:
        """How many rows a question has, and those of the page."""
        total = self.session.execute(select(func.count()).select_from(statement.subquery()), values).scalar_one()
        return total, self.session.execute(statement.order_by(*order).limit(self.limit).offset(self.offset), values).all()
