"""Why a group's next contact is due when it is, in one plain sentence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from engagement.core.dates import say_date
from engagement.groups.domain import Agreement, Level, Pause, ask_again_on, asks_for_dates, due_on
from engagement.groups.frequency import Term


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
    unpaused = due_on(agreement, last, (), terms)
    if unpaused is not None and due > unpaused:
        return f"paused until {say_date(due - timedelta(days=1), today)}, so due {say_date(due, today)}"
    if asks_for_dates(agreement, last):
        return f"no meeting dates left: ask for them, due {say_date(due, today)}"
    if due == agreement.starts_on and last is not None and last < due:
        return f"due {say_date(due, today)}, the day the agreement began"
    if due == agreement.first_due_on:
        return f"first due {say_date(due, today)}"
    return f"due {say_date(due, today)}"
