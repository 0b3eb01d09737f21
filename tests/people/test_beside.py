"""Cover from a team of another area: the teams beside are the nearest ones, and what a cover opens closes again with it."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from engagement.people.covering import who_may_cover
from engagement.people.models import Account, Officer, Posting
from engagement.places.beside import miles_between, nearest
from engagement.places.models import Area, Neighbourhood, Team
from tests.builders import Person, Town, keep
from tests.conftest import DiaryUnderTest
from tests.pages import words
from tests.people.test_cover import TODAY, covered, late, off

DEGREE = 69.09  # miles from one degree of latitude to the next
spots = st.tuples(st.floats(50, 58), st.floats(-6, 2))


@given(spots, spots)
def test_it_is_as_far_there_as_back_and_nothing_from_itself(one: tuple[float, float], other: tuple[float, float]) -> None:
    assert miles_between(one, other) == miles_between(other, one)
    assert miles_between(one, one) == 0
    assert abs(miles_between((one[0], one[1]), (one[0] + 1, one[1])) - DEGREE) < 0.1


@given(st.lists(spots, min_size=1, max_size=4), st.lists(st.tuples(st.integers(1, 9), spots), max_size=20), st.integers(1, 6))
def test_the_nearest_come_first_none_too_far_and_none_twice(own: list, others: list, most: int) -> None:
    found = nearest(own, others, within_miles=20, most=most)
    gap = {t: min(miles_between(spot, home) for team, spot in others if team == t for home in own) for t, _spot in others}
    assert len(found) == len(set(found)) <= most
    assert [gap[t] for t in found] == sorted(gap[t] for t in found)
    assert all(gap[t] <= 20 for t in found)
    left = [g for t, g in gap.items() if t not in found and g <= 20]
    assert not left or (len(found) == most and min(left) >= gap[found[-1]])
    assert nearest([], others, within_miles=20, most=most) == []


def team_of_another_area(diary: DiaryUnderTest, town: Town, name: str, miles: float) -> Person:
    """A team of an area of its own, so many miles north of the first neighbourhood, with one PCSO."""
    with diary.work() as session:
        session.get_one(Neighbourhood, town.neighbourhood_id).latitude = 50.8
        session.get_one(Neighbourhood, town.neighbourhood_id).longitude = -1.9
        area = keep(session, Area(force_id=town.force_id, name=f"{name} area"))
        team = keep(session, Team(force_id=town.force_id, area_id=area.id, name=name, email=f"{name}@force.example", telephone=""))
        place = Neighbourhood(force_id=town.force_id, team_id=team.id, slug=name, name=name, latitude=50.8 + miles / DEGREE, longitude=-1.9)
        keep(session, place)
        officer = keep(
            session,
            Officer(force_id=town.force_id, collar_number=f"{name}-1", name=f"Max {name}", name_folded=f"max {name}".lower(), rank="PCSO"),
        )
        email = f"max@{name}.example"
        account = keep(
            session, Account(force_id=town.force_id, officer_id=officer.id, email=email, password_hash="", nonce="n", created_at=diary.now)
        )
        posting = {"role": "pcso", "scope": "team", "team_id": team.id, "kind": "home", "starts_on": TODAY}
        keep(session, Posting(force_id=town.force_id, officer_id=officer.id, **posting))
        return Person(officer_id=officer.id, account_id=account.id, name=officer.name, email=email)


def test_a_team_across_the_boundary_covers_and_one_far_off_does_not(diary: DiaryUnderTest, town: Town) -> None:
    near, far = team_of_another_area(diary, town, "Elmham", 12), team_of_another_area(diary, town, "Farley", 21)
    nearer = team_of_another_area(diary, town, "Downton", 9)
    club = late(diary, town, "Ashford Youth Club")
    off(diary, town, town.pcso)
    with diary.work() as session:
        names = [row.name for row in who_may_cover(session, session.get_one(Officer, town.pcso.officer_id), TODAY)]
    assert names.index("Robin Vale") < names.index(nearer.name) < names.index(near.name)
    assert far.name not in names
    assert "Choose an officer" in words(covered(diary, town, town.pcso, far))
    assert diary.client(near).get(f"/groups/{club}").status_code == 404
    assert covered(diary, town, town.pcso, near).status_code == 303
    max_ = diary.client(near)
    assert max_.get(f"/groups/{club}").status_code == 200
    assert "Ashford Youth Club" in words(max_.get("/"))
    diary.clock.at = datetime(2026, 11, 28, 0, 0, tzinfo=UTC)
    assert diary.client(near).get(f"/groups/{club}").status_code == 404
