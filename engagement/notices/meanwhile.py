"""What happened while an officer was off: one question, for one officer or for many at once.

Everything is a question over state, so nothing has to be noted when it happens, and nothing is lost when it is read.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, String, and_, bindparam, case, cast, exists, func, literal, null, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from engagement.concerns.models import Concern, Raising, Telling
from engagement.core.clock import london_day
from engagement.db import UtcDateTime, ask
from engagement.engagements.domain import State
from engagement.engagements.models import Engagement, EngagementGroup, EngagementOfficer
from engagement.groups.models import Contact, Group
from engagement.overdue.domain import DecisionKind
from engagement.overdue.models import Decision
from engagement.people.models import Officer

MOST = 200
LATE_ENTRY = timedelta(days=31)  # an entry that is made later than this after the event is no news of the last days off

_OFFICERS: Any = bindparam("officers", expanding=True)
_TEAMS: Any = bindparam("teams", expanding=True)
_SINCE: Any = bindparam("since", type_=UtcDateTime())
_EARLIEST: Any = bindparam("earliest", type_=Date())
_FORCE: Any = bindparam("force")  # leads the index by which decisions are found


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One thing: what it was, to which record of the officer's, when it came into the diary, and by whom."""

    officer_id: int
    what: str  # engaged | raised | decided | bounced | mail
    at: datetime
    entity: str  # group | concern
    entity_id: int
    title: str
    detail: str  # of an engagement its kind, of a decision its kind, or "got"
    who: str
    whom: str  # of a decision that gave it away: to whom
    sensitive: bool
    team_id: int


def _row(
    what: str, whose: Any, at: Any, entity: str, record: Any, title: Any, detail: Any, who: Any, sensitive: Any, whom: Any = None
) -> list[Any]:
    said: ColumnElement[Any] = literal("") if who is None else func.coalesce(who, "")
    to: ColumnElement[Any] = literal("") if whom is None else func.coalesce(whom, "")
    return [
        whose.label("officer_id"), literal(what).label("what"), at.label("at"), literal(entity).label("entity"),
        record.id.label("entity_id"), title.label("title"), cast(detail, String).label("detail"), said.label("who"),
        to.label("whom"), sensitive.label("sensitive"), record.team_id.label("team_id"),
    ]  # fmt: skip


def _engaged() -> Any:
    """Somebody else met a group of theirs."""
    was_there = exists().where(EngagementOfficer.engagement_id == Engagement.id, EngagementOfficer.officer_id == Group.owner_id)
    few = or_(Group.sensitive, Engagement.sensitive)
    met = (  # not whoever typed it in: an entry may be recorded for another, or accepted from the phone of a closed account
        select(Officer.name)
        .join(EngagementOfficer, EngagementOfficer.officer_id == Officer.id)
        .where(EngagementOfficer.engagement_id == Engagement.id)
        .order_by(EngagementOfficer.officer_id)
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(*_row("engaged", Group.owner_id, Engagement.recorded_at, "group", Group, Group.name, Engagement.kind, met, few))
        .join(EngagementGroup, EngagementGroup.group_id == Group.id)
        .join(Engagement, Engagement.id == EngagementGroup.engagement_id)
        .where(
            Group.owner_id.in_(_OFFICERS), Group.team_id.in_(_TEAMS), EngagementGroup.happened_on >= _EARLIEST,
            Engagement.recorded_at > _SINCE, Engagement.state == State.HAPPENED.value, Engagement.before_the_diary.is_(False),
            Engagement.recorded_by_id != Group.owner_id, ~was_there,
        )
    )  # fmt: skip


def _raised() -> Any:
    """Somebody raised a concern that is theirs."""
    return (
        select(*_row("raised", Concern.owner_id, Raising.recorded_at, "concern", Concern, Concern.title, null(), Officer.name, Concern.sensitive))
        .join(Raising, Raising.concern_id == Concern.id)
        .join(Officer, Officer.id == Raising.recorded_by_id)
        .where(
            Concern.owner_id.in_(_OFFICERS), Concern.team_id.in_(_TEAMS), Raising.recorded_at > _SINCE, Raising.withdrawn_at.is_(None),
            Raising.recorded_by_id != Concern.owner_id,
        )
    )  # fmt: skip


def _raised_by_their_groups() -> Any:
    """A group of theirs raised a concern that is somebody else's, or nobody's. Their groups come first: SQLite would begin with every concern."""
    few = or_(Group.sensitive, Concern.sensitive)
    theirs = select(Group.id).where(Group.owner_id.in_(_OFFICERS))
    return (
        select(*_row("raised", Group.owner_id, Raising.recorded_at, "concern", Concern, Concern.title, null(), Officer.name, few))
        .join(Raising, Raising.group_id == Group.id)
        .join(Concern, Concern.id == Raising.concern_id)
        .join(Officer, Officer.id == Raising.recorded_by_id)
        .where(
            Raising.group_id.in_(theirs), Concern.team_id.in_(_TEAMS), Raising.recorded_at > _SINCE, Raising.withdrawn_at.is_(None),
            Raising.recorded_by_id != Group.owner_id, Concern.owner_id.is_distinct_from(Group.owner_id),
        )
    )  # fmt: skip


def _decided() -> Any:
    """The sergeant decided about a group that is theirs, or was until then."""
    whose = func.coalesce(Decision.was_owner_id, Group.owner_id)
    given = and_(Decision.kind == DecisionKind.GIVE.value, Decision.was_owner_id.is_(None))  # nobody's until then
    kind = case((given, "got"), else_=Decision.kind)
    new_owner = aliased(Officer)
    return (
        select(
            *_row("decided", whose, Decision.decided_at, "group", Group, Group.name, kind, Officer.name, Group.sensitive, new_owner.name)
        )
        .join(Decision, Decision.group_id == Group.id)
        .join(Officer, Officer.id == Decision.decided_by_id)
        .outerjoin(new_owner, new_owner.id == Decision.officer_id)
        .where(
            or_(Group.owner_id.in_(_OFFICERS), Decision.was_owner_id.in_(_OFFICERS)), whose.in_(_OFFICERS), Group.team_id.in_(_TEAMS),
            Decision.force_id == _FORCE,
            Decision.team_id.in_(_TEAMS), Decision.decided_at > _SINCE, Decision.undone_at.is_(None), Decision.decided_by_id != whose,
        )
    )  # fmt: skip


def _bounced() -> Any:
    """A telling about a concern of theirs was taken back: it had not arrived."""
    return (
        select(
            *_row("bounced", Concern.owner_id, Telling.taken_back_at, "concern", Concern, Concern.title, null(), None, Concern.sensitive)
        )
        .join(Raising, Raising.concern_id == Concern.id)
        .join(Telling, Telling.raising_id == Raising.id)
        .where(Concern.owner_id.in_(_OFFICERS), Concern.team_id.in_(_TEAMS), Telling.taken_back_at > _SINCE)
    )


def _mail() -> Any:
    """A contact's mail came back: to be reached by telephone instead."""
    return (
        select(*_row("mail", Group.owner_id, Contact.mail_suspended_at, "group", Group, Group.name, Contact.role, None, Group.sensitive))
        .join(Contact, Contact.group_id == Group.id)
        .where(
            Contact.force_id == _FORCE, Contact.mail_suspended_at > _SINCE, Contact.ended_on.is_(None),
            Group.owner_id.in_(_OFFICERS), Group.team_id.in_(_TEAMS),
        )
    )  # fmt: skip


_ALL = union_all(_engaged(), _raised(), _raised_by_their_groups(), _decided(), _bounced(), _mail()).subquery("happened")
_LIST = select(_ALL).order_by(_ALL.c.at.desc(), _ALL.c.what, _ALL.c.entity_id).limit(bindparam("most"))
_COUNT = select(func.count()).select_from(_ALL)


def happened(
    session: Session, force_id: int, officer_ids: Collection[int], team_ids: Collection[int], since: datetime, *, most: int = MOST
) -> list[Happened]:
    """What happened to the groups and concerns of some officers of a force since a moment, in teams that they may read, newest first."""
    if not officer_ids or not team_ids:
        return []
    return [
        Happened(**row._asdict() | {"detail": row.detail or ""})
        for row in ask(session, _LIST, _values(force_id, officer_ids, team_ids, since) | {"most": most})
    ]


def how_many(session: Session, force_id: int, officer_id: int, team_ids: Collection[int], since: datetime) -> int:
    """How many things `happened` would list for one officer."""
    if not team_ids:
        return 0
    return int(ask(session, _COUNT, _values(force_id, [officer_id], team_ids, since)).scalar() or 0)


def _values(force_id: int, officer_ids: Collection[int], team_ids: Collection[int], since: datetime) -> dict[str, Any]:
    earliest = london_day(since - LATE_ENTRY)
    return {"force": force_id, "officers": sorted(officer_ids), "teams": sorted(team_ids), "since": since, "earliest": earliest}
