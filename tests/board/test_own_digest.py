"""Who leads a team is an officer as well: their digest holds their own groups and those they cover, when their own day begins."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from sqlalchemy import select

from engagement.board.jobs import send_digests
from engagement.mail.models import Letter
from engagement.notices.domain import Choice, Kind
from engagement.notices.queries import allowed
from engagement.notices.service import choose
from engagement.people.models import Cover
from engagement.settings import current
from tests.builders import Person, Town, keep
from tests.conftest import DiaryUnderTest
from tests.counting import statements
from tests.notices.test_digests import TODAY, late, pattern


def run(diary: DiaryUnderTest, hour: int, minute: int = 0) -> dict[str, int]:
    diary.clock.at = datetime(2026, 11, diary.now.day, hour, minute, tzinfo=UTC)
    with diary.app.app_context():
        return send_digests(diary.now)


def texts(diary: DiaryUnderTest, person: Person) -> list[str]:
    with diary.work() as session:
        return list(session.scalars(select(Letter.text).where(Letter.to == person.email).order_by(Letter.id)))


def chosen(diary: DiaryUnderTest, person: Person, choice: Choice) -> None:
    actor = diary.actor(person)
    with diary.work() as session:
        choose(session, actor, choice, allowed(current()), now=diary.now)


def test_their_own_groups_and_those_they_cover_are_in_it(diary: DiaryUnderTest, town: Town) -> None:
    late(diary, town, "Ashford Rotary", owner_id=town.inspector.officer_id)
    with diary.work() as session:
        days = {"starts_on": TODAY, "ends_on": TODAY + timedelta(days=3)}
        by = {"officer_id": town.other_sergeant.officer_id, "cover_officer_id": town.inspector.officer_id, "set_by_id": 1}
        keep(session, Cover(force_id=town.force_id, **by, **days, set_at=diary.now))
    brookley = {"team_id": town.other_team_id, "neighbourhood_id": town.other_neighbourhood_id}
    late(diary, town, "Brookley Watch", owner_id=town.other_sergeant.officer_id, **brookley)
    late(diary, town, "Ashford Refuge", owner_id=town.inspector.officer_id, sensitive=True)
    assert run(diary, 9)["sent"] == 3
    (text,) = texts(diary, town.inspector)
    assert "2  yours: groups to see" in text
    assert "* Ashford Rotary: 9 days over" in text and "Refuge" not in text
    assert "* Brookley Watch: 9 days over" in text and "for " in text.partition("Brookley Watch")[2]
    assert run(diary, 10) == {"sent": 0, "nothing": 0, "refused": 0, "later": 0}


def test_it_comes_when_their_shift_begins_or_at_the_hour_they_chose(diary: DiaryUnderTest, town: Town) -> None:
    late(diary, town, "Ashford Rotary", owner_id=town.sergeant.officer_id)
    pattern(diary, town, town.sergeant, "aaaaaa----", ["14:00", "22:00"])
    assert run(diary, 6, 30) == {"sent": 0, "nothing": 2, "refused": 0, "later": 1}
    assert run(diary, 13, 59)["later"] == 1
    assert run(diary, 14) == {"sent": 1, "nothing": 0, "refused": 0, "later": 0}
    chosen(diary, town.sergeant, Choice(hour=time(7, 30), off=frozenset({Kind.DUE})))
    diary.clock.move(timedelta(days=1))
    assert run(diary, 7, 29)["later"] == 1
    assert run(diary, 7, 30)["sent"] == 1
    first, second = texts(diary, town.sergeant)
    assert "yours: group to see" in first and "yours:" not in second
    assert "1  to decide" in second, "what a team waits for is not switched off"


def test_who_wants_no_mail_gets_none_and_what_comes_up_later_waits_for_tomorrow(diary: DiaryUnderTest, town: Town) -> None:
    chosen(diary, town.other_sergeant, Choice(by_mail=False))
    brookley = {"team_id": town.other_team_id, "neighbourhood_id": town.other_neighbourhood_id, "owner_id": town.other_pcso.officer_id}
    late(diary, town, "Brookley Watch", **brookley)
    assert run(diary, 9) == {"sent": 0, "nothing": 3, "refused": 0, "later": 0}
    late(diary, town, "Ashford Rotary")
    assert run(diary, 10) == {"sent": 0, "nothing": 0, "refused": 0, "later": 0}
    diary.clock.move(timedelta(days=1))
    assert run(diary, 9)["sent"] == 1
    assert len(texts(diary, town.sergeant)) == 1 and texts(diary, town.other_sergeant) == []


def test_the_hour_is_asked_in_as_many_questions_for_one_group_as_for_many(diary: DiaryUnderTest, town: Town) -> None:
    late(diary, town, "Ashford Rotary", owner_id=town.sergeant.officer_id)
    with diary.app.app_context(), statements() as few:
        run(diary, 9)
    diary.clock.move(timedelta(days=1))
    for n in range(12):
        late(diary, town, f"Group {n}", owner_id=town.sergeant.officer_id)
    with diary.app.app_context(), statements() as many:
        run(diary, 9)
    assert len(many) == len(few)
