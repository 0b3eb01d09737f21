"""What a group's record said before each change, in words, and who changed it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.audit.domain import altered
from engagement.audit.models import Version
from engagement.groups.models import Group
from engagement.groups.vocabulary import characteristics, kinds
from engagement.people.models import Officer
from engagement.places.models import Neighbourhood

SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One change: when, by whom, why where it was said, and each field altered with what it said before."""

    at: datetime
    by: str
    reason: str
    before: list[tuple[str, str]]


def history(session: Session, group: Group, facts: Mapping[str, Any]) -> list[Changed]:
    """The latest changes of a group's own facts, newest first, in three questions; `facts` is what it says now."""
    kept = session.scalars(
        select(Version).where(Version.entity == "group", Version.entity_id == group.id).order_by(Version.n.desc()).limit(SHOWN)
    ).all()
    dormant = {"dormant_on": group.dormant_on.isoformat() if group.dormant_on else None, "dormant_reason": group.dormant_reason}
    changes = altered([version.content for version in kept], dict(facts) | dormant)
    people = _names(session, Officer, {was["owner_id"] for was in changes if was.get("owner_id")})
    places = {i for was in changes for i in (*was.get("spans", ()), was.get("neighbourhood_id")) if i}
    towns = _names(session, Neighbourhood, places)
    return [
        Changed(
            at=version.at,
            by=version.by_name,
            reason=version.reason,
            before=[(name, _words(name, value, people, towns)) for name, value in was.items()],
        )
        for version, was in zip(kept, changes, strict=True)
    ]


def _names(session: Session, table: type[Officer] | type[Neighbourhood], ids: set[int]) -> dict[int, str]:
    rows = session.execute(select(table.id, table.name).where(table.id.in_(sorted(ids)))) if ids else ()
    return {row.id: row.name for row in rows}


def _words(name: str, value: Any, people: Mapping[int, str], towns: Mapping[int, str]) -> str:
    match name, value:
        case _, None | "" | []:
            return ""
        case "owner_id", int():
            return people.get(value, "")
        case "neighbourhood_id", int():
            return towns.get(value, "")
        case "spans", list():
            return ", ".join(towns.get(i, "") for i in value)
        case "characteristics", list():
            return ", ".join(characteristics().get(code, code) for code in value)
        case "kind", _:
            return kinds().get(value, str(value))
        case "dormant_on", _:
            day = date.fromisoformat(value)
            return f"{day.day}/{day.month}/{day.year}"
        case _, bool():
            return "Yes" if value else "No"
        case _:
            return str(value)
