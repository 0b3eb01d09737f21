"""The rules of priorities: three places, three months, an end, and two people for what is public."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.core.errors import Refused
from engagement.core.months import add_months
from engagement.priorities.domain import FRESH_MONTHS, MOST, free_slot, freshness, why_not_approve

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@given(st.sets(st.integers(1, MOST)))
def test_a_free_place_is_one_of_three_that_nobody_holds(taken: set[int]) -> None:
    if len(taken) == MOST:
        with pytest.raises(Refused, match="end one of them first"):
            free_slot(taken)
    else:
        slot = free_slot(taken)
        assert 1 <= slot <= MOST
        assert slot not in taken


@given(DAYS, st.lists(DAYS, max_size=5), DAYS)
def test_stale_is_more_than_three_months_after_people_last_heard(agreed: date, told: list[date], today: date) -> None:
    found = freshness(agreed, told, today)
    heard = max([agreed, *told])
    assert found.stale == (today > add_months(heard, FRESH_MONTHS))
    assert found.stale == (found.days_over > 0)
    assert found.told == bool(told)


@given(DAYS, st.lists(DAYS, max_size=5), DAYS, DAYS)
def test_telling_people_never_makes_a_priority_staler(agreed: date, told: list[date], more: date, today: date) -> None:
    assert freshness(agreed, [*told, more], today).until >= freshness(agreed, told, today).until


def test_the_last_day_of_three_months_is_still_fresh_and_a_months_end_is_clamped() -> None:
    agreed = date(2026, 11, 30)
    assert freshness(agreed, [], date(2027, 2, 28)).until == date(2027, 2, 28)
    assert not freshness(agreed, [], date(2027, 2, 28)).stale
    assert freshness(agreed, [], date(2027, 2, 28) + timedelta(days=1)).stale


@given(st.sets(st.sampled_from(["pcso", "sergeant", "inspector", "administrator", "engagement_officer", "analyst"])), st.booleans())
def test_public_words_are_approved_by_somebody_else_who_may(roles: set[str], own: bool) -> None:
    said = why_not_approve(approver_id=7, roles=roles, writer_id=7 if own else 8)
    assert (said == "") == (not own and bool(roles & {"sergeant", "inspector", "engagement_officer"}))
