"""What counts as contact, which dates follow from it, and when something happened."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.core.clock import london_day, london_moment
from engagement.core.errors import Refused
from engagement.core.months import add_months
from engagement.engagements.domain import (
    Delivery,
    Direction,
    Entry,
    Kind,
    Outcome,
    Part,
    State,
    When,
    check_moment,
    counts_as_contact,
    happened_when,
    planned_when,
    tried_since,
    which_dates,
)

DAYS = st.dates(min_value=date(2024, 1, 1), max_value=date(2026, 12, 31))
ENTRIES = st.builds(
    Entry,
    state=st.sampled_from(State),
    kind=st.sampled_from(Kind),
    outcome=st.sampled_from(Outcome) | st.none(),
    happened_on=DAYS,
    direction=st.sampled_from(Direction),
    part=st.sampled_from(Part),
    contact_named=st.booleans(),
    spoke_with_them=st.booleans(),
)
DELIVERIES = st.builds(Delivery, delivered_on=st.none() | DAYS, bounced=st.booleans())
SPOKE = Entry(state=State.HAPPENED, kind=Kind.VISIT, outcome=Outcome.SPOKE, happened_on=date(2026, 11, 2))

ALWAYS = {
    Kind.VISIT, Kind.PHONE, Kind.EMAIL, Kind.THEIR_MEETING, Kind.OUR_MEETING, Kind.SURGERY, Kind.SCHOOL_INPUT, Kind.TALK, Kind.WALKABOUT,
    Kind.SPEEDWATCH, Kind.KIN_QUESTIONNAIRE, Kind.LICENSED_VISIT,
}  # fmt: skip
WITH_A_NAME = {Kind.PATROL_CHAT, Kind.DOOR_KNOCK, Kind.STALL, Kind.ONLINE}


def test_every_combination_counts_as_the_domain_says() -> None:
    assert set(Kind) == ALWAYS | WITH_A_NAME
    everything = itertools.product(Kind, [*Outcome, None], Direction, Part, (True, False), (True, False))
    for kind, outcome, direction, part, named, spoke in everything:
        expected = outcome is Outcome.SPOKE and (kind in ALWAYS or named) and (part is Part.WITH or spoke)
        assert counts_as_contact(kind, outcome, direction, part, named, spoke) is expected


@given(ENTRIES)
def test_only_what_happened_counts_and_it_does_not_matter_who_began(entry: Entry) -> None:
    other = Direction.THEIRS if entry.direction is Direction.OURS else Direction.OURS
    assert replace(entry, direction=other).counts == entry.counts
    assert not replace(entry, state=State.PLANNED).counts
    assert not replace(entry, state=State.WITHDRAWN).counts


@given(st.lists(ENTRIES, max_size=8).flatmap(lambda es: st.tuples(st.just(es), st.permutations(es))), st.lists(DELIVERIES, max_size=5))
def test_order_does_not_matter(both: tuple[list[Entry], list[Entry]], letters: list[Delivery]) -> None:
    typed, mixed = both
    assert which_dates(typed, letters) == which_dates(mixed, letters[::-1])


@given(st.lists(ENTRIES, max_size=8), ENTRIES, st.integers(0, 8))
def test_withdrawing_is_as_if_it_never_was(others: list[Entry], entry: Entry, at: int) -> None:
    withdrawn = [*others[:at], replace(entry, state=State.WITHDRAWN), *others[at:]]
    assert which_dates(withdrawn) == which_dates(others)


@given(st.lists(ENTRIES, max_size=8), ENTRIES)
def test_an_entry_never_moves_a_newer_date_back(others: list[Entry], entry: Entry) -> None:
    before, _ = which_dates(others)
    after, _ = which_dates([*others, entry])
    assert before is None or (after is not None and after >= before)
    assert after in (before, entry.happened_on)
    if before is not None and entry.happened_on is not None and entry.happened_on <= before:
        assert after == before


@given(st.lists(ENTRIES, max_size=8), ENTRIES, DAYS)
def test_a_corrected_date_is_as_if_typed_so_at_first(others: list[Entry], entry: Entry, day: date) -> None:
    corrected = replace(entry, happened_on=day)
    after, _ = which_dates([*others, corrected])
    expected = [e.happened_on for e in [*others, corrected] if e.counts and e.happened_on]
    assert after == (max(expected) if expected else None)


@given(st.lists(ENTRIES, max_size=4), st.lists(DELIVERIES, max_size=4), DELIVERIES)
def test_letters_are_one_way_and_a_bounce_takes_one_back(entries: list[Entry], letters: list[Delivery], letter: Delivery) -> None:
    two_way, one_way = which_dates(entries, letters)
    assert which_dates(entries, [*letters, replace(letter, bounced=True)]) == (two_way, one_way)
    assert which_dates(entries, [*letters, letter])[0] == two_way


def test_tries_since_the_last_contact() -> None:
    tried = replace(SPOKE, outcome=Outcome.NO_ANSWER)
    entries = [
        replace(tried, happened_on=date(2026, 10, 1)),
        replace(tried, happened_on=date(2026, 11, 9)),
        replace(tried, happened_on=date(2026, 11, 5), outcome=Outcome.MESSAGE_LEFT),
        replace(tried, happened_on=date(2026, 11, 7), outcome=Outcome.CANCELLED_BY_THEM),
        replace(tried, happened_on=date(2026, 11, 8), state=State.WITHDRAWN),
        SPOKE,
    ]
    assert tried_since(entries, SPOKE.happened_on) == (2, date(2026, 11, 9))
    assert tried_since(entries, None) == (3, date(2026, 11, 9))
    assert tried_since([], None) == (0, None)


NOW = datetime(2026, 11, 23, 14, 30, 45, tzinfo=UTC)


@pytest.mark.parametrize(
    ("choice", "day", "at", "moment"),
    [
        (When.JUST_NOW, "", "", datetime(2026, 11, 23, 14, 30, tzinfo=UTC)),
        (When.JUST_NOW, "nonsense", "nonsense", datetime(2026, 11, 23, 14, 30, tzinfo=UTC)),
        (When.EARLIER_TODAY, "", "9.15am", datetime(2026, 11, 23, 9, 15, tzinfo=UTC)),
        (When.EARLIER_TODAY, "", "", datetime(2026, 11, 23, 12, 0, tzinfo=UTC)),
        (When.YESTERDAY, "", "19:30", datetime(2026, 11, 22, 19, 30, tzinfo=UTC)),
        (When.YESTERDAY, "", "", datetime(2026, 11, 22, 12, 0, tzinfo=UTC)),
        (When.ANOTHER_DAY, "3/10/2026", "19:30", datetime(2026, 10, 3, 18, 30, tzinfo=UTC)),
        (When.ANOTHER_DAY, "23 Nov 2024", "", datetime(2024, 11, 23, 12, 0, tzinfo=UTC)),
        (When.ANOTHER_DAY, "23/11/2026", "14:30", datetime(2026, 11, 23, 14, 30, tzinfo=UTC)),
        (When.ANOTHER_DAY, "25/10/2026", "01:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_moments(choice: When, day: str, at: str, moment: datetime) -> None:
    assert happened_when(choice, day, at, NOW) == moment


@pytest.mark.parametrize(
    ("choice", "day", "at", "sentence", "field"),
    [
        (When.EARLIER_TODAY, "", "14:31", "Time must be now or earlier", "happened_time"),
        (When.ANOTHER_DAY, "23/11/2026", "23:00", "Time must be now or earlier", "happened_time"),
        (When.ANOTHER_DAY, "24/11/2026", "", "Date must be today or in the past", "happened_on"),
        (When.ANOTHER_DAY, "22/11/2024", "", "Date must be within the last two years", "happened_on"),
        (When.ANOTHER_DAY, "31/02/2026", "", "February 2026 has days 1 to 28", "happened_on"),
        (When.ANOTHER_DAY, "3/10/26", "", "Year must have four figures, such as 2026", "happened_on"),
        (When.ANOTHER_DAY, "", "", "Enter a date, such as 27/11/2026", "happened_on"),
        (When.YESTERDAY, "", "late", "Time must look like 14:30 or 2.30pm", "happened_time"),
    ],
)
def test_refusals_are_sentences_beside_their_field(choice: When, day: str, at: str, sentence: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        happened_when(choice, day, at, NOW)
    assert (str(refused.value), refused.value.field) == (sentence, field)


MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(st.sampled_from(When), DAYS, st.none() | st.times(), MOMENTS)
def test_a_moment_is_never_in_the_future_and_is_on_the_day_chosen(choice: When, day: date, at: object, now: datetime) -> None:
    try:
        moment = happened_when(choice, day.isoformat(), "" if at is None else f"{at:%H:%M}", now)
    except Refused as refused:
        assert refused.field in ("happened_on", "happened_time")
        return
    assert moment <= now and moment.second == 0
    offset = {When.YESTERDAY: 1}.get(choice, 0)
    expected = day if choice is When.ANOTHER_DAY else london_day(now) - timedelta(days=offset)
    assert london_day(moment) == expected


def test_nobody_is_refused_in_the_first_minute_of_a_day() -> None:
    midnight = london_moment(date(2026, 7, 1))
    assert happened_when(When.EARLIER_TODAY, "", "", midnight) == midnight
    assert london_day(happened_when(When.YESTERDAY, "", "", midnight)) == date(2026, 6, 30)


def test_what_a_device_sends_is_held_to_the_same_limits() -> None:
    assert check_moment(NOW + timedelta(minutes=4), NOW) == NOW.replace(second=0)
    assert check_moment(NOW - timedelta(days=3), NOW) == (NOW - timedelta(days=3)).replace(second=0)
    for wrong in (NOW + timedelta(minutes=6), NOW - timedelta(days=800)):
        with pytest.raises(Refused) as refused:
            check_moment(wrong, NOW)
        assert refused.value.field == "happened_on"


@given(
    now=st.timedeltas(timedelta(days=-1000), timedelta(days=1000)).map(lambda by: NOW + by),
    ago=st.timedeltas(timedelta(minutes=-10), timedelta(days=740)),
)
def test_a_devices_moment_is_within_two_years_of_london_days(now: datetime, ago: timedelta) -> None:
    moment, today = now - ago, london_day(now)
    if moment - now <= timedelta(minutes=5) and london_day(min(moment, now)) >= add_months(today, -24):
        assert check_moment(moment, now) == min(moment, now).replace(second=0, microsecond=0)
    else:
        with pytest.raises(Refused):
            check_moment(moment, now)


def test_what_is_planned_lies_ahead() -> None:
    assert planned_when("27/11/2026", "19:30", NOW) == datetime(2026, 11, 27, 19, 30, tzinfo=UTC)
    assert planned_when("23/11/2026", "", NOW) == NOW.replace(second=0)
    for day, at, field in (("22/11/2026", "", "planned_on"), ("24/11/2027", "", "planned_on"), ("23/11/2026", "9:00", "planned_time")):
        with pytest.raises(Refused) as refused:
            planned_when(day, at, NOW)
        assert refused.value.field == field


def test_labels_are_words_and_each_its_own() -> None:
    for words in (Kind, Outcome, Direction, Part, State, When):
        labels = [one.label for one in words]
        assert len(set(labels)) == len(labels)
        assert not any("_" in label for label in labels)
