"""What people do about priorities: three at most, adopted from concerns, worded by one and approved by another, ended."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engagement.concerns.domain import ConcernState, SideEnd, TellingKind
from engagement.concerns.models import Concern
from engagement.core.errors import Conflict, Missing, Refused
from engagement.core.wording import fingerprint
from engagement.priorities import service
from engagement.priorities.domain import Ended, How
from engagement.priorities.drafts import Agreed, EditDraft, EndDraft, ToldDraft, WordingDraft, WorkDraft
from engagement.priorities.models import Priority, PriorityConcern, PriorityTold
from engagement.priorities.queries import live
from engagement.priorities.wordings import blocking, newest, seen_of
from tests.builders import Town, make_group, say_so
from tests.concerns.makers import first_raising, make_concern, told
from tests.conftest import DiaryUnderTest
from tests.engagements.drafts import put, visit
from tests.priorities.makers import AGREED, adopted, make_priority
from tests.summaries.month import approve_all, done, drafted, raise_one, summaries


def titles(diary: DiaryUnderTest, town: Town) -> list[str]:
    with diary.work() as session:
        return [one.title for one in live(session, [town.neighbourhood_id])]


def test_a_fourth_is_refused_unless_it_takes_the_place_of_one(diary: DiaryUnderTest, town: Town) -> None:
    first, *_others = (make_priority(diary, town, title=title) for title in ("Speeding", "Parking", "Litter"))
    with pytest.raises(Refused, match="three priorities"):
        make_priority(diary, town, title="Dogs")
    other = make_priority(diary, town, title="Elsewhere", neighbourhood_id=town.second_neighbourhood_id)
    with pytest.raises(Refused, match="live still"):
        make_priority(diary, town, title="Dogs", replaces=other)
    fourth = make_priority(diary, town, title="Dogs", replaces=first)
    assert sorted(titles(diary, town)) == ["Dogs", "Litter", "Parking"]
    with diary.work() as session:
        was = session.get_one(Priority, first)
        assert (was.slot, was.how_ended, was.replaced_by_id, was.ended_on) == (None, "replaced", fourth, diary.now.date())


def test_the_same_form_twice_is_one_and_another_teams_neighbourhood_is_refused(diary: DiaryUnderTest, town: Town) -> None:
    ref = "0b7e3c1e-6d1f-4a52-9d3b-1f2a3b4c5d6e"
    assert make_priority(diary, town, client_ref=ref) == make_priority(diary, town, client_ref=ref)
    with pytest.raises(Refused, match="your team"):
        make_priority(diary, town, town.other_pcso)
    with pytest.raises(Refused, match="today or in the past"):
        make_priority(diary, town, agreed=Agreed(on=diary.now.date() + timedelta(days=1), at="Hall", with_whom="all"))
    with pytest.raises(Refused, match="where it was agreed"):
        make_priority(diary, town, agreed=Agreed(on=diary.now.date()))


def test_an_engagement_gives_its_own_day_and_an_unread_or_sensitive_one_is_refused(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        group = make_group(session, town).id
    there = put(diary, town.pcso, visit([group], diary.now - timedelta(days=3))).engagement_id
    few = put(diary, town.pcso, visit([group], diary.now - timedelta(days=2), sensitive=True)).engagement_id
    key = make_priority(diary, town, agreed=Agreed(on=None, engagement_id=there))
    with diary.work() as session:
        assert session.get_one(Priority, key).agreed_on == date(2026, 11, 21)
    for wrong in (few, 999_999):
        with pytest.raises(Refused, match="Choose a meeting"):
            make_priority(diary, town, agreed=Agreed(on=None, engagement_id=wrong))


def test_adopting_a_concern_ends_it_as_a_priority_and_taking_it_out_takes_it_up_again(diary: DiaryUnderTest, town: Town) -> None:
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        concern = make_concern(session, actor, diary.now, neighbourhood_id=town.neighbourhood_id)
        key = concern.id
    priority = make_priority(diary, town, concern_ids=(key,))
    other = make_priority(diary, town, title="Parking")
    with diary.work() as session:
        concern = session.get_one(Concern, key)
        assert (concern.side_end, concern.side_end_reason) == (SideEnd.PRIORITY, "Speeding in Links Road")
        assert concern.state == ConcernState.OUTCOME_OWED
        service.put_in(session, actor, priority, key, now=diary.now)  # twice is once
        with pytest.raises(Refused, match="behind “Speeding"):
            service.put_in(session, actor, other, key, now=diary.now)
    with diary.work() as session:
        service.take_out(session, actor, priority, key, "Not the same street", now=diary.now)
    with diary.work() as session:
        assert session.get_one(Concern, key).side_end is None
        service.put_in(session, actor, other, key, now=diary.now)
        service.put_in(session, actor, other, key, now=diary.now)
    with diary.work() as session:
        links = session.execute(select(PriorityConcern.priority_id, PriorityConcern.taken_out_at.is_(None)).order_by(PriorityConcern.id))
        assert [tuple(row) for row in links] == [(priority, False), (other, True)]


def test_a_concern_that_ended_another_way_or_is_sensitive_stands_behind_none(diary: DiaryUnderTest, town: Town) -> None:
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        narrow = make_concern(session, actor, diary.now, neighbourhood_id=town.neighbourhood_id, sensitive=True).id
        over = make_concern(session, actor, diary.now, neighbourhood_id=town.neighbourhood_id, title="Bins left out", category="litter")
        told(session, actor, first_raising(session, over), TellingKind.OUTCOME, diary.now)
        closed = over.id
    priority = make_priority(diary, town)
    with diary.work() as session:
        with pytest.raises(Refused, match="OFFICIAL-SENSITIVE"):
            service.put_in(session, actor, priority, narrow, now=diary.now)
        service.put_in(session, actor, priority, closed, now=diary.now)  # closed stays as it ended
        assert session.get_one(Concern, closed).side_end is None


def test_words_are_public_once_somebody_else_approved_them(diary: DiaryUnderTest, town: Town) -> None:
    pcso, sergeant = diary.actor(town.pcso), diary.actor(town.sergeant)
    key = make_priority(diary, town, issue="People want drivers to slow down.", action="We check speeds weekly.")
    with diary.work() as session:
        seen = seen_of(newest(session, key))
        for actor in (pcso, diary.actor(town.other_sergeant)):
            with pytest.raises((Refused, Missing)):
                service.approve(session, actor, key, seen, now=diary.now)
        with pytest.raises(Refused, match="while you had them open"):
            service.approve(session, sergeant, key, "1:9", now=diary.now)
        service.approve(session, sergeant, key, seen, now=diary.now)
        assert session.get_one(Priority, key).told_on == diary.now.date()
        with pytest.raises(Refused, match="approved already"):
            service.approve(session, sergeant, key, seen, now=diary.now)
    with diary.work() as session:
        with pytest.raises(Conflict) as stale:
            service.write(session, sergeant, WordingDraft(priority_id=key, issue="Late", action="", seen="1:1"), now=diary.now)
        assert stale.value.theirs["issue"] == "People want drivers to slow down."
        service.write(session, sergeant, WordingDraft(priority_id=key, issue="New words", action="", seen="1:2"), now=diary.now)
        last = newest(session, key)
        assert last is not None
        assert (last.n, last.approved_at, last.action_on) == (2, None, None)
        with pytest.raises(Refused, match="You wrote this"):
            service.approve(session, sergeant, key, seen_of(last), now=diary.now)
        service.approve(session, diary.actor(town.engagement_officer), key, seen_of(last), now=diary.now)


def test_what_looks_like_a_person_is_cleared_one_by_one_before_approval(diary: DiaryUnderTest, town: Town) -> None:
    sergeant = diary.actor(town.sergeant)
    key = make_priority(diary, town, issue="People at 12 Links Road asked for checks.")
    with diary.work() as session:
        wording = newest(session, key)
        assert wording is not None
        with pytest.raises(Refused, match="look like a person"):
            service.approve(session, sergeant, key, seen_of(wording), now=diary.now)
        ((_part, found),) = blocking(wording)
        service.clear(session, sergeant, key, fingerprint(found), seen_of(wording), now=diary.now)
        service.approve(session, sergeant, key, seen_of(wording), now=diary.now)
        assert wording.approved_at == diary.now


def test_told_and_taken_back_move_how_fresh_it_is_and_not_its_version(diary: DiaryUnderTest, town: Town) -> None:
    actor = diary.actor(town.pcso)
    key = make_priority(diary, town)
    with diary.work() as session:
        before = session.get_one(Priority, key).version
        assert session.get_one(Priority, key).fresh_until == date(2027, 2, 17)
        draft = ToldDraft(priority_id=key, how=How.PUBLIC, told_on=date(2026, 11, 20), where="Parish magazine", client_ref=None)
        line = service.tell(session, actor, draft, now=diary.now)
        assert session.get_one(Priority, key).fresh_until == date(2027, 2, 20)
        service.withdraw_told(session, actor, line.id, "It was not printed", now=diary.now)
        assert session.get_one(Priority, key).fresh_until == date(2027, 2, 17)
        assert session.get_one(Priority, key).version == before
        with pytest.raises(Refused, match="Say where"):
            service.tell(session, actor, ToldDraft(priority_id=key, how=How.PUBLIC, told_on=date(2026, 11, 20)), now=diary.now)
        with pytest.raises(Refused, match="by itself"):
            service.tell(session, actor, ToldDraft(priority_id=key, how=How.SUMMARY, told_on=date(2026, 11, 20)), now=diary.now)


def test_an_approved_summary_tells_people_of_the_priority_once(diary: DiaryUnderTest, town: Town) -> None:
    concern = raise_one(diary, town.pcso, None, neighbourhood_id=town.neighbourhood_id)
    done(diary, town.pcso, concern)
    key = make_priority(diary, town, agreed=Agreed(on=date(2026, 10, 20), at="Hall", with_whom="the ward panel"), concern_ids=(concern,))
    drafted(diary)
    summary = summaries(diary)[town.neighbourhood_id].id
    approve_all(diary, town, summary)
    with diary.work() as session:
        rows = session.execute(select(PriorityTold.priority_id, PriorityTold.how, PriorityTold.summary_id, PriorityTold.told_on)).all()
        assert [tuple(row) for row in rows] == [(key, "summary", summary, date(2026, 11, 2))]
        assert session.get_one(Priority, key).fresh_until == date(2027, 2, 2)
        assert service.told_in_summary(session, diary.actor(town.sergeant), summary, [concern], now=diary.now) == 0


@pytest.mark.parametrize(
    ("how", "fields", "sentence"),
    [
        (Ended.CANNOT_DO, {}, "why it cannot be done"),
        (Ended.REPLACED, {}, "Choose the priority"),
        (Ended.RESOLVED, {"on": date(2026, 11, 1)}, "before it was agreed"),
        (Ended.RESOLVED, {"on": date(2026, 12, 1)}, "in the past"),
    ],
)
def test_an_end_is_refused(diary: DiaryUnderTest, town: Town, how: Ended, fields: dict[str, Any], sentence: str) -> None:
    key = make_priority(diary, town)
    with diary.work() as session, pytest.raises(Refused, match=sentence):
        service.end(session, diary.actor(town.pcso), EndDraft(priority_id=key, version=None, how=how, **fields), now=diary.now)


def test_an_end_is_one_of_four_and_nothing_but_work_and_telling_comes_after_it(diary: DiaryUnderTest, town: Town) -> None:
    actor = diary.actor(town.pcso)
    key = make_priority(diary, town)
    with diary.work() as session:
        with pytest.raises(Conflict):
            service.end(session, actor, EndDraft(priority_id=key, version=9, how=Ended.RESOLVED), now=diary.now)
        service.end(session, actor, EndDraft(priority_id=key, version=1, how=Ended.CANNOT_DO, because="The council owns it"), now=diary.now)
    assert titles(diary, town) == []
    with diary.work() as session:
        for refused in (
            lambda: service.end(session, actor, EndDraft(priority_id=key, version=None, how=Ended.RESOLVED), now=diary.now),
            lambda: service.edit(session, actor, EditDraft(priority_id=key, version=None, title="New", agreed=AGREED), now=diary.now),
            lambda: service.write(session, actor, WordingDraft(priority_id=key, issue="New", action=""), now=diary.now),
        ):
            with pytest.raises(Refused, match="has ended"):
                refused()
        service.add_work(session, actor, WorkDraft(priority_id=key, done_on=diary.now.date(), what="Wrote to the council"), now=diary.now)
    with diary.work() as session:  # its neighbours' officers find nothing
        for stranger in (town.other_pcso, town.administrator):
            with pytest.raises(Missing):
                service.add_work(
                    session, diary.actor(stranger), WorkDraft(priority_id=key, done_on=diary.now.date(), what="x"), now=diary.now
                )
        say_so(session)


def test_a_change_keeps_what_it_said_and_a_stale_one_is_shown_both(diary: DiaryUnderTest, town: Town) -> None:
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        key = adopted(session, actor, town, now=diary.now).id
        service.edit(session, actor, EditDraft(priority_id=key, version=1, title="Speeding by the school", agreed=AGREED), now=diary.now)
    with diary.work() as session, pytest.raises(Conflict) as stale:
        service.edit(session, actor, EditDraft(priority_id=key, version=1, title="Mine", agreed=AGREED), now=diary.now)
    assert stale.value.theirs["title"] == "Speeding by the school"
