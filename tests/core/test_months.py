"""Calendar months never drift, and working days are those of England."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.core.months import Month, add_months, bank_holidays, is_working_day, next_working_day, working_day_on_or_after

DAYS = st.dates(min_value=date(1950, 1, 1), max_value=date(2150, 12, 31))
MONTHS = st.builds(Month, st.integers(1950, 2150), st.integers(1, 12))


@pytest.mark.parametrize(
    ("anchor", "months", "result"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 1, 31), 2, date(2026, 3, 31)),
        (date(2026, 1, 31), 3, date(2026, 4, 30)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -13, date(2024, 12, 15)),
    ],
)
def test_month_ends(anchor: date, months: int, result: date) -> None:
    assert add_months(anchor, months) == result


def test_the_anchors_day_comes_back_after_every_short_month() -> None:
    anchor = date(2020, 1, 31)
    for months in range(240):
        day = add_months(anchor, months)
        assert day.day == min(31, calendar.monthrange(day.year, day.month)[1])


@given(DAYS, st.integers(-600, 600))
def test_adding_months_lands_in_the_right_month_on_the_anchors_day_or_the_last(anchor: date, months: int) -> None:
    day = add_months(anchor, months)
    assert (day.year - anchor.year) * 12 + day.month - anchor.month == months
    assert day.day == anchor.day or (day.day < anchor.day and (day + timedelta(days=1)).day == 1)


@given(DAYS, DAYS, st.integers(0, 240))
def test_a_later_anchor_never_gives_an_earlier_day(one: date, other: date, months: int) -> None:
    earlier, later = sorted((one, other))
    assert add_months(earlier, months) <= add_months(later, months)


@given(MONTHS)
def test_a_month_is_bounded_by_its_neighbours(month: Month) -> None:
    assert month.previous.last + timedelta(days=1) == month.first
    assert month.last + timedelta(days=1) == month.next.first
    assert month.previous.next == month == Month.of(month.first) == Month.of(month.last)
    assert Month.parse(str(month)) == month
    assert month.previous < month < month.next
    assert month.first in month and month.last in month and month.next.first not in month


@given(DAYS)
def test_every_day_is_in_its_month(day: date) -> None:
    assert day in Month.of(day)


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "2026-1", "26-10", "2026/10", "", "2026-10-01", "٢٠٢٦-١٠", "0000-01"])
def test_what_is_not_a_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Month.parse(text)


def test_a_month_in_words() -> None:
    assert Month(2026, 10).name == "October 2026"
    assert str(Month(2026, 9)) == "2026-09"


def test_bank_holidays_are_the_ones_that_gov_uk_lists() -> None:
    assert bank_holidays(2026) == {
        date(2026, 1, 1),
        date(2026, 4, 3),
        date(2026, 4, 6),
        date(2026, 5, 4),
        date(2026, 5, 25),
        date(2026, 8, 31),
        date(2026, 12, 25),
        date(2026, 12, 28),
    }
    assert {date(2027, 12, 27), date(2027, 12, 28)} <= bank_holidays(2027)
    assert not {date(2027, 12, 25), date(2027, 12, 26)} & bank_holidays(2027)


@pytest.mark.parametrize(
    ("day", "following"),
    [
        (date(2026, 11, 6), date(2026, 11, 9)),
        (date(2026, 11, 9), date(2026, 11, 10)),
        (date(2026, 12, 24), date(2026, 12, 29)),
        (date(2026, 12, 31), date(2027, 1, 4)),
        (date(2027, 3, 25), date(2027, 3, 30)),
    ],
)
def test_the_next_working_day(day: date, following: date) -> None:
    assert next_working_day(day) == following


def test_over_years_of_days_the_next_working_day_skips_only_days_off() -> None:
    day = date(2020, 1, 1)
    while day < date(2040, 1, 1):
        following = next_working_day(day)
        assert is_working_day(following) and following > day
        assert not any(is_working_day(day + timedelta(days=n)) for n in range(1, (following - day).days))
        assert working_day_on_or_after(day) == (day if is_working_day(day) else following)
        assert (following - day).days <= 6
        day += timedelta(days=1)
