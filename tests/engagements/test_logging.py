"""Putting an engagement on the record: once, whole, and counted right."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from engagement.concerns.drafts import Tap
from engagement.concerns.models import Action, Concern, Raising, Telling
from engagement.concerns.owing import owed_to
from engagement.core.errors import Missing, Refused
from engagement.engagements.domain import Kind, Outcome, Part
from engagement.engagements.models import Engagement, EngagementGroup, EngagementOfficer, KeptElsewhere
from engagement.engagements.service import Attending, NewGroup, Promised, RaisedConcern, ToldThere, keep_elsewhere
from engagement.groups.models import ContactAgreement, Group
from engagement.people.models import OfficerNote
from tests.builders import Town, make_contact, make_group
from tests.conftest import DiaryUnderTest
from tests.engagements.drafts import put, visit


def test_a_visit_moves_the_groups_next_date(diary: DiaryUnderTest, town: Town, club: int) -> None:
    logged = put(diary, town.pcso, visit([club], diary.now))
    assert logged.new
    with diary.work() as session:
        group = session.get_one(Group, club)
        assert (group.last_two_way_on, group.next_due_on) == (date(2026, 11, 24), date(2026, 12, 24))
        assert group.version == 1  # logging never spoils an open edit
        officers = session.scalars(select(EngagementOfficer.officer_id)).all()
        assert officers == [town.pcso.officer_id]


def test_the_same_reference_is_one_engagement(diary: DiaryUnderTest, town: Town, club: int) -> None:
    draft = visit([club], diary.now, said_when="just_now", concerns=(RaisedConcern(title="Speeding on Links Road"),))
    first = put(diary, town.pcso, draft)
    diary.clock.move(timedelta(minutes=2))
    again = put(diary, town.pcso, replace(draft, happened_at=diary.now))
    other = put(diary, town.pcso, replace(draft, summary="Something else"))
    assert (again.new, again.differs, again.engagement_id) == (False, False, first.engagement_id)
    assert (other.new, other.differs, other.engagement_id) == (False, True, first.engagement_id)
    with pytest.raises(Missing):
        put(diary, town.pcso2, draft)
    with diary.work() as session:
        for table in (Engagement, Concern, Raising):
            assert session.scalar(select(func.count()).select_from(table)) == 1


@pytest.mark.parametrize(
    ("fields", "counts"),
    [
        ({"kind": Kind.PHONE}, True),
        ({"outcome": Outcome.NO_ANSWER, "summary": ""}, False),
        ({"outcome": Outcome.MESSAGE_LEFT, "summary": ""}, False),
        ({"kind": Kind.PATROL_CHAT}, False),
    ],
)
def test_what_counts(diary: DiaryUnderTest, town: Town, club: int, fields: dict, counts: bool) -> None:
    put(diary, town.pcso, visit([club], diary.now, **fields))
    with diary.work() as session:
        assert session.scalar(select(EngagementGroup.counts)) is counts
        assert (session.get_one(Group, club).last_two_way_on is not None) is counts


def test_a_chat_counts_where_a_contact_is_named(diary: DiaryUnderTest, town: Town, club: int) -> None:
    with diary.work() as session:
        contact = make_contact(session, session.get_one(Group, club)).id
        other = make_contact(session, make_group(session, town, "Elm Green Hall"), "Kit Aldous").id
    chat = visit([], diary.now, kind=Kind.PATROL_CHAT, groups=(Attending(group_id=club, contact_id=contact),))
    put(diary, town.pcso, chat)
    with diary.work() as session:
        assert session.get_one(Group, club).last_two_way_on == date(2026, 11, 24)
    wrong = visit([], diary.now, groups=(Attending(group_id=club, contact_id=other),))
    with pytest.raises(Refused) as refused:
        put(diary, town.pcso, wrong)
    assert refused.value.field == "contact"


def test_a_back_dated_entry_never_moves_the_date_back(diary: DiaryUnderTest, town: Town, club: int) -> None:
    put(diary, town.pcso, visit([club], diary.now - timedelta(days=3)))
    put(diary, town.pcso, visit([club], diary.now - timedelta(days=30)))
    with diary.work() as session:
        assert session.get_one(Group, club).last_two_way_on == date(2026, 11, 21)


def test_several_groups_with_and_also_there(diary: DiaryUnderTest, town: Town, club: int) -> None:
    with diary.work() as session:
        council = make_group(session, town, "Ashford Town Council", kind="council").id
        silent = make_group(session, town, "Elm Green Watch", kind="watch").id
    meeting = visit(
        [],
        diary.now,
        kind=Kind.THEIR_MEETING,
        attendance=24,
        groups=(
            Attending(group_id=club, part=Part.ALSO_THERE, spoke_with_them=True),
            Attending(group_id=silent, part=Part.ALSO_THERE, spoke_with_them=False),
            Attending(group_id=council, host=True),
        ),
    )
    put(diary, town.pcso, meeting)
    with diary.work() as session:
        last = dict(session.execute(select(Group.id, Group.last_two_way_on)).all())
    assert last == {club: date(2026, 11, 24), council: date(2026, 11, 24), silent: None}


def test_any_officer_may_log_to_any_group_of_the_force_and_its_owner_hears(diary: DiaryUnderTest, town: Town, club: int) -> None:
    logged = put(diary, town.other_pcso, visit([club], diary.now))
    with diary.work() as session:
        entry = session.get_one(Engagement, logged.engagement_id)
        assert (entry.team_id, entry.recorded_by_id) == (town.team_id, town.other_pcso.officer_id)
        note = session.execute(select(OfficerNote.officer_id, OfficerNote.about_id, OfficerNote.left_by)).one()
        assert tuple(note) == (town.pcso.officer_id, club, town.other_pcso.name)
    with pytest.raises(Missing):
        put(diary, town.pcso, visit([club + 999], diary.now))


def test_a_group_not_known_yet_is_made_to_be_confirmed(diary: DiaryUnderTest, town: Town) -> None:
    draft = visit([], diary.now, new_group=NewGroup(name="Elm Green Knitters"), neighbourhood_id=town.second_neighbourhood_id)
    logged = put(diary, town.pcso, draft)
    with diary.work() as session:
        group = session.get_one(Group, logged.group_ids[0])
        assert (group.to_confirm, group.assumed, group.neighbourhood_id) == (True, True, town.second_neighbourhood_id)
        assert group.last_two_way_on == date(2026, 11, 24)
        assert session.scalar(select(ContactAgreement.assumed).where(ContactAgreement.group_id == group.id)) is True


def test_a_resident_has_no_name_and_needs_a_neighbourhood(diary: DiaryUnderTest, town: Town) -> None:
    draft = visit([], diary.now, with_resident=True, concerns=(RaisedConcern(title="Dog fouling in the park"),))
    with pytest.raises(Refused) as refused:
        put(diary, town.pcso, draft)
    assert refused.value.field == "neighbourhood"
    put(diary, town.pcso, replace(draft, neighbourhood_id=town.neighbourhood_id))
    with diary.work() as session:
        raised = session.execute(select(Raising.raiser, Raising.group_id, Concern.category).join(Concern)).one()
        assert tuple(raised) == ("resident", None, "dogs")
    with pytest.raises(Refused) as refused:
        put(diary, town.pcso, visit([], diary.now))
    assert refused.value.field == "group"


def test_concerns_tellings_and_promises_ride_in_the_same_save(diary: DiaryUnderTest, town: Town, club: int) -> None:
    put(diary, town.pcso, visit([club], diary.now, concerns=(RaisedConcern(title="Speeding on Links Road"),)))
    with diary.work() as session:
        owed = owed_to(session, [club])
    assert [o.kind for o in owed] == ["answer"]
    diary.clock.move(timedelta(hours=2))
    lines = (
        RaisedConcern(title="Litter by the shops", tap=Tap.COUNCIL),
        RaisedConcern(title="When is the next surgery?", tap=Tap.ANSWERED),
        RaisedConcern(title="Speeding again", same_as_id=owed[0].concern_id),
    )
    draft = visit(
        [club], diary.now, summary="", concerns=lines, tellings=(ToldThere(raising_id=owed[0].raising_id, kind="answer"),),
        promises=(Promised(what="Bring marking kits", due_on=date(2026, 11, 27)), Promised(what="Report back")),
    )  # fmt: skip
    put(diary, town.pcso, draft)
    with diary.work() as session:
        states = dict(session.execute(select(Concern.title, Concern.state)).all())
        assert states["Litter by the shops"] == "closed"
        assert states["When is the next surgery?"] == "closed"
        assert session.scalar(select(func.count()).where(Raising.concern_id == owed[0].concern_id)) == 2
        due = dict(session.execute(select(Action.what, Action.due_on).where(Action.is_promise)).all())
        assert due == {"Bring marking kits": date(2026, 11, 27), "Report back": date(2026, 12, 24)}
        assert owed[0].raising_id not in [o.raising_id for o in owed_to(session, [club])]


def test_a_bad_line_keeps_nothing_and_says_which(diary: DiaryUnderTest, town: Town, club: int) -> None:
    lines = (RaisedConcern(title="Speeding"), RaisedConcern(title="   "))
    with pytest.raises(Refused) as refused:
        put(diary, town.pcso, visit([club], diary.now, concerns=lines))
    assert refused.value.field == "concern-1-title"
    with diary.work() as session:
        for table in (Engagement, Concern, Raising, Telling, Action):
            assert session.scalar(select(func.count()).select_from(table)) == 0
        assert session.get_one(Group, club).last_two_way_on is None


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"summary": "  "}, "summary"),
        ({"attendance": -1}, "attendance"),
        ({"attendance": 100_001}, "attendance"),
        ({"officer_ids": (999_999,)}, "officers"),
        ({"neighbourhood_id": 999_999}, "neighbourhood"),
        ({"outcome": Outcome.NO_ANSWER, "concerns": (RaisedConcern(title="Speeding"),)}, "concern-0-title"),
    ],
)
def test_refusals_name_their_field(diary: DiaryUnderTest, town: Town, club: int, fields: dict, field: str) -> None:
    with pytest.raises(Refused) as refused:
        put(diary, town.pcso, visit([club], diary.now, **fields))
    assert refused.value.field == field


def test_the_future_and_the_far_past_are_refused(diary: DiaryUnderTest, town: Town, club: int) -> None:
    for moment in (diary.now + timedelta(hours=1), diary.now - timedelta(days=800)):
        with pytest.raises(Refused) as refused:
            put(diary, town.pcso, visit([club], moment))
        assert refused.value.field == "happened_on"


def test_a_record_for_another_officer(diary: DiaryUnderTest, town: Town, club: int) -> None:
    draft = visit([club], diary.now, for_officer_id=town.pcso2.officer_id, concerns=(RaisedConcern(title="Speeding"),))
    put(diary, town.pcso, draft)
    with diary.work() as session:
        assert session.scalars(select(EngagementOfficer.officer_id)).all() == [town.pcso2.officer_id]
        raising = session.execute(select(Raising.raised_to_id, Raising.recorded_by_id)).one()
        assert tuple(raising) == (town.pcso2.officer_id, town.pcso.officer_id)


def test_a_sensitive_group_is_for_few(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        hidden = make_group(session, town, "A quiet group", sensitive=True).id
    with pytest.raises(Missing):
        put(diary, town.pcso2, visit([hidden], diary.now))
    assert put(diary, town.sergeant, visit([hidden], diary.now)).new


def test_what_goes_elsewhere_is_tied_to_nothing(diary: DiaryUnderTest, town: Town) -> None:
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        keep_elsewhere(session, actor, "intelligence", now=diary.now)
    with diary.work() as session:
        kept = session.execute(select(KeptElsewhere.kind, KeptElsewhere.on, KeptElsewhere.team_id, KeptElsewhere.reference)).one()
    assert tuple(kept) == ("intelligence", date(2026, 11, 24), town.team_id, "")
    with pytest.raises(Refused), diary.work() as session:
        keep_elsewhere(session, actor, "gossip", now=diary.now)


@pytest.mark.parametrize(
    ("kind", "reference", "kept"),
    [
        ("crime", " 55260123456 ", "55260123456"),
        ("asb_victim", "ASB/26-114", "ASB/26-114"),
        ("crime", "", ""),
        ("intelligence", "55260123456", ""),
    ],
)
def test_a_reference_is_kept_of_what_may_have_one(diary: DiaryUnderTest, town: Town, kind: str, reference: str, kept: str) -> None:
    with diary.work() as session:
        keep_elsewhere(session, diary.actor(town.pcso), kind, reference=reference, now=diary.now)
    with diary.work() as session:
        assert session.scalar(select(KeptElsewhere.reference)) == kept


@pytest.mark.parametrize("words", ["He lives at 12 Links Road, ask his brother!", "no number", "1" * 41, "<b>1</b>", "1\x00"])
def test_words_are_no_reference(diary: DiaryUnderTest, town: Town, words: str) -> None:
    with pytest.raises(Refused, match="Enter the reference alone"), diary.work() as session:
        keep_elsewhere(session, diary.actor(town.pcso), "crime", reference=words, now=diary.now)
