"""Questions about what phones sent: references known already, groups by their exact name, what is still unsent where."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.core.names import fold
from engagement.db import ask
from engagement.engagements.models import Engagement
from engagement.groups.models import Group
from engagement.groups.queries import kept_from
from engagement.offline.domain import Named
from engagement.offline.models import DeviceReport, HeldEntry


def groups_named(session: Session, actor: Actor, name: str) -> list[Named]:
    """The groups of the force that have exactly that name, folded; those kept from the officer are not among them."""
    rows = session.execute(
        select(Group.id, Group.neighbourhood_id, Group.team_id)
        .where(Group.force_id == actor.force_id, Group.name_folded == fold(name)[:200], ~kept_from(actor))
        .order_by(Group.id)
        .limit(20)
    )
    return [Named(id=row.id, neighbourhood_id=row.neighbourhood_id, team_id=row.team_id) for row in rows]


# One reference at a time: of many at once SQLite reads the whole table where most entries have none, as after an import.
_KNOWN = select(Engagement.client_ref, Engagement.id, Engagement.content_hash, Engagement.recorded_by_id, Engagement.force_id).where(
    Engagement.client_ref == bindparam("ref")
)
_HELD = select(HeldEntry.client_ref, HeldEntry.engagement_id).where(HeldEntry.account_id == bindparam("account"))


def known_among(session: Session, refs: Collection[str]) -> dict[str, Any]:
    """The entries on the record that have one of the references: (client_ref, id, content_hash, recorded_by_id, force_id)."""
    return {row.client_ref: row for ref in sorted(refs) for row in ask(session, _KNOWN, {"ref": ref})}


def held_of(session: Session, account_id: int) -> dict[str, int | None]:
    """The references under which a phone of the account handed something in, each with the engagement it became, if it did."""
    return {row.client_ref: row.engagement_id for row in ask(session, _HELD, {"account": account_id})}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsent:
    """What one device said last that it still holds of an officer's entries."""

    officer_id: int
    count: int
    oldest_at: datetime
    device: str


_UNSENT = (
    select(DeviceReport.officer_id, DeviceReport.unsent, DeviceReport.oldest_kept_at, DeviceReport.device)
    .where(DeviceReport.officer_id.in_(bindparam("officers", expanding=True)), DeviceReport.unsent > 0)
    .order_by(DeviceReport.oldest_kept_at, DeviceReport.id)
)


def unsent(session: Session, officer_ids: Collection[int], now: datetime) -> Sequence[Unsent]:
    """What is still unsent on the devices of some officers, the oldest first; a device that holds nothing is not there.

    A moment that lies after `now`, of before a clock was set back, is as of now.
    """
    if not officer_ids:
        return []
    return [
        Unsent(officer_id=row.officer_id, count=row.unsent, oldest_at=min(row.oldest_kept_at or now, now), device=row.device)
        for row in ask(session, _UNSENT, {"officers": sorted(set(officer_ids))})
    ]


def handed_in_since(session: Session, account_id: int, since: datetime) -> int:
    """How many entries of an account were handed in since a moment."""
    asked = select(func.count()).select_from(HeldEntry).where(HeldEntry.account_id == account_id, HeldEntry.handed_in_at > since)
    return session.scalar(asked) or 0
