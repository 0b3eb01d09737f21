"""A group that became OFFICIAL-SENSITIVE after somebody had to do with it has no name any more on any page of theirs."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from engagement.concerns.drafts import PromiseDraft
from engagement.concerns.models import Action
from engagement.concerns.service import promise
from engagement.engagements.domain import Kind
from engagement.engagements.drafts import PlanDraft, Promised
from engagement.engagements.service import plan
from engagement.groups.models import Group
from engagement.people.service import leave_note
from tests.builders import Town, make_group, say_so
from tests.conftest import DiaryUnderTest
from tests.engagements.drafts import put, visit
from tests.house.test_who_reads_what import FOR_FEW, leaks
from tests.pages import words


def test_who_visited_planned_and_promised_before_reads_its_name_nowhere(diary: DiaryUnderTest, town: Town) -> None:
    actor, now = diary.actor(town.pcso2), diary.now
    with diary.work() as session:
        group_id = make_group(session, town, f"{FOR_FEW} circle").id
        promise(session, actor, PromiseDraft(what="Bring the leaflets", due_on=now.date(), group_id=group_id), now=now)
        booked = PlanDraft(client_ref=None, kind=Kind.VISIT, planned_for=now + timedelta(hours=3), group_ids=(group_id,))
        plan(session, actor, booked, now=now)
        leave_note(session, actor, town.pcso2.officer_id, "group", group_id, "They rang", now=now)
    put(diary, town.pcso2, visit([group_id], now - timedelta(hours=1)))
    before = diary.client(town.pcso2).get("/").get_data(as_text=True).casefold()
    assert before.count(FOR_FEW) >= 3
    with diary.work() as session:
        session.get_one(Group, group_id).sensitive = True
        say_so(session)
    assert "a group" in words(diary.client(town.pcso2).get("/"))  # what they have to do stays
    found = [where for where in leaks(diary, town.pcso2, FOR_FEW).splitlines() if not where.startswith(RECORDED)]
    assert found == []


RECORDED = ("/engagements/1", "/engagements/2", "/engagements/mine", "/engagements/new {'planned", "/promises/1", "/actions/1")
"""What they recorded themselves stays theirs to read and to mend."""


def test_a_promise_by_their_next_meeting_tells_nothing_of_another_teams_agreement(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        group_id = make_group(session, town, next_due_on=date(2026, 12, 9)).id
    told = {}
    for person in (town.other_pcso, town.pcso):
        with diary.work() as session:
            session.get_one(Group, group_id).next_due_on = date(2026, 12, 9)
            say_so(session)
        draft = visit([group_id], diary.now - timedelta(days=30), promises=(Promised(what="Come back"),))
        put(diary, person, draft)
        with diary.work() as session:
            told[person.name] = session.scalars(select(Action.due_on).order_by(Action.id.desc())).first()
    assert told[town.other_pcso.name] == diary.now.date() + timedelta(days=28)
    assert told[town.pcso.name] not in (None, told[town.other_pcso.name])
