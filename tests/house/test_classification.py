"""Every page about an OFFICIAL-SENSITIVE record says so at its top, whatever it does with the record; no file takes one along."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from engagement.concerns.domain import ActionBy, TellingKind
from engagement.concerns.drafts import ActionDraft, PromiseDraft
from engagement.concerns.service import act, promise
from engagement.engagements.domain import Kind
from engagement.engagements.drafts import PlanDraft
from engagement.engagements.service import plan
from engagement.measures.rows import KNOWN
from tests.builders import Town, make_contact
from tests.concerns.makers import first_raising, make_concern, told
from tests.conftest import DiaryUnderTest
from tests.engagements.drafts import put, visit
from tests.house.hostile import parts_of
from tests.house.test_doors import rules
from tests.house.test_who_reads_what import _addresses
from tests.overdue.makers import late_group

ABOUT = {"group_id", "contact_id", "concern_id", "raising_id", "telling_id", "action_id", "engagement_id"}
MARKED = re.compile(r'<p class="diary-classification diary-classification--sensitive">.*OFFICIAL-SENSITIVE</p>')


@pytest.fixture
def narrow(diary: DiaryUnderTest, town: Town) -> Town:
    """A town in which every record is OFFICIAL-SENSITIVE: a group, its entries, a concern and all that hangs on them."""
    actor, now = diary.actor(town.pcso), diary.now
    with diary.work() as session:
        group = late_group(session, town, "Quiet Circle", sensitive=True)
        make_contact(session, group)
        group_id = group.id
        concern = make_concern(session, actor, now, title="Hushed matter", group_id=group_id, sensitive=True)
        told(session, actor, first_raising(session, concern), TellingKind.ANSWER, now)
        act(session, actor, ActionDraft(concern_id=concern.id, what="Looked into it", by=ActionBy.OFFICER, due_on=now.date()), now=now)
        promise(session, actor, PromiseDraft(what="Ring them", due_on=now.date(), group_id=group_id), now=now)
        booked = PlanDraft(client_ref=None, kind=Kind.VISIT, planned_for=now + timedelta(hours=3), group_ids=(group_id,))
        plan(session, actor, booked, now=now)
    put(diary, town.pcso, visit([group_id], now - timedelta(days=60)))
    return town


def test_a_shift_with_one_on_it_is_marked(diary: DiaryUnderTest, narrow: Town) -> None:
    assert MARKED.search(diary.client(narrow.pcso).get("/").get_data(as_text=True))
    assert not MARKED.search(diary.client(narrow.other_pcso).get("/").get_data(as_text=True))


def test_every_page_about_one_is_marked(diary: DiaryUnderTest, narrow: Town) -> None:
    client, asked = diary.client(narrow.sergeant), set()
    unmarked = []
    for method, rule in rules(diary):
        if method != "GET" or not {name for _kind, name in parts_of(rule.rule)} & ABOUT:
            continue
        for address in _addresses(diary, rule.rule):
            answer = client.get(address)
            if answer.status_code == 200 and answer.mimetype == "text/html" and "X-Part" not in answer.headers:
                asked.add(rule.rule)
                if not MARKED.search(answer.get_data(as_text=True)):
                    unmarked.append(address)
    assert not unmarked, unmarked
    assert len(asked) > 15, sorted(asked)


@pytest.mark.parametrize("path", ["/groups", "/concerns", "/overdue?show=all", "/overdue/print?show=all", "/engagements/book?group=1"])
def test_a_list_with_one_in_it_is_marked(diary: DiaryUnderTest, narrow: Town, path: str) -> None:
    assert MARKED.search(diary.client(narrow.sergeant).get(path).get_data(as_text=True))


def test_my_entries_are_marked_and_their_spreadsheet_leaves_it_behind(diary: DiaryUnderTest, narrow: Town) -> None:
    client = diary.client(narrow.pcso)
    assert MARKED.search(client.get("/engagements/mine").get_data(as_text=True))
    with diary.work() as session:
        club = late_group(session, narrow, "Stroke Club").id
    put(diary, narrow.pcso, visit([club], diary.now, summary="=SUM(1) teas served"))
    told = client.get("/engagements/mine.csv").get_data(as_text=True)
    assert "Stroke Club" in told and "'=SUM(1) teas served" in told and "Quiet Circle" not in told


def test_what_is_refused_is_marked_as_well(diary: DiaryUnderTest, narrow: Town) -> None:
    for path in ("/groups/1/edit", "/groups/1/contacts/new", "/concerns/1/edit", "/concerns/1/act"):
        blank = dict.fromkeys(("name", "title", "what"), "")
        answer = diary.client(narrow.pcso).fill(path, blank)
        assert answer.status_code == 422 and MARKED.search(answer.get_data(as_text=True)), path


@pytest.mark.parametrize("path", ["/groups.csv", "/concerns.csv", "/overdue.csv?show=all"])
def test_no_spreadsheet_takes_one_along(diary: DiaryUnderTest, narrow: Town, path: str) -> None:
    client: FlaskClient = diary.client(narrow.sergeant)
    with diary.work() as session:
        late_group(session, narrow, "Stroke Club")
        make_concern(session, diary.actor(narrow.pcso), diary.now, title="Stroke Club parking", category="parking", neighbourhood_id=1)
    told = client.get(path).get_data(as_text=True)
    assert "Stroke Club" in told and "Quiet Circle" not in told and "Hushed" not in told


def test_no_spreadsheet_of_the_rows_behind_a_figure_takes_one_along(diary: DiaryUnderTest, narrow: Town) -> None:
    diary.clock.move(timedelta(days=3))
    client, opened = diary.client(narrow.sergeant), set()
    for figure in KNOWN:
        question = f"figure={figure}&period=2026-11&community=none"
        secret = re.compile("Quiet Circle|Hushed|Ring them")
        if secret.search(client.get(f"/measures/rows?{question}").get_data(as_text=True)):
            opened.add(figure)
            file = client.get(f"/measures/rows.csv?{question}")
            assert file.status_code == 200 and not secret.search(file.get_data(as_text=True)), figure
    assert {"promise_open", "opened", "reach"} <= opened
