"""Booking an engagement, and what became of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from engagement.core.errors import Missing, Refused
from engagement.core.ids import new_ref
from engagement.engagements.domain import CancelReason, Kind
from engagement.engagements.models import Engagement, EngagementGroup, EngagementOfficer
from engagement.engagements.service import Became, EndOfPlan, PlanDraft, did_it_happen, log, plan
from engagement.groups.models import Group
from tests.builders import Person, Town
from tests.conftest import DiaryUnderTest
from tests.engagements.drafts import put, visit


def book(diary: DiaryUnderTest, person: Person, club: int, **fields) -> int:
    values: dict[str, Any] = {
        "client_ref": new_ref(),
        "kind": Kind.VISIT,
        "planned_for": diary.now + timedelta(days=2),
        "group_ids": (club,),
    }
    actor = diary.actor(person)
    with diary.work() as session:
        return plan(session, actor, PlanDraft(**(values | fields)), now=diary.now).engagement_id


def end(diary: DiaryUnderTest, person: Person, engagement_id: int, what: EndOfPlan) -> None:
    actor = diary.actor(person)
    with diary.work() as session:
        did_it_happen(session, actor, engagement_id, what, now=diary.now)


def test_a_booking_never_counts_and_is_one_for_each_reference(diary: DiaryUnderTest, town: Town, club: int) -> None:
    ref = new_ref()
    first = book(diary, town.sergeant, club, client_ref=ref, officer_ids=(town.pcso.officer_id,))
    assert book(diary, town.sergeant, club, client_ref=ref) == first
    with diary.work() as session:
        row = session.get_one(Engagement, first)
        assert (row.state, row.outcome, row.happened_on) == ("planned", None, None)
        assert session.scalars(select(EngagementOfficer.officer_id)).all() == [town.pcso.officer_id]
        assert session.scalars(select(EngagementGroup.counts)).all() == [False]
        assert session.get_one(Group, club).last_two_way_on is None


def test_a_booking_in_the_past_is_refused(diary: DiaryUnderTest, town: Town, club: int) -> None:
    with pytest.raises(Refused) as refused:
        book(diary, town.pcso, club, planned_for=diary.now - timedelta(minutes=5))
    assert refused.value.field == "planned_on"
    with pytest.raises(Missing):
        book(diary, town.pcso, club + 99)


def test_it_happened_and_is_logged_in_its_place(diary: DiaryUnderTest, town: Town, club: int) -> None:
    booked = book(diary, town.pcso, club)
    diary.clock.move(timedelta(days=2, hours=1))
    draft = visit([club], diary.now - timedelta(hours=1), planned_id=booked)
    assert put(diary, town.pcso, draft).engagement_id == booked
    again = put(diary, town.pcso, draft)
    assert (again.new, again.engagement_id) == (False, booked)
    with pytest.raises(Refused):
        put(diary, town.pcso, replace(draft, client_ref=new_ref()))
    with diary.work() as session:
        assert session.scalar(select(func.count()).select_from(Engagement)) == 1
        row = session.get_one(Engagement, booked)
        assert (row.state, row.happened_on) == ("happened", date(2026, 11, 26))
        assert session.get_one(Group, club).last_two_way_on == date(2026, 11, 26)


@pytest.mark.parametrize(("became", "reason"), [(Became.CANCELLED_BY_THEM, None), (Became.CANCELLED_BY_US, CancelReason.ABSTRACTED)])
def test_cancelled_is_kept_and_does_not_count(
    diary: DiaryUnderTest, town: Town, club: int, became: Became, reason: CancelReason | None
) -> None:
    booked = book(diary, town.pcso, club)
    diary.clock.move(timedelta(days=3))
    end(diary, town.pcso, booked, EndOfPlan(became=became, cancel_reason=reason))
    with diary.work() as session:
        row = session.get_one(Engagement, booked)
        assert (row.state, row.outcome, row.cancel_reason, row.happened_on) == ("happened", became, reason, date(2026, 11, 26))
        assert session.get_one(Group, club).last_two_way_on is None
    with pytest.raises(Refused):
        end(diary, town.pcso, booked, EndOfPlan(became=became, cancel_reason=CancelReason.LEAVE))


def test_cancelled_by_us_says_why_and_moved_says_when(diary: DiaryUnderTest, town: Town, club: int) -> None:
    booked = book(diary, town.pcso, club)
    with pytest.raises(Refused) as refused:
        end(diary, town.pcso, booked, EndOfPlan(became=Became.CANCELLED_BY_US))
    assert refused.value.field == "cancel_reason"
    for moment in (None, diary.now - timedelta(days=1)):
        with pytest.raises(Refused) as refused:
            end(diary, town.pcso, booked, EndOfPlan(became=Became.MOVED, moved_to=moment))
        assert refused.value.field == "planned_on"
    end(diary, town.pcso, booked, EndOfPlan(became=Became.MOVED, moved_to=diary.now + timedelta(days=9)))
    with diary.work() as session:
        assert session.get_one(Engagement, booked).planned_for == diary.now + timedelta(days=9)


def test_somebody_elses_booking_is_theirs(diary: DiaryUnderTest, town: Town, club: int) -> None:
    booked = book(diary, town.pcso, club)
    with pytest.raises(Refused):
        end(diary, town.pcso2, booked, EndOfPlan(became=Became.CANCELLED_BY_THEM))
    with pytest.raises(Missing):
        end(diary, town.other_pcso, booked, EndOfPlan(became=Became.CANCELLED_BY_THEM))
    actor = diary.actor(town.other_pcso)
    with diary.work() as session:
        assert log(session, actor, visit([club], diary.now), now=diary.now).new


def test_nobody_of_another_team_says_what_became_of_a_plan(diary: DiaryUnderTest, town: Town, club: int) -> None:
    """Its number in a forged form is as good as none: the plan stays as it was booked."""
    planned_id = book(diary, town.pcso, club)
    with pytest.raises(Missing):
        put(diary, town.other_pcso, visit([club], diary.now, planned_id=planned_id))
    with diary.work() as session:
        assert session.get_one(Engagement, planned_id).state == "planned"
