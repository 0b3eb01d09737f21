"""The first page of a shift: what is on it, for whom, in what order; and that it never grows dear."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engagement.concerns.models import Action
from engagement.engagements.domain import Kind, Outcome
from engagement.engagements.models import Engagement
from engagement.engagements.service import PlanDraft, Promised, RaisedConcern, plan
from engagement.groups.models import Group
from engagement.people.models import Absence, Cover, OfficerNote, Posting
from engagement.people.postings import end_posting
from tests.builders import LONG_AGO, Person, Town, keep, make_contact, make_group
from tests.conftest import DiaryUnderTest
from tests.counting import statements
from tests.engagements.drafts import put, visit
from tests.pages import words


def overdue(diary: DiaryUnderTest, town: Town, name: str, days: int, **fields) -> int:
    """A monthly group that is so many days over."""
    due = diary.now.date() - timedelta(days=days)
    values: dict[str, Any] = {
        "last_two_way_on": LONG_AGO,
        "next_due_on": due,
        "longest_on": due + timedelta(days=15),
        "level": "involve",
    } | fields
    with diary.work() as session:
        group = make_group(session, town, name, **values)
        make_contact(session, group)
        return group.id


def book(diary: DiaryUnderTest, person: Person, group_id: int, hours: float) -> int:
    """Something booked so many hours from now, past ones as if booked long before."""
    actor = diary.actor(person)
    with diary.work() as session:
        draft = PlanDraft(client_ref=None, kind=Kind.VISIT, planned_for=diary.now + timedelta(hours=max(hours, 0)), group_ids=(group_id,))
        made = plan(session, actor, draft, now=diary.now).engagement_id
        session.get_one(Engagement, made).planned_for = diary.now + timedelta(hours=hours)
    return made


def test_who_to_see_worst_first_with_what_is_owed(diary: DiaryUnderTest, town: Town) -> None:
    overdue(diary, town, "Ashford Bridge Club", 2)
    worst = overdue(diary, town, "Ashford Youth Club", 19)
    overdue(diary, town, "Elm Green Watch", 9)
    with diary.work() as session:
        soon = diary.now.date() + timedelta(days=3)
        make_group(session, town, "Nearly Due Hall", next_due_on=soon, longest_on=soon, last_two_way_on=LONG_AGO)
        make_group(session, town, "Not Due Hall", next_due_on=soon + timedelta(days=30), longest_on=soon, last_two_way_on=LONG_AGO)
    old = diary.now - timedelta(days=4)
    for outcome in (Outcome.NO_ANSWER, Outcome.MESSAGE_LEFT):
        put(diary, town.pcso, visit([worst], old, outcome=outcome, summary=""))
    page = words(diary.client(town.pcso).get("/"))
    places = [page.index(name) for name in ("Ashford Youth Club", "Elm Green Watch", "Ashford Bridge Club", "Nearly Due Hall")]
    assert places == sorted(places)
    assert "Not Due Hall" not in page
    assert "19 days over" in page
    assert "tried twice" in page
    html = diary.client(town.pcso).get("/").get_data(as_text=True)
    assert "tel:07700900321" in html
    assert f'href="/engagements/new?group={worst}"' in html


def test_who_to_see_says_what_was_tried_and_what_is_booked(diary: DiaryUnderTest, town: Town) -> None:
    met, never = overdue(diary, town, "Elm Green Watch", 9), overdue(diary, town, "Ashford Hall", 3, last_two_way_on=None)
    put(diary, town.pcso, visit([never], diary.now - timedelta(days=1), outcome=Outcome.NO_ANSWER, summary=""))
    for hours in (64, 40):
        book(diary, town.pcso, met, hours)
    page = words(diary.client(town.pcso).get("/"))
    assert page.count("tried once") == 1
    assert page.count("booked Thu 26 Nov") == 1  # the next of the two
    assert page.index("booked") < page.index("Ashford Hall") < page.index("tried once")


def test_the_sergeant_comes_first_where_a_group_is_due_and_where_it_is_booked(diary: DiaryUnderTest, town: Town) -> None:
    later = diary.now.date() + timedelta(days=60)
    overdue(diary, town, "Ashford Youth Club", 19, sergeant_first=True)
    overdue(diary, town, "Elm Green Watch", 9)
    with diary.work() as session:
        booked = make_group(session, town, "Ashford Hall", next_due_on=later, longest_on=later, sergeant_first=True).id
        plain = make_group(session, town, "Bridge Hall", next_due_on=later, longest_on=later).id
    book(diary, town.pcso, booked, 9.5)
    book(diary, town.pcso, plain, 10.5)
    page = words(diary.client(town.pcso).get("/"))
    assert "19:30 Ashford Hall Visit Speak to the sergeant before visiting" in page
    assert "20:30 Bridge Hall Visit Read" in page
    assert "Ashford Youth Club 19 days over, too long Speak to the sergeant before visiting" in page


def test_mine_and_the_whole_patch(diary: DiaryUnderTest, town: Town) -> None:
    overdue(diary, town, "Mine", 3)
    overdue(diary, town, "Jo's", 3, owner_id=town.pcso2.officer_id)
    overdue(diary, town, "Nobody's", 3, owner_id=None)
    overdue(diary, town, "Brookley Club", 3, team_id=town.other_team_id, neighbourhood_id=town.other_neighbourhood_id, owner_id=None)
    mine, patch = (words(diary.client(town.pcso).get(f"/?patch={n}")) for n in (0, 1))
    assert "Nobody's" in mine
    assert "Jo's" not in mine
    assert "Jo's" in patch
    assert "Jo Penrose" in patch
    assert "Brookley Club" not in mine + patch


def test_today_by_the_clock_and_what_was_promised(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        club = make_group(session, town).id
    raised = diary.now - timedelta(hours=66)
    made = (Promised(what="Bring marking kits", due_on=date(2026, 11, 23)), Promised(what="Ask about the sign", due_on=date(2026, 11, 24)))
    put(diary, town.pcso, visit([club], raised, concerns=(RaisedConcern(title="Parking on Church Road"),), promises=made))
    book(diary, town.pcso, club, 9.5)
    book(diary, town.pcso, club, -20)
    book(diary, town.pcso, club, 40)
    page = words(diary.client(town.pcso).get("/"))
    assert "19:30 Ashford Stroke Club" in page
    assert "Did it happen? Ashford Stroke Club Visit, Mon 23 Nov 14:00" in page
    assert page.count("Did it happen?") == 1
    assert "Parking on Church Road 6 h left" in page
    assert "Bring marking kits Late: Mon 23 Nov · Ashford Stroke Club" in page
    assert "Ask about the sign Today" in page
    with diary.work() as session:
        for action in session.query(Action):
            action.withdrawn_at = diary.now
            keep(session, action)
    assert "Bring marking kits" not in words(diary.client(town.pcso).get("/"))


def test_nothing_overdue_leaves_by_itself(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        club = make_group(session, town).id
    book(diary, town.pcso, club, 1)
    diary.clock.move(timedelta(days=100))
    page = words(diary.client(town.pcso).get("/"))
    assert "Did it happen?" in page


def test_covering_and_notes(diary: DiaryUnderTest, town: Town) -> None:
    overdue(diary, town, "Jo's", 3, owner_id=town.pcso2.officer_id)
    with diary.work() as session:
        today = diary.now.date()
        off = {"officer_id": town.pcso2.officer_id, "force_id": town.force_id}
        days = {"starts_on": today - timedelta(days=1), "ends_on": today + timedelta(days=1)}
        keep(session, Absence(**off, **days))
        keep(session, Cover(**off, **days, cover_officer_id=town.pcso.officer_id, set_at=diary.now))
        club = make_group(session, town).id
    put(diary, town.other_pcso, visit([club], diary.now))
    phone = diary.client(town.pcso)
    page = words(phone.get("/"))
    assert "Jo Penrose, until Wed 25 Nov" in page
    assert "1 group due · 0 promises" in page
    assert "Robin Vale logged: visit, spoke" in page
    assert phone.fill("/", action="put-away").location == "/"
    assert "Left for you" not in words(phone.get("/"))
    with diary.work() as session:
        note = keep(
            session,
            OfficerNote(
                force_id=town.force_id,
                officer_id=town.pcso2.officer_id,
                about="group",
                about_id=club,
                words="x",
                left_at=diary.now,
                left_by="Jo",
            ),
        ).id
    token = {"csrf_token": phone.get("/engagements/new").get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]}
    assert phone.post(f"/shift/notes/{note}/put-away", data=token).status_code == 404


def test_an_empty_shift_says_what_will_appear(diary: DiaryUnderTest, town: Town) -> None:
    assert "Nothing is due, owed or promised" in words(diary.client(town.pcso).get("/"))


def test_who_has_a_board_is_led_there_first_and_who_has_no_shift_elsewhere(diary: DiaryUnderTest, town: Town) -> None:
    overdue(diary, town, "Ashford Youth Club", 3)
    for person in (town.sergeant, town.inspector):
        assert "The board: 1 overdue" in words(diary.client(person).get("/"))
    assert "The board" not in words(diary.client(town.pcso).get("/"))
    admin = diary.client(town.administrator).get("/")
    assert (admin.status_code, admin.location) == (303, "/admin")
    publisher = diary.client(town.engagement_officer).get("/")
    assert (publisher.status_code, publisher.location) == (303, "/summaries")


def test_who_is_posted_nowhere_is_told_how_to_be(diary: DiaryUnderTest, town: Town) -> None:
    overdue(diary, town, "Ashford Youth Club", 3)
    with diary.work() as session:
        posting = session.scalars(select(Posting.id).where(Posting.officer_id == town.pcso2.officer_id)).one()
        end_posting(session, diary.actor(town.administrator), posting, last_day=diary.now.date() - timedelta(days=1), now=diary.now)
    said = words(diary.client(town.pcso2).get("/"))
    assert "You are not posted anywhere today" in said
    assert "Ashford Youth Club" not in said


@pytest.mark.parametrize("address", ["/", "/?patch=1"])
def test_the_questions_do_not_grow_with_the_groups(diary: DiaryUnderTest, town: Town, address: str) -> None:
    for n in range(3):
        overdue(diary, town, f"Group {n}", 5)
    with diary.work() as session:
        book_for = session.query(Group.id).first()
    assert book_for is not None
    book(diary, town.pcso, book_for[0], 2)
    put(diary, town.pcso, visit([book_for[0]], diary.now - timedelta(days=40), concerns=(RaisedConcern(title="Speeding"),)))
    client = diary.client(town.pcso)

    def count() -> int:
        with diary.app.app_context(), statements() as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    few = count()
    due = diary.now.date() - timedelta(days=5)
    with diary.work() as session:
        for n in range(297):
            make_group(
                session, town, f"More {n}", next_due_on=due, longest_on=due + timedelta(days=n), last_two_way_on=LONG_AGO, level="involve"
            )
    assert count() <= few
    assert few <= 20, few


def test_what_one_meeting_raised_is_one_line_of_the_shift(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        group = make_group(session, town, "Ashford Parish Council").id
    raised = tuple(RaisedConcern(title=f"Matter {n} of the parish", category="speeding") for n in range(8))
    put(diary, town.pcso, visit([group], diary.now, concerns=raised))
    page = diary.client(town.pcso).get("/")
    said = words(page)
    assert said.count("8 answers owed: Ashford Parish Council") == 1 and "Answer owed by" not in said
    assert page.get_data(as_text=True).count("/tell?kind=answer") == 8
