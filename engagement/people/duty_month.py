"""A month of officers' days as weeks of cells, for tables that a phone can show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from flask_babel import get_locale
from flask_babel import gettext as _

from engagement.core.months import Month
from engagement.people.duty import Hours, OfficerDays, on_duty, pattern_on, runs, turns_from

ONE_DAY = timedelta(days=1)


class Cell(NamedTuple):
    """One officer's day: a letter for the eye, words for everybody; `cover` names who covers then."""

    day: date
    letter: str
    words: str
    off: bool
    outside: bool  # of the month before or after
    today: bool
    cover: str


def weeks_of(month: Month) -> list[list[date]]:
    """The weeks of a month, Monday to Sunday, with the days of other months that fall into them."""
    first = month.first - timedelta(days=month.first.weekday())
    found = []
    while first <= month.last:
        found.append([first + timedelta(days=n) for n in range(7)])
        first += timedelta(days=7)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Standin:
    """Who covers for an officer from when to when, and that officer's own days."""

    starts_on: date
    ends_on: date
    name: str
    days: OfficerDays

    def there_on(self, day: date) -> bool:
        """Whether they cover on a day and are on duty themselves."""
        return self.starts_on <= day <= self.ends_on and on_duty(self.days, day)


def standin_on(covers: Sequence[Standin], day: date) -> str:
    """Who is there for an officer on a day; empty where nobody is."""
    return next((one.name for one in covers if one.there_on(day)), "")


def cells(
    days: OfficerDays, weeks: Sequence[Sequence[date]], month: Month, today: date, covers: Sequence[Standin] = ()
) -> list[list[Cell]]:
    """An officer's weeks, one after the other, and who is there for them on their days off."""
    language, begins, ends, found = str(get_locale()), month.first, month.last, []
    turns = iter(turns_from(days, weeks[0][0], 7 * len(weeks)))
    for week in weeks:
        row = []
        for day, (reason, hours) in zip(week, turns, strict=False):
            letter, words = _said(reason, hours, language)
            who = standin_on(covers, day) if covers and reason is not None else ""
            row.append(Cell(day, letter, words, reason is not None, not begins <= day <= ends, day == today, who))
        found.append(row)
    return found


@lru_cache(maxsize=1024)
def _said(reason: str | None, hours: Hours | None, _language: str) -> tuple[str, str]:
    """The letter and the words of a day in a language: why they are off, or from when to when they work."""
    if reason is not None:
        letter, words = OFF.get(reason, OFF["other"])
        return letter, _(words)
    return ("✓", _("on duty")) if hours is None else (hours.name[0].upper(), hours.said())


OFF: Mapping[str, tuple[str, str]] = {
    "rest": ("–", "rest day"),
    "leave": ("A", "leave"),
    "sick": ("S", "sick"),
    "course": ("C", "course"),
    "other": ("O", "off"),
}


def say_pattern(days: OfficerDays, day: date) -> str:
    """The pattern that holds on a day, in words: "6 days on (late, 14:00-22:00), 4 off"; empty where there is none."""
    pattern = pattern_on(days, day)
    if pattern is None:
        return ""
    said = []
    for letter, number in runs(pattern.turns):
        if letter == "-":
            said.append(_("%(n)s off", n=number))
            continue
        hours = pattern.hours[ord(letter) - ord("a")] if ord(letter) - ord("a") < len(pattern.hours) else None
        said.append(_("%(n)s on", n=number) + (f" ({hours.said()})" if hours is not None else ""))
    return ", ".join(said)
