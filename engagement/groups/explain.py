"""Why a group's next contact is due when it is, in one plain sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from engagement.core.dates import days_over, say_date
from engagement.groups.domain import Agreement, Level, Pause, ask_again_on, asks_for_dates, due_on
from engagement.groups.frequency import Term
from engagement.groups.standing import Standing, StandingFacts, standing


def explain(
    agreement: Agreement,
    last: date | None,
    *,
    today: date,
    level: Level = Level.CONSULT,
    pauses: Sequence[Pause] = (),
    term_dates: Sequence[Term] = (),
) -> str:
    """The sentence: "Monthly, last spoke Sat 3 Oct; due Tue 3 Nov". It names every fact that moved the date."""
    how_often = agreement.frequency.say(agreement.every) + (" (assumed)" if agreement.assumed else "")
    again = ask_again_on(agreement)
    if again is not None:
        return f"{how_often}, so never overdue; ask on {say_date(again, today)} whether that is still right"
    if last is None:
        since = f"never contacted, agreed from {say_date(agreement.starts_on, today)}"
    else:
        since = f"last {'told' if level is Level.INFORM else 'spoke'} {say_date(last, today)}"
    return f"{how_often}, {since}; {_outcome(agreement, last, today, pauses, term_dates)}"


def _outcome(agreement: Agreement, last: date | None, today: date, pauses: Sequence[Pause], terms: Sequence[Term]) -> str:
    due = due_on(agreement, last, pauses, terms)
    if due is None:
        return "paused with no end date, so nothing is due"
    unpaused = due_on(agreement, last, (), terms) if pauses else due
    if unpaused is not None and due > unpaused:
        return f"paused until {say_date(due - timedelta(days=1), today)}, so due {say_date(due, today)}"
    if asks_for_dates(agreement, last):
        return f"no meeting dates left: ask for them, due {say_date(due, today)}"
    if due == agreement.starts_on and last is not None and last < due:
        return f"due {say_date(due, today)}, the day the agreement began"
    if due == agreement.first_due_on:
        return f"first due {say_date(due, today)}"
    return f"due {say_date(due, today)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """Where a group stands, for the eye: the end of a CSS class that gives shape and colour, and the words that tell it."""

    look: str
    words: str


_LOOKS = {Standing.NEVER_CONTACTED: "never"}


def badge(facts: StandingFacts, today: date) -> Badge:
    """A group's standing in a few words: "9 days over", "Paused until Fri 4 Dec". Words alone tell everything."""
    at = standing(facts, today)
    return Badge(look=_LOOKS.get(at, at.value.replace("_", "-")), words=_badge_words(at, facts, today))


def _badge_words(at: Standing, facts: StandingFacts, today: date) -> str:
    due = facts.next_due_on
    match at:
        case Standing.PAUSED:
            return f"Paused until {say_date(facts.paused_until, today)}" if facts.paused_until else "Paused, no end date"
        case Standing.OVERDUE | Standing.DUE_SOON if due is not None:
            words = days_over((today - due).days)
            return words[0].upper() + words[1:]
        case Standing.LONG_OVERDUE if due is not None:
            return f"{days_over((today - due).days)}, too long".replace("due today, too long", "Due today, too long")
        case Standing.NOT_DUE | Standing.NEVER_CONTACTED if due is not None:
            return f"{'Never contacted, due' if at is Standing.NEVER_CONTACTED else 'Due'} {say_date(due, today)}"
        case _:
            return at.label
