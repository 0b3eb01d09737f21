"""What the log page does with what it cannot take: a sentence beside the field, 422, everything typed kept, nothing half saved."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from engagement.concerns.models import Concern
from engagement.engagements.models import Engagement
from engagement.groups.models import Group
from tests.builders import Town, make_group
from tests.conftest import DiaryUnderTest
from tests.pages import PageClient, words

LOG = "/engagements/new"
KEPT = "Talked about <b>the fair</b> & “more” 🎪"


def nothing_saved(diary: DiaryUnderTest) -> bool:
    with diary.work() as session:
        return not any(session.scalar(select(func.count()).select_from(table)) for table in (Engagement, Concern))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"when": "another_day", "happened_on": "25/11/2026"}, "Date must be today or in the past"),
        ({"when": "another_day", "happened_on": "31/02/2026"}, "February 2026 has days 1 to 28"),
        ({"when": "another_day", "happened_on": "3/11/26"}, "Year must have four figures"),
        ({"when": "another_day", "happened_on": ""}, "Enter a date"),
        ({"when": "another_day", "happened_on": "1/1/2020"}, "Date must be within the last two years"),
        ({"when": "earlier_today", "happened_time": "23:59"}, "Time must be now or earlier"),
        ({"when": "earlier_today", "happened_time": "25:00"}, "Time must be from 00:00 to 23:59"),
        ({"kind": ""}, "Choose how: visit, phone or another kind"),
        ({"kind": "telepathy"}, "Choose how: visit, phone or another kind"),
        ({"outcome": "fine"}, "Choose what came of it"),
        ({"attendance": "about 20"}, "Headcount must be a whole number"),
        ({"attendance": "999999999"}, "Headcount must be from 0 to 100,000"),
        ({"place": "x" * 201}, "Place is 1 character too long: 200 at most."),
        ({"place": "Hall\x00"}, "Place contains a control character"),
        ({"concern-0-title": "x" * 5000}, "Concern is 4,800 characters too long"),
        ({"promise-0-what": "Kits", "promise-0-by": "day", "promise-0-day": "31/02/2027"}, "February 2027 has days 1 to 28"),
        ({"neighbourhood": "999999"}, "Choose a neighbourhood from the list"),
        ({"for_officer": "no such"}, "No officer of the force has the collar number"),
        ({"officer": "999999"}, "Choose officers of this force"),
        ({"contact": "999999"}, "Choose a contact of this group"),
        ({"also-0-name": "Nobody has heard of them"}, "No group has that name"),
        ({"group_name": "Somebody else"}, "You chose a group and typed another name"),
        ({"outcome": "no_answer", "concern-0-title": "Speeding"}, "Nobody was spoken with"),
    ],
)
def test_refused_with_a_sentence_and_kept(diary: DiaryUnderTest, phone: PageClient, club: int, typed: dict, sentence: str) -> None:
    answer = phone.fill(LOG, {"group": club, "kind": "visit", "summary": KEPT} | typed)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert KEPT in words(answer)
    assert nothing_saved(diary)


def test_a_megabyte_is_refused_and_kept(diary: DiaryUnderTest, phone: PageClient, club: int) -> None:
    answer = phone.fill(LOG, {"group": club, "kind": "visit", "summary": "y" * 1_000_000})
    assert answer.status_code == 422
    assert "999,700 characters too long: 300 at most" in words(answer)
    assert "y" * 1_000_000 in answer.get_data(as_text=True)
    assert nothing_saved(diary)


def test_ids_that_are_not_there_and_not_ours_are_the_same(diary: DiaryUnderTest, town: Town, phone: PageClient, club: int) -> None:
    with diary.work() as session:
        hidden = make_group(session, town, "A quiet group", sensitive=True, owner_id=town.pcso2.officer_id).id
    answers = [phone.get(f"{LOG}?group={i}") for i in (hidden, club + 999)]
    assert [a.status_code for a in answers] == [404, 404]
    assert words(answers[0]) == words(answers[1])
    for group in (hidden, club + 999):
        assert phone.fill(LOG, {"group": group, "kind": "visit", "summary": "x"}).status_code == 404
    assert nothing_saved(diary)


def test_lines_that_are_not_ours_are_not_touched(diary: DiaryUnderTest, town: Town, phone: PageClient, club: int) -> None:
    diary.client(town.other_pcso).fill(
        LOG, {"group": "resident", "kind": "patrol_chat", "summary": "x", "concern-0-title": "Speeding in Brookley"}
    )
    with diary.work() as session:
        theirs = session.scalar(select(Concern.id))
    sent = {"group": club, "kind": "visit", "summary": "x", "concern-0-title": "Speeding", "concern-0-same": theirs}
    assert phone.fill(LOG, sent).status_code == 404
    assert phone.fill(LOG, {"group": club, "kind": "visit", "summary": "x", "tell": f"{theirs}:outcome"}).status_code == 404
    with diary.work() as session:
        assert session.scalar(select(func.count()).select_from(Engagement)) == 1


def test_a_reference_that_is_none_and_a_form_without_token(diary: DiaryUnderTest, phone: PageClient, club: int) -> None:
    assert phone.fill(LOG, {"group": club, "kind": "visit", "summary": "x", "client_ref": "1' OR 1=1"}).status_code == 303
    assert phone.post(LOG, data={"group": club, "kind": "visit", "summary": "x"}).status_code == 419


def test_a_new_group_of_a_known_name_is_refused(diary: DiaryUnderTest, town: Town, phone: PageClient, club: int) -> None:
    answer = phone.fill(LOG, {"group": "new", "group_name": "Ashford Stroke Club", "kind": "visit", "summary": KEPT})
    assert answer.status_code == 422
    assert "in the register of that neighbourhood already" in words(answer)
    with diary.work() as session:
        assert session.scalar(select(func.count()).select_from(Group)) == 1
    assert nothing_saved(diary)


def test_numbers_beyond_reason_in_field_names_are_left_alone(diary: DiaryUnderTest, phone: PageClient, club: int) -> None:
    sent = {"group": club, "kind": "visit", "summary": "x", "concern-99999999-title": "Speeding", "also-x-name": "y", "tell": "1:gossip"}
    assert phone.fill(LOG, sent).status_code == 303
