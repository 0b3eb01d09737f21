"""The questions of the shift page, put together once for each officer and day: building them costs more than asking."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Date, String, and_, bindparam, case, cast, exists, false, func, literal, not_, or_, select

from engagement.access.domain import Actor, Permission
from engagement.concerns.domain import ConcernState
from engagement.concerns.models import Action, Concern, Raising
from engagement.concerns.queries import visible_to as may_read_concern
from engagement.db import BigId
from engagement.engagements.domain import State
from engagement.engagements.models import Engagement, EngagementGroup, EngagementOfficer
from engagement.engagements.queries import ATTEMPTS
from engagement.groups.models import Contact, Group
from engagement.groups.queries import due_condition, kept_from, late_condition, visible_to
from engagement.groups.standing import Standing
from engagement.people.models import Absence, Cover, DutyPattern, Officer, OfficerNote

MOST_TO_SEE, MOST_PROMISES, MOST_CLOCKS, MOST_PLANNED = 20, 20, 30, 20
KEPT = 512  # officers whose questions a process keeps; the least lately used go first

# What the officer has booked until the end of today, what is past included: it never leaves by itself; and, of `officers` that
# they cover, what is booked since they do.
PLANNED = (
    select(Engagement.id, Engagement.kind, Engagement.planned_for, Engagement.place)
    .where(
        Engagement.force_id == bindparam("force"),
        Engagement.state == State.PLANNED,
        Engagement.planned_for < bindparam("until"),
        exists().where(
            EngagementOfficer.engagement_id == Engagement.id,
            EngagementOfficer.officer_id.in_(bindparam("officers", expanding=True)),
            or_(EngagementOfficer.officer_id == bindparam("officer"), Engagement.planned_for >= bindparam("since")),
        ),
    )
    .order_by(Engagement.planned_for)
    .limit(MOST_PLANNED)
)

_SEE = (
    Group.id, Group.name, Group.neighbourhood_id, Group.owner_id, Group.frequency_words, Group.assumed, Group.sergeant_first,
    Group.level, Group.last_two_way_on, Group.last_one_way_on, Group.next_due_on, Group.longest_on, Group.soon_days,
    Group.sensitive, Group.on_request, Group.dormant_on, Group.paused_from, Group.paused_until, Group.latitude, Group.longitude,
    Officer.name.label("owner"),
)  # fmt: skip


@lru_cache(maxsize=KEPT)
def planned_with(actor: Actor) -> Any:
    """The groups of what is booked in some engagements (`ids`, bound when asked); one kept from the officer since has no name."""
    name = case((kept_from(actor), ""), else_=Group.name).label("name")
    return (
        select(EngagementGroup.engagement_id, Group.id, name, Group.sergeant_first)
        .join(Group, Group.id == EngagementGroup.group_id)
        .where(EngagementGroup.engagement_id.in_(bindparam("ids", expanding=True)))
        .order_by(EngagementGroup.host.desc(), Group.name_folded)
    )


@lru_cache(maxsize=KEPT)
def promises(actor: Actor) -> Any:
    """What `officers` (who asks, `officer`, and whom they cover: `whose` names them) have promised, or said they would do, and
    have not ended; the earliest due first.

    Still theirs to keep where the group is kept from them since; its name no longer theirs to read.
    """
    kept = func.coalesce(kept_from(actor), false())
    return (
        select(
            Action.id, Action.what, Action.due_on, Action.is_promise, Action.concern_id,
            case((kept, None), else_=Action.promised_to_id).label("group_id"),
            case((kept, ""), else_=func.coalesce(Group.name, Action.promised_to)).label("to"),
            kept.label("to_few"),
            case((Action.officer_id == bindparam("officer"), ""), else_=Officer.name).label("whose"),
        )
        .outerjoin(Officer, Officer.id == Action.officer_id)
        .outerjoin(Group, Group.id == Action.promised_to_id)
        .where(
            Action.officer_id.in_(bindparam("officers", expanding=True)),
            Action.by == "officer",
            Action.ended_on.is_(None),
            Action.ended.is_(None),
            Action.done_on.is_(None),
            Action.withdrawn_at.is_(None),
        )
        .order_by(Action.due_on.is_(None), Action.due_on, Action.id)
        .limit(MOST_PROMISES)
    )  # fmt: skip


@lru_cache(maxsize=KEPT)
def names(actor: Actor) -> Any:
    """The names of some groups (`ids`, bound when asked) but those kept from the officer."""
    return select(Group.id, Group.name).where(Group.id.in_(bindparam("ids", expanding=True)), not_(kept_from(actor)))


@lru_cache(maxsize=KEPT)
def clocks(actor: Actor) -> Any:
    """The answers owed by some `officers` (bound when asked), the shortest time left first, each with the engagement at which it
    was raised first, and the group that raised it where the actor may read its name."""
    theirs = (Raising.concern_id == Concern.id, Raising.withdrawn_at.is_(None))
    at = select(Raising.engagement_id).where(*theirs).order_by(Raising.id).limit(1).correlate(Concern).scalar_subquery()
    who = select(Group.name).join(Raising, Raising.group_id == Group.id).where(*theirs, not_(kept_from(actor)))
    named = who.order_by(Raising.id).limit(1).correlate(Concern).scalar_subquery()
    return (
        select(Concern.id, Concern.title, Concern.answer_due_at, Concern.sensitive, at.label("engagement_id"), named.label("who"))
        .where(
            Concern.owner_id.in_(bindparam("officers", expanding=True)),
            Concern.answer_due_at.is_not(None),
            Concern.state != ConcernState.CLOSED,
            may_read_concern(actor),
        )
        .order_by(Concern.answer_due_at)
        .limit(MOST_CLOCKS)
    )


@lru_cache(maxsize=KEPT)
def to_see(actor: Actor, patch: bool, today: date) -> Any:
    """The groups that are due, worst first: past their longest gap, then the longest overdue; each with how often somebody
    tried in vain since the last contact (`tries`) and when it is booked next (`booked_for`)."""
    rank = case((Group.longest_on <= today, 0), else_=1).label("rank")
    page = (
        select(*_SEE, rank, func.count().over().label("of_all"))
        .outerjoin(Officer, Officer.id == Group.owner_id)
        .where(_due(actor, patch, today))
        .order_by(rank, Group.next_due_on, Group.id)
        .limit(MOST_TO_SEE)
        .cte("page")
    )
    theirs = (EngagementGroup.group_id == page.c.id, Engagement.id == EngagementGroup.engagement_id)
    tried = select(func.count()).where(
        *theirs,
        EngagementGroup.happened_on > func.coalesce(page.c.last_two_way_on, date.min),
        Engagement.state == State.HAPPENED,
        Engagement.outcome.in_(ATTEMPTS),
    )
    booked = select(func.min(Engagement.planned_for)).where(
        *theirs,
        EngagementGroup.happened_on.is_(None),  # the index of a group's days has those that did not happen apart
        Engagement.state == State.PLANNED,
    )
    tries, booked_for = (one.correlate(page).scalar_subquery() for one in (tried, booked))
    columns = (*page.c, tries.label("tries"), booked_for.label("booked_for"))
    return select(*columns).order_by(page.c.rank, page.c.next_due_on, page.c.id)


@lru_cache(maxsize=KEPT)
def waiting(actor: Actor) -> Any:
    """What there is at all for `officer` on the day `today`: one line, so that only what there is need be asked for.

    Whom they cover, what they were told, when they are on, what is booked, whose answer runs and what is promised, by yes or no and rather too
    much than too little; and how many groups are late in the teams whose board they have.
    """
    officer = bindparam("officer", type_=BigId)
    today: Any = bindparam("today", type_=Date)
    promised = (Action.officer_id == officer, Action.ended_on.is_(None), Action.done_on.is_(None), Action.withdrawn_at.is_(None))
    booked = exists().where(EngagementOfficer.engagement_id == Engagement.id, EngagementOfficer.officer_id == officer)
    planned = (Engagement.force_id == actor.force_id, Engagement.state == State.PLANNED, Engagement.planned_for < bindparam("until"))
    board = sorted(actor.teams(Permission.SEE_BOARD))
    late = and_(Group.force_id == actor.force_id, Group.team_id.in_(board), late_condition(today))
    return select(
        exists().where(Cover.cover_officer_id == officer, Cover.starts_on <= today, Cover.ends_on >= today).label("covers"),
        exists().where(OfficerNote.officer_id == officer, OfficerNote.put_away_at.is_(None)).label("notes"),
        or_(exists().where(DutyPattern.officer_id == officer), exists().where(Absence.officer_id == officer)).label("days"),
        exists().where(*planned, booked).label("planned"),
        exists().where(Concern.owner_id == officer, Concern.answer_due_at.is_not(None)).label("clocks"),
        exists().where(*promised).label("promises"),
        (select(func.count()).select_from(Group).where(late).scalar_subquery() if board else literal(0)).label("late"),
    )


CALLS = (
    select(
        Contact.group_id, Contact.name, Contact.role, Contact.telephone, Contact.mobile, cast(Contact.channels, String).label("channels")
    )
    .where(
        Contact.group_id.in_(bindparam("groups", expanding=True)),
        Contact.ended_on.is_(None),
        Contact.do_not_contact.is_(False),
        or_(Contact.mobile != "", Contact.telephone != ""),
    )
    .order_by(Contact.id)
)
"""Who of some `groups` may be rung, longest-serving first; `channels` as JSON, of which there are few, so that each is read once."""


@lru_cache(maxsize=8)
def covering(today: date) -> Any:
    """The colleagues for whom `officer` covers today, and what waits for them. What is OFFICIAL-SENSITIVE stays with their sergeant."""
    groups = select(func.count()).select_from(Group).where(Group.owner_id == Officer.id, Group.sensitive.is_(False), late_condition(today))
    promised = (Action.officer_id == Officer.id, Action.is_promise.is_(True), Action.ended.is_(None), Action.withdrawn_at.is_(None))
    promises = select(func.count()).select_from(Action).where(*promised)
    return (
        select(
            Officer.id, Officer.name, Cover.starts_on, Cover.ends_on, groups.correlate(Officer).scalar_subquery().label("due"),
            promises.correlate(Officer).scalar_subquery().label("promises"),
        )
        .join(Officer, Officer.id == Cover.officer_id)
        .where(Cover.cover_officer_id == bindparam("officer"), Cover.starts_on <= today, Cover.ends_on >= today)
        .order_by(Officer.name_folded)
    )  # fmt: skip


def _due(actor: Actor, patch: bool, today: date) -> ColumnElement[bool]:
    if patch:
        whose: ColumnElement[bool] = visible_to(actor)
    else:
        nobodys = and_(Group.owner_id.is_(None), Group.team_id.in_(sorted(actor.own_teams)), Group.sensitive.is_(False))
        whose = and_(visible_to(actor), or_(Group.owner_id == actor.officer_id, _covered(actor, today), nobodys))
    return and_(whose, or_(late_condition(today), due_condition(Standing.DUE_SOON, today)))


def _covered(actor: Actor, today: date) -> ColumnElement[bool]:
    """The groups of those for whom the officer covers today."""
    whom = select(Cover.officer_id).where(Cover.cover_officer_id == actor.officer_id, Cover.starts_on <= today, Cover.ends_on >= today)
    return Group.owner_id.in_(whom)
