"""Adopting a priority into one of a neighbourhood's three places, changing it, ending it, and the concerns behind it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engagement.access.domain import Actor, Permission
from engagement.audit.domain import Operation
from engagement.audit.service import keep_version, record
from engagement.concerns.checks import readable_concern
from engagement.concerns.domain import ConcernState, SideEnd
from engagement.concerns.drafts import AsideDraft
from engagement.concerns.service import close_aside, take_up_again
from engagement.core.clock import london_day
from engagement.core.errors import Missing, Refused
from engagement.core.texts import clean_text
from engagement.places.models import Neighbourhood
from engagement.priorities.checks import (
    TEXT,
    TITLE,
    engagement_that_happened,
    held,
    line,
    live_one,
    officer,
    past_day,
    same_version,
    settle,
)
from engagement.priorities.domain import MOST, Ended, check_agreed_on, free_slot, fresh_until
from engagement.priorities.drafts import AdoptDraft, Agreed, EditDraft, EndDraft, WordingDraft
from engagement.priorities.models import Priority, PriorityConcern
from engagement.priorities.wordings import write

AT_ONCE = "Somebody else adopted a priority here at the same moment. Nothing of yours was saved: look again."
WORDS = ("title", "agreed_on", "agreed_at", "agreed_with", "agreed_engagement_id")


def adopt(session: Session, actor: Actor, draft: AdoptDraft, *, now: datetime) -> Priority:
    """Makes a priority of a neighbourhood of the actor's teams, live at once, with the concerns behind it.

    The same form sent twice makes one. Where three are live already it is Refused, unless it `replaces` one of them.
    """
    if (made := _made_before(session, actor, draft.client_ref)) is not None:
        return made
    place = _place(session, actor, draft.neighbourhood_id)
    title = line(draft.title, field="title", what="The priority", longest=TITLE, missing="Say what the priority is, in a line")
    agreed = _agreed(session, actor, draft.agreed, now)
    replaced = _replaced(session, actor, place, draft.replaces)
    if replaced is not None:
        _end(session, actor, replaced, Ended.REPLACED, "", london_day(now))
    day: date = agreed["agreed_on"]
    priority = Priority(
        force_id=actor.force_id, team_id=place.team_id, neighbourhood_id=place.id, title=title, fresh_until=fresh_until(day),
        override_reason=line(draft.override_reason, field="override_reason", what="Reason", longest=300), client_ref=draft.client_ref,
        recorded_at=now, changed_at=now, recorded_by_id=officer(actor), **agreed,
    )  # fmt: skip
    kept = _into_a_place(session, priority)
    if kept is not priority:
        return kept
    record(session, actor, Operation.COLLECTION, "priority", [priority.id], now=now)
    if replaced is not None:
        replaced.replaced_by_id = priority.id
        record(session, actor, Operation.ALTERATION, "priority", [replaced.id], fields=["how_ended"], now=now)
    for concern_id in sorted(set(draft.concern_ids)):
        put_in(session, actor, priority.id, concern_id, now=now)
    if clean_text(draft.issue, longest=TEXT, field="issue", what="What people asked for"):
        write(session, actor, WordingDraft(priority_id=priority.id, issue=draft.issue, action=draft.action), now=now)
    return priority


def edit(session: Session, actor: Actor, draft: EditDraft, *, now: datetime) -> Priority:
    """Changes what a live priority is called and how it was agreed; what it said before is kept. Conflict where it moved on."""
    priority = live_one(session, actor, draft.priority_id)
    same_version(priority, draft.version)
    new = _agreed(session, actor, draft.agreed, now)
    new["title"] = line(draft.title, field="title", what="The priority", longest=TITLE, missing="Say what the priority is, in a line")
    changed = [name for name in WORDS if getattr(priority, name) != new[name]]
    if not changed:
        return priority
    keep_version(session, actor, "priority", priority.id, as_text(priority), now=now)
    for name in changed:
        setattr(priority, name, new[name])
    priority.changed_at = now
    priority.override_reason = line(draft.override_reason, field="override_reason", what="Reason", longest=300) or priority.override_reason
    record(session, actor, Operation.ALTERATION, "priority", [priority.id], fields=changed, now=now)
    settle(session, priority)
    return priority


def end(session: Session, actor: Actor, draft: EndDraft, *, now: datetime) -> Priority:
    """Ends a live priority and frees its place. "Cannot do" needs its because; "replaced" needs another live one."""
    priority = live_one(session, actor, draft.priority_id)
    same_version(priority, draft.version)
    because = clean_text(draft.because, longest=TEXT, field="because", what="Because")
    if draft.how is Ended.CANNOT_DO and not because:
        raise Refused("Say why it cannot be done, as people will be told", field="because")
    on = past_day(draft.on or london_day(now), now, field="ended_on", missing="")
    if on < priority.agreed_on:
        raise Refused("It cannot end before it was agreed", field="ended_on")
    replaced_by = None
    if draft.how is Ended.REPLACED:
        replaced_by = session.scalar(
            select(Priority).where(
                Priority.id == draft.replaced_by_id,
                Priority.id != priority.id,
                Priority.neighbourhood_id == priority.neighbourhood_id,
                Priority.slot.is_not(None),
            )
        )
        if replaced_by is None:
            raise Refused("Choose the priority that replaces it; one that is not there yet is adopted in its place", field="replaced_by_id")
    _end(session, actor, priority, draft.how, because, on)
    priority.replaced_by_id = replaced_by.id if replaced_by else None
    priority.changed_at = now
    record(session, actor, Operation.ALTERATION, "priority", [priority.id], fields=["how_ended"], now=now)
    session.flush()
    return priority


def put_in(session: Session, actor: Actor, priority_id: int, concern_id: int, *, now: datetime) -> Priority:
    """Puts a concern behind a live priority. An open one thereby ends as adopted; its raisers are still to be told.

    Refused for what is OFFICIAL-SENSITIVE, since a priority is public, for one behind another live priority, and for one
    that ended another way.
    """
    priority = live_one(session, actor, priority_id)
    concern = readable_concern(session, actor, concern_id)
    if concern.sensitive:
        raise Refused("This concern is OFFICIAL-SENSITIVE, and a priority is public", field="concern_id")
    links = session.execute(
        select(PriorityConcern, Priority.title)
        .join(Priority, Priority.id == PriorityConcern.priority_id)
        .where(PriorityConcern.concern_id == concern.id, Priority.slot.is_not(None))
    ).all()
    standing = next(((link, title) for link, title in links if link.taken_out_at is None), None)
    if standing is not None and standing[0].priority_id == priority.id:
        return priority
    if standing is not None:
        raise Refused("It is behind “{title}” already", field="concern_id", title=standing[1])
    if concern.state != ConcernState.CLOSED and concern.side_end not in (None, str(SideEnd.PRIORITY)):
        raise Refused("This concern ended another way: take it up again first", field="concern_id")
    if concern.state != ConcernState.CLOSED and concern.side_end is None:
        close_aside(session, actor, AsideDraft(concern_id=concern.id, version=None, end=SideEnd.PRIORITY, reason=priority.title), now=now)
    back = next((link for link, _title in links if link.priority_id == priority.id), None)
    if back is not None:
        back.taken_out_at, back.put_in_at, back.put_in_by_id = None, now, officer(actor)
    else:
        session.add(
            PriorityConcern(
                force_id=priority.force_id, priority_id=priority.id, concern_id=concern.id, put_in_at=now, put_in_by_id=officer(actor)
            )
        )
    record(session, actor, Operation.ALTERATION, "priority", [priority.id], fields=["concerns"], now=now)
    session.flush()
    return priority


def take_out(session: Session, actor: Actor, priority_id: int, concern_id: int, reason: str, *, now: datetime) -> Priority:
    """Takes a concern out from behind a live priority, with a reason; one that is open is worked on by itself again."""
    priority = live_one(session, actor, priority_id)
    why = line(reason, field="reason", what="Reason", longest=300, missing="Say why it is taken out")
    link = session.scalar(
        select(PriorityConcern).where(
            PriorityConcern.priority_id == priority.id, PriorityConcern.concern_id == concern_id, PriorityConcern.taken_out_at.is_(None)
        )
    )
    if link is None:
        raise Missing
    concern = readable_concern(session, actor, concern_id)
    if concern.state != ConcernState.CLOSED and concern.side_end == SideEnd.PRIORITY:
        take_up_again(session, actor, concern.id, why, now=now)
    keep_version(session, actor, "priority", priority.id, as_text(priority) | {"concern": concern_id}, now=now, reason=why)
    link.taken_out_at = now
    record(session, actor, Operation.ALTERATION, "priority", [priority.id], fields=["concerns"], now=now)
    session.flush()
    return priority


def as_text(priority: Priority) -> dict[str, object]:
    """The words of a priority as JSON can hold them, for its kept versions."""
    return {name: str(value) if isinstance(value := getattr(priority, name), date) else value for name in WORDS}


def _into_a_place(session: Session, priority: Priority) -> Priority:
    """Adds it in the first free place; whoever is beaten to one tries the next. The same form at the same moment is the one kept."""
    for _try in range(MOST + 1):
        taken = session.scalars(
            select(Priority.slot).where(Priority.neighbourhood_id == priority.neighbourhood_id, Priority.slot.is_not(None))
        )
        priority.slot = free_slot({slot for slot in taken if slot is not None})
        try:
            with session.begin_nested():
                session.add(priority)
            return priority
        except IntegrityError:
            made = session.scalar(select(Priority).where(Priority.client_ref == priority.client_ref)) if priority.client_ref else None
            if made is not None:
                return made
    raise Refused(AT_ONCE)


def _end(session: Session, actor: Actor, priority: Priority, how: Ended, because: str, on: date) -> None:
    priority.slot, priority.ended_on, priority.how_ended, priority.ended_because = None, on, str(how), because
    priority.ended_by_id = officer(actor)
    session.flush()  # its place is free before another takes it


def _made_before(session: Session, actor: Actor, client_ref: str | None) -> Priority | None:
    if client_ref is None:
        return None
    return session.scalar(select(Priority).where(Priority.client_ref == client_ref, Priority.recorded_by_id == actor.officer_id))


def _place(session: Session, actor: Actor, neighbourhood_id: int | None) -> Neighbourhood:
    found = session.scalar(
        select(Neighbourhood).where(
            Neighbourhood.id == neighbourhood_id, Neighbourhood.team_id.in_(sorted(actor.teams(Permission.WRITE_DIARY)))
        )
    )
    if found is None:
        raise Refused("Choose a neighbourhood of your team", field="neighbourhood_id")
    return found


def _replaced(session: Session, actor: Actor, place: Neighbourhood, priority_id: int | None) -> Priority | None:
    if priority_id is None:
        return None
    found = held(session, actor, priority_id)
    if found.neighbourhood_id != place.id or found.slot is None:
        raise Refused("Choose a priority of the neighbourhood that is live still", field="replaces")
    return found


def _agreed(session: Session, actor: Actor, agreed: Agreed, now: datetime) -> dict[str, Any]:
    """The columns of how it was agreed: an engagement gives its own day, words need where and with whom."""
    if agreed.engagement_id is not None:
        there = engagement_that_happened(session, actor, agreed.engagement_id)
        on = check_agreed_on(there.happened_on, london_day(now))
        missing = ("", "")
    else:
        on = check_agreed_on(agreed.on, london_day(now))
        missing = ("Say where it was agreed, or choose the meeting", "Say with whom it was agreed, such as the parish council")
    return {
        "agreed_on": on,
        "agreed_at": line(agreed.at, field="agreed_at", what="Where", missing=missing[0]),
        "agreed_with": line(agreed.with_whom, field="agreed_with", what="With whom", missing=missing[1]),
        "agreed_engagement_id": agreed.engagement_id,
    }
