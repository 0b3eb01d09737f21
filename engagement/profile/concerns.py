"""Everything about one concern for its page: a fixed number of questions however much was recorded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, or_, select
from sqlalchemy.orm import Session, aliased

from engagement.access.domain import Actor
from engagement.audit.domain import altered
from engagement.audit.models import Version
from engagement.concerns.categories import Category
from engagement.concerns.clock import AnswerClock, clock
from engagement.concerns.domain import (
    ConcernState,
    NextStep,
    RaisingFact,
    SideEnd,
    TellingFact,
    next_step,
    owed,
    state_label,
)
from engagement.concerns.facts import action_fact, action_is_work, raising_fact, telling_fact
from engagement.concerns.keeping import reply_addresses
from engagement.concerns.life import Step, Work, life
from engagement.concerns.models import Action, Concern, Raising, Telling
from engagement.concerns.queries import visible_to as concerns_visible
from engagement.concerns.saying import ClockWords, clock_words
from engagement.concerns.timing import rule
from engagement.core.clock import london_day
from engagement.core.errors import Missing
from engagement.groups.models import Group
from engagement.groups.queries import visible_to as groups_visible
from engagement.people.models import Officer
from engagement.places.models import Neighbourhood, Team
from engagement.priorities.queries import of_concern
from engagement.summaries.models import SummaryItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """One raiser: the row, what they were told, and where their 72 hours stand. `group` is empty where it is not ours to name."""

    row: Any
    group: str
    group_readable: bool
    tellings: Sequence[Any]
    clock: AnswerClock | None
    owed: bool
    reply_address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernPage:
    """What the page of a concern shows."""

    concern: Any
    category: str
    state: str
    closed: bool
    steps: Sequence[Step]
    next_step: NextStep
    clock: ClockWords | None
    raised: Sequence[Raised]
    actions: Sequence[Any]
    same: Sequence[Any]
    versions: Sequence[tuple[Any, list[tuple[str, str]]]]
    wordings: Sequence[Any]
    priority: Any  # that it stands behind: id, title, live; or None


def concern_page(session: Session, actor: Actor, concern_id: int, now: datetime) -> ConcernPage:
    """The concern as its page shows it; `Missing` where it is not there or not the actor's to read."""
    concern = _concern(session, actor, concern_id)
    raisings = _raisings(session, actor, concern_id)
    tellings = _tellings(session, concern_id)
    actions = _actions(session, actor, concern_id)
    side_end = SideEnd(concern.side_end) if concern.side_end else None
    standing = [raising_fact(row) for row in raisings if row.withdrawn_at is None]
    ids = {fact.id for fact in standing}
    told = [telling_fact(row) for row in tellings if row.raising_id in ids]
    work = [
        Work(fact=action_fact(row), begun_on=row.promised_on or london_day(row.recorded_at), done_on=row.done_on)
        for row in actions
        if action_is_work(row)
    ]
    ended_on = london_day(concern.side_end_at) if concern.side_end_at else None
    return ConcernPage(
        concern=concern,
        category=Category(concern.category).label,
        state=state_label(ConcernState(concern.state), side_end),
        closed=concern.state == ConcernState.CLOSED,
        steps=life(standing, work, told, side_end, ended_on, concern.closed_at),
        next_step=next_step(standing, [w.fact for w in work], told, side_end),
        clock=clock_words(concern.answer_due_at, now, rule()),
        raised=_raised(raisings, tellings, told, reply_addresses(session, actor, concern_id), now),
        actions=actions,
        same=_same(session, actor, concern),
        versions=_versions(session, concern),
        wordings=_wordings(session, concern_id),
        priority=of_concern(session, concern_id),
    )


def _concern(session: Session, actor: Actor, concern_id: int) -> Any:
    owner, recorder, same = aliased(Officer), aliased(Officer), aliased(Concern)
    row = session.execute(
        select(
            *Concern.__table__.columns,
            Neighbourhood.name.label("neighbourhood"),
            Team.name.label("team"),
            owner.name.label("owner"),
            owner.telephone.label("owner_telephone"),
            recorder.name.label("recorder"),
            same.title.label("same_as_title"),
        )
        .join(Neighbourhood, Neighbourhood.id == Concern.neighbourhood_id)
        .join(Team, Team.id == Concern.team_id)
        .join(recorder, recorder.id == Concern.recorded_by_id)
        .outerjoin(owner, owner.id == Concern.owner_id)
        .outerjoin(same, and_(same.id == Concern.same_as_id, same.sensitive.is_(False)))
        .where(Concern.id == concern_id, concerns_visible(actor))
    ).one_or_none()
    if row is None:
        raise Missing
    return row


def _group_name(actor: Actor) -> ColumnElement[str | None]:
    """The name of a group, unless it is for others' eyes."""
    return case((or_(Group.sensitive.is_(False), groups_visible(actor)), Group.name), else_=None)


def _raisings(session: Session, actor: Actor, concern_id: int) -> Sequence[Any]:
    to, by = aliased(Officer), aliased(Officer)
    return session.execute(
        select(
            *Raising.__table__.columns,
            _group_name(actor).label("group"),
            groups_visible(actor).label("group_readable"),
            to.name.label("raised_to"),
            to.collar_number.label("raised_to_number"),
            by.name.label("recorder"),
        )
        .join(to, to.id == Raising.raised_to_id)
        .join(by, by.id == Raising.recorded_by_id)
        .outerjoin(Group, Group.id == Raising.group_id)
        .where(Raising.concern_id == concern_id)
        .order_by(Raising.raised_at, Raising.id)
    ).all()


def _tellings(session: Session, concern_id: int) -> Sequence[Any]:
    return session.execute(
        select(*Telling.__table__.columns, Officer.name.label("teller"))
        .join(Raising, Raising.id == Telling.raising_id)
        .outerjoin(Officer, Officer.id == Telling.told_by_id)
        .where(Raising.concern_id == concern_id)
        .order_by(Telling.told_at, Telling.id)
    ).all()


def _actions(session: Session, actor: Actor, concern_id: int) -> Sequence[Any]:
    return session.execute(
        select(*Action.__table__.columns, Officer.name.label("officer"), _group_name(actor).label("promised_group"))
        .outerjoin(Officer, Officer.id == Action.officer_id)
        .outerjoin(Group, Group.id == Action.promised_to_id)
        .where(Action.concern_id == concern_id)
        .order_by(Action.recorded_at, Action.id)
    ).all()


def _raised(
    raisings: Sequence[Any], tellings: Sequence[Any], told: Sequence[TellingFact], addresses: dict[int, str], now: datetime
) -> list[Raised]:
    by_raising: dict[int, list[Any]] = defaultdict(list)
    for row in tellings:
        by_raising[row.raising_id].append(row)
    found, counted = [], rule()
    for row in raisings:
        fact: RaisingFact | None = raising_fact(row) if row.withdrawn_at is None else None
        found.append(
            Raised(
                row=row,
                group=row.group or "",
                group_readable=bool(row.group_readable and row.group),
                tellings=by_raising[row.id],
                clock=clock(fact, told, now, counted) if fact else None,
                owed=owed(fact, told) if fact else False,
                reply_address=addresses.get(row.id, ""),
            )
        )
    return found


def _same(session: Session, actor: Actor, concern: Any) -> Sequence[Any]:
    """The concerns that were recorded as the same as this one."""
    return session.execute(
        select(Concern.id, Concern.title).where(Concern.same_as_id == concern.id, concerns_visible(actor)).order_by(Concern.id)
    ).all()


def _versions(session: Session, concern: Any) -> list[tuple[Any, list[tuple[str, str]]]]:
    """Each change, newest first, with what it altered as it was before: (version, [(field, words)])."""
    kept = session.execute(
        select(Version.n, Version.at, Version.by_name, Version.reason, Version.content)
        .where(Version.entity == "concern", Version.entity_id == concern.id)
        .order_by(Version.n.desc())
        .limit(20)
    ).all()
    changes = altered([version.content for version in kept], concern._mapping)
    owners = {was["owner_id"] for was in changes if was.get("owner_id")}
    named = select(Officer.id, Officer.name).where(Officer.id.in_(sorted(owners)))
    names = {row.id: row.name for row in session.execute(named)} if owners else {}
    return [
        (version, [(name, _before(name, was[name], names)) for name in TOLD if name in was])
        for version, was in zip(kept, changes, strict=True)
    ]


TOLD = ("title", "category", "asb_type", "detail", "place", "sensitive", "public_said", "side_end", "side_end_reason", "owner_id")


def _before(name: str, value: Any, owners: dict[int, str]) -> str:
    match name:
        case "category":
            return Category(value).label
        case "side_end":
            return SideEnd(value).label if value else ""
        case "owner_id":
            return owners.get(value, "")
        case "sensitive":
            return "OFFICIAL-SENSITIVE" if value else "OFFICIAL"
        case _:
            return str(value or "")


def _wordings(session: Session, concern_id: int) -> Sequence[Any]:
    """What was approved for everybody to read, newest first."""
    return session.execute(
        select(SummaryItem.id, SummaryItem.you_said, SummaryItem.we_did, SummaryItem.what_next, SummaryItem.approved_at)
        .where(SummaryItem.concern_id == concern_id, SummaryItem.approved_at.is_not(None), SummaryItem.left_out.is_(False))
        .order_by(SummaryItem.approved_at.desc())
        .limit(3)
    ).all()
