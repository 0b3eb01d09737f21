"""What a digest of this morning says, no second mail of the day says again."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from engagement.board.jobs import send_digests
from engagement.notices.models import ClockNamed
from tests.builders import Person, Town
from tests.concerns.makers import make_concern
from tests.conftest import DiaryUnderTest
from tests.notices.test_digests import letters, off, run


def owed(diary: DiaryUnderTest, town: Town, title: str, hours: int) -> int:
    """An answer owed by Sam, who is off, in so many hours."""
    raised = diary.now - timedelta(hours=72 - hours)
    with diary.work() as session:
        place = town.neighbourhood_id
        return make_concern(session, diary.actor(town.pcso), diary.now, title=title, raised_at=raised, neighbourhood_id=place).id


def covered(diary: DiaryUnderTest, town: Town, by: Person) -> None:
    off(diary, town, town.pcso)
    typed = {"cover-cover_id": by.officer_id, "cover-starts_on": "24/11/2026", "cover-ends_on": "27/11/2026"}
    diary.client(town.sergeant).fill(f"/duty/{town.pcso.officer_id}", typed, action=f"/duty/{town.pcso.officer_id}/cover")


def test_the_cover_hears_of_an_answer_in_the_digest_alone_and_of_a_new_one_in_the_extra(diary: DiaryUnderTest, town: Town) -> None:
    first = owed(diary, town, "Parking", 2)
    covered(diary, town, town.other_pcso)
    assert run(diary) | {"nothing": 0} == {"sent": 1, "nothing": 0, "refused": 0, "handed_on": 0}
    (digest,) = letters(diary)
    assert digest.to == town.other_pcso.email
    assert f"/concerns/{first}" in digest.text
    second = owed(diary, town, "Litter", 3)
    assert run(diary)["handed_on"] == 1
    (extra,) = letters(diary, "clock")
    assert extra.to == town.other_pcso.email
    assert f"/concerns/{second}" in extra.text
    assert f"/concerns/{first}" not in extra.text


def test_a_sergeant_whose_digest_named_it_gets_no_extra_and_the_next_day_is_another(diary: DiaryUnderTest, town: Town) -> None:
    parking = owed(diary, town, "Parking", 2)
    off(diary, town, town.pcso)
    off(diary, town, town.pcso2)
    with diary.app.app_context():
        assert send_digests(diary.now)["sent"] >= 1
    assert [one.to for one in letters(diary) if f"/concerns/{parking}" in one.text] == [town.sergeant.email]
    assert run(diary)["handed_on"] == 0
    with diary.work() as session:
        assert session.scalars(select(ClockNamed.day)).all() == [diary.now.date()]
        session.query(ClockNamed).one().day = diary.now.date() - timedelta(days=1)
    assert run(diary)["handed_on"] == 1, "what yesterday's digest said is no reason to say nothing today"
