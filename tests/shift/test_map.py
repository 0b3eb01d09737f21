"""The map of the patch: whom it shows, what it draws, from where its pictures may come, and that it asks for nobody's place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from engagement.audit.models import AuditRow
from engagement.places.models import Neighbourhood
from engagement.shift.near_queries import LETTERS, LOOKS, turned
from tests.builders import Town, make_group
from tests.conftest import DiaryUnderTest
from tests.counting import statements
from tests.pages import parse, words

RING = [[-1.91, 50.80], [-1.89, 50.80], [-1.89, 50.82], [-1.91, 50.80]]


@contextmanager
def tiles(diary: DiaryUnderTest, address: str) -> Iterator[None]:
    """The diary with that address of tiles in its settings."""
    tree = diary.app.extensions["settings"].tree["maps"]
    before = tree["tiles"]
    tree["tiles"] = address
    yield
    tree["tiles"] = before


@pytest.fixture
def patch(diary: DiaryUnderTest, town: Town) -> Town:
    """Three groups: one overdue with a place, one due in a year without, one sensitive of the other PCSO's; and an outline."""
    today = diary.now.date()
    with diary.work() as session:
        late: dict[str, Any] = {"next_due_on": today - timedelta(days=9), "longest_on": today + timedelta(days=6)}
        make_group(
            session,
            town,
            "Late Club",
            latitude=50.81,
            longitude=-1.9,
            sergeant_first=True,
            last_two_way_on=today - timedelta(days=40),
            **late,
        )
        make_group(session, town, "Far-off Choir", next_due_on=today + timedelta(days=300), last_two_way_on=today)
        make_group(session, town, "Quiet Circle", sensitive=True, owner_id=town.pcso2.officer_id, latitude=50.8, longitude=-1.9)
        session.get_one(Neighbourhood, town.neighbourhood_id).boundary = [RING]
    return town


def test_it_marks_each_group_with_a_place_and_lists_everyone(diary: DiaryUnderTest, patch: Town) -> None:
    page = diary.client(patch.pcso).get("/groups/map")
    tree = parse(page.get_data(as_text=True))
    rows = [e for e in tree.iter("li") if "diary-map-list__row" in e.get("class", "")]
    assert [row.get("data-name") for row in rows] == ["Late Club", "Far-off Choir"]
    assert [(row.get("data-letter"), row.get("data-latitude")) for row in rows] == [("O", "50.81"), (None, None)]
    assert "9 days over" in words(page)
    assert "not on the map: no postcode" in words(page)
    assert "Speak to the sergeant before visiting" in words(page)
    sheet = next(e for e in tree.iter("div") if e.get("data-module") == "diary-map")
    assert json.loads(sheet.get("data-outlines", "")) == [["Ashford Central", [[[lat, lon] for lon, lat in RING]]]]


def test_a_sensitive_group_is_on_it_for_its_owner_alone_and_marks_the_page(diary: DiaryUnderTest, patch: Town) -> None:
    theirs = words(diary.client(patch.pcso2).get("/groups/map"))
    assert "Quiet Circle" in theirs
    assert theirs.split("e-Community")[0].strip().endswith("OFFICIAL-SENSITIVE")
    assert "Quiet Circle" not in words(diary.client(patch.pcso).get("/groups/map"))


def test_it_can_show_those_alone_that_are_due(diary: DiaryUnderTest, patch: Town) -> None:
    said = words(diary.client(patch.pcso).get("/groups/map?due=1"))
    assert "Late Club" in said
    assert "Far-off Choir" not in said
    assert "Nobody is due." in words(diary.client(patch.other_pcso).get("/groups/map?due=1"))


def test_another_team_sees_its_own_patch_and_an_empty_one_says_how_to_begin(diary: DiaryUnderTest, patch: Town) -> None:
    said = words(diary.client(patch.other_pcso).get("/groups/map"))
    assert "Late Club" not in said
    assert "Add the first one" in said


def test_a_view_of_it_is_on_the_record_with_the_groups_shown(diary: DiaryUnderTest, patch: Town) -> None:
    diary.client(patch.pcso).get("/groups/map")
    with diary.work() as session:
        row = session.scalars(
            select(AuditRow).where(AuditRow.operation == "consultation").order_by(AuditRow.at.desc(), AuditRow.seq.desc())
        ).first()
        assert row is not None
        assert len(row.ids) == 2


def test_pictures_come_from_the_host_of_the_tiles_on_this_page_alone(diary: DiaryUnderTest, patch: Town) -> None:
    client = diary.client(patch.pcso)
    assert "img-src 'self' data:;" in client.get("/groups/map").headers["Content-Security-Policy"]
    with tiles(diary, "https://tiles.force.example:8443/{z}/{x}/{y}.png"):
        policy = client.get("/groups/map").headers["Content-Security-Policy"]
        assert "img-src 'self' data: https://tiles.force.example:8443;" in policy
        assert policy.count("tiles.force.example") == 1
        assert "tiles.force" not in client.get("/groups").headers["Content-Security-Policy"]


def test_a_patch_of_many_groups_is_asked_for_in_as_many_statements(diary: DiaryUnderTest, patch: Town) -> None:
    client = diary.client(patch.pcso)
    client.get("/groups/map")
    with diary.app.app_context(), statements() as few:
        client.get("/groups/map")
    with diary.work() as session:
        for n in range(30):
            make_group(session, patch, f"Group {n}", latitude=50.8, longitude=-1.9)
    with diary.app.app_context(), statements() as many:
        client.get("/groups/map")
    assert len(many) == len(few)


def test_every_standing_that_can_be_on_it_has_a_letter_of_its_own() -> None:
    assert set(LETTERS) == set(LOOKS)
    assert len(set(LETTERS.values())) == len(LETTERS)


@given(st.lists(st.lists(st.tuples(st.floats(-8, 2), st.floats(49, 61)), min_size=3), max_size=3))
def test_outlines_are_turned_point_by_point(rings: list[list[tuple[float, float]]]) -> None:
    assert turned([[list(point) for point in ring] for ring in rings]) == [[[round(y, 5), round(x, 5)] for x, y in ring] for ring in rings]
