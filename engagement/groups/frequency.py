"""How often a group wants to be contacted: the frequencies, the day each gives from a last contact, the due-soon windows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

from engagement.core.errors import Refused
from engagement.core.months import add_months


class Frequency(StrEnum):
    """A group's desired frequency, as stored. The three `EVERY_...` carry a number beside them."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"
    TWO_MONTHLY = "two_monthly"
    QUARTERLY = "quarterly"
    FOUR_MONTHLY = "four_monthly"
    HALF_YEARLY = "half_yearly"
    YEARLY = "yearly"
    TERMLY = "termly"
    HALF_TERMLY = "half_termly"
    EVERY_DAYS = "every_days"
    EVERY_WEEKS = "every_weeks"
    EVERY_MONTHS = "every_months"
    PER_MEETING = "per_meeting"
    ON_REQUEST = "on_request"

    @property
    def label(self) -> str:
        """The words on a form: "Two-monthly", "Every ... weeks"."""
        return _LABELS.get(self, self.value.replace("_", "-").capitalize())

    @property
    def counted(self) -> bool:
        """Whether it needs a number beside it."""
        return self in LARGEST_EVERY

    def say(self, every: int | None = None) -> str:
        """The words in a sentence: "Monthly", "Every 6 weeks", "Every week"."""
        return _said(self, every)


@cache
def _said(frequency: Frequency, every: int | None) -> str:
    if not frequency.counted or every is None:
        return frequency.label
    unit = frequency.value.removeprefix("every_")
    return f"Every {unit.removesuffix('s')}" if every == 1 else f"Every {every} {unit}"


_LABELS = {
    Frequency.EVERY_DAYS: "Every ... days",
    Frequency.EVERY_WEEKS: "Every ... weeks",
    Frequency.EVERY_MONTHS: "Every ... months",
    Frequency.PER_MEETING: "Every meeting",
    Frequency.ON_REQUEST: "On request",
}
LARGEST_EVERY = {Frequency.EVERY_DAYS: 365, Frequency.EVERY_WEEKS: 104, Frequency.EVERY_MONTHS: 120}


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A school term, first and last day; a half-term holiday inside it has both its days or neither."""

    first_day: date
    last_day: date
    half_term_first: date | None = None
    half_term_last: date | None = None


def school_terms(rows: Iterable[tuple[str, date, date]]) -> tuple[Term, ...]:
    """The terms from stored rows of kind ("term", or "half-term" for the holiday in the middle), first and last day."""
    listed = sorted(rows)
    holidays = [(first, last) for kind, first, last in listed if kind == "half-term"]
    found = []
    for kind, first, last in listed:
        if kind != "term":
            continue
        inside = next(((begins, ends) for begins, ends in holidays if first < begins and ends < last), (None, None))
        found.append(Term(first_day=first, last_day=last, half_term_first=inside[0], half_term_last=inside[1]))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Days:
    """So many days after the last contact."""

    count: int


@dataclass(frozen=True, slots=True)
class Months:
    """So many calendar months after the last contact, clamped to the month's end."""

    count: int


@dataclass(frozen=True, slots=True)
class Terms:
    """Once in each school term, or in each half of one."""

    half: bool


@dataclass(frozen=True, slots=True)
class Meetings:
    """At each of the group's listed meetings."""


@dataclass(frozen=True, slots=True)
class OnRequest:
    """Only when the group asks."""


Cadence = Days | Months | Terms | Meetings | OnRequest

_PLAIN: dict[Frequency, Cadence] = {
    Frequency.WEEKLY: Days(7),
    Frequency.FORTNIGHTLY: Days(14),
    Frequency.MONTHLY: Months(1),
    Frequency.TWO_MONTHLY: Months(2),
    Frequency.QUARTERLY: Months(3),
    Frequency.FOUR_MONTHLY: Months(4),
    Frequency.HALF_YEARLY: Months(6),
    Frequency.YEARLY: Months(12),
    Frequency.TERMLY: Terms(half=False),
    Frequency.HALF_TERMLY: Terms(half=True),
    Frequency.PER_MEETING: Meetings(),
    Frequency.ON_REQUEST: OnRequest(),
}


@cache
def cadence(frequency: Frequency, every: int | None = None) -> Cadence:
    """What a stored frequency means; ValueError when one that needs a number has none that is allowed."""
    if frequency in _PLAIN:
        return _PLAIN[frequency]
    if every is None or not 1 <= every <= LARGEST_EVERY[frequency]:
        raise ValueError(f"{frequency} needs a number from 1 to {LARGEST_EVERY[frequency]}")
    match frequency:
        case Frequency.EVERY_MONTHS:
            return Months(every)
        case Frequency.EVERY_WEEKS:
            return Days(7 * every)
        case _:
            return Days(every)


def next_after(rhythm: Cadence, anchor: date, meetings: Sequence[date], terms: Sequence[Term]) -> date | None:
    """The day on which contact is next due when the last was on the anchor: always later than it; None on request."""
    match rhythm:
        case Days(count):
            return anchor + timedelta(days=count)
        case Months(count):
            return add_months(anchor, count)
        case Terms(half):
            return _next_term_day(anchor, terms, half=half)
        case Meetings():
            return min((day for day in meetings if day > anchor), default=anchor + timedelta(days=1))
        case OnRequest():
            return None


def _next_term_day(anchor: date, terms: Sequence[Term], *, half: bool) -> date:
    """As far into the next term as the anchor was into its own, and never past its last day.

    So a school seen in the third week of one term is due in the third week of the next, and schools do not all
    fall due on one day. Where no term dates are known that far, four calendar months stand in, or two for a half.
    """
    spans = sorted(_halves(terms) if half else ((t.first_day, t.last_day) for t in terms))
    begun = [first for first, _ in spans if first <= anchor]
    ahead = [span for span in spans if span[0] > anchor]
    if not begun or not ahead:
        return add_months(anchor, 2 if half else 4)
    first, last = ahead[0]
    return min(first + (anchor - begun[-1]), last)


def _halves(terms: Sequence[Term]) -> list[tuple[date, date]]:
    spans = []
    for term in terms:
        if term.half_term_first is None or term.half_term_last is None:
            spans.append((term.first_day, term.last_day))
            continue
        spans.append((term.first_day, term.half_term_first - timedelta(days=1)))
        spans.append((term.half_term_last + timedelta(days=1), term.last_day))
    return spans


SOON_WINDOWS = ((7, 1), (14, 3), (31, 5), (62, 7), (92, 10), (123, 14), (184, 21))
"""Due soon begins so many days (second) before the date, for an interval of at most so many days (first)."""
SOON_LONGEST = 30
ALL_SOON_DAYS = (0, *(window for _, window in SOON_WINDOWS), SOON_LONGEST)


def soon_days(rhythm: Cadence) -> int:
    """How many days before the due date "due soon" begins; a meeting has a week's notice."""
    match rhythm:
        case Days(count):
            return _window(count)
        case Months(count):
            return _window(31 * count - (count // 2 if count > 2 else 0))
        case Terms(half):
            return _window(62 if half else 123)
        case Meetings():
            return _window(62)
        case OnRequest():
            return 0


@cache
def _window(interval: int) -> int:
    return next((window for longest, window in SOON_WINDOWS if interval <= longest), SOON_LONGEST)


def check_frequency(frequency: Frequency, every: int | None, longest_days: int | None = None) -> None:
    """Refuses a frequency whose number makes no sense, or a longest gap shorter than the frequency itself."""
    if frequency in LARGEST_EVERY:
        unit, largest = frequency.value.removeprefix("every_"), LARGEST_EVERY[frequency]
        if every is None:
            raise Refused("Enter the number of {unit}, from 1 to {largest}", field="every", unit=unit, largest=largest)
        if not 1 <= every <= largest:
            raise Refused("Number of {unit} must be from 1 to {largest}", field="every", unit=unit, largest=largest)
    if longest_days is None:
        return
    rhythm = cadence(frequency, every)
    if isinstance(rhythm, OnRequest):
        raise Refused("A group contacted on request has no longest gap: leave it empty", field="longest_days")
    shortest = rhythm.count if isinstance(rhythm, Days) else 31 * rhythm.count if isinstance(rhythm, Months) else 1
    if not shortest <= longest_days <= 3_720:
        raise Refused("Longest gap must be from {shortest} to 3,720 days", field="longest_days", shortest=shortest)
