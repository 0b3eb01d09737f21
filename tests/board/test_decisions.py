"""Deciding from the board: two taps from a row, many rows at once, refusals that keep what was typed, taking back, cover."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engagement.groups.models import Group
from engagement.overdue.models import Decision
from engagement.people.models import Absence, OfficerNote
from tests.builders import Town, keep
from tests.concerns.makers import make_concern
from tests.conftest import DiaryUnderTest
from tests.overdue.makers import TODAY, decided, late_ids
from tests.pages import words


def only(diary: DiaryUnderTest) -> Decision:
    with diary.work() as session:
        return session.scalars(select(Decision).where(Decision.undone_at.is_(None))).one()


@pytest.mark.parametrize(
    ("kind", "press", "expected"),
    [
        ("ask", "Ask Sam Okoro", "Ashford Stroke Club: Asked Sam Okoro"),
        ("give", "Jo Penrose", "Ashford Stroke Club: Given to Jo Penrose"),
        ("book", "Fri 27", "Ashford Stroke Club: Book by Fri 27, Sam Okoro"),
        ("pause", "They asked us to wait", "Ashford Stroke Club: Paused until Thu 24 Dec"),
    ],
)
def test_a_decision_is_two_taps_from_its_row_and_one_more_takes_it_back(
    diary: DiaryUnderTest, town: Town, kind: str, press: str, expected: str
) -> None:
    ids = late_ids(diary, town, "Ashford Stroke Club")
    client = diary.client(town.sergeant)
    assert f'name="{kind}" value="{ids[0]}"' in client.get("/overdue?sort=name").get_data(as_text=True)
    second = client.get(f"/overdue/decide?back=sort%3Dname&{kind}={ids[0]}")
    answer = client.send(second, button=press)
    assert (answer.status_code, only(diary).kind) == (303, kind)
    assert answer.location.startswith("/overdue?sort=name&done=")
    board = client.get(answer.location)
    assert expected in words(board)
    assert client.send(board, action="/overdue/undo").location == "/overdue?sort=name"
    assert "1 to decide 0 decided" in words(client.get("/overdue"))


def test_rows_chosen_are_decided_about_together(diary: DiaryUnderTest, town: Town) -> None:
    ids = late_ids(diary, town, "Ashford Stroke Club", "Bowls Club", "Chess Club")
    client = diary.client(town.sergeant)
    page = client.get(f"/overdue/decide?kind=give&group={ids[0]}&group={ids[2]}")
    assert "Give to: 2 groups" in words(page)
    board = client.get(client.send(page, {"reason": "Nearer to her"}, button="Jo Penrose").location)
    assert "1 to decide 2 decided" in words(board)
    with diary.work() as session:
        owners = session.scalars(select(Group.owner_id).order_by(Group.id)).all()
        assert owners == [town.pcso2.officer_id, town.pcso.officer_id, town.pcso2.officer_id]
        assert session.scalars(select(Decision.reason).distinct()).all() == ["Nearer to her"]


@pytest.mark.parametrize(
    ("kind", "typed", "sentence"),
    [
        ("ask", {"reason": ""}, "Say why"),
        ("book", {"reason": "Agreed <b>today</b>", "until": "31/02/2027"}, "February 2027 has days 1 to 28"),
        ("book", {"reason": "Agreed", "until": "1/1/26"}, "Year must have four figures"),
        ("book", {"reason": "Agreed", "until": "23/11/2026"}, "Date must be today or in the future"),
        ("snooze", {"reason": "Away", "until": ""}, "Enter the day, such as 27/11/2026"),
        ("snooze", {"reason": "Away", "until": "1/3/2027"}, "Date must be on or before Fri 25 Dec"),
        ("pause", {"reason": "x" * 400, "until": "24/12/2026"}, "100 characters too long"),
        ("pause", {"reason": "Closed\x00", "until": ""}, "control character"),
        ("pause", {"reason": "Closed", "until": "1/11/2026"}, "Last day must be on or after the first"),
        ("give", {"reason": "Nearer", "officer_id": "987654"}, "Choose an officer"),
        ("agreement", {"reason": "They said so", "frequency": ""}, "Choose how often"),
        ("agreement", {"reason": "They said so", "frequency": "every_months", "every": "10000"}, "Number of months must be from 1 to 120"),
        ("agreement", {"reason": "They said so", "frequency": "every_weeks", "every": "0"}, "Number of weeks must be from 1 to 104"),
    ],
)
def test_what_is_refused_comes_back_with_what_was_typed(
    diary: DiaryUnderTest, town: Town, kind: str, typed: dict[str, Any], sentence: str
) -> None:
    ids = late_ids(diary, town, "Ashford Stroke Club", "Bowls Club")
    client = diary.client(town.sergeant)
    page = client.get(f"/overdue/decide?kind={kind}&group={ids[0]}&group={ids[1]}&back=show%3Ddecide")
    answer = client.send(page, typed, action="/overdue/decide")
    assert answer.status_code == 422
    assert sentence in words(answer)
    html = answer.get_data(as_text=True)
    for name in ("reason", "until"):
        if typed.get(name) and "\x00" not in typed[name]:
            assert typed[name].replace("<", "&lt;").replace(">", "&gt;") in html
    assert html.count('type="hidden" name="group"') >= 2
    assert 'value="show=decide"' in html
    with diary.work() as session:
        assert session.scalars(select(Decision)).all() == []


def test_the_second_sergeant_is_shown_what_the_first_decided_and_may_decide_anew(diary: DiaryUnderTest, town: Town) -> None:
    ids = late_ids(diary, town, "Ashford Stroke Club")
    client = diary.client(town.sergeant)
    page = client.get(f"/overdue/decide?ask={ids[0]}")
    decided(diary, town.inspector, ids, "snooze", reason="Met them in town", until=TODAY + timedelta(days=2))
    answer = client.send(page, {"reason": "When?"}, action="/overdue/decide")
    assert answer.status_code == 422
    assert "Chris Cox decided about Ashford Stroke Club while you had it open: snooze, because “Met them in town”" in words(answer)
    assert client.send(answer, action="/overdue/decide").status_code == 303


def test_a_form_sent_twice_decides_once(diary: DiaryUnderTest, town: Town) -> None:
    ids = late_ids(diary, town, "Ashford Stroke Club")
    client = diary.client(town.sergeant)
    page = client.get(f"/overdue/decide?ask={ids[0]}")
    first, second = (client.send(page, action="/overdue/decide") for _ in range(2))
    assert first.location == second.location
    only(diary)
    with diary.work() as session:
        assert len(session.scalars(select(OfficerNote)).all()) == 1


def test_without_a_choice_or_with_one_that_is_not_theirs_it_goes_back_and_says_so(diary: DiaryUnderTest, town: Town) -> None:
    ids = late_ids(diary, town, "Brookley Scouts", team_id=town.other_team_id, neighbourhood_id=town.other_neighbourhood_id)
    client = diary.client(town.sergeant)
    assert client.get("/overdue/decide?kind=ask&back=sort%3Dname").location == "/overdue?sort=name"
    assert "Choose the groups first." in words(client.get("/overdue"))
    assert client.get(f"/overdue/decide?ask={ids[0]}").status_code == 303
    assert "not yours to decide about" in words(client.get("/overdue"))
    own = late_ids(diary, town, "Ashford Stroke Club")
    page = client.get(f"/overdue/decide?ask={own[0]}")
    assert client.send(page, {"group": str(ids[0])}, action="/overdue/decide").status_code == 404
    assert client.post("/overdue/undo", data={"decision": "987654"}).status_code == 419  # no token
    made = decided(diary, town.other_sergeant, ids)
    board = client.get("/overdue?done=" + str(made[0]))
    assert "Take back" not in words(board)


def test_where_a_decision_goes_back_to_is_a_board_and_nothing_else(diary: DiaryUnderTest, town: Town) -> None:
    ids = late_ids(diary, town, "Ashford Stroke Club")
    client = diary.client(town.sergeant)
    for back in ("//evil.example", "x=1&show=decide%0d%0aSet-Cookie:a", "page=2&next=http://evil.example"):
        page = client.get("/overdue/decide", query_string={"ask": ids[0], "back": back})
        location = client.send(page, {"reason": back[:5]}, action="/overdue/decide").location
        assert location.startswith("/overdue?")
        assert "evil" not in location
        assert "\r" not in location


def test_cover_for_somebody_who_is_off_is_set_from_the_clock(diary: DiaryUnderTest, town: Town) -> None:
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        make_concern(
            session, actor, diary.now, title="Parking", raised_at=diary.now - timedelta(hours=70), neighbourhood_id=town.neighbourhood_id
        )
        keep(
            session,
            Absence(force_id=town.force_id, officer_id=town.pcso.officer_id, starts_on=TODAY, ends_on=TODAY + timedelta(days=7)),
        )
    client = diary.client(town.sergeant)
    board = client.get("/overdue")
    assert "Parking: 70 h gone, Sam off, back Wed 2 Dec, no cover Answer Give to Cover for Sam" in words(board)
    page = client.get(f"/overdue/cover/{town.pcso.officer_id}")
    assert client.send(page, {"cover_id": "987654"}).status_code == 422
    assert client.send(page, button="Jo Penrose").status_code == 303
    assert "Sam off, back Wed 2 Dec, Jo Penrose covers" in words(client.get("/overdue"))
    with diary.work() as session:
        note = session.scalars(select(OfficerNote).where(OfficerNote.officer_id == town.pcso2.officer_id)).one()
        assert note.words == "You cover for Sam Okoro from Tue 24 Nov to Tue 1 Dec."
    assert client.get(f"/overdue/cover/{town.other_pcso.officer_id}").status_code == 404
