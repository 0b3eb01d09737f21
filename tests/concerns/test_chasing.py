"""Who is reminded of an answer that is owed, when, and never twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engagement.concerns.domain import TellingKind
from engagement.concerns.drafts import Tap
from engagement.concerns.jobs import chase_clocks
from engagement.concerns.models import Action, ClockChase, Concern
from engagement.engagements.drafts import RaisedConcern
from engagement.people.models import Absence, Cover, OfficerNote, Posting
from engagement.people.queries import notes_of
from tests.builders import LONG_AGO, Person, Town, keep, make_group, say_so
from tests.concerns.makers import first_raising, make_concern, told
from tests.conftest import DiaryUnderTest
from tests.engagements.drafts import put, visit


def run(diary: DiaryUnderTest) -> dict[str, int]:
    with diary.app.app_context():
        return chase_clocks(diary.now)


def raised(diary: DiaryUnderTest, town: Town, title: str = "Parking", *, hours: int = 0, person: Person | None = None, **fields) -> int:
    actor = diary.actor(person or town.pcso)
    with diary.work() as session:
        at = diary.now - timedelta(hours=hours)
        return make_concern(session, actor, diary.now, title=title, raised_at=at, neighbourhood_id=town.neighbourhood_id, **fields).id


def notes(diary: DiaryUnderTest, person: Person) -> list[str]:
    with diary.work() as session:
        return [note.words for note in notes_of(session, person.officer_id)]


def marks(diary: DiaryUnderTest) -> list[int]:
    with diary.work() as session:
        return sorted(session.scalars(select(ClockChase.mark)))


def test_the_owner_is_told_at_24_and_at_48_hours_and_once_each(diary: DiaryUnderTest, town: Town) -> None:
    raised(diary, town)
    diary.clock.move(timedelta(hours=23, minutes=59))
    assert run(diary)["chased"] == 0
    diary.clock.move(timedelta(minutes=1))
    assert run(diary) == {"chased": 1, "told": 1, "put_away": 0, "settled": 0}
    assert run(diary)["chased"] == 0
    assert notes(diary, town.pcso) == ["No answer given yet: Parking. It is owed by Fri 27 Nov 10:00. That we have it is no answer."]
    diary.clock.move(timedelta(hours=24))
    assert run(diary)["chased"] == 1
    assert (marks(diary), len(notes(diary, town.pcso))) == ([24, 48], 2)
    diary.clock.move(timedelta(days=9))
    assert run(diary)["chased"] == 0


def test_marks_missed_while_the_service_was_down_are_made_up_in_one_note(diary: DiaryUnderTest, town: Town) -> None:
    for title in ("Parking", "Bins", "Lights", "Dogs"):
        raised(diary, town, title, hours=80)
    assert run(diary) == {"chased": 8, "told": 1, "put_away": 0, "settled": 0}
    assert notes(diary, town.pcso) == [
        "No answer given yet: Parking; Bins; Lights and 1 more. The first was owed by Tue 24 Nov 02:00: the 72 hours are over. "
        "That we have it is no answer."
    ]


def test_who_covers_is_told_instead_and_what_is_sensitive_is_not_named_to_them(diary: DiaryUnderTest, town: Town) -> None:
    raised(diary, town, "Words on a wall", hours=25, sensitive=True)
    today = diary.now.date()
    days: dict[str, Any] = {"force_id": town.force_id, "officer_id": town.pcso.officer_id, "starts_on": today, "ends_on": today}
    with diary.work() as session:
        keep(session, Absence(**days))
        keep(session, Cover(**days, cover_officer_id=town.pcso2.officer_id, set_at=diary.now))
    run(diary)
    assert notes(diary, town.pcso) == []
    assert "an OFFICIAL-SENSITIVE concern" in notes(diary, town.pcso2)[0]


@pytest.mark.parametrize(
    ("last_day_off", "told_by_name"),
    [(0, None), (1, "Sam Okoro"), (9, "Sam Okoro")],  # owed the day after tomorrow at 09:00
)
def test_of_an_owner_who_is_not_back_in_time_the_sergeant_is_told(
    diary: DiaryUnderTest, town: Town, last_day_off: int, told_by_name: str | None
) -> None:
    raised(diary, town, hours=25)
    today = diary.now.date()
    away: dict[str, Any] = {"force_id": town.force_id, "starts_on": today}
    with diary.work() as session:
        keep(session, Absence(**away, officer_id=town.pcso.officer_id, ends_on=today + timedelta(days=last_day_off)))
        keep(session, Absence(**away, officer_id=town.pcso2.officer_id, ends_on=today))  # who covers, and is off as well
        covers = {"officer_id": town.pcso.officer_id, "cover_officer_id": town.pcso2.officer_id}
        keep(session, Cover(**away, **covers, ends_on=today, set_at=diary.now))
    assert run(diary) == {"chased": 1, "told": 1, "put_away": 0, "settled": 0}
    assert notes(diary, town.pcso2) == []
    said = "No answer given yet: Parking{}. It is owed by Thu 26 Nov 09:00. That we have it is no answer."
    if told_by_name is None:
        assert (notes(diary, town.pcso), notes(diary, town.sergeant)) == ([said.format("")], [])
    else:
        named = said.format(f" (for {told_by_name}, off today)")
        assert (notes(diary, town.pcso), notes(diary, town.sergeant)) == ([], [named])
    assert run(diary)["chased"] == 0


@pytest.mark.parametrize("kind", list(TellingKind))
def test_only_an_answer_stops_it_and_takes_the_note_away(diary: DiaryUnderTest, town: Town, kind: TellingKind) -> None:
    key = raised(diary, town, hours=30)
    run(diary)
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        told(session, actor, first_raising(session, session.get_one(Concern, key)), kind, diary.now)
    received = kind is TellingKind.RECEIVED
    assert run(diary)["put_away"] == (0 if received else 1)
    diary.clock.move(timedelta(hours=20))
    assert run(diary)["chased"] == (1 if received else 0)


def test_of_a_concern_of_nobody_a_sergeant_is_told_who_is_on_duty(diary: DiaryUnderTest, town: Town) -> None:
    key, today = raised(diary, town, hours=30), diary.now.date()
    with diary.work() as session:
        session.get_one(Concern, key).owner_id = None
        for_team = select(Posting).where(Posting.officer_id == town.pcso2.officer_id)
        second = session.scalars(for_team).one()
        second.role = "sergeant"
        say_so(session)
    assert run(diary) == {"chased": 1, "told": 1, "put_away": 0, "settled": 0}
    told_first = next(person for person in (town.sergeant, town.pcso2) if notes(diary, person))
    other = town.pcso2 if told_first is town.sergeant else town.sergeant
    assert notes(diary, told_first)[0].startswith("No answer given yet: Parking.") and notes(diary, other) == []
    with diary.work() as session:
        keep(session, Absence(force_id=town.force_id, officer_id=told_first.officer_id, starts_on=today, ends_on=today + timedelta(days=3)))
    diary.clock.move(timedelta(hours=18))
    assert run(diary)["told"] == 1
    assert len(notes(diary, told_first)) == len(notes(diary, other)) == 1


def test_a_mark_is_kept_where_a_team_has_nobody_to_tell(diary: DiaryUnderTest, town: Town) -> None:
    key = raised(diary, town, hours=30)
    with diary.work() as session:
        session.get_one(Concern, key).owner_id = None
        session.scalars(select(Posting).where(Posting.officer_id == town.sergeant.officer_id)).one().ends_on = LONG_AGO
        say_so(session)
    assert run(diary) == {"chased": 1, "told": 0, "put_away": 0, "settled": 0}
    with diary.work() as session:
        assert session.scalars(select(OfficerNote)).all() == []


def test_a_force_that_changes_how_it_counts_has_its_stored_moments_moved(diary: DiaryUnderTest, town: Town) -> None:
    key = raised(diary, town)
    with diary.work() as session:
        concern = session.get_one(Concern, key)
        due, concern.answer_due_at = concern.answer_due_at, diary.now
        say_so(session)
    assert run(diary)["settled"] == 1
    with diary.work() as session:
        assert session.get_one(Concern, key).answer_due_at == due
    assert run(diary)["settled"] == 0


def test_reporting_at_their_next_meeting_is_an_answer_there_and_a_promise(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        group = make_group(session, town, next_due_on=(diary.now + timedelta(days=9)).date()).id
    draft = visit([group], diary.now, concerns=(RaisedConcern(title="Speeding past the hall", tap=Tap.REPORT),))
    put(diary, town.pcso, draft)
    with diary.work() as session:
        concern = session.scalars(select(Concern)).one()
        assert (concern.state, concern.answer_due_at) == ("answered", None)
        promised = session.scalars(select(Action)).one()
        assert (promised.reports, promised.promised_to_id, promised.what) == (True, group, "Report back: Speeding past the hall")
        assert promised.due_on is not None and promised.due_on > diary.now.date()
    diary.clock.move(timedelta(hours=50))
    assert run(diary)["chased"] == 0
