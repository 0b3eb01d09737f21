"""Dates as people write them are read, and what is no date is refused with a sentence."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.core.dates import MONTHS, WEEKDAYS, days_over, read_date, read_time, say_date, say_time
from engagement.core.errors import Refused

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31))
FRIDAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    "text",
    [
        "27/11/2026", "27-11-2026", "27.11.2026", "27 11 2026", " 27 / 11 / 2026 ", "27 Nov 2026", "27 november 2026", "27nov2026",
        "27th November 2026", "27th of November, 2026", "Fri 27 Nov 2026", "Friday, 27 November 2026", "2026-11-27", "27-Nov-2026",
        "27 nov. 2026", "27\t11\n2026",
    ],
)  # fmt: skip
def test_ways_of_writing_one_day(text: str) -> None:
    assert read_date(text) == FRIDAY


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Enter a date, such as 27/11/2026"),
        ("   ", "Enter a date, such as 27/11/2026"),
        ("31/02/2026", "February 2026 has days 1 to 28"),
        ("30 Feb 2028", "February 2028 has days 1 to 29"),
        ("2026-02-31", "February 2026 has days 1 to 28"),
        ("31/11/2026", "November 2026 has days 1 to 30"),
        ("0/11/2026", "November 2026 has days 1 to 30"),
        ("27/11/26", "Year must have four figures, such as 2026"),
        ("27 Nov 26", "Year must have four figures, such as 2026"),
        ("27/11/20266", "Year must have four figures, such as 2026"),
        ("27/11", "Enter the year as well, such as 27/11/2026"),
        ("27 Nov", "Enter the year as well, such as 27/11/2026"),
        ("27/13/2026", "Month must be from 1 to 12"),
        ("11/27/2026", "Month must be from 1 to 12"),
        ("27/11/0026", "Year must be from 1900 to 2199"),
        ("27/11/9999", "Year must be from 1900 to 2199"),
        ("Thu 27 Nov 2026", "27 November 2026 is a Friday"),
        ("Foo 27 Nov 2026", "Date must look like 27/11/2026 or 27 Nov 2026"),
        ("27 Octember 2026", "Date must look like 27/11/2026 or 27 Nov 2026"),
        ("last week", "Date must look like 27/11/2026 or 27 Nov 2026"),
        ("٢٧/١١/٢٠٢٦", "Date must look like 27/11/2026 or 27 Nov 2026"),
        ("27/11/2026\x00", "Date must look like 27/11/2026 or 27 Nov 2026"),
        ("9" * 1_000_000, "Date must look like 27/11/2026 or 27 Nov 2026"),
    ],
)
def test_what_is_no_date_gets_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        read_date(text, field="happened_on")
    assert str(refused.value) == sentence
    assert refused.value.field == "happened_on"


@given(DAYS)
def test_every_day_is_read_back_from_every_way_of_writing_it(day: date) -> None:
    month = MONTHS[day.month - 1]
    for text in (
        day.isoformat(),
        f"{day.day}/{day.month}/{day.year}",
        f"{day.day:02d} {day.month:02d} {day.year}",
        f"{day.day} {month} {day.year}",
        f"{day.day} {month[:3].upper()} {day.year}",
        f"{WEEKDAYS[day.weekday()]} {day.day} {month} {day.year}",
        say_date(day, day.replace(year=day.year - 1, day=1)),
    ):
        assert read_date(text) == day


@given(st.text(max_size=60))
def test_any_text_is_a_date_or_a_sentence(text: str) -> None:
    try:
        assert 1900 <= read_date(text).year <= 2199
    except Refused as refused:
        assert str(refused)
    try:
        assert isinstance(read_time(text), time)
    except Refused as refused:
        assert str(refused)


@given(st.integers(0, 60), st.integers(0, 15), st.integers(0, 99999))
def test_any_numbers_are_a_date_or_a_sentence(day: int, month: int, year: int) -> None:
    try:
        found = read_date(f"{day}/{month}/{year}")
        assert (found.day, found.month, found.year) == (day, month, year)
    except Refused as refused:
        assert str(refused)


def test_the_weekday_may_be_shortened() -> None:
    assert read_date("Tues 3 Nov 2026") == read_date("Tue 3 November 2026") == date(2026, 11, 3)
    assert read_date("Thurs 1 Sept 2022") == date(2022, 9, 1)
    with pytest.raises(Refused):
        read_date("Tues 4 Nov 2026")


def test_dates_are_said_with_the_year_only_when_it_is_another() -> None:
    assert say_date(date(2026, 11, 3), date(2026, 1, 1)) == "Tue 3 Nov"
    assert say_date(date(2025, 11, 3), date(2026, 1, 1)) == "Mon 3 Nov 2025"


@given(DAYS)
def test_a_date_is_said_so_that_it_is_told_from_its_neighbours(day: date) -> None:
    near = [day + timedelta(days=n) for n in range(-3, 4) if date(1900, 1, 4) < day + timedelta(days=n) < date(2199, 12, 28)]
    assert len({say_date(d, day) for d in near}) == len(near)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("14:30", time(14, 30)), ("14.30", time(14, 30)), ("1430", time(14, 30)), ("2.30pm", time(14, 30)), ("2:30 PM", time(14, 30)),
        ("2.30 p.m.", time(14, 30)), ("2pm", time(14)), ("12pm", time(12)), ("12am", time(0)), ("12.05am", time(0, 5)),
        ("9:05", time(9, 5)), ("00:00", time(0)), ("23:59", time(23, 59)), ("noon", time(12)), ("11 am", time(11)),
    ],
)  # fmt: skip
def test_times(text: str, at: time) -> None:
    assert read_time(text) == at


@pytest.mark.parametrize("text", ["", "24:00", "14:60", "13pm", "0am", "half past two", "7", "14:3", "14:300", "1" * 1_000_000, "١٤:٣٠"])
def test_what_is_no_time_gets_a_sentence(text: str) -> None:
    with pytest.raises(Refused) as refused:
        read_time(text, field="happened_time")
    assert refused.value.field == "happened_time"


@given(st.times())
def test_every_time_is_read_back(at: time) -> None:
    minute = at.replace(second=0, microsecond=0)
    assert read_time(say_time(at)) == minute
    half = "am" if at.hour < 12 else "pm"
    assert read_time(f"{at.hour % 12 or 12}.{at.minute:02d}{half}") == minute


def test_days_over_are_said() -> None:
    assert [days_over(n) for n in (-3, -1, 0, 1, 9)] == ["due in 3 days", "due tomorrow", "due today", "1 day over", "9 days over"]
