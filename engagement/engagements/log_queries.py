"""The questions of the log page, put together once: building one anew costs several times what answering it does."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, exists, func, not_, select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.core.errors import Missing
from engagement.db import ask
from engagement.engagements.domain import Kind, Outcome, State
from engagement.engagements.models import Engagement, EngagementGroup, EngagementOfficer
from engagement.engagements.queries import with_none_kept_from
from engagement.groups import queries as group_queries
from engagement.groups.models import Group
from engagement.people.models import Officer

_TO_LOG = select(Group.id, Group.name, Group.team_id, Group.neighbourhood_id, Group.owner_id, Group.sensitive, Group.dormant_on).where(
    Group.id.in_(bindparam("ids", expanding=True)), Group.force_id == bindparam("force")
)


def groups_to_log(session: Session, actor: Actor, ids: Collection[int]) -> dict[int, Any]:
    """Groups of the force that anybody may log to, by id; Missing for one that is not there or narrowed to others."""
    wanted = set(ids)
    if not wanted:
        return {}
    rows = ask(session, _TO_LOG, {"ids": sorted(wanted), "force": actor.force_id})
    check_to_log(session, actor, rows, wanted)
    return {row.id: row for row in rows}


def check_to_log(session: Session, actor: Actor, rows: Collection[Any], wanted: Collection[int]) -> None:
    """Missing where the force's groups that were found (`rows`: id, sensitive) are not all that were wanted, or one is narrowed to others."""
    narrow = [row.id for row in rows if row.sensitive]
    if narrow and len(session.scalars(select(Group.id).where(Group.id.in_(narrow), group_queries.visible_to(actor))).all()) < len(narrow):
        raise Missing
    if len(rows) != len(wanted):
        raise Missing


RECENT = 3
KEPT = 512  # officers whose question a process keeps
_LATEST = (
    select(Engagement.id)
    .where(Engagement.recorded_by_id == bindparam("officer"), Engagement.state == State.HAPPENED)
    .order_by(Engagement.recorded_at.desc())
    .limit(4 * RECENT)
    .subquery()
)


@lru_cache(maxsize=KEPT)
def _used(actor: Actor) -> Any:
    return (
        select(Group.id, Group.name, func.max(EngagementGroup.engagement_id).label("last"))
        .join(EngagementGroup, EngagementGroup.group_id == Group.id)
        .join(_LATEST, _LATEST.c.id == EngagementGroup.engagement_id)
        .where(not_(group_queries.kept_from(actor)))
        .group_by(Group.id, Group.name)
        .order_by(func.max(EngagementGroup.engagement_id).desc())
        .limit(RECENT)
    )


_DUE_FIRST = (
    select(Group.id, Group.name)
    .where(
        Group.owner_id == bindparam("officer"),
        Group.force_id == bindparam("force"),
        Group.dormant_on.is_(None),
        Group.id.not_in(bindparam("used", expanding=True)),
    )
    .order_by(Group.next_due_on.is_(None), Group.next_due_on)
    .limit(RECENT)
)
_LAST_PLACE = (
    select(Engagement.neighbourhood_id)
    .where(Engagement.recorded_by_id == bindparam("officer"), Engagement.neighbourhood_id.is_not(None))
    .order_by(Engagement.recorded_at.desc())
    .limit(1)
)


def recent_groups(session: Session, actor: Actor) -> Sequence[Any]:
    """The groups (id, name) of the officer's latest entries, newest first; then those of theirs that are due first.

    One that was narrowed since, and is not theirs to read, is not among them.
    """
    rows: list[Any] = list(ask(session, _used(actor), {"officer": actor.officer_id}))
    if len(rows) < RECENT:
        used = {"officer": actor.officer_id, "force": actor.force_id, "used": [row.id for row in rows]}
        rows += ask(session, _DUE_FIRST, used).all()[: RECENT - len(rows)]
    return rows


def last_neighbourhood(session: Session, actor: Actor) -> int | None:
    """Where the officer's latest entry was."""
    found: int | None = ask(session, _LAST_PLACE, {"officer": actor.officer_id}).scalar()
    return found


@lru_cache(maxsize=512)
def _twin(actor: Actor, of_kind: bool) -> Any:
    """The question of `logged_by_another`, put together once for each officer."""
    named = exists().where(EngagementOfficer.engagement_id == Engagement.id, EngagementOfficer.officer_id == actor.officer_id)
    asked = (
        select(Engagement.id, Engagement.kind, Engagement.summary, Officer.name.label("by"))
        .join(EngagementGroup, EngagementGroup.engagement_id == Engagement.id)
        .join(Group, Group.id == EngagementGroup.group_id)
        .join(Officer, Officer.id == Engagement.recorded_by_id)
        .where(
            EngagementGroup.group_id == bindparam("group"),
            EngagementGroup.happened_on == bindparam("on"),
            group_queries.visible_to(actor),
            Engagement.state == State.HAPPENED,
            Engagement.outcome == Outcome.SPOKE,
            Engagement.recorded_by_id != actor.officer_id,
            Engagement.sensitive.is_(False),
            with_none_kept_from(actor),
            ~named,
        )
        .order_by(Engagement.id.desc())
        .limit(1)
    )
    return asked.where(Engagement.kind == bindparam("kind")) if of_kind else asked


def logged_by_another(session: Session, actor: Actor, group_id: int, kind: Kind | None, on: date) -> Any:
    """An entry (id, kind, summary, by) that another officer made of the same group, day and kind, in which the actor is not named.

    Without a kind any will do. None of a group that the actor may not read: who else saw it is for its team to know; nor one at
    which such a group was as well.
    """
    asked: dict[str, Any] = {"group": group_id, "on": on}
    if kind is not None:
        asked["kind"] = kind.value
    return ask(session, _twin(actor, kind is not None), asked).first()
