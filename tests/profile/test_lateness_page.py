"""A group's lateness on a page: each time it was overdue, what was decided about it, and what ended it."""

from __future__ import annotations

from datetime import timedelta

from engagement.overdue.jobs import flag_overdue
from engagement.overdue.service import undo
from tests.builders import Town, make_group
from tests.conftest import DiaryUnderTest
from tests.counting import statements
from tests.engagements.drafts import put, visit
from tests.overdue.makers import decided, late_ids
from tests.pages import words


def flagged(diary: DiaryUnderTest) -> None:
    with diary.app.app_context():
        flag_overdue(diary.now)


def test_each_time_says_what_was_decided_and_what_ended_it(diary: DiaryUnderTest, town: Town) -> None:
    (group_id,) = late_ids(diary, town, "Ashford Stroke Club")
    flagged(diary)
    wrong = decided(diary, town.sergeant, [group_id], "snooze", until=diary.now.date() + timedelta(days=2), reason="Hall is shut")
    with diary.work() as session:
        undo(session, diary.actor(town.sergeant), wrong, now=diary.now)
    decided(diary, town.sergeant, [group_id], "ask", reason="What stands in the way?")
    page = words(diary.client(town.pcso).get(f"/groups/{group_id}/overdue"))
    assert "Due Thu 5 Nov" in page and "19 days over" in page
    assert "What stands in the way? · Lee Hargreave" in page and "Hall is shut" in page and "taken back" in page
    diary.clock.at += timedelta(days=1)
    put(diary, town.pcso, visit([group_id], diary.now - timedelta(hours=1)))
    flagged(diary)
    page = words(diary.client(town.pcso).get(f"/groups/{group_id}/overdue"))
    assert "Contacted, Wed 25 Nov" in page and "days over" not in page and "What stands in the way?" in page
    assert f"/groups/{group_id}/overdue" in diary.client(town.pcso).get(f"/groups/{group_id}").get_data(as_text=True)


def test_a_decision_of_a_morning_without_flags_is_there(diary: DiaryUnderTest, town: Town) -> None:
    (group_id,) = late_ids(diary, town, "Ashford Stroke Club")
    decided(diary, town.sergeant, [group_id], "ask", reason="What stands in the way?")
    assert "What stands in the way?" in words(diary.client(town.pcso).get(f"/groups/{group_id}/overdue"))


def test_it_is_for_who_may_read_the_group_and_says_when_there_is_nothing(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        group_id = make_group(session, town).id
    assert "It has never been overdue" in words(diary.client(town.pcso).get(f"/groups/{group_id}/overdue"))
    assert diary.client(town.other_pcso).get(f"/groups/{group_id}/overdue").status_code == 404
    client = diary.client(town.pcso)
    with diary.app.app_context(), statements() as asked:
        client.get(f"/groups/{group_id}/overdue")
    assert len([one for one in asked if one.startswith("SELECT")]) <= 5, asked
