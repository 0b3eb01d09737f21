"""Stopping the monthly letters to an address with its own link, and taking that back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engagement.access.domain import system
from engagement.audit.domain import Operation
from engagement.audit.service import record
from engagement.core.errors import Missing
from engagement.groups.models import Contact, Group
from engagement.mail.service import stop as stop_letters
from engagement.summaries.models import Stop

_TOKEN = re.compile("[A-Za-z0-9_-]{1,60}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopping:
    """What the page of a stop link says: whose mail it is, and whether it is stopped."""

    masked: str
    groups: tuple[str, ...]
    stopped_at: datetime | None


def masked(address: str) -> str:
    """An address that its owner knows again and nobody else reads: "c…k@parish.example"."""
    name, _at, domain = address.rpartition("@")
    return f"{name[:1]}…{name[-1:] if len(name) > 2 else ''}@{domain}"


def whose(session: Session, token: str) -> Stopping:
    """Whose letters a link stops; Missing for a link that is none."""
    row = _row(session, token)
    names = session.scalars(
        select(Group.name)
        .join(Contact, Contact.group_id == Group.id)
        .where(
            Contact.force_id == row.force_id,
            func.lower(Contact.email) == row.address,
            Contact.ended_on.is_(None),
            Group.sensitive.is_(False),
        )
        .distinct()
        .order_by(Group.name)
    ).all()
    return Stopping(masked=masked(row.address), groups=tuple(names), stopped_at=row.stopped_at)


def stop(session: Session, token: str, *, now: datetime) -> None:
    """Stops the monthly letters to the link's address, those written and not yet sent too. Stopped twice is stopped once."""
    row = _row(session, token)
    if row.stopped_at is None:
        row.stopped_at = now
        record(
            session, system("whoever has the address", row.force_id), Operation.ALTERATION, "stop", [row.id], fields=["stopped_at"], now=now
        )
    stop_letters(session, address=row.address, kind="summary")


def start_again(session: Session, token: str, *, now: datetime) -> None:
    """Lets the next month's letters go to the address again."""
    row = _row(session, token)
    if row.stopped_at is not None:
        row.stopped_at = None
        record(
            session, system("whoever has the address", row.force_id), Operation.ALTERATION, "stop", [row.id], fields=["stopped_at"], now=now
        )


def _row(session: Session, token: str) -> Stop:
    row = session.scalar(select(Stop).where(Stop.token == token)) if _TOKEN.fullmatch(token) else None
    if row is None:
        raise Missing
    return row
