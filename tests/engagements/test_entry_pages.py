"""Pages of one entry: read, correct, withdraw, take back, and one's own list; booking and "Did it happen?"."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engagement.concerns.models import Concern
from engagement.engagements.models import Engagement
from engagement.engagements.service import Promised, RaisedConcern
from engagement.groups.models import Group
from tests.builders import Town, make_group
from tests.conftest import DiaryUnderTest
from tests.engagements.drafts import put, visit
from tests.pages import words


@pytest.fixture
def entry(diary: DiaryUnderTest, town: Town, club: int) -> int:
    draft = visit([club], diary.now, concerns=(RaisedConcern(title="Speeding"),), promises=(Promised(what="Bring kits"),))
    return put(diary, town.pcso, draft).engagement_id


def test_an_entry_is_read_whole_by_its_team_and_nobody_else(diary: DiaryUnderTest, town: Town, entry: int) -> None:
    page = words(diary.client(town.pcso2).get(f"/engagements/{entry}"))
    for said in ("Talked about the summer fair", "Ashford Stroke Club", "counts as contact", "Sam Okoro", "Speeding", "Bring kits"):
        assert said in page
    assert diary.client(town.other_pcso).get(f"/engagements/{entry}").status_code == 404
    assert diary.client(town.pcso).get(f"/engagements/{entry + 99}").status_code == 404


def test_what_came_along_is_said_as_soon_as_it_is_saved(diary: DiaryUnderTest, town: Town, club: int, entry: int) -> None:
    with diary.work() as session:
        open_before = session.scalar(select(Concern.id))
    again = RaisedConcern(title="Cars going fast", same_as_id=open_before)
    later = visit(
        [club], diary.now + timedelta(minutes=5), concerns=(again, RaisedConcern(title="Litter")), promises=(Promised(what="Bags"),)
    )
    diary.clock.at = diary.now + timedelta(minutes=6)
    said = words(diary.client(town.pcso).get(f"/engagements/{put(diary, town.pcso, later).engagement_id}/saved"))
    assert "Speeding: added to what was open" in said
    assert "Litter: added" not in said
    assert "Litter" in said
    assert "Promised: Bags" in said


def test_correcting_shows_what_it_said_before(diary: DiaryUnderTest, town: Town, club: int, entry: int) -> None:
    phone = diary.client(town.pcso)
    page = f"/engagements/{entry}/correct"
    assert (
        phone.fill(page, {"summary": "Talked about the winter fair", "happened_on": "20/11/2026", "reason": "Wrong day"}).status_code == 303
    )
    said = words(phone.get(f"/engagements/{entry}"))
    assert "Talked about the winter fair" in said
    assert "What it said before" in said
    assert "Talked about the summer fair" in said
    before = said.split("What it said before")[-1]
    assert "What happened: Talked about the summer fair" in before
    assert "by Sam Okoro: Wrong day" in before
    assert "When:" in before
    assert "Officers" not in before, "what the correction left alone is not said again"
    with diary.work() as session:
        assert str(session.get_one(Group, club).last_two_way_on) == "2026-11-20"
    refused = phone.fill(page, {"happened_on": "31/02/2026", "summary": "Kept words"})
    assert refused.status_code == 422
    assert "Kept words" in refused.get_data(as_text=True)


def test_the_second_of_two_is_shown_what_differs_and_not_what_does_not(diary: DiaryUnderTest, town: Town, club: int, entry: int) -> None:
    phone, page = diary.client(town.pcso), f"/engagements/{entry}/correct"
    opened = phone.get(page)
    assert diary.client(town.sergeant).fill(page, {"attendance": "23"}).status_code == 303
    second = phone.send(opened, {"summary": "Talked about the winter fair"})
    said = words(second)
    assert "Both versions It says nowYou typed" in said, said
    assert second.status_code == 422
    for both in (
        "What happenedTalked about the summer fairTalked about the winter fair", "How many were there23–",
        "WithAshford Stroke Clubas below", "OfficersSam Okoro",
    ):  # fmt: skip
        assert both in said, (both, said)
    assert "WhenTue" not in said and "beganWe" not in said, "those are the same"
    assert phone.send(second, {"attendance": "23"}).status_code == 303
    with diary.work() as session:
        row = session.get_one(Engagement, entry)
        assert (row.summary, row.attendance) == ("Talked about the winter fair", 23)


def test_correcting_groups(diary: DiaryUnderTest, town: Town, club: int, entry: int) -> None:
    with diary.work() as session:
        make_group(session, town, "Elm Green Hall")
    page = f"/engagements/{entry}/correct"
    phone = diary.client(town.pcso)
    asked = phone.fill(page, {f"part-{club}": "out", "group_name": "elm"})
    assert asked.status_code == 422
    assert "Elm Green Hall, Ashford Central" in words(asked)
    assert phone.fill(page, {f"part-{club}": "out"}).status_code == 422
    assert phone.fill(page, {f"part-{club}": "out", "group_name": "Elm Green Hall"}).status_code == 303
    with diary.work() as session:
        assert session.get_one(Group, club).last_two_way_on is None


def test_the_second_of_two_is_shown_both_versions(diary: DiaryUnderTest, town: Town, entry: int) -> None:
    page = f"/engagements/{entry}/correct"
    sergeant = diary.client(town.sergeant)
    opened = sergeant.get(page)
    diary.client(town.pcso).fill(page, {"summary": "First words"})
    both = sergeant.send(opened, {"summary": "Second words"})
    assert both.status_code == 422
    assert "First words" in words(both)
    assert "Second words" in words(both)
    assert sergeant.send(both).status_code == 303
    assert "Second words" in words(sergeant.get(f"/engagements/{entry}"))


def test_withdrawing_asks_why_and_strikes_it_out(diary: DiaryUnderTest, town: Town, entry: int) -> None:
    phone = diary.client(town.pcso)
    page = f"/engagements/{entry}"
    refused = phone.fill(page, {"reason": ""}, action="withdraw")
    assert refused.status_code == 422
    assert "Say why it is withdrawn" in words(refused)
    assert phone.fill(page, {"reason": "Wrong group"}, action="withdraw").status_code == 303
    read = phone.get(page)
    assert "Withdrawn by Sam Okoro: Wrong group" in words(read)
    assert "diary-withdrawn" in read.get_data(as_text=True)


def test_my_entries_are_taken_back_within_a_day(diary: DiaryUnderTest, town: Town, entry: int) -> None:
    phone = diary.client(town.pcso)
    assert "Take it back" in words(phone.get("/engagements/mine"))
    diary.clock.move(timedelta(hours=25))
    phone = diary.client(town.pcso)
    assert "Take it back" not in words(phone.get("/engagements/mine"))
    diary.clock.move(timedelta(hours=-25))
    phone = diary.client(town.pcso)
    assert phone.fill("/engagements/mine", action="take-back").location == "/engagements/mine"
    assert "withdrawn" in words(phone.get("/engagements/mine"))
    assert "What you log appears here" in words(diary.client(town.pcso2).get("/engagements/mine"))


def test_booking_and_what_became_of_it(diary: DiaryUnderTest, town: Town, club: int) -> None:
    phone = diary.client(town.pcso)
    page = f"/engagements/book?group={club}"
    for day, sentence in (
        ("23/11/2026", "today or in the future"),
        ("31/02/2027", "has days 1 to 28"),
        ("1/12/2028", "within the next year"),
    ):
        refused = phone.fill(page, {"planned_on": day, "place": "The hall"})
        assert refused.status_code == 422
        assert sentence in words(refused)
        assert "The hall" in refused.get_data(as_text=True)
    assert phone.fill(page, {"planned_on": "26/11/2026", "planned_time": "19:30", "kind": "their_meeting"}).status_code == 303
    with diary.work() as session:
        booked = session.scalar(select(Engagement.id))
    ask = f"/engagements/{booked}/happened"
    assert phone.fill(ask).status_code == 422
    refused = phone.fill(ask, {"became": "cancelled_by_us"})
    assert refused.status_code == 422
    assert "Say why it was cancelled" in words(refused)
    assert phone.fill(ask, {"became": "moved", "planned_on": "30/11/2026"}).status_code == 303
    diary.clock.move(timedelta(days=7))
    phone = diary.client(town.pcso)
    form = phone.get(f"/engagements/new?planned={booked}")
    assert phone.send(form, {"summary": "It went well"}).status_code == 303
    with diary.work() as session:
        row = session.get_one(Engagement, booked)
        assert (row.state, str(row.happened_on)) == ("happened", "2026-11-30")
    assert phone.get(f"/engagements/new?planned={booked}").status_code == 404
    assert diary.client(town.other_pcso).get(ask).status_code == 404


def test_parts_of_the_form_for_a_script(diary: DiaryUnderTest, town: Town, club: int, entry: int) -> None:
    phone = diary.client(town.pcso)
    part = phone.get(f"/engagements/about-group?group={club}", headers={"X-Part": "1"})
    assert "Speeding: what we will do" in part.get_data(as_text=True)
    assert phone.get("/engagements/about-group").status_code == 404
    page = phone.get(f"/engagements/new?group={club}")
    guess = phone.post(
        "/engagements/concern-line?n=2",
        data={
            "csrf_token": page.get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0],
            "group": club,
            "concern-2-title": "Speeding",
        },
    )
    assert "Speeding and road safety" in guess.get_data(as_text=True)
    assert 'name="concern-2-same"' in guess.get_data(as_text=True)
