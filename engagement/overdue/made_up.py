"""Flags of mornings on which nothing ran, for groups that were overdue and were seen before the next morning came."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from engagement.core.clock import london_day
from engagement.engagements.models import EngagementGroup
from engagement.groups.domain import Level, due_on
from engagement.groups.frequency import Term
from engagement.groups.models import ContactAgreement, Group, GroupPause
from engagement.groups.queries import agreements_of, pauses_of, terms_of
from engagement.groups.settling import agreement_facts, pause_facts
from engagement.ledger.queries import done_among
from engagement.overdue.domain import Cleared
from engagement.overdue.models import Flag

JOB = "flag-overdue"
FURTHEST_DAYS = 60
BATCH = 500


def missed_mornings(session: Session, today: date) -> date | None:
    """The first of the mornings up to yesterday since the job last ran, 60 at most; None where it ran yesterday or never did."""
    days = [today - timedelta(days=n) for n in range(1, FURTHEST_DAYS + 1)]
    done = {date.fromisoformat(period) for _name, period in done_among(session, [(JOB, day.isoformat()) for day in days])}
    last = max(done, default=None)
    return None if last is None or last == days[0] else last + timedelta(days=1)


def make_up(session: Session, force_id: int, since: date, today: date) -> Sequence[int]:
    """Raises, and clears at once, a flag for each date since that morning that a group let pass and was seen after,
    when no morning looked in between. Answers the flags' ids; twice is nothing."""
    made: list[int] = []
    seen = select(Group.id).where(Group.force_id == force_id, Group.last_two_way_on >= since).order_by(Group.id)
    ids = session.scalars(seen).all()
    terms = terms_of(session, force_id) if ids else ()
    for start in range(0, len(ids), BATCH):
        rows = list(_passed(session, ids[start : start + BATCH], since, today, terms))
        if rows:
            table: Any = Flag.__table__
            made += session.scalars(insert(table).returning(table.c.id), rows).all()
    return made


def _passed(session: Session, ids: Sequence[int], since: date, today: date, terms: Sequence[Term]) -> Iterator[dict[str, Any]]:
    agreements, pauses, contacts = agreements_of(session, ids), pauses_of(session, ids), _contacts(session, ids, since)
    known = {(row.group_id, row.due_on) for row in session.execute(select(Flag.group_id, Flag.due_on).where(Flag.group_id.in_(ids)))}
    groups = session.execute(select(Group.id, Group.force_id, Group.team_id, Group.level).where(Group.id.in_(ids))).all()
    for group in groups:
        agreement = agreements.get(group.id)
        if agreement is None or group.level == Level.INFORM:
            continue
        before: date | None = None
        for on, engagement_id in contacts[group.id]:
            due = _due(agreement, before, pauses.get(group.id, ()), terms) if on >= since else None
            before = on
            if due is None or not since <= due < on <= today or london_day(agreement.recorded_at) > due or (group.id, due) in known:
                continue
            known.add((group.id, due))
            yield {
                "force_id": group.force_id, "team_id": group.team_id, "group_id": group.id, "due_on": due, "raised_on": due,
                "assumed": agreement.assumed, "cleared_on": on, "cleared_by": Cleared.CONTACT.value, "engagement_id": engagement_id,
            }  # fmt: skip


def _due(agreement: ContactAgreement, before: date | None, pauses: Sequence[GroupPause], terms: Sequence[Term]) -> date | None:
    return due_on(agreement_facts(agreement), before, [pause_facts(pause) for pause in pauses], terms)


def _contacts(session: Session, ids: Sequence[int], since: date) -> dict[int, list[tuple[date, int]]]:
    """Of each group the days on which contact counted since then, and the last before, each with its engagement; oldest first."""
    there = EngagementGroup
    counted = (there.group_id.in_(ids), there.counts.is_(True))
    last = (
        select(there.group_id, func.max(there.happened_on).label("on")).where(*counted, there.happened_on < since).group_by(there.group_id)
    )
    found: dict[int, list[tuple[date, int]]] = defaultdict(list)
    for row in session.execute(last):
        found[row.group_id].append((row.on, 0))
    days = select(there.group_id, there.happened_on, func.min(there.engagement_id).label("engagement_id"))
    days = days.where(*counted, there.happened_on >= since).group_by(there.group_id, there.happened_on).order_by(there.happened_on)
    for key, on, engagement_id in session.execute(days):
        if on is not None:
            found[key].append((on, engagement_id))
    return found
