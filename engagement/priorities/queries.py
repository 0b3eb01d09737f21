"""Questions about priorities: who may read them, and which are live where."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from engagement.access.domain import Actor, Permission
from engagement.db import ask
from engagement.priorities.models import Priority, PriorityConcern, PriorityWording


@dataclass(frozen=True, slots=True, kw_only=True)
class LivePriority:
    """A priority that has not ended. `told_on` is when people were last told of it since it was agreed, None for never."""

    id: int
    neighbourhood_id: int
    team_id: int
    slot: int
    title: str
    agreed_on: date
    told_on: date | None
    fresh_until: date

    def stale(self, today: date) -> bool:
        """Whether nobody was told about it for three months; as `domain.freshness` says it."""
        return today > self.fresh_until


_LIVE = (
    select(
        Priority.id,
        Priority.neighbourhood_id,
        Priority.team_id,
        Priority.slot,
        Priority.title,
        Priority.agreed_on,
        Priority.told_on,
        Priority.fresh_until,
    )
    .where(Priority.neighbourhood_id.in_(bindparam("neighbourhoods", expanding=True)), Priority.slot.is_not(None))
    .order_by(Priority.neighbourhood_id, Priority.slot)
)


def live(session: Session, neighbourhood_ids: Collection[int]) -> list[LivePriority]:
    """The live priorities of some neighbourhoods, in one question: at most three of each, in their order."""
    if not neighbourhood_ids:
        return []
    rows = ask(session, _LIVE, {"neighbourhoods": sorted(set(neighbourhood_ids))})
    return [LivePriority(**row._mapping) for row in rows]


def of_concern(session: Session, concern_id: int) -> Any:
    """The priority that a concern stands behind, the live one before those that ended: `id`, `title`, `live`; None for none."""
    return session.execute(
        select(Priority.id, Priority.title, Priority.slot.is_not(None).label("live"))
        .join(PriorityConcern, PriorityConcern.priority_id == Priority.id)
        .where(PriorityConcern.concern_id == concern_id, PriorityConcern.taken_out_at.is_(None))
        .order_by(Priority.slot.is_(None), Priority.id.desc())
        .limit(1)
    ).first()


def newest_approved() -> Any:
    """The number of the last wording of a priority that was approved, for a question about `Priority` in which it is `n`."""
    said = aliased(PriorityWording)
    return (
        select(func.max(said.n)).where(said.priority_id == Priority.id, said.approved_at.is_not(None)).correlate(Priority).scalar_subquery()
    )


def stale_on(today: date) -> ColumnElement[bool]:
    """That a live priority has not been told about for three months: a condition for counts and lists on `Priority`."""
    return and_(Priority.slot.is_not(None), Priority.fresh_until < today)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The priorities that an actor may read: of the teams whose public words are theirs to word.

    What is behind one, its concerns and their actions, each asks for itself: an engagement officer reads no diary.
    """
    return and_(Priority.force_id == actor.force_id, Priority.team_id.in_(sorted(actor.teams(Permission.EDIT_SUMMARY))))


def roles_over(actor: Actor, team_id: int) -> frozenset[str]:
    """The roles that the actor holds today over a team, at home or as cover."""
    return frozenset(str(place.role) for place in actor.places if team_id in place.team_ids)
