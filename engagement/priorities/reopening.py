"""Taking up again a priority that was ended by mistake or too soon: it gets a place, and how it had ended is kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from engagement.access.domain import Actor
from engagement.audit.domain import Operation
from engagement.audit.service import keep_version, record
from engagement.core.errors import Refused
from engagement.priorities.adopting import AT_ONCE, as_text
from engagement.priorities.checks import held, line
from engagement.priorities.domain import free_slot
from engagement.priorities.models import Priority, PriorityConcern


def reopen(session: Session, actor: Actor, priority_id: int, reason: str, *, now: datetime) -> Priority:
    """Makes an ended priority live again, in a free place of its neighbourhood, with a reason; one that is live stays as it is.

    A concern that stands behind another live priority by now stays there. Refused where three are live.
    """
    priority = held(session, actor, priority_id)
    if priority.slot is not None:
        return priority
    why = line(reason, field="reason", what="Reason", longest=300, missing="Say why it is taken up again")
    others = select(Priority.slot).where(Priority.neighbourhood_id == priority.neighbourhood_id, Priority.slot.is_not(None))
    try:
        slot = free_slot({taken for taken in session.scalars(others) if taken is not None})
    except Refused as refusal:
        raise Refused(refusal.sentence, field="reason") from refusal
    ended = {"ended_on": str(priority.ended_on), "how_ended": priority.how_ended, "ended_because": priority.ended_because}
    keep_version(session, actor, "priority", priority.id, as_text(priority) | ended, now=now, reason=why)
    try:
        with session.begin_nested():
            priority.slot, priority.ended_on, priority.how_ended, priority.ended_because = slot, None, None, ""
            priority.replaced_by_id = priority.ended_by_id = None
            priority.changed_at = now
            session.flush()
    except IntegrityError as taken:
        raise Refused(AT_ONCE, field="reason") from taken
    for link in _elsewhere(session, priority.id):
        link.taken_out_at = now
    record(session, actor, Operation.ALTERATION, "priority", [priority.id], fields=["ended_on"], now=now)
    session.flush()
    return priority


def _elsewhere(session: Session, priority_id: int) -> list[PriorityConcern]:
    """The priority's concerns that another live one has by now."""
    another = aliased(PriorityConcern)
    taken = (
        select(another.id)
        .join(Priority, Priority.id == another.priority_id)
        .where(
            another.concern_id == PriorityConcern.concern_id, another.taken_out_at.is_(None), another.priority_id != priority_id,
            Priority.slot.is_not(None),
        )
    )  # fmt: skip
    mine = (PriorityConcern.priority_id == priority_id, PriorityConcern.taken_out_at.is_(None))
    return list(session.scalars(select(PriorityConcern).where(*mine, taken.exists())))
