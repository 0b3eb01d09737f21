"""What the rules need to know of a concern, read for many at once; and who raised one, with what each still waits for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import case, or_, select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.concerns.domain import (
    ASKED_NOT,
    NO_WAY,
    ActionBy,
    ActionFact,
    RaisingFact,
    SideEnd,
    TellingFact,
    TellingKind,
    answered_at,
    owed,
)
from engagement.concerns.models import Action, Concern, Raising, Telling
from engagement.groups.models import Group
from engagement.groups.queries import visible_to as groups_visible


@dataclass(slots=True)
class Facts:
    """What the rules of `concerns.domain` need to know of one concern."""

    raisings: list[RaisingFact] = field(default_factory=list)
    actions: list[ActionFact] = field(default_factory=list)
    tellings: list[TellingFact] = field(default_factory=list)
    side_end: SideEnd | None = None


def raising_fact(row: Any) -> RaisingFact:
    """The fact of a raising from a row with its columns."""
    return RaisingFact(
        id=row.id, raised_at=row.raised_at, wants_to_hear=row.wants_to_hear and row.not_told != ASKED_NOT, reachable=row.not_told != NO_WAY
    )


def telling_fact(row: Any) -> TellingFact:
    """The fact of a telling from a row with its columns."""
    return TellingFact(
        raising_id=row.raising_id,
        kind=TellingKind(row.kind),
        told_at=row.told_at,
        public=row.how == "public",
        taken_back=row.taken_back_at is not None,
    )


def action_is_work(row: Any) -> bool:
    """Whether an action bears on the concern's state: not withdrawn, moved to another or given up, nor only a promise to report."""
    return row.withdrawn_at is None and row.ended not in ("moved", "could_not") and not row.reports


def action_fact(row: Any) -> ActionFact:
    """The fact of an action from a row with its columns."""
    return ActionFact(done=row.done_on is not None, by=ActionBy(row.by))


_RAISING = (Raising.concern_id, Raising.id, Raising.raised_at, Raising.wants_to_hear, Raising.not_told)
_TELLING = (Raising.concern_id, Telling.raising_id, Telling.kind, Telling.told_at, Telling.how, Telling.taken_back_at)
_ACTION = (Action.concern_id, Action.by, Action.done_on, Action.ended, Action.withdrawn_at, Action.reports)


def facts_of(session: Session, concern_ids: Collection[int]) -> dict[int, Facts]:
    """The facts of many concerns in four questions; a concern that is not there is not in the answer."""
    ids = sorted(set(concern_ids))
    rows = session.execute(select(Concern.id, Concern.side_end).where(Concern.id.in_(ids)))
    facts = {row.id: Facts(side_end=SideEnd(row.side_end) if row.side_end else None) for row in rows}
    raisings = select(*_RAISING).where(Raising.concern_id.in_(ids), Raising.withdrawn_at.is_(None)).order_by(Raising.id)
    for row in session.execute(raisings):
        facts[row.concern_id].raisings.append(raising_fact(row))
    told = select(*_TELLING).join(Raising, Raising.id == Telling.raising_id)
    for telling in session.execute(told.where(Raising.concern_id.in_(ids), Raising.withdrawn_at.is_(None)).order_by(Telling.id)):
        facts[telling.concern_id].tellings.append(telling_fact(telling))
    for action in session.execute(select(*_ACTION).where(Action.concern_id.in_(ids)).order_by(Action.id)):
        if action.concern_id is not None and action_is_work(action):
            facts[action.concern_id].actions.append(action_fact(action))
    return facts


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiserToTell:
    """A raiser of a concern for a form: `owes` are the kinds of telling that they still wait for."""

    id: int
    raiser: str
    group_id: int | None
    name: str
    owes: frozenset[TellingKind]


def raisers_of(session: Session, actor: Actor, concern_id: int) -> list[RaiserToTell]:
    """Who raised a concern and stands, oldest first; a sensitive group's name is left out for whom it is not."""
    facts = facts_of(session, [concern_id]).get(concern_id, Facts())
    by_id = {fact.id: fact for fact in facts.raisings}
    named = case((or_(Group.sensitive.is_(False), groups_visible(actor)), Group.name), else_="")
    rows = session.execute(
        select(Raising.id, Raising.raiser, Raising.group_id, named.label("name"))
        .outerjoin(Group, Group.id == Raising.group_id)
        .where(Raising.concern_id == concern_id, Raising.id.in_(list(by_id)))
        .order_by(Raising.raised_at, Raising.id)
    )
    return [
        RaiserToTell(
            id=row.id, raiser=row.raiser, group_id=row.group_id, name=row.name or "", owes=_waits_for(by_id[row.id], facts.tellings)
        )
        for row in rows
    ]


def _waits_for(raising: RaisingFact, tellings: Sequence[TellingFact]) -> frozenset[TellingKind]:
    waits = {TellingKind.OUTCOME} if owed(raising, tellings) else set()
    if raising.wants_to_hear and answered_at(raising, tellings) is None:
        waits |= {TellingKind.ANSWER, TellingKind.RECEIVED}
    return frozenset(waits)
