"""The line of a concern's life says what the rule says, whatever was recorded."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from engagement.concerns.clock import ELAPSED, clock
from engagement.concerns.domain import ActionFact, ConcernState, RaisingFact, SideEnd, TellingFact, state
from engagement.concerns.life import Work, life
from engagement.concerns.saying import clock_words
from tests.concerns.facts import ACTIONS, ENDS, HOURS, NOW, RAISINGS, TELLINGS


@given(RAISINGS, ACTIONS, TELLINGS, ENDS)
def test_exactly_one_step_is_now_and_it_is_the_state(
    raisings: list[RaisingFact], actions: list[ActionFact], tellings: list[TellingFact], end: SideEnd | None
) -> None:
    day = date(2026, 11, 20)
    work = [Work(fact=fact, begun_on=day, done_on=day if fact.done else None) for fact in actions]
    here = state(raisings, actions, tellings, end)
    closed = NOW if here is ConcernState.CLOSED else None
    line = life(raisings, work, tellings, end, day if end else None, closed)
    now = [step for step in line if step.now]
    assert len(now) == 1
    if here is ConcernState.OUTCOME_OWED and end is not None:
        assert now[0].label in end.label
    else:
        assert now[0].label == here.label
    if here is ConcernState.CLOSED:
        assert all(step.on for step in line)
        assert line[-1].now


@given(HOURS, st.integers(0, 400))
def test_the_clock_in_words_agrees_with_the_rule(raised_at, hours: int) -> None:
    raising = RaisingFact(id=1, raised_at=raised_at)
    now = raised_at + timedelta(hours=hours, minutes=30)
    words = clock_words(ELAPSED.due_at(raised_at), now)
    ruled = clock(raising, [], now)
    assert words is not None
    match words.tone:
        case "over":
            over = ruled.hours_over  # type: ignore[union-attr]
            assert words.words == (f"{over // 24} days over" if over >= 72 else f"{over} h over" if over else "just over")
        case tone:
            assert (tone == "amber") == ruled.amber  # type: ignore[union-attr]
            left = ruled.hours_left  # type: ignore[union-attr]
            assert words.words == (f"{left} h left" if left else "under 1 h left")
    assert clock_words(None, now) is None
