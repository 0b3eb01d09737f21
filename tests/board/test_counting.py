"""Every number on the board comes of one question, and opens a list of so many rows."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest

from engagement.board.domain import ITEMS
from engagement.concerns.domain import ActionBy
from engagement.concerns.models import Concern
from engagement.concerns.service import ActionDraft, PromiseDraft, act, promise
from engagement.groups.service import go_dormant
from engagement.offline.models import DeviceReport
from engagement.priorities.models import Priority
from engagement.summaries.models import Summary
from tests.builders import Person, Town, keep, make_group, say_so
from tests.concerns.makers import make_concern
from tests.conftest import DiaryUnderTest
from tests.counting import statements
from tests.overdue.makers import late_ids
from tests.pages import PageClient, parse, words


def one_of_each(diary: DiaryUnderTest, town: Town, person: Person, title: str = "", **place: int) -> None:
    """One thing of every kind that waits, with an officer and in a neighbourhood."""
    actor, now = diary.actor(person), diary.now
    home: dict[str, Any] = {"team_id": town.team_id, "neighbourhood_id": town.neighbourhood_id} | place
    here, team = home["neighbourhood_id"], home["team_id"]
    with diary.work() as session:
        make_concern(session, actor, now, title=f"Parking{title}", raised_at=now - timedelta(hours=70), neighbourhood_id=here)
        ended = make_concern(session, actor, now, title=f"Bins{title}", raised_at=now - timedelta(hours=5), neighbourhood_id=here)
        act(session, actor, ActionDraft(concern_id=ended.id, by=ActionBy.OFFICER, what="Cleared", done_on=now.date()), now=now)
        nobodys = make_concern(session, actor, now, title=f"Lights{title}", neighbourhood_id=here)
        session.get_one(Concern, nobodys.id).owner_id = None
        group = make_group(session, town, f"Chess Club{title}", **home).id
        made = now - timedelta(days=20)
        promise(session, actor, PromiseDraft(what=f"Bring the kit{title}", due_on=now.date() - timedelta(days=3), group_id=group), now=made)
        asleep = make_group(session, town, f"Old Boys{title}", owner_id=person.officer_id, **home).id
        go_dormant(session, actor, asleep, "No longer meets", now=now)
        common: dict[str, Any] = {"force_id": town.force_id, **home}
        keep(session, Summary(**common, month="2026-10", drafted_at=now, state="with_approver"))
        told = now.date() - timedelta(days=120)
        keep(
            session,
            Priority(
                **common, slot=1, title=f"Speeding{title}", agreed_on=told, fresh_until=told + timedelta(days=91), recorded_at=now,
                recorded_by_id=person.officer_id, changed_at=now,
            ),
        )  # fmt: skip
        report: dict[str, Any] = {"account_id": person.account_id, "officer_id": person.officer_id, "device": f"phone{title}"}
        session.add(DeviceReport(force_id=town.force_id, **report, unsent=3, oldest_kept_at=now - timedelta(days=8), heard_at=now))
        say_so(session)
    late_ids(diary, town, f"Stroke Club{title}", team_id=team, neighbourhood_id=here, owner_id=person.officer_id)


def listed(page: Any) -> list[str]:
    tree = parse(page.get_data(as_text=True))
    return ["".join(a.itertext()) for th in tree.iter("th") if th.get("role") == "rowheader" for a in th.iter("a")]


TITLES = {
    "clocks": "Parking", "tell": "Bins", "promises": "Bring the kit", "unowned": "Lights", "approve": "Ashford Central, October 2026",
    "priorities": "Speeding", "unsent": "Sam Okoro", "dormant": "Old Boys",
}  # fmt: skip


@pytest.mark.parametrize("show", ITEMS)
def test_each_count_opens_its_rows_on_screen_on_paper_and_as_a_spreadsheet(diary: DiaryUnderTest, town: Town, show: str) -> None:
    one_of_each(diary, town, town.pcso)
    client = diary.client(town.sergeant)
    page = client.get(f"/overdue?show={show}")
    assert listed(page) == [TITLES[show]]
    current = next(a for a in parse(page.get_data(as_text=True)).iter("a") if a.get("aria-current") == "true")
    assert "".join(current.itertext()).startswith("1 ")
    assert TITLES[show] in words(client.get(f"/overdue/print?show={show}"))
    answer = client.get(f"/overdue.csv?show={show}")
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == [TITLES[show]]
    assert diary.client(town.other_sergeant).get(f"/overdue?show={show}").status_code == 200
    assert listed(diary.client(town.other_sergeant).get(f"/overdue?show={show}")) == []


def asked_for(diary: DiaryUnderTest, client: PageClient, show: str) -> int:
    """How many statements a list takes."""
    with diary.app.app_context(), statements() as sent:
        client.get(f"/overdue?show={show}")
    return len(sent)


def test_the_same_question_whatever_there_is_and_by_officer_and_neighbourhood(diary: DiaryUnderTest, town: Town) -> None:
    one_of_each(diary, town, town.pcso)
    client = diary.client(town.inspector)
    with diary.app.app_context(), statements() as few:
        client.get("/overdue")
    asked = {show: asked_for(diary, client, show) for show in ITEMS}
    other = {"team_id": town.other_team_id, "neighbourhood_id": town.other_neighbourhood_id}
    one_of_each(diary, town, town.other_pcso, " 2", **other)
    with diary.app.app_context(), statements() as many:
        page = client.get("/overdue")
    assert len(many) == len(few)
    assert {show: asked_for(diary, client, show) for show in ITEMS} == asked and max(asked.values()) <= 7
    assert "2 to decide 0 decided 2 with the inspector 2 clocks 2 to tell 2 promises and actions late 2 without an owner" in words(page)
    assert "2 to approve 2 priorities not told of 2 phones with entries unsent 2 dormant" in words(page)
    cells = [["".join(cell.itertext()) for cell in row] for row in parse(page.get_data(as_text=True)).iter("tr")]
    assert ["Robin Vale", "1", "1", "1", "1", "1", ""] in cells and ["Brookley", "1", "1", "1", "1", "1"] in cells
    officer, place = town.other_pcso.officer_id, town.other_neighbourhood_id
    for show in ITEMS:
        assert len(listed(client.get(f"/overdue?show={show}"))) == 2
        assert len(listed(client.get(f"/overdue?show={show}&team={town.other_team_id}"))) == 1
        assert len(listed(client.get(f"/overdue?show={show}&place={place}"))) == (0 if show == "unsent" else 1)
        narrowed = listed(client.get(f"/overdue?show={show}&officer={officer}"))
        assert len(narrowed) == (0 if show in ("unowned", "approve", "priorities") else 1), show
        assert client.get(f"/overdue?show={show}&sort=officer&page=9").status_code == 200
        assert client.get(f"/overdue?show={show}&sort=name").status_code == 200
    assert len(listed(client.get("/overdue?show=unowned&officer=0"))) == 2


def test_what_has_ended_or_is_not_due_waits_for_nobody(diary: DiaryUnderTest, town: Town) -> None:
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        group = make_group(session, town).id
        promise(session, actor, PromiseDraft(what="Bring the kit", due_on=diary.now.date(), group_id=group), now=diary.now)
        make_concern(session, actor, diary.now, title="Parking", neighbourhood_id=town.neighbourhood_id)
        keep(
            session,
            Priority(
                force_id=town.force_id, team_id=town.team_id, neighbourhood_id=town.neighbourhood_id, slot=1, title="Speeding",
                agreed_on=date(2026, 11, 1), fresh_until=date(2026, 11, 24), recorded_at=diary.now, recorded_by_id=town.pcso.officer_id,
                changed_at=diary.now,
            ),
        )  # fmt: skip
        report = DeviceReport(
            force_id=town.force_id, account_id=town.pcso.account_id, officer_id=town.pcso.officer_id, device="phone", unsent=2,
            oldest_kept_at=diary.now - timedelta(days=6, hours=23), heard_at=diary.now,
        )  # fmt: skip
        session.add(report)
    client = diary.client(town.sergeant)
    assert [listed(client.get(f"/overdue?show={show}")) for show in ITEMS] == [[]] * len(ITEMS)
