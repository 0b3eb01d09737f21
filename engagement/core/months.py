"""Calendar months and working days: a month as a value, adding months without drift, England's bank holidays."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays

SHORTEST_MONTH = 28
_WRITTEN = re.compile(r"([0-9]{4})-([0-9]{2})")


def add_months(anchor: date, months: int) -> date:
    """The day so many calendar months after (or, below nought, before) the anchor, clamped to the month's end.

    Always count from the anchor, never from the last result: 31 January gives 28 February, and two months give
    31 March, not 28 March.
    """
    year, month0 = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    day = anchor.day if anchor.day <= SHORTEST_MONTH else min(anchor.day, calendar.monthrange(year, month0 + 1)[1])
    return date(year, month0 + 1, day)


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """One calendar month: `number` counts from 1, January. Months sort by time."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not (1 <= self.number <= 12 and 1 <= self.year <= 9999):
            raise ValueError(f"there is no month {self.year}-{self.number}")

    @classmethod
    def of(cls, day: date) -> Month:
        """The month that the day is in."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Month:
        """The month written as "2026-10"; ValueError for anything else."""
        found = _WRITTEN.fullmatch(text)
        if found is None:
            raise ValueError("a month is written like 2026-10")
        return cls(int(found[1]), int(found[2]))

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return date(self.year, self.number, calendar.monthrange(self.year, self.number)[1])

    @property
    def previous(self) -> Month:
        """The month before."""
        return self.plus(-1)

    @property
    def next(self) -> Month:
        """The month after."""
        return self.plus(1)

    @property
    def name(self) -> str:
        """In words: "October 2026"."""
        return f"{calendar.month_name[self.number]} {self.year}"

    def plus(self, months: int) -> Month:
        """The month so many months later, or earlier."""
        return Month.of(add_months(self.first, months))

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"


@lru_cache(maxsize=64)
def bank_holidays(year: int) -> frozenset[date]:
    """England's bank holidays of a year as GOV.UK lists them: only the substitute for one that falls on a weekend.

    The `holidays` package lists the weekend day beside its substitute (both 26 and 28 December 2026).
    """
    return frozenset(day for day in holidays.country_holidays("GB", subdiv="ENG", years=year) if day.weekday() < 5)


def is_working_day(day: date) -> bool:
    """Monday to Friday and no bank holiday."""
    return day.weekday() < 5 and day not in bank_holidays(day.year)


def working_day_on_or_after(day: date) -> date:
    """The day itself if it is a working day, else the first that follows."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def next_working_day(day: date) -> date:
    """The first working day after the day."""
    return working_day_on_or_after(day + timedelta(days=1))
