"""A month of officers' days as weeks of cells, for tables that a phone can show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext as _

from engagement.core.months import Month
from engagement.people.duty import OfficerDays, hours_on, on_duty, pattern_on, runs, why_off

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One officer's day: a letter for the eye, words for everybody; `cover` names who covers then."""

    day: date
    letter: str
    words: str
    off: bool
    outside: bool  # of the month before or after
    today: bool
    cover: str = ""


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


def cells(days: OfficerDays, week: Sequence[date], month: Month, today: date, covers: Sequence[Standin] = ()) -> list[Cell]:
    """An officer's week, and who is there for them on their days off."""
    return [_cell(days, day, month, today, covers) for day in week]


def _cell(days: OfficerDays, day: date, month: Month, today: date, covers: Sequence[Standin]) -> Cell:
    reason = why_off(days, day)
    hours = hours_on(days, day) if reason is None else None
    letter, words = ("", _("on duty")) if hours is None else (hours.name[0].upper(), hours.said())
    if reason is not None:
        letter, words = OFF.get(reason, OFF["other"])
        words = _(words)
    who = standin_on(covers, day) if reason is not None else ""
    return Cell(day=day, letter=letter or "✓", words=words, off=reason is not None, outside=day not in month, today=day == today, cover=who)


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
