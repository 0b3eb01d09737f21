"""Who should I see, and what did I promise: everything on the first page of a shift, in a fixed number of questions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor, Permission
from engagement.concerns import queries as concern_queries
from engagement.concerns.domain import ConcernState
from engagement.concerns.models import Action, Concern
from engagement.concerns.queries import Owed, owed_to
from engagement.concerns.saying import ClockWords, clock_words
from engagement.core.clock import london_day, london_moment
from engagement.engagements.domain import State
from engagement.engagements.models import Engagement, EngagementGroup, EngagementOfficer
from engagement.engagements.queries import tries_of
from engagement.groups.channels import Channel, tap_to_reach
from engagement.groups.domain import Standing
from engagement.groups.explain import Badge, badge
from engagement.groups.models import Group
from engagement.groups.queries import ContactCard, contacts_of, due_condition, facts_of, late_condition, visible_to
from engagement.people.models import Absence, Officer, OfficerNote
from engagement.people.queries import notes_of

MOST_TO_SEE, MOST_PROMISES, MOST_CLOCKS, MOST_PLANNED = 20, 20, 15, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """Something booked: today's with its time, or past and waiting for "Did it happen?"."""

    id: int
    kind: str
    planned_for: datetime
    place: str
    groups: Sequence[Any]  # (id, name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """An answer that is owed, and how long it still has."""

    concern_id: int
    title: str
    due_at: datetime
    words: ClockWords | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToSee:
    """A group to see: how late, how often, what is owed, how to reach it."""

    id: int
    name: str
    neighbourhood_id: int
    how_often: str
    assumed: bool
    sergeant_first: bool
    badge: Badge
    owner: str  # empty where it is the reader
    tries: int
    owed: Sequence[Owed]
    booked_for: datetime | None
    call: str  # a link, or empty
    call_whom: str
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Covering:
    """A colleague who is off and whom the reader covers."""

    officer_id: int
    name: str
    until: date
    due: int
    promises: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """The page, from the top."""

    past: Sequence[Planned]
    planned: Sequence[Planned]
    clocks: Sequence[Clock]
    promises: Sequence[Any]  # (id, what, due_on, is_promise, to, group_id)
    to_see: Sequence[ToSee]
    due: int
    late_in_teams: int  # for who has a board
    covering: Sequence[Covering]
    notes: Sequence[OfficerNote]
    note_names: Mapping[int, str]

    @property
    def empty(self) -> bool:
        """Whether there is nothing at all to do."""
        return not (self.past or self.planned or self.clocks or self.promises or self.to_see or self.covering or self.notes)


def shift_of(session: Session, actor: Actor, *, patch: bool, now: datetime) -> Shift:
    """The shift of an officer; with `patch` every group of their teams that is due, else their own and those of nobody."""
    officer_id, today = actor.officer_id or 0, london_day(now)
    planned = _planned(session, officer_id, today)
    covering = _covering(session, actor, today)
    due = and_(_mine(actor, patch), or_(late_condition(today), due_condition(Standing.DUE_SOON, today)))
    board = actor.teams(Permission.SEE_BOARD)
    late = and_(Group.force_id == actor.force_id, Group.team_id.in_(sorted(board)), late_condition(today))
    counts = session.execute(
        select(
            select(func.count()).select_from(Group).where(due).scalar_subquery(),
            select(func.count()).select_from(Group).where(late).scalar_subquery() if board else literal(0),
        )
    ).one()
    notes = notes_of(session, officer_id)
    about = [note.about_id for note in notes if note.about == "group" and note.about_id is not None]
    return Shift(
        past=[p for p in planned if p.planned_for < now],
        planned=[p for p in planned if p.planned_for >= now],
        clocks=_clocks(session, actor, [officer_id, *(c.officer_id for c in covering)], now),
        promises=_promises(session, officer_id),
        to_see=_to_see(session, actor, due, today),
        due=counts[0],
        late_in_teams=counts[1],
        covering=covering,
        notes=notes,
        note_names={row.id: row.name for row in session.execute(select(Group.id, Group.name).where(Group.id.in_(about)))} if about else {},
    )


def _mine(actor: Actor, patch: bool) -> ColumnElement[bool]:
    if patch:
        return visible_to(actor)
    nobodys = and_(Group.owner_id.is_(None), Group.team_id.in_(sorted(actor.own_teams)))
    return and_(Group.force_id == actor.force_id, or_(Group.owner_id == actor.officer_id, and_(nobodys, Group.sensitive.is_(False))))


def _planned(session: Session, officer_id: int, today: date) -> list[Planned]:
    """What the officer has booked until the end of today, what is past included: it never leaves by itself."""
    until = london_moment(today + timedelta(days=1))
    there = exists().where(EngagementOfficer.engagement_id == Engagement.id, EngagementOfficer.officer_id == officer_id)
    rows = session.execute(
        select(Engagement.id, Engagement.kind, Engagement.planned_for, Engagement.place)
        .where(Engagement.state == State.PLANNED, Engagement.planned_for < until, there)
        .order_by(Engagement.planned_for)
        .limit(MOST_PLANNED)
    ).all()
    groups: dict[int, list[Any]] = {row.id: [] for row in rows}
    if rows:
        names = session.execute(
            select(EngagementGroup.engagement_id, Group.id, Group.name)
            .join(Group, Group.id == EngagementGroup.group_id)
            .where(EngagementGroup.engagement_id.in_(groups))
            .order_by(EngagementGroup.host.desc(), Group.name_folded)
        )
        for name in names:
            groups[name.engagement_id].append(name)
    return [Planned(id=r.id, kind=r.kind, planned_for=r.planned_for, place=r.place, groups=groups[r.id]) for r in rows if r.planned_for]


def _clocks(session: Session, actor: Actor, officer_ids: Sequence[int], now: datetime) -> list[Clock]:
    rows = session.execute(
        select(Concern.id, Concern.title, Concern.answer_due_at)
        .where(
            Concern.owner_id.in_(officer_ids),
            Concern.answer_due_at.is_not(None),
            Concern.state != ConcernState.CLOSED,
            concern_queries.visible_to(actor),
        )
        .order_by(Concern.answer_due_at)
        .limit(MOST_CLOCKS)
    )
    return [
        Clock(concern_id=r.id, title=r.title, due_at=r.answer_due_at, words=clock_words(r.answer_due_at, now))
        for r in rows
        if r.answer_due_at
    ]


def _promises(session: Session, officer_id: int) -> Sequence[Any]:
    """What the officer has promised, or said they would do, and has not ended; the earliest due first."""
    return session.execute(
        select(
            Action.id, Action.what, Action.due_on, Action.is_promise, Action.concern_id, Action.promised_to_id.label("group_id"),
            func.coalesce(Group.name, Action.promised_to).label("to"),
        )
        .outerjoin(Group, Group.id == Action.promised_to_id)
        .where(
            Action.officer_id == officer_id,
            Action.by == "officer",
            Action.ended_on.is_(None),
            Action.ended.is_(None),
            Action.done_on.is_(None),
            Action.withdrawn_at.is_(None),
        )
        .order_by(Action.due_on.is_(None), Action.due_on, Action.id)
        .limit(MOST_PROMISES)
    ).all()  # fmt: skip


_SEE = (
    Group.id, Group.name, Group.neighbourhood_id, Group.owner_id, Group.frequency_words, Group.assumed, Group.sergeant_first,
    Group.level, Group.last_two_way_on, Group.last_one_way_on, Group.next_due_on, Group.longest_on, Group.soon_days,
    Group.on_request, Group.dormant_on, Group.paused_from, Group.paused_until, Group.latitude, Group.longitude,
    Officer.name.label("owner"),
)  # fmt: skip


def _to_see(session: Session, actor: Actor, due: ColumnElement[bool], today: date) -> list[ToSee]:
    """The groups that are due, worst first: past their longest gap, then the longest overdue."""
    rows = session.execute(
        select(*_SEE)
        .outerjoin(Officer, Officer.id == Group.owner_id)
        .where(due)
        .order_by(case((Group.longest_on <= today, 0), else_=1), Group.next_due_on, Group.id)
        .limit(MOST_TO_SEE)
    ).all()
    ids = [row.id for row in rows]
    contacts = contacts_of(session, ids) if ids else {}
    tries, booked = tries_of(session, ids), _booked(session, ids)
    owed: dict[int, list[Owed]] = {}
    for one in owed_to(session, ids, actor):
        owed.setdefault(one.group_id, []).append(one)
    seen = []
    for row in rows:
        call, whom = _call(contacts.get(row.id, ()))
        seen.append(
            ToSee(
                id=row.id, name=row.name, neighbourhood_id=row.neighbourhood_id, how_often=row.frequency_words.lower(),
                assumed=row.assumed, sergeant_first=row.sergeant_first, badge=badge(facts_of(row), today),
                owner="" if row.owner_id == actor.officer_id else row.owner or "", tries=tries.get(row.id, (0, today))[0],
                owed=owed.get(row.id, ()), booked_for=booked.get(row.id), call=call, call_whom=whom,
                latitude=row.latitude, longitude=row.longitude,
            )
        )  # fmt: skip
    return seen


def _booked(session: Session, group_ids: Collection[int]) -> dict[int, datetime]:
    """When each of the groups is booked next."""
    if not group_ids:
        return {}
    rows = session.execute(
        select(EngagementGroup.group_id, func.min(Engagement.planned_for).label("at"))
        .join(Engagement, Engagement.id == EngagementGroup.engagement_id)
        .where(EngagementGroup.group_id.in_(group_ids), Engagement.state == State.PLANNED)
        .group_by(EngagementGroup.group_id)
    )
    return {row.group_id: row.at for row in rows}


def _call(contacts: Sequence[ContactCard]) -> tuple[str, str]:
    """The first number that somebody of theirs may be called on, and who that is."""
    for contact in contacts:
        ways = [c for c in (*contact.channels, Channel.MOBILE, Channel.TELEPHONE) if c in (Channel.MOBILE, Channel.TELEPHONE)]
        for way in ways:
            number = contact.mobile if way == Channel.MOBILE else contact.telephone
            if number and not contact.do_not_contact:
                return tap_to_reach(way, number), contact.role or contact.name
    return "", ""


def _covering(session: Session, actor: Actor, today: date) -> list[Covering]:
    """The colleagues who are off today with the reader as cover, and what waits for them."""
    rows = session.execute(
        select(
            Officer.id, Officer.name, Absence.ends_on,
            select(func.count()).select_from(Group).where(Group.owner_id == Officer.id, late_condition(today)).correlate(Officer)
            .scalar_subquery().label("due"),
            select(func.count()).select_from(Action)
            .where(Action.officer_id == Officer.id, Action.is_promise.is_(True), Action.ended.is_(None), Action.withdrawn_at.is_(None))
            .correlate(Officer).scalar_subquery().label("promises"),
        )
        .join(Officer, Officer.id == Absence.officer_id)
        .where(Absence.cover_officer_id == actor.officer_id, Absence.starts_on <= today, Absence.ends_on >= today)
        .order_by(Officer.name_folded)
    )  # fmt: skip
    return [Covering(officer_id=r.id, name=r.name, until=r.ends_on, due=r.due, promises=r.promises) for r in rows]
