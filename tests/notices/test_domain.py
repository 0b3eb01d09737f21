"""Rules of notices: what may be chosen, when a digest is due, when a clock must be handed on, and to whom."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.core.clock import LONDON
from engagement.core.errors import Refused
from engagement.notices.domain import (
    Allowed,
    Choice,
    Hand,
    Kind,
    breaches_before,
    check_choice,
    digest_at,
    hand_on,
    hours_to_choose,
    within,
)

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
FORCE = Allowed(may_switch_off=frozenset(Kind) - {Kind.CLOCKS}, earliest=time(6), latest=time(22), usual=time(6, 30), mail_may_be_off=True)

kinds = st.frozensets(st.sampled_from(Kind))
hours = st.times().map(lambda t: t.replace(second=0, microsecond=0))
choices = st.builds(Choice, off=kinds, hour=st.none() | hours, by_mail=st.booleans())
days = st.dates(date(2025, 1, 1), date(2030, 12, 31))


@st.composite
def forces(draw: st.DrawFn) -> Allowed:
    first, usual, last = sorted(draw(st.tuples(hours, hours, hours)))
    return Allowed(may_switch_off=draw(kinds), earliest=first, usual=usual, latest=last, mail_may_be_off=draw(st.booleans()))


@given(choices, forces())
def test_what_the_force_does_not_allow_is_as_if_it_had_not_been_chosen(choice: Choice, force: Allowed) -> None:
    held = within(choice, force)
    assert check_choice(held, force) == held
    assert within(held, force) == held
    assert (Kind.CLOCKS in held.off) <= (Kind.CLOCKS in force.may_switch_off)


@given(choices, st.none() | hours, days, forces())
def test_a_digest_comes_once_a_day_within_the_forces_hours(choice: Choice, begins: time | None, day: date, force: Allowed) -> None:
    at = digest_at(within(choice, force), force, begins, day).astimezone(LONDON)
    assert at.date() == day
    if not 1 <= at.hour <= 2:  # the hour that the clocks leave out in March
        assert force.earliest <= at.time() <= force.latest


def test_the_chosen_hour_comes_before_the_shifts_and_that_before_the_usual_one() -> None:
    day = date(2026, 7, 1)
    assert digest_at(Choice(hour=time(9)), FORCE, time(14), day) == datetime(2026, 7, 1, 8, tzinfo=UTC)
    assert digest_at(Choice(), FORCE, time(14), day) == datetime(2026, 7, 1, 13, tzinfo=UTC)
    assert digest_at(Choice(), FORCE, None, day) == datetime(2026, 7, 1, 5, 30, tzinfo=UTC)


@given(forces())
def test_every_hour_to_choose_is_allowed(force: Allowed) -> None:
    for hour in hours_to_choose(force):
        check_choice(Choice(hour=hour), force)


@pytest.mark.parametrize(
    ("choice", "field"),
    [
        (Choice(off=frozenset({Kind.CLOCKS})), "kinds"),
        (Choice(hour=time(5, 30)), "hour"),
        (Choice(hour=time.max), "hour"),
    ],
)
def test_what_is_not_allowed_is_refused_beside_its_field(choice: Choice, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        check_choice(choice, FORCE)
    assert refusal.value.field == field


def test_a_clock_that_nobody_hears_of_breaches() -> None:
    assert breaches_before(NOW, None)
    assert breaches_before(NOW, NOW + timedelta(minutes=1))
    assert not breaches_before(NOW, NOW)


@st.composite
def hands(draw: st.DrawFn, first: int) -> list[Hand]:
    found = []
    for n in range(draw(st.integers(0, 3))):
        begins = draw(st.none() | st.integers(-9, 9).map(lambda h: NOW + timedelta(hours=h)))
        ends = begins + timedelta(hours=draw(st.integers(1, 10))) if begins else None
        found.append(Hand(officer_id=first + n, begins=begins, ends=ends))
    return found


@given(st.none() | st.just(Hand(officer_id=1)), hands(10), hands(20), st.frozensets(st.sampled_from([1, 10, 11, 12, 20, 21, 22])))
def test_first_the_cover_then_who_is_on_shift_then_the_sergeant_and_nobody_twice(
    cover: Hand | None, team: list[Hand], sergeants: list[Hand], had: frozenset[int]
) -> None:
    chosen = hand_on(cover, team, sergeants, had, NOW)
    on = [hand.officer_id for hand in team if hand.on_shift(NOW) and hand.officer_id not in had]
    left = [hand.officer_id for hand in sergeants if hand.officer_id not in had]
    assert chosen not in had
    if cover is not None and cover.officer_id not in had:
        assert chosen == cover.officer_id
    elif on:
        assert chosen in on
    elif left:
        assert chosen in left
    else:
        assert chosen is None
