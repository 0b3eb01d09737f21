"""What the demonstration is to show, proved on its rows before any database sees them."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from engagement.concerns.domain import ConcernState
from engagement.core.clock import LONDON, london_day
from engagement.demonstration.build import imagine
from engagement.demonstration.people_and_places import days_of_officers
from engagement.demonstration.source import officers
from engagement.demonstration.standings import LATE_IN_ALL
from engagement.demonstration.world import World
from engagement.people.duty import on_duty
from engagement.people.models import Posting

HASHES = {officer.email: "not a hash" for officer in officers()}
MOMENTS = [
    datetime(2026, 11, 24, 10, 0, tzinfo=UTC),
    datetime(2026, 11, 22, 23, 40, tzinfo=UTC),  # a Sunday night
    datetime(2027, 3, 1, 0, 5, tzinfo=UTC),  # a month just begun
    datetime(2027, 3, 28, 1, 30, tzinfo=UTC),  # the clocks have just gone forward
    datetime(2028, 2, 29, 12, 0, tzinfo=UTC),
    datetime(2027, 8, 10, 6, 0, tzinfo=UTC),  # in the school holidays
]


@pytest.fixture(scope="module", params=MOMENTS, ids=str)
def world(request: pytest.FixtureRequest) -> World:
    return imagine(request.param, HASHES)


def test_nothing_is_recorded_before_it_happened_or_after_now(world: World) -> None:
    for row in world.rows["engagement"]:
        assert row["recorded_at"] <= world.now
        assert row.get("happened_at") is None or row["happened_at"] <= row["recorded_at"]
        assert row.get("happened_at") is None or row["happened_on"] == london_day(row["happened_at"])
    for row in world.rows["telling"]:
        assert row["told_at"] <= row["recorded_at"] <= world.now
    for row in world.rows["raising"]:
        assert row["raised_at"] <= row["recorded_at"] <= world.now
    for row in world.rows["action"]:
        assert row["recorded_at"] <= world.now
        assert row.get("done_on") is None or row["done_on"] <= world.today


def test_nobody_is_told_before_they_raised_it(world: World) -> None:
    raised = {row["id"]: row["raised_at"] for row in world.rows["raising"]}
    assert all(row["told_at"] > raised[row["raising_id"]] for row in world.rows["telling"])


def test_nobody_is_told_at_night_nor_meets_a_group_on_a_rest_day(world: World) -> None:
    by_letter = [row for row in world.rows["telling"] if row["how"] in ("telephone", "email")]
    raised = {row["id"]: row["raised_at"] for row in world.rows["raising"]}
    night = [row for row in by_letter if not 7 <= row["told_at"].astimezone(LONDON).hour < 21]
    assert all(row["told_at"] - raised[row["raising_id"]] < timedelta(hours=12) for row in night), "only what was raised at night"
    days, homes = days_of_officers(world), [row for row in world.rows["posting"] if row.get("kind") != "cover" and row["role"] == "pcso"]
    teams = {row["officer_id"]: row["team_id"] for row in homes}
    there = {row["engagement_id"]: row["officer_id"] for row in reversed(world.rows["engagement_officer"])}
    for row in world.rows["engagement"]:
        if row.get("happened_on") is not None and not on_duty(days[there[row["id"]]], row["happened_on"]):
            team = [one for one, team in teams.items() if team == row["team_id"]]
            assert not any(on_duty(days[one], row["happened_on"]) for one in team)


def test_forty_groups_are_flagged_and_twelve_of_them_decided(world: World) -> None:
    flags = [row for row in world.rows["flag"] if row["cleared_on"] is None]
    assert len(flags) == LATE_IN_ALL == 40
    assert len({(row["group_id"], row["due_on"]) for row in world.rows["flag"]}) == len(world.rows["flag"]) > 200
    decided = {
        (row["group_id"], row["due_on"]) for row in world.rows["decision"] if row.get("until") is None or row["until"] >= world.today
    }
    assert len(decided) == 12
    assert decided <= {(row["group_id"], row["due_on"]) for row in flags}


def test_one_answer_is_owed_for_seventy_hours_and_its_owner_is_off(world: World) -> None:
    running = [row for row in world.rows["concern"] if row["answer_due_at"] is not None]
    urgent = [row for row in running if row["answer_due_at"] - world.now <= timedelta(hours=24)]
    assert [row["answer_due_at"] - world.now for row in urgent] == [timedelta(hours=2)]
    off = {row["officer_id"] for row in world.rows["absence"] if row["starts_on"] <= world.today <= row["ends_on"]}
    covered = {row["officer_id"] for row in world.rows["cover"] if row["starts_on"] <= world.today <= row["ends_on"]}
    assert len(off) == 2
    assert off - covered == {urgent[0]["owner_id"]}


def test_officers_work_six_days_and_rest_four_and_one_is_just_back_and_covers_next_door(world: World) -> None:
    patterns = {row["officer_id"]: row for row in world.rows["duty_pattern"]}
    assert len(patterns) == 11
    assert all(row["turns"].count("-") == 4 and len(row["turns"]) == 10 for row in patterns.values())
    on = {key for key, row in patterns.items() if row["turns"][(world.today.toordinal() - row["anchor"]) % row["length"]] != "-"}
    assert on == set(patterns), "whoever is off today is off for another reason"
    (cover,) = world.rows["cover"]
    by, yesterday = patterns[cover["cover_officer_id"]], world.today.toordinal() - 1
    assert by["turns"][(yesterday - by["anchor"]) % by["length"]] == "-"
    posting = world.row(Posting, cover["posting_id"])
    assert (posting["kind"], posting["starts_on"], posting["ends_on"]) == ("cover", cover["starts_on"], cover["ends_on"])
    homes = {row["officer_id"]: row["team_id"] for row in world.rows["posting"] if row.get("kind") != "cover"}
    assert posting["team_id"] == homes[cover["officer_id"]] != homes[cover["cover_officer_id"]]


def test_concerns_are_in_every_state(world: World) -> None:
    assert {row["state"] for row in world.rows["concern"]} == {state.value for state in ConcernState}
    assert {row.get("side_end") for row in world.rows["concern"]} >= {"elsewhere", "cannot_do", "same_as", "priority", "with_partner"}
    assert all(row["closed_at"] and row["closed_at"] <= world.now for row in world.rows["concern"] if row["state"] == "closed")


def test_promises_are_due_today_late_ahead_and_over(world: World) -> None:
    promises = [row for row in world.rows["action"] if row.get("is_promise")]
    still = [row for row in promises if row["ended"] is None]
    assert sum(row["due_on"] == world.today for row in still) == 3
    assert sum(row["due_on"] < world.today for row in still) == 3
    assert sum(row["due_on"] > world.today for row in still) == 6
    assert set(Counter(row["ended"] for row in promises)) == {None, "kept", "moved", "could_not"}


def test_some_is_planned_and_one_plan_is_past(world: World) -> None:
    planned = [row for row in world.rows["engagement"] if row["state"] == "planned"]
    assert len(planned) > 14
    assert sum(row["planned_for"] < world.now - timedelta(days=1) for row in planned) == 1


def test_what_was_left_has_its_history_and_concerns_and_a_phone_wait(world: World) -> None:
    lapsed = [row for row in world.rows["decision"] if row.get("until") is not None and row["until"] < world.today]
    assert {row["kind"] for row in lapsed} == {"snooze", "ask"}
    assert len(world.rows["inspector_ask"]) == 1
    assert 1 <= sum(row["owner_id"] is None and row["state"] != "closed" for row in world.rows["concern"]) <= 3
    assert [row["unsent"] for row in world.rows["device_report"]] == [2, 1]
    assert [row["entries"] for row in world.rows["phone_write_off"]] == [1]
    assert sum(bool(row.get("override_reason")) for row in world.rows["engagement"]) == 3
    assert sum(bool(row.get("override_reason")) for row in world.rows["action"]) == 1
