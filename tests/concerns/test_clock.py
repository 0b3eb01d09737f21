"""The 72 hours: when an answer is owed, amber and over, whichever way the force counts its hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.concerns.clock import ELAPSED, HOUR, Breached, ClockRule, NotOwed, Running, Stopped, clock, first_answer_due_at
from engagement.concerns.domain import RaisingFact, TellingFact, TellingKind, answered_at
from engagement.core.clock import LONDON
from tests.concerns.facts import HOURS, NOW, RAISINGS, TELLINGS

WORKING = ClockRule(working_days=True)
RULES = st.sampled_from([ELAPSED, WORKING, ClockRule(within=24 * HOUR, amber_after=6 * HOUR, chases=(HOUR, 7 * HOUR), working_days=True)])
MOMENTS = st.integers(0, 60 * 24 * 400).map(lambda n: datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=n))
SPANS = st.integers(0, 60 * 24 * 6).map(lambda n: timedelta(minutes=n))
RAISED = RaisingFact(id=1, raised_at=NOW - timedelta(hours=50))
RECEIVED = TellingFact(raising_id=1, kind=TellingKind.RECEIVED, told_at=NOW - timedelta(hours=2))


@given(st.builds(RaisingFact, id=st.just(1), raised_at=HOURS, wants_to_hear=st.booleans()), TELLINGS, st.integers(0, 60 * 400))
def test_the_72_hours(raising: RaisingFact, tellings: list[TellingFact], minutes: int) -> None:
    now = raising.raised_at + timedelta(minutes=minutes)
    match clock(raising, tellings, now):
        case Running(due_at=due, amber_at=amber_at, hours_gone=gone, hours_left=left, amber=amber):
            assert minutes <= 72 * 60 and due - raising.raised_at == timedelta(hours=72)
            assert gone == minutes // 60 and left == (72 * 60 - minutes) // 60
            assert amber == (minutes >= 48 * 60) == (now >= amber_at)
        case Breached(hours_over=over):
            assert minutes > 72 * 60 and over == (minutes - 72 * 60) // 60
        case Stopped(at=at, in_time=in_time):
            assert at == answered_at(raising, tellings)
            assert in_time == (at <= ELAPSED.due_at(raising.raised_at))
        case NotOwed():
            assert not raising.wants_to_hear


def test_an_acknowledgement_does_not_stop_the_clock_and_a_clock_set_back_does_no_harm() -> None:
    due, amber = NOW + timedelta(hours=22), NOW - timedelta(hours=2)
    assert clock(RAISED, [RECEIVED], NOW) == Running(due_at=due, amber_at=amber, hours_gone=50, hours_left=22, amber=True)
    before = clock(RAISED, [], RAISED.raised_at - timedelta(hours=1))
    assert before == Running(due_at=due, amber_at=amber, hours_gone=0, hours_left=73, amber=False)


def test_an_answer_at_the_very_moment_it_was_raised_stops_it_there() -> None:
    there = replace(RECEIVED, kind=TellingKind.ANSWER, told_at=RAISED.raised_at)
    assert clock(RAISED, [there], NOW) == Stopped(at=RAISED.raised_at, due_at=RAISED.raised_at + 72 * HOUR, in_time=True)


@given(RAISINGS, TELLINGS, RULES)
def test_the_first_answer_due_is_the_earliest_clock_still_running(
    raisings: list[RaisingFact], tellings: list[TellingFact], rule: ClockRule
) -> None:
    running = [c.due_at for r in raisings if isinstance(c := clock(r, tellings, NOW, rule), Running | Breached)]
    assert first_answer_due_at(raisings, tellings, rule) == min(running, default=None)


@given(RULES, MOMENTS, SPANS, SPANS)
def test_what_is_added_is_what_is_counted(rule: ClockRule, start: datetime, span: timedelta, more: timedelta) -> None:
    end = rule.after(start, span)
    assert rule.counted(start, end) == span
    assert span == timedelta(0) or rule.counted(start, end - timedelta(minutes=1)) < span  # the earliest such moment
    assert rule.counted(start, end) + rule.counted(end, end + more) == rule.counted(start, end + more)
    assert rule.after(start, span) <= rule.after(start, span + more)


@given(RULES, MOMENTS, st.integers(0, 60 * 24 * 9))
def test_a_list_that_compares_its_column_finds_what_the_rule_calls_amber_or_over(rule: ClockRule, raised: datetime, minutes: int) -> None:
    now = raised + timedelta(minutes=minutes)
    found = clock(RaisingFact(id=1, raised_at=raised), [], now, rule)
    listed = rule.due_at(raised) <= rule.soon(now)
    assert listed == (isinstance(found, Breached) or (isinstance(found, Running) and found.amber))
    if isinstance(found, Running):
        assert rule.gone(found.due_at, now) == rule.counted(raised, now)
        assert found.amber == (now >= found.amber_at)


@given(RULES, MOMENTS, st.integers(0, 60 * 24 * 9))
def test_each_mark_is_owed_from_its_moment_on_and_stays_owed(rule: ClockRule, raised: datetime, minutes: int) -> None:
    now = raised + timedelta(minutes=minutes)
    owed = rule.chases_owed(raised, now)
    assert owed == tuple(mark // HOUR for mark in rule.chases if now >= rule.after(raised, mark))
    assert set(owed) <= set(rule.chases_owed(raised, now + timedelta(days=1)))


@pytest.mark.parametrize(
    ("raised", "elapsed", "working"),
    [
        ("2026-11-24 10:00", "2026-11-27 10:00", "2026-11-27 10:00"),  # a Tuesday: the same either way
        ("2026-11-27 18:00", "2026-11-30 18:00", "2026-12-02 18:00"),  # a Friday evening
        ("2026-12-23 12:00", "2026-12-26 12:00", "2026-12-30 12:00"),  # Christmas; Boxing Day's substitute is Monday 28
        ("2026-10-24 12:00", "2026-10-27 11:00", "2026-10-29 00:00"),  # a Saturday, the clocks go back: begins on Monday
        ("2026-04-02 12:00", "2026-04-05 12:00", "2026-04-09 12:00"),  # Easter: Good Friday to Monday stand still
    ],
)
def test_weekends_and_bank_holidays_stand_still_only_where_the_force_says_so(raised: str, elapsed: str, working: str) -> None:
    begins, every_hour, working_hours = (datetime.fromisoformat(text).replace(tzinfo=LONDON) for text in (raised, elapsed, working))
    assert ELAPSED.due_at(begins.astimezone(UTC)) == every_hour
    assert WORKING.due_at(begins.astimezone(UTC)) == working_hours
