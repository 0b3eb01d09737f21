"""Questions about concerns: who may see one, the facts its rules need, and what a group is owed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, bindparam, case, exists, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from engagement.access.domain import Actor, Permission
from engagement.concerns.domain import (
    ActionBy,
    ActionFact,
    ConcernState,
    RaisingFact,
    SideEnd,
    TellingFact,
    TellingKind,
    answered_at,
    owed,
)
from engagement.concerns.likeness import likeness, same_matter
from engagement.concerns.models import Action, Concern, Raising, Telling
from engagement.db import ask
from engagement.groups.models import Group
from engagement.groups.queries import kept_from
from engagement.groups.queries import visible_to as groups_visible

NO_WAY = "no_way"  # of `Raising.not_told`: they left no way to reach them
ASKED_NOT = "asked_not"


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
class Owed:
    """What one raising is still owed: an answer, or the outcome of what was done or of what cannot be."""

    raising_id: int
    concern_id: int
    group_id: int
    title: str
    kind: Literal["answer", "outcome"]
    raised_at: datetime


def owed_to(session: Session, group_ids: Collection[int], actor: Actor | None = None) -> list[Owed]:
    """What groups are owed, oldest first. An answer where none was given, the outcome once there is one to tell.

    Given an actor, only of concerns that they may read.
    """
    if not group_ids:
        return []
    return read_owed(ask(session, _owed_of_groups(actor), {"groups": sorted(set(group_ids))}))


def owed_select(raised_by: ColumnElement[bool], actor: Actor | None) -> Any:
    """The question of `owed_to` for the raisings of a condition, built once where it is asked often; `read_owed` reads its rows."""
    ended = Concern.state == ConcernState.OUTCOME_OWED
    statement = (
        select(Raising.id, Raising.concern_id, Raising.group_id, Raising.raised_at, Concern.title, ended.label("ended"))
        .join(Concern, Concern.id == Raising.concern_id)
        .where(raised_by, *owed_conditions())
        .order_by(Raising.raised_at, Raising.id)
    )
    return statement if actor is None else statement.where(visible_to(actor))


@lru_cache(maxsize=1024)
def _owed_of_groups(actor: Actor | None) -> Any:
    """The question of `owed_to`, put together once for each reader; `groups` is bound when it is asked."""
    return owed_select(Raising.group_id.in_(bindparam("groups", expanding=True)), actor)


def read_owed(rows: Iterable[Any]) -> list[Owed]:
    """What the rows of `owed_select` say."""
    return [
        Owed(
            raising_id=row.id,
            concern_id=row.concern_id,
            group_id=row.group_id,
            title=row.title,
            kind="outcome" if row.ended else "answer",
            raised_at=row.raised_at,
        )
        for row in rows
    ]


def owed_conditions() -> tuple[ColumnElement[bool], ...]:
    """That a raising, joined to its concern, is still owed an answer, or the outcome of what has ended."""
    ended = Concern.state == ConcernState.OUTCOME_OWED
    return (*to_hear(), Concern.state != ConcernState.CLOSED, or_(and_(ended, ~_told(TellingKind.OUTCOME)), unanswered()))


def to_hear() -> tuple[ColumnElement[bool], ...]:
    """That a raising stands, and its raiser did not ask not to be told: only for those do the 72 hours run."""
    return (
        Raising.withdrawn_at.is_(None),
        Raising.wants_to_hear.is_(True),
        or_(Raising.not_told.is_(None), Raising.not_told != ASKED_NOT),
    )


def unanswered() -> ColumnElement[bool]:
    """That a raising has neither an answer nor the outcome: its 72 hours run, or ran out."""
    return ~_told(TellingKind.ANSWER, TellingKind.OUTCOME)


def first_answer() -> Any:
    """When a raising of the outer question was answered, or none; as `concerns.domain.answered_at` says it."""
    return first_told(TellingKind.ANSWER, TellingKind.OUTCOME)


def first_told(*kinds: TellingKind) -> Any:
    """When a raising of the outer question was first told one of these, or none; as `concerns.domain.told` says it."""
    return (
        select(func.min(Telling.told_at))
        .where(Telling.raising_id == Raising.id, Telling.kind.in_(kinds), Telling.taken_back_at.is_(None), _to_them())
        .correlate(Raising)
        .scalar_subquery()
    )


def _to_them() -> ColumnElement[bool]:
    return or_(Telling.how != "public", Raising.not_told == NO_WAY)


def _told(*kinds: TellingKind) -> ColumnElement[bool]:
    """That a raising of the outer question was told one of these; as `concerns.domain.told` says it."""
    return exists().where(Telling.raising_id == Raising.id, Telling.kind.in_(kinds), Telling.taken_back_at.is_(None), _to_them())


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


def raised_before(session: Session, actor: Actor, client_ref: str | None) -> int | None:
    """The concern that the actor's form with this reference has made already, if it has."""
    if client_ref is None:
        return None
    return session.scalar(select(Raising.concern_id).where(Raising.client_ref == client_ref, Raising.recorded_by_id == actor.officer_id))


def usual_neighbourhood(session: Session, actor: Actor) -> int | None:
    """Where the officer recorded a concern last, as far as they still read its team; None for one who has not yet."""
    statement = select(Concern.neighbourhood_id).where(Concern.recorded_by_id == actor.officer_id, visible_to(actor))
    return session.scalar(statement.order_by(Concern.recorded_at.desc(), Concern.id.desc()).limit(1))


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
