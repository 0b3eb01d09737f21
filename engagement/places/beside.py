"""Which teams work beside a team: the nearest by the centres of their neighbourhoods, whatever area they belong to."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from math import asin, cos, radians, sin, sqrt

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.places.models import Neighbourhood, Team

EARTH_MILES = 3958.8

Spot = tuple[float, float]  # latitude, longitude


def miles_between(one: Spot, other: Spot) -> float:
    """How far two spots are apart as the crow flies."""
    (here, along), (there, across) = ((radians(lat), radians(lon)) for lat, lon in (one, other))
    half = sin((there - here) / 2) ** 2 + cos(here) * cos(there) * sin((across - along) / 2) ** 2
    return 2 * EARTH_MILES * asin(sqrt(min(1.0, half)))


def nearest(own: Collection[Spot], others: Iterable[tuple[int, Spot]], *, within_miles: float, most: int) -> list[int]:
    """The teams of `others` (team, spot) that have a spot within so many miles of one of `own`, the nearest first, `most` at most."""
    gaps: dict[int, float] = {}
    for team_id, spot in others:
        gap = min((miles_between(spot, home) for home in own), default=float("inf"))
        if gap <= within_miles:
            gaps[team_id] = min(gap, gaps.get(team_id, gap))
    return sorted(gaps, key=lambda team_id: (gaps[team_id], team_id))[:most]


def teams_beside(session: Session, team_ids: Collection[int], *, within_miles: float, most: int) -> list[int]:
    """The other teams of the same areas, and the nearest ones of other areas of the force as `nearest` has them.

    A team whose neighbourhoods have no place on the map is beside those of its own area alone.
    """
    own = select(Team.area_id).where(Team.id.in_(sorted(team_ids)))
    forces = select(Team.force_id).where(Team.id.in_(sorted(team_ids)))
    same = session.scalars(select(Team.id).where(Team.area_id.in_(own), Team.id.not_in(sorted(team_ids))).order_by(Team.name)).all()
    rows = session.execute(
        select(Neighbourhood.team_id, Neighbourhood.latitude, Neighbourhood.longitude)
        .where(Neighbourhood.force_id.in_(forces), Neighbourhood.latitude.is_not(None), Neighbourhood.longitude.is_not(None))
        .order_by(Neighbourhood.id)
    ).all()
    spots: list[tuple[int, Spot]] = [(row.team_id, (row.latitude, row.longitude)) for row in rows]
    home = [spot for team_id, spot in spots if team_id in team_ids]
    away = [(team_id, spot) for team_id, spot in spots if team_id not in team_ids and team_id not in same]
    return [*same, *nearest(home, away, within_miles=within_miles, most=most)]
