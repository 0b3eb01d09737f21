"""The pages of priorities, without JavaScript: adopt in two taps, work, tell, word, approve, end, and the list."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engagement.audit.models import AuditRow
from engagement.concerns.models import Concern
from engagement.engagements.domain import Kind
from engagement.priorities.drafts import Agreed
from engagement.priorities.models import Priority
from engagement.priorities.queries import live
from tests.builders import Town, make_group
from tests.concerns.makers import make_concern
from tests.conftest import DiaryUnderTest
from tests.counting import statements
from tests.engagements.drafts import put, visit
from tests.pages import words
from tests.priorities.makers import make_priority


@pytest.fixture
def concern_id(diary: DiaryUnderTest, town: Town) -> int:
    """A concern raised by a resident, and a meeting of the neighbourhood last week."""
    with diary.work() as session:
        group = make_group(session, town).id
        key = make_concern(
            session, diary.actor(town.pcso), diary.now, neighbourhood_id=town.neighbourhood_id, public_said="Drivers go too fast."
        ).id
    put(diary, town.pcso, visit([group], diary.now - timedelta(days=6), kind=Kind.OUR_MEETING, place="Village hall"))
    return key


def test_a_concern_is_adopted_in_two_taps_and_becomes_public_when_the_sergeant_says_so(
    diary: DiaryUnderTest, town: Town, concern_id: int
) -> None:
    client = diary.client(town.pcso)
    page = client.get(f"/concerns/{concern_id}")
    assert f'href="/priorities/new?concern={concern_id}"' in page.get_data(as_text=True)
    answer = client.fill(f"/priorities/new?concern={concern_id}")
    assert answer.status_code == 303
    with diary.work() as session:
        (made,) = live(session, [town.neighbourhood_id])
        assert made.agreed_on == (diary.now - timedelta(days=6)).date()
        assert session.get_one(Concern, concern_id).side_end == "priority"
    shown = words(client.get(answer.location))
    assert "Agreed Wed 18 Nov, our meeting, Village hall" in shown
    assert "waits for approval" in shown
    assert "Approve and publish" not in shown
    assert "Behind the priority: Speeding past the school" in words(client.get(f"/concerns/{concern_id}"))
    sergeant = diary.client(town.sergeant)
    assert sergeant.fill(answer.location, action="approve").status_code == 303
    assert "written by Sam Okoro, approved by Lee Hargreave" in words(sergeant.get(answer.location))


def test_what_is_missing_stands_beside_its_field_with_what_was_typed_kept(diary: DiaryUnderTest, town: Town) -> None:
    client = diary.client(town.pcso)
    answer = client.fill("/priorities/new", {"title": "Fast drivers", "agreed_on": "24/11/2026"})
    assert answer.status_code == 422
    assert "Say where it was agreed, or choose the meeting" in words(answer)
    assert 'value="Fast drivers"' in answer.get_data(as_text=True)
    warned = client.fill("/priorities/new", {"title": "Trouble at 12 Links Road", "agreed_at": "Hall", "agreed_with": "residents"})
    assert warned.status_code == 422
    kept = client.send(warned, {"override_reason": "It is the council's own house number"})
    assert kept.status_code == 303
    with diary.work() as session:
        assert session.scalars(select(Priority.override_reason)).all() == ["It is the council's own house number"]


def test_a_life_of_work_telling_change_and_end(diary: DiaryUnderTest, town: Town, concern_id: int) -> None:
    key = make_priority(diary, town)
    client, page = diary.client(town.pcso), f"/priorities/{key}"
    assert client.fill(f"{page}/concerns", {"concern_id": concern_id}).status_code == 303
    assert client.fill(f"{page}/done", {"what": "Checked speeds with the parish"}).status_code == 303
    assert client.fill(f"{page}/told", {"how": "public", "where": "Parish magazine", "told_on": "20/11/2026"}).status_code == 303
    stale = client.get(f"{page}/edit")
    assert client.fill(f"{page}/edit", {"title": "Speeding by the school"}).status_code == 303
    again = client.send(stale, {"title": "Mine"})
    assert again.status_code == 422
    assert "Speeding by the school" in words(again)
    assert client.send(again, {}).status_code == 303  # after both were shown
    shown = words(client.get(page))
    for said in (
        "Mine",
        "Checked speeds with the parish",
        "Fri 20 Nov Parish magazine",
        "Speeding past the school",
        "“Speeding by the school”",
    ):
        assert said in shown
    assert client.fill("/priorities/done/1/withdraw", {"reason": "Another road"}).status_code == 303
    assert client.fill("/priorities/told/1/withdraw", {"reason": "Not printed"}).status_code == 303
    assert client.fill(f"{page}/concerns/{concern_id}/take-out", {"reason": "Another road"}).status_code == 303
    shown = words(client.get(page))
    assert "withdrawn: Another road" in shown
    assert "taken back: Not printed" in shown
    assert "None. Concerns that ask for the same" in shown
    assert client.fill(f"{page}/end", {"how": "cannot_do"}).status_code == 422
    assert client.fill(f"{page}/end", {"how": "cannot_do", "because": "The council owns the road"}).status_code == 303
    assert "Because: The council owns the road" in words(client.get(page))
    for form in ("edit", "end", "words", "concerns"):
        assert client.get(f"{page}/{form}").status_code == 303


def test_the_list_puts_the_stalest_first_then_places_without_one_and_counts(diary: DiaryUnderTest, town: Town) -> None:
    make_priority(diary, town, title="Parking", neighbourhood_id=town.second_neighbourhood_id)
    diary.clock.move(timedelta(days=120))
    make_priority(
        diary, town, title="Litter", issue="People asked for bins.", agreed=Agreed(on=diary.now.date(), at="Hall", with_whom="all")
    )
    client = diary.client(town.sergeant)
    shown = words(client.get("/priorities"))
    assert shown.index("Elm Green") < shown.index("Ashford Central")
    assert "3 live" not in shown
    assert "35 days over three months" in shown
    assert "Ashford Central" not in words(client.get("/priorities?show=stale"))
    assert "No neighbourhood of your teams is like that." in words(client.get("/priorities?show=none"))
    assert "Litter" in words(client.get("/priorities?show=waiting"))
    sheet = client.get("/priorities.csv").get_data(as_text=True)
    assert "Litter" in sheet
    inspector = words(diary.client(town.inspector).get("/priorities?show=none"))
    assert "Brookley" in inspector
    with diary.work() as session:
        assert (
            session.scalar(select(AuditRow.note).where(AuditRow.operation == "disclosure", AuditRow.entity == "priority")) == "spreadsheet"
        )


def test_an_engagement_officer_words_and_approves_but_reads_no_diary(diary: DiaryUnderTest, town: Town, concern_id: int) -> None:
    key = make_priority(diary, town, concern_ids=(concern_id,), issue="Drivers go too fast.")
    client = diary.client(town.engagement_officer)
    shown = words(client.get(f"/priorities/{key}"))
    assert "Speeding past the school" not in shown
    assert "and 1 that is not yours to read" in shown
    assert client.fill(f"/priorities/{key}", action="approve").status_code == 303
    assert client.get(f"/priorities/{key}/edit").status_code == 404


def test_who_is_not_of_the_team_finds_nothing(diary: DiaryUnderTest, town: Town) -> None:
    key = make_priority(diary, town)
    for address in (f"/priorities/{key}", f"/priorities/{key}/told", f"/priorities/{key}/words"):
        assert diary.client(town.other_pcso).get(address).status_code == 404


def test_pages_ask_as_many_questions_for_many_priorities_as_for_one(diary: DiaryUnderTest, town: Town) -> None:
    client, first = diary.client(town.sergeant), make_priority(diary, town)
    with diary.app.app_context(), statements() as few:
        client.get("/priorities")
    for title in ("Parking", "Litter"):
        make_priority(diary, town, title=title)
        make_priority(diary, town, title=title, neighbourhood_id=town.second_neighbourhood_id)
    with diary.app.app_context(), statements() as many:
        client.get("/priorities")
    assert len(many) == len(few) <= 8
    with diary.app.app_context(), statements() as one:
        client.get(f"/priorities/{first}")
    assert len(one) <= 14
