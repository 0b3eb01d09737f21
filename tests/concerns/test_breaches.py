"""The answers that came too late: listed once each, with what the raiser is told they can do."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from engagement.concerns.breaches import breaches
from engagement.concerns.domain import TellingKind
from engagement.concerns.models import Concern, Telling
from engagement.concerns.service import take_back_one
from engagement.mail.models import Letter
from tests.builders import Town, make_contact, make_group
from tests.concerns.makers import first_raising, make_concern, told
from tests.conftest import DiaryUnderTest
from tests.pages import words

MONTH = (date(2026, 11, 1), date(2026, 11, 30))


def raised(diary: DiaryUnderTest, town: Town, title: str, hours: int, answered: int | None = None, **fields) -> tuple[int, int]:
    """A concern raised so many hours ago and answered so many later: its id, and its raising's."""
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        at = diary.now - timedelta(hours=hours)
        concern = make_concern(session, actor, diary.now, title=title, raised_at=at, neighbourhood_id=town.neighbourhood_id, **fields)
        raising = first_raising(session, concern)
        if answered is not None:
            told(session, actor, raising, TellingKind.ANSWER, diary.now, told_at=at + timedelta(hours=answered))
        return concern.id, raising.id


def test_what_was_late_is_listed_and_what_was_in_time_is_not(diary: DiaryUnderTest, town: Town) -> None:
    raised(diary, town, "Parking", 100)
    raised(diary, town, "Bins", 100, answered=72)
    raised(diary, town, "Lights", 120, answered=80)
    raised(diary, town, "Dogs", 71)
    raised(diary, town, "Fireworks", 40 * 24)
    with diary.work() as session:
        found = breaches(session, town.force_id, [town.team_id], *MONTH, now=diary.now)
        assert [(one.title, one.hours_over, one.answered_at is None) for one in found] == [("Parking", 28, True), ("Lights", 8, False)]
        assert breaches(session, town.force_id, [town.other_team_id], *MONTH, now=diary.now) == []


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(st.integers(0, 140), st.none() | st.integers(0, 140)), max_size=4))
def test_a_period_cut_in_two_holds_the_same_breaches(diary: DiaryUnderTest, town: Town, times: list[tuple[int, int | None]]) -> None:
    for hours, answered in times:
        raised(diary, town, "Parking", hours, min(answered, hours) if answered is not None else None)
    with diary.work() as session:
        whole = breaches(session, town.force_id, [town.team_id], date(2026, 11, 1), date(2026, 11, 30), now=diary.now)
        cut = [
            one
            for first, last in ((date(2026, 11, 23), date(2026, 11, 30)), (date(2026, 11, 1), date(2026, 11, 22)))
            for one in breaches(session, town.force_id, [town.team_id], first, last, now=diary.now)
        ]
        assert whole == cut


def test_the_page_lists_them_by_month_and_as_a_spreadsheet(diary: DiaryUnderTest, town: Town) -> None:
    key, raising = raised(diary, town, "Parking", 100)
    raised(diary, town, "Lights", 120, answered=80)
    raised(diary, town, "Words on a wall", 110, sensitive=True)
    client = diary.client(town.pcso)
    page = client.get("/concerns/breaches")
    assert "Answers that came too late, November 2026" in words(page)
    assert "ParkingAshford Central A resident, Fri 20 Nov" in words(page)
    assert "not yet, 28 h over" in words(page) and "8 h late" in words(page)
    assert f'href="/concerns/recourse/{raising}"' in page.get_data(as_text=True)
    assert "What they are told: Ashford" in words(page) and words(page).count("within 72 hours, and you did not") == 1
    assert "Lights" not in words(client.get("/concerns/breaches?owed=1"))
    assert "every answer of that month was given in time" in words(client.get("/concerns/breaches?month=2026-08"))
    rows = list(csv.reader(io.StringIO(client.get("/concerns/breaches.csv?month=2026-11").get_data().decode("utf-8-sig"))))
    assert [row[1] for row in rows[1:]] == ["Parking", "Lights"]
    assert rows[1][0] == str(key)
    assert diary.client(town.other_pcso).get(f"/concerns/recourse/{raising}").status_code == 404


def test_the_raiser_is_told_what_they_can_do_and_the_clock_runs_on(diary: DiaryUnderTest, town: Town) -> None:
    key, raising = raised(diary, town, "Parking", 100)
    client = diary.client(town.pcso)
    page = client.get(f"/concerns/recourse/{raising}")
    assert "within 72 hours, and you did not" in words(page) and "Ashford" in words(page) and "01632 960100" in words(page)
    answer = client.fill(f"/concerns/recourse/{raising}", {"how": "paper"})
    assert answer.headers["Location"].endswith("/sheet")
    assert "You raised something with us on Fri 20 Nov." in words(client.get(answer.headers["Location"]))
    with diary.work() as session:
        assert session.scalars(select(Telling.kind)).all() == ["received"]
        assert session.get_one(Concern, key).answer_due_at is not None
    listed = words(client.get("/concerns/breaches"))
    assert "Tue 24 Nov, face to face, Sam Okoro" in listed and "0 not told of the recourse" in listed
    assert "None of the month is left under these filters." in words(client.get("/concerns/breaches?untold=1"))
    rows = list(csv.reader(io.StringIO(client.get("/concerns/breaches.csv").get_data().decode("utf-8-sig"))))
    assert rows[1][-3:] == ["24/11/2026", "Face to face", "Sam Okoro"]
    with diary.work() as session:
        take_back_one(session, diary.actor(town.pcso), session.scalars(select(Telling.id)).one(), "Told somebody else", now=diary.now)
    assert "1 not told of the recourse" in words(client.get("/concerns/breaches"))
    assert "Parking" in words(client.get("/concerns/breaches?untold=1"))
    assert "answer owed by Mon 23 Nov" in words(client.get(f"/concerns/{key}"))
    assert client.fill(f"/concerns/recourse/{raising}", {"how": "pigeon"}).status_code == 422
    assert client.fill(f"/concerns/recourse/{raising}", {"how": "email:anybody@parish.example"}).status_code == 422


def test_a_group_may_be_mailed_it_and_nothing_sensitive_is(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        group = make_group(session, town)
        make_contact(session, group)
        key = group.id
    _concern, raising = raised(diary, town, "Parking", 100, group_id=key)
    _other, hidden = raised(diary, town, "Words on a wall", 100, group_id=key, sensitive=True)
    client = diary.client(town.pcso)
    assert "Mail it to Asha Merrow" in words(client.get(f"/concerns/recourse/{raising}"))
    assert "Mail it" not in words(client.get(f"/concerns/recourse/{hidden}"))
    assert client.fill(f"/concerns/recourse/{hidden}", {"how": "email:asha.merrow@parish.example"}).status_code == 422
    assert client.fill(f"/concerns/recourse/{raising}", {"how": "email:asha.merrow@parish.example"}).status_code == 303
    with diary.work() as session:
        letter = session.scalars(select(Letter)).one()
        assert letter.to == "asha.merrow@parish.example" and "You raised something with us on Fri 20 Nov." in letter.text
        assert "Parking" not in letter.text + letter.html + letter.subject


def test_an_answer_in_time_has_no_recourse(diary: DiaryUnderTest, town: Town) -> None:
    _concern, raising = raised(diary, town, "Bins", 100, answered=10)
    assert diary.client(town.pcso).get(f"/concerns/recourse/{raising}").status_code == 404
