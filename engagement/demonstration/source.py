"""Reads the demonstration's data files: places, groups, people, concerns and lines, as plain facts."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbourhood:
    """A neighbourhood of data.police.uk, and the ring of (latitude, longitude) round it."""

    police_uk_id: str
    name: str
    slug: str
    team: str
    latitude: float
    longitude: float
    description: str
    boundary: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ward:
    """A council ward, the neighbourhood in which it lies, and the rings of (longitude, latitude) round it."""

    code: str
    name: str
    police_uk_id: str
    boundary: tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place on the map in a ward; `postcode` is empty where none is known."""

    postcode: str
    latitude: float
    longitude: float
    ward_code: str
    ward: str
    police_uk_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who speaks for a group, and how they like to be reached, first choice first."""

    group: str
    name: str
    role: str
    telephone: str
    mobile: str
    email: str
    channels: tuple[str, ...]
    best_times: str
    access_needs: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceGroup:
    """A public group as the file has it; `name_in_public` is yes, no or ask."""

    name: str
    kind: str
    police_uk_id: str
    venue: str
    postcode: str
    latitude: float
    longitude: float
    ward: str
    characteristics: tuple[str, ...]
    level: str
    frequency: str
    name_in_public: str
    made_from: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOfficer:
    """An officer with their one posting; `neighbourhoods` are those whose groups they mostly own."""

    email: str
    name: str
    rank: str
    collar_number: str
    role: str
    scope: str
    place: str
    neighbourhoods: tuple[str, ...]
    mobile: str
    telephone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceConcern:
    """What was the matter and what was done; `done_by` is officer, community or partner:KIND. An empty `police_uk_id` fits anywhere."""

    title: str
    category: str
    made_from: str
    police_uk_id: str
    place: str
    detail: str
    done_by: str
    public_wording: str
    next_step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What an officer wrote. `about` is a kind of engagement, then `of` is a kind of group; or an outcome, then `of` is the kind of
    engagement. An `of` of "any" suits all."""

    about: str
    of: str
    line: str


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(";") if part)


@cache
def neighbourhoods() -> tuple[Neighbourhood, ...]:
    """The six neighbourhoods, Ferndown's three first."""
    outlines = json.loads((FOLDER / "boundaries.geojson").read_text(encoding="utf-8"))["features"]
    rings = {
        outline["properties"]["police_uk_id"]: tuple((lat, lon) for lon, lat in outline["geometry"]["coordinates"][0])
        for outline in outlines
    }
    return tuple(
        Neighbourhood(
            police_uk_id=row["police_uk_id"],
            name=row["name"],
            slug=row["slug"],
            team=row["team"],
            latitude=float(row["latitude"]),
            longitude=float(row["longitude"]),
            description=row["description"],
            boundary=rings[row["police_uk_id"]],
        )
        for row in _rows("neighbourhoods.csv")
    )


@cache
def wards() -> tuple[Ward, ...]:
    """The wards of the six neighbourhoods."""
    outlines = json.loads((FOLDER / "ward-outlines.geojson").read_text(encoding="utf-8"))["features"]
    rings = {
        outline["properties"]["ward_code"]: tuple(tuple((lon, lat) for lon, lat in ring) for ring in outline["geometry"]["coordinates"])
        for outline in outlines
    }
    return tuple(
        Ward(code=row["ward_code"], name=row["ward"], police_uk_id=row["police_uk_id"], boundary=rings[row["ward_code"]])
        for row in _rows("wards.csv")
    )


@cache
def spots() -> tuple[Spot, ...]:
    """Every place on the map: the postcodes, then the points of the wards that have none."""
    return tuple(
        Spot(
            postcode=row.get("postcode", ""),
            latitude=float(row["latitude"]),
            longitude=float(row["longitude"]),
            ward_code=row["ward_code"],
            ward=row["ward"],
            police_uk_id=row["police_uk_id"],
        )
        for name in ("postcodes.csv", "points.csv")
        for row in _rows(name)
    )


@cache
def people() -> tuple[Person, ...]:
    """The contact people, in the order of their groups."""
    return tuple(
        Person(
            group=row["group"],
            name=row["name"],
            role=row["role"],
            telephone=row["telephone"],
            mobile=row["mobile"],
            email=row["email"],
            channels=_parts(row["channels"]),
            best_times=row["best_times"],
            access_needs=row["access_needs"],
            language=row["language"],
        )
        for row in _rows("contacts.csv")
    )


@cache
def groups() -> tuple[SourceGroup, ...]:
    """The groups, neighbourhood by neighbourhood."""
    return tuple(
        SourceGroup(
            name=row["name"],
            kind=row["kind"],
            police_uk_id=row["police_uk_id"],
            venue=row["venue"],
            postcode=row["postcode"],
            latitude=float(row["latitude"]),
            longitude=float(row["longitude"]),
            ward=row["ward"],
            characteristics=_parts(row["characteristics"]),
            level=row["level"],
            frequency=row["frequency"],
            name_in_public=row["name_in_public"],
            made_from=row["made_from"],
        )
        for row in _rows("groups.csv")
    )


@cache
def officers() -> tuple[SourceOfficer, ...]:
    """Inspector, administrator, the sergeants, the nine PCSOs, and at headquarters the engagement officer and the analyst."""
    return tuple(
        SourceOfficer(
            email=row["email"],
            name=row["name"],
            rank=row["rank"],
            collar_number=row["collar_number"],
            role=row["role"],
            scope=row["scope"],
            place=row["place"],
            neighbourhoods=_parts(row["neighbourhoods"]),
            mobile=row["mobile"],
            telephone=row["telephone"],
        )
        for row in _rows("officers.csv")
    )


@cache
def concerns() -> tuple[SourceConcern, ...]:
    """What people raised, and what was done."""
    return tuple(SourceConcern(**row) for row in _rows("concerns.csv"))


@cache
def lines() -> tuple[Line, ...]:
    """What officers wrote."""
    return tuple(Line(**row) for row in _rows("lines.csv"))


@cache
def promises() -> tuple[str, ...]:
    """What officers promised."""
    return tuple(row["what"] for row in _rows("promises.csv"))
