"""Where a group stands on a day, and the bounds by which a list asks for one standing: rules, without a clock or a table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Literal

from engagement.groups.frequency import ALL_SOON_DAYS


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
