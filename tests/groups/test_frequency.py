"""Frequencies are named, measured and refused with a sentence; every month is the right number of days' notice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.core.errors import Refused
from engagement.groups.frequency import (
    LARGEST_EVERY,
    SOON_LONGEST,
    Days,
    Frequency,
    Meetings,
    Months,
    OnRequest,
    Terms,
    cadence,
    check_frequency,
    next_after,
    school_terms,
    soon_days,
)
from tests.groups.facts import DAYS, TERMS


@pytest.mark.parametrize("frequency", LARGEST_EVERY)
@pytest.mark.parametrize("every", [0, -1, 10_000, None])
def test_numbers_that_make_no_sense_are_refused(frequency: Frequency, every: int | None) -> None:
    with pytest.raises(Refused) as refused:
        check_frequency(frequency, every)
    assert refused.value.field == "every"
    assert f"from 1 to {LARGEST_EVERY[frequency]}" in str(refused.value)
    with pytest.raises(ValueError, match="needs a number"):
        cadence(frequency, every)


def test_the_sentence_names_the_unit() -> None:
    with pytest.raises(Refused, match=r"^Number of months must be from 1 to 120$"):
        check_frequency(Frequency.EVERY_MONTHS, 10_000)


@given(st.sampled_from(Frequency), st.integers(-5, 500))
def test_what_is_accepted_has_a_meaning_and_what_is_refused_has_none(frequency: Frequency, every: int) -> None:
    try:
        check_frequency(frequency, every)
    except Refused:
        with pytest.raises(ValueError, match="needs a number"):
            cadence(frequency, every)
    else:
        assert cadence(frequency, every)


@pytest.mark.parametrize(
    ("frequency", "gap"), [(Frequency.MONTHLY, 20), (Frequency.WEEKLY, 6), (Frequency.YEARLY, 5000), (Frequency.ON_REQUEST, 90)]
)
def test_a_longest_gap_is_no_shorter_than_the_frequency(frequency: Frequency, gap: int) -> None:
    with pytest.raises(Refused) as refused:
        check_frequency(frequency, None, gap)
    assert refused.value.field == "longest_days"


def test_a_longest_gap_that_makes_sense_is_taken() -> None:
    check_frequency(Frequency.MONTHLY, None, 60)
    check_frequency(Frequency.EVERY_MONTHS, 120, 3_720)
    check_frequency(Frequency.PER_MEETING, None, 45)


@given(st.sampled_from(Frequency), st.integers(1, 100), DAYS)
def test_the_next_day_is_later_and_due_soon_begins_no_more_than_a_window_before(frequency: Frequency, every: int, anchor: date) -> None:
    rhythm = cadence(frequency, every)
    following = next_after(rhythm, anchor, (), TERMS)
    match rhythm:
        case Days(count):
            assert following == anchor + timedelta(days=count)
        case Months(count):
            assert following is not None and (following.year - anchor.year) * 12 + following.month - anchor.month == count
        case Terms() | Meetings():
            assert following is not None and following > anchor
        case OnRequest():
            assert following is None
    assert 0 <= soon_days(rhythm) <= SOON_LONGEST


@given(st.integers(1, 365))
def test_windows_grow_with_the_interval(every: int) -> None:
    rhythm = cadence(Frequency.EVERY_DAYS, every)
    assert 1 <= soon_days(rhythm) <= soon_days(cadence(Frequency.EVERY_DAYS, min(every + 1, 365)))


def test_frequencies_in_words() -> None:
    assert Frequency.TWO_MONTHLY.label == "Two-monthly"
    assert Frequency.EVERY_WEEKS.say(6) == "Every 6 weeks"
    assert Frequency.EVERY_WEEKS.say(1) == "Every week"
    assert Frequency.PER_MEETING.say() == "Every meeting"
    assert len({f.label for f in Frequency}) == len(Frequency)
    assert {f.value for f in Frequency if f.counted} == {"every_days", "every_weeks", "every_months"}


def test_terms_are_read_from_rows_in_any_order() -> None:
    rows = []
    for term in TERMS:
        assert term.half_term_first is not None and term.half_term_last is not None
        rows.append(("half-term", term.half_term_first, term.half_term_last))
        rows.append(("term", term.first_day, term.last_day))
    assert school_terms(rows) == school_terms(rows[::-1]) == TERMS
    whole = school_terms([row for row in rows if row[0] == "term"])
    assert all(term.half_term_first is None and term.half_term_last is None for term in whole)
    assert [(t.first_day, t.last_day) for t in whole] == [(t.first_day, t.last_day) for t in TERMS]
