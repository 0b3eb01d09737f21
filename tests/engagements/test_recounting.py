"""After any sequence of logging, correcting and withdrawing, a group's stored dates are what the rule says of its entries."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.engagements.domain import Direction, Entry, Kind, Outcome, Part, State, which_dates
from engagement.engagements.models import Engagement, EngagementGroup
from engagement.engagements.service import Attending, Correction, correct, log, withdraw
from engagement.groups.models import Group
from engagement.groups.service import drifted
from tests.builders import Town, make_contact, make_group
from tests.conftest import DiaryUnderTest
from tests.engagements.drafts import visit

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["log", "log", "correct", "withdraw"]),
        st.integers(0, 60),  # days ago
        st.sampled_from([Kind.VISIT, Kind.PATROL_CHAT, Kind.THEIR_MEETING]),
        st.sampled_from([Outcome.SPOKE, Outcome.SPOKE, Outcome.NO_ANSWER]),
        st.sampled_from([Part.WITH, Part.ALSO_THERE]),
        st.booleans(),  # a contact named
        st.booleans(),  # spoke with them
        st.integers(0, 9),  # which entry to change
    ),
    min_size=1,
    max_size=8,
)


Club = tuple[int, int]


@pytest.fixture
def club(diary: DiaryUnderTest, town: Town) -> Club:
    """A group and somebody who speaks for it."""
    with diary.work() as session:
        group = make_group(session, town)
        return group.id, make_contact(session, group).id


def dates_by_rule(session: Session, group_id: int) -> date | None:
    rows = session.execute(
        select(Engagement, EngagementGroup)
        .join(EngagementGroup, EngagementGroup.engagement_id == Engagement.id)
        .where(EngagementGroup.group_id == group_id)
    )
    entries = [
        Entry(
            state=State(e.state), kind=Kind(e.kind), outcome=Outcome(e.outcome) if e.outcome else None, happened_on=e.happened_on,
            direction=Direction(e.direction), part=Part(g.part), contact_named=g.contact_id is not None,
            spoke_with_them=g.spoke_with_them,
        )
        for e, g in rows
    ]  # fmt: skip
    return which_dates(entries)[0]


def do(session: Session, actor: Actor, made: list[int], step: tuple, group_id: int, contact_id: int, now: datetime) -> None:
    what, days, kind, outcome, part, named, spoke, which = step
    there = (Attending(group_id=group_id, part=part, contact_id=contact_id if named else None, spoke_with_them=spoke),)
    when = now - timedelta(days=days)
    if what == "log" or not made:
        draft = visit([], when, kind=kind, outcome=outcome, groups=there)
        made.append(log(session, actor, draft, now=now).engagement_id)
        return
    entry = session.get_one(Engagement, made[which % len(made)])
    if entry.state == State.WITHDRAWN:
        return
    if what == "withdraw":
        withdraw(session, actor, entry.id, "By mistake", now=now)
        return
    asked = Correction(
        version=entry.version, reason="", kind=kind, outcome=outcome, happened_at=when, summary="Put right",
        direction=Direction.OURS, groups=there, officer_ids=(actor.officer_id or 0,),
    )  # fmt: skip
    correct(session, actor, entry.id, asked, now=now)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(STEPS)
def test_stored_dates_equal_the_rule_after_any_sequence(diary: DiaryUnderTest, town: Town, club: Club, steps: list) -> None:
    group_id, contact_id = club
    actor = diary.actor(town.pcso)
    made: list[int] = []
    for step in steps:
        with diary.work() as session:
            do(session, actor, made, step, group_id, contact_id, diary.now)
        with diary.work() as session:
            group = session.get_one(Group, group_id)
            assert group.last_two_way_on == dates_by_rule(session, group_id)
            assert drifted(session, [group_id], today=diary.now.date()) == []
    with diary.work() as session:  # the next example begins from nothing
        for engagement_id in made:
            if session.get_one(Engagement, engagement_id).state != State.WITHDRAWN:
                withdraw(session, actor, engagement_id, "End of the example", now=diary.now)
    with diary.work() as session:
        assert session.get_one(Group, group_id).last_two_way_on is None
