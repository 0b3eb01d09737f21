"""Whose rows somebody may take in: those of their teams' neighbourhoods; and nothing told of groups that are not theirs to read."""

from __future__ import annotations

import io
import re

import pytest
from sqlalchemy import func, select

from engagement.groups.models import Contact, Group
from tests.builders import Person, Town, make_contact, make_group
from tests.conftest import DiaryUnderTest
from tests.pages import fields_of, parse, words

HEAD = "group,neighbourhood,contact name,mobile,about\n"


def look(diary: DiaryUnderTest, person: Person, text: str, **fields: str):
    client = diary.client(person)
    opened = client.get("/groups/import")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', opened.get_data(as_text=True))
    assert token is not None
    data = {"csrf_token": token[1], "usual": "", **fields, "file": (io.BytesIO(text.encode()), "groups.csv")}
    return client, client.post(opened.request.path, data=data, content_type="multipart/form-data")


def count(diary: DiaryUnderTest, what) -> int:
    with diary.work() as session:
        return session.scalar(select(func.count()).select_from(what)) or 0


@pytest.mark.parametrize(
    "row", ["Quilters,Brookley,,,", "Quilters,brookley,,,", "Quilters,w-B,,,"], ids=["by its name", "by its slug", "by its police.uk id"]
)
def test_a_sergeant_takes_in_no_row_of_another_team(diary: DiaryUnderTest, town: Town, row: str) -> None:
    _, page = look(diary, town.sergeant, HEAD + row + "\nWI,Elm Green,,,\n")
    assert "That is not a neighbourhood of your teams" in words(page) and "Take it in" not in words(page)
    assert count(diary, Group) == 0
    _, theirs = look(diary, town.other_sergeant, HEAD + row + "\n")
    assert "Take it in" in words(theirs)
    for boss in (town.inspector, town.administrator):
        assert "Take it in" in words(look(diary, boss, HEAD + row + "\nWI,Elm Green,,,\n")[1])


def test_the_neighbourhood_for_the_whole_file_is_one_of_theirs(diary: DiaryUnderTest, town: Town) -> None:
    client, page = look(diary, town.sergeant, "group\nQuilters\n", usual=str(town.other_neighbourhood_id))
    assert "That is not a neighbourhood of your teams" in words(page)
    offered = client.get("/groups/import").get_data(as_text=True)
    assert "Elm Green</option>" in offered and "Brookley</option>" not in offered
    assert "Brookley</option>" in diary.client(town.administrator).get("/groups/import").get_data(as_text=True)


def test_a_plan_that_was_packed_by_hand_is_refused_as_well(diary: DiaryUnderTest, town: Town) -> None:
    _, page = look(diary, town.administrator, HEAD + "Quilters,Brookley,,,\n")
    form = next(f for f in parse(page.get_data(as_text=True)).iter("form") if f.get("action") == "/groups/import/take")
    client, own = look(diary, town.sergeant, HEAD + "WI,Elm Green,,,\n")
    answer = client.send(own, {name: value[0] for name, value in fields_of(form).items() if name != "csrf_token"})
    assert answer.status_code == 422 and count(diary, Group) == 0


def hidden(diary: DiaryUnderTest, town: Town) -> int:
    with diary.work() as session:
        group = make_group(session, town, "Quiet Círcle", sensitive=True, team_id=town.team_id)
        make_contact(session, group, "Asha Merrow", mobile="")
        return group.id


ROW = HEAD + "quiet circle,Ashford Central,Asha Merrow,07700 900444,They sew\n"


def test_who_may_not_read_a_sensitive_group_is_told_what_a_new_one_tells(diary: DiaryUnderTest, town: Town) -> None:
    _, without = look(diary, town.administrator, ROW)
    group_id = hidden(diary, town)
    client, page = look(diary, town.administrator, ROW)
    assert words(page) == words(without)
    assert client.send(page).status_code == 303
    with diary.work() as session:
        secret = session.get_one(Group, group_id)
        assert (secret.about, secret.version) == ("", 1)
        assert [c.mobile for c in session.scalars(select(Contact).where(Contact.group_id == group_id))] == [""]
        assert session.scalars(select(Group.name).where(Group.id != group_id)).all() == ["quiet circle"]


def test_nor_does_the_form_for_a_new_group_tell(diary: DiaryUnderTest, town: Town) -> None:
    hidden(diary, town)
    fields = {"name": "Quiet Circle", "kind": "health", "neighbourhood_id": town.neighbourhood_id}
    refused = diary.client(town.pcso).fill("/groups/new", fields)
    assert "in the register of that neighbourhood already" in words(refused)  # who owns it knows it
    assert diary.client(town.pcso2).fill("/groups/new", fields).status_code == 303


def test_an_administrator_sees_of_the_register_what_the_file_says_and_no_more(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        full = make_group(session, town, "Élm Club", about="Where they drink", address="3 Mill Lane")
        make_contact(session, full, "Basil Thorne", mobile="07700 900555")
        make_group(session, town, "Key One", kind="key_individual")
    told = []
    for row in ("elm club,Ashford Central,Basil Thorne,07700 900555,x", "elm club,Ashford Central,Somebody Else,07700 900556,x"):
        client, page = look(diary, town.administrator, HEAD + row + "\n")
        text = words(page)
        assert "elm club" in text and "Take it in" in text
        assert not [secret for secret in ("Élm", "Basil", "drink", "Mill Lane", "900555", "fill in", "add ") if secret in text]
        told.append(text)
        assert "Done: what the file says" in words(client.get(client.send(page).location))
    assert told[0] == told[1]
    with diary.work() as session:
        assert session.scalar(select(func.count()).select_from(Contact)) == 2
