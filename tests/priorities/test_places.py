"""Three places of a neighbourhood, held by the database itself."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from engagement.priorities.models import Priority
from engagement.priorities.queries import live
from tests.builders import Town, keep
from tests.conftest import NOW, DiaryUnderTest


def priority(town: Town, **values: Any) -> Priority:
    given: dict[str, Any] = {
        "force_id": town.force_id, "team_id": town.team_id, "neighbourhood_id": town.neighbourhood_id, "slot": 1, "title": "Speeding",
        "agreed_on": date(2026, 11, 2), "fresh_until": date(2027, 2, 2), "recorded_at": NOW, "changed_at": NOW,
        "recorded_by_id": town.pcso.officer_id,
    }  # fmt: skip
    return Priority(**(given | values))


@pytest.mark.parametrize(
    "second",
    [
        {"slot": 1}, {"slot": 4}, {"slot": 0}, {"slot": None}, {"slot": 2, "ended_on": date(2026, 11, 3)},
    ],
    ids=["a place that is held", "a fourth", "none of the three", "live without a place", "ended with a place"],
)  # fmt: skip
def test_the_database_refuses(diary: DiaryUnderTest, town: Town, second: dict[str, Any]) -> None:
    with diary.work() as session:
        keep(session, priority(town))
    with pytest.raises(IntegrityError), diary.work() as session:
        keep(session, priority(town, **second))


def test_an_ended_priority_leaves_its_place_and_is_not_live(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        keep(session, priority(town, slot=None, ended_on=date(2026, 11, 3)))
        keep(session, priority(town, slot=None, ended_on=date(2026, 11, 3)))
        keep(session, priority(town, slot=2, title="Parking"))
        keep(session, priority(town, neighbourhood_id=town.second_neighbourhood_id, title="Litter"))
        found = live(session, [town.neighbourhood_id])
        assert [(one.title, one.slot) for one in found] == [("Parking", 2)]
        assert found[0].stale(date(2027, 2, 3))
        assert not found[0].stale(date(2027, 2, 2))
        assert live(session, []) == []
