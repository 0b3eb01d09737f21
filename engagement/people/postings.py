"""Postings, the only source of roles: how one begins, and how it ends with the covers that rest on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from engagement.access.domain import Actor, Role
from engagement.audit.domain import Operation
from engagement.audit.service import record
from engagement.core.errors import Missing, Refused
from engagement.people.cover_ending import end_with_posting
from engagement.people.models import Posting
from engagement.people.service import officer_of
from engagement.places.models import Area, Team

SCOPES = {
    Role.PCSO: ("team",),
    Role.SERGEANT: ("team",),
    Role.INSPECTOR: ("area",),
    Role.ADMINISTRATOR: ("force",),
    Role.ENGAGEMENT_OFFICER: ("force",),
    Role.ANALYST: ("force",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingDraft:
    """A posting as typed: `place_id` is a team's id for team roles, an area's for inspectors, else None."""

    role: Role
    place_id: int | None
    starts_on: date
    ends_on: date | None = None
    cover: bool = False


def post_to(session: Session, actor: Actor, officer_id: int, draft: PostingDraft, *, now: datetime) -> Posting:
    """Posts an officer: the only way to a role."""
    officer = officer_of(session, actor, officer_id)
    scope = SCOPES[draft.role][0]
    if draft.ends_on and draft.ends_on < draft.starts_on:
        raise Refused("The last day must not be before the first.", field="ends_on")
    if scope == "team" and not _is_ours(session.get(Team, draft.place_id or 0), actor):
        raise Refused("Choose a team.", field="place")
    if scope == "area" and not _is_ours(session.get(Area, draft.place_id or 0), actor):
        raise Refused("Choose an area.", field="place")
    posting = Posting(
        force_id=actor.force_id,
        officer_id=officer.id,
        role=draft.role,
        scope=scope,
        team_id=draft.place_id if scope == "team" else None,
        area_id=draft.place_id if scope == "area" else None,
        kind="cover" if draft.cover else "home",
        starts_on=draft.starts_on,
        ends_on=draft.ends_on,
    )
    session.add(posting)
    session.flush()
    record(session, actor, Operation.COLLECTION, "posting", [posting.id], fields=[draft.role], now=now)
    return posting


def _is_ours(place: Team | Area | None, actor: Actor) -> bool:
    return place is not None and place.force_id == actor.force_id


def end_posting(session: Session, actor: Actor, posting_id: int, *, last_day: date, now: datetime) -> Posting:
    """Ends a posting, and with it the covers that rest on it; its last day may be today or later, and a posting that has not
    begun is ended before it begins."""
    posting = session.get(Posting, posting_id)
    if posting is None or posting.force_id != actor.force_id:
        raise Missing
    posting.ends_on = last_day
    record(session, actor, Operation.ALTERATION, "posting", [posting.id], fields=["ends_on"], now=now)
    session.flush()
    end_with_posting(session, actor, posting, now=now)
    return posting
