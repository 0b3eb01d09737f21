"""Deciding about overdue groups: one or many at once, whole or not at all, told to whom it concerns, and taken back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from engagement.audit.models import AuditRow
from engagement.core.errors import Missing, Refused
from engagement.db import db
from engagement.groups.models import Group
from engagement.groups.service import AgreementDraft
from engagement.overdue.models import Decision
from engagement.overdue.queries import decided_condition
from engagement.overdue.service import undo
from engagement.people.models import OfficerNote
from engagement.people.queries import notes_of
from tests.builders import Town, make_group
from tests.conftest import DiaryUnderTest
from tests.overdue.makers import TODAY, decided, late_group, late_ids


def counted(diary: DiaryUnderTest, today: date = TODAY) -> set[int]:
    """The groups that count as decided on a day."""
    with diary.work() as session:
        return set(session.scalars(select(Group.id).where(decided_condition(today))))


def notes(diary: DiaryUnderTest, officer_id: int) -> list[str]:
    with diary.work() as session:
        rows = session.scalars(select(OfficerNote).where(OfficerNote.officer_id == officer_id, OfficerNote.put_away_at.is_(None)))
        return [note.words for note in rows]


def test_asking_leaves_a_note_with_the_owner_and_counts_as_decided_for_a_week(diary: DiaryUnderTest, town: Town) -> None:
    ids = late_ids(diary, town, "Ashford Stroke Club", "Elm Green Scouts")
    decided(diary, town.sergeant, ids, "ask", reason="What stands in the way?")
    assert counted(diary) == set(ids)
    assert counted(diary, TODAY + timedelta(days=7)) == set(ids)
    assert counted(diary, TODAY + timedelta(days=8)) == set()
    assert notes(diary, town.pcso.officer_id)[0] == "What about Ashford Stroke Club, 19 days over? What stands in the way?"
    with diary.work() as session:
        row = session.scalars(select(AuditRow).where(AuditRow.entity == "decision")).one()
        assert len(row.ids) == 2


def test_giving_moves_the_group_tells_the_new_owner_and_is_taken_back_whole(diary: DiaryUnderTest, town: Town) -> None:
    ids = late_ids(diary, town, "Ashford Stroke Club")
    made = decided(diary, town.sergeant, ids, "give", officer_id=town.pcso2.officer_id)
    with diary.work() as session:
        assert session.get_one(Group, ids[0]).owner_id == town.pcso2.officer_id
    assert "is yours now" in notes(diary, town.pcso2.officer_id)[0]
    actor = diary.actor(town.sergeant)
    with diary.work() as session:
        assert undo(session, actor, made, now=diary.now) == ids
    with diary.work() as session:
        assert session.get_one(Group, ids[0]).owner_id == town.pcso.officer_id
    assert (notes(diary, town.pcso2.officer_id), counted(diary)) == ([], set())


def test_pausing_takes_it_off_the_late_ones_and_taking_it_back_puts_it_there_again(diary: DiaryUnderTest, town: Town) -> None:
    ids = late_ids(diary, town, "Ashford Stroke Club")
    made = decided(diary, town.sergeant, ids, "pause", reason="Closed for the winter", until=TODAY + timedelta(days=60))
    with diary.work() as session:
        group = session.get_one(Group, ids[0])
        assert (group.paused_from, group.next_due_on) == (TODAY, TODAY + timedelta(days=61))
    actor = diary.actor(town.sergeant)
    with diary.work() as session:
        undo(session, actor, made, now=diary.now)
    with diary.work() as session:
        assert session.get_one(Group, ids[0]).next_due_on == TODAY - timedelta(days=19)


def test_a_changed_agreement_moves_the_date_and_keeps_the_level(diary: DiaryUnderTest, town: Town) -> None:
    ids = late_ids(diary, town, "Ashford Stroke Club", level="involve")
    agreement = AgreementDraft(frequency="half_yearly", assumed=False, agreed_with="the chair", agreed_on=TODAY)
    decided(diary, town.sergeant, ids, "agreement", reason="They meet twice a year now", agreement=agreement)
    with diary.work() as session:
        group = session.get_one(Group, ids[0])
        assert (group.frequency_words, group.level, group.next_due_on) == ("Half-yearly", "involve", date(2027, 5, 24))


def test_a_new_due_date_needs_a_new_decision(diary: DiaryUnderTest, town: Town) -> None:
    ids = late_ids(diary, town, "Ashford Stroke Club")
    decided(diary, town.sergeant, ids, "book", until=TODAY + timedelta(days=3))
    assert counted(diary) == set(ids)
    table: Any = Group.__table__
    with diary.app.app_context(), db.engine.execution_options(unaudited="moved by a test").begin() as connection:
        connection.execute(table.update().values(next_due_on=TODAY - timedelta(days=2)))
    assert counted(diary) == set()


def test_only_the_last_decision_counts_and_one_taken_back_never_does(diary: DiaryUnderTest, town: Town) -> None:
    ids = late_ids(diary, town, "Ashford Stroke Club")
    decided(diary, town.sergeant, ids, "ask")
    later = decided(diary, town.sergeant, ids, "snooze", until=TODAY + timedelta(days=2))
    assert counted(diary, TODAY + timedelta(days=3)) == set()
    actor = diary.actor(town.sergeant)
    with diary.work() as session:
        undo(session, actor, later, now=diary.now)
    assert counted(diary, TODAY + timedelta(days=3)) == set(ids)


def test_it_is_snoozed_twice_running_at_most(diary: DiaryUnderTest, town: Town) -> None:
    ids = late_ids(diary, town, "Ashford Stroke Club")
    for n in (1, 2):
        decided(diary, town.sergeant, ids, "snooze", until=TODAY + timedelta(days=n))
    with pytest.raises(Refused, match="snoozed 2 times running"):
        decided(diary, town.sergeant, ids, "snooze", until=TODAY + timedelta(days=3))
    decided(diary, town.sergeant, ids, "ask")
    decided(diary, town.sergeant, ids, "snooze", until=TODAY + timedelta(days=3))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": "book"}, "until"),
        ({"kind": "book", "until": TODAY - timedelta(days=1)}, "until"),
        ({"kind": "snooze", "until": TODAY + timedelta(days=60)}, "until"),
        ({"kind": "give"}, "officer_id"),
        ({"kind": "give", "officer_id": 987654}, "owner_id"),
        ({"reason": " \n "}, "reason"),
        ({"reason": "x" * 301}, "reason"),
        ({"reason": "a\x00b"}, "reason"),
        ({"kind": "dance"}, "kind"),
        ({"kind": "pause", "until": TODAY - timedelta(days=1)}, "until"),
        ({"kind": "agreement", "agreement": AgreementDraft(frequency="every_months", every=10_000)}, "every"),
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field_and_nothing_is_half_done(
    diary: DiaryUnderTest, town: Town, fields: dict[str, Any], field: str
) -> None:
    ids = late_ids(diary, town, "Ashford Stroke Club", "Elm Green Scouts")
    with pytest.raises(Refused) as refused:
        decided(diary, town.sergeant, ids, **fields)
    assert refused.value.field == field
    with diary.work() as session:
        assert session.scalar(select(func.count()).select_from(Decision)) == 0
        assert session.scalar(select(func.count()).select_from(OfficerNote)) == 0


def test_many_are_decided_about_together_or_not_at_all(diary: DiaryUnderTest, town: Town) -> None:
    ids = late_ids(diary, town, "Ashford Stroke Club", "Elm Green Scouts")
    with diary.work() as session:
        not_late = make_group(session, town, "Bowls Club", next_due_on=TODAY + timedelta(days=1)).id
        ownerless = late_group(session, town, "Chess Club", owner_id=None).id
    with pytest.raises(Refused, match="Bowls Club is not overdue any more"):
        decided(diary, town.sergeant, [*ids, not_late])
    with pytest.raises(Refused, match="Chess Club has no owner"):
        decided(diary, town.sergeant, [*ids, ownerless])
    assert counted(diary) == set()
    assert len(decided(diary, town.sergeant, [*ids, ownerless], "give", officer_id=town.pcso2.officer_id)) == 3


def test_only_who_leads_the_team_decides_and_takes_back(diary: DiaryUnderTest, town: Town) -> None:
    ids = late_ids(diary, town, "Ashford Stroke Club")
    for stranger in (town.other_sergeant, town.pcso, town.administrator):
        with pytest.raises(Missing):
            decided(diary, stranger, ids)
    with pytest.raises(Missing):
        decided(diary, town.sergeant, [987654])
    made = decided(diary, town.inspector, ids)
    actor = diary.actor(town.other_sergeant)
    with diary.work() as session, pytest.raises(Missing):
        undo(session, actor, made, now=diary.now)


def test_the_same_form_sent_twice_decides_once(diary: DiaryUnderTest, town: Town) -> None:
    ids = late_ids(diary, town, "Ashford Stroke Club", "Elm Green Scouts")
    first = decided(diary, town.sergeant, ids, "pause", reason="Closed", seen=0)
    assert decided(diary, town.sergeant, ids, "pause", reason="Closed", seen=0) == first


def test_who_comes_second_is_shown_what_the_first_decided(diary: DiaryUnderTest, town: Town) -> None:
    ids = late_ids(diary, town, "Ashford Stroke Club")
    made = decided(diary, town.inspector, ids, "book", reason="On my list", until=TODAY + timedelta(days=4), seen=0)
    with pytest.raises(Refused) as refused:
        decided(diary, town.sergeant, ids, "ask", seen=0)
    assert str(refused.value).startswith("Chris Cox decided about Ashford Stroke Club while you had it open: book by, because “On my list”")
    decided(diary, town.sergeant, ids, "ask", seen=made[-1])


def test_a_decision_under_another_is_taken_back_after_it(diary: DiaryUnderTest, town: Town) -> None:
    ids = late_ids(diary, town, "Ashford Stroke Club")
    first = decided(diary, town.sergeant, ids, "ask")
    second = decided(diary, town.sergeant, ids, "snooze", until=TODAY + timedelta(days=2))
    actor = diary.actor(town.sergeant)
    with diary.work() as session, pytest.raises(Refused, match="since"):
        undo(session, actor, first, now=diary.now)
    with diary.work() as session:
        undo(session, actor, [*first, *second], now=diary.now)
    assert counted(diary) == set()


def test_the_same_owner_asked_twice_has_one_note_reworded_until_both_are_taken_back(diary: DiaryUnderTest, town: Town) -> None:
    ids = late_ids(diary, town, "Stroke Club")
    first = decided(diary, town.sergeant, ids, "ask", reason="What stands in the way?")
    second = decided(diary, town.sergeant, ids, "ask", reason="Please ring them today")

    def notes() -> list[str]:
        with diary.work() as session:
            return [note.words for note in notes_of(session, town.pcso.officer_id)]

    assert notes() == ["What about Stroke Club, 19 days over? Please ring them today"]
    actor = diary.actor(town.sergeant)
    for ids_of, left in ((second, 1), (first, 0)):
        with diary.work() as session:
            undo(session, actor, ids_of, now=diary.now)
        assert len(notes()) == left
