"""Questions about letters: what became of them, and which addresses take none."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from engagement.mail.domain import State, fold_address
from engagement.mail.models import Letter, RefusedAddress


def settleable(session: Session, kind: str, *, limit: int = 100) -> Sequence[Letter]:
    """Letters of a kind that were sent or refused and whose writer has not taken note of it yet, oldest first."""
    return session.scalars(
        select(Letter)
        .where(Letter.kind == kind, Letter.settled_at.is_(None), Letter.state.in_((State.SENT, State.REFUSED)))
        .order_by(Letter.id)
        .limit(limit)
    ).all()


def refused_among(session: Session, addresses: Collection[str]) -> dict[str, str]:
    """Of these addresses those that were refused for good (folded), each with what the server said."""
    folded = {fold_address(address) for address in addresses}
    rows = session.scalars(select(RefusedAddress).where(RefusedAddress.address.in_(folded)))
    return {row.address: row.answer for row in rows}


def is_ready(now: datetime, window_open: bool) -> ColumnElement[bool]:
    """Whether a letter waits and may be tried at this moment."""
    hours = Letter.working_hours_only == false()
    return and_(Letter.state == State.WAITING, Letter.next_try_at <= now, *(() if window_open else (hours,)))


def unclaimed(database_now: datetime) -> ColumnElement[bool]:
    """Whether nobody is sending it now."""
    return or_(Letter.claimed_until.is_(None), Letter.claimed_until < database_now)
