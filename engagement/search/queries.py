"""What the index answers, as far as the actor may read it: a page of each kind, and how many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.core.names import fold
from engagement.db import ask, dialect_of
from engagement.search import statements
from engagement.search.domain import Kind, as_typed, by_name, fts5, is_beginning, tsquery, whose
from engagement.search.statements import MOST

LAST = "\U0010ffff"  # behind every sign that a word may hold


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found of one kind: the rows of one page, and how many there are in all: `MOST` + 1 stands for more than that."""

    kind: Kind
    rows: Sequence[Any]
    count: int

    @property
    def total(self) -> int:
        """How many can be shown."""
        return min(self.count, MOST)

    @property
    def over(self) -> bool:
        """Whether there are more than are counted."""
        return self.count > MOST


def find(session: Session, actor: Actor, words: Sequence[str], pages: Mapping[Kind, tuple[int, int]], *, typed: str = "") -> list[Found]:
    """Of each kind a page (its number from 1, its size) of what holds every word and the actor may read, in the order of `pages`.

    The rows have the columns that `statements` names. Newest first; groups by name, one's own first, those that begin with
    what was `typed` before others. One question for each kind, and on SQLite one more for what the words may begin.
    """
    dialect = dialect_of(session)
    terms, said = (_terms(session, words), as_typed(typed)) if dialect == "sqlite" else ({}, {})

    def asked(marks: Sequence[str]) -> str:
        return fts5(words, terms, marks, said) if dialect == "sqlite" else tsquery(words, marks)

    found = []
    for kind, (number, size) in pages.items():
        marks = whose(kind, force=actor.force_id, teams=actor.readable_teams, officer=actor.officer_id)
        values: dict[str, Any] = {"asked": asked(marks), "size": size, "skip": (number - 1) * size}
        if kind is Kind.GROUP:
            values |= {"named": asked(by_name(actor.force_id)), "begins": fold(typed) + "%"}
        rows = ask(session, statements.QUESTIONS[kind](dialect, actor), values)
        found.append(Found(kind=kind, rows=rows, count=rows[0].count if rows else 0))
    return found


def _terms(session: Session, words: Sequence[str]) -> Mapping[str, Collection[str]]:
    """The index's own words that each word begins; of one that begins more than a few, `MOST_TERMS`."""
    begun = [word for word in words if is_beginning(word)]
    found: dict[str, list[str]] = defaultdict(list)
    if begun:
        bounds = {f"from{n}": word for n, word in enumerate(begun)} | {f"to{n}": word + LAST for n, word in enumerate(begun)}
        for number, term in ask(session, statements.terms(len(begun)), bounds):
            found[begun[number]].append(term)
    return found


def groups_there(session: Session, engagement_ids: Sequence[int]) -> dict[int, list[Any]]:
    """The groups (name, sensitive) of each engagement that was found, the host first."""
    found: dict[int, list[Any]] = defaultdict(list)
    if engagement_ids:
        for row in ask(session, statements.THERE, {"ids": list(engagement_ids)}):
            found[row.engagement_id].append(row)
    return found
