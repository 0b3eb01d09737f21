"""Questions about handovers: which somebody may read, what stands in one, what an officer holds."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Date, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from engagement.access.domain import Actor, Permission
from engagement.concerns.models import Action, Concern, Raising
from engagement.core.clock import london_day, london_moment
from engagement.db import BigId, ask, the_one
from engagement.engagements.models import Engagement, EngagementGroup, EngagementOfficer
from engagement.groups.models import Group
from engagement.handover.domain import HandoverFacts, Held, Step
from engagement.handover.models import Handover, HandoverApart, HandoverMove, HandoverPart, HandoverStep, Tip
from engagement.offline.queries import unsent
from engagement.people.models import Account, Officer, Posting
from engagement.people.queries import holds_on
from engagement.places.models import Team

OneOf = int | BindParameter[int]
TABLES: Mapping[str, Any] = {"group": Group, "concern": Concern, "action": Action, "booking": Engagement}


def name_of(officer: Any) -> Any:
    """An officer's rank and name, as `name`."""
    return (officer.rank + " " + officer.name).label("name")


def readable_by(actor: Actor) -> ColumnElement[bool]:
    """The handovers that somebody may read: those they leave or take over, whole or in part, and those of the teams they lead."""
    led = sorted(actor.teams(Permission.DECIDE_OVERDUE))
    parts = select(HandoverPart.handover_id).where(HandoverPart.officer_id == actor.officer_id)
    mine = or_(Handover.officer_id == actor.officer_id, Handover.successor_id == actor.officer_id, Handover.id.in_(parts))
    return and_(Handover.force_id == actor.force_id, or_(mine, Handover.team_id.in_(led)))


def handover_to_read(session: Session, actor: Actor, handover_id: int) -> Handover:
    """The handover, if it is there and theirs to read; Missing otherwise."""
    return the_one(session, select(Handover).where(Handover.id == handover_id, readable_by(actor)))


def handover_to_change(session: Session, actor: Actor, handover_id: int) -> Handover:
    """The same, held so that nobody else changes it before this transaction is over."""
    return the_one(session, select(Handover).where(Handover.id == handover_id, readable_by(actor)), held=True)


@dataclass(frozen=True, slots=True)
class Split:
    """To whom single groups go instead (rows by group id: officer_id, name), and the parts of those officers (rows: officer_id,
    ticked, signed_at, name)."""

    apart: Mapping[int, Any]
    parts: Sequence[Any]


_HANDOVER: Any = bindparam("handover", type_=BigId)
_APART = (
    select(HandoverApart.group_id, HandoverApart.officer_id, name_of(Officer))
    .join(Officer, Officer.id == HandoverApart.officer_id)
    .where(HandoverApart.handover_id == _HANDOVER)
)
_PARTS = (  # but for one who is the successor by now
    select(HandoverPart.officer_id, HandoverPart.ticked, HandoverPart.signed_at, name_of(Officer))
    .join(Officer, Officer.id == HandoverPart.officer_id)
    .join(Handover, Handover.id == HandoverPart.handover_id)
    .where(HandoverPart.handover_id == _HANDOVER, HandoverPart.officer_id.is_distinct_from(Handover.successor_id))
    .order_by(HandoverPart.officer_id)
)
_TICKED = select(HandoverStep.step).where(HandoverStep.handover_id == _HANDOVER)


def split_of(session: Session, handover_id: int) -> Split:
    """How a handover is split among several."""
    this = {"handover": handover_id}
    return Split({row.group_id: row for row in ask(session, _APART, this)}, ask(session, _PARTS, this))


def facts_of(session: Session, handover: Any, now: datetime, split: Split | None = None) -> HandoverFacts:
    """What the rules ask of a handover, the record or a row of its columns; `split` where it was asked for already."""
    split = split or split_of(session, handover.id)
    ticked = ask(session, _TICKED, {"handover": handover.id})
    others = {row.officer_id for row in split.apart.values()} - {handover.successor_id}
    takers = {*others, *filter(None, [handover.successor_id])}
    return HandoverFacts(
        successor_id=handover.successor_id,
        moves_on=handover.moves_on,
        ticked=frozenset(Step(row.step) for row in ticked),
        leaver_signed=handover.leaver_signed_at is not None,
        successor_signed=handover.successor_signed_at is not None,
        others=len(others),
        others_signed=sum(part.signed_at is not None for part in split.parts if part.officer_id in others),
        gone=handover.moved_at is None and not takers <= _able(session, handover, takers, london_day(now)),
        unsent=sum(device.count for device in unsent(session, [handover.officer_id], now)),
        moved_at=handover.moved_at,
        taken_back_at=handover.taken_back_at,
        called_off_at=handover.called_off_at,
    )


def leads(actor: Actor, team_id: int) -> bool:
    """Whether the actor leads the team, and so sees its handovers through."""
    return team_id in actor.teams(Permission.DECIDE_OVERDUE)


def listed(session: Session, actor: Actor) -> list[Any]:
    """The handovers that somebody may read, those under way first, then the latest: rows with the leaver's, successor's and team's
    names, how many others get single groups and have signed."""
    comes = aliased(Officer)
    parts = (HandoverPart.handover_id == Handover.id, HandoverPart.officer_id != Handover.successor_id)
    others = select(func.count()).where(*parts).correlate(Handover).scalar_subquery().label("others")
    signed = select(func.count(HandoverPart.signed_at)).where(*parts).correlate(Handover).scalar_subquery().label("others_signed")
    return list(
        session.execute(
            select(
                *Handover.__table__.columns,
                Officer.name.label("leaver"),
                comes.name.label("successor"),
                Team.name.label("team"),
                others,
                signed,
            )
            .join(Officer, Officer.id == Handover.officer_id)
            .join(Team, Team.id == Handover.team_id)
            .outerjoin(comes, comes.id == Handover.successor_id)
            .where(readable_by(actor))
            .order_by(
                or_(Handover.moved_at.is_not(None), Handover.called_off_at.is_not(None)), Handover.begun_at.desc(), Handover.id.desc()
            )
            .limit(100)
        )
    )


def apart_of(session: Session, handover_id: int) -> dict[int, int]:
    """The groups that go to somebody else than the successor, and to whom."""
    return {row.group_id: row.officer_id for row in ask(session, _APART, {"handover": handover_id})}


def moves_of(session: Session, handover_id: int) -> Sequence[HandoverMove]:
    """Everything that changed hands, in the order in which it did."""
    return session.scalars(select(HandoverMove).where(HandoverMove.handover_id == handover_id).order_by(HandoverMove.id)).all()


def groups_of(officer_id: int) -> Select[Any]:
    """The groups that an officer owns, by id."""
    return select(Group.id).where(Group.owner_id == officer_id).order_by(Group.id)


def open_actions(officer_id: OneOf) -> ColumnElement[bool]:
    """The officer's actions and promises that have not ended."""
    return and_(Action.officer_id == officer_id, Action.ended.is_(None), Action.done_on.is_(None), Action.withdrawn_at.is_(None))


def planned_with(officer_id: OneOf, since: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """The visits and meetings that the officer is to be at from a moment on."""
    there = exists().where(EngagementOfficer.engagement_id == Engagement.id, EngagementOfficer.officer_id == officer_id)
    return and_(Engagement.state == "planned", Engagement.planned_for >= since, there)


def held_by(session: Session, officer_id: int, today: date) -> list[Held]:
    """Everything that an officer holds: groups, open concerns, open actions and promises, what is booked from today on."""
    held = [Held(what="group", id=key, for_groups=(key,)) for key in session.scalars(groups_of(officer_id))]
    concerns = list(
        session.scalars(select(Concern.id).where(Concern.owner_id == officer_id, Concern.closed_at.is_(None)).order_by(Concern.id))
    )
    raised: dict[int, list[int]] = {key: [] for key in concerns}
    of_concern = select(Raising.concern_id, Raising.group_id).where(Raising.concern_id.in_(concerns), Raising.group_id.is_not(None))
    for row in session.execute(of_concern.order_by(Raising.id)):
        raised[row.concern_id].append(row.group_id)
    held += [Held(what="concern", id=key, for_groups=tuple(groups)) for key, groups in raised.items()]
    actions = session.execute(
        select(Action.id, Action.promised_to_id, Action.concern_id).where(open_actions(officer_id)).order_by(Action.id)
    )
    held += [
        Held(what="action", id=row.id, for_groups=(row.promised_to_id,) if row.promised_to_id else tuple(raised.get(row.concern_id, ())))
        for row in actions
    ]
    booked: dict[int, list[int]] = {}
    planned = (
        select(Engagement.id, EngagementGroup.group_id)
        .outerjoin(EngagementGroup, EngagementGroup.engagement_id == Engagement.id)
        .where(planned_with(officer_id, london_moment(today)))
        .order_by(Engagement.id, EngagementGroup.group_id)
    )
    for row in session.execute(planned):
        booked.setdefault(row.id, []).extend([row.group_id] if row.group_id else [])
    return held + [Held(what="booking", id=key, for_groups=tuple(groups)) for key, groups in booked.items()]


def without_an_account(session: Session) -> Sequence[Any]:
    """Officers whose account was disabled, who still own groups or open concerns, and whose patch nobody hands over yet:
    (officer_id, force_id, team_id of their last posting)."""
    last = (
        select(Posting.team_id)
        .where(Posting.officer_id == Officer.id, Posting.team_id.is_not(None), Posting.kind == "home")
        .order_by(Posting.starts_on.desc(), Posting.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    owns = or_(exists().where(Group.owner_id == Officer.id), exists().where(Concern.owner_id == Officer.id, Concern.closed_at.is_(None)))
    under_way = exists().where(Handover.officer_id == Officer.id, Handover.moved_at.is_(None), Handover.called_off_at.is_(None))
    rows = session.execute(
        select(Officer.id, Officer.force_id, last.label("team_id"))
        .join(Account, Account.officer_id == Officer.id)
        .where(Account.disabled_at.is_not(None), owns, ~under_way, last.is_not(None))
        .order_by(Officer.id)
    )
    return rows.all()


def sergeants_of(session: Session, team_id: int, on: date) -> Sequence[int]:
    """The officers who lead a team on a day as its sergeants."""
    return session.scalars(
        select(Posting.officer_id)
        .where(Posting.team_id == team_id, Posting.role == "sergeant", holds_on(on))
        .distinct()
        .order_by(Posting.officer_id)
    ).all()


_DAY: Any = bindparam("day", type_=Date)
_MAY_TAKE_OVER = (
    select(Officer.id, Officer.name, Officer.rank)
    .join(Account, Account.officer_id == Officer.id)
    .where(
        Officer.force_id == bindparam("force"),
        Officer.id != bindparam("leaver"),
        Account.disabled_at.is_(None),
        exists().where(Posting.officer_id == Officer.id, Posting.team_id.is_not(None), holds_on(_DAY)),
    )
    .order_by(Officer.name_folded, Officer.id)
)
_ABLE = _MAY_TAKE_OVER.where(Officer.id.in_(bindparam("takers", expanding=True)))


def who_may_take_over(session: Session, force_id: int, leaver_id: int, on: date) -> Sequence[Any]:
    """Officers of the force with an open account and a team today, by name: (id, name, rank)."""
    return ask(session, _MAY_TAKE_OVER, {"force": force_id, "leaver": leaver_id, "day": on})


def _able(session: Session, handover: Any, takers: Collection[int], on: date) -> set[int]:
    """Those of the takers who may take over today."""
    if not takers:
        return set()
    who = {"force": handover.force_id, "leaver": handover.officer_id, "day": on, "takers": sorted(takers)}
    return {row.id for row in ask(session, _ABLE, who)}


_TIPS = (
    select(Tip.id, Tip.group_id, Tip.contact_id, Tip.words, Tip.written_at, Officer.name)
    .join(Officer, Officer.id == Tip.written_by_id)
    .where(Tip.group_id.in_(bindparam("groups", expanding=True)))
    .order_by(Tip.id.desc())
)


def tips_of(session: Session, group_ids: Sequence[int]) -> dict[int, list[Any]]:
    """What works with each of the groups, the newest first: rows (id, group_id, contact_id, words, written_at, name)."""
    found: dict[int, list[Any]] = {}
    for row in ask(session, _TIPS, {"groups": group_ids}) if group_ids else ():
        found.setdefault(row.group_id, []).append(row)
    return found
