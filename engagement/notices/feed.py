"""What an officer's calendar shows: groups due, promises, answers owed and what is booked, their own and of whom they cover."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor, Permission
from engagement.concerns.domain import ConcernState
from engagement.concerns.models import Action, Concern
from engagement.concerns.queries import visible_to as may_read_concern
from engagement.core.clock import london_day, london_moment
from engagement.core.ids import token_hash
from engagement.engagements.domain import State
from engagement.engagements.models import Engagement, EngagementGroup, EngagementOfficer
from engagement.groups.models import Group
from engagement.groups.queries import paused_condition, visible_to
from engagement.notices.calendar import Entry, ahead, shown_on
from engagement.notices.models import CalendarLink
from engagement.people.models import Account, Cover
from engagement.people.queries import load_actor

MOST = 500  # entries of each kind


@dataclass(slots=True)
class Feed:
    """The entries of a calendar, and the records that they are about, for the record of disclosure."""

    actor: Actor
    entries: list[Entry] = field(default_factory=list)
    group_ids: set[int] = field(default_factory=set)


def feed_of(session: Session, token: str, now: datetime) -> Feed | None:
    """The calendar behind a token; None for one that is unknown or revoked, of a closed account, or of who may read no diary."""
    account_id = session.scalar(
        select(CalendarLink.account_id)
        .join(Account, Account.id == CalendarLink.account_id)
        .where(CalendarLink.token_hash == token_hash(token), CalendarLink.revoked_at.is_(None), Account.disabled_at.is_(None))
    )
    actor = load_actor(session, account_id, london_day(now)) if account_id is not None else None
    if actor is None or actor.officer_id is None or not actor.may(Permission.READ_DIARY):
        return None
    today = london_day(now)
    covers = session.scalars(
        select(Cover.officer_id).where(Cover.cover_officer_id == actor.officer_id, Cover.starts_on <= today, Cover.ends_on >= today)
    ).all()
    whose = {actor.officer_id, *covers}
    feed = Feed(actor)
    _add_due(session, feed, whose, today)
    _add_promises(session, feed, whose, today)
    _add_answers(session, feed, whose, now)
    _add_booked(session, feed, whose, today)
    return feed


def _name(row: Any) -> str:
    return "" if row.sensitive else str(row.name or "")


def _add_due(session: Session, feed: Feed, whose: Collection[int], today: date) -> None:
    last, _moment = ahead(today)
    rows = session.execute(
        select(Group.id, Group.name, Group.sensitive, Group.next_due_on)
        .where(
            Group.owner_id.in_(whose), visible_to(feed.actor), Group.dormant_on.is_(None), Group.on_request.is_(False),
            Group.next_due_on <= last, ~and_(paused_condition(today), Group.next_due_on <= today),
        )
        .order_by(Group.next_due_on, Group.id)
        .limit(MOST)
    )  # fmt: skip
    for row in rows:
        feed.group_ids.add(row.id)
        feed.entries.append(Entry(key=f"group-{row.id}", what="Contact due", group=_name(row), on=shown_on(row.next_due_on, today)))


def _add_promises(session: Session, feed: Feed, whose: Collection[int], today: date) -> None:
    last, _moment = ahead(today)
    rows = session.execute(
        select(Action.id, Action.due_on, Action.promised_to_id, Group.name, func.coalesce(Group.sensitive, False).label("sensitive"))
        .outerjoin(Group, Group.id == Action.promised_to_id)
        .where(
            Action.officer_id.in_(whose), Action.by == "officer", Action.is_promise.is_(True), Action.ended.is_(None),
            Action.ended_on.is_(None), Action.done_on.is_(None), Action.withdrawn_at.is_(None), Action.due_on <= last,
            or_(Action.officer_id == feed.actor.officer_id, Action.team_id.in_(sorted(feed.actor.readable_teams))),
        )
        .order_by(Action.due_on, Action.id)
        .limit(MOST)
    )  # fmt: skip
    for row in rows:
        if row.promised_to_id is not None:
            feed.group_ids.add(row.promised_to_id)
        feed.entries.append(Entry(key=f"promise-{row.id}", what="Promise due", group=_name(row), on=shown_on(row.due_on, today)))


def _add_answers(session: Session, feed: Feed, whose: Collection[int], now: datetime) -> None:
    """Answers owed, without a word of what about; those that are late stand on today."""
    rows = session.execute(
        select(Concern.id, Concern.answer_due_at)
        .where(
            Concern.owner_id.in_(whose), Concern.answer_due_at.is_not(None), Concern.state != ConcernState.CLOSED.value,
            may_read_concern(feed.actor),
        )
        .order_by(Concern.answer_due_at, Concern.id)
        .limit(MOST)
    )  # fmt: skip
    for row in rows:
        on = shown_on(london_day(row.answer_due_at), london_day(now))
        feed.entries.append(Entry(key=f"answer-{row.id}", what="Answer due", group="", on=on))


def going(officer_ids: Collection[int | None]) -> Select[Any]:
    """The entries that some officers are to be at."""
    return select(EngagementOfficer.engagement_id).where(EngagementOfficer.officer_id.in_(officer_ids))


def _add_booked(session: Session, feed: Feed, whose: Collection[int], today: date) -> None:
    """What is booked from yesterday on, an entry a visit, with its groups by name as far as the names may leave."""
    _last, before = ahead(today)
    few = or_(Engagement.sensitive, Group.sensitive)
    rows = session.execute(
        select(Engagement.id, Engagement.planned_for, Group.id.label("group_id"), Group.name, few.label("sensitive"))
        .join(EngagementGroup, EngagementGroup.engagement_id == Engagement.id)
        .join(Group, Group.id == EngagementGroup.group_id)
        .where(
            Engagement.state == State.PLANNED.value, Engagement.planned_for >= london_moment(today - timedelta(days=1)),
            Engagement.planned_for < before, Engagement.id.in_(going(whose)),
            or_(Engagement.id.in_(going({feed.actor.officer_id})), Engagement.team_id.in_(sorted(feed.actor.readable_teams))),
        )
        .order_by(Engagement.planned_for, Engagement.id, EngagementGroup.host.desc(), Group.name_folded)
        .limit(MOST)
    )  # fmt: skip
    visits: dict[int, tuple[datetime, list[str]]] = {}
    for row in rows:
        feed.group_ids.add(row.group_id)
        _at, names = visits.setdefault(row.id, (row.planned_for, []))
        if name := _name(row):
            names.append(name)
    for key, (at, names) in visits.items():
        feed.entries.append(Entry(key=f"booked-{key}", what="Booked", group=", ".join(names), on=at))
