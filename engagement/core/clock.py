"""The time: kept in UTC, and read as London's days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


class Clock(Protocol):
    """Whatever can say what time it is. Only routes, jobs and the command line ask it."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(slots=True)
class FixedClock:
    """A clock that stands still until it is told to move; for tests and for re-running a job for a past day."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def move(self, by: timedelta) -> None:
        self.at += by


def london_day(moment: datetime) -> date:
    """The calendar day in London at an aware moment."""
    return moment.astimezone(LONDON).date()


def london_moment(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """The moment, in UTC, at which London's wall clock shows that hour of that day (the first of two in October)."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON).astimezone(UTC)
