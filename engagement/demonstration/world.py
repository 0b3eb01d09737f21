"""What the makers of the demonstration share: the moment, a random source for each, and the rows made so far with their keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, TypeVar

from sqlalchemy import Table

from engagement.core.clock import LONDON, london_day, london_moment
from engagement.db import Base

SEED = "East Dorset"
FORCE_ID = 1
HISTORY = timedelta(days=730)
NIGHT_BEGINS, NIGHT_ENDS = 21, 7  # hours of London

Item = TypeVar("Item")


@dataclass(slots=True, kw_only=True)
class Met:
    """An engagement that happened with a group, as far as what follows from it must know."""

    engagement_id: int
    group_id: int
    at: datetime
    on: date
    kind: str
    officer_id: int
    spoke: bool
    counts: bool


@dataclass(slots=True)
class World:
    """The diary in the making. Keys count from 1, which holds because it goes into an empty database."""

    now: datetime
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    teams: dict[str, int] = field(default_factory=dict)  # by name
    neighbourhoods: dict[str, int] = field(default_factory=dict)  # by police.uk id
    team_of: dict[int, int] = field(default_factory=dict)  # of a neighbourhood
    officers: dict[str, int] = field(default_factory=dict)  # by mail address
    groups: dict[str, int] = field(default_factory=dict)  # by name
    met: list[Met] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The day on which the story ends."""
        return london_day(self.now)

    def random(self, maker: str) -> Random:
        """A random source of the maker's own, so that a change in one leaves what the others make as it was."""
        return Random(f"{SEED}: {maker}")

    def add(self, model: type[Base], **values: Any) -> int:
        """One row more; answers its key."""
        rows = self._of(model)
        rows.append({"id": len(rows) + 1, **values})
        return len(rows)

    def link(self, model: type[Base], **values: Any) -> None:
        """One row more of a table whose key is other rows' keys."""
        self._of(model).append(values)

    def row(self, model: type[Base], key: int) -> dict[str, Any]:
        """A row made before, to be changed."""
        return self._of(model)[key - 1]

    def all(self, model: type[Base]) -> list[dict[str, Any]]:
        """Every row of a table so far."""
        return self._of(model)

    def _of(self, model: type[Base]) -> list[dict[str, Any]]:
        table = model.__table__
        assert isinstance(table, Table)
        self.tables[table.name] = table
        return self.rows.setdefault(table.name, [])

    def at(self, days: int, hour: int = 9, minute: int = 0) -> datetime:
        """A moment so many days from today (before, below nought), at that hour in London."""
        return london_moment(self.today + timedelta(days=days), hour, minute)

    @staticmethod
    def awake(at: datetime) -> datetime:
        """The moment, or for one at night the evening before it: nobody rings or writes at that hour."""
        local = at.astimezone(LONDON)
        if NIGHT_ENDS <= local.hour < NIGHT_BEGINS:
            return at
        evening = local.date() if local.hour >= NIGHT_BEGINS else local.date() - timedelta(days=1)
        return london_moment(evening, NIGHT_BEGINS - 1, local.minute)

    def complete(self, name: str) -> Iterator[dict[str, Any]]:
        """The rows of a table with every column in them, as one statement for all needs it."""
        columns = list(self.tables[name].columns)
        for row in self.rows[name]:
            yield {column.name: row[column.key] if column.key in row else _default(column) for column in columns}


def _default(column: Any) -> Any:
    default = column.default
    if default is None:
        return None
    return default.arg(None) if default.is_callable else default.arg


def spread(random: Random, items: list[Item], weights: list[float]) -> Item:
    """One of the items by lot."""
    return random.choices(items, weights=weights)[0]
