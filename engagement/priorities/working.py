"""What was done for a priority beside its concerns' actions, and when people were told of it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TypeVar

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.audit.domain import Operation
from engagement.audit.service import record
from engagement.core.clock import london_day
from engagement.core.errors import Missing, Refused
from engagement.core.texts import clean_text
from engagement.db import ask
from engagement.priorities.checks import TEXT, engagement_that_happened, held, line, officer, past_day, settle
from engagement.priorities.domain import How
from engagement.priorities.drafts import ToldDraft, WorkDraft
from engagement.priorities.models import Priority, PriorityConcern, PriorityTold, PriorityWork

Line = TypeVar("Line", PriorityWork, PriorityTold)
IN_SUMMARY = "You said, we did"


def add_work(session: Session, actor: Actor, draft: WorkDraft, *, now: datetime) -> PriorityWork:
    """Adds a line of what was done. The same form sent twice is one line."""
    priority = held(session, actor, draft.priority_id)
    what = clean_text(draft.what, longest=TEXT, field="what", what="What was done")
    if not what:
        raise Refused("Say what was done", field="what")
    made = PriorityWork(
        force_id=priority.force_id, priority_id=priority.id, what=what, recorded_at=now, recorded_by_id=officer(actor),
        done_on=past_day(draft.done_on, now, field="done_on", missing="Say when it was done"), client_ref=draft.client_ref,
        override_reason=line(draft.override_reason, field="override_reason", what="Reason", longest=300),
    )  # fmt: skip
    kept = _once(session, made, PriorityWork)
    record(session, actor, Operation.COLLECTION, "priority", [priority.id], fields=["done"], now=now)
    return kept


def tell(session: Session, actor: Actor, draft: ToldDraft, *, now: datetime) -> PriorityTold:
    """Records that people were told: at an engagement, whose day it then is, or publicly and where."""
    priority = held(session, actor, draft.priority_id)
    if draft.how is How.ENGAGEMENT:
        if draft.engagement_id is None:
            raise Refused("Choose the meeting or visit from the list", field="engagement_id")
        there = engagement_that_happened(session, actor, draft.engagement_id)
        told_on, where = there.happened_on, ""
        assert told_on is not None
    elif draft.how is How.PUBLIC:
        told_on = past_day(draft.told_on, now, field="told_on", missing="Say when people were told")
        where = line(draft.where, field="where", what="Where", missing="Say where, such as the parish magazine")
    else:
        raise Refused("A summary tells people by itself when it is approved", field="how")
    made = PriorityTold(
        force_id=priority.force_id, priority_id=priority.id, told_on=told_on, how=str(draft.how), where=where, client_ref=draft.client_ref,
        engagement_id=draft.engagement_id if draft.how is How.ENGAGEMENT else None, recorded_at=now, recorded_by_id=officer(actor),
    )  # fmt: skip
    kept = _once(session, made, PriorityTold)
    record(session, actor, Operation.COLLECTION, "priority", [priority.id], fields=["told"], now=now)
    settle(session, priority)
    return kept


def withdraw_work(session: Session, actor: Actor, work_id: int, reason: str, *, now: datetime) -> Priority:
    """Withdraws a line of what was done, with a reason; it stays, struck out."""
    return _withdraw(session, actor, PriorityWork, work_id, reason, now)


def withdraw_told(session: Session, actor: Actor, told_id: int, reason: str, *, now: datetime) -> Priority:
    """Takes a telling back, with a reason; how fresh the priority is, is worked out without it."""
    return _withdraw(session, actor, PriorityTold, told_id, reason, now)


def told_in_summary(session: Session, actor: Actor, summary_id: int, concern_ids: Collection[int], *, now: datetime) -> int:
    """What an approved summary says of a concern tells people of the live priority before it; once for each summary. Answers how many."""
    told = select(PriorityTold.id).where(PriorityTold.priority_id == Priority.id, PriorityTold.summary_id == summary_id).exists()
    found = session.scalars(
        select(Priority)
        .join(PriorityConcern, PriorityConcern.priority_id == Priority.id)
        .where(
            PriorityConcern.concern_id.in_(sorted(set(concern_ids))),
            PriorityConcern.taken_out_at.is_(None),
            Priority.slot.is_not(None),
            ~told,
        )
        .distinct()
        .order_by(Priority.id)
        .execution_options(populate_existing=True)
    ).all()
    if not found:
        return 0
    row = {"how": str(How.SUMMARY), "where": IN_SUMMARY, "summary_id": summary_id, "told_on": london_day(now), "recorded_at": now}
    rows = [row | {"force_id": one.force_id, "priority_id": one.id, "withdrawn_reason": ""} for one in found]
    ask(session, insert(PriorityTold), rows)
    record(session, actor, Operation.ALTERATION, "priority", [one.id for one in found], fields=["told"], now=now)
    for one in found:
        settle(session, one)
    return len(found)


def _once(session: Session, made: Line, table: type[Line]) -> Line:
    """Adds the line, or answers the one that the same form made already."""
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        kept: Line | None = session.scalar(select(table).where(table.client_ref == made.client_ref)) if made.client_ref else None
        if kept is None:
            raise
        return kept
    return made


def _withdraw(session: Session, actor: Actor, table: type[Line], line_id: int, reason: str, now: datetime) -> Priority:
    found: Line | None = session.get(table, line_id)
    if found is None or found.withdrawn_at is not None:
        raise Missing
    priority = held(session, actor, found.priority_id)
    why = line(reason, field="reason", what="Reason", longest=300, missing="Say why it is withdrawn")
    found.withdrawn_at, found.withdrawn_reason = now, why
    record(session, actor, Operation.ALTERATION, "priority", [priority.id], fields=["withdrawn"], now=now)
    settle(session, priority)
    return priority
