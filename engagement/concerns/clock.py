"""The 72 hours of an answer: when it is owed, when it turns amber, when to chase, and how it ended. No table, no clock of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engagement.concerns.domain import RaisingFact, TellingFact, answered_at
from engagement.core.clock import london_day, london_moment
from engagement.core.months import is_working_day

HOUR = timedelta(hours=1)
ONE_DAY = timedelta(days=1)
NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRule:
    """How a force counts: within how long, amber after how long, chased after how long, and whether weekends and bank
    holidays stand still (`working_days`) or count like any other hour, which is the national promise."""

    within: timedelta = 72 * HOUR
    amber_after: timedelta = 48 * HOUR
    chases: tuple[timedelta, ...] = (24 * HOUR, 48 * HOUR)
    working_days: bool = False

    def after(self, start: datetime, span: timedelta) -> datetime:
        """The earliest moment at which so much has been counted since `start`."""
        if not self.working_days or span <= NOTHING:
            return start + span
        day, left = london_day(start), span
        while True:
            if is_working_day(day):
                begins, ends = max(start, london_moment(day)), london_moment(day + ONE_DAY)
                if ends - begins >= left:
                    return begins + left
                left -= ends - begins
            day += ONE_DAY

    def counted(self, start: datetime, end: datetime) -> timedelta:
        """How much of the time between two moments counts; nothing where the second is not later."""
        if end <= start:
            return NOTHING
        if not self.working_days:
            return end - start
        total, day = NOTHING, london_day(start)
        while day <= london_day(end):
            if is_working_day(day):
                total += max(min(end, london_moment(day + ONE_DAY)) - max(start, london_moment(day)), NOTHING)
            day += ONE_DAY
        return total

    def due_at(self, raised_at: datetime) -> datetime:
        """The moment by which an answer is owed; the moment itself is still in time."""
        return self.after(raised_at, self.within)

    def soon(self, now: datetime) -> datetime:
        """Every clock that is due by this moment is amber or over by `now`, and no other: what a list compares its column with."""
        return self.after(now, self.within - self.amber_after)

    def left(self, due_at: datetime, now: datetime) -> timedelta:
        """How much of what counts is left."""
        return self.counted(now, due_at)

    def gone(self, due_at: datetime, now: datetime) -> timedelta:
        """How much is gone: what was counted until it was due, and every hour since."""
        return self.within - self.left(due_at, now) if now <= due_at else self.within + (now - due_at)

    def chases_owed(self, raised_at: datetime, now: datetime) -> tuple[int, ...]:
        """The marks, in whole hours, that a raising without an answer has passed."""
        gone = self.counted(raised_at, now)
        return tuple(mark // HOUR for mark in self.chases if gone >= mark)

    @property
    def hours(self) -> int:
        """Within how many hours an answer is promised."""
        return self.within // HOUR

    @property
    def amber_hours(self) -> int:
        """After how many hours it turns amber."""
        return self.amber_after // HOUR


ELAPSED = ClockRule()


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """An answer is owed by a moment; whole hours gone and left. Amber from `amber_at` on."""

    due_at: datetime
    amber_at: datetime
    hours_gone: int
    hours_left: int
    amber: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Breached:
    """The time went by without an answer, so many whole hours ago; it is still owed."""

    due_at: datetime
    hours_over: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """It was answered, in time or late."""

    at: datetime
    due_at: datetime
    in_time: bool


@dataclass(frozen=True, slots=True)
class NotOwed:
    """The raiser asked not to be told."""


AnswerClock = Running | Breached | Stopped | NotOwed


def clock(raising: RaisingFact, tellings: Sequence[TellingFact], now: datetime, rule: ClockRule = ELAPSED) -> AnswerClock:
    """Where the 72 hours of one raising stand; the last moment is still in time. That we have *received* it stops nothing."""
    due_at, answered = rule.due_at(raising.raised_at), answered_at(raising, tellings)
    if answered is not None:
        return Stopped(at=answered, due_at=due_at, in_time=answered <= due_at)
    if not raising.wants_to_hear:
        return NotOwed()
    if now > due_at:
        return Breached(due_at=due_at, hours_over=(now - due_at) // HOUR)
    gone = rule.counted(raising.raised_at, now)
    return Running(
        due_at=due_at,
        amber_at=rule.after(raising.raised_at, rule.amber_after),
        hours_gone=gone // HOUR,
        hours_left=rule.left(due_at, now) // HOUR,
        amber=gone >= rule.amber_after,
    )


def first_answer_due_at(raisings: Sequence[RaisingFact], tellings: Sequence[TellingFact], rule: ClockRule = ELAPSED) -> datetime | None:
    """The earliest of the 72 hours still running or breached, or None: what a concern's row stores for lists."""
    waiting = [rule.due_at(r.raised_at) for r in raisings if r.wants_to_hear and answered_at(r, tellings) is None]
    return min(waiting, default=None)
