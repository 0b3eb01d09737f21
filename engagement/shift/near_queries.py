"""The patch as a map shows it: its groups with where they are and how they stand, and the outlines round its neighbourhoods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.db import ask
from engagement.groups.explain import Badge, badge
from engagement.groups.models import Group
from engagement.groups.queries import due_condition, facts_of, late_condition, visible_to
from engagement.groups.standing import Standing
from engagement.places.models import Neighbourhood

MOST = 400  # on one map; the worst first
DECIMALS = 5  # of a degree: about a metre

# How a standing is marked: a letter in the shape that its badge has everywhere else.
LETTERS = {
    "long-overdue": "L", "overdue": "O", "due-soon": "S", "never": "N", "not-due": "D", "paused": "P", "on-request": "R",
}  # fmt: skip
LOOKS = {
    "long-overdue": Standing.LONG_OVERDUE, "overdue": Standing.OVERDUE, "due-soon": Standing.DUE_SOON, "never": Standing.NEVER_CONTACTED,
    "not-due": Standing.NOT_DUE, "paused": Standing.PAUSED, "on-request": Standing.ON_REQUEST,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A group of the patch as the map marks it; without a place it stands in the list alone."""

    id: int
    name: str
    neighbourhood: str
    latitude: float | None
    longitude: float | None
    sensitive: bool
    sergeant_first: bool
    badge: Badge

    @property
    def letter(self) -> str:
        """The letter of its mark."""
        return LETTERS[self.badge.look]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """What the map shows. `outlines` are rings of (latitude, longitude); `total` may be more than the spots shown."""

    spots: Sequence[Spot]
    total: int
    outlines: Sequence[tuple[str, Sequence[Sequence[Sequence[float]]]]]

    @property
    def sensitive(self) -> bool:
        """Whether a group on it is OFFICIAL-SENSITIVE, which marks the whole page."""
        return any(spot.sensitive for spot in self.spots)

    @property
    def marks(self) -> list[tuple[str, str, str]]:
        """The legend: look, letter and words of each standing that is there, the worst first."""
        there = {spot.badge.look for spot in self.spots}
        return [(look, LETTERS[look], standing.label) for look, standing in LOOKS.items() if look in there]


_COLUMNS = (
    Group.id, Group.name, Group.latitude, Group.longitude, Group.sensitive, Group.sergeant_first, Group.level, Group.last_two_way_on,
    Group.last_one_way_on, Group.next_due_on, Group.longest_on, Group.soon_days, Group.on_request, Group.dormant_on, Group.paused_from,
    Group.paused_until, Neighbourhood.name.label("neighbourhood"), func.count().over().label("of_all"),
)  # fmt: skip


@lru_cache(maxsize=512)
def _groups(actor: Actor, today: date, due: bool) -> Any:
    """The groups that are not asleep, worst first: past their longest gap, then by the day on which they are due."""
    asked = [or_(late_condition(today), due_condition(Standing.DUE_SOON, today))] if due else []
    return (
        select(*_COLUMNS)
        .join(Neighbourhood, Neighbourhood.id == Group.neighbourhood_id)
        .where(visible_to(actor), Group.dormant_on.is_(None), *asked)
        .order_by(
            case((Group.longest_on <= today, 0), else_=1), Group.next_due_on.is_(None), Group.next_due_on, Group.name_folded, Group.id
        )
        .limit(MOST)
    )


@lru_cache(maxsize=512)
def _outlines(actor: Actor) -> Any:
    teams = sorted(actor.readable_teams)
    return (
        select(Neighbourhood.name, Neighbourhood.boundary)
        .where(Neighbourhood.team_id.in_(teams), Neighbourhood.boundary.is_not(None))
        .order_by(Neighbourhood.name)
    )


def patch_of(session: Session, actor: Actor, today: date, *, due: bool = False) -> Patch:
    """The patch of an officer, in two questions; with `due` the groups alone that are due or soon will be."""
    rows = ask(session, _groups(actor, today, due)).all()
    spots = [
        Spot(
            id=row.id, name=row.name, neighbourhood=row.neighbourhood, latitude=row.latitude, longitude=row.longitude,
            sensitive=row.sensitive, sergeant_first=row.sergeant_first, badge=badge(facts_of(row), today),
        )
        for row in rows
    ]  # fmt: skip
    outlines = [(row.name, turned(row.boundary)) for row in ask(session, _outlines(actor)) if row.boundary]
    return Patch(spots=spots, total=rows[0].of_all if rows else 0, outlines=outlines)


def turned(boundary: Sequence[Sequence[Sequence[float]]]) -> list[list[list[float]]]:
    """Rings as GeoJSON has them, (longitude, latitude), turned into (latitude, longitude) as maps draw them."""
    return [[[round(lat, DECIMALS), round(lon, DECIMALS)] for lon, lat in ring] for ring in boundary]
