"""Reads the answers of data.police.uk as they come: numbers as strings, nulls, empty texts, HTML in names, a byte order mark."""

from __future__ import annotations

import csv
import html
import io
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from engagement.core.errors import Refused

Ring = tuple[tuple[float, float], ...]  # (longitude, latitude), as in GeoJSON
_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?[0-9][A-Z]{2}")
_TAG = re.compile(r"<[^>]*>")
_SUFFIX = re.compile(r"\s+(?:Safer\s+)?Neighbourhoods?\s+(?:Policing\s+)?Team$", re.IGNORECASE)
_BOUNDARY = re.compile(r"(.+?)[-_. ]boundary", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForceRow:
    """A force; `slug` is its data.police.uk id."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NeighbourhoodRow:
    """A neighbourhood; what is None was not said. `force` is empty where the file does not say whose it is."""

    id: str
    name: str
    force: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundaryRow:
    """The ring round a neighbourhood."""

    id: str
    ring: Ring


@dataclass(frozen=True, slots=True, kw_only=True)
class PostcodeRow:
    """Where a postcode is, as Code-Point Open and its like tell."""

    code: str
    latitude: float
    longitude: float


Found = ForceRow | NeighbourhoodRow | BoundaryRow | PostcodeRow


def read_path(path: Path) -> tuple[list[Found], list[str]]:
    """What a file, or every JSON, CSV and TSV file in a folder, says of places; and the names of files that say nothing of them."""
    if not path.exists():
        raise Refused("{path} is not there.", path=path)
    files = sorted(p for p in path.rglob("*") if p.suffix.lower() in (".json", ".csv", ".tsv")) if path.is_dir() else [path]
    found: list[Found] = []
    aside: list[str] = []
    for file in files:
        rows = read_text(file.read_bytes(), file)
        found += rows
        if not rows:
            aside.append(file.name)
    return found, aside


def read_text(content: bytes, name: PurePath) -> list[Found]:
    """What one file says of places; nothing where it is of another shape (priorities, events, people). `Refused` for what is broken."""
    try:
        text = content.decode("utf-8-sig")
        if name.suffix.lower() == ".json":
            return _of_json(json.loads(text), name)
        return _of_table(list(csv.DictReader(io.StringIO(text), delimiter="\t" if name.suffix.lower() == ".tsv" else ",")))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError, csv.Error) as error:
        raise Refused("{name} cannot be read: {why}.", name=name.name, why=error) from None


def clean(text: object) -> str:
    """A name as it is shown: without tags, entities and double blanks. The name of a place, not of its team."""
    plain = html.unescape(_TAG.sub(" ", html.unescape(str(text or ""))))
    return _SUFFIX.sub("", " ".join(_TAG.sub(" ", plain).split()))


def number(value: object, what: str) -> float | None:
    """A coordinate written as a number or as text; None where it is null or empty."""
    if value is None or str(value).strip() == "":
        return None
    try:
        found = float(str(value))
    except ValueError:
        found = math.nan
    if not -180 <= found <= 180:
        raise Refused("{what} must be a number of degrees, not {value}.", what=what, value=repr(value)[:40])
    return found


def _of_json(tree: Any, name: PurePath) -> list[Found]:
    if isinstance(tree, dict) and {"id", "name", "centre"} <= set(tree):
        centre = tree["centre"] if isinstance(tree["centre"], dict) else {}
        return [
            NeighbourhoodRow(
                id=_id(tree["id"]),
                name=clean(tree["name"]),
                latitude=number(centre.get("latitude"), "Latitude"),
                longitude=number(centre.get("longitude"), "Longitude"),
            )
        ]
    rows = tree if isinstance(tree, list) else [tree]
    if not rows or not all(isinstance(row, dict) for row in rows):
        return []
    if all(set(row) == {"latitude", "longitude"} for row in rows) and len(rows) >= 3:
        key = _whose(name)
        return [BoundaryRow(id=key, ring=_ring(rows))] if key else []
    if all(set(row) == {"id", "name"} for row in rows):
        kind = ForceRow if "force" in name.name.lower() else NeighbourhoodRow
        return [_named(kind, row) for row in rows]
    return []


def _named(kind: type[ForceRow] | type[NeighbourhoodRow], row: Mapping[str, Any]) -> Found:
    if kind is ForceRow:
        return ForceRow(slug=_id(row["id"]), name=clean(row["name"]))
    return NeighbourhoodRow(id=_id(row["id"]), name=clean(row["name"]))


def _of_table(rows: Sequence[Mapping[str, str]]) -> list[Found]:
    if rows and {"force_id", "neighbourhood_id", "neighbourhood_name"} <= set(rows[0]):
        return [
            NeighbourhoodRow(id=_id(r["neighbourhood_id"]), name=clean(r["neighbourhood_name"]), force=_id(r["force_id"])) for r in rows
        ]
    if rows and {"postcode", "latitude", "longitude"} <= set(rows[0]):
        return [row for row in map(_postcode, rows) if row is not None]
    if rows and {"police-force", "name"} <= set(rows[0]):
        return [ForceRow(slug=_id(r["police-force"]), name=clean(r["name"])) for r in rows]
    return []


def _postcode(row: Mapping[str, str]) -> PostcodeRow | None:
    """A postcode in the one way that the register writes it; None for one without a place."""
    code = "".join(str(row["postcode"] or "").split()).upper()
    latitude, longitude = number(row["latitude"], "Latitude"), number(row["longitude"], "Longitude")
    if latitude is None or longitude is None:
        return None
    if not _POSTCODE.fullmatch(code):
        raise Refused("{code} is not a postcode.", code=repr(code)[:40])
    return PostcodeRow(code=f"{code[:-3]} {code[-3:]}", latitude=latitude, longitude=longitude)


def _id(value: object) -> str:
    """An id as it is: opaque, case-sensitive, may hold dots."""
    key = str(value if value is not None else "").strip()
    if not 1 <= len(key) <= 60:
        raise Refused("An id must have from 1 to 60 characters, not {value}.", value=repr(key)[:40])
    return key


def _whose(name: PurePath) -> str:
    """The id that a boundary belongs to: "NC04-boundary.json", or "NC04/boundary.json"."""
    found = _BOUNDARY.match(name.name)
    return found[1] if found else name.parent.name if name.stem.lower() == "boundary" else ""


def _ring(rows: Sequence[Mapping[str, Any]]) -> Ring:
    points = [(number(row["longitude"], "Longitude"), number(row["latitude"], "Latitude")) for row in rows]
    ring = [(lon, lat) for lon, lat in points if lon is not None and lat is not None]
    return tuple(ring if ring[:1] == ring[-1:] else [*ring, ring[0]])
