"""Questions about priorities: who may read them, and which are live where."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, bindparam, select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.db import ask
from engagement.priorities.models import Priority


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


def stale_on(today: date) -> ColumnElement[bool]:
    """That a live priority has not been told about for three months: a condition for counts and lists on `Priority`."""
    return and_(Priority.slot.is_not(None), Priority.fresh_until < today)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The priorities that an actor may read with all that is behind them: of the teams of today's postings."""
    return and_(Priority.force_id == actor.force_id, Priority.team_id.in_(sorted(actor.readable_teams)))
