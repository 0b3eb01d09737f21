"""A month that nobody approves: a reminder to its sergeants from the 8th, the inspector from the 15th."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.audit.domain import Operation
from engagement.audit.service import record
from engagement.core.clock import london_day
from engagement.core.months import Month
from engagement.people.service import leave_note
from engagement.places.models import Neighbourhood
from engagement.summaries.domain import reminder
from engagement.summaries.models import Summary
from engagement.summaries.queries import Approver, approvers


def unreminded(session: Session, today: date, limit: int) -> Sequence[Summary]:
    """Summaries that call for a reminder, or for the inspector, that they have not had."""
    month = Month.of(today).previous
    due = [m for m in (month, month.previous) if reminder(m, today) != "none"]
    late = [m for m in (month, month.previous) if reminder(m, today) == "inspector"]
    wanted = []
    if due:
        wanted.append((Summary.month <= str(due[0])) & Summary.reminded_on.is_(None))
    if late:
        wanted.append((Summary.month <= str(late[0])) & Summary.escalated_on.is_(None))
    if not wanted:
        return []
    return session.scalars(select(Summary).where(Summary.state != "approved", or_(*wanted)).order_by(Summary.id).limit(limit)).all()


def remind(session: Session, actor: Actor, summaries: Sequence[Summary], *, now: datetime) -> dict[str, int]:
    """Leaves the notes that some summaries (of the actor's force) call for; one that the inspector has is with them to approve.

    Counts: reminded, escalated.
    """
    today = london_day(now)
    places = select(Neighbourhood.id, Neighbourhood.name).where(Neighbourhood.id.in_([s.neighbourhood_id for s in summaries]))
    names = {row.id: row.name for row in session.execute(places)}
    people = approvers(session, {s.team_id for s in summaries}, today)
    counts = {"reminded": 0, "escalated": 0}
    for summary in summaries:
        place, month = names[summary.neighbourhood_id], Month.parse(summary.month)
        what = f"{month.name}, {place}: you said, we did"
        theirs = people.get(summary.team_id, [])
        late = summary.escalated_on is None and reminder(month, today) == "inspector"
        if late and summary.state == "drafted":
            summary.state, summary.submitted_at = "with_approver", now
        if summary.reminded_on is None:
            summary.reminded_on = today
            counts["reminded"] += 1
            state = "waits for your approval" if summary.state == "with_approver" else "has not been sent to you yet"
            _tell(
                session,
                actor,
                [a for a in theirs if a.role == "sergeant" and a.officer_id != summary.drafter_id],
                summary,
                f"{what} {state}.",
                now,
            )
        if late:
            summary.escalated_on = today
            counts["escalated"] += 1
            _tell(
                session, actor, [a for a in theirs if a.role == "inspector"], summary, f"{what} is with you: nobody has approved it.", now
            )
    record(session, actor, Operation.ALTERATION, "summary", [s.id for s in summaries], fields=["reminded_on", "escalated_on"], now=now)
    return counts


def _tell(session: Session, actor: Actor, people: Sequence[Approver], summary: Summary, words: str, now: datetime) -> None:
    for person in people:
        leave_note(session, actor, person.officer_id, "summary", summary.id, words, now=now)
