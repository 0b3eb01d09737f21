"""The stop link: a GET only asks, a POST stops without cookie or token, the page undoes it, waiting letters are taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engagement.groups.models import Group
from engagement.mail.models import Letter
from engagement.summaries.models import Stop, Summary
from engagement.summaries.queries import stopped_among
from tests.builders import make_contact, make_group
from tests.pages import words
from tests.summaries.month import FIRST, MONDAY, approve_all, done, drafted, mail_server, raise_one, run, summaries

ADDRESS = "asha.merrow@parish.example"


@pytest.fixture
def link(diary, town) -> str:
    """A letter written on Sunday that waits for Monday; answers the path of its stop link."""
    with diary.work() as session:
        make_contact(session, make_group(session, town, "Ashford Parish Council"))
        group = make_group(session, town, "Ashford Choir")
        make_contact(session, group)
        make_contact(session, make_group(session, town, "Secret Club", sensitive=True))
        group_id = group.id
    done(diary, town.pcso, raise_one(diary, town.pcso, group_id))
    drafted(diary)
    approve_all(diary, town, summaries(diary)[town.neighbourhood_id].id, FIRST + timedelta(hours=6))
    with mail_server(diary):
        assert run(diary, FIRST + timedelta(hours=7))[1]["sent"] == 0
    with diary.work() as session:
        [letter] = session.scalars(select(Letter)).all()
        return "/stop/" + str(letter.headers["List-Unsubscribe"]).strip("<>").rsplit("/", 1)[1]


def state(diary) -> tuple[str, bool]:
    with diary.work() as session:
        return session.scalars(select(Letter.state)).one(), session.scalars(select(Stop)).one().stopped_at is not None


def test_a_get_only_asks_and_says_whose_mail_it_is(diary, link):
    said = words(diary.client().get(link))
    assert "Stop these letters?" in said and "a…w@parish.example" in said and ADDRESS not in said
    assert "Ashford Choir" in said and "Ashford Parish Council" in said and "Secret Club" not in said
    assert state(diary) == ("waiting", False)


def test_one_click_without_cookie_or_token_stops_and_takes_back_what_waits(diary, town, link):
    answer = diary.app.test_client().post(link, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200 and "These letters are stopped" in words(answer), "no redirect for a mail program"
    assert state(diary) == ("stopped", True)
    with diary.work() as session:
        assert stopped_among(session, town.force_id, [ADDRESS.upper(), "other@parish.example"]) == {ADDRESS: FIRST + timedelta(hours=7)}
    with mail_server(diary) as peer:
        assert run(diary, MONDAY)[1]["sent"] == 0
        assert peer.took == []


def test_the_button_stops_and_the_page_starts_again(diary, link):
    client = diary.client()
    assert client.fill(link).status_code == 303
    assert "These letters are stopped" in words(client.get(link))
    assert client.post(link).status_code == 303, "stopped twice is stopped once"
    assert state(diary) == ("stopped", True)
    assert client.fill(link, action="/undo").status_code == 303
    page = words(client.get(link))
    assert "You get the letters again, from the next month's on." in page and "Stop these letters?" in page
    assert state(diary) == ("stopped", False), "a letter taken back stays back; the next month's goes out"


def test_officers_see_on_the_group_that_its_contact_stopped_the_letters(diary, town, link):
    with diary.work() as session:
        group_id = session.scalars(select(Group.id).where(Group.name == "Ashford Choir")).one()
    client = diary.client(town.pcso)
    assert "stopped mail" not in words(client.get(f"/groups/{group_id}"))
    diary.app.test_client().post(link, data={"List-Unsubscribe": "One-Click"})
    assert "stopped mail" in words(client.get(f"/groups/{group_id}"))


def test_a_link_that_is_none_is_no_page(diary, link):
    client = diary.client()
    for wrong in ("/stop/nothing", link + "x", "/stop/" + "a" * 500, "/stop/%F0%9F%9A%93"):
        assert client.get(wrong).status_code == 404, wrong
        assert client.post(wrong).status_code == 404, wrong
    assert (client.get("/stop/%00").status_code, client.post("/stop/%00").status_code) == (400, 400)


def test_a_stopped_address_gets_no_letter_the_month_after(diary, town, link):
    diary.app.test_client().post(link, data={"List-Unsubscribe": "One-Click"})
    with diary.work() as session:
        group = make_group(session, town, "Ashford Bowls")
        make_contact(session, group, "Bo Hale")
        group_id = group.id
    november = MONDAY.replace(day=12)
    done(
        diary,
        town.pcso,
        raise_one(diary, town.pcso, group_id, "Litter", category="litter", at=november),
        at=november,
        done_on=november.date(),
    )
    december = MONDAY.replace(month=12, day=1)
    drafted(diary, december.replace(hour=4))
    with diary.work() as session:
        [second] = session.scalars(select(Summary.id).where(Summary.month == "2026-11"))
    approve_all(diary, town, second, december)
    with mail_server(diary) as peer:
        run(diary, december + timedelta(hours=2))
        assert peer.to() == ["bo.hale@parish.example"]
