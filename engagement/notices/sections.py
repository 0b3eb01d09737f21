"""What an officer is told, as sections of lines: the same on the page and in the mail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from engagement.concerns.clock import ClockRule
from engagement.concerns.saying import clock_words
from engagement.core.clock import LONDON, london_day
from engagement.core.dates import days_over, say_date, say_time
from engagement.engagements.domain import Kind as EngagementKind
from engagement.notices.domain import Kind
from engagement.notices.gathering import Told
from engagement.notices.meanwhile import Happened

LISTED = 10
DECIDED = {
    "ask": "asked you what stands in the way", "give": "gave it to {whom}", "got": "gave it to you", "book": "asked for a booking",
    "pause": "paused it", "agreement": "asked for another agreement", "snooze": "put it off",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing: what it is called, what is to know of it, and where it is."""

    title: str
    words: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a digest; `more` lines are not in it."""

    kind: Kind
    lines: list[Line]
    number: int

    @property
    def more(self) -> int:
        """How many lines are left out."""
        return self.number - len(self.lines)


@dataclass(slots=True)
class Named:
    """The records whose names a digest carries, for the record of disclosure; `clocks` are the concerns whose answers it names."""

    groups: set[int] = field(default_factory=set)
    concerns: set[int] = field(default_factory=set)
    clocks: set[int] = field(default_factory=set)


def sections_of(told: Told, now: datetime, rule: ClockRule, *, most: int = LISTED) -> tuple[list[Section], Named]:
    """The sections that hold anything and that the officer has not switched off, in the order of urgency."""
    today, covers, named = london_day(now), told.reader.covers, Named()
    lines: dict[Kind, list[Line]] = {
        Kind.CLOCKS: [_clock(row, now, rule, covers) for row in told.clocks],
        Kind.BOOKED: _booked(told, covers),
        Kind.PROMISES: [_promise(row, today, covers) for row in told.promises],
        Kind.DUE: [_due(row, today, covers) for row in told.due],
        Kind.MEANWHILE: [happened_line(row, today) for row in told.meanwhile],
    }
    found = []
    for kind in Kind:
        if lines[kind] and kind not in told.reader.choice.off:
            found.append(Section(kind=kind, lines=lines[kind][:most], number=len(lines[kind])))
            _name(named, kind, told, most)
    return found, named


def _name(named: Named, kind: Kind, told: Told, most: int) -> None:
    match kind:
        case Kind.BOOKED:
            named.groups |= {row.group_id for row in told.booked[:most]}
        case Kind.PROMISES:
            named.groups |= {row.group_id for row in told.promises[:most] if row.group_id is not None}
        case Kind.DUE:
            named.groups |= {row.id for row in told.due[:most]}
        case Kind.MEANWHILE:
            named.groups |= {row.entity_id for row in told.meanwhile[:most] if row.entity == "group"}
            named.concerns |= {row.entity_id for row in told.meanwhile[:most] if row.entity == "concern"}
        case Kind.CLOCKS:
            named.clocks |= {row.id for row in told.clocks[:most]}
            named.concerns |= named.clocks


def _whose(officer_id: int, covers: Mapping[int, str]) -> list[str]:
    return [f"for {covers[officer_id]}"] if officer_id in covers else []


def _joined(parts: Iterable[str]) -> str:
    return " · ".join(part for part in parts if part)


def _clock(row: Any, now: datetime, rule: ClockRule, covers: Mapping[int, str]) -> Line:
    said = clock_words(row.answer_due_at, now, rule)
    words = _joined([said.words if said else "", *_whose(row.whose, covers)])
    return Line(title=row.title, words=words, path=f"/concerns/{row.id}")


def _booked(told: Told, covers: Mapping[int, str]) -> list[Line]:
    """A line a visit, with all its groups."""
    by_visit: dict[int, list[str]] = {}
    for row in told.booked:
        names = by_visit.setdefault(row.id, [])
        if row.group not in names:
            names.append(row.group)
    found, done = [], set()
    for row in told.booked:
        if row.id not in done:
            done.add(row.id)
            at = say_time(row.planned_for.astimezone(LONDON).time())
            words = _joined([EngagementKind(row.kind).label.lower(), *_whose(row.whose, covers)])
            found.append(Line(title=f"{at} {', '.join(by_visit[row.id])}", words=words, path=f"/engagements/{row.id}"))
    return found


def _promise(row: Any, today: date, covers: Mapping[int, str]) -> Line:
    due: date = row.due_on
    when = "today" if due == today else f"late: {say_date(due, today)}"
    words = _joined([when, row.to, *_whose(row.whose, covers)])
    return Line(title=row.what, words=words, path="/")


def _due(row: Any, today: date, covers: Mapping[int, str]) -> Line:
    often = row.frequency_words.lower() + (" (assumed)" if row.assumed else "")
    over = days_over((today - row.next_due_on).days)
    words = _joined([over, often, *_whose(row.whose, covers)])
    return Line(title=row.name, words=words, path=f"/groups/{row.id}")


def happened_line(row: Happened, today: date) -> Line:
    """What happened meanwhile, in words."""
    when = f"{say_date(london_day(row.at), today)} {say_time(row.at.astimezone(LONDON).time())}"
    match row.what:
        case "engaged":
            what = f"{row.who} logged: {EngagementKind(row.detail).label.lower()}"
        case "raised":
            what = f"a concern was raised; {row.who} recorded it"
        case "decided":
            what = f"{row.who} {DECIDED.get(row.detail, 'decided').format(whom=row.whom)}"
        case "bounced":
            what = "a telling did not arrive: tell them again"
        case _:
            what = f"mail to the {row.detail or 'contact'} came back: telephone instead"
    return Line(title=row.title, words=f"{what} · {when}", path=f"/{row.entity}s/{row.entity_id}")
