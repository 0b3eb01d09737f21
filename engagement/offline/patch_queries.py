"""The questions of the patch pack: a dozen, however many groups there are, each put together once for a reader and a day."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Date, Text, and_, bindparam, cast, exists, func, literal, not_, or_, select
from sqlalchemy.orm import aliased

from engagement.access.domain import Actor
from engagement.concerns.domain import ConcernState
from engagement.concerns.models import Action, Concern, Raising, Telling
from engagement.concerns.owing import owed_select
from engagement.concerns.queries import actions_visible_to
from engagement.concerns.queries import visible_to as concerns_visible
from engagement.concerns.still_open import open_select
from engagement.engagements.domain import State
from engagement.engagements.models import Engagement, EngagementGroup, EngagementOfficer
from engagement.engagements.queries import ATTEMPTS, with_none_kept_from
from engagement.groups.models import Contact, Group
from engagement.groups.queries import contacts_select, visible_to
from engagement.people.models import Cover, Officer
from engagement.places.models import Neighbourhood

MOST_GROUPS = 1500  # a large area's; the longest overdue are carried first
MOST_LINES = 40  # of a list of the officer's own: promises, clocks, what is booked
KEPT = 256  # readers whose questions a process keeps
LONG_AGO = date(1900, 1, 1)

_GROUP = (
    Group.id, Group.name, Group.kind, Group.neighbourhood_id, Group.team_id, Group.owner_id, Group.latitude, Group.longitude, Group.address,
    Group.postcode, Group.sergeant_first, Group.sensitive, Group.frequency_words, Group.assumed, Group.level,
    Group.last_two_way_on, Group.last_one_way_on, Group.next_due_on, Group.longest_on, Group.soon_days, Group.on_request,
    Group.dormant_on, Group.paused_from, Group.paused_until,
)  # fmt: skip


def _page(actor: Actor) -> Any:
    """The groups that are carried."""
    late_first = (Group.next_due_on.is_(None), Group.next_due_on, Group.id)
    return select(*_GROUP).where(visible_to(actor)).order_by(*late_first).limit(MOST_GROUPS)


@lru_cache(maxsize=KEPT)
def groups(actor: Actor) -> Any:
    """The groups with what is said of each: the last contact, tries in vain since, what is booked."""
    page = _page(actor).cte("page")
    there, entry = EngagementGroup, Engagement
    tries = (
        select(func.count())
        .where(
            there.group_id == page.c.id,
            entry.id == there.engagement_id,
            there.happened_on > func.coalesce(page.c.last_two_way_on, literal(LONG_AGO)),
            entry.state == State.HAPPENED.value,
            entry.outcome.in_(ATTEMPTS),
        )
        .correlate(page)
    )
    booked = (
        select(func.min(entry.planned_for))
        .where(
            there.group_id == page.c.id, entry.id == there.engagement_id, there.happened_on.is_(None), entry.state == State.PLANNED.value
        )
        .correlate(page)
    )
    met_id = (
        select(func.max(there.engagement_id))
        .where(there.group_id == page.c.id, there.happened_on == page.c.last_two_way_on, there.counts.is_(True))
        .correlate(page)
        .scalar_subquery()
    )
    met = aliased(Engagement)
    who = (
        select(func.min(Officer.name))
        .where(EngagementOfficer.officer_id == Officer.id, EngagementOfficer.engagement_id == met.id)
        .correlate(met)
    )
    return (
        select(
            *page.c, tries.scalar_subquery().label("tries"), booked.scalar_subquery().label("booked_for"),
            met.kind.label("met_kind"), who.scalar_subquery().label("met_by"),
        )
        .outerjoin(met, met.id == met_id)
        .order_by(page.c.id)
    )  # fmt: skip


# For whom `officer` covers on the day `today`.
COVERED = (
    select(Officer.id, Officer.name, Cover.starts_on, Cover.ends_on)
    .join(Cover, Cover.officer_id == Officer.id)
    .where(
        Cover.cover_officer_id == bindparam("officer"), Cover.starts_on <= bindparam("today", type_=Date()),
        Cover.ends_on >= bindparam("today", type_=Date()),
    )
    .order_by(Officer.name_folded)
)  # fmt: skip
_OFFICERS: Any = bindparam("officers", expanding=True)  # who carries it, and for whom they cover


def _carried(actor: Actor) -> Any:
    """The ids of the groups of which more than the name is carried."""
    return select(Group.id).where(visible_to(actor), Group.sensitive.is_(False)).correlate(None)


@lru_cache(maxsize=KEPT)
def contacts(actor: Actor) -> Any:
    """Who speaks for the groups; `groups.queries.read_contacts` reads the rows."""
    return contacts_select(Contact.group_id.in_(_carried(actor)))


@lru_cache(maxsize=KEPT)
def owed(actor: Actor) -> Any:
    """What the groups are owed; `concerns.queries.read_owed` reads the rows."""
    return owed_select(Raising.group_id.in_(_carried(actor)), actor).where(Concern.sensitive.is_(False))


@lru_cache(maxsize=KEPT)
def concerns(actor: Actor) -> Any:
    """The open concerns that the groups raised: rows of `group_id` and what an open concern holds."""
    return open_select(Raising.group_id.in_(_carried(actor)), actor).where(Concern.sensitive.is_(False))


@lru_cache(maxsize=KEPT)
def last_told(actor: Actor) -> Any:
    """The latest thing that each group was told: (group_id, kind, told_at, title)."""
    newest = func.row_number().over(partition_by=Raising.group_id, order_by=(Telling.told_at.desc(), Telling.id.desc()))
    told = (
        select(Raising.group_id, Telling.kind, Telling.told_at, Concern.title, newest.label("nth"))
        .join(Raising, Raising.id == Telling.raising_id)
        .join(Concern, Concern.id == Raising.concern_id)
        .where(
            Raising.group_id.in_(_carried(actor)), Raising.withdrawn_at.is_(None), Telling.taken_back_at.is_(None),
            concerns_visible(actor), Concern.sensitive.is_(False), Telling.kind != "received",
        )
        .subquery("told")
    )  # fmt: skip
    return select(told.c.group_id, told.c.kind, told.c.told_at, told.c.title).where(told.c.nth == 1)


@lru_cache(maxsize=KEPT)
def promises(actor: Actor) -> Any:
    """What is promised and not ended, to one of the groups or by one of `officers`: (id, what, due_on, group_id, group, to, officer_id)."""
    to = aliased(Group)  # the question of what may be read asks of groups as well
    few = exists().where(Concern.id == Action.concern_id, Concern.sensitive.is_(True))
    mine, to_ours = Action.officer_id.in_(_OFFICERS), Action.promised_to_id.in_(_carried(actor))
    return (
        select(
            Action.id, Action.what, Action.due_on, Action.promised_to_id.label("group_id"), to.name.label("group"),
            Action.promised_to.label("to"), Action.officer_id,
        )
        .outerjoin(to, to.id == Action.promised_to_id)
        .where(
            actions_visible_to(actor), Action.is_promise.is_(True), Action.ended.is_(None), Action.done_on.is_(None),
            Action.withdrawn_at.is_(None), ~few, to_ours | (mine & func.coalesce(to.sensitive, literal(False)).is_(False)),
        )
        .order_by(Action.due_on.is_(None), Action.due_on, Action.id)
    )  # fmt: skip


@lru_cache(maxsize=KEPT)
def clocks(actor: Actor) -> Any:
    """The answers that `officers` owe: (id, title, answer_due_at, owner_id), the shortest time left first."""
    return (
        select(Concern.id, Concern.title, Concern.answer_due_at, Concern.owner_id)
        .where(
            Concern.owner_id.in_(_OFFICERS), Concern.answer_due_at.is_not(None), Concern.state != ConcernState.CLOSED,
            Concern.sensitive.is_(False), concerns_visible(actor),
        )
        .order_by(Concern.answer_due_at, Concern.id)
        .limit(MOST_LINES)
    )  # fmt: skip


@lru_cache(maxsize=KEPT)
def booked(actor: Actor) -> Any:
    """What the officer has booked, and others of `officers` from `since` until before `until`, a row for each group:
    (id, kind, planned_for, place, group_id, group, sergeant_first)."""
    covered = and_(Engagement.planned_for >= bindparam("since"), Engagement.planned_for < bindparam("until"))
    mine = exists().where(
        EngagementOfficer.engagement_id == Engagement.id, EngagementOfficer.officer_id.in_(_OFFICERS),
        or_(EngagementOfficer.officer_id == actor.officer_id, covered),
    )  # fmt: skip
    planned = (
        select(Engagement.id, Engagement.kind, Engagement.planned_for, Engagement.place)
        .where(
            Engagement.force_id == actor.force_id, Engagement.state == State.PLANNED.value, mine, Engagement.sensitive.is_(False),
            with_none_kept_from(actor), not_(_narrow()),
        )
        .order_by(Engagement.planned_for, Engagement.id)
        .limit(MOST_LINES)
        .cte("planned")
    )  # fmt: skip
    return (
        select(*planned.c, Group.id.label("group_id"), Group.name.label("group"), Group.sergeant_first)
        .outerjoin(EngagementGroup, EngagementGroup.engagement_id == planned.c.id)
        .outerjoin(Group, Group.id == EngagementGroup.group_id)
        .order_by(planned.c.planned_for, planned.c.id, EngagementGroup.host.desc(), Group.name_folded)
    )


def _narrow() -> Any:
    """An OFFICIAL-SENSITIVE group is among those of the entry."""
    return exists().where(EngagementGroup.engagement_id == Engagement.id, Group.id == EngagementGroup.group_id, Group.sensitive.is_(True))


# The outline as the database keeps it: text, which is read once for each that differs and not for each refresh.
PLACES = (
    select(Neighbourhood.id, Neighbourhood.name, Neighbourhood.latitude, Neighbourhood.longitude, cast(Neighbourhood.boundary, Text).label("boundary"))
    .where(and_(Neighbourhood.team_id.in_(bindparam("teams", expanding=True))))
    .order_by(Neighbourhood.name, Neighbourhood.id)
)  # fmt: skip
