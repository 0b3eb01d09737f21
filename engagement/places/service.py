"""What is done with places: taking in forces and neighbourhoods of data.police.uk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engagement.core.errors import Refused
from engagement.core.names import fold
from engagement.places.models import Area, Force, Neighbourhood, Postcode, Team
from engagement.places.police_uk import BoundaryRow, ForceRow, Found, NeighbourhoodRow, PostcodeRow

NO_TEAM = "To be assigned"


def take_in(session: Session, found: Iterable[Found], *, force: str = "", team: str = NO_TEAM) -> dict[str, int]:
    """Makes or mends forces, neighbourhoods and boundaries. The same again changes nothing.

    Neighbourhoods are known by their police.uk id within their force, and keep their slug when their name changes. New ones go
    to `team`, which is made where it is missing. `force` (a slug) is whose they are where the file does not say.
    Postcodes are added, or put where the file says. Counts: forces, made, changed, same, boundaries, postcodes.
    """
    counts: Counter[str] = Counter(forces=0, made=0, changed=0, same=0, boundaries=0, postcodes=0)
    rows = list(found)
    names = {row.slug: row.name for row in rows if isinstance(row, ForceRow)}
    for slug, name in names.items():
        counts["forces"] += _force(session, slug, name)[1]
    for row in rows:
        if isinstance(row, NeighbourhoodRow):
            owner, new = _force(session, row.force or force, names.get(row.force or force, ""))
            counts["forces"] += new
            counts[_neighbourhood(session, owner, row, team)] += 1
    for row in rows:
        if isinstance(row, BoundaryRow):
            counts["boundaries"] += _boundary(session, row, force)
    counts["postcodes"] += _postcodes(session, [row for row in rows if isinstance(row, PostcodeRow)])
    return dict(counts)


def make_force(session: Session, slug: str, name: str = "") -> Force:
    """The force of that slug, made where it is missing."""
    return _force(session, slug, name)[0]


def _force(session: Session, slug: str, name: str) -> tuple[Force, int]:
    if not slug:
        raise Refused("The file does not say of which force it is: add --force with its data.police.uk id.")
    force = session.scalar(select(Force).where(Force.slug == slug))
    if force is not None:
        force.name = name or force.name
        return force, 0
    force = Force(slug=slug, name=name or slug.replace("-", " ").title())
    session.add(force)
    session.flush()
    return force, 1


def _neighbourhood(session: Session, force: Force, row: NeighbourhoodRow, team: str) -> str:
    """Makes or mends one; says which."""
    if not row.name:
        raise Refused("Neighbourhood {id} has no name.", id=row.id)
    place = session.scalar(select(Neighbourhood).where(Neighbourhood.force_id == force.id, Neighbourhood.police_uk_id == row.id))
    if place is None:
        session.add(
            Neighbourhood(
                force_id=force.id, team_id=_team(session, force, team).id, slug=_slug(session, force, row), police_uk_id=row.id,
                name=row.name[:200], latitude=row.latitude, longitude=row.longitude,
            )
        )  # fmt: skip
        session.flush()
        return "made"
    before = (place.name, place.latitude, place.longitude)
    place.name = row.name[:200]
    if row.latitude is not None and row.longitude is not None:
        place.latitude, place.longitude = row.latitude, row.longitude
    return "same" if before == (place.name, place.latitude, place.longitude) else "changed"


def _boundary(session: Session, row: BoundaryRow, force: str) -> int:
    whose = select(Neighbourhood).join(Force, Force.id == Neighbourhood.force_id).where(Neighbourhood.police_uk_id == row.id)
    places = session.scalars(whose.where(Force.slug == force) if force else whose).all()
    if len(places) != 1:
        raise Refused("The boundary of {id} fits {number} neighbourhoods: say which force with --force.", id=row.id, number=len(places))
    ring = [[[lon, lat] for lon, lat in row.ring]]
    if places[0].boundary == ring:
        return 0
    places[0].boundary = ring
    return 1


def _postcodes(session: Session, rows: Sequence[PostcodeRow]) -> int:
    """Adds postcodes or moves them, a thousand at a time; how many are new or elsewhere."""
    changed = 0
    for start in range(0, len(rows), 1000):
        wanted = {row.code: row for row in rows[start : start + 1000]}
        known = {place.code: place for place in session.scalars(select(Postcode).where(Postcode.code.in_(sorted(wanted))))}
        for code, row in wanted.items():
            place = known.get(code) or Postcode(code=code)
            if (place.latitude, place.longitude) != (row.latitude, row.longitude):
                place.latitude, place.longitude = row.latitude, row.longitude
                session.add(place)
                changed += 1
        session.flush()
    return changed


def _slug(session: Session, force: Force, row: NeighbourhoodRow) -> str:
    """A slug of the name, told apart by a number where another neighbourhood of the force has it."""
    plain = (fold(row.name) or fold(row.id) or "neighbourhood").replace(" ", "-")[:100]
    like = (Neighbourhood.force_id == force.id) & ((Neighbourhood.slug == plain) | Neighbourhood.slug.like(f"{plain}-%"))
    taken = set(session.scalars(select(Neighbourhood.slug).where(like)))
    number = 2
    slug = plain
    while slug in taken:
        slug, number = f"{plain}-{number}", number + 1
    return slug


def _team(session: Session, force: Force, name: str) -> Team:
    team = session.scalar(select(Team).where(Team.force_id == force.id, func.lower(Team.name) == name.lower()))
    if team is None:
        area = session.scalar(select(Area).where(Area.force_id == force.id, Area.name == name))
        if area is None:
            area = Area(force_id=force.id, name=name)
            session.add(area)
            session.flush()
        team = Team(force_id=force.id, area_id=area.id, name=name, email="", telephone="")
        session.add(team)
        session.flush()
    return team
