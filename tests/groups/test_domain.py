"""When the next contact is due: every frequency over years of days, month ends, pauses, terms, meetings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.core.months import add_months
from engagement.groups.domain import Agreement, Level, Pause, ask_again_on, asks_for_dates, due_dates, due_on, last_contact, longest_on
from engagement.groups.frequency import Frequency
from tests.groups.facts import AGREEMENTS, DAYS, PAUSES, TERMS, agreement

ONE_DAY = timedelta(days=1)
START = date(2020, 1, 1)


@pytest.mark.parametrize(
    ("frequency", "every", "due", "longest"),
    [
        (Frequency.WEEKLY, None, date(2026, 2, 7), date(2026, 2, 10)),
        (Frequency.FORTNIGHTLY, None, date(2026, 2, 14), date(2026, 2, 21)),
        (Frequency.MONTHLY, None, date(2026, 2, 28), date(2026, 3, 14)),
        (Frequency.TWO_MONTHLY, None, date(2026, 3, 31), date(2026, 4, 29)),
        (Frequency.QUARTERLY, None, date(2026, 4, 30), date(2026, 5, 30)),
        (Frequency.FOUR_MONTHLY, None, date(2026, 5, 31), date(2026, 6, 30)),
        (Frequency.HALF_YEARLY, None, date(2026, 7, 31), date(2026, 8, 30)),
        (Frequency.YEARLY, None, date(2027, 1, 31), date(2027, 3, 2)),
        (Frequency.EVERY_DAYS, 10, date(2026, 2, 10), date(2026, 2, 15)),
        (Frequency.EVERY_WEEKS, 6, date(2026, 3, 14), date(2026, 4, 4)),
        (Frequency.EVERY_MONTHS, 13, date(2027, 2, 28), date(2027, 3, 30)),
        (Frequency.ON_REQUEST, None, None, None),
    ],
)
def test_each_frequency_from_the_31st_of_january(frequency: Frequency, every: int | None, due: date | None, longest: date | None) -> None:
    agreed = agreement(frequency, every=every)
    assert due_on(agreed, date(2026, 1, 31)) == due
    assert longest_on(agreed, date(2026, 1, 31)) == longest


def test_month_ends_come_back_to_the_31st() -> None:
    monthly = agreement(Frequency.MONTHLY)
    assert due_on(monthly, date(2026, 1, 31)) == date(2026, 2, 28)
    assert due_on(monthly, date(2028, 1, 31)) == date(2028, 2, 29)
    assert due_on(monthly, date(2026, 3, 31)) == date(2026, 4, 30)
    assert due_on(agreement(Frequency.TWO_MONTHLY), date(2026, 1, 31)) == date(2026, 3, 31)
    assert due_on(agreement(Frequency.YEARLY), date(2024, 2, 29)) == date(2025, 2, 28)


@pytest.mark.parametrize("frequency", [f for f in Frequency if f is not Frequency.ON_REQUEST])
def test_over_years_of_days_the_dates_only_move_forward(frequency: Frequency) -> None:
    agreed = agreement(frequency, every=5 if frequency.counted else None)
    day, before = date(2022, 1, 1), None
    while day < date(2030, 1, 1):
        dates = due_dates(agreed, day, (), TERMS)
        assert dates is not None
        assert dates.next_due_on > day
        assert dates.next_due_on <= dates.longest_on
        assert 3 <= (dates.longest_on - dates.next_due_on).days <= 30
        assert before is None or dates.next_due_on >= before
        before = dates.next_due_on
        day += ONE_DAY


@given(AGREEMENTS, st.none() | DAYS, st.none() | DAYS, PAUSES)
def test_a_newer_contact_never_brings_the_date_forward(
    agreed: Agreement, one: date | None, other: date | None, booked: tuple[Pause, ...]
) -> None:
    # a first contact before the agreement began is not compared with none: that one counts from the start
    pauses = [replace(p, decided_on=max(p.decided_on, p.starts_on)) for p in booked]
    earlier, later = sorted(day or agreed.starts_on for day in (one, other))
    first, second = due_on(agreed, earlier, pauses, TERMS), due_on(agreed, later, pauses, TERMS)
    assert second is None or (first is not None and first <= second)


@given(AGREEMENTS, st.none() | DAYS, PAUSES)
def test_never_before_the_agreement_nor_in_a_pause(agreed: Agreement, last: date | None, pauses: tuple[Pause, ...]) -> None:
    dates = due_dates(agreed, last, pauses, TERMS)
    if dates is None:
        assert agreed.frequency is Frequency.ON_REQUEST or any(p.until is None for p in pauses)
        return
    due, unpaused = dates.next_due_on, due_on(agreed, last, (), TERMS)
    assert unpaused is not None
    assert agreed.starts_on <= due <= dates.longest_on
    assert not any(p.covers(due) for p in pauses)
    assert due == unpaused or (due > unpaused and any(p.until == due - ONE_DAY for p in pauses))


@given(AGREEMENTS, st.none() | DAYS, PAUSES)
def test_never_before_the_day_after_a_pause_that_began_when_it_was_decided(
    agreed: Agreement, last: date | None, booked: tuple[Pause, ...]
) -> None:
    pauses = [replace(p, decided_on=max(p.decided_on, p.starts_on)) for p in booked]
    due = due_on(agreed, last, pauses, TERMS)
    assert due is None or all(p.until is not None and due > p.until for p in pauses)


@given(AGREEMENTS, st.none() | DAYS, st.permutations(range(4)), st.lists(PAUSES.map(lambda p: p[:1]), min_size=4, max_size=4))
def test_the_order_of_pauses_and_meetings_does_not_matter(
    agreed: Agreement, last: date | None, order: list[int], found: list[tuple[Pause, ...]]
) -> None:
    pauses = [p for some in found for p in some]
    mixed = [p for n in order for p in found[n]]
    assert due_dates(agreed, last, pauses, TERMS) == due_dates(agreed, last, mixed, TERMS[::-1])


def test_an_overdue_group_that_is_paused_is_due_the_day_after() -> None:
    monthly, last = agreement(Frequency.MONTHLY), date(2026, 9, 1)
    pause = Pause(starts_on=date(2026, 10, 20), until=date(2026, 11, 10), decided_on=date(2026, 10, 20))
    assert due_on(monthly, last, [pause]) == date(2026, 11, 11)
    assert longest_on(monthly, last, [pause]) == date(2026, 11, 26)


def test_a_pause_booked_ahead_does_not_hide_a_date_before_it() -> None:
    monthly, last = agreement(Frequency.MONTHLY), date(2026, 6, 15)
    summer = Pause(starts_on=date(2026, 8, 1), until=date(2026, 8, 31), decided_on=date(2026, 6, 20))
    assert due_on(monthly, last, [summer]) == date(2026, 7, 15)
    assert due_on(monthly, date(2026, 7, 14), [summer]) == date(2026, 9, 1)


def test_an_open_ended_pause_leaves_nothing_due() -> None:
    pause = Pause(starts_on=date(2026, 10, 1), until=None, decided_on=date(2026, 10, 1))
    assert due_dates(agreement(Frequency.MONTHLY), date(2026, 9, 20), [pause]) is None


def test_a_pause_that_is_over_before_the_last_contact_changes_nothing() -> None:
    pause = Pause(starts_on=date(2026, 8, 1), until=date(2026, 8, 31), decided_on=date(2026, 8, 1))
    assert due_on(agreement(Frequency.MONTHLY), date(2026, 9, 10), [pause]) == date(2026, 10, 10)


def test_one_pause_after_another() -> None:
    pauses = [
        Pause(starts_on=date(2026, 11, 11), until=date(2026, 11, 30), decided_on=date(2026, 11, 1)),
        Pause(starts_on=date(2026, 10, 1), until=date(2026, 11, 10), decided_on=date(2026, 10, 1)),
    ]
    assert due_on(agreement(Frequency.MONTHLY), date(2026, 9, 20), pauses) == date(2026, 12, 1)


def test_never_contacted_counts_from_the_start_and_an_old_contact_waits_for_it() -> None:
    agreed = agreement(Frequency.MONTHLY, starts_on=date(2026, 10, 31))
    assert due_on(agreed, None) == date(2026, 11, 30)
    assert due_on(agreed, date(2026, 1, 5)) == date(2026, 10, 31)


def test_an_assumed_agreement_spreads_out_its_first_contact_alone() -> None:
    agreed = agreement(Frequency.MONTHLY, starts_on=date(2026, 11, 2), first_due_on=date(2026, 11, 19), assumed=True)
    assert due_on(agreed, None) == date(2026, 11, 19)
    assert due_on(agreed, date(2026, 3, 1)) == date(2026, 11, 19)
    assert due_on(agreed, date(2026, 10, 30)) == date(2026, 11, 30)
    assert due_on(agreed, date(2026, 11, 5)) == date(2026, 12, 5)


def test_an_agreed_longest_gap_counts_from_the_last_contact() -> None:
    agreed = agreement(Frequency.MONTHLY, longest_days=60)
    assert longest_on(agreed, date(2026, 1, 31)) == date(2026, 1, 31) + timedelta(days=60)


def test_terms_put_the_next_contact_as_far_into_the_next_term() -> None:
    termly, half = agreement(Frequency.TERMLY), agreement(Frequency.HALF_TERMLY)
    assert due_on(termly, date(2026, 9, 15), (), TERMS) == date(2027, 1, 18)
    assert due_on(termly, date(2026, 12, 24), (), TERMS) == date(2027, 3, 25)
    assert due_on(half, date(2026, 9, 15), (), TERMS) == date(2026, 11, 16)
    assert due_on(half, date(2026, 10, 30), (), TERMS) == date(2026, 12, 18)
    assert due_on(termly, date(2029, 9, 15), (), TERMS) == date(2030, 1, 15)
    assert due_on(half, date(2026, 9, 15), ()) == date(2026, 11, 15)


def test_meetings_are_due_on_their_dates_and_then_ask_for_more() -> None:
    listed = (date(2026, 11, 12), date(2026, 10, 8))
    agreed = agreement(Frequency.PER_MEETING, dates=listed, starts_on=date(2026, 10, 8))
    assert due_on(agreed, None) == date(2026, 10, 8)
    assert due_on(agreed, date(2026, 10, 8)) == date(2026, 11, 12)
    assert not asks_for_dates(agreed, date(2026, 10, 8))
    assert due_on(agreed, date(2026, 11, 12)) == date(2026, 11, 13)
    assert asks_for_dates(agreed, date(2026, 11, 12))
    assert asks_for_dates(agreement(Frequency.PER_MEETING), None)
    assert due_on(agreement(Frequency.PER_MEETING), None) == START + ONE_DAY


@given(AGREEMENTS, st.none() | DAYS)
def test_dates_are_asked_for_only_where_none_is_left(agreed: Agreement, last: date | None) -> None:
    if asks_for_dates(agreed, last):
        assert agreed.frequency is Frequency.PER_MEETING
        assert due_on(agreed, last) not in agreed.dates or due_on(agreed, last) == agreed.starts_on


@given(DAYS, st.none() | DAYS)
def test_on_request_is_never_due_and_asked_about_once_a_year(starts: date, confirmed: date | None) -> None:
    agreed = agreement(Frequency.ON_REQUEST, starts_on=starts, confirmed_on=confirmed)
    assert due_dates(agreed, None) is None
    assert ask_again_on(agreed) == add_months(max(starts, confirmed or starts), 12)
    assert ask_again_on(agreement(Frequency.MONTHLY)) is None


@given(st.sampled_from(Level), st.none() | DAYS, st.none() | DAYS)
def test_only_inform_counts_what_goes_one_way(level: Level, two_way: date | None, one_way: date | None) -> None:
    counted = last_contact(level, two_way, one_way)
    if level is Level.INFORM:
        assert counted == max(filter(None, (two_way, one_way)), default=None)
    else:
        assert counted == two_way
    assert level.phrase and level.label
