"""check-due: finds a column that says something else than the rule, and nothing where all is well."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from engagement.concerns.models import Concern
from engagement.db import db
from engagement.engagements.models import EngagementGroup
from engagement.groups.models import Group
from engagement.groups.service import pause
from engagement.mail.models import Letter
from engagement.records.jobs import check_due
from engagement.records.proof import find_differences
from engagement.summaries.bounces import came_back
from engagement.summaries.jobs import settle_letters
from engagement.summaries.models import LetterContact, MonthlyLetter
from tests.builders import Town, keep, make_contact
from tests.concerns.makers import make_concern
from tests.conftest import DiaryUnderTest
from tests.counting import statements
from tests.engagements.drafts import put, visit
from tests.overdue.makers import TODAY, late_ids


@pytest.fixture
def records(diary: DiaryUnderTest, town: Town) -> dict[str, Any]:
    """Two groups, one of them visited, and a concern."""
    ids = late_ids(diary, town, "Ashford Stroke Club", "Elm Green Scouts")
    put(diary, town.pcso, visit(ids[:1], diary.now))
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        concern = make_concern(session, actor, diary.now, group_id=ids[0]).id
    return {"groups": ids, "concern": concern}


def spoil(diary: DiaryUnderTest, table: Any, **values: Any) -> None:
    """Changes a table past every service, as nothing in the diary could: the watch would refuse it."""
    with diary.app.app_context(), db.engine.execution_options(unaudited="spoiled by a test").begin() as connection:
        connection.execute(update(table.__table__).values(**values))


def test_all_is_well(diary: DiaryUnderTest, records: dict[str, Any]) -> None:
    with diary.app.app_context():
        assert check_due(diary.now) == {"groups": 2, "concerns": 1, "groups_differ": 0, "concerns_differ": 0}
        assert not find_differences(diary.now).any


@pytest.mark.parametrize(
    ("table", "values", "which"),
    [
        (Group, {"next_due_on": TODAY + timedelta(days=300)}, (0, 1)),
        (Group, {"longest_on": None}, (0, 1)),
        (Group, {"soon_days": 21}, (0, 1)),
        (Group, {"last_two_way_on": None, "next_due_on": TODAY - timedelta(days=19)}, (0,)),
        (Group, {"paused_from": TODAY}, (0, 1)),
        (Group, {"last_one_way_on": TODAY}, (0, 1)),
        (EngagementGroup, {"counts": False}, (0,)),
        (EngagementGroup, {"happened_on": TODAY - timedelta(days=1)}, (0,)),
    ],
)
def test_a_group_whose_columns_were_changed_behind_the_rules_is_named(
    diary: DiaryUnderTest, records: dict[str, Any], table: Any, values: dict[str, Any], which: tuple[int, ...]
) -> None:
    spoil(diary, table, **values)
    with diary.app.app_context():
        found = find_differences(diary.now)
    assert found.group_ids == tuple(records["groups"][n] for n in which)
    assert found.concern_ids == ()


@pytest.mark.parametrize("values", [{"state": "closed"}, {"answer_due_at": None}])
def test_a_concern_whose_state_was_picked_is_named(diary: DiaryUnderTest, records: dict[str, Any], values: dict[str, Any]) -> None:
    spoil(diary, Concern, **values)
    with diary.app.app_context():
        assert find_differences(diary.now).concern_ids == (records["concern"],)
        assert check_due(diary.now)["concerns_differ"] == 1


def test_the_last_letter_is_proved_from_its_leaving_to_its_coming_back(diary: DiaryUnderTest, town: Town) -> None:
    [key] = late_ids(diary, town, "Ashford Stroke Club")
    letter = sent_letter(diary, town, key)

    def differ() -> tuple[int, ...]:
        with diary.app.app_context():
            return find_differences(diary.now).group_ids

    assert differ() == ()  # nobody took note of it yet
    spoil(diary, Group, last_one_way_on=TODAY - timedelta(days=1))
    assert differ() == (key,)
    with diary.app.app_context():
        settle_letters(diary.now)
    assert differ() == ()
    spoil(diary, Group, last_one_way_on=None)
    assert differ() == (key,)
    spoil(diary, Group, last_one_way_on=TODAY)
    with diary.work() as session:
        came_back(session, diary.actor(town.pcso), session.get_one(MonthlyLetter, letter), now=diary.now)
    assert differ() == ()
    spoil(diary, Group, last_one_way_on=TODAY)
    assert differ() == (key,)


def sent_letter(diary: DiaryUnderTest, town: Town, group_id: int) -> int:
    """A monthly letter to somebody of a group, that left today; answers its id."""
    with diary.work() as session:
        contact = make_contact(session, session.get_one(Group, group_id))
        values = {"sender": "team@westshire.example", "subject": "October", "text": "Said", "message_id": "one@westshire.example"}
        when = {"written_at": diary.now, "next_try_at": diary.now, "sent_at": diary.now}
        letter = keep(session, Letter(force_id=town.force_id, kind="summary", to=contact.email, state="sent", **values, **when))
        monthly = keep(session, MonthlyLetter(force_id=town.force_id, address=contact.email, month="2026-10", letter_id=letter.id))
        keep(session, LetterContact(force_id=town.force_id, monthly_letter_id=monthly.id, contact_id=contact.id, group_id=group_id))
        return monthly.id


def test_a_pause_that_ran_out_overnight_is_no_finding(diary: DiaryUnderTest, town: Town) -> None:
    ids = late_ids(diary, town, "Ashford Stroke Club")
    actor = diary.actor(town.sergeant)
    with diary.work() as session:
        pause(session, actor, ids[0], reason="Closed", until=TODAY, now=diary.now)
    diary.clock.move(timedelta(days=1))
    with diary.app.app_context():
        assert not find_differences(diary.now).any


def test_it_asks_as_many_questions_for_a_few_groups_as_for_many(diary: DiaryUnderTest, town: Town) -> None:
    late_ids(diary, town, *(f"Group {n}" for n in range(3)))
    with diary.app.app_context(), statements() as few:
        check_due(diary.now)
    late_ids(diary, town, *(f"Group {n}" for n in range(3, 40)))
    with diary.app.app_context(), statements() as many:
        check_due(diary.now)
    assert len(many) == len(few)
