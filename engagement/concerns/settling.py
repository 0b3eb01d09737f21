"""Keeps a concern's stored state equal to the rule: one way in, used by every change to what the rule reads."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, func, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from engagement.concerns.clock import first_answer_due_at
from engagement.concerns.domain import NO_WAY, ConcernState, reply_kept_until, state
from engagement.concerns.facts import facts_of
from engagement.concerns.models import Concern, ConcernClosing, Raising, ReplyAddress, Telling
from engagement.concerns.timing import rule
from engagement.core.clock import london_day
from engagement.settings import current

_CONCERN: Any = Concern.__table__
_SETTLED = ("state", "answer_due_at", "closed_at", "first_raised_at", "changed_at")


def hold(session: Session, concern_ids: Collection[int]) -> None:
    """Makes other writers to these concerns wait until this transaction ends, so that each settles what it sees.

    Ids ascending, so that two never wait for each other. On SQLite the writer is alone anyway.
    """
    session.execute(select(Concern.id).where(Concern.id.in_(sorted(set(concern_ids)))).order_by(Concern.id).with_for_update(key_share=True))


def settle(session: Session, concern_ids: Iterable[int], *, now: datetime, touched: bool = False) -> None:
    """Recomputes `state`, `answer_due_at`, `closed_at` and `first_raised_at` of concerns, in a number of questions
    that does not grow with them. `touched` moves `changed_at` to now as well. The version number stays as it is,
    so that a telling never spoils an open edit. A concern already closed keeps the moment of its closing; one that is
    opened again leaves it as a `ConcernClosing`, so that what was counted of the past stays.
    """
    ids = sorted(set(concern_ids))
    if not ids:
        return
    session.flush()
    hold(session, ids)
    facts = facts_of(session, ids)
    known = select(Concern.id, Concern.force_id, *(getattr(Concern, n) for n in _SETTLED)).where(Concern.id.in_(ids))
    kept = {row.id: row for row in session.execute(known)}
    rows: list[dict[str, Any]] = []
    counted = rule()
    for concern_id, found in sorted(facts.items()):
        old = kept[concern_id]
        new = state(found.raisings, found.actions, found.tellings, found.side_end)
        closed_at = None if new is not ConcernState.CLOSED else (old.closed_at or now)
        if closed_at is None and old.closed_at is not None:
            session.add(ConcernClosing(force_id=old.force_id, concern_id=concern_id, closed_at=old.closed_at, opened_again_at=now))
        row = {
            "state": str(new),
            "answer_due_at": first_answer_due_at(found.raisings, found.tellings, counted),
            "closed_at": closed_at,
            "first_raised_at": min((r.raised_at for r in found.raisings), default=old.first_raised_at),
            "changed_at": now if touched else old.changed_at,
        }
        if any(row[name] != getattr(old, name) for name in _SETTLED):
            rows.append(row | {"which": concern_id})
    if rows:
        table: Table = _CONCERN
        session.execute(
            update(table).where(table.c.id == bindparam("which")).values({name: bindparam(name) for name in _SETTLED}),
            rows,
        )
        _refresh(session, rows)
    _keep_addresses(session, ids)


def _refresh(session: Session, rows: list[dict[str, Any]]) -> None:
    """Tells objects that the session holds what was written past them."""
    by_id = {row["which"]: row for row in rows}
    for held in list(session.identity_map.values()):
        if isinstance(held, Concern) and held.id in by_id:
            for name in _SETTLED:
                set_committed_value(held, name, by_id[held.id][name])


def _keep_addresses(session: Session, concern_ids: list[int]) -> None:
    """Sets the last day of reply addresses: so many days after their raiser was told the outcome, none before."""
    to_them = (Telling.how != "public") | (Raising.not_told == NO_WAY)
    told = (
        select(ReplyAddress.id, ReplyAddress.erase_after, func.min(Telling.told_at).label("told_at"))
        .join(Raising, Raising.id == ReplyAddress.raising_id)
        .outerjoin(Telling, (Telling.raising_id == Raising.id) & (Telling.kind == "outcome") & Telling.taken_back_at.is_(None) & to_them)
        .where(Raising.concern_id.in_(concern_ids))
        .group_by(ReplyAddress.id, ReplyAddress.erase_after)
    )
    changed, days = [], current().number("retention", "reply_address_days")
    for row in session.execute(told):
        until = reply_kept_until(london_day(row.told_at), days) if row.told_at else None
        if until != row.erase_after:
            changed.append({"which": row.id, "until": until})
    if changed:
        table: Any = ReplyAddress.__table__
        session.execute(update(table).where(table.c.id == bindparam("which")).values(erase_after=bindparam("until")), changed)
