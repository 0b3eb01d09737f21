"""When a group's next contact is due: rules on small facts, without a clock or a table. Where it stands then is in `standing`.

Everything is a date of London's calendar, so the clocks going forward or back change nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from engagement.core.months import add_months
from engagement.groups.frequency import Cadence, Frequency, Meetings, OnRequest, Term, cadence, next_after, soon_days

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
    if not pauses:
        return due
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
