"""data.police.uk's answers are read as they come, and taken in once."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path, PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from engagement.access.domain import system
from engagement.core.errors import Refused
from engagement.groups.models import Group
from engagement.groups.placing import place_by_postcode
from engagement.places.models import Force, Neighbourhood, Team
from engagement.places.police_uk import BoundaryRow, ForceRow, NeighbourhoodRow, clean, read_path, read_text
from engagement.places.service import take_in
from tests.builders import make_group

LEICESTER = {
    "url_force": "http://www.leics.police.uk/", "contact_details": {}, "name": "Leake &amp; Keyworth", "links": [], "locations": [],
    "centre": {"latitude": "52.6389", "longitude": "-1.13619"}, "description": "<p>Two villages</p>", "id": "NC04.b", "population": "0",
}  # fmt: skip
RING = [{"latitude": "52.6", "longitude": "-1.2"}, {"latitude": "52.7", "longitude": "-1.2"}, {"latitude": "52.7", "longitude": "-1.1"}]
TABLE = 'force_id,neighbourhood_id,neighbourhood_name\ndorset,10-25,Ferndown Central Safer Neighbourhood Team\ndorset,10-27,"West Moors, St Ives"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "NC04.b").mkdir()
    (tmp_path / "neighbourhood.json").write_text("\ufeff" + json.dumps(LEICESTER), encoding="utf-8")
    (tmp_path / "NC04.b" / "boundary.json").write_text(json.dumps(RING))
    (tmp_path / "forces.json").write_text(json.dumps([{"id": "leicestershire", "name": "Leicestershire Police"}]))
    (tmp_path / "priorities.json").write_text(json.dumps([{"issue": "<p>x</p>", "issue-date": "2015-10-08T00:00:00", "action": None}]))
    (tmp_path / "south_west.csv").write_text(TABLE)
    return tmp_path


def test_every_shape_is_known(folder: Path) -> None:
    found, aside = read_path(folder)
    assert found == [
        BoundaryRow(id="NC04.b", ring=((-1.2, 52.6), (-1.2, 52.7), (-1.1, 52.7), (-1.2, 52.6))),
        ForceRow(slug="leicestershire", name="Leicestershire Police"),
        NeighbourhoodRow(id="NC04.b", name="Leake & Keyworth", latitude=52.6389, longitude=-1.13619),
        NeighbourhoodRow(id="10-25", name="Ferndown Central", force="dorset"),
        NeighbourhoodRow(id="10-27", name="West Moors, St Ives", force="dorset"),
    ]
    assert aside == ["priorities.json"]


def test_it_is_taken_in_once(diary, folder: Path) -> None:
    found, _aside = read_path(folder)
    with diary.work() as session:
        first = take_in(session, found, force="leicestershire")
    with diary.work() as session:
        again = take_in(session, found, force="leicestershire")
        places = session.scalars(select(Neighbourhood).order_by(Neighbourhood.id)).all()
        assert [(p.slug, p.police_uk_id) for p in places] == [
            ("leake-and-keyworth", "NC04.b"), ("ferndown-central", "10-25"), ("west-moors-st-ives", "10-27"),
        ]  # fmt: skip
        assert places[0].boundary == [[[-1.2, 52.6], [-1.2, 52.7], [-1.1, 52.7], [-1.2, 52.6]]]
        assert sorted(session.scalars(select(Force.slug))) == ["dorset", "leicestershire"]
        assert session.scalars(select(Team.name)).all() == ["To be assigned"] * 2
    assert first == {"forces": 2, "made": 3, "changed": 0, "same": 0, "boundaries": 1, "postcodes": 0}
    assert again == {"forces": 0, "made": 0, "changed": 0, "same": 3, "boundaries": 0, "postcodes": 0}


def test_a_new_name_keeps_the_slug_and_the_place_on_the_map(diary) -> None:
    with diary.work() as session:
        take_in(session, [NeighbourhoodRow(id="a", name="Ferndown", latitude=50.8, longitude=-1.9)], force="dorset")
        counts = take_in(
            session, [NeighbourhoodRow(id="a", name="Ferndown Town"), NeighbourhoodRow(id="A", name="Ferndown")], force="dorset"
        )
        places = session.scalars(select(Neighbourhood).order_by(Neighbourhood.id)).all()
        assert [(p.slug, p.name, p.latitude) for p in places] == [("ferndown", "Ferndown Town", 50.8), ("ferndown-2", "Ferndown", None)]
    assert (counts["changed"], counts["made"]) == (1, 1)


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"{", "x.json", "cannot be read"),
        (b"\xff\xfe\x00", "x.csv", "cannot be read"),
        (json.dumps(LEICESTER | {"centre": {"latitude": "north", "longitude": "1"}}).encode(), "x.json", "must be a number of degrees"),
        (json.dumps(LEICESTER | {"centre": {"latitude": "nan", "longitude": "1"}}).encode(), "x.json", "must be a number of degrees"),
        (b"postcode,latitude,longitude\nhere,50.8,-1.9\n", "x.csv", "is not a postcode"),
        (json.dumps(LEICESTER | {"id": None}).encode(), "x.json", "An id must have"),
    ],
)
def test_what_is_broken_is_a_sentence(content: bytes, name: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        read_text(content, PurePath(name))


def test_postcodes_are_taken_in_once_and_put_groups_on_the_map(diary, town) -> None:
    table = b"postcode,latitude,longitude\nbh229hx,50.80488,-1.89148\nBH22 9AA,,\n"
    with diary.work() as session:
        homeless = make_group(session, town, "Town Council", postcode="BH22 9HX").id
        placed = make_group(session, town, "Choir", postcode="BH22 9HX", latitude=50.1, longitude=-1.1).id
        other = make_group(session, town, "Band", postcode="BH22 9AA").id
    for postcodes, groups in ((1, 1), (0, 0)):
        with diary.work() as session:
            assert take_in(session, read_text(table, PurePath("codes.csv")))["postcodes"] == postcodes
            assert place_by_postcode(session, system("import-police-uk", town.force_id), now=diary.now) == groups
    with diary.work() as session:
        at = {g.id: (g.latitude, g.longitude, g.version) for g in session.scalars(select(Group))}
    assert at == {homeless: (50.80488, -1.89148, 1), placed: (50.1, -1.1, 1), other: (None, None, 1)}


def test_whose_it_is_must_be_said(diary) -> None:
    with pytest.raises(Refused, match="--force"), diary.work() as session:
        take_in(session, [NeighbourhoodRow(id="a", name="Ferndown")])


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda c: st.lists(c) | st.dictionaries(st.sampled_from(["id", "name", "centre", "latitude", "longitude"]), c),
)


@given(JSON)
def test_no_answer_whatever_breaks_it(tree: object) -> None:
    with suppress(Refused):
        read_text(json.dumps(tree).encode(), PurePath("x/boundary.json"))


@given(st.text())
def test_a_name_holds_no_markup(text: str) -> None:
    said = clean(f"<b>{text}</b>")
    assert not said.startswith("<b>")
    assert said == " ".join(said.split())
