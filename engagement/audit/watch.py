"""Watches every statement on its way to the database: no transaction that changed diary tables is kept without an audit row."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Engine, event

from engagement.db import Diary, Model
from engagement.driver import JOINED

UNAUDITED = "unaudited"
"""The execution option of a connection that may change diary tables without an audit row: for migrations, restoring and
tables of figures. Its value says for what."""

_STATE = "audit_watch"
AUDIT = "audit_row"
_READS = ("SELECT", "PRAGMA", "EXPLAIN", "SAVEPOINT", "RELEASE", "BEGIN", "SHOW", "VALUES")
_CHANGES = re.compile(
    r"\b(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|REPLACE\s+INTO|MERGE\s+INTO|UPDATE(?:\s+OR\s+\w+)?(?:\s+ONLY)?|DELETE\s+FROM(?:\s+ONLY)?|"
    r"TRUNCATE(?:\s+TABLE)?(?:\s+ONLY)?|COPY)\s+(?:\"?\w+\"?\.)?\"?(\w+)\"?",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Seen:
    """What one transaction has done so far; `marks` are the savepoints within it, each with what was seen before it.

    `open` is the last statement on SQLite with the count of changed rows before it: only when the next one begins is it
    known whether it changed any (one that answers with rows says so when they are all read).
    """

    touched: frozenset[str] = frozenset()
    audited: bool = False
    marks: list[tuple[str, frozenset[str], bool]] = field(default_factory=list)
    open: tuple[frozenset[str], int] | None = None

    def note(self, changed: frozenset[str]) -> None:
        """Takes note of tables of which rows were changed."""
        self.touched |= changed
        self.audited |= AUDIT in changed

    def close(self, rows_changed: int) -> None:
        """Takes note of the open statement if rows have changed since it began."""
        if self.open is not None:
            changed, before = self.open
            self.open = None
            if rows_changed > before:
                self.note(changed)


def diary_tables() -> frozenset[str]:
    """The names of the tables that hold diary data."""
    return frozenset(
        table.name
        for mapper in Model.registry.mappers
        if issubclass(mapper.class_, Diary)
        for table in mapper.tables
        if hasattr(table, "name")
    )


@lru_cache(maxsize=4096)
def changed_tables(statement: str) -> frozenset[str]:
    """The tables that an SQL statement writes to, by name; whoever wrote it, in whatever way."""
    if statement.lstrip()[:9].upper().startswith(_READS):
        return frozenset()
    return frozenset(name.lower() for name in _CHANGES.findall(statement))


def watch(engine: Engine) -> None:
    """Puts the watch on every connection of an engine. A statement that changed no row owes nothing."""
    ours = _Watch(sqlite=engine.dialect.name == "sqlite")
    event.listen(engine, "begin", ours.begins)
    event.listen(engine, "commit", ours.commits)
    event.listen(engine, "savepoint", ours.saves)
    event.listen(engine, "rollback_savepoint", ours.goes_back)
    if ours.sqlite:
        event.listen(engine, "before_cursor_execute", ours.begins_to_run, retval=True)  # else it is wrapped, for each statement
    else:
        event.listen(engine, "after_cursor_execute", ours.has_run)


class _Watch:
    """What the watch does at each event of a connection; what a transaction has done stands in the connection's `info`."""

    def __init__(self, *, sqlite: bool) -> None:
        self.sqlite = sqlite
        self.watched = diary_tables() | {AUDIT}

    def _seen(self, connection: Connection) -> Seen:
        seen: Seen | None = connection.info.get(_STATE)
        if seen is None:
            seen = connection.info[_STATE] = Seen()
        if self.sqlite and seen.open is not None:
            seen.close(_rows_changed(connection))
        return seen

    def begins(self, connection: Connection) -> None:
        """A transaction begins, unless SQLAlchemy's own joins one that was told already."""
        if JOINED not in connection.info:
            connection.info[_STATE] = Seen()

    def begins_to_run(self, connection: Connection, _cursor: Any, statement: str, values: Any, *_rest: Any) -> tuple[str, Any]:
        """SQLite is about to run a statement."""
        if changed := changed_tables(statement):
            seen = self._seen(connection)  # whatever is changed next, its rows are none of the statement's before
            if ours := changed & self.watched:
                seen.open = (ours, _rows_changed(connection))
        return statement, values

    def has_run(self, connection: Connection, cursor: Any, statement: str, *_rest: Any) -> None:
        """PostgreSQL has run a statement, and says how many rows it changed."""
        if (changed := changed_tables(statement) & self.watched) and cursor.rowcount != 0:
            self._seen(connection).note(changed)

    def commits(self, connection: Connection) -> None:
        """Refuses to keep what changed diary tables without an audit row."""
        seen = self._seen(connection)
        connection.info.pop(_STATE)
        touched = seen.touched - {AUDIT}
        if touched and not seen.audited and UNAUDITED not in connection.get_execution_options():
            raise RuntimeError(f"diary tables changed without an audit row: {sorted(touched)}")

    def saves(self, connection: Connection, name: str) -> None:
        """A savepoint is set."""
        seen = self._seen(connection)
        seen.marks.append((name, seen.touched, seen.audited))

    def goes_back(self, connection: Connection, name: str, _context: Any) -> None:
        """What was done since a savepoint is undone."""
        seen = self._seen(connection)
        while seen.marks:
            mark, seen.touched, seen.audited = seen.marks.pop()
            if mark == name:
                return


def _rows_changed(connection: Connection) -> int:
    """How many rows SQLite has changed on this connection since it was opened."""
    return int(connection.connection.dbapi_connection.total_changes)  # type: ignore[union-attr]
