"""The sentence that says why a group is due when it is names every fact that moved the date."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from engagement.core.dates import say_date
from engagement.groups.domain import Agreement, Level, Pause, due_on
from engagement.groups.explain import explain
from engagement.groups.frequency import Frequency
from tests.groups.facts import AGREEMENTS, DAYS, PAUSES, TERMS, agreement

TODAY = date(2026, 11, 23)
OCTOBER = date(2026, 10, 3)


def test_sentences() -> None:
    monthly = agreement(Frequency.MONTHLY)
    assert explain(monthly, OCTOBER, today=TODAY) == "Monthly, last spoke Sat 3 Oct; due Tue 3 Nov"
    assert explain(monthly, OCTOBER, today=TODAY, level=Level.INFORM) == "Monthly, last told Sat 3 Oct; due Tue 3 Nov"
    new = agreement(Frequency.QUARTERLY, starts_on=date(2026, 10, 1), assumed=True)
    assert explain(new, None, today=TODAY) == "Quarterly (assumed), never contacted, agreed from Thu 1 Oct; due Fri 1 Jan 2027"
    spread = agreement(Frequency.QUARTERLY, starts_on=date(2026, 10, 1), assumed=True, first_due_on=date(2026, 12, 1))
    assert explain(spread, None, today=TODAY) == "Quarterly (assumed), never contacted, agreed from Thu 1 Oct; first due Tue 1 Dec"
    began = agreement(Frequency.WEEKLY, starts_on=date(2026, 11, 2))
    assert explain(began, OCTOBER, today=TODAY) == "Weekly, last spoke Sat 3 Oct; due Mon 2 Nov, the day the agreement began"
    every = agreement(Frequency.EVERY_WEEKS, every=6)
    assert explain(every, OCTOBER, today=TODAY) == "Every 6 weeks, last spoke Sat 3 Oct; due Sat 14 Nov"


def test_sentences_about_pauses_requests_and_meetings() -> None:
    monthly = agreement(Frequency.MONTHLY)
    pause = Pause(starts_on=date(2026, 11, 1), until=date(2026, 11, 30), decided_on=date(2026, 11, 1))
    assert explain(monthly, OCTOBER, today=TODAY, pauses=[pause]) == (
        "Monthly, last spoke Sat 3 Oct; paused until Mon 30 Nov, so due Tue 1 Dec"
    )
    open_ended = Pause(starts_on=date(2026, 11, 1), until=None, decided_on=date(2026, 11, 1))
    assert explain(monthly, OCTOBER, today=TODAY, pauses=[open_ended]) == (
        "Monthly, last spoke Sat 3 Oct; paused with no end date, so nothing is due"
    )
    asked = agreement(Frequency.ON_REQUEST, starts_on=date(2026, 3, 3))
    assert explain(asked, None, today=TODAY) == "On request, so never overdue; ask on Wed 3 Mar 2027 whether that is still right"
    meetings = agreement(Frequency.PER_MEETING, dates=(OCTOBER, date(2026, 12, 5)))
    assert explain(meetings, OCTOBER, today=TODAY) == "Every meeting, last spoke Sat 3 Oct; due Sat 5 Dec"
    assert explain(meetings, date(2026, 12, 5), today=TODAY) == (
        "Every meeting, last spoke Sat 5 Dec; no meeting dates left: ask for them, due Sun 6 Dec"
    )


@given(AGREEMENTS, st.none() | DAYS, PAUSES)
def test_the_sentence_always_names_the_due_date_and_the_last_contact(
    agreed: Agreement, last: date | None, pauses: tuple[Pause, ...]
) -> None:
    said = explain(agreed, last, today=TODAY, pauses=pauses, term_dates=TERMS)
    due = due_on(agreed, last, pauses, TERMS)
    assert said.startswith(agreed.frequency.say(agreed.every))
    if due is not None:
        assert f"due {say_date(due, TODAY)}" in said
        assert ("never contacted" if last is None else say_date(last, TODAY)) in said
        assert "paused until" not in said or say_date(due - timedelta(days=1), TODAY) in said
