"""What was found as the page says it: what kind, where, when, and the text with the words that were searched for marked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from engagement.concerns.categories import Category
from engagement.concerns.domain import ConcernState, SideEnd, state_label
from engagement.concerns.promises import PromiseEnd
from engagement.engagements.domain import Kind as EntryKind
from engagement.engagements.domain import Outcome, State
from engagement.groups.vocabulary import kinds as group_kinds
from engagement.search.domain import Kind, Piece, excerpt, marked
from engagement.search.queries import Found


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One record that was found. `when` is said with the words before it; without an `address` there is no more to read of it."""

    title: Sequence[Piece]
    address: str = ""
    said: Sequence[str] = ()  # what it is and where it stands, in words
    when_words: str = ""
    when: date | datetime | None = None
    texts: Sequence[Sequence[Piece]] = ()
    sensitive: bool = False
    struck: bool = False
    log: str = ""  # where to log to it, for a group


def hits(found: Found, words: Sequence[str], there: Mapping[int, Sequence[Any]]) -> list[Hit]:
    """The rows of one kind as lines of the page; `there` are the groups of each engagement."""
    if found.kind is Kind.ENGAGEMENT:
        return [_entry(row, words, there.get(row.id, ())) for row in found.rows]
    line: Callable[[Any, Sequence[str]], Hit] = {Kind.GROUP: _group, Kind.CONCERN: _concern, Kind.ACTION: _action}[found.kind]
    return [line(row, words) for row in found.rows]


def _texts(words: Sequence[str], *texts: str) -> list[tuple[Piece, ...]]:
    """The parts of the texts in which something was found."""
    return [pieces for text in texts if text and (pieces := excerpt(text, words))]


def _group(row: Any, words: Sequence[str]) -> Hit:
    said = [group_kinds().get(row.kind, row.kind), row.neighbourhood]
    said += [_("dormant")] if row.dormant_on else []
    said += [] if row.readable else [_("of another team")]
    return Hit(
        title=marked(row.name, words), address=f"/groups/{row.id}" if row.readable else "", said=said, texts=_texts(words, row.about),
        sensitive=row.sensitive, log=f"/engagements/new?group={row.id}",
    )  # fmt: skip


def _concern(row: Any, words: Sequence[str]) -> Hit:
    state = state_label(ConcernState(row.state), SideEnd(row.side_end) if row.side_end else None)
    return Hit(
        title=marked(row.title, words), address=f"/concerns/{row.id}", said=[Category(row.category).label, row.neighbourhood, state],
        when_words=_("raised"), when=row.first_raised_at, texts=_texts(words, row.place, row.detail), sensitive=row.sensitive,
    )  # fmt: skip


def _action(row: Any, words: Sequence[str]) -> Hit:
    kind = _("Promise to %(whom)s", whom=row.to) if row.is_promise and row.to else _("Promise") if row.is_promise else _("Action")
    whose = row.partner if row.by == "partner" and row.partner else row.officer or _("the community itself")
    said = [kind, whose, *([row.concern] if row.concern else []), *([_("withdrawn")] if row.withdrawn_at else [])]
    when_words, when = _standing(row)
    address = next(
        (
            f"/{name}/{key}"
            for name, key in (("concerns", row.concern_id), ("groups", row.group_id), ("engagements", row.engagement_id))
            if key
        ),
        "",
    )
    return Hit(
        title=marked(row.what, words), address=address, said=said, when_words=when_words, when=when,
        texts=_texts(words, row.partner, row.reference, row.result), sensitive=row.sensitive, struck=row.withdrawn_at is not None,
    )  # fmt: skip


def _standing(row: Any) -> tuple[str, date | datetime]:
    """Where a promise or an action stands, and since when or until when."""
    if row.ended:
        return PromiseEnd(row.ended).label.lower(), row.ended_on or row.recorded_at
    if row.done_on:
        return _("done"), row.done_on
    return (_("due"), row.due_on) if row.due_on else (_("written down"), row.recorded_at)


def _entry(row: Any, words: Sequence[str], there: Sequence[Any]) -> Hit:
    names = ", ".join(group.name for group in there) or _("A resident")
    outcome = [Outcome(row.outcome).label.lower()] if row.outcome else []
    said = [", ".join([EntryKind(row.kind).label, *outcome]), *([row.neighbourhood] if row.neighbourhood else []), row.by]
    planned, withdrawn = row.state == State.PLANNED, row.state == State.WITHDRAWN
    return Hit(
        title=(Piece(names),), address=f"/engagements/{row.id}", said=[*said, *([_("withdrawn")] if withdrawn else [])],
        when_words=_("booked for") if planned else "", when=row.planned_for if planned else row.happened_on,
        texts=[*([marked(row.summary, words)] if row.summary else []), *_texts(words, row.place)],
        sensitive=row.sensitive or any(group.sensitive for group in there), struck=withdrawn,
    )  # fmt: skip
