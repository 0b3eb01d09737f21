"""A button pressed many times in one moment does its work once, over HTTP, whatever the button: nobody is told of a fault."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from engagement.concerns.drafts import PromiseDraft
from engagement.concerns.models import Action
from engagement.concerns.service import promise
from engagement.groups.models import Contact, Group, ImportBatch
from engagement.mail.models import Letter
from engagement.overdue.models import Decision
from engagement.people.models import Account, Officer
from engagement.summaries.service import send_to_approver
from tests.builders import Person, Town, make_group
from tests.concerns.test_at_once import at_once
from tests.conftest import DiaryUnderTest
from tests.overdue.makers import late_ids
from tests.pages import PageClient, fields_of, parse, ways_of, words
from tests.people.test_admin import NEW
from tests.summaries.month import MONDAY, done, drafted, items, raise_one, summaries

TIMES = 6


def press(diary: DiaryUnderTest, client: PageClient, opened: TestResponse, values: Mapping[str, Any], action: str = "") -> list[int]:
    """Sends the page's form so many times at once, each over a connection of its own; answers the statuses, all of them sentences."""
    form, target, _button = next(way for way in ways_of(parse(opened.get_data(as_text=True))) if action in way[1])
    data = {**fields_of(form), **{name: [str(value)] for name, value in values.items()}}
    address = urljoin(opened.request.path, target or opened.request.path)
    with client.session_transaction() as session:
        signed_in = dict(session)
    statuses: list[int] = []
    own_words: list[str] = []

    def send() -> None:
        own = diary.app.test_client()
        with own.session_transaction() as session:
            session.update(signed_in)
        answer = own.post(address, data=data)
        own_words.append(words(answer)[:400])
        statuses.append(answer.status_code)

    assert not at_once([send] * TIMES)
    assert set(statuses) <= {303, 409, 422}, statuses
    assert 303 in statuses, own_words
    return statuses


def count(diary: DiaryUnderTest, what: Any, *where: Any) -> int:
    with diary.work() as session:
        return session.scalar(select(func.count()).select_from(what).where(*where)) or 0


@pytest.mark.parametrize("kind", ["ask", "pause", "give"])
def test_a_decision(diary: DiaryUnderTest, town: Town, kind: str) -> None:
    ids = late_ids(diary, town, "Ashford Stroke Club", "Elm Green Scouts")
    client = diary.client(town.sergeant)
    opened = client.get(f"/overdue/decide?kind={kind}&group={ids[0]}&group={ids[1]}")
    values = {"reason": "Left too long"} | ({"officer_id": str(town.pcso2.officer_id)} if kind == "give" else {})
    press(diary, client, opened, values, "/overdue/decide")
    assert count(diary, Decision) == len(ids)


def _october(diary: DiaryUnderTest, town: Town) -> int:
    with diary.work() as session:
        group_id = make_group(session, town, "Ashford Parish Council", kind="parish", may_be_named=True).id
    done(diary, town.pcso, raise_one(diary, town.pcso, group_id))
    drafted(diary)
    diary.clock.at = MONDAY
    return summaries(diary)[town.neighbourhood_id].id


def test_an_approval(diary: DiaryUnderTest, town: Town) -> None:
    summary_id = _october(diary, town)
    with diary.work() as session:
        send_to_approver(session, diary.actor(town.pcso), summary_id, now=diary.now)
    before = [item.version for item in items(diary, summary_id)]
    client = diary.client(town.sergeant)
    press(diary, client, client.get(f"/summaries/{summary_id}"), {}, "/approve")
    assert [item.version for item in items(diary, summary_id)] == [version + 1 for version in before]
    assert summaries(diary)[town.neighbourhood_id].state == "approved"


@pytest.mark.parametrize("end", ["kept", "moved", "could_not"])
def test_the_end_of_a_promise(diary: DiaryUnderTest, town: Town, end: str) -> None:
    with diary.work() as session:
        group_id = make_group(session, town).id
        made = promise(
            session, diary.actor(town.pcso), PromiseDraft(what="Ring", due_on=diary.now.date(), group_id=group_id), now=diary.now
        )
        action_id = made.id
    client = diary.client(town.pcso)
    values = {
        "end": end, "words": "They were told", "because": "Nobody was free", "told": "y", "done_on": f"{diary.now:%d/%m/%Y}",
        "new_due_on": f"{diary.now + timedelta(days=9):%d/%m/%Y}",
    }  # fmt: skip
    press(diary, client, client.get(f"/promises/{action_id}/end?end={end}"), values, "")
    assert count(diary, Action) == (2 if end == "moved" else 1)
    assert count(diary, Action, Action.ended.is_not(None)) == 1


def test_a_new_officer(diary: DiaryUnderTest, town: Town) -> None:
    client = diary.client(town.administrator)
    statuses = press(diary, client, client.get("/admin/officers/new"), NEW)
    assert statuses.count(303) == 1
    assert count(diary, Officer, Officer.collar_number == NEW["collar_number"]) == 1
    assert count(diary, Account, Account.email == NEW["email"].casefold()) == count(diary, Letter) == 1


def _looked_at(client: PageClient, who: Person) -> TestResponse:
    form = next(f for f in parse(client.get("/groups/import").get_data(as_text=True)).iter("form") if f.get("action") == "/groups/import")
    text = "group,neighbourhood,contact name,last contact\nWI,Elm Green,Asha Merrow,03/11/2026\nScouts,Elm Green,Jo Marsh,\n"
    data: dict[str, Any] = {name: value[0] for name, value in fields_of(form).items()}
    return client.post("/groups/import", data=data | {"file": (io.BytesIO(text.encode()), f"{who.name}.csv")})


def test_a_file_that_is_taken_in(diary: DiaryUnderTest, town: Town) -> None:
    client = diary.client(town.sergeant)
    press(diary, client, _looked_at(client, town.sergeant), {}, "/groups/import/take")
    assert (count(diary, ImportBatch), count(diary, Group), count(diary, Contact)) == (1, 2, 2)


def test_a_link_that_sets_a_password(diary: DiaryUnderTest, town: Town) -> None:
    client = diary.client()
    client.fill("/forgotten", {"email": town.pcso.email})
    with diary.work() as session:
        letter = session.scalars(select(Letter)).one()
    path = "/set-password/" + letter.text.split("/set-password/")[1].split()[0]
    statuses = press(diary, client, client.get(path), {"password": "otter kettle marsh nine"})
    assert statuses.count(303) == 1
