"""The history of flags: raised once for a due date, cleared with what cleared them, made up after mornings that were missed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engagement.engagements.changing import withdraw
from engagement.groups.models import Group
from engagement.groups.service import AgreementDraft, agree, go_dormant, pause, settle
from engagement.ledger.domain import Result
from engagement.ledger.service import run_once
from engagement.overdue.jobs import flag_overdue
from engagement.overdue.models import Flag
from tests.builders import Town, make_group
from tests.conftest import DiaryUnderTest
from tests.engagements.drafts import put, visit
from tests.overdue.makers import TODAY, late_ids

ONE_DAY = timedelta(days=1)


def run(diary: DiaryUnderTest) -> dict[str, int]:
    with diary.app.app_context():
        return flag_overdue(diary.now)


def flags(diary: DiaryUnderTest) -> list[tuple[int, date, date, date | None, str | None]]:
    with diary.work() as session:
        rows = session.scalars(select(Flag).order_by(Flag.id))
        return [(f.group_id, f.due_on, f.raised_on, f.cleared_on, f.cleared_by) for f in rows]


def test_each_late_group_is_flagged_once_for_its_date_and_twice_is_nothing(diary: DiaryUnderTest, town: Town) -> None:
    ids = late_ids(diary, town, "Ashford Stroke Club", "Elm Green Scouts")
    with diary.work() as session:
        others: dict[str, dict[str, Any]] = {
            "Due tomorrow": {"next_due_on": TODAY + ONE_DAY},
            "On request": {"next_due_on": TODAY - ONE_DAY, "on_request": True},
            "Asleep": {"next_due_on": TODAY - ONE_DAY, "dormant_on": TODAY},
            "Paused": {"next_due_on": TODAY - ONE_DAY, "paused_from": TODAY - ONE_DAY},
        }
        for name, fields in others.items():
            make_group(session, town, name, **fields)
        today = make_group(session, town, "Due today", next_due_on=TODAY, assumed=True).id
    assert run(diary) == {"raised": 3, "raised_again": 0, "cleared": 0}
    assert run(diary) == {"raised": 0, "raised_again": 0, "cleared": 0}
    assert {(f[0], f[1], f[2]) for f in flags(diary)} == {(i, TODAY - timedelta(days=19), TODAY) for i in ids} | {(today, TODAY, TODAY)}
    with diary.work() as session:
        assert session.scalars(select(Flag.assumed).where(Flag.group_id == today)).one() is True


def test_mornings_that_were_missed_are_made_up(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        ids = [make_group(session, town, f"Group {n}", next_due_on=TODAY + timedelta(days=n)).id for n in range(5)]
    run(diary)
    diary.clock.move(timedelta(days=4))
    assert run(diary)["raised"] == 4
    assert sorted((f[0], f[1]) for f in flags(diary)) == [(key, TODAY + timedelta(days=n)) for n, key in enumerate(ids)]


def test_contact_clears_it_with_the_entry_and_the_day_it_happened(diary: DiaryUnderTest, town: Town) -> None:
    ids = late_ids(diary, town, "Ashford Stroke Club")
    run(diary)
    made = put(diary, town.pcso2, visit(ids, diary.now - timedelta(days=2)))
    diary.clock.move(timedelta(days=3))
    assert run(diary) == {"raised": 0, "raised_again": 0, "cleared": 1}
    assert flags(diary)[0][3:] == (TODAY - timedelta(days=2), "contact")
    with diary.work() as session:
        assert session.scalars(select(Flag.engagement_id)).one() == made.engagement_id


def test_a_visit_taken_back_puts_the_flag_up_again(diary: DiaryUnderTest, town: Town) -> None:
    ids = late_ids(diary, town, "Ashford Stroke Club")
    run(diary)
    made = put(diary, town.pcso, visit(ids, diary.now))
    run(diary)
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        withdraw(session, actor, made.engagement_id, "It was another club", now=diary.now)
    assert run(diary) == {"raised": 0, "raised_again": 1, "cleared": 0}
    assert flags(diary)[0][3:] == (None, None)


def test_a_visit_typed_late_for_a_day_before_it_was_due_corrects_it(diary: DiaryUnderTest, town: Town) -> None:
    ids = late_ids(diary, town, "Ashford Stroke Club")
    run(diary)
    put(diary, town.pcso, visit(ids, diary.now - timedelta(days=25)))
    run(diary)
    assert flags(diary)[0][3:] == (TODAY, "corrected")


def paused(session: Any, actor: Any, key: int, now: Any) -> None:
    pause(session, actor, key, reason="Closed for the winter", now=now)


def agreed(session: Any, actor: Any, key: int, now: Any) -> None:
    agree(session, actor, key, AgreementDraft(frequency="yearly", assumed=False, agreed_with="the chair", agreed_on=TODAY), now=now)


def asleep(session: Any, actor: Any, key: int, now: Any) -> None:
    go_dormant(session, actor, key, "They no longer meet", now=now)


@pytest.mark.parametrize(("change", "cleared_by"), [(paused, "pause"), (agreed, "agreement"), (asleep, "dormant")])
def test_what_people_change_clears_it_by_name(diary: DiaryUnderTest, town: Town, change: Any, cleared_by: str) -> None:
    ids = late_ids(diary, town, "Ashford Stroke Club")
    run(diary)
    actor = diary.actor(town.sergeant)
    with diary.work() as session:
        change(session, actor, ids[0], diary.now)
    assert run(diary)["cleared"] == 1
    assert flags(diary)[0][3:] == (TODAY, cleared_by)


def test_a_group_that_goes_over_again_has_a_second_flag(diary: DiaryUnderTest, town: Town) -> None:
    ids = late_ids(diary, town, "Ashford Stroke Club")
    run(diary)
    put(diary, town.pcso, visit(ids, diary.now))
    diary.clock.move(timedelta(days=40))
    assert run(diary) == {"raised": 1, "raised_again": 0, "cleared": 1}
    assert [(f[1], f[4]) for f in flags(diary)] == [(TODAY - timedelta(days=19), "contact"), (date(2026, 12, 24), None)]


def test_a_pause_that_is_over_leaves_the_columns(diary: DiaryUnderTest, town: Town) -> None:
    ids = late_ids(diary, town, "Ashford Stroke Club")
    actor = diary.actor(town.sergeant)
    with diary.work() as session:
        pause(session, actor, ids[0], reason="Closed", until=TODAY + ONE_DAY, now=diary.now)
    diary.clock.move(timedelta(days=2))
    assert run(diary)["raised"] == 1
    with diary.work() as session:
        group = session.get_one(Group, ids[0])
        assert (group.paused_from, group.next_due_on) == (None, TODAY + timedelta(days=2))


def ran(diary: DiaryUnderTest) -> None:
    """The morning's run as the scheduler makes it, noted in the ledger."""
    with diary.app.app_context():
        assert run_once("flag-overdue", diary.now.date().isoformat(), lambda: flag_overdue(diary.now)).result is Result.DONE


def test_a_group_overdue_and_seen_while_nothing_ran_has_its_flag_all_the_same(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        due = TODAY + timedelta(days=2)
        key = make_group(session, town, frequency="weekly", agreed_on=due - timedelta(days=7)).id
        settle(session, [key], today=TODAY)
    ran(diary)
    diary.clock.move(timedelta(days=4))  # due on the second of them; no morning ran
    put(diary, town.pcso, visit([key], diary.now))
    diary.clock.move(timedelta(days=1))
    ran(diary)
    assert flags(diary) == [(key, due, due, TODAY + timedelta(days=4), "contact")]
    assert run(diary) == {"raised": 0, "raised_again": 0, "cleared": 0}


def test_a_contact_on_the_due_date_itself_was_in_time_whatever_ran(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        due = TODAY + timedelta(days=2)
        key = make_group(session, town, frequency="weekly", agreed_on=due - timedelta(days=7)).id
        settle(session, [key], today=TODAY)
    ran(diary)
    diary.clock.move(timedelta(days=2))
    put(diary, town.pcso, visit([key], diary.now))
    diary.clock.move(timedelta(days=2))
    ran(diary)
    assert flags(diary) == []
