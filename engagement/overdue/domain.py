"""Rules of lateness: which decision a sergeant may take about an overdue group, how long it stands, what cleared a flag."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from engagement.core.dates import say_date
from engagement.core.errors import Refused

LONGEST_WAIT = timedelta(days=31)
ANSWER_WITHIN = timedelta(days=7)


class DecisionKind(StrEnum):
    """What a sergeant can do about a group that is overdue."""

    ASK = "ask"
    GIVE = "give"
    BOOK = "book"
    PAUSE = "pause"
    AGREEMENT = "agreement"
    SNOOZE = "snooze"
    DORMANT = "dormant"

    @property
    def label(self) -> str:
        """The words on a button."""
        return _LABELS[self]

    @property
    def done(self) -> str:
        """The words on a row that was decided."""
        return _DONE[self]


_LABELS = {
    DecisionKind.ASK: "Ask the owner",
    DecisionKind.GIVE: "Give to",
    DecisionKind.BOOK: "Book by",
    DecisionKind.PAUSE: "Pause",
    DecisionKind.AGREEMENT: "Change the agreement",
    DecisionKind.SNOOZE: "Snooze",
    DecisionKind.DORMANT: "Make it dormant",
}
_DONE = {
    DecisionKind.ASK: "Asked",
    DecisionKind.GIVE: "Given to",
    DecisionKind.BOOK: "Book by",
    DecisionKind.PAUSE: "Paused",
    DecisionKind.AGREEMENT: "Agreement changed",
    DecisionKind.SNOOZE: "Snoozed",
    DecisionKind.DORMANT: "Made dormant",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A decision that was taken about a group for one due date, and not undone. `until`: the last day on which it stands."""

    kind: DecisionKind
    until: date | None = None


def stands(taken: Taken, today: date) -> bool:
    """Whether the group counts as decided: until the last day of a decision that has one, else as long as the due date is the same."""
    return taken.until is None or today <= taken.until


def decided(history: Sequence[Taken], today: date) -> bool:
    """Whether the last decision about (group, due date), oldest first in `history`, still stands."""
    return bool(history) and stands(history[-1], today)


def escalation_day(today: date, nights: int) -> date:
    """The day on which a group must have been long overdue and undecided already for the inspector to have it today."""
    return today - timedelta(days=nights)


def escalated(longest_on: date | None, history: Sequence[Taken], today: date, nights: int) -> bool:
    """Whether the inspector has it: so many nights ago it was long overdue, and no decision stood that has not lapsed since.

    A decision that lapses gives the sergeant as many nights again. `history` is of the present due date, oldest first.
    """
    day = escalation_day(today, nights)
    return longest_on is not None and longest_on <= day and not decided(history, day)


def snoozes_running(history: Sequence[Taken]) -> int:
    """How many snoozes there are in a row at the end of the history for one due date."""
    count = 0
    for taken in reversed(history):
        if taken.kind is not DecisionKind.SNOOZE:
            break
        count += 1
    return count


def stands_until(kind: DecisionKind, until: date | None, today: date) -> date | None:
    """The last day on which a decision taken today stands: the day chosen; a week for a question or a new owner, so that a
    group nobody went to see comes back; without end for a pause or an agreement, which move the due date itself."""
    match kind:
        case DecisionKind.BOOK | DecisionKind.SNOOZE | DecisionKind.PAUSE:
            return until
        case DecisionKind.ASK | DecisionKind.GIVE:
            return today + ANSWER_WITHIN
        case DecisionKind.AGREEMENT | DecisionKind.DORMANT:
            return None


def check_decision(
    kind: DecisionKind, *, until: date | None, officer_id: int | None, history: Sequence[Taken], today: date, most_snoozes: int = 2
) -> None:
    """Refuses what may not be decided about one group, beside `until`, `officer_id` or the kind itself.

    `history` is what was decided for the same due date, oldest first; what was undone is not in it.
    """
    if kind is DecisionKind.GIVE and officer_id is None:
        raise Refused("Choose an officer", field="officer_id")
    if kind in (DecisionKind.BOOK, DecisionKind.SNOOZE):
        if until is None:
            raise Refused("Enter the day, such as {day}", field="until", day=_example(today))
        earliest = today if kind is DecisionKind.BOOK else today + timedelta(days=1)
        if until < earliest:
            words = "Date must be today or in the future" if kind is DecisionKind.BOOK else "Date must be in the future"
            raise Refused(words, field="until")
        if until > today + LONGEST_WAIT:
            raise Refused("Date must be on or before {day}", field="until", day=say_date(today + LONGEST_WAIT, today))
    if kind is DecisionKind.SNOOZE and snoozes_running(history) >= most_snoozes:
        raise Refused("It was snoozed {most} times running: decide something else", field="kind", most=most_snoozes)


def _example(today: date) -> str:
    day = today + timedelta(days=3)
    return f"{day.day}/{day.month}/{day.year}"


class Cleared(StrEnum):
    """What cleared a flag."""

    CONTACT = "contact"
    PAUSE = "pause"
    AGREEMENT = "agreement"
    CORRECTED = "corrected"
    DORMANT = "dormant"

    @property
    def label(self) -> str:
        """The words on the group's page."""
        return {
            Cleared.CONTACT: "Contacted",
            Cleared.PAUSE: "Paused",
            Cleared.AGREEMENT: "Agreement changed",
            Cleared.CORRECTED: "An entry was corrected",
            Cleared.DORMANT: "Gone dormant",
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagFacts:
    """What is known of a group whose flag for `due_on`, raised on `raised_on`, no longer holds.

    `contacted_on`: the latest contact that counts. `paused_on`: when the pause that holds or comes next was decided.
    `agreed_on`: when the agreement in force was recorded.
    """

    due_on: date
    raised_on: date
    contacted_on: date | None = None
    paused_on: date | None = None
    agreed_on: date | None = None
    dormant: bool = False


def what_cleared(facts: FlagFacts) -> Cleared:
    """Why the flag no longer holds. Contact on or after the due date comes first; where nothing of what people can do
    explains it, an entry was corrected, withdrawn, or typed late for a day before it was due."""
    if facts.contacted_on is not None and facts.contacted_on >= facts.due_on:
        return Cleared.CONTACT
    if facts.dormant:
        return Cleared.DORMANT
    if facts.paused_on is not None and facts.paused_on >= facts.raised_on:
        return Cleared.PAUSE
    if facts.agreed_on is not None and facts.agreed_on >= facts.raised_on:
        return Cleared.AGREEMENT
    return Cleared.CORRECTED
