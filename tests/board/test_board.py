"""The board as a page: who may enter, what its rows and counts say, filters, sorting, pages, paper and spreadsheet."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from engagement.access.domain import system
from engagement.audit.domain import Operation
from engagement.audit.models import AuditRow
from engagement.audit.service import record
from engagement.concerns.domain import ActionBy
from engagement.concerns.service import ActionDraft, act
from engagement.engagements.domain import Entry, Kind, Outcome, State, tried_since
from engagement.groups.models import Group
from engagement.people.models import Officer
from engagement.places.models import Neighbourhood
from engagement.summaries.models import Summary
from tests.builders import Town, keep, make_group
from tests.concerns.makers import make_concern
from tests.conftest import DiaryUnderTest
from tests.counting import statements
from tests.engagements.drafts import put, visit
from tests.overdue.makers import TODAY, decided, late_group, late_ids
from tests.pages import parse, words


def names(response) -> list[str]:
    """The groups on the board, in its order."""
    tree = parse(response.get_data(as_text=True))
    return ["".join(a.itertext()) for th in tree.iter("th") if th.get("role") == "rowheader" for a in th.iter("a")]


def test_an_empty_board_says_what_will_appear(diary: DiaryUnderTest, town: Town) -> None:
    said = words(diary.client(town.sergeant).get("/overdue"))
    assert "Ashford, Tue 24 Nov" in said
    assert "0 to decide 0 decided 0 clocks 0 to tell 0 to approve" in said
    assert "No group is overdue." in said


def test_a_pcso_and_a_stranger_do_not_enter(diary: DiaryUnderTest, town: Town) -> None:
    for path in ("/overdue", "/overdue.csv", "/overdue/print", "/overdue/decide?ask=1", "/overdue/cover/1"):
        assert diary.client(town.pcso).get(path).status_code == 404
        assert diary.client().get(path).status_code == 303


def test_a_sergeant_sees_their_team_and_an_inspector_the_area_or_one_team_of_it(diary: DiaryUnderTest, town: Town) -> None:
    late_ids(diary, town, "Ashford Stroke Club")
    late_ids(diary, town, "Brookley Scouts", team_id=town.other_team_id, neighbourhood_id=town.other_neighbourhood_id, owner_id=None)
    assert names(diary.client(town.sergeant).get("/overdue")) == ["Ashford Stroke Club"]
    assert names(diary.client(town.other_sergeant).get("/overdue")) == ["Brookley Scouts"]
    inspector = diary.client(town.inspector)
    assert names(inspector.get("/overdue")) == ["Ashford Stroke Club", "Brookley Scouts"]
    assert names(inspector.get(f"/overdue?team={town.other_team_id}")) == ["Brookley Scouts"]
    assert names(inspector.get("/overdue?officer=0")) == ["Brookley Scouts"]
    assert diary.client(town.sergeant).get(f"/overdue?team={town.other_team_id}").status_code == 404


def test_a_row_says_how_long_over_how_often_tried_last_contact_owed_and_booked(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        group = late_group(session, town, assumed=False).id
    put(diary, town.pcso, visit([group], diary.now - timedelta(days=52)))
    for days in (1, 5, 6):
        put(diary, town.pcso2, visit([group], diary.now - timedelta(days=days), outcome=Outcome.NO_ANSWER, summary=""))
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        make_concern(session, actor, diary.now - timedelta(days=10), group_id=group)
    said = words(diary.client(town.sergeant).get("/overdue"))
    assert "21 over, monthly 3×, Mon 23 another way, Ashford Stroke Club 3 Oct, Sam, visit 1" in said


def test_what_the_board_counts_as_tried_is_what_the_rule_says(diary: DiaryUnderTest, town: Town) -> None:
    ids = late_ids(diary, town, "Ashford Stroke Club")
    tried = [
        (60, Outcome.NO_ANSWER),
        (50, Outcome.SPOKE),
        (50, Outcome.NO_ANSWER),
        (9, Outcome.MESSAGE_LEFT),
        (4, Outcome.CANCELLED_BY_THEM),
    ]
    entries = []
    for days, outcome in tried:
        put(diary, town.pcso, visit(ids, diary.now - timedelta(days=days), outcome=outcome, summary="Talked" if outcome == "spoke" else ""))
        entries.append(Entry(state=State.HAPPENED, kind=Kind.VISIT, outcome=outcome, happened_on=TODAY - timedelta(days=days)))
    count, latest = tried_since(entries, TODAY - timedelta(days=50))
    assert (count, latest) == (1, TODAY - timedelta(days=9))
    assert "once, Sun 15" in words(diary.client(town.sergeant).get("/overdue"))
    put(diary, town.pcso, visit(ids, diary.now, outcome=Outcome.NO_ANSWER, summary=""))
    assert "2×, Tue 24" in words(diary.client(town.sergeant).get("/overdue"))


def test_each_count_is_a_filter_and_decided_rows_stay(diary: DiaryUnderTest, town: Town) -> None:
    ids = late_ids(diary, town, "Ashford Stroke Club", "Bowls Club", "Chess Club")
    decided(diary, town.sergeant, ids[:1], "book", reason="Agreed by phone", until=TODAY + timedelta(days=3))
    client = diary.client(town.sergeant)
    everything = client.get("/overdue")
    assert names(everything) == ["Ashford Stroke Club", "Bowls Club", "Chess Club"]
    assert "2 to decide 1 decided" in words(everything)
    assert "Book by Fri 27, Sam Okoro: Agreed by phone" in words(everything)
    assert names(client.get("/overdue?show=decide")) == ["Bowls Club", "Chess Club"]
    assert names(client.get("/overdue?show=decided")) == ["Ashford Stroke Club"]


def test_the_clock_that_runs_out_stands_on_top_with_whose_it_is(diary: DiaryUnderTest, town: Town) -> None:
    actor, here = diary.actor(town.pcso), town.neighbourhood_id
    with diary.work() as session:
        concern = make_concern(
            session, actor, diary.now, title="Parking", raised_at=diary.now - timedelta(hours=70), neighbourhood_id=here
        ).id
        make_concern(session, actor, diary.now, title="Young clock", raised_at=diary.now - timedelta(hours=47), neighbourhood_id=here)
    client = diary.client(town.sergeant)
    page = client.get("/overdue")
    assert "1 clock 0 to tell" in words(page)
    assert "Parking: 70 h gone" in words(page)
    assert "Young clock" not in words(page)
    assert f'href="/concerns/{concern}/tell"' in page.get_data(as_text=True)
    assert "Parking Ashford Central 70 h gone, 2 h left Sam Okoro" in words(client.get("/overdue?show=clocks"))


def test_outcomes_and_summaries_that_wait_open_from_their_counts(diary: DiaryUnderTest, town: Town) -> None:
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        concern = make_concern(
            session, actor, datetime(2026, 7, 1, 23, 30, tzinfo=UTC), title="Bins", neighbourhood_id=town.neighbourhood_id
        )
        act(
            session, actor, ActionDraft(concern_id=concern.id, by=ActionBy.OFFICER, what="Cleared", done_on=date(2026, 7, 3)), now=diary.now
        )
        key = concern.id
        keep(
            session,
            Summary(
                force_id=town.force_id, team_id=town.team_id, neighbourhood_id=town.neighbourhood_id, month="2026-10",
                drafted_at=diary.now, state="with_approver",
            ),
        )  # fmt: skip
    client = diary.client(town.sergeant)
    assert "1 to tell 1 to approve" in words(client.get("/overdue"))
    tell = client.get("/overdue?show=tell")
    assert "Bins Ashford Central raised Thu 2 Jul Sam Okoro" in words(tell)
    assert f'href="/concerns/{key}/tell"' in tell.get_data(as_text=True)
    assert "Ashford Central, October 2026 approve by Sat 7, which has passed" in words(client.get("/overdue?show=approve"))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("", ["Old", "Middle", "Young"]),
        ("?sort=name", ["Middle", "Old", "Young"]),
        ("?sort=officer", ["Middle", "Old", "Young"]),
        ("?standing=long_overdue", ["Old", "Middle"]),
        ("?standing=overdue", ["Young"]),
        ("?assumed=1", ["Middle"]),
        ("?sort=nonsense&standing=red&page=0&officer=x", ["Old", "Middle", "Young"]),
    ],
)
def test_filters_and_orders(diary: DiaryUnderTest, town: Town, question: str, expected: list[str]) -> None:
    with diary.work() as session:
        make_group(session, town, "Old", next_due_on=TODAY - timedelta(days=50), longest_on=TODAY - timedelta(days=30))
        make_group(
            session, town, "Middle", next_due_on=TODAY - timedelta(days=20), longest_on=TODAY, assumed=True, owner_id=town.pcso2.officer_id
        )
        make_group(session, town, "Young", next_due_on=TODAY, longest_on=TODAY + timedelta(days=9))
    assert names(diary.client(town.sergeant).get(f"/overdue{question}")) == expected


def test_pages_of_fifty_with_the_count_of_all(diary: DiaryUnderTest, town: Town) -> None:
    late_ids(diary, town, *(f"Group {n:03}" for n in range(112)))
    client = diary.client(town.sergeant)
    assert "1 to 50 of 112" in words(client.get("/overdue"))
    last = client.get("/overdue?page=3")
    assert len(names(last)) == 12
    assert "101 to 112 of 112" in words(last)
    assert names(client.get("/overdue?page=9")) == []


def test_it_asks_no_more_with_five_hundred_rows_than_with_five(diary: DiaryUnderTest, town: Town) -> None:
    late_ids(diary, town, *(f"Group {n:03}" for n in range(5)))
    client = diary.client(town.sergeant)
    client.get("/overdue")
    with diary.app.app_context(), statements() as few:
        client.get("/overdue")
    late_ids(diary, town, *(f"Group {n:03}" for n in range(5, 500)))
    with diary.app.app_context(), statements() as many:
        assert "1 to 50 of 500" in words(client.get("/overdue"))
    asked = [s for s in many if s.lstrip().upper().startswith(("SELECT", "WITH"))]
    assert len(many) == len(few)
    assert len(asked) <= 8


def test_what_it_showed_is_on_the_record(diary: DiaryUnderTest, town: Town) -> None:
    ids = late_ids(diary, town, "Ashford Stroke Club")
    client = diary.client(town.sergeant)
    client.get("/overdue")
    client.get("/overdue.csv")
    client.get("/overdue/print")
    with diary.work() as session:
        rows = session.scalars(select(AuditRow).where(AuditRow.actor_name == town.sergeant.name).order_by(AuditRow.id)).all()
    assert [(r.operation, r.entity, list(r.ids)) for r in rows] == [
        ("consultation", "group", ids),
        ("disclosure", "group", ids),
        ("disclosure", "group", ids),
    ]


def test_the_spreadsheet_has_every_row_and_no_formula(diary: DiaryUnderTest, town: Town) -> None:
    late_ids(diary, town, "=1+1", *(f"Group {n:03}" for n in range(60)))
    answer = diary.client(town.sergeant).get("/overdue.csv?sort=name")
    table = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert len(table) == 62
    assert table[1][:3] == ["'=1+1", "Sam Okoro", "19 over, monthly"]
    assert "OFFICIAL" in answer.headers["Content-Disposition"]


def test_markup_in_any_text_stays_words(diary: DiaryUnderTest, town: Town) -> None:
    """The rows are written without Jinja's own escaping, for speed: so every text that people type is tried."""
    nasty = '<script>alert(1)</script> & "Sons"'
    ids = late_ids(diary, town, nasty)
    with diary.work() as session:
        for officer in session.scalars(select(Officer)):
            officer.name = nasty
        for place in session.scalars(select(Neighbourhood)):
            place.name = nasty
        session.get_one(Group, ids[0]).frequency_words = nasty
        record(session, system("test", town.force_id), Operation.ALTERATION, "officer", [], now=diary.now)
    client = diary.client(town.sergeant)
    assert names(client.get("/overdue")) == [nasty]
    decided(diary, town.sergeant, ids, "book", reason=nasty, until=TODAY + timedelta(days=2))
    for path in ("/overdue", "/overdue/print", "/overdue?done=1", "/overdue/decide?ask=1"):
        assert "<script>alert" not in client.get(path).get_data(as_text=True)
