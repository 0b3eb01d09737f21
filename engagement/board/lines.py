"""The board's rows in words: worked out once for a page, so that the template only writes them down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from flask_babel import gettext as _

from engagement.concerns.clock import HOUR, ClockRule
from engagement.core.clock import london_day
from engagement.core.dates import MONTHS, WEEKDAYS
from engagement.engagements.domain import Kind
from engagement.groups.domain import Level
from engagement.groups.silence import TRIES
from engagement.overdue.domain import DecisionKind, Taken, stands


class Line(NamedTuple):
    """One group on the board, in words; the template takes it apart in this order, which is quicker than asking by name."""

    id: int
    name: str
    owner: str
    look: str
    standing: str
    tried: str
    last: str
    owed: int
    booked: str
    decided: str
    reason: str
    decision_id: int | None
    sergeant_first: bool
    sensitive: bool
    asked: str
    another: bool


@cache
def _kinds() -> dict[str, str]:
    """The words of each kind of engagement, as they stand inside a sentence."""
    return {kind.value: _inside(kind.label) for kind in Kind}


def lines_of(rows: Iterable[Any], today: date) -> list[Line]:
    """The rows of `queries.rows` in words."""
    over, over_assumed, due_today = _("%(n)s over, %(often)s"), _("%(n)s over, %(often)s (assumed)"), _("due today, %(often)s")
    once, tried = _("once, %(day)s"), _("%(n)s×, %(day)s")
    never, by_mail, met_by = _("never"), _("%(day)s, summary"), _("%(day)s, %(who)s, %(kind)s")
    missed, kinds = _("was %(day)s: did it happen?"), _kinds()
    lines = []
    for row in rows:
        days = (today - row.next_due_on).days
        often = {"n": days, "often": _inside(row.frequency_words)}
        line = due_today if days == 0 else over_assumed if row.assumed else over
        when = day_of(row.tried_on, today) if row.tried_on else ""
        two_way, one_way = row.last_two_way_on, row.last_one_way_on
        if row.level == Level.INFORM and one_way and (two_way is None or one_way > two_way):
            last = by_mail % {"day": short(one_way, today)}
        elif two_way is None:
            last = never
        elif row.met_kind and row.met_by:  # what came from before the diary names no officer
            last = met_by % {"day": short(two_way, today), "who": row.met_by.partition(" ")[0], "kind": kinds.get(row.met_kind, "")}
        else:
            last = short(two_way, today)
        booked = ""
        if row.booked is not None:
            on = london_day(row.booked)
            booked = day_of(on, today) if on >= today else missed % {"day": day_of(on, today)}
        holds = row.decision is not None and stands(Taken(kind=DecisionKind(row.decision), until=row.until), today)
        lines.append(
            Line(
                row.id,
                row.name,
                row.owner or "",
                "long-overdue" if row.longest_on is not None and row.longest_on <= today else "overdue",
                line % often,
                "" if not row.tried else once % {"day": when} if row.tried == 1 else tried % {"n": row.tried, "day": when},
                last,
                row.owed,
                booked,
                said(row.decision, row.decision_for or "", row.until, today) if holds else "",
                row.reason or "" if holds else "",
                row.decision_id if holds else None,
                row.sergeant_first,
                row.sensitive,
                asked_in_words(row.asked, row.asked_words, row.decide_by, today) if row.asked else "",
                bool(row.tried and row.tried >= TRIES),
            )
        )
    return lines


def asked_in_words(kind: str, words: str, decide_by: date, today: date) -> str:
    """What the inspector asked: "Inspector, decide by Fri 27: ...", "Inspector asks why, by Fri 27: ..."."""
    day = day_of(decide_by, today)
    line = _("Inspector asks why, by %(day)s: %(words)s") if kind == "why" else _("Inspector: decide by %(day)s. %(words)s")
    return str(line % {"day": day, "words": words})


def said(kind: str, officer: str, until: date | None, today: date) -> str:
    """A decision in words: "Asked Sam Okoro", "Book by Thu 27 (Sam Okoro)", "Snoozed until Tue 1"."""
    day = day_of(until, today) if until else ""
    match DecisionKind(kind):
        case DecisionKind.ASK:
            return str(_("Asked %(who)s", who=officer) if officer else _("Asked"))
        case DecisionKind.GIVE:
            return str(_("Given to %(who)s", who=officer))
        case DecisionKind.BOOK:
            return str(_("Book by %(day)s, %(who)s", day=day, who=officer) if officer else _("Book by %(day)s", day=day))
        case DecisionKind.PAUSE:
            return str(_("Paused until %(day)s", day=day) if day else _("Paused"))
        case DecisionKind.SNOOZE:
            return str(_("Snoozed until %(day)s", day=day))
        case DecisionKind.AGREEMENT:
            return str(_("Agreement changed"))
        case DecisionKind.DORMANT:
            return str(_("Dormant"))


def _inside(label: str) -> str:
    """A label inside a sentence: "visit", but "KIN questionnaire"."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def day_of(day: date, today: date) -> str:
    """A day near today, as short as it can be: "Thu 27", "Tue 1 Dec", "Fri 2 Jan 2026"."""
    words = f"{WEEKDAYS[day.weekday()][:3]} {day.day}"
    if (day.year, day.month) == (today.year, today.month):
        return words
    return f"{words} {MONTHS[day.month - 1][:3]}" + ("" if day.year == today.year else f" {day.year}")


def short(day: date, today: date) -> str:
    """A day of the past: "3 Oct", "3 Oct 2025"."""
    return f"{day.day} {MONTHS[day.month - 1][:3]}" + ("" if day.year == today.year else f" {day.year}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """An answer that is running out, in words; `uncovered` where nobody sees to it today."""

    id: int
    title: str
    gone: str
    owner: str
    owner_id: int | None
    off: str
    uncovered: bool


def clocks_of(rows: Iterable[Any], now: datetime, today: date, rule: ClockRule) -> list[Clock]:
    """The rows of `queries.clocks` in words."""
    found = []
    for row in rows:
        gone = rule.gone(row.answer_due_at, now) // HOUR
        off = ""
        if row.back_on is not None:
            first, back = row.owner.split(" ")[0], day_of(row.back_on, today)
            if row.cover:
                off = _("%(who)s off, back %(day)s, %(cover)s covers", who=first, day=back, cover=row.cover)
            else:
                off = _("%(who)s off, back %(day)s, no cover", who=first, day=back)
        elif row.owner is None:
            off = _("nobody looks after it")
        found.append(
            Clock(
                id=row.id,
                title=row.title if not row.place or row.place.casefold() in row.title.casefold() else f"{row.title}, {row.place}",
                gone=_("%(n)s h gone", n=gone),
                owner=row.owner or "",
                owner_id=row.owner_id,
                off=off or row.owner,
                uncovered=row.owner is None or (row.back_on is not None and row.cover is None),
            )
        )
    return found
