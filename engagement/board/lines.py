"""The board's rows in words: worked out once for a page, so that the template only writes them down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from flask_babel import gettext as _

from engagement.board.domain import NOBODY, Wanted
from engagement.concerns.clock import HOUR, ClockRule
from engagement.core.clock import london_day
from engagement.core.dates import MONTHS, WEEKDAYS
from engagement.engagements.domain import Kind
from engagement.groups.domain import Level
from engagement.overdue.domain import DecisionKind, Taken, stands

BAR_WIDTH = 160  # of the longest bar
MOST_BARS = 15


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


def lines_of(rows: Iterable[Any], today: date) -> list[Line]:
    """The rows of `queries.rows` in words."""
    over, over_assumed, due_today = _("%(n)s over, %(often)s"), _("%(n)s over, %(often)s (assumed)"), _("due today, %(often)s")
    once, tried = _("once, %(day)s"), _("%(n)s×, %(day)s")
    never, by_mail, met_by = _("never"), _("%(day)s, summary"), _("%(day)s, %(who)s, %(kind)s")
    missed, kinds = _("was %(day)s: did it happen?"), {kind.value: _inside(kind.label) for kind in Kind}
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
        elif row.met_kind:
            last = met_by % {"day": short(two_way, today), "who": (row.met_by or "").partition(" ")[0], "kind": kinds.get(row.met_kind, "")}
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
            )
        )
    return lines


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
        if row.off_until is not None:
            first, until = row.owner.split(" ")[0], day_of(row.off_until, today)
            if row.cover:
                off = _("%(who)s off till %(day)s, %(cover)s covers", who=first, day=until, cover=row.cover)
            else:
                off = _("%(who)s off till %(day)s, no cover", who=first, day=until)
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
                uncovered=row.owner is None or (row.off_until is not None and row.cover is None),
            )
        )
    return found


@dataclass(slots=True)
class Sums:
    """What the board counts, as sums of `queries.cube`; `total` is the rows of the list that was asked for."""

    late: int
    decided: int
    total: int
    officers: list[tuple[int, str, int, int]]  # id (0 nobody), name, late, long overdue; most first
    places: list[tuple[int, str, int]]  # id, name, late; by name

    @property
    def to_decide(self) -> int:
        """How many wait for a decision."""
        return self.late - self.decided

    def bars(self) -> list[tuple[int, str, int, int, int, int]]:
        """The chart: officer's id, name, late, long overdue, and the widths of their bars."""
        most = max((late for _id, _name, late, _long in self.officers), default=1)
        longest = self.officers[:MOST_BARS]
        return [(i, name, late, long, BAR_WIDTH * late // most, BAR_WIDTH * long // most) for i, name, late, long in longest]

    @property
    def most_bars(self) -> int:
        """How many officers the chart shows."""
        return MOST_BARS


def sums_of(cube: Sequence[Any], wanted: Wanted) -> Sums:
    """Adds up what the board shows, for the filters that were asked for."""
    late = decided = total = 0
    by_officer: Counter[tuple[int, str]] = Counter()
    long_of: Counter[tuple[int, str]] = Counter()
    by_place: Counter[tuple[int, str]] = Counter()
    nobody = _("Nobody")
    everything, wants_decided, wants_long = wanted.show == "all", wanted.show == "decided", wanted.standing == "long_overdue"
    for team_id, place_id, owner_id, assumed, is_decided, long, number, place, owner in cube:
        late += number
        officer = (owner_id or NOBODY, owner or nobody)
        by_officer[officer] += number
        by_place[(place_id, place)] += number
        if is_decided:
            decided += number
        if long:
            long_of[officer] += number
        if (
            (everything or bool(is_decided) is wants_decided)
            and (wanted.officer is None or wanted.officer == officer[0])
            and (wanted.place is None or wanted.place == place_id)
            and (not wanted.standing or bool(long) is wants_long)
            and (assumed or not wanted.assumed)
            and (wanted.team is None or wanted.team == team_id)
        ):
            total += number
    officers = [(i, name, n, long_of[(i, name)]) for (i, name), n in sorted(by_officer.items(), key=lambda x: (-x[1], x[0][1]))]
    places = [(i, name, n) for (i, name), n in sorted(by_place.items(), key=lambda x: x[0][1])]
    return Sums(late=late, decided=decided, total=total, officers=officers, places=places)
