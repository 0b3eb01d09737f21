"""Rules of decisions and flags: what may be decided, how long it stands, what cleared a flag."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.core.errors import Refused
from engagement.overdue.domain import (
    LONGEST_WAIT,
    Cleared,
    DecisionKind,
    FlagFacts,
    Taken,
    check_decision,
    decided,
    escalated,
    snoozes_running,
    stands_until,
    what_cleared,
)

TODAY = date(2026, 11, 24)
DAYS = st.dates(min_value=date(2025, 1, 1), max_value=date(2028, 12, 31))
HISTORY = st.lists(st.builds(Taken, kind=st.sampled_from(DecisionKind), until=st.none() | DAYS), max_size=6)


@given(HISTORY, DAYS, st.integers(1, 400))
def test_a_decision_with_a_last_day_is_over_the_day_after_and_stays_over(history: list[Taken], today: date, later: int) -> None:
    if not history:
        assert not decided(history, today)
    elif history[-1].until is None:
        assert decided(history, today)
    else:
        assert decided(history, history[-1].until)
        assert not decided(history, history[-1].until + timedelta(days=later))


@given(HISTORY, DAYS, st.sampled_from(DecisionKind))
def test_snoozing_is_refused_after_two_running_and_any_other_decision_ends_the_run(
    history: list[Taken], today: date, other: DecisionKind
) -> None:
    snooze = Taken(kind=DecisionKind.SNOOZE, until=today)
    run = snoozes_running([*history, snooze, snooze])
    assert run >= 2
    with pytest.raises(Refused) as refused:
        check_decision(
            DecisionKind.SNOOZE, until=today + timedelta(days=1), officer_id=None, history=[*history, snooze, snooze], today=today
        )
    assert refused.value.field == "kind"
    if other is not DecisionKind.SNOOZE:
        mended = [*history, snooze, snooze, Taken(kind=other)]
        assert snoozes_running(mended) == 0
        check_decision(DecisionKind.SNOOZE, until=today + timedelta(days=1), officer_id=None, history=mended, today=today)


@given(st.sampled_from([DecisionKind.BOOK, DecisionKind.SNOOZE]), st.none() | st.integers(-400, 400), DAYS)
def test_a_booking_and_a_snooze_need_a_day_within_a_month(kind: DecisionKind, ahead: int | None, today: date) -> None:
    until = None if ahead is None else today + timedelta(days=ahead)
    soonest = 0 if kind is DecisionKind.BOOK else 1
    if ahead is not None and soonest <= ahead <= LONGEST_WAIT.days:
        check_decision(kind, until=until, officer_id=None, history=[], today=today)
        assert stands_until(kind, until, today) == until
    else:
        with pytest.raises(Refused) as refused:
            check_decision(kind, until=until, officer_id=None, history=[], today=today)
        assert refused.value.field == "until"


def test_giving_needs_somebody_to_give_it_to() -> None:
    with pytest.raises(Refused) as refused:
        check_decision(DecisionKind.GIVE, until=None, officer_id=None, history=[], today=TODAY)
    assert refused.value.field == "officer_id"


@given(st.sampled_from([DecisionKind.ASK, DecisionKind.GIVE]), DAYS)
def test_a_question_or_a_new_owner_comes_back_after_a_week(kind: DecisionKind, today: date) -> None:
    taken = Taken(kind=kind, until=stands_until(kind, None, today))
    assert decided([taken], today + timedelta(days=7))
    assert not decided([taken], today + timedelta(days=8))


FACTS = st.builds(
    FlagFacts,
    due_on=DAYS, raised_on=DAYS, contacted_on=st.none() | DAYS, paused_on=st.none() | DAYS, agreed_on=st.none() | DAYS,
    dormant=st.booleans(),
)  # fmt: skip


@given(FACTS)
def test_what_cleared_a_flag_is_always_said_and_contact_comes_first(facts: FlagFacts) -> None:
    cleared = what_cleared(facts)
    in_time = facts.contacted_on is not None and facts.contacted_on >= facts.due_on
    assert (cleared is Cleared.CONTACT) is in_time
    if not in_time and facts.dormant:
        assert cleared is Cleared.DORMANT


def test_a_visit_typed_late_for_a_day_before_it_was_due_is_a_correction() -> None:
    facts = FlagFacts(due_on=TODAY, raised_on=TODAY, contacted_on=TODAY - timedelta(days=1), agreed_on=TODAY - timedelta(days=400))
    assert what_cleared(facts) is Cleared.CORRECTED


@pytest.mark.parametrize(("paused", "agreed", "cleared"), [(0, None, Cleared.PAUSE), (-9, 0, Cleared.AGREEMENT), (0, 0, Cleared.PAUSE)])
def test_a_pause_or_an_agreement_counts_from_the_day_the_flag_went_up(paused: int, agreed: int | None, cleared: Cleared) -> None:
    day = {n: TODAY + timedelta(days=n) for n in (0, -9)}
    facts = FlagFacts(due_on=TODAY, raised_on=TODAY, paused_on=day[paused], agreed_on=None if agreed is None else day[agreed])
    assert what_cleared(facts) is cleared


HISTORIES = st.lists(
    st.builds(Taken, kind=st.sampled_from(DecisionKind), until=st.none() | st.integers(-9, 9).map(lambda n: TODAY + timedelta(days=n))),
    max_size=4,
)


@given(st.none() | st.integers(-12, 12).map(lambda n: TODAY + timedelta(days=n)), HISTORIES, st.integers(1, 5), st.integers(0, 9))
def test_the_inspector_has_what_was_left_long_overdue_and_undecided_for_so_many_nights(longest, history, nights, later) -> None:
    has = escalated(longest, history, TODAY, nights)
    if decided(history, TODAY) or longest is None or longest + timedelta(days=nights) > TODAY:
        assert not has
    if has:
        assert escalated(longest, history, TODAY + timedelta(days=later), nights), "it stays there until somebody decides"
        assert not any(decided(history, TODAY - timedelta(days=n)) for n in range(nights + 1) if history)
        assert not escalated(longest, [*history, Taken(kind=DecisionKind.ASK, until=TODAY)], TODAY, nights)
    if longest is not None and not history:
        assert has == (longest + timedelta(days=nights) <= TODAY)
