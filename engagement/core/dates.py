"""Dates and times as people in Britain write them, and as the diary says them back."""

from __future__ import annotations

import calendar
import re
from datetime import date, time
from functools import lru_cache

from engagement.core.errors import Refused

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
FIRST_YEAR, LAST_YEAR = 1900, 2199

_EXAMPLE = "Date must look like 27/11/2026 or 27 Nov 2026"
_TIME_EXAMPLE = "Time must look like 14:30 or 2.30pm"
_LONGEST = 40  # no way of writing a date is longer; a megabyte is not searched

_ISO = re.compile(r"([0-9]{4})[-/. ]([0-9]{1,2})[-/. ]([0-9]{1,2})")
_DAY_FIRST = re.compile(
    r"(?:(?P<weekday>[a-z]{3,9}),? +)?(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?(?: +of)?(?: *[-/.] *|,? +|(?=[a-z]))"
    r"(?P<month>[0-9]{1,2}|[a-z]{3,9})\.?(?:(?: *[-/.] *|,? +|(?<=[a-z])(?=[0-9]))(?P<year>[0-9]+))?"
)
_TIME = re.compile(r"(?P<hour>[0-9]{1,2})(?:[:.]?(?P<minute>[0-9]{2}))? *(?P<half>a\.?m\.?|p\.?m\.?)?")


def read_date(text: str, *, field: str | None = None) -> date:
    """The date that somebody typed, day first: "27/11/2026", "27 11 2026", "27 Nov 2026", "2026-11-27".

    Raises Refused, beside `field`, with a sentence that says what is wrong with it.
    """
    typed = " ".join(text.split()).lower() if len(text) <= _LONGEST else text[:_LONGEST]
    if not typed:
        raise Refused("Enter a date, such as 27/11/2026", field=field)
    if iso := _ISO.fullmatch(typed):
        return _day(int(iso[1]), int(iso[2]), int(iso[3]), field)
    found = _DAY_FIRST.fullmatch(typed) if len(text) <= _LONGEST else None
    if found is None:
        raise Refused(_EXAMPLE, field=field)
    month = _month(found["month"], field)
    if found["year"] is None:
        raise Refused("Enter the year as well, such as 27/11/2026", field=field)
    if len(found["year"]) != 4:
        raise Refused("Year must have four figures, such as 2026", field=field)
    day = _day(int(found["year"]), month, int(found["day"]), field)
    _check_weekday(found["weekday"], day, field)
    return day


def read_time(text: str, *, field: str | None = None) -> time:
    """The time of day that somebody typed: "14:30", "14.30", "1430", "2.30pm", "2 pm".

    Without am or pm it is read as the 24-hour clock. Raises Refused, beside `field`.
    """
    typed = " ".join(text.split()).lower() if len(text) <= _LONGEST else ""
    if not text.strip():
        raise Refused("Enter a time, such as 14:30", field=field)
    named = {"noon": time(12), "midday": time(12), "midnight": time(0)}.get(typed)
    if named is not None:
        return named
    found = _TIME.fullmatch(typed)
    if found is None or (found["minute"] is None and found["half"] is None):
        raise Refused(_TIME_EXAMPLE, field=field)
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"]:
        if not 1 <= hour <= 12:
            raise Refused("With am or pm the hour must be from 1 to 12", field=field)
        hour = hour % 12 + (12 if found["half"].startswith("p") else 0)
    if hour > 23 or minute > 59:
        raise Refused("Time must be from 00:00 to 23:59", field=field)
    return time(hour, minute)


@lru_cache(maxsize=4096)
def say_date(day: date, today: date) -> str:
    """A date as the diary says it: "Tue 3 Nov", with the year when it is not this year: "Mon 3 Nov 2025"."""
    said = f"{WEEKDAYS[day.weekday()][:3]} {day.day} {MONTHS[day.month - 1][:3]}"
    return said if day.year == today.year else f"{said} {day.year}"


def say_time(at: time) -> str:
    """A time of day on the 24-hour clock: "14:30"."""
    return f"{at.hour:02d}:{at.minute:02d}"


def days_over(days: int) -> str:
    """How long past its due date something is: "9 days over", "due today"; below nought "due in 3 days"."""
    match days:
        case 0:
            return "due today"
        case 1:
            return "1 day over"
        case -1:
            return "due tomorrow"
        case _ if days < 0:
            return f"due in {-days} days"
        case _:
            return f"{days} days over"


def _month(text: str, field: str | None) -> int:
    if text.isdigit():
        if not 1 <= int(text) <= 12:
            raise Refused("Month must be from 1 to 12", field=field)
        return int(text)
    for number, name in enumerate(MONTHS, start=1):
        if name.lower().startswith(text) or (text == "sept" and number == 9):
            return number
    raise Refused(_EXAMPLE, field=field)


def _day(year: int, month: int, day: int, field: str | None) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused("Year must be from {first} to {last}", field=field, first=FIRST_YEAR, last=LAST_YEAR)
    if not 1 <= month <= 12:
        raise Refused("Month must be from 1 to 12", field=field)
    length = calendar.monthrange(year, month)[1]
    if not 1 <= day <= length:
        raise Refused("{month} {year} has days 1 to {length}", field=field, month=MONTHS[month - 1], year=year, length=length)
    return date(year, month, day)


def _check_weekday(text: str | None, day: date, field: str | None) -> None:
    if text is None:
        return
    name = WEEKDAYS[day.weekday()]
    if not any(w.lower().startswith(text) for w in WEEKDAYS):
        raise Refused(_EXAMPLE, field=field)
    if not name.lower().startswith(text):
        raise Refused(
            "{day} {month} {year} is a {weekday}", field=field, day=day.day, month=MONTHS[day.month - 1], year=day.year, weekday=name
        )
