"""What every service of priorities checks first, and what each leaves settled: who heard last, and until when that is fresh."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.core.clock import london_day
from engagement.core.errors import Conflict, Missing, Refused
from engagement.core.texts import one_line
from engagement.db import ask, the_one
from engagement.engagements.models import Engagement
from engagement.engagements.queries import visible_to as engagements_visible
from engagement.priorities.domain import fresh_until, last_heard
from engagement.priorities.models import Priority, PriorityTold
from engagement.priorities.queries import visible_to

TITLE, LINE, TEXT = 200, 200, 2000
CHANGED = "Somebody else changed this while you had it open. Both versions are below: put in what should stand, and save again."
OVER = "This priority has ended."


def held(session: Session, actor: Actor, priority_id: int) -> Priority:
    """The priority as it is now, held so that nobody changes it meanwhile. `Missing` where it is not the actor's."""
    return the_one(session, select(Priority).where(Priority.id == priority_id, visible_to(actor)), held=True)


def live_one(session: Session, actor: Actor, priority_id: int) -> Priority:
    """As `held`; refuses one that has ended."""
    found = held(session, actor, priority_id)
    if found.slot is None:
        raise Refused(OVER)
    return found


def same_version(priority: Priority, version: int | None) -> None:
    """Raises `Conflict`, with what it says now, where it was changed since the version that was read."""
    if version is not None and priority.version != version:
        raise Conflict(CHANGED, theirs=shown_priority(priority))


def shown_priority(priority: Priority) -> dict[str, str]:
    """What a priority says now, for somebody whose page is older."""
    said = {name: str(getattr(priority, name)) for name in ("title", "agreed_at", "agreed_with") if getattr(priority, name)}
    return said | {"agreed_on": f"{priority.agreed_on.day}/{priority.agreed_on.month}/{priority.agreed_on.year}"}


def officer(actor: Actor) -> int:
    """The officer who acts; `Missing` for somebody who is none."""
    if actor.officer_id is None:
        raise Missing
    return actor.officer_id


def past_day(day: date | None, now: datetime, *, field: str, missing: str) -> date:
    """A day that is today or earlier."""
    if day is None:
        raise Refused(missing, field=field)
    if day > london_day(now):
        raise Refused("Date must be today or in the past", field=field)
    if day.year < 2000:
        raise Refused("Year must be 2000 or later", field=field)
    return day


def line(text: str, *, field: str, what: str, longest: int = LINE, missing: str = "") -> str:
    """A text on one line; refused with `missing`, where that says something, if it is empty."""
    said = one_line(text, longest=longest, field=field, what=what)
    if missing and not said:
        raise Refused(missing, field=field)
    return said


def engagement_that_happened(session: Session, actor: Actor, engagement_id: int, *, field: str = "engagement_id") -> Engagement:
    """An entry that the actor may read, of something that took place; one that is OFFICIAL-SENSITIVE is nobody's to name in public."""
    found = session.scalar(select(Engagement).where(Engagement.id == engagement_id, engagements_visible(actor)))
    if found is None or found.state != "happened" or found.happened_on is None or found.sensitive:
        raise Refused("Choose a meeting or visit from the list, or say in words where it was", field=field)
    return found


def settle(session: Session, priority: Priority) -> None:
    """Works out anew when people last heard of it; the version number stays, since no words of its own changed."""
    session.flush()
    statement = select(func.max(PriorityTold.told_on)).where(PriorityTold.priority_id == priority.id, PriorityTold.withdrawn_at.is_(None))
    told_on = session.scalar(statement)
    until = fresh_until(last_heard(priority.agreed_on, [told_on] if told_on else []))
    ask(session, update(Priority).where(Priority.id == priority.id).values(told_on=told_on, fresh_until=until))
    session.refresh(priority)
