"""What the log form offers and says: the groups to tap, what the chosen one is owed, who speaks for it, colleagues, places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.concerns.models import Action
from engagement.concerns.owing import Owed, owed_to
from engagement.concerns.queries import actions_visible_to
from engagement.db import ask
from engagement.engagements.log_queries import groups_to_log, last_neighbourhood, logged_by_another, recent_groups
from engagement.groups.models import Group
from engagement.groups.queries import ContactCard, contacts_of, visible_to
from engagement.people.queries import officers_of
from engagement.places.models import Neighbourhood

MOST_PROMISES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutGroup:
    """A chosen group: what the actor may know of it while logging. For another team's group that is its name alone."""

    id: int
    name: str
    readable: bool
    next_due_on: date | None
    sergeant_first: bool
    sensitive: bool
    contacts: Sequence[ContactCard]
    owed: Sequence[Owed]
    promised: Sequence[Any]  # what they were promised and is not ended: (id, what, due_on)
    twin: Any  # an entry of today by another officer (id, kind, by), or None


def about_group(session: Session, actor: Actor, group_id: int, today: date) -> AboutGroup:
    """What the form says of a group; Missing where it is not one that anybody may log to."""
    row = session.execute(
        select(Group.id, Group.name, Group.next_due_on, Group.sergeant_first, Group.sensitive).where(
            Group.id == group_id, visible_to(actor)
        )
    ).one_or_none()
    if row is None:
        named = groups_to_log(session, actor, [group_id])[group_id]
        return AboutGroup(
            id=named.id,
            name=named.name,
            readable=False,
            next_due_on=None,
            sergeant_first=False,
            sensitive=False,
            contacts=(),
            owed=(),
            promised=(),
            twin=None,
        )
    return AboutGroup(
        id=row.id, name=row.name, readable=True, next_due_on=row.next_due_on, sergeant_first=row.sergeant_first,
        sensitive=row.sensitive, contacts=contacts_of(session, [row.id]).get(row.id, ()), owed=owed_to(session, [row.id], actor),
        promised=ask(session, _promised(actor), {"group": row.id}).all(), twin=logged_by_another(session, actor, row.id, None, today),
    )  # fmt: skip


@lru_cache(maxsize=512)
def _promised(actor: Actor) -> Any:
    """The open promises to a group that the actor may read, for one reader; `group` is bound when it is asked."""
    return (
        select(Action.id, Action.what, Action.due_on)
        .where(
            Action.promised_to_id == bindparam("group"), Action.is_promise.is_(True), Action.ended.is_(None), Action.done_on.is_(None),
            Action.withdrawn_at.is_(None), actions_visible_to(actor),
        )
        .order_by(Action.due_on.is_(None), Action.due_on, Action.id)
        .limit(MOST_PROMISES)
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What the log form has to choose from."""

    recent: Sequence[Any]  # (id, name)
    colleagues: Sequence[Any]  # (id, name, rank, collar_number)
    places: Sequence[Any]  # (id, name)
    usual: Any  # the place (id, name) of the officer's latest entry, else their first; None without any
    about: AboutGroup | None


def offered(session: Session, actor: Actor, group_id: int | None, today: date) -> Offered:
    """All of it, in a number of questions that does not grow."""
    about = about_group(session, actor, group_id, today) if group_id is not None else None
    teams = sorted(actor.own_teams or actor.readable_teams)
    places = session.execute(
        select(Neighbourhood.id, Neighbourhood.name).where(Neighbourhood.team_id.in_(teams)).order_by(Neighbourhood.name)
    ).all()
    last = last_neighbourhood(session, actor)
    usual = next((place for place in places if place.id == last), places[0] if places else None)
    colleagues = colleagues_of(session, actor, today)
    return Offered(recent=recent_groups(session, actor), colleagues=colleagues, places=places, usual=usual, about=about)


def colleagues_of(session: Session, actor: Actor, today: date) -> list[Any]:
    """The others of the officer's own teams: (id, name, rank, collar_number), by name."""
    return [o for o in officers_of(session, sorted(actor.own_teams), today) if o.id != actor.officer_id]
