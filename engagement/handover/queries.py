"""Questions about handovers: which somebody may read, what stands in one, what an officer holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from engagement.access.domain import Actor, Permission
from engagement.concerns.models import Action, Concern, Raising
from engagement.core.clock import london_day, london_moment
from engagement.core.errors import Missing
from engagement.engagements.models import Engagement, EngagementGroup, EngagementOfficer
from engagement.groups.models import Group
from engagement.handover.domain import HandoverFacts, Held, Step
from engagement.handover.models import Handover, HandoverApart, HandoverMove, HandoverPart, HandoverStep, Tip
from engagement.offline.queries import unsent
from engagement.people.models import Account, Officer, Posting
from engagement.people.queries import holds_on
from engagement.places.models import Team

TABLES: Mapping[str, Any] = {"group": Group, "concern": Concern, "action": Action, "booking": Engagement}


def readable_by(actor: Actor) -> ColumnElement[bool]:
    """The handovers that somebody may read: those they leave or take over, whole or in part, and those of the teams they lead."""
    led = sorted(actor.teams(Permission.DECIDE_OVERDUE))
    parts = select(HandoverPart.handover_id).where(HandoverPart.officer_id == actor.officer_id)
    mine = or_(Handover.officer_id == actor.officer_id, Handover.successor_id == actor.officer_id, Handover.id.in_(parts))
    return and_(Handover.force_id == actor.force_id, or_(mine, Handover.team_id.in_(led)))


def handover_to_read(session: Session, actor: Actor, handover_id: int) -> Handover:
    """The handover, if it is there and theirs to read; Missing otherwise."""
    found = session.scalar(select(Handover).where(Handover.id == handover_id, readable_by(actor)))
    if found is None:
        raise Missing
    return found


def handover_to_change(session: Session, actor: Actor, handover_id: int) -> Handover:
    """The same, held so that nobody else changes it before this transaction is over."""
    found = session.scalar(
        select(Handover)
        .where(Handover.id == handover_id, readable_by(actor))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise Missing
    return found


@dataclass(frozen=True, slots=True)
class Split:
    """To whom single groups go instead (group id: officer id), and the parts of those officers."""

    apart: Mapping[int, int]
    parts: Sequence[HandoverPart]


def split_of(session: Session, handover: Handover) -> Split:
    """How a handover is split among several."""
    return Split(apart_of(session, handover.id), parts_of(session, handover))


def facts_of(session: Session, handover: Handover, now: datetime, split: Split | None = None) -> HandoverFacts:
    """What the rules ask of a handover; `split` where it was asked for already."""
    split = split or split_of(session, handover)
    ticked = session.scalars(select(HandoverStep.step).where(HandoverStep.handover_id == handover.id))
    others = set(split.apart.values()) - {handover.successor_id}
    takers = {*others, *filter(None, [handover.successor_id])}
    able = {row.id for row in who_may_take_over(session, handover.force_id, handover.officer_id, london_day(now))}
    return HandoverFacts(
        successor_id=handover.successor_id,
        moves_on=handover.moves_on,
        ticked=frozenset(Step(step) for step in ticked),
        leaver_signed=handover.leaver_signed_at is not None,
        successor_signed=handover.successor_signed_at is not None,
        others=len(others),
        others_signed=sum(part.signed_at is not None for part in split.parts if part.officer_id in others),
        gone=handover.moved_at is None and not takers <= able,
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


def named(session: Session, officer_ids: Sequence[int | None]) -> dict[int, str]:
    """The officers' ranks and names."""
    wanted = sorted({key for key in officer_ids if key is not None})
    rows = session.execute(select(Officer.id, Officer.rank, Officer.name).where(Officer.id.in_(wanted)))
    return {row.id: f"{row.rank} {row.name}" for row in rows}


def apart_of(session: Session, handover_id: int) -> dict[int, int]:
    """The groups that go to somebody else than the successor, and to whom."""
    rows = session.execute(select(HandoverApart.group_id, HandoverApart.officer_id).where(HandoverApart.handover_id == handover_id))
    return {row.group_id: row.officer_id for row in rows}


def parts_of(session: Session, handover: Handover) -> Sequence[HandoverPart]:
    """The parts of those who get single groups, but for one who is the successor by now."""
    statement = select(HandoverPart).where(HandoverPart.handover_id == handover.id, HandoverPart.officer_id != handover.successor_id)
    return session.scalars(statement.order_by(HandoverPart.officer_id)).all()


def moves_of(session: Session, handover_id: int) -> Sequence[HandoverMove]:
    """Everything that changed hands, in the order in which it did."""
    return session.scalars(select(HandoverMove).where(HandoverMove.handover_id == handover_id).order_by(HandoverMove.id)).all()


def groups_of(officer_id: int) -> Select[Any]:
    """The groups that an officer owns, by id."""
    return select(Group.id).where(Group.owner_id == officer_id).order_by(Group.id)


def open_actions(officer_id: int) -> ColumnElement[bool]:
    """The officer's actions and promises that have not ended."""
    return and_(Action.officer_id == officer_id, Action.ended.is_(None), Action.done_on.is_(None), Action.withdrawn_at.is_(None))


def planned_with(officer_id: int, today: date) -> ColumnElement[bool]:
    """The visits and meetings that the officer is to be at from a day on."""
    there = exists().where(EngagementOfficer.engagement_id == Engagement.id, EngagementOfficer.officer_id == officer_id)
    return and_(Engagement.state == "planned", Engagement.planned_for >= london_moment(today), there)


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
        .where(planned_with(officer_id, today))
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


def who_may_take_over(session: Session, force_id: int, leaver_id: int, on: date) -> Sequence[Any]:
    """Officers of the force with an open account and a team today, by name: (id, name, rank)."""
    return session.execute(
        select(Officer.id, Officer.name, Officer.rank)
        .join(Account, Account.officer_id == Officer.id)
        .where(
            Officer.force_id == force_id,
            Officer.id != leaver_id,
            Account.disabled_at.is_(None),
            exists().where(Posting.officer_id == Officer.id, Posting.team_id.is_not(None), holds_on(on)),
        )
        .order_by(Officer.name_folded, Officer.id)
    ).all()


def tips_of(session: Session, group_ids: Sequence[int]) -> dict[int, list[Any]]:
    """What works with each of the groups, the newest first: rows (id, group_id, contact_id, words, written_at, name)."""
    found: dict[int, list[Any]] = {}
    rows = session.execute(
        select(Tip.id, Tip.group_id, Tip.contact_id, Tip.words, Tip.written_at, Officer.name)
        .join(Officer, Officer.id == Tip.written_by_id)
        .where(Tip.group_id.in_(group_ids))
        .order_by(Tip.id.desc())
    )
    for row in rows:
        found.setdefault(row.group_id, []).append(row)
    return found
