"""Nobody reads what is not theirs, on any page, in any file, by any key: every GET of the service is asked with every key there is."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from engagement.access.domain import Actor
from engagement.board.domain import SHOWS
from engagement.concerns.domain import ActionBy
from engagement.concerns.drafts import ActionDraft, PromiseDraft
from engagement.concerns.service import act, promise
from engagement.engagements.domain import Kind
from engagement.engagements.drafts import PlanDraft
from engagement.engagements.service import plan
from engagement.groups.models import Group
from engagement.measures.rows import KNOWN
from engagement.people.models import Posting
from engagement.people.service import leave_note
from tests.builders import Person, Town, make_contact, make_group, say_so
from tests.concerns.makers import make_concern
from tests.conftest import DiaryUnderTest
from tests.engagements.drafts import put, visit
from tests.house.desk import make_desk
from tests.house.hostile import filled, parts_of
from tests.house.test_doors import rules
from tests.house.test_hostile_input import table_of

FOR_FEW = "zebra"
"""In everything that is narrowed to few: of an OFFICIAL-SENSITIVE group its name as well."""
FOR_THE_TEAM = "walrus"
"""In everything of the first team's diary but the names of its groups, which any officer may find."""


@pytest.fixture
def secrets(diary: DiaryUnderTest, town: Town) -> Town:
    """An OFFICIAL-SENSITIVE group, concern and entry, and an ordinary one of each, all of the first team and its first PCSO."""
    actor, now = diary.actor(town.pcso), diary.now
    with diary.work() as session:
        narrow = make_group(session, town, f"{FOR_FEW} circle", sensitive=True, about=FOR_FEW)
        plain = make_group(session, town, "Ashford Stroke Club", about=FOR_THE_TEAM, address=FOR_THE_TEAM)
        make_contact(session, narrow, f"Kit {FOR_FEW}")
        make_contact(session, plain, f"Asha {FOR_THE_TEAM}", email="")
        few, many = narrow.id, plain.id
        _work(session, actor, few, f"Trouble at {FOR_FEW}", now, sensitive=True)
        _work(session, actor, many, f"Speeding at {FOR_THE_TEAM}", now)
        make_concern(session, actor, now, title="Bins left out", category="litter", group_id=few)
        promise(session, actor, PromiseDraft(what=f"Ring the {FOR_FEW}", due_on=now.date(), group_id=few), now=now)
        for group_id, word in ((few, FOR_FEW), (many, FOR_THE_TEAM)):
            booked = PlanDraft(client_ref=None, kind=Kind.VISIT, planned_for=now + timedelta(hours=3), group_ids=(group_id,), summary=word)
            plan(session, actor, booked, now=now)
        leave_note(session, actor, town.pcso.officer_id, "group", few, f"{FOR_FEW} rang", now=now)
    put(diary, town.pcso, visit([few], now - timedelta(hours=1), summary=FOR_FEW))
    put(diary, town.pcso, visit([many, few], now - timedelta(hours=2), summary=f"{FOR_FEW} came along"))
    put(diary, town.pcso, visit([many], now - timedelta(hours=3), summary=FOR_THE_TEAM, place=FOR_THE_TEAM))
    put(diary, town.pcso, visit([many], now - timedelta(hours=4), summary=FOR_FEW, sensitive=True))
    make_desk(diary, town, few, many, for_few=FOR_FEW, for_team=FOR_THE_TEAM)
    return town


def _work(session: Session, actor: Actor, group_id: int, title: str, now: datetime, **fields: Any) -> None:
    concern = make_concern(session, actor, now, title=title, group_id=group_id, detail=title, public_said=title, **fields)
    act(session, actor, ActionDraft(concern_id=concern.id, what=title, by=ActionBy.OFFICER, due_on=now.date()), now=now)
    promise(session, actor, PromiseDraft(what=title, due_on=now.date(), group_id=group_id, concern_id=concern.id), now=now)


def pages(diary: DiaryUnderTest, person: Person) -> Iterator[tuple[str, str]]:
    """Every address that can be asked with GET, with every key there is, and what it answers."""
    client = FlaskClient(diary.app, diary.app.response_class)
    actor = diary.actor(person)
    with client.session_transaction() as session:
        session["_user_id"], session["seen_at"] = f"{actor.account_id}:{actor.nonce}", diary.now.timestamp()
    for method, rule in rules(diary):
        if method != "GET":
            continue
        for address in _addresses(diary, rule.rule):
            for question in _questions(rule.rule):
                answer = client.get(address, query_string=question, headers={"Accept": "application/json, text/html;q=0.9"})
                told = text_of(answer)
                if question.get("q") in (FOR_FEW, FOR_THE_TEAM):  # what was typed is said back, between quotation marks of some kind
                    told = re.sub(r"""(["“=]|&#34;)(zebra|walrus)(["”&]|&#34;)""", "", told)
                yield f"{address} {question}", told


def _questions(rule: str) -> Iterator[dict[str, str]]:
    """What each page is asked: of a list what might lead to a record, of a figure each that there is."""
    yield {"q": "e", "name": "", "sort": "due", "for": "the council", "show": "all"}
    if rule.startswith("/measures/rows"):
        yield from ({"figure": figure, "period": "2026-11", "community": "none"} for figure in KNOWN)
    elif rule in ("/overdue", "/overdue.csv"):
        yield from ({"show": show} for show in SHOWS)
    elif "<" not in rule:
        yield from ({"q": FOR_FEW}, {"q": FOR_THE_TEAM})
        yield from ({name: str(key)} for name in ("group", "planned") for key in range(1, 4))


def text_of(answer: TestResponse) -> str:
    """The words of an answer, whatever it is: a page, a spreadsheet, a PDF or Word file."""
    if answer.mimetype == "application/pdf":
        return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)
    if zipfile.is_zipfile(io.BytesIO(answer.data)):
        with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
            return " ".join(packed.read(name).decode() for name in packed.namelist() if name.endswith(".xml"))
    return answer.get_data(as_text=True)


def _addresses(diary: DiaryUnderTest, rule: str) -> list[str]:
    parts = parts_of(rule)
    if not parts:
        return [rule]
    keys: list[dict[str, str]] = [{}]
    for kind, name in parts:
        table = table_of(name) if kind == "int" else None
        with diary.work() as session:
            values = [str(k) for k in session.scalars(select(table.c.id))] if table is not None else ["none-such"]
        keys = [known | {name: value} for known in keys for value in values]
    return [filled(rule, known) for known in keys]


def leaks(diary: DiaryUnderTest, person: Person, *words: str) -> str:
    """Where one of the words was read, an address a line."""
    return "\n".join(f"{where}: {word}" for where, told in pages(diary, person) for word in words if word in told.casefold())


@pytest.mark.parametrize("who", ["pcso2", "engagement_officer"])
def test_what_is_for_few_is_for_few(diary: DiaryUnderTest, secrets: Town, who: str) -> None:
    found = leaks(diary, getattr(secrets, who), FOR_FEW)
    assert not found, found


@pytest.mark.parametrize("who", ["other_pcso", "other_sergeant", "administrator", "analyst"])
def test_neither_that_nor_the_diary_of_another_team_is_read(diary: DiaryUnderTest, secrets: Town, who: str) -> None:
    found = leaks(diary, getattr(secrets, who), FOR_FEW, FOR_THE_TEAM)
    assert not found, found


def test_a_posting_that_ended_opens_nothing(diary: DiaryUnderTest, secrets: Town) -> None:
    """The officer goes to the other team: their own notes, entries and promises stay theirs, the groups they had do not."""
    with diary.work() as session:
        session.execute(update(Group).where(Group.name_folded == "ashford stroke club").values(owner_id=secrets.pcso2.officer_id))
        session.execute(
            update(Posting).where(Posting.officer_id == secrets.pcso2.officer_id).values(ends_on=diary.now.date() - timedelta(days=1))
        )
        posting = {"role": "pcso", "scope": "team", "team_id": secrets.other_team_id, "starts_on": diary.now.date()}
        session.add(Posting(force_id=secrets.force_id, officer_id=secrets.pcso2.officer_id, **posting))
        say_so(session)
    found = leaks(diary, secrets.pcso2, FOR_THE_TEAM, FOR_FEW)
    assert not found, found


def test_those_who_may_do_read_it(diary: DiaryUnderTest, secrets: Town) -> None:
    """Else the tests above would hold for a service that shows nothing."""
    for person, word in ((secrets.sergeant, FOR_FEW), (secrets.inspector, FOR_FEW), (secrets.pcso, FOR_FEW), (secrets.pcso2, FOR_THE_TEAM)):
        found = (where for where, told in pages(diary, person) if word in told.casefold())
        assert len(list(islice(found, 7))) == 7
