"""Correcting, withdrawing and taking back: what was said before is kept, and everything is counted afresh."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from engagement.audit.models import AuditRow, Version
from engagement.concerns.models import Action, Concern, Raising, Telling
from engagement.concerns.owing import owed_to
from engagement.core.errors import Conflict, Missing, Refused
from engagement.engagements.domain import Direction, Kind, Outcome
from engagement.engagements.models import Engagement, EngagementGroup, EngagementOfficer
from engagement.engagements.service import (
    Attending,
    Correction,
    Promised,
    RaisedConcern,
    ToldThere,
    add_yourself,
    correct,
    take_back,
    withdraw,
)
from engagement.groups.models import Group
from tests.builders import Person, Town, make_group
from tests.conftest import DiaryUnderTest
from tests.engagements.drafts import put, visit


def correction(diary: DiaryUnderTest, town: Town, club: int, **fields) -> Correction:
    values: dict[str, Any] = {
        "version": 1, "reason": "", "kind": Kind.VISIT, "outcome": Outcome.SPOKE, "happened_at": diary.now,
        "summary": "Talked about the summer fair", "direction": Direction.OURS, "groups": (Attending(group_id=club),),
        "officer_ids": (town.pcso.officer_id,),
    }  # fmt: skip
    return Correction(**(values | fields))


def change(diary: DiaryUnderTest, person: Person, engagement_id: int, what: Correction) -> bool:
    actor = diary.actor(person)
    with diary.work() as session:
        return correct(session, actor, engagement_id, what, now=diary.now)


def last_of(diary: DiaryUnderTest, group_id: int) -> date | None:
    with diary.work() as session:
        return session.scalar(select(Group.last_two_way_on).where(Group.id == group_id))


def test_a_correction_keeps_what_was_said_and_who_changed_what(diary: DiaryUnderTest, town: Town, club: int) -> None:
    entry = put(diary, town.pcso, visit([club], diary.now)).engagement_id
    asked = correction(diary, town, club, summary="Talked about the winter fair", reason="Wrong fair")
    assert change(diary, town.sergeant, entry, asked)
    with diary.work() as session:
        kept = session.scalars(select(Version).where(Version.entity == "engagement")).one()
        assert (kept.by_name, kept.reason, kept.content["summary"]) == (town.sergeant.name, "Wrong fair", "Talked about the summer fair")
        assert session.get_one(Engagement, entry).summary == "Talked about the winter fair"
        assert ["summary"] in [row.fields for row in session.scalars(select(AuditRow).where(AuditRow.operation == "alteration"))]


def test_a_corrected_day_kind_or_group_is_counted_afresh(diary: DiaryUnderTest, town: Town, club: int) -> None:
    with diary.work() as session:
        other = make_group(session, town, "Elm Green Hall").id
    put(diary, town.pcso, visit([club], diary.now - timedelta(days=9)))
    entry = put(diary, town.pcso, visit([club], diary.now)).engagement_id
    change(diary, town.pcso, entry, correction(diary, town, club, happened_at=diary.now - timedelta(days=4)))
    assert last_of(diary, club) == date(2026, 11, 20)
    change(diary, town.pcso, entry, correction(diary, town, club, version=2, outcome=Outcome.NO_ANSWER, summary=""))
    assert last_of(diary, club) == date(2026, 11, 15)
    change(diary, town.pcso, entry, correction(diary, town, club, version=3, groups=(Attending(group_id=other),)))
    assert (last_of(diary, club), last_of(diary, other)) == (date(2026, 11, 15), date(2026, 11, 24))


def test_two_people_changing_one_entry_see_both(diary: DiaryUnderTest, town: Town, club: int) -> None:
    entry = put(diary, town.pcso, visit([club], diary.now)).engagement_id
    change(diary, town.pcso, entry, correction(diary, town, club, summary="First"))
    with pytest.raises(Conflict) as conflict:
        change(diary, town.sergeant, entry, correction(diary, town, club, summary="Second"))
    assert conflict.value.theirs["summary"] == "First"
    with diary.work() as session:
        assert session.get_one(Engagement, entry).summary == "First"


def test_nothing_changed_keeps_no_version(diary: DiaryUnderTest, town: Town, club: int) -> None:
    entry = put(diary, town.pcso, visit([club], diary.now)).engagement_id
    assert change(diary, town.pcso, entry, correction(diary, town, club)) is False
    with diary.work() as session:
        assert session.scalar(select(func.count()).select_from(Version)) == 0


def test_only_who_was_there_or_their_sergeant_changes_it(diary: DiaryUnderTest, town: Town, club: int) -> None:
    entry = put(diary, town.pcso, visit([club], diary.now)).engagement_id
    with pytest.raises(Refused):
        change(diary, town.pcso2, entry, correction(diary, town, club, summary="Not mine"))
    with pytest.raises(Missing):
        change(diary, town.other_pcso, entry, correction(diary, town, club, summary="Not mine"))
    assert change(diary, town.inspector, entry, correction(diary, town, club, summary="Put right"))


def test_withdrawing_takes_everything_with_it(diary: DiaryUnderTest, town: Town, club: int) -> None:
    put(diary, town.pcso, visit([club], diary.now - timedelta(days=9), concerns=(RaisedConcern(title="Speeding"),)))
    with diary.work() as session:
        owed = owed_to(session, [club])[0]
    draft = visit(
        [club], diary.now, concerns=(RaisedConcern(title="Litter"),), promises=(Promised(what="Bring kits", due_on=date(2026, 11, 27)),),
        tellings=(ToldThere(raising_id=owed.raising_id, kind="answer"),),
    )  # fmt: skip
    entry = put(diary, town.pcso, draft).engagement_id
    actor = diary.actor(town.pcso)
    with pytest.raises(Refused) as refused, diary.work() as session:
        withdraw(session, actor, entry, " ", now=diary.now)
    assert refused.value.field == "reason"
    with diary.work() as session:
        withdraw(session, actor, entry, "Wrong club", now=diary.now)
    with diary.work() as session:
        row = session.get_one(Engagement, entry)
        assert (row.state, row.withdrawn_reason, row.withdrawn_by_id) == ("withdrawn", "Wrong club", town.pcso.officer_id)
        assert [o.raising_id for o in owed_to(session, [club])] == [owed.raising_id]
        litter = select(Raising.withdrawn_reason).join(Concern).where(Concern.title == "Litter")
        assert session.scalars(litter).all() == ["Wrong club"]
        assert session.scalar(select(Action.withdrawn_at)) == diary.now
        assert session.scalar(select(Telling.taken_back_reason).where(Telling.raising_id == owed.raising_id, Telling.kind == "answer"))
    assert last_of(diary, club) == date(2026, 11, 15)
    with pytest.raises(Refused), diary.work() as session:
        withdraw(session, actor, entry, "Again", now=diary.now)


def test_taking_back_within_a_day(diary: DiaryUnderTest, town: Town, club: int) -> None:
    entry = put(diary, town.pcso, visit([club], diary.now)).engagement_id
    mine, other = diary.actor(town.pcso), diary.actor(town.sergeant)
    with pytest.raises(Missing), diary.work() as session:
        take_back(session, other, entry, now=diary.now)
    late = diary.now + timedelta(hours=24, minutes=1)
    with pytest.raises(Refused), diary.work() as session:
        take_back(session, mine, entry, now=late)
    with diary.work() as session:
        take_back(session, mine, entry, now=late - timedelta(minutes=2))
    with diary.work() as session:
        take_back(session, mine, entry, now=late)  # the button pressed twice
        assert session.scalars(select(EngagementGroup.counts)).all() == [False]
    assert last_of(diary, club) is None


def test_a_corrected_moment_moves_the_clock_of_what_was_raised(diary: DiaryUnderTest, town: Town, club: int) -> None:
    entry = put(diary, town.pcso, visit([club], diary.now, concerns=(RaisedConcern(title="Speeding"),))).engagement_id
    earlier = datetime(2026, 11, 22, 18, 0, tzinfo=diary.now.tzinfo)
    change(diary, town.pcso, entry, correction(diary, town, club, happened_at=earlier))
    with diary.work() as session:
        assert session.scalar(select(Raising.raised_at)) == earlier
        assert session.scalar(select(Concern.answer_due_at)) == earlier + timedelta(hours=72)


def test_adding_yourself_once(diary: DiaryUnderTest, town: Town, club: int) -> None:
    entry = put(diary, town.pcso, visit([club], diary.now)).engagement_id
    colleague, stranger = diary.actor(town.pcso2), diary.actor(town.other_pcso)
    for _ in range(2):
        with diary.work() as session:
            add_yourself(session, colleague, entry, now=diary.now)
    with diary.work() as session:
        there = set(session.scalars(select(EngagementOfficer.officer_id)))
        assert there == {town.pcso.officer_id, town.pcso2.officer_id}
        assert session.scalar(select(func.count()).select_from(Version)) == 1
    with pytest.raises(Missing), diary.work() as session:
        add_yourself(session, stranger, entry, now=diary.now)


def test_a_record_before_the_diary_may_be_corrected_without_words(diary: DiaryUnderTest, town: Town, club: int) -> None:
    draft = visit([club], diary.now - timedelta(days=40), summary="", before_the_diary=True)
    entry = put(diary, town.sergeant, draft).engagement_id
    change(diary, town.sergeant, entry, correction(diary, town, club, summary="", happened_at=diary.now - timedelta(days=41)))
    assert last_of(diary, club) == date(2026, 10, 14)
    assert replace(draft, summary="x").content_hash != draft.content_hash
