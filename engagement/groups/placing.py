"""Puts groups on the map once the place of their postcode is known."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.audit.domain import Operation
from engagement.audit.service import record
from engagement.groups.models import Group
from engagement.places.models import Postcode

_TABLE: Table = Group.__table__  # type: ignore[assignment]  # declared as FromClause, is a Table


def place_by_postcode(session: Session, actor: Actor, *, now: datetime) -> int:
    """Gives each group of the force that has a postcode and no place the place of its postcode; how many.

    It leaves their version alone, so that an open edit is not spoilt.
    """
    asked = select(Group.id, Postcode.latitude, Postcode.longitude).join(Postcode, Postcode.code == Group.postcode)
    rows = session.execute(asked.where(Group.force_id == actor.force_id, Group.latitude.is_(None)).order_by(Group.id)).all()
    if rows:
        put = _TABLE.update().where(_TABLE.c.id == bindparam("group")).values(latitude=bindparam("north"), longitude=bindparam("east"))
        session.connection().execute(put, [{"group": row.id, "north": row.latitude, "east": row.longitude} for row in rows])
        record(session, actor, Operation.ALTERATION, "group", [row.id for row in rows], fields=["latitude", "longitude"], now=now)
    return len(rows)
