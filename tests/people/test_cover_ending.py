"""How a cover ends: by whoever leads either side, and with the postings that it rests on."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from engagement.access.domain import Role
from engagement.core.errors import Missing
from engagement.people.cover_ending import end_cover
from engagement.people.duty import held_through
from engagement.people.models import Cover, OfficerNote, Posting
from engagement.people.postings import PostingDraft, end_posting, post_to
from tests.builders import Person, Town, make_person, say_so
from tests.conftest import DiaryUnderTest
from tests.counting import statements
from tests.pages import words
from tests.people.test_cover import DAY, TODAY, UNTIL, covered, late, off

MONDAY = date(2026, 11, 2)
stretches = st.tuples(st.integers(0, 30), st.none() | st.integers(-2, 12)).map(
    lambda one: (MONDAY + one[0] * DAY, None if one[1] is None else MONDAY + (one[0] + one[1]) * DAY)
)


@given(st.lists(stretches, max_size=5), st.integers(0, 30))
def test_how_long_postings_hold_without_a_gap_is_as_counted_day_by_day(held: list[tuple[date, date | None]], begins: int) -> None:
    first, through = MONDAY + begins * DAY, MONDAY + (begins - 1) * DAY
    while through < MONDAY + 60 * DAY and any(a <= through + DAY and (z is None or through + DAY <= z) for a, z in held):
        through += DAY
    assert held_through(held, first) == (date.max if through == MONDAY + 60 * DAY else through)


def home_of(diary: DiaryUnderTest, person: Person) -> int:
    with diary.work() as session:
        return session.scalars(select(Posting.id).where(Posting.officer_id == person.officer_id, Posting.kind == "home")).one()


def leave(diary: DiaryUnderTest, town: Town, person: Person, last: date = TODAY) -> None:
    """Ends an officer's posting as the administrator does."""
    key = home_of(diary, person)
    with diary.work() as session:
        end_posting(session, diary.actor(town.administrator), key, last_day=last, now=diary.now)


def moved(diary: DiaryUnderTest, person: Person, team_id: int | None) -> None:
    """An officer's posting ended yesterday and another began, past the services: as in a diary of before covers ended with postings."""
    with diary.work() as session:
        home = session.scalars(select(Posting).where(Posting.officer_id == person.officer_id, Posting.kind == "home")).one()
        home.ends_on = TODAY - DAY
        if team_id is not None:
            kept = {"force_id": home.force_id, "officer_id": home.officer_id, "role": home.role, "scope": "team"}
            session.add(Posting(**kept, team_id=team_id, kind="home", starts_on=TODAY))
        say_so(session)


@pytest.mark.parametrize("who", ["covered", "cover"])
def test_a_cover_and_its_access_end_with_the_posting_of_either_side(diary: DiaryUnderTest, town: Town, who: str) -> None:
    club = late(diary, town, "Ashford Youth Club")
    off(diary, town, town.pcso)
    covered(diary, town, town.pcso, town.other_pcso)
    leave(diary, town, town.pcso if who == "covered" else town.other_pcso)
    robin = diary.client(town.other_pcso)
    assert robin.get(f"/groups/{club}").status_code == 200, "today is still the last day of it"
    diary.clock.move(timedelta(days=1))
    assert diary.client(town.other_pcso).get(f"/groups/{club}").status_code in (403, 404)
    with diary.work() as session:
        assert session.scalars(select(Cover.ends_on)).one() == TODAY
        assert session.scalars(select(Posting.ends_on).where(Posting.kind == "cover")).one() == TODAY
        notes = select(OfficerNote.words).where(OfficerNote.officer_id == town.sergeant.officer_id)
        told = session.scalars(notes).one()
        assert told == "Robin Vale covers for Sam Okoro until Tue 24 Nov and no longer: a posting it rested on ends."


def test_a_posting_that_goes_on_without_a_gap_keeps_the_cover(diary: DiaryUnderTest, town: Town) -> None:
    off(diary, town, town.pcso)
    covered(diary, town, town.pcso, town.other_pcso)
    administrator = diary.actor(town.administrator)
    again = PostingDraft(role=Role.PCSO, place_id=town.team_id, starts_on=TODAY + DAY)
    with diary.work() as session:
        post_to(session, administrator, town.pcso.officer_id, again, now=diary.now)
    with diary.work() as session:
        first = session.scalars(select(Posting.id).where(Posting.officer_id == town.pcso.officer_id).order_by(Posting.id)).first()
        end_posting(session, administrator, first or 0, last_day=TODAY, now=diary.now)
        assert session.scalars(select(Cover.ends_on)).one() == UNTIL


def test_a_cover_ends_with_the_posting_that_it_opened(diary: DiaryUnderTest, town: Town) -> None:
    off(diary, town, town.pcso)
    covered(diary, town, town.pcso, town.other_pcso)
    with diary.work() as session:
        opened = session.scalars(select(Posting.id).where(Posting.kind == "cover")).one()
        end_posting(session, diary.actor(town.administrator), opened, last_day=TODAY - DAY, now=diary.now)
    assert "no cover" in words(diary.client(town.sergeant).get("/duty"))


def test_cover_for_longer_than_both_are_posted_is_refused(diary: DiaryUnderTest, town: Town) -> None:
    leave(diary, town, town.other_pcso, TODAY + DAY)
    off(diary, town, town.pcso)
    refused = covered(diary, town, town.pcso, town.other_pcso)
    assert refused.status_code == 422
    assert "One of the two is posted there until Wed 25 Nov: choose that day or an earlier one." in words(refused)
    assert covered(diary, town, town.pcso, town.other_pcso, last=TODAY + DAY).status_code == 303
    with diary.work() as session:
        assert [row.ends_on for row in session.scalars(select(Posting).where(Posting.kind == "cover"))] == [TODAY + DAY]


def test_whoever_leads_either_side_ends_it_though_the_covered_officer_has_left(diary: DiaryUnderTest, town: Town) -> None:
    off(diary, town, town.pcso)
    for leader, page, lands in (
        (town.sergeant, "/duty", "/duty"),
        (town.other_sergeant, f"/duty/{town.other_pcso.officer_id}", "/duty"),
        (town.inspector, "/duty", "/duty"),
    ):
        with diary.work() as session:
            home = session.scalars(select(Posting).where(Posting.officer_id == town.pcso.officer_id, Posting.kind == "home")).one()
            home.ends_on = None
            say_so(session)
        assert covered(diary, town, town.pcso, town.other_pcso).status_code == 303
        moved(diary, town.pcso, None)
        client = diary.client(leader)
        assert client.get(f"/duty/{town.pcso.officer_id}").status_code == 404
        answer = client.fill(page, action="/end")
        assert (answer.status_code, answer.location) == (303, lands)
        assert "Covered, though they have left" not in words(client.get("/duty"))
        with diary.work() as session:
            assert all(row.ends_on == TODAY - DAY for row in session.scalars(select(Cover)))


def test_the_leader_of_where_they_went_ends_it_and_nobody_who_leads_neither(diary: DiaryUnderTest, town: Town) -> None:
    off(diary, town, town.pcso)
    covered(diary, town, town.pcso, town.pcso2)
    with diary.work() as session:
        key = session.scalars(select(Cover.id)).one()
    for person in (town.other_sergeant, town.pcso2, town.other_pcso):
        with diary.work() as session, pytest.raises(Missing):
            end_cover(session, diary.actor(person), key, now=diary.now)
    moved(diary, town.pcso, town.other_team_id)
    assert diary.client(town.other_sergeant).fill(f"/duty/{town.pcso.officer_id}", action="/end").status_code == 303


def test_setting_cover_asks_so_many_questions_however_many_might_cover(diary: DiaryUnderTest, town: Town) -> None:
    asked = []
    for person, more in ((town.pcso, 0), (town.pcso2, 12)):
        off(diary, town, person)
        with diary.work() as session:
            for n in range(more):
                make_person(session, town.force_id, f"Kim {chr(65 + n)}", "PCSO", "pcso", team_id=town.other_team_id)
        client = diary.client(town.sergeant)
        page = client.get(f"/duty/{person.officer_id}")
        typed = {"cover-cover_id": town.other_pcso.officer_id, "cover-starts_on": "24/11/2026", "cover-ends_on": "27/11/2026"}
        with diary.app.app_context(), statements() as sent:
            assert client.send(page, typed, action="/cover").status_code == 303
        asked.append(len(sent))
    assert asked[0] == 13
    assert asked[1] <= asked[0]
