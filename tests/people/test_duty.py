"""When an officer is on duty: patterns that go round over years and clock changes, days off, and what follows from the two."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.core.clock import LONDON, london_day
from engagement.core.errors import Refused
from engagement.people.duty import (
    Covered,
    DaysOff,
    Hours,
    OfficerDays,
    Pattern,
    back_on,
    check_cover,
    check_turns,
    days_uncovered,
    hours_on,
    last_duty_day,
    last_on,
    next_duty_day,
    off_until,
    on_duty,
    runs,
    turns_from,
    why_off,
)

MONDAY = date(2026, 11, 23)
DAY = timedelta(days=1)
LATE = Hours(begins=time(14), ends=time(22))
NIGHT = Hours(begins=time(22), ends=time(7))
SIX_FOUR = Pattern(starts_on=MONDAY, anchor=MONDAY, turns="aaaaaa----", hours=(LATE,))

days = st.dates(date(2024, 1, 1), date(2032, 12, 31))
turns = st.text("ab-", min_size=1, max_size=28).filter(lambda t: set(t) != {"-"})


@st.composite
def patterns(draw: st.DrawFn) -> Pattern:
    starts = draw(days)
    anchor = starts - timedelta(days=draw(st.integers(0, 60)))
    return Pattern(starts_on=starts, anchor=anchor, turns=draw(turns), hours=(LATE, NIGHT))


@st.composite
def officers(draw: st.DrawFn) -> OfficerDays:
    begins = st.tuples(days, st.integers(-1, 30))
    off = [DaysOff(starts_on=first, ends_on=first + timedelta(days=length)) for first, length in draw(st.lists(begins, max_size=4))]
    return OfficerDays(patterns=tuple(draw(st.lists(patterns(), max_size=2))), off=tuple(off))


def test_six_on_and_four_off() -> None:
    sam = OfficerDays(patterns=(SIX_FOUR,))
    worked = [on_duty(sam, MONDAY + timedelta(days=n)) for n in range(20)]
    assert worked == ([True] * 6 + [False] * 4) * 2
    assert off_until(sam, MONDAY + timedelta(days=7)) == date(2026, 12, 2)
    assert next_duty_day(sam, MONDAY + timedelta(days=5)) == date(2026, 12, 3)
    assert hours_on(sam, MONDAY) == LATE
    assert LATE.said() == "late, 14:00-22:00"


def test_weekdays_are_a_pattern_of_seven_from_a_monday() -> None:
    office = OfficerDays(patterns=(Pattern(starts_on=MONDAY + DAY, anchor=MONDAY, turns="aaaa---"),))
    worked = {day.weekday() for day in (MONDAY + timedelta(days=n) for n in range(1, 60)) if on_duty(office, day)}
    assert worked == {0, 1, 2, 3}
    assert on_duty(office, MONDAY), "before the pattern begins every day is one on duty"


@given(patterns(), st.integers(0, 3000))
def test_a_pattern_comes_round_after_its_length_whatever_the_clocks_do(pattern: Pattern, ahead: int) -> None:
    who, day = OfficerDays(patterns=(pattern,)), pattern.starts_on + timedelta(days=ahead)
    assert on_duty(who, day) == on_duty(who, day + timedelta(days=len(pattern.turns)))
    assert on_duty(who, day) == (pattern.turns[(day - pattern.anchor).days % len(pattern.turns)] != "-")


@given(officers(), days)
def test_days_off_take_precedence_and_nobody_is_off_and_on(who: OfficerDays, day: date) -> None:
    noted = any(one.starts_on <= day <= one.ends_on for one in who.off)
    assert not (noted and on_duty(who, day))
    assert on_duty(who, day) is (why_off(who, day) is None)
    if not who.patterns:
        assert on_duty(who, day) is not noted


@given(officers(), days)
def test_the_next_and_the_last_day_are_the_nearest_ones(who: OfficerDays, day: date) -> None:
    following, before = next_duty_day(who, day), last_duty_day(who, day)
    assert following is not None
    assert before is not None
    assert before < day < following
    between = [before + timedelta(days=n) for n in range(1, (following - before).days)]
    assert [one for one in between if on_duty(who, one)] == ([day] if on_duty(who, day) else [])
    until = off_until(who, day)
    assert until == (None if on_duty(who, day) else following - DAY)
    assert back_on(who, day) == (None if on_duty(who, day) else following)


@given(officers(), days)
def test_what_happened_is_counted_from_the_end_of_the_last_shift(who: OfficerDays, today: date) -> None:
    since = last_on(who, today)
    assert since is not None
    last = last_duty_day(who, today)
    assert last is not None
    assert london_day(since) in (last, last + DAY)
    hours = hours_on(who, last)
    if hours is not None:
        assert since.astimezone(LONDON).time().replace(tzinfo=None) == hours.ends
    else:
        assert since.astimezone(LONDON).time() == time(0)


@pytest.mark.parametrize(
    ("day", "ends"),
    [
        (date(2026, 3, 28), datetime(2026, 3, 29, 6, tzinfo=UTC)),  # the night in which clocks go forward
        (date(2026, 10, 24), datetime(2026, 10, 25, 7, tzinfo=UTC)),  # and back
        (date(2026, 11, 24), datetime(2026, 11, 25, 7, tzinfo=UTC)),
    ],
)
def test_a_night_shift_ends_by_the_wall_clock(day: date, ends: datetime) -> None:
    assert NIGHT.over_at(day) == ends


def test_who_is_off_for_longer_than_is_searched_has_no_next_day() -> None:
    gone = OfficerDays(off=(DaysOff(starts_on=MONDAY, ends_on=date(2030, 1, 1)),))
    assert next_duty_day(gone, MONDAY) is None
    assert off_until(gone, MONDAY) == MONDAY + timedelta(days=400)
    assert last_on(OfficerDays(off=(DaysOff(starts_on=date(2020, 1, 1), ends_on=date(2030, 1, 1)),)), MONDAY) is None


def test_of_two_patterns_the_later_one_holds() -> None:
    new = Pattern(starts_on=MONDAY + timedelta(days=3), anchor=MONDAY, turns="-a")
    both = OfficerDays(patterns=(SIX_FOUR, new))
    assert on_duty(both, MONDAY)
    assert not on_duty(both, MONDAY + timedelta(days=4))
    assert on_duty(both, MONDAY + timedelta(days=7))


@pytest.mark.parametrize(("turns", "field"), [("----", "first_days"), ("", "off"), ("a" * 71, "off"), ("ax", "off")])
def test_what_is_no_pattern_is_refused(turns: str, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        check_turns(turns)
    assert refusal.value.field == field


@given(officers(), days, st.integers(0, 60))
def test_many_days_in_one_pass_are_as_each_day_alone(who: OfficerDays, first: date, number: int) -> None:
    each = [first + timedelta(days=n) for n in range(number)]
    assert turns_from(who, first, number) == [(why_off(who, day), hours_on(who, day)) for day in each]


@given(turns)
def test_runs_say_the_same_pattern(turns: str) -> None:
    assert "".join(letter * number for letter, number in runs(turns)) == turns


def asked(first: date, last: date, cover: int = 2) -> Covered:
    return Covered(officer_id=1, cover_id=cover, starts_on=first, ends_on=last)


@pytest.mark.parametrize(
    ("cover", "others", "sentence"),
    [
        (asked(MONDAY, MONDAY + DAY, cover=1), [], "Nobody covers for themselves"),
        (asked(MONDAY + DAY, MONDAY), [], "The last day must not be before the first"),
        (asked(MONDAY - 3 * DAY, MONDAY - DAY), [], "Those days have passed"),
        (asked(MONDAY, MONDAY + 366 * DAY), [], "a year at most"),
        (asked(MONDAY, MONDAY + 3 * DAY), [asked(MONDAY + 3 * DAY, MONDAY + 9 * DAY, cover=3)], "already"),
        (asked(MONDAY + 6 * DAY, MONDAY + 20 * DAY), [], "Jo is off as well on the first of these days"),
    ],
)
def test_what_is_no_cover_is_refused(cover: Covered, others: list[Covered], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        check_cover(cover, others, OfficerDays(patterns=(SIX_FOUR,)), MONDAY, name="Jo")


@given(days, st.integers(0, 40), officers(), officers())
def test_the_days_without_anybody_are_those_on_which_both_are_off(first: date, length: int, who: OfficerDays, by: OfficerDays) -> None:
    number = days_uncovered(asked(first, first + timedelta(days=length)), who, by)
    assert number == sum(
        off_until(who, d) is not None and off_until(by, d) is not None for d in (first + n * DAY for n in range(length + 1))
    )
