"""What each measure means, on small facts: in time or late, answered or owed, kept or moved. In words in docs/measures.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from statistics import median

from engagement.concerns.clock import HOUR, ClockRule
from engagement.core.clock import london_day

ENOUGH_FOR_PERCENT = 10
"""Of fewer than this many a percentage says more than is known: "3 of 4" stands alone."""
AGES = (7, 28, 91, 182)
"""The last day of age, counted from the day it was raised, of each kind of open concern but the oldest."""


class Answer(StrEnum):
    """What became of the hours within which a raiser is answered."""

    IN_TIME = "answer_in_time"
    LATE = "answer_late"
    OWED = "answer_owed"
    RUNNING = "answer_running"


class Outcome(StrEnum):
    """Whether a raiser whose matter had ended heard the outcome."""

    TOLD = "outcome_told"
    OWED = "outcome_owed"


class Promise(StrEnum):
    """What became of a promise that was due."""

    KEPT = "promise_kept"
    KEPT_LATE = "promise_kept_late"
    MOVED = "promise_moved"
    COULD_NOT = "promise_could_not"
    OPEN = "promise_open"


def days_late(due_on: date, cleared_on: date | None, last: date) -> int:
    """How many days past its due date a contact was by the evening of `last`: made then, called off then, or not made yet.

    Nought where the date had not passed, or what cleared it came on the date itself.
    """
    until = last if cleared_on is None else min(cleared_on, last)
    return max((until - due_on).days, 0)


def answer(raised_at: datetime, answered_at: datetime | None, now: datetime, rule: ClockRule) -> tuple[Answer, float]:
    """What became of one raiser's hours, and how many they waited or have waited so far. One still within them is running."""
    due_at = rule.due_at(raised_at)
    waited = rule.counted(raised_at, answered_at or now) / HOUR
    if answered_at is not None:
        return (Answer.IN_TIME if answered_at <= due_at else Answer.LATE), waited
    return (Answer.OWED if now > due_at else Answer.RUNNING), waited


def outcome(
    raised_at: datetime,
    told_at: datetime | None,
    ended_on: date | None,
    closed_on: date | None,
    first: date,
    last: date,
    *,
    shut: bool = False,
) -> tuple[Outcome, int] | None:
    """What a raiser's telling of an outcome was in a period, with the days since they raised it; None: it is not of the period.

    Told in the period; or owed at its end, since the matter had ended by then (`ended_on`) and they had not heard. A concern
    that is closed owes nobody, and one that was closed before the period has no part in it; `shut` says that it was closed at
    the period's end though it was opened again since.
    """
    if closed_on is not None and closed_on < first:
        return None
    told_on = london_day(told_at) if told_at is not None else None
    raised_on = london_day(raised_at)
    if told_on is not None and first <= told_on <= last:
        return Outcome.TOLD, (told_on - raised_on).days
    waits = (told_on is None or told_on > last) and (closed_on is None or closed_on > last) and not shut
    if waits and ended_on is not None and ended_on <= last:
        return Outcome.OWED, (last - raised_on).days
    return None


def promise(due_on: date, ended: str | None, ended_on: date | None, today: date) -> Promise | None:
    """What became of a promise; None while it is neither ended nor past its day."""
    match ended:
        case "kept":
            return Promise.KEPT if ended_on is not None and ended_on <= due_on else Promise.KEPT_LATE
        case "moved":
            return Promise.MOVED
        case "could_not":
            return Promise.COULD_NOT
        case _:
            return Promise.OPEN if due_on < today else None


def age(raised_on: date, on: date) -> int:
    """Which of the ages a concern is of on a day: the place in `AGES`, or behind it for the oldest."""
    days = (on - raised_on).days
    return next((place for place, last in enumerate(AGES) if days <= last), len(AGES))


def raised_since(on: date) -> tuple[date, ...]:
    """The earliest day of raising of each age but the oldest: what a query compares with, as `age` says it."""
    return tuple(on - timedelta(days=days) for days in AGES)


def middle(values: Sequence[float]) -> float | None:
    """The median: half of the values are no larger, half no smaller. None of nothing."""
    return median(values) if values else None


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many. It has a percentage only where there are enough for one."""

    part: int
    whole: int

    @property
    def percent(self) -> int | None:
        """In whole percent, halves up; None of too few."""
        return (200 * self.part + self.whole) // (2 * self.whole) if self.whole >= ENOUGH_FOR_PERCENT else None


class Change(StrEnum):
    """How a share compares with that of the period before."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"
    TOO_FEW = "too_few"


def change(now: Share, before: Share) -> Change:
    """How a share has changed, in whole percent; of too few nothing is said."""
    if now.percent is None or before.percent is None:
        return Change.TOO_FEW
    if now.percent == before.percent:
        return Change.SAME
    return Change.BETTER if now.percent > before.percent else Change.WORSE
