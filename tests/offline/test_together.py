"""Plain entries are written together: as each by itself would be, and one that cannot be stops no other."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from engagement.audit.models import AuditRow
from engagement.audit.verify import verify
from engagement.db import db, reading
from engagement.engagements.models import Engagement
from engagement.groups.models import Group
from engagement.offline.taking import take
from engagement.people.models import OfficerNote
from tests.builders import Town, make_contact, make_group, say_so
from tests.conftest import DiaryUnderTest
from tests.counting import statements
from tests.offline.phone import count, entry, ref, rows, send
from tests.offline.test_domain import _record

REFUSES = {  # a table that refuses a row, whatever its rules were when the service looked
    "sqlite": ["CREATE TRIGGER refuses BEFORE INSERT ON engagement WHEN NEW.summary = 'Refused' BEGIN SELECT RAISE(ABORT, 'no'); END"],
    "postgresql": [
        "CREATE FUNCTION refuses() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN IF NEW.summary = 'Refused' THEN RAISE EXCEPTION 'no' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER refuses BEFORE INSERT ON engagement FOR EACH ROW EXECUTE FUNCTION refuses()",
    ],
}
FORGETS = {"sqlite": ["DROP TRIGGER refuses"], "postgresql": ["DROP FUNCTION refuses CASCADE"]}


@pytest.fixture
def refusing(diary: DiaryUnderTest) -> Any:
    def run(statements: dict[str, list[str]]) -> None:
        with diary.app.app_context(), db.engine.begin() as connection:
            for statement in statements[db.engine.dialect.name]:
                connection.execute(text(statement))

    run(REFUSES)
    yield
    run(FORGETS)


def test_what_the_database_itself_refuses_stops_no_other(diary: DiaryUnderTest, town: Town, refusing: None) -> None:
    with diary.work() as session:
        here = [str(make_group(session, town, f"Group {n}").id) for n in range(2)]
    drafts = [entry(town.pcso, group_ids=[here[n % 2]], summary=f"Talk {n}") for n in range(7)]
    drafts.insert(3, entry(town.pcso, group_ids=here, summary="Refused"))
    drafts.append(entry(town.pcso, group_ids=[here[0]], summary="With more", promises=[{"what": "Come again", "due_on": "2026-12-01"}]))
    receipts = send(diary, town.pcso, *drafts)
    assert [r["outcome"] for r in receipts] == ["kept"] * 3 + ["needs_work"] + ["kept"] * 5
    assert receipts[3]["reason"].startswith("This entry could not be kept as it is")
    assert [row.client_ref for row in rows(diary)] == [d["client_ref"] for n, d in enumerate(drafts) if n != 3]
    assert send(diary, town.pcso, *drafts) == receipts
    with diary.app.app_context():
        audited = reading().scalars(select(AuditRow.ids).where(AuditRow.entity == "engagement", AuditRow.actor_id.is_not(None)))
        assert sorted(i for ids in audited for i in ids) == [row.id for row in rows(diary)]
        assert not verify(reading()).faults


def _varied(town: Town, groups: list[Any], contact: int) -> list[dict[str, Any]]:
    """Plain entries of every sort."""
    mine, other, asleep, far = (str(g) for g in groups)
    return [
        entry(town.pcso2, group_ids=[mine], summary="One"),
        entry(town.pcso2, group_ids=[mine, other, far], kind="their_meeting", attendance=12, place="The hall"),
        entry(town.pcso2, group_ids=[other], kind="door_knock", contact_id=str(contact)),
        entry(town.pcso2, group_ids=[other], kind="door_knock"),
        entry(town.pcso2, group_ids=[mine], outcome="no_answer", summary=""),
        entry(town.pcso2, group_ids=[asleep], direction="theirs", kind="phone"),
        entry(town.pcso2, group_ids=[far], neighbourhood_id=str(town.second_neighbourhood_id), officers=[str(town.pcso.officer_id)]),
        entry(town.pcso2, with_resident=True, neighbourhood_id=str(town.neighbourhood_id), summary="A resident"),
        entry(
            town.pcso2, group_ids=[], with_resident=True, neighbourhood_id=str(town.neighbourhood_id), raised_to=str(town.pcso.officer_id)
        ),
    ]


def test_written_together_is_as_written_one_by_one(diary: DiaryUnderTest, town: Town) -> None:
    found: list[list[Any]] = []
    for together in (True, False):
        with diary.work() as session:
            made = [make_group(session, town, f"{name} {together}") for name in ("Club", "Choir", "Sleepers", "Far")]
            contact = make_contact(session, made[1]).id
            made[2].dormant_on, made[2].dormant_reason = date(2026, 11, 1), "Asleep"
            made[3].team_id, made[3].neighbourhood_id = town.other_team_id, town.other_neighbourhood_id
            say_so(session)
            ids = [group.id for group in made]
        before = count(diary, OfficerNote)
        drafts = _varied(town, ids, contact)
        with diary.work() as session:
            receipts = take(session, diary.actor(town.pcso2), drafts, timedelta(0), now=diary.now, together=together)
        assert {r.outcome.value for r in receipts} == {"kept"}
        with diary.app.app_context():
            groups = [reading().get_one(Group, i) for i in ids]
            columns = [[getattr(g, n) for n in ("last_two_way_on", "next_due_on", "longest_on", "dormant_on")] for g in groups]
        said = [[_nameless(values, ids) for values in _record(diary, draft["client_ref"])] for draft in drafts]
        found.append([said, columns, count(diary, OfficerNote) - before])
    assert found[0] == found[1]


def _nameless(values: Any, ids: list[int]) -> Any:
    """The values of a record with each group of the run by its place in it."""
    if isinstance(values, dict):
        return {n: ids.index(v) if n == "group_id" else v for n, v in values.items() if n != "contact_id"}
    return [_nameless(one, ids) for one in values]


def test_twenty_entries_take_no_more_questions_than_ten(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        here = [str(make_group(session, town, f"Group {n}").id) for n in range(64)]
    send(diary, town.pcso, entry(town.pcso, group_ids=[here[0]]))
    asked = []
    for number in (8, 64):
        drafts = [entry(town.pcso, group_ids=[group]) for group in here[:number]]
        with diary.app.app_context(), statements() as asked_for:
            send(diary, town.pcso, *drafts)
        asked.append(sum(not s.lstrip().upper().startswith("INSERT INTO ENGAGEMENT (") for s in asked_for))
    assert asked[0] == asked[1]


def test_a_group_that_is_not_theirs_stops_no_other_and_writes_nothing_twice(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        here = str(make_group(session, town).id)
        kept_away = str(make_group(session, town, "Hidden Hall", sensitive=True, owner_id=town.sergeant.officer_id).id)
    drafts = [entry(town.pcso, group_ids=[one], summary=f"Talk {n}") for n, one in enumerate([here, kept_away, here, "999999", here])]
    receipts = send(diary, town.pcso, *drafts, drafts[0], drafts[2] | {"summary": "Other words"}, entry(town.pcso, client_ref=ref()))
    assert [r["outcome"] for r in receipts] == ["kept", "needs_work", "kept", "needs_work", "kept", "kept", "kept", "needs_work"]
    assert [r.get("differs") for r in receipts[5:7]] == [None, True]
    assert count(diary, Engagement) == 3
