"""When a group's next contact is due, and where it stands: rules on small facts, without a clock or a table.

Everything is a date of London's calendar, so the clocks going forward or back change nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Literal

from engagement.core.months import add_months
from engagement.groups.frequency import ALL_SOON_DAYS, Cadence, Frequency, Meetings, OnRequest, Term, cadence, next_after, soon_days

ONE_DAY = timedelta(days=1)
SHORTEST_SLACK, LONGEST_SLACK = 3, 30


class Level(StrEnum):
    """The level of interaction a group requires."""

    INFORM = "inform"
    CONSULT = "consult"
    INVOLVE = "involve"
    COLLABORATE = "collaborate"
    EMPOWER = "empower"

    @property
    def label(self) -> str:
        """The word for it on screen."""
        return self.value.capitalize()

    @property
    def phrase(self) -> str:
        """What the group would say: "keep us told"."""
        return _PHRASES[self]


_PHRASES = {
    Level.INFORM: "keep us told",
    Level.CONSULT: "ask us",
    Level.INVOLVE: "work with us",
    Level.COLLABORATE: "plan with us",
    Level.EMPOWER: "we lead, you help",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """The facts of a contact agreement that dates depend on.

    `longest_days` is the agreed longest gap, None for the default. `dates` are the listed meetings of a group
    contacted at each. `first_due_on` spreads out the first contact under an assumed agreement. `confirmed_on` is
    when an on-request group last said that this is still right.
    """

    frequency: Frequency
    starts_on: date
    every: int | None = None
    longest_days: int | None = None
    dates: tuple[date, ...] = ()
    assumed: bool = False
    first_due_on: date | None = None
    confirmed_on: date | None = None

    @property
    def cadence(self) -> Cadence:
        """What its frequency means."""
        return cadence(self.frequency, self.every)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A pause from the day it starts until its last day, both included; open-ended when `until` is None.

    `decided_on` is the London day on which it was recorded.
    """

    starts_on: date
    until: date | None
    decided_on: date

    def covers(self, day: date) -> bool:
        """Whether the group is paused on that day."""
        return self.starts_on <= day and (self.until is None or day <= self.until)

    def excuses(self, due: date) -> bool:
        """Whether a contact due on that day waits until the pause is over.

        It does when the day falls in the pause, or had come already when the pause was decided or began: that is
        what pausing an overdue group means. A pause booked ahead does not hide a date that comes before it.
        """
        ahead = self.until is None or due <= self.until
        return ahead and (self.starts_on <= due or due <= self.decided_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDates:
    """What is stored of a group that will be due: the date, so many days before it "due soon" begins, and the day
    from which it is long overdue, never before the date itself."""

    next_due_on: date
    longest_on: date
    soon_days: int


def last_contact(level: Level, last_two_way_on: date | None, last_one_way_on: date | None) -> date | None:
    """The last contact that counts at a level: for *inform* alone a delivered summary counts as well."""
    if level is not Level.INFORM:
        return last_two_way_on
    return max((day for day in (last_two_way_on, last_one_way_on) if day), default=None)


def due_dates(agreement: Agreement, last: date | None, pauses: Sequence[Pause] = (), term_dates: Sequence[Term] = ()) -> DueDates | None:
    """When the next contact is due, from the last that counts, or from the agreement's start when there was none.

    Never before the agreement's start, never in a pause nor before its end (see `Pause.excuses`). None on request,
    and while an open-ended pause stands in the way.
    """
    anchor = agreement.starts_on if last is None else last
    rhythm = agreement.cadence
    ideal = next_after(rhythm, anchor, agreement.dates, term_dates)
    if ideal is None:
        return None
    due = _after_pauses(max(_first_due(agreement, last, ideal), agreement.starts_on), pauses)
    if due is None:
        return None
    slack = _slack((ideal - anchor).days, agreement.longest_days)
    return DueDates(next_due_on=due, longest_on=due + timedelta(days=slack), soon_days=soon_days(rhythm))


def _first_due(agreement: Agreement, last: date | None, ideal: date) -> date:
    """The ideal date, unless nothing has happened under this agreement yet and it says when the first contact is."""
    if last is None and agreement.starts_on in agreement.dates and isinstance(agreement.cadence, Meetings):
        return agreement.starts_on
    if agreement.first_due_on is None or (last is not None and last >= agreement.starts_on):
        return ideal
    return agreement.first_due_on if last is None else max(ideal, agreement.first_due_on)


def due_on(agreement: Agreement, last: date | None, pauses: Sequence[Pause] = (), term_dates: Sequence[Term] = ()) -> date | None:
    """The day on which the next contact is due; see `due_dates`."""
    dates = due_dates(agreement, last, pauses, term_dates)
    return None if dates is None else dates.next_due_on


def longest_on(agreement: Agreement, last: date | None, pauses: Sequence[Pause] = (), term_dates: Sequence[Term] = ()) -> date | None:
    """The day from which the group is long overdue: the agreed longest gap, or half an interval past the due date,
    at least 3 and at most 30 days. A pause moves it as it moves the due date."""
    dates = due_dates(agreement, last, pauses, term_dates)
    return None if dates is None else dates.longest_on


def _slack(interval_days: int, longest_days: int | None) -> int:
    if longest_days is not None:
        return max(longest_days - interval_days, 0)
    return min(max(interval_days // 2, SHORTEST_SLACK), LONGEST_SLACK)


def _after_pauses(due: date, pauses: Sequence[Pause]) -> date | None:
    told = sorted(pauses, key=lambda p: (p.decided_on, p.starts_on, p.until or date.max))  # as they were decided
    while (pause := next((p for p in told if p.excuses(due)), None)) is not None:
        if pause.until is None:
            return None
        due = pause.until + ONE_DAY
    return due


def asks_for_dates(agreement: Agreement, last: date | None) -> bool:
    """Whether what is due is not a meeting but the list of the next ones: none is left after the last contact."""
    anchor = agreement.starts_on - ONE_DAY if last is None else last
    return isinstance(agreement.cadence, Meetings) and not any(day > anchor for day in agreement.dates)


def ask_again_on(agreement: Agreement) -> date | None:
    """The day to ask an on-request group whether that is still right: once a year. None for any other."""
    if not isinstance(agreement.cadence, OnRequest):
        return None
    return add_months(max(agreement.starts_on, agreement.confirmed_on or agreement.starts_on), 12)


class Standing(StrEnum):
    """Where a group stands today.

    A group never contacted is `NEVER_CONTACTED` until its first contact is nearly due; from then on it is due soon,
    overdue or long overdue like any other, so that a list of what is overdue leaves nobody out.
    """

    NOT_DUE = "not_due"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    LONG_OVERDUE = "long_overdue"
    NEVER_CONTACTED = "never_contacted"
    PAUSED = "paused"
    ON_REQUEST = "on_request"
    DORMANT = "dormant"

    @property
    def label(self) -> str:
        """The words for it on screen."""
        return self.value.replace("_", " ").capitalize()

    @property
    def late(self) -> bool:
        """Whether somebody has to decide: overdue or long overdue."""
        return self in (Standing.OVERDUE, Standing.LONG_OVERDUE)


@dataclass(slots=True, kw_only=True)  # not frozen, as there is one for each row of a list: that takes three times as long
class StandingFacts:
    """What a group's row holds for its standing.

    `contacted`: there is a last contact that counts at its level. `paused_from` and `paused_until` are the pause that
    holds now or comes next, `paused_until` its last day.
    """

    next_due_on: date | None
    longest_on: date | None
    soon_days: int
    contacted: bool
    on_request: bool = False
    dormant: bool = False
    paused_from: date | None = None
    paused_until: date | None = None

    def paused(self, today: date) -> bool:
        """Whether the pause covers that day."""
        return self.paused_from is not None and self.paused_from <= today and (self.paused_until is None or today <= self.paused_until)


def standing(facts: StandingFacts, today: date) -> Standing:
    """Where a group stands on that day: amber from the due date itself, red from the longest gap."""
    if facts.dormant:
        return Standing.DORMANT
    if facts.paused(today):
        return Standing.PAUSED
    if facts.on_request:
        return Standing.ON_REQUEST
    if facts.longest_on is not None and facts.longest_on <= today:
        return Standing.LONG_OVERDUE
    if facts.next_due_on is not None and facts.next_due_on <= today:
        return Standing.OVERDUE
    if facts.next_due_on is not None and facts.next_due_on - timedelta(days=facts.soon_days) <= today:
        return Standing.DUE_SOON
    return Standing.NOT_DUE if facts.contacted else Standing.NEVER_CONTACTED


def soon_limits(today: date) -> dict[int, date]:
    """For each window there is, the last due date that is "due soon" on that day.

    So "due soon is reached" is, portably: `soon_days = w AND next_due_on <= limit` for one of these pairs.
    """
    return {days: today + timedelta(days=days) for days in ALL_SOON_DAYS}


Mark = Literal["due_soon", "next_due_on", "longest_on"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingRange:
    """The rows in one standing on `today`, as a query can ask for them.

    `reached`: that date is today or earlier. `not_reached`: it is later than today, or empty. The two columns are
    compared with today; "due_soon" compares `next_due_on` with `soon_limits(today)`. `paused` asks whether
    `paused_from` and `paused_until` enclose today. A flag that is None does not matter.
    """

    today: date
    dormant: bool = False
    paused: bool | None = False
    on_request: bool | None = False
    contacted: bool | None = None
    reached: Mark | None = None
    not_reached: Mark | None = None

    def holds(self, facts: StandingFacts) -> bool:
        """Whether a row with these facts is in the range: what the query must answer, in Python."""
        flags = ((self.paused, facts.paused(self.today)), (self.on_request, facts.on_request), (self.contacted, facts.contacted))
        if facts.dormant != self.dormant or any(asked is not None and asked != has for asked, has in flags):
            return False
        return (self.reached is None or self._passed(self.reached, facts)) and not (
            self.not_reached is not None and self._passed(self.not_reached, facts)
        )

    def _passed(self, mark: Mark, facts: StandingFacts) -> bool:
        if mark == "longest_on":
            return facts.longest_on is not None and facts.longest_on <= self.today
        limit = self.today if mark == "next_due_on" else soon_limits(self.today)[facts.soon_days]
        return facts.next_due_on is not None and facts.next_due_on <= limit


def standing_range(wanted: Standing, today: date) -> StandingRange:
    """The bounds of one standing on that day: `standing(facts, today) is wanted` exactly when the range holds."""
    match wanted:
        case Standing.DORMANT:
            return StandingRange(today=today, dormant=True, paused=None, on_request=None)
        case Standing.PAUSED:
            return StandingRange(today=today, paused=True, on_request=None)
        case Standing.ON_REQUEST:
            return StandingRange(today=today, on_request=True)
        case Standing.LONG_OVERDUE:
            return StandingRange(today=today, reached="longest_on")
        case Standing.OVERDUE:
            return StandingRange(today=today, reached="next_due_on", not_reached="longest_on")
        case Standing.DUE_SOON:
            return StandingRange(today=today, reached="due_soon", not_reached="next_due_on")
        case Standing.NOT_DUE:
            return StandingRange(today=today, contacted=True, not_reached="due_soon")
        case Standing.NEVER_CONTACTED:
            return StandingRange(today=today, contacted=False, not_reached="due_soon")
