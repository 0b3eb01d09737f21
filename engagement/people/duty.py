"""When an officer is on duty: patterns of work and rest that go round, days off, and what follows from the two. Pure.

Everything here counts London's calendar days, so that the two days on which clocks change are days like any other; only where
a shift begins and ends is a moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from engagement.core.clock import london_moment
from engagement.core.dates import say_time
from engagement.core.errors import Refused

REST = "-"
LETTERS = "abcdefgh"  # one for each kind of shift that a pattern has
LONGEST_CYCLE = 70  # days: ten weeks, the longest that forces work
LOOK = 400  # days that are searched for a day on duty; who is off for longer has none
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """From when to when a shift goes by London's wall clock; one that ends before it begins ends on the next day."""

    begins: time
    ends: time

    @property
    def name(self) -> str:
        """What officers call it, by when it begins: early, day, late or night."""
        hour = self.begins.hour
        return "early" if 4 <= hour < 9 else "day" if 9 <= hour < 12 else "late" if 12 <= hour < 19 else "night"

    def over_at(self, day: date) -> datetime:
        """The moment, in UTC, at which the shift of a day ends."""
        last = day if self.ends > self.begins else day + ONE_DAY
        return london_moment(last, self.ends.hour, self.ends.minute)

    def said(self) -> str:
        """In words: "late, 14:00-22:00"."""
        return f"{self.name}, {say_time(self.begins)}-{say_time(self.ends)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """What goes round from the anchor on: a letter for each day, "-" a rest day, "a" the first of `hours` (or none known), and so on.

    It holds from `starts_on` to `ends_on`, both included. A week's pattern is one of seven days anchored on a Monday.
    """

    starts_on: date
    ends_on: date | None = None
    anchor: date
    turns: str
    hours: tuple[Hours | None, ...] = (None,)

    def holds(self, day: date) -> bool:
        """Whether it is the pattern of that day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def turn(self, day: date) -> str:
        """The letter of a day."""
        return self.turns[(day - self.anchor).days % len(self.turns)]


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysOff:
    """A stretch of days off, both ends included; one that ends before it begins was taken back."""

    starts_on: date
    ends_on: date
    reason: str = "leave"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerDays:
    """What is known of an officer's days. Without a pattern they are on duty every day that is not off."""

    patterns: tuple[Pattern, ...] = ()
    off: tuple[DaysOff, ...] = ()


def pattern_on(days: OfficerDays, day: date) -> Pattern | None:
    """The pattern of that day: of several the one that began last."""
    return max((p for p in days.patterns if p.holds(day)), key=lambda p: p.starts_on, default=None)


def why_off(days: OfficerDays, day: date) -> str | None:
    """Why an officer is off on a day ("leave", "rest"); None where they are on duty."""
    for one in days.off:
        if one.starts_on <= day <= one.ends_on:
            return one.reason
    pattern = pattern_on(days, day)
    return "rest" if pattern is not None and pattern.turn(day) == REST else None


def on_duty(days: OfficerDays, day: date) -> bool:
    """Whether an officer works on a day."""
    return why_off(days, day) is None


def hours_on(days: OfficerDays, day: date) -> Hours | None:
    """From when to when they work on a day, where they do and it is known."""
    pattern = pattern_on(days, day)
    if pattern is None or not on_duty(days, day):
        return None
    number = LETTERS.index(pattern.turn(day))
    return pattern.hours[number] if number < len(pattern.hours) else None


def turns_from(days: OfficerDays, first: date, number: int) -> list[tuple[str | None, Hours | None]]:
    """Of so many days from `first` on: why they are off and from when to when they work, as `why_off` and `hours_on` say of each.

    In one pass: each pattern and each stretch of days off is laid over the days that it holds.
    """
    on: list[Pattern | None] = [None] * number
    for _number, pattern in sorted(enumerate(days.patterns), key=lambda one: (one[1].starts_on, -one[0])):
        begins, ends = _within(pattern.starts_on, pattern.ends_on, first, number)
        on[begins:ends] = [pattern] * (ends - begins)
    reasons: list[str | None] = [None] * number
    for one in reversed(days.off):
        begins, ends = _within(one.starts_on, one.ends_on, first, number)
        reasons[begins:ends] = [one.reason] * (ends - begins)
    return [_turn(pattern, reason, first + timedelta(days=n)) for n, (pattern, reason) in enumerate(zip(on, reasons, strict=True))]


def _within(starts_on: date, ends_on: date | None, first: date, number: int) -> tuple[int, int]:
    """Which of so many days from `first` on a stretch holds, as the bounds of a slice."""
    begins = min(max((starts_on - first).days, 0), number)
    ends = number if ends_on is None else min((ends_on - first).days + 1, number)
    return begins, max(begins, ends)


def _turn(pattern: Pattern | None, reason: str | None, day: date) -> tuple[str | None, Hours | None]:
    if reason is not None or pattern is None:
        return reason, None
    turn = pattern.turn(day)
    if turn == REST:
        return "rest", None
    number = LETTERS.index(turn)
    return None, pattern.hours[number] if number < len(pattern.hours) else None


def next_duty_day(days: OfficerDays, after: date) -> date | None:
    """The first day after `after` on which they work; None where there is none within `LOOK` days."""
    return next((day for day in _forward(after, LOOK) if on_duty(days, day)), None)


def last_duty_day(days: OfficerDays, before: date) -> date | None:
    """The last day before `before` on which they worked; None where there is none within `LOOK` days."""
    back = (before - timedelta(days=n) for n in range(1, LOOK + 1))
    return next((day for day in back if on_duty(days, day)), None)


def off_until(days: OfficerDays, day: date) -> date | None:
    """The last day of the time off that a day is in; None where they are on duty. No later than `LOOK` days on."""
    if on_duty(days, day):
        return None
    back = next_duty_day(days, day)
    return back - ONE_DAY if back is not None else day + timedelta(days=LOOK)


def back_on(days: OfficerDays, day: date) -> date | None:
    """The day after the time off that a day is in; None where they are on duty. What people are told: "till" a day reads either way."""
    until = off_until(days, day)
    return until + ONE_DAY if until is not None else None


def last_on(days: OfficerDays, today: date) -> datetime | None:
    """The moment, in UTC, from which on an officer does not know what happened: the end of their last shift before today.

    Where no hours are known that is the end of the day; None for who has not been on duty within `LOOK` days.
    """
    day = last_duty_day(days, today)
    if day is None:
        return None
    hours = hours_on(days, day)
    return hours.over_at(day) if hours is not None else london_moment(day + ONE_DAY)


def check_turns(turns: str) -> str:
    """The letters of a pattern, or a refusal: somebody works at least one day of it, and it is not endless."""
    if not turns or len(turns) > LONGEST_CYCLE:
        raise Refused("A pattern goes round within {n} days.", field="off", n=LONGEST_CYCLE)
    if set(turns) - set(LETTERS) - {REST}:
        raise Refused("A pattern is made of days on and days off.", field="off")
    if set(turns) == {REST}:
        raise Refused("Give at least one day on duty.", field="first_days")
    return turns


def runs(turns: str) -> list[tuple[str, int]]:
    """A pattern as people say it: [("a", 6), ("-", 4)]."""
    found: list[tuple[str, int]] = []
    for letter in turns:
        if found and found[-1][0] == letter:
            found[-1] = (letter, found[-1][1] + 1)
        else:
            found.append((letter, 1))
    return found


def _forward(after: date, most: int) -> Iterator[date]:
    return (after + timedelta(days=n) for n in range(1, most + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """That somebody covers for an officer between two days, both included."""

    officer_id: int
    cover_id: int
    starts_on: date
    ends_on: date


Stretch = tuple[date, date | None]  # from a day to a day, both included; without end where it is None


def held_through(stretches: Iterable[Stretch], first: date) -> date:
    """The last day through which some of the stretches hold without a gap from `first` on: the day before it where none does,
    `date.max` where there is no end to it."""
    through = first - ONE_DAY
    for starts_on, ends_on in sorted(stretches, key=lambda one: one[0]):
        if starts_on - ONE_DAY > through or ends_on is None:
            return through if starts_on - ONE_DAY > through else date.max
        through = max(through, ends_on)
    return through


LONGEST_COVER = 366


def check_cover(asked: Covered, others: Iterable[Covered], days_of_cover: OfficerDays, today: date, *, name: str) -> None:
    """Refuses a cover that would not be one; `others` are those that are set for the same officer, `name` who is to cover.

    One officer has one cover on a day. Nobody covers for themselves, for days that have passed, or on a first day on which
    they are off as well. A cover is not handed on: who covers for Sam, who covers for Jo, does not cover for Jo.
    """
    if asked.cover_id == asked.officer_id:
        raise Refused("Nobody covers for themselves: choose somebody else.", field="cover_id")
    if asked.ends_on < asked.starts_on:
        raise Refused("The last day must not be before the first.", field="ends_on")
    if asked.ends_on < today:
        raise Refused("Those days have passed: cover begins today or later.", field="ends_on")
    if (asked.ends_on - asked.starts_on).days >= LONGEST_COVER:
        raise Refused("Cover is for a year at most. For longer, post them to the team.", field="ends_on")
    if any(other.starts_on <= asked.ends_on and asked.starts_on <= other.ends_on for other in others):
        raise Refused("Somebody covers for them on some of these days already: end that first, or choose other days.", field="cover_id")
    first = max(asked.starts_on, today)
    if not on_duty(days_of_cover, first):
        raise Refused("{name} is off as well on the first of these days: choose somebody else.", field="cover_id", name=name)


def days_uncovered(asked: Covered, days_of_officer: OfficerDays, days_of_cover: OfficerDays) -> int:
    """On how many of the days on which the officer is off whoever covers is off as well."""
    length = (asked.ends_on - asked.starts_on).days + 1
    within = (asked.starts_on + timedelta(days=n) for n in range(length))
    return sum(1 for day in within if not on_duty(days_of_officer, day) and not on_duty(days_of_cover, day))
