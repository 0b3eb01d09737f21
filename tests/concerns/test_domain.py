"""A concern's state follows from what was recorded: never closed while somebody is owed, never closed by silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import assume, given

from engagement.concerns.clock import clock
from engagement.concerns.domain import (
    ActionBy,
    ActionFact,
    ConcernState,
    NextStep,
    RaisingFact,
    SideEnd,
    TellingFact,
    TellingKind,
    next_step,
    owed,
    state,
    state_label,
)
from tests.concerns.facts import ACTIONS, ENDS, HOURS, NOW, RAISINGS, TELLING, TELLINGS

RAISED = RaisingFact(id=1, raised_at=NOW - timedelta(hours=50))
TOLD = TellingFact(raising_id=1, kind=TellingKind.ANSWER, told_at=NOW - timedelta(hours=2))
RECEIVED = replace(TOLD, kind=TellingKind.RECEIVED)
OUTCOME = replace(TOLD, kind=TellingKind.OUTCOME)
BEGUN, DONE = ActionFact(done=False), ActionFact(done=True)


@pytest.mark.parametrize(
    ("actions", "tellings", "end", "expected", "step"),
    [
        ([], [], None, ConcernState.RAISED, NextStep.ANSWER),
        ([], [RECEIVED], None, ConcernState.RECEIVED, NextStep.ANSWER),
        ([], [TOLD], None, ConcernState.ANSWERED, NextStep.ADD_ACTION),
        ([BEGUN], [], None, ConcernState.UNDER_WAY, NextStep.ANSWER),
        ([BEGUN, DONE], [TOLD], None, ConcernState.UNDER_WAY, NextStep.FINISH_ACTION),
        ([ActionFact(done=False, by=ActionBy.PARTNER), DONE], [TOLD], None, ConcernState.UNDER_WAY, NextStep.CHASE_PARTNER),
        ([DONE], [TOLD], None, ConcernState.OUTCOME_OWED, NextStep.TELL_OUTCOME),
        ([DONE], [TOLD, replace(OUTCOME, taken_back=True)], None, ConcernState.OUTCOME_OWED, NextStep.PHONE_INSTEAD),
        ([DONE], [replace(OUTCOME, public=True)], None, ConcernState.OUTCOME_OWED, NextStep.TELL_OUTCOME),
        ([DONE], [TOLD, OUTCOME], None, ConcernState.CLOSED, NextStep.NOTHING),
        ([BEGUN], [TOLD, OUTCOME], None, ConcernState.UNDER_WAY, NextStep.FINISH_ACTION),
        ([], [OUTCOME], None, ConcernState.CLOSED, NextStep.NOTHING),
        ([], [], SideEnd.CANNOT_DO, ConcernState.OUTCOME_OWED, NextStep.TELL_OUTCOME),
        ([BEGUN], [OUTCOME], SideEnd.WITH_PARTNER, ConcernState.CLOSED, NextStep.NOTHING),
    ],
)
def test_the_life_of_a_concern(
    actions: list[ActionFact], tellings: list[TellingFact], end: SideEnd | None, expected: ConcernState, step: NextStep
) -> None:
    assert state([RAISED], actions, tellings, end) is expected
    assert next_step([RAISED], actions, tellings, end) is step


def test_a_raiser_who_cannot_be_reached_is_told_in_public() -> None:
    nobody = replace(RAISED, reachable=False)
    assert next_step([nobody], [DONE], []) is NextStep.TELL_PUBLICLY
    assert state([nobody], [DONE], [replace(OUTCOME, public=True)]) is ConcernState.CLOSED


def test_silence_closes_nothing() -> None:
    quiet = replace(RAISED, wants_to_hear=False)
    assert state([quiet], [], []) is ConcernState.RAISED
    assert next_step([quiet], [], []) is NextStep.ADD_ACTION
    assert state([quiet], [DONE], []) is ConcernState.CLOSED


def test_the_same_matter_raised_again_is_owed_again() -> None:
    again = replace(RAISED, id=2)
    assert state([RAISED, again], [DONE], [OUTCOME]) is ConcernState.OUTCOME_OWED
    assert state([RAISED, again], [], [TOLD]) is ConcernState.RECEIVED
    assert state([RAISED, again], [DONE], [OUTCOME, replace(OUTCOME, raising_id=2)]) is ConcernState.CLOSED


@given(RAISINGS, ACTIONS, TELLINGS, ENDS)
def test_closed_only_when_every_raising_has_an_outcome_or_a_reason(
    raisings: list[RaisingFact], actions: list[ActionFact], tellings: list[TellingFact], end: SideEnd | None
) -> None:
    found = state(raisings, actions, tellings, end)
    if found is ConcernState.CLOSED and raisings:
        for raising in raisings:
            outcomes = [t for t in tellings if t.raising_id == raising.id and t.kind is TellingKind.OUTCOME and not t.taken_back]
            assert not raising.wants_to_hear or any(not t.public or not raising.reachable for t in outcomes)
        assert end is not None or all(action.done for action in actions)
        assert end is not None or actions or any(t.kind is TellingKind.OUTCOME and not t.taken_back for t in tellings)
    assert (next_step(raisings, actions, tellings, end) is NextStep.NOTHING) == (found is ConcernState.CLOSED)


@given(ACTIONS, TELLINGS, ENDS)
def test_what_nobody_stands_by_is_closed(actions: list[ActionFact], tellings: list[TellingFact], end: SideEnd | None) -> None:
    assert state([], actions, tellings, end) is ConcernState.CLOSED


@given(RAISINGS, ACTIONS, TELLINGS, ENDS)
def test_the_order_of_what_was_recorded_does_not_matter(
    raisings: list[RaisingFact], actions: list[ActionFact], tellings: list[TellingFact], end: SideEnd | None
) -> None:
    mixed = raisings[::-1], actions[::-1], tellings[::-1]
    assert state(raisings, actions, tellings, end) is state(*mixed, end)
    assert next_step(raisings, actions, tellings, end) is next_step(*mixed, end)


@given(RAISINGS, ACTIONS, TELLINGS, ENDS, TELLING)
def test_a_telling_taken_back_is_as_if_never_told(
    raisings: list[RaisingFact], actions: list[ActionFact], tellings: list[TellingFact], end: SideEnd | None, telling: TellingFact
) -> None:
    bounced = [*tellings, replace(telling, taken_back=True)]
    assert state(raisings, actions, bounced, end) is state(raisings, actions, tellings, end)
    assert all(clock(r, bounced, NOW) == clock(r, tellings, NOW) for r in raisings)


@given(RAISINGS, ACTIONS, TELLINGS, ENDS, TELLING)
def test_telling_somebody_never_moves_a_concern_back(
    raisings: list[RaisingFact], actions: list[ActionFact], tellings: list[TellingFact], end: SideEnd | None, telling: TellingFact
) -> None:
    order = list(ConcernState)
    before, after = state(raisings, actions, tellings, end), state(raisings, actions, [*tellings, telling], end)
    assert order.index(after) >= order.index(before)


@given(RAISINGS, ACTIONS, TELLINGS, ENDS, HOURS)
def test_a_new_raiser_who_wants_to_hear_opens_what_was_closed(
    raisings: list[RaisingFact], actions: list[ActionFact], tellings: list[TellingFact], end: SideEnd | None, raised_at: datetime
) -> None:
    again = RaisingFact(id=9, raised_at=raised_at)
    assert state([*raisings, again], actions, tellings, end) is not ConcernState.CLOSED


@given(RAISINGS, ACTIONS, TELLINGS, ENDS)
def test_telling_everybody_after_the_last_action_closes_it(
    raisings: list[RaisingFact], actions: list[ActionFact], tellings: list[TellingFact], end: SideEnd | None
) -> None:
    assume(raisings)
    outcomes = [replace(OUTCOME, raising_id=r.id, public=not r.reachable) for r in raisings]
    done = [replace(action, done=True) for action in actions]
    assert state(raisings, done, [*tellings, *outcomes], end) is ConcernState.CLOSED
    assert not any(owed(r, outcomes) for r in raisings)


def test_labels() -> None:
    assert state_label(ConcernState.CLOSED, SideEnd.WITH_PARTNER) == "Closed: with a partner"
    assert state_label(ConcernState.OUTCOME_OWED, SideEnd.CANNOT_DO) == "Cannot do, outcome owed"
    assert state_label(ConcernState.UNDER_WAY, None) == "Action under way"
    assert len({step.label for step in NextStep}) == len(NextStep)
