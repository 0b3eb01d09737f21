"""Who may read which concerns and actions, and what an officer recorded before."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.orm import Session, aliased

from engagement.access.domain import Actor, Permission
from engagement.concerns.models import Action, Concern, Raising
from engagement.groups.models import Group
from engagement.groups.queries import kept_from


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The concerns that an actor may read: of the teams of today's postings.

    One that is OFFICIAL-SENSITIVE is for its owner, who recorded it, and the sergeants and inspectors of its team.
    """
    return and_(
        Concern.force_id == actor.force_id,
        Concern.team_id.in_(sorted(actor.readable_teams)),
        or_(
            Concern.sensitive.is_(False),
            Concern.team_id.in_(sorted(actor.teams(Permission.DECIDE_OVERDUE))),
            Concern.owner_id == actor.officer_id if actor.officer_id is not None else false(),
            Concern.recorded_by_id == actor.officer_id if actor.officer_id is not None else false(),
        ),
    )


def actions_visible_to(actor: Actor) -> ColumnElement[bool]:
    """The actions and promises that an actor may read: their own, and their teams' unless they belong to a concern that is
    closed to them, or were promised to a group that is."""
    concern = aliased(Concern)
    hidden = and_(concern.id == Action.concern_id, concern.sensitive.is_(True))
    to_few = exists().where(Group.id == Action.promised_to_id, kept_from(actor))
    seen = select(Concern.id).where(visible_to(actor), Concern.sensitive.is_(True))
    return and_(
        Action.force_id == actor.force_id,
        or_(
            Action.officer_id == actor.officer_id if actor.officer_id is not None else false(),
            and_(Action.team_id.in_(sorted(actor.readable_teams)), ~to_few, or_(~exists().where(hidden), Action.concern_id.in_(seen))),
        ),
    )


def raised_before(session: Session, actor: Actor, client_ref: str | None) -> int | None:
    """The concern that the actor's form with this reference has made already, if it has."""
    if client_ref is None:
        return None
    return session.scalar(select(Raising.concern_id).where(Raising.client_ref == client_ref, Raising.recorded_by_id == actor.officer_id))


def usual_neighbourhood(session: Session, actor: Actor) -> int | None:
    """Where the officer recorded a concern last, as far as they still read its team; None for one who has not yet."""
    statement = select(Concern.neighbourhood_id).where(Concern.recorded_by_id == actor.officer_id, visible_to(actor))
    return session.scalar(statement.order_by(Concern.recorded_at.desc(), Concern.id.desc()).limit(1))
