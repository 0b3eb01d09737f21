"""Periods of measures: a month, a quarter, a year or days of one's own; the one before; how each is written and read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from engagement.core.dates import read_date, say_date
from engagement.core.errors import Refused
from engagement.core.months import Month

ONE_DAY = timedelta(days=1)
LONGEST = timedelta(days=731)
EARLIEST = date(2000, 1, 1)
_QUARTER = re.compile(r"([0-9]{4})-Q([1-4])")
_YEAR = re.compile(r"[0-9]{4}")


@dataclass(frozen=True, slots=True)
class Period:
    """From a first day to a last, both included. `key` is how an address writes it; "own" for days of one's own."""

    key: str
    first: date
    last: date

    @property
    def name(self) -> str:
        """In words: "October 2026", "July to September 2026", "2026", "3 Oct 2026 to 9 Nov 2026"."""
        if self.key == "own":
            return f"{_short(self.first)} to {_short(self.last)}"
        month, end = Month.of(self.first), Month.of(self.last)
        if month == end:
            return month.name
        if _YEAR.fullmatch(self.key):
            return self.key
        return f"{month.name.split()[0]} to {end.name}"

    @property
    def months(self) -> list[tuple[date, date]]:
        """Its calendar months, oldest first, each as its first and last day within the period."""
        found, month = [], Month.of(self.first)
        while month.first <= self.last:
            found.append((max(month.first, self.first), min(month.last, self.last)))
            month = month.next
        return found

    def until(self, today: date) -> Period:
        """The same period as far as it has come."""
        return self if self.last <= today else Period("own", self.first, max(today, self.first))


def _short(day: date) -> str:
    return f"{say_date(day, day).partition(' ')[2]} {day.year}"


def of_month(month: Month) -> Period:
    """A calendar month."""
    return Period(str(month), month.first, month.last)


def of_quarter(year: int, number: int) -> Period:
    """A calendar quarter, numbered from 1."""
    return Period(f"{year}-Q{number}", Month(year, 3 * number - 2).first, Month(year, 3 * number).last)


def of_year(year: int) -> Period:
    """A calendar year."""
    return Period(str(year), date(year, 1, 1), date(year, 12, 31))


def quarter_of(day: date) -> Period:
    """The quarter in which a day is."""
    return of_quarter(day.year, (day.month + 2) // 3)


def before(period: Period, today: date) -> Period:
    """The period that the figures of this one are compared with: the one before of its kind, else as many days.

    Where the period is not over yet, only as much of the other: its first days, as many as have come.
    """
    if period.key == "own":
        length = min(period.last, today) - period.first
        return Period("own", period.first - ONE_DAY - length, period.first - ONE_DAY)
    day = period.first - ONE_DAY
    whole = of_year(day.year) if _YEAR.fullmatch(period.key) else quarter_of(day) if "Q" in period.key else of_month(Month.of(day))
    if period.last <= today:
        return whole
    return Period("own", whole.first, min(whole.last, whole.first + (today - period.first)))


def written(text: str, today: date) -> Period | None:
    """The month "2026-10", the quarter "2026-Q4" or the year "2026" that has begun; None for anything else."""
    try:
        if found := _QUARTER.fullmatch(text):
            period = of_quarter(int(found[1]), int(found[2]))
        elif _YEAR.fullmatch(text):
            period = of_year(int(text))
        else:
            period = of_month(Month.parse(text))
    except ValueError:
        return None
    return period if EARLIEST <= period.first <= today else None


def own(first: str, last: str, today: date) -> Period:
    """The days that somebody typed. Raises Refused beside `from` or `to`."""
    begins, ends = read_date(first, field="from"), read_date(last, field="to")
    if not EARLIEST <= begins <= today:
        raise Refused("Date must be today or in the past", field="from")
    if ends < begins:
        raise Refused("The last day must not be before the first", field="to")
    if ends - begins >= LONGEST:
        raise Refused("Choose two years at most", field="to")
    return Period("own", begins, ends)


def usual(today: date) -> Period:
    """What is shown to who asked for nothing: the last whole month."""
    return of_month(Month.of(today).previous)


def run_up(period: Period, today: date) -> list[Period]:
    """The twelve months, oldest first, that end with the period's last: what its trend shows."""
    end = Month.of(min(period.last, today))
    return [of_month(end.plus(-back)) for back in range(11, -1, -1)]


def quarters_up(period: Period, today: date, count: int = 8) -> list[Period]:
    """So many quarters, oldest first, that end with the period's last."""
    end, found = quarter_of(min(period.last, today)), []
    for _ in range(count):
        found.append(end)
        end = quarter_of(end.first - ONE_DAY)
    return found[::-1]


def offered(today: date, *, quarters_only: bool = False) -> Iterator[Period]:
    """The periods to choose from: this month and the eleven before, eight quarters, three years; newest first of each."""
    if not quarters_only:
        yield from (of_month(Month.of(today).plus(-back)) for back in range(12))
    yield from reversed(quarters_up(quarter_of(today), today))
    if not quarters_only:
        yield from (of_year(today.year - back) for back in range(3))
