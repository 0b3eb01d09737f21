"""The rules of a handover: signatures, what stands in the way, who gets what, what goes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from engagement.handover.domain import (
    GONE,
    REVERSIBLE,
    UNSENT,
    HandoverFacts,
    Held,
    Side,
    State,
    Step,
    in_the_way_of_moving,
    in_the_way_of_signing,
    may_be_taken_back,
    missing_steps,
    signatures,
    state,
    to_restore,
    who_gets,
)

DAY = date(2026, 11, 24)
MOMENT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
READY = HandoverFacts(successor_id=2, moves_on=DAY, ticked=frozenset(Step), leaver_signed=True, successor_signed=True)
ids = st.integers(1, 30)


def test_every_line_belongs_to_one_side_and_says_something() -> None:
    assert {step.side for step in Step} == set(Side)
    assert all(step.words and not step.words.endswith(".") for step in Step)


@given(st.frozensets(st.sampled_from(Step)), st.sampled_from(Side), st.integers(0, 3))
def test_nobody_signs_before_their_lines_are_ticked(ticked: frozenset[Step], side: Side, unsent: int) -> None:
    reasons = in_the_way_of_signing(replace(READY, ticked=ticked, unsent=unsent), side)
    blocked_by_phone = unsent > 0 and side is Side.LEAVER
    assert bool(reasons) == (bool(missing_steps(ticked, side)) or blocked_by_phone)
    assert (UNSENT in reasons) == blocked_by_phone


@given(st.integers(1, 3), st.integers(1, 3), st.sampled_from(Side))
def test_nobody_signs_for_who_leaves_and_takes_over_as_well(successor: int, signer: int, side: Side) -> None:
    reasons = in_the_way_of_signing(replace(READY, successor_id=successor), side, signer)
    assert bool(reasons) == (side is Side.LEAVER and signer == successor)


def test_nothing_is_signed_and_nothing_moves_while_a_taker_is_gone() -> None:
    gone = replace(READY, gone=True)
    assert in_the_way_of_moving(gone, DAY) == (GONE,)
    assert all(in_the_way_of_signing(gone, side) == (GONE,) for side in Side)


def test_without_a_successor_or_a_day_nobody_signs() -> None:
    assert in_the_way_of_signing(replace(READY, successor_id=None), Side.LEAVER)
    assert in_the_way_of_signing(replace(READY, moves_on=None), Side.SUCCESSOR)


@given(st.booleans(), st.booleans(), st.integers(0, 2), st.integers(-3, 3), st.integers(0, 2), st.integers(0, 2))
def test_it_moves_when_all_have_signed_its_day_has_come_and_no_phone_holds_anything(
    leaver: bool, successor: bool, unsent: int, days: int, others: int, missing: int
) -> None:
    signed = max(others - missing, 0)
    facts = replace(
        READY, leaver_signed=leaver, successor_signed=successor, unsent=unsent, moves_on=DAY + timedelta(days=days), others=others,
        others_signed=signed,
    )  # fmt: skip
    everybody = leaver and successor and signed == others
    assert (in_the_way_of_moving(facts, DAY) == ()) == (everybody and not unsent and days <= 0)
    assert (state(facts) is State.AGREED) == everybody
    assert signatures(facts) == (leaver + successor + signed, 2 + others)


def test_where_it_stands() -> None:
    assert state(replace(READY, successor_signed=False)) is State.OPEN
    assert state(READY) is State.AGREED
    assert state(replace(READY, moved_at=MOMENT)) is State.MOVED
    assert state(replace(READY, moved_at=MOMENT, taken_back_at=MOMENT)) is State.TAKEN_BACK
    assert state(replace(READY, called_off_at=MOMENT)) is State.CALLED_OFF


@given(st.lists(ids, max_size=4), st.dictionaries(ids, ids), ids)
def test_a_thing_goes_with_the_first_of_its_groups_that_is_given_apart(groups: list[int], apart: dict[int, int], successor: int) -> None:
    got = who_gets(Held(what="action", id=1, for_groups=tuple(groups)), successor, apart)
    given_apart = [apart[group] for group in groups if group in apart]
    assert got == (given_apart[0] if given_apart else successor)


@given(st.timedeltas(timedelta(hours=-1), timedelta(days=3)))
def test_it_can_be_taken_back_for_a_day_and_once(later: timedelta) -> None:
    assert may_be_taken_back(MOMENT, None, MOMENT + later) == (later < REVERSIBLE)
    assert not may_be_taken_back(MOMENT, MOMENT, MOMENT + later)
    assert not may_be_taken_back(None, None, MOMENT)


@given(st.dictionaries(ids, ids), st.dictionaries(ids, st.none() | ids))
def test_what_somebody_changed_since_stays_and_everything_is_said(moves: dict[int, int], holders: dict[int, int | None]) -> None:
    back, stay = to_restore(moves.items(), holders)
    assert sorted(back + stay) == sorted(moves)
    assert all(holders.get(thing) == moves[thing] for thing in back)
    assert all(holders.get(thing) != moves[thing] for thing in stay)
