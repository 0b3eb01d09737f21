"""Groups that no longer meet: put to sleep with a reason, asked again, woken by hand or by whoever spoke with them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.audit.domain import Operation
from engagement.audit.service import keep_version, record
from engagement.core.clock import london_day
from engagement.core.errors import Refused
from engagement.core.months import add_months
from engagement.core.texts import clean_text
from engagement.groups.models import Group
from engagement.groups.queries import group_to_change
from engagement.groups.settling import settle
from engagement.groups.silence import ASK_AGAIN_MONTHS


def go_dormant(session: Session, actor: Actor, group_id: int, reason: str, *, now: datetime) -> None:
    """Marks a group that no longer meets: it is kept, never due, and can be woken."""
    group = group_to_change(session, actor, group_id)
    reason = clean_text(reason, longest=500, field="reason", what="Reason")
    if not reason:
        raise Refused("Say why, so that whoever finds it knows", field="reason")
    if group.dormant_on is not None:
        raise Refused("It is dormant already", field="reason")
    keep_version(session, actor, "group", group.id, {"dormant_on": None}, now=now, reason=reason)
    group.dormant_on, group.dormant_reason, group.ask_again_on = london_day(now), reason, None
    session.flush()
    record(session, actor, Operation.ALTERATION, "group", [group.id], fields=["dormant_on"], now=now)
    settle(session, [group.id], today=london_day(now))


def wake(session: Session, actor: Actor, group_id: int, *, now: datetime) -> None:
    """Takes a group back among those that are contacted; one that is awake stays so."""
    group = group_to_change(session, actor, group_id)
    if group.dormant_on is None:
        return
    before = {"dormant_on": group.dormant_on.isoformat(), "dormant_reason": group.dormant_reason}
    keep_version(session, actor, "group", group.id, before, now=now)
    group.dormant_on, group.dormant_reason = None, ""
    record(session, actor, Operation.ALTERATION, "group", [group.id], fields=["dormant_on"], now=now)
    settle(session, [group.id], today=london_day(now))


def still_dormant(session: Session, actor: Actor, group_id: int, *, now: datetime) -> None:
    """Keeps that a dormant group was asked again and sleeps on: it is asked in another year. One that is awake stays as it is."""
    group = group_to_change(session, actor, group_id)
    if group.dormant_on is None:
        return
    before = {"ask_again_on": group.ask_again_on.isoformat() if group.ask_again_on else None}
    keep_version(session, actor, "group", group.id, before, now=now, reason="Asked again: still dormant")
    group.ask_again_on = add_months(london_day(now), ASK_AGAIN_MONTHS)
    record(session, actor, Operation.ALTERATION, "group", [group.id], fields=["ask_again_on"], now=now)


def wake_contacted(session: Session, actor: Actor, group_ids: Iterable[int], *, now: datetime) -> list[int]:
    """Wakes those of the groups that were spoken with on or after the day they went dormant; answers their ids.

    For whoever logged that, of any team: a group that answers is not asleep. An entry of before wakes nobody.
    """
    asleep = session.scalars(
        select(Group)
        .where(Group.id.in_(sorted(set(group_ids))), Group.dormant_on.is_not(None), Group.last_two_way_on >= Group.dormant_on)
        .order_by(Group.id)
        .execution_options(populate_existing=True)
    ).all()
    for group in asleep:
        before = {"dormant_on": group.dormant_on.isoformat() if group.dormant_on else None, "dormant_reason": group.dormant_reason}
        keep_version(session, actor, "group", group.id, before, now=now, reason="Spoken with")
        group.dormant_on, group.dormant_reason, group.ask_again_on = None, "", None
    woken = [group.id for group in asleep]
    if woken:
        session.flush()
        record(session, actor, Operation.ALTERATION, "group", woken, fields=["dormant_on"], now=now)
        settle(session, woken, today=london_day(now))
    return woken
