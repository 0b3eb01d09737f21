"""Open concerns for lists beside a group or a form: of some groups, of a neighbourhood, and those that may be the same matter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, false, or_, select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.concerns.domain import ConcernState
from engagement.concerns.likeness import likeness, same_matter
from engagement.concerns.models import Concern, Raising
from engagement.concerns.queries import visible_to
from engagement.groups.models import Group


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenConcern:
    """A concern that is not closed, for lists beside a group or a form."""

    id: int
    title: str
    category: str
    state: str
    side_end: str | None
    first_raised_at: datetime
    answer_due_at: datetime | None


_OPEN = (Concern.id, Concern.title, Concern.category, Concern.state, Concern.side_end, Concern.first_raised_at, Concern.answer_due_at)


def open_of(session: Session, group_ids: Collection[int], actor: Actor | None = None) -> dict[int, list[OpenConcern]]:
    """The open concerns that groups raised, newest first, by group. Given an actor, only those that they may read."""
    found: dict[int, list[OpenConcern]] = defaultdict(list)
    if not group_ids:
        return found
    for row in session.execute(open_select(Raising.group_id.in_(sorted(set(group_ids))), actor)):
        _mapping = dict(row._mapping)
        found[_mapping.pop("group_id")].append(OpenConcern(**_mapping))
    return found


def open_select(raised_by: ColumnElement[bool], actor: Actor | None) -> Any:
    """The question of `open_of` for the raisings of a condition: rows of `group_id` and what an `OpenConcern` holds."""
    statement = (
        select(Raising.group_id, *_OPEN)
        .join(Concern, Concern.id == Raising.concern_id)
        .where(raised_by, Raising.withdrawn_at.is_(None), Concern.state != ConcernState.CLOSED)
        .order_by(Concern.first_raised_at.desc(), Concern.id.desc())
        .distinct()
    )
    return statement if actor is None else statement.where(visible_to(actor))


def similar_open(
    session: Session, actor: Actor, title: str, *, neighbourhood_ids: Collection[int] = (), group_ids: Collection[int] = (), limit: int = 3
) -> list[OpenConcern]:
    """For "Already open since 3 Sep: the same thing?": open concerns like a title, the likest first, of some
    neighbourhoods or raised by some groups, that the actor may read."""
    near = open_near(session, actor, neighbourhood_ids=neighbourhood_ids, group_ids=group_ids)
    alike = [concern for concern in near if same_matter(title, concern.title)]
    return sorted(alike, key=lambda concern: -likeness(title, concern.title))[:limit]


def open_near(
    session: Session, actor: Actor, *, neighbourhood_ids: Collection[int] = (), group_ids: Collection[int] = (), limit: int = 300
) -> Sequence[OpenConcern]:
    """The open concerns of some neighbourhoods, or of the homes of some groups or raised by them, that an actor may
    read; newest first."""
    homes = select(Group.neighbourhood_id).where(Group.id.in_(sorted(set(group_ids))))
    raised = exists().where(Raising.concern_id == Concern.id, Raising.group_id.in_(sorted(set(group_ids))), Raising.withdrawn_at.is_(None))
    statement = (
        select(*_OPEN)
        .where(
            visible_to(actor),
            Concern.state != ConcernState.CLOSED,
            or_(
                Concern.neighbourhood_id.in_(sorted(set(neighbourhood_ids))),
                or_(Concern.neighbourhood_id.in_(homes), raised) if group_ids else false(),
            ),
        )
        .order_by(Concern.first_raised_at.desc(), Concern.id.desc())
        .limit(limit)
    )
    return [OpenConcern(**row._mapping) for row in session.execute(statement)]
