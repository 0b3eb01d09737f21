"""What people do about concerns, on a real database: raising, telling, promising, ending, keeping apart."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engagement.access.domain import system
from engagement.audit.models import AuditRow, Version
from engagement.concerns.domain import ActionBy, ConcernState, Raiser, SideEnd, TellingKind
from engagement.concerns.models import Action, Concern, ReplyAddress, Telling
from engagement.concerns.owing import owed_to
from engagement.concerns.queries import visible_to
from engagement.concerns.service import (
    ActionDraft,
    ActionResult,
    AsideDraft,
    ConcernEdit,
    EndDraft,
    Ending,
    How,
    PromiseDraft,
    PromiseEnd,
    RaisingDraft,
    Tap,
    act,
    close_aside,
    edit_concern,
    end_action,
    end_promise,
    give_to,
    promise,
    raise_again,
    reply_addresses,
    take_back,
    take_up_again,
)
from engagement.concerns.still_open import open_of, similar_open
from engagement.core.errors import Conflict, Missing, Refused
from engagement.records.jobs import review_retention
from tests.builders import Town, make_group
from tests.concerns.makers import first_raising, make_concern, told
from tests.conftest import DiaryUnderTest

TODAY = date(2026, 11, 24)


def test_a_concern_belongs_to_the_recorder_where_they_read_its_team(diary: DiaryUnderTest, town: Town) -> None:
    actor, stranger = diary.actor(town.pcso), diary.actor(town.other_pcso)
    with diary.work() as session:
        group = make_group(session, town, owner_id=town.pcso2.officer_id)
        ours = make_concern(session, actor, diary.now, group_id=group.id)
        theirs = make_concern(session, stranger, diary.now, group_id=group.id)
        assert (ours.owner_id, theirs.owner_id) == (town.pcso.officer_id, town.pcso2.officer_id)
        assert (ours.team_id, theirs.team_id) == (town.team_id, town.team_id)
        assert ours.answer_due_at == diary.now + timedelta(hours=72)


def test_the_given_neighbourhood_wins_over_the_groups(diary: DiaryUnderTest, town: Town) -> None:
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        group = make_group(session, town)
        concern = make_concern(session, actor, diary.now, group_id=group.id, neighbourhood_id=town.other_neighbourhood_id)
        assert (concern.team_id, concern.neighbourhood_id) == (town.other_team_id, town.other_neighbourhood_id)


def test_the_same_form_sent_twice_is_one_concern(diary: DiaryUnderTest, town: Town) -> None:
    actor = diary.actor(town.pcso)
    ref = "0b5a6b7e-6f42-4f2c-9d0e-3b1a5c7d9e10"
    made = []
    for _ in range(2):
        with diary.work() as session:
            concern = make_concern(session, actor, diary.now, neighbourhood_id=town.neighbourhood_id, client_ref=ref)
            made.append(concern.id)
    assert made[0] == made[1]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "nul\x00"}, "title"),
        ({"category": "nonsense"}, "category"),
        ({"neighbourhood_id": 999}, "neighbourhood_id"),
        ({"neighbourhood_id": None}, "neighbourhood_id"),
        ({"group_id": 999}, "group_id"),
        ({"raising": {"raised_to_id": 999}}, "raised_to_id"),
        ({"asb_type": "loud"}, "asb_type"),
        ({"owner_id": 999}, "owner_id"),
        ({"raising": {"raiser": Raiser.GROUP}}, "group_id"),
        ({"raising": {"hear_by": date(2026, 11, 1)}}, "hear_by"),
    ],
)
def test_bad_input_is_refused_beside_its_field(diary: DiaryUnderTest, town: Town, change: dict[str, Any], field: str) -> None:
    actor = diary.actor(town.pcso)
    values: dict[str, Any] = {"neighbourhood_id": town.neighbourhood_id} | change
    with pytest.raises(Refused) as refused, diary.work() as session:
        make_concern(session, actor, diary.now, **values)
    assert refused.value.field == field
    with diary.work() as session:
        assert session.scalars(select(Concern.id)).all() == []


def test_nobody_raises_in_the_future(diary: DiaryUnderTest, town: Town) -> None:
    actor = diary.actor(town.pcso)
    with pytest.raises(Refused, match="now or in the past"), diary.work() as session:
        make_concern(session, actor, diary.now, raised_at=diary.now + timedelta(hours=1), neighbourhood_id=town.neighbourhood_id)


@pytest.mark.parametrize("tap", [Tap.ANSWERED, Tap.COUNCIL])
def test_one_tap_opens_and_closes(diary: DiaryUnderTest, town: Town, tap: Tap) -> None:
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        concern = make_concern(session, actor, diary.now, neighbourhood_id=town.neighbourhood_id, tap=tap)
        assert (concern.state, concern.closed_at, concern.answer_due_at) == (ConcernState.CLOSED, diary.now, None)
        assert concern.side_end == ("with_partner" if tap is Tap.COUNCIL else None)


def test_finding_out_stops_no_clock(diary: DiaryUnderTest, town: Town) -> None:
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        concern = make_concern(session, actor, diary.now, neighbourhood_id=town.neighbourhood_id, tap=Tap.FIND_OUT)
        assert (concern.state, concern.answer_due_at) == (ConcernState.RECEIVED, diary.now + timedelta(hours=72))


def test_an_answer_face_to_face_stops_the_clock(diary: DiaryUnderTest, town: Town) -> None:
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        group = make_group(session, town)
        concern = make_concern(session, actor, diary.now, group_id=group.id)
        told(session, actor, first_raising(session, concern), TellingKind.ANSWER, diary.now, report_by=date(2026, 12, 9))
        assert (concern.state, concern.answer_due_at) == (ConcernState.ANSWERED, None)
        report = session.scalars(select(Action)).one()
        assert (report.reports, report.promised_to_id, report.due_on) == (True, group.id, date(2026, 12, 9))
        told(session, actor, first_raising(session, concern), TellingKind.OUTCOME, diary.now)
        assert report.ended == "kept"
        assert concern.state == ConcernState.CLOSED


def test_nobody_is_told_before_they_spoke(diary: DiaryUnderTest, town: Town) -> None:
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        raising = first_raising(session, make_concern(session, actor, diary.now, neighbourhood_id=town.neighbourhood_id))
    with pytest.raises(Refused) as refused, diary.work() as session:
        told(session, actor, raising, TellingKind.ANSWER, diary.now - timedelta(hours=2))
    assert refused.value.field == "told_at"


def test_the_whole_way_of_a_concern(diary: DiaryUnderTest, town: Town) -> None:
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        group = make_group(session, town)
        concern = make_concern(session, actor, diary.now, group_id=group.id)
        assert [o.kind for o in owed_to(session, [group.id])] == ["answer"]
        told(session, actor, first_raising(session, concern), TellingKind.ANSWER, diary.now)
        assert owed_to(session, [group.id]) == []
        action = act(session, actor, ActionDraft(concern_id=concern.id, what="Speed check", by=ActionBy.OFFICER), now=diary.now)
        assert concern.state == ConcernState.UNDER_WAY
        end_action(session, actor, ActionResult(action_id=action.id, version=action.version, done_on=TODAY, result_number=3), now=diary.now)
        assert [o.kind for o in owed_to(session, [group.id])] == ["outcome"]
        assert [c.id for c in open_of(session, [group.id])[group.id]] == [concern.id]
        told(session, actor, first_raising(session, concern), TellingKind.OUTCOME, diary.now)
        assert concern.state == ConcernState.CLOSED
        assert open_of(session, [group.id]) == {}
        raise_again(session, actor, concern.id, RaisingDraft(raiser=Raiser.BUSINESS, raised_at=diary.now), now=diary.now)
        assert (concern.state, concern.closed_at) == (ConcernState.OUTCOME_OWED, None)


def test_a_letter_that_came_back_is_a_telling_that_never_was(diary: DiaryUnderTest, town: Town) -> None:
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        group = make_group(session, town)
        concern = make_concern(session, actor, diary.now, group_id=group.id)
        telling = told(session, actor, first_raising(session, concern), TellingKind.OUTCOME, diary.now, how=How.EMAIL)
        telling.engagement_id = None
        assert concern.state == ConcernState.CLOSED
        taken = take_back(session, system("settle letters", town.force_id), engagement_id=77, reason="The mailbox is full", now=diary.now)
        assert taken == []
        session.execute(Telling.__table__.update().values(engagement_id=None))  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="by letter or by engagement"), diary.work() as session:
        take_back(session, actor, reason="x", now=diary.now)


def test_a_closed_concern_stays_as_it_was_told(diary: DiaryUnderTest, town: Town) -> None:
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        concern = make_concern(session, actor, diary.now, neighbourhood_id=town.neighbourhood_id, tap=Tap.ANSWERED)
        which, version = concern.id, concern.version
    edit = ConcernEdit(concern_id=which, version=version, title="Something else", category="noise")
    aside = AsideDraft(concern_id=which, version=None, end=SideEnd.CANNOT_DO, reason="No")
    work = ActionDraft(concern_id=which, what="More", by=ActionBy.OFFICER)
    for change in (
        lambda session: edit_concern(session, actor, edit, now=diary.now),
        lambda session: close_aside(session, actor, aside, now=diary.now),
        lambda session: act(session, actor, work, now=diary.now),
        lambda session: promise(session, actor, PromiseDraft(what="x", due_on=TODAY, to="her", concern_id=which), now=diary.now),
    ):
        with pytest.raises(Refused, match="This concern is closed"), diary.work() as session:
            change(session)


def test_the_second_of_two_editors_is_shown_what_the_first_wrote(diary: DiaryUnderTest, town: Town) -> None:
    actor, other = diary.actor(town.pcso), diary.actor(town.pcso2)
    with diary.work() as session:
        concern = make_concern(session, actor, diary.now, neighbourhood_id=town.neighbourhood_id)
        read = concern.version
        first = ConcernEdit(concern_id=concern.id, version=read, title="Lorries past the school", category="speeding")
        edit_concern(session, actor, first, now=diary.now)
        which = concern.id
    second = ConcernEdit(concern_id=which, version=read, title="Vans past the school", category="speeding")
    with pytest.raises(Conflict) as conflict, diary.work() as session:
        edit_concern(session, other, second, now=diary.now)
    assert conflict.value.theirs["title"] == "Lorries past the school"
    with diary.work() as session:
        kept = session.scalars(select(Version).where(Version.entity == "concern")).one()
        assert kept.content["title"] == "Speeding past the school"


def test_telling_spoils_no_open_edit(diary: DiaryUnderTest, town: Town) -> None:
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        concern = make_concern(session, actor, diary.now, neighbourhood_id=town.neighbourhood_id)
        which, read = concern.id, concern.version
    with diary.work() as session:
        told(session, actor, first_raising(session, session.get_one(Concern, which)), TellingKind.ANSWER, diary.now)
    with diary.work() as session:
        assert session.get_one(Concern, which).version == read


def test_sensitive_narrows_the_readers(diary: DiaryUnderTest, town: Town) -> None:
    people = (town.pcso, town.pcso2, town.sergeant, town.inspector, town.other_sergeant, town.other_pcso, town.administrator)
    actors = {person.name: diary.actor(person) for person in people}
    with diary.work() as session:
        concern = make_concern(session, actors[town.pcso.name], diary.now, category="hate", neighbourhood_id=town.neighbourhood_id)
        assert concern.sensitive
        readers = {name for name, actor in actors.items() if session.scalar(select(Concern.id).where(visible_to(actor)))}
        assert readers == {town.pcso.name, town.sergeant.name, town.inspector.name}
        give_to(session, actors[town.sergeant.name], [concern.id], town.pcso2.officer_id, now=diary.now)
        assert session.scalar(select(Concern.id).where(visible_to(actors[town.pcso2.name]))) == concern.id


def test_another_teams_concern_is_not_there(diary: DiaryUnderTest, town: Town) -> None:
    actor, stranger = diary.actor(town.pcso), diary.actor(town.other_pcso)
    with diary.work() as session:
        which = make_concern(session, actor, diary.now, neighbourhood_id=town.neighbourhood_id).id
    for wrong in (which, 999):
        with pytest.raises(Missing), diary.work() as session:
            act(session, stranger, ActionDraft(concern_id=wrong, what="x", by=ActionBy.OFFICER), now=diary.now)


def test_side_ends_need_their_reason_and_can_be_undone(diary: DiaryUnderTest, town: Town) -> None:
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        concern = make_concern(session, actor, diary.now, neighbourhood_id=town.neighbourhood_id)
        other = make_concern(session, actor, diary.now, neighbourhood_id=town.neighbourhood_id)
        for end in SideEnd:
            with pytest.raises(Refused):
                close_aside(session, actor, AsideDraft(concern_id=concern.id, version=None, end=end), now=diary.now)
        same = AsideDraft(concern_id=concern.id, version=None, end=SideEnd.SAME_AS, same_as_id=other.id)
        close_aside(session, actor, same, now=diary.now)
        assert (concern.state, concern.same_as_id) == (ConcernState.OUTCOME_OWED, other.id)
        take_up_again(session, actor, concern.id, "It is another road", now=diary.now)
        assert (concern.state, concern.same_as_id) == (ConcernState.RAISED, None)


def test_a_promise_is_kept_moved_or_explained(diary: DiaryUnderTest, town: Town) -> None:
    actor = diary.actor(town.pcso)
    later = Ending(end=PromiseEnd.MOVED, told=True, new_due_on=date(2026, 12, 1))
    could_not = Ending(end=PromiseEnd.COULD_NOT, told=True)
    done = Ending(end=PromiseEnd.KEPT, told=True, done_on=TODAY)
    with diary.work() as session:
        first = promise(session, actor, PromiseDraft(what="Marking kits", due_on=TODAY, to="the lady at the door"), now=diary.now)
        moved = end_promise(session, actor, EndDraft(action_id=first.id, ending=later), now=diary.now)
        assert (first.ended, first.moved_to_id) == ("moved", moved.id)
        assert (moved.due_on, moved.promised_to) == (date(2026, 12, 1), "the lady at the door")
        with pytest.raises(Refused, match="already ended"):
            end_promise(session, actor, EndDraft(action_id=first.id, ending=done), now=diary.now)
        with pytest.raises(Refused) as why:
            end_promise(session, actor, EndDraft(action_id=moved.id, ending=could_not), now=diary.now)
        assert why.value.field == "because"
        kept = end_promise(session, actor, EndDraft(action_id=moved.id, ending=done, words="Brought six"), now=diary.now)
        assert (kept.ended, kept.done_on, kept.result) == ("kept", TODAY, "Brought six")


def test_the_same_matter_is_asked_about_near_by_alone(diary: DiaryUnderTest, town: Town) -> None:
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        near = make_concern(session, actor, diary.now, title="Speeding, Links Rd", neighbourhood_id=town.neighbourhood_id)
        make_concern(session, actor, diary.now, title="Speeding in Links Road", neighbourhood_id=town.second_neighbourhood_id)
        make_concern(session, actor, diary.now, title="Links Road speeding", neighbourhood_id=town.neighbourhood_id, tap=Tap.ANSWERED)
        make_concern(session, actor, diary.now, title="Dog mess on the green", neighbourhood_id=town.neighbourhood_id)
        found = similar_open(session, actor, "Cars speeding along Links Road", neighbourhood_ids=[town.neighbourhood_id])
        assert [concern.id for concern in found] == [near.id]


def test_a_reply_address_is_kept_apart_and_goes_thirty_days_after_the_outcome(diary: DiaryUnderTest, town: Town) -> None:
    actor = diary.actor(town.pcso)
    people = (town.pcso, town.pcso2, town.sergeant, town.other_sergeant)
    actors = {person.name: diary.actor(person) for person in people}
    with diary.work() as session:
        concern = make_concern(
            session, actor, diary.now, neighbourhood_id=town.neighbourhood_id, raising={"reply_address": "resident@home.example"}
        )
        seen = {name: reply_addresses(session, one, concern.id) for name, one in actors.items()}
        assert {name for name, found in seen.items() if found} == {town.pcso.name, town.sergeant.name}
        told(session, actor, first_raising(session, concern), TellingKind.OUTCOME, diary.now)
        assert session.scalars(select(ReplyAddress.erase_after)).one() == date(2026, 12, 24)
    for days, left in ((30, 1), (1, 0)):
        diary.clock.move(timedelta(days=days))
        with diary.app.app_context():
            review_retention(diary.now)
        with diary.work() as session:
            assert len(session.scalars(select(ReplyAddress.id)).all()) == left
    with diary.work() as session:
        row = session.scalars(select(AuditRow).where(AuditRow.operation == "erasure")).one()
        assert "home.example" not in str((row.note, row.fields, row.ids))
