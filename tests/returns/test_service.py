"""Returns are drafted from the records, edited without changing them, and signed by two people for exactly what they say."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engagement.access.domain import system
from engagement.core.errors import Conflict, Missing, Refused
from engagement.db import db, unit_of_work
from engagement.priorities.drafts import WorkDraft
from engagement.priorities.models import PriorityWork
from engagement.priorities.service import add_work
from engagement.returns import service
from engagement.returns.domain import Quarter
from engagement.returns.figures import since_the_draft
from engagement.returns.jobs import draft_returns
from engagement.returns.models import QuarterlyReturn, ReturnPart, ReturnSignature
from engagement.returns.queries import WholeReturn, whole
from engagement.returns.service import PartDraft
from tests.builders import Person, Town
from tests.conftest import DiaryUnderTest
from tests.engagements.drafts import put, visit
from tests.returns.makers import AUGUST, OCTOBER, Q3, SECRET, a_quarter, drafted


def seen(diary: DiaryUnderTest, who: Person, key: int) -> WholeReturn:
    actor = diary.actor(who)
    with diary.work() as session:
        return whole(session, actor, key)


def sign(diary: DiaryUnderTest, who: Person, key: int, seal: str = "") -> None:
    actor = diary.actor(who)
    with diary.work() as session:
        service.sign(session, actor, key, seal or whole(session, actor, key).seal, now=diary.now)


def test_a_draft_says_what_the_records_say_and_nothing_of_what_is_sensitive(diary: DiaryUnderTest, town: Town) -> None:
    a_quarter(diary, town)
    found = seen(diary, town.sergeant, drafted(diary, town))
    (part,) = found.parts
    assert part.agreed == "Agreed on 3 August 2026 at Village hall, with the parish council."
    assert part.work == "10 August 2026: Checked speeds with the parish."
    assert part.evidence == (
        "1 concern from the community behind it, 0 closed in the quarter.\nPeople were told once: 11 August 2026, Parish magazine."
    )
    first, second = found.row.figures
    assert first == {"name": "Ashford Central", "engagements": 0, "people": 0, "contacts": 0, "raised": 2, "closed": 1, "told": 1} | {
        name: first[name] for name in ("engagements", "people", "contacts")
    }
    counted = [sum(row[name] for row in found.row.figures) for name in ("engagements", "people", "contacts")]
    assert counted == [2, 12, 2]
    assert second["name"] == "Elm Green"
    assert SECRET not in str([found.row.figures, part.work, part.evidence])
    assert found.since == 0


def test_drafting_twice_is_one_and_another_team_or_a_quarter_to_come_is_refused(diary: DiaryUnderTest, town: Town) -> None:
    diary.clock.at = OCTOBER
    assert drafted(diary, town) == drafted(diary, town, town.inspector)
    with diary.work() as session:
        with pytest.raises(Refused, match="your teams"):
            service.draft(session, diary.actor(town.other_sergeant), town.team_id, Q3, now=diary.now)
        with pytest.raises(Refused, match="not begun"):
            service.draft(session, diary.actor(town.sergeant), town.team_id, Quarter(2027, 1), now=diary.now)
        with pytest.raises(Missing):
            whole(session, diary.actor(town.other_sergeant), 1)


def test_the_job_drafts_what_is_owed_once_and_makes_up_a_missed_first_day(diary: DiaryUnderTest, town: Town) -> None:
    a_quarter(diary, town)
    drafted(diary, town)
    with diary.app.app_context():
        assert draft_returns(OCTOBER + timedelta(days=3)) == {"drafted": 1}  # the other team's
        assert draft_returns(OCTOBER + timedelta(days=4)) == {"drafted": 0}
        assert draft_returns(OCTOBER + timedelta(days=100)) == {"drafted": 2}  # the next quarter's
    with diary.work() as session:
        assert session.scalar(select(func.count()).select_from(QuarterlyReturn)) == 4


def test_what_came_since_is_counted_taken_in_and_leaves_what_was_edited(diary: DiaryUnderTest, town: Town) -> None:
    priority = a_quarter(diary, town)
    key = drafted(diary, town)
    diary.clock.move(timedelta(hours=1))
    put(diary, town.pcso, visit([1], AUGUST))
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        add_work(session, actor, WorkDraft(priority_id=priority, done_on=AUGUST.date(), what="Painted lines"), now=diary.now)
        assert since_the_draft(session, town.team_id, Q3, OCTOBER) == 2
    with diary.work() as session:
        service.take_in(session, diary.actor(town.sergeant), key, now=diary.now)
    found = seen(diary, town.sergeant, key)
    assert found.since == 0
    assert "Painted lines" in found.parts[0].work
    assert sum(row["engagements"] for row in found.row.figures) == 3
    part = found.parts[0]
    with diary.work() as session:
        mine = PartDraft(part_id=part.id, version=part.version, agreed=part.agreed, work="Our own words.", evidence=part.evidence)
        service.edit_part(session, diary.actor(town.sergeant), mine, now=diary.now)
        records = session.scalars(select(PriorityWork.what).order_by(PriorityWork.id)).all()
        assert records == ["Checked speeds with the parish", "Painted lines"]
        service.take_in(session, diary.actor(town.sergeant), key, now=diary.now)
        assert session.get_one(ReturnPart, part.id).work == "Our own words."
        with pytest.raises(Conflict) as stale:
            service.edit_part(session, diary.actor(town.inspector), mine, now=diary.now)
        assert stale.value.theirs["work"] == "Our own words."


def test_sergeant_then_inspector_sign_and_a_change_takes_both_back(diary: DiaryUnderTest, town: Town) -> None:
    a_quarter(diary, town)
    key = drafted(diary, town)
    with pytest.raises(Refused, match="sergeant of the team signs it first"):
        sign(diary, town.inspector, key)
    with pytest.raises(Refused, match="changed while you had it open"):
        sign(diary, town.sergeant, key, "another seal")
    sign(diary, town.sergeant, key)
    with pytest.raises(Refused, match="You have signed it"):
        sign(diary, town.sergeant, key)
    with diary.work() as session:  # taking in what changes nothing leaves the signature
        service.take_in(session, diary.actor(town.inspector), key, now=diary.now)
    sign(diary, town.inspector, key)
    found = seen(diary, town.sergeant, key)
    assert found.signed
    assert [(one.role, one.name) for one in found.signatures] == [("sergeant", "Lee Hargreave"), ("inspector", "Chris Cox")]
    with pytest.raises(Refused, match="Both have signed"):
        sign(diary, town.inspector, key)
    with diary.work() as session:
        service.introduce(session, diary.actor(town.inspector), key, "A busy summer.", version=None, now=diary.now)
    found = seen(diary, town.sergeant, key)
    assert not found.signed
    assert not found.signatures
    assert {one.voided_by for one in found.voided} == {"Chris Cox"}
    sign(diary, town.sergeant, key)
    sign(diary, town.inspector, key)
    assert seen(diary, town.sergeant, key).signed


def test_ten_presses_at_once_are_one_signature(diary: DiaryUnderTest, town: Town) -> None:
    diary.clock.at = OCTOBER
    key = drafted(diary, town)
    actor, seal, gate = diary.actor(town.sergeant), seen(diary, town.sergeant, key).seal, threading.Barrier(10)
    refused: list[str] = []

    def press() -> None:
        with diary.app.app_context():
            gate.wait()
            try:
                with unit_of_work() as session:
                    service.sign(session, actor, key, seal, now=diary.now)
            except Refused as refusal:
                refused.append(refusal.sentence)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=press) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with diary.work() as session:
        assert session.scalar(select(func.count()).select_from(ReturnSignature)) == 1
    assert len(refused) == 9


def test_a_job_may_draft_for_its_force_alone(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session, pytest.raises(Refused):
        service.draft(session, system("a job", 99), town.team_id, Q3, now=diary.now)
