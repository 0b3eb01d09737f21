"""Two titles of the same matter are asked about, and two of different matters are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.concerns.categories import Category
from engagement.concerns.likeness import likeness, same_matter
from engagement.concerns.partners import Partner, usual_partner

LINES = st.lists(
    st.sampled_from(
        [
            "speeding",
            "parked",
            "cars",
            "Links",
            "Church",
            "Road",
            "Rd",
            "St",
            "litter",
            "dogs",
            "on",
            "the",
            "by",
            "school",
            "loud",
            "music",
            "again",
        ]
    ),
    max_size=8,
).map(" ".join)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Speeding on Links Road", "Speeding, Links Rd"),
        ("Speeding on Links Road", "cars speed along Links Road"),
        ("Parking on Church Road", "Parked cars, Church Rd"),
        ("Dog mess on the pavement", "Dog fouling on pavement"),
        ("Street light out, Pine Close", "Street lights out in Pine Close"),
        ("Youths gathering at the bus shelter", "Group of youths in bus shelter"),
        ("Fly-tipping in the lane", "Fly tipping, lane by the farm"),
        ("Mopeds on the playing field", "moped riding over playing field"),
        ("Graffiti on the bus stop", "More graffiti on bus stop"),
        ("Parking", "Parking!"),
    ],
)
def test_the_same_thing(one: str, other: str) -> None:
    assert same_matter(one, other)
    assert same_matter(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Speeding on Links Road", "Speeding on Church Road"),
        ("Speeding on Links Road", "Parking on Links Road"),
        ("Dog mess on the pavement", "Cars on the pavement"),
        ("Loud music in Pine Close", "Street light out in Pine Close"),
        ("Shoplifting at the chemist", "Graffiti on the chemist"),
        ("Sheds broken into", "Fireworks let off late at night"),
        ("Youths at the bus shelter", "Graffiti on the bus shelter"),
        ("Parking at the hall", "Car parking on the pavement"),
        ("Litter at the recreation ground", "Litter outside the chip shop"),
        ("", ""),
        ("", "Speeding"),
        ("the of and", "the of and a"),
    ],
)
def test_different_things(one: str, other: str) -> None:
    assert not same_matter(one, other)
    assert not same_matter(other, one)


@given(LINES | st.text(max_size=60), LINES | st.text(max_size=60))
def test_likeness_is_a_share_and_the_same_both_ways(one: str, other: str) -> None:
    assert 0 <= likeness(one, other) <= 1
    assert likeness(one, other) == likeness(other, one)


KINDS = st.sampled_from(["Parking", "Speeding", "Litter", "Graffiti", "Fireworks"])
PLACES = st.lists(st.sampled_from(["hall", "pavement", "chemist", "bridge", "precinct", "library"]), min_size=1, max_size=3, unique=True)


@given(KINDS, PLACES, PLACES)
def test_one_kind_at_two_places_that_share_nothing_is_not_the_same(kind: str, here: list[str], there: list[str]) -> None:
    one, other = (f"{kind} at the {' by the '.join(places)}" for places in (here, there))
    if set(here) == set(there):
        assert same_matter(one, other)
    elif not set(here) & set(there):
        assert not same_matter(one, other)


@given(KINDS, PLACES)
def test_a_kind_alone_is_asked_about_wherever_it_may_be(kind: str, places: list[str]) -> None:
    assert same_matter(kind, f"{kind} at the {places[0]}")


@given(
    st.sampled_from(["Speeding on Links Road", "Dog mess", "Parking", "Why do we not see you?"]),
    st.sampled_from(["{}", "{}!", " {} ", "{}..."]),
)
def test_a_title_is_like_itself(title: str, around: str) -> None:
    assert likeness(title, around.format(title.upper())) == 1


def test_what_is_signposted_has_somewhere_to_go() -> None:
    assert usual_partner(Category.PARKING) is Partner.PARKING
    assert usual_partner(Category.DOGS) is usual_partner(Category.LITTER) is Partner.STREET_SCENE
    assert usual_partner(Category.BURGLARY) is None
    assert len({partner.label for partner in Partner}) == len(Partner)
