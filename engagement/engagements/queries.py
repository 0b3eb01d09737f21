"""Questions about engagements: who may read them, a group's timeline, one entry whole, tries in vain, who else logged it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, union
from sqlalchemy.orm import Session, aliased

from engagement.access.domain import Actor, Permission
from engagement.audit.models import Version
from engagement.concerns import queries as concern_queries
from engagement.concerns.models import Action, Concern, Raising
from engagement.core.errors import Missing
from engagement.core.pages import Page
from engagement.engagements.domain import Outcome
from engagement.engagements.models import Engagement, EngagementGroup, EngagementOfficer
from engagement.groups import queries as group_queries
from engagement.groups.models import Contact, Group
from engagement.people.models import Officer

ATTEMPTS = tuple(outcome.value for outcome in Outcome if outcome.attempt)
LONGEST_PAGE = 50


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The entries that the actor may read: of their teams, of a group of their teams, or recorded by themselves.

    One with an OFFICIAL-SENSITIVE group is for who may read that group, and for who recorded it.
    """
    teams = sorted(actor.readable_teams)
    theirs = exists().where(
        EngagementGroup.engagement_id == Engagement.id, Group.id == EngagementGroup.group_id, group_queries.visible_to(actor)
    )
    own = Engagement.recorded_by_id == actor.officer_id
    few = or_(Engagement.sensitive.is_(False), own, Engagement.team_id.in_(sorted(actor.teams(Permission.DECIDE_OVERDUE))))
    return and_(
        Engagement.force_id == actor.force_id, or_(Engagement.team_id.in_(teams), own, theirs), few, or_(own, with_none_kept_from(actor))
    )


def with_none_kept_from(actor: Actor) -> ColumnElement[bool]:
    """The entries at which no group was that is OFFICIAL-SENSITIVE and closed to the actor."""
    there = aliased(EngagementGroup)
    closed = exists().where(there.engagement_id == Engagement.id, Group.id == there.group_id, group_queries.kept_from(actor))
    return ~closed.correlate(Engagement)  # whichever group is asked for around it


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupThere:
    """A group's part in an entry, as a page shows it."""

    group_id: int
    name: str
    team_id: int
    part: str
    host: bool
    spoke_with_them: bool
    contact_id: int | None
    contact: str  # role and name, or nothing
    counts: bool
    next_due_on: date | None
    sensitive: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerThere:
    """An officer who was there."""

    officer_id: int
    collar_number: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """One entry whole."""

    row: Engagement
    recorded_by: str
    raised_to: str
    withdrawn_by: str
    groups: tuple[GroupThere, ...]
    officers: tuple[OfficerThere, ...]

    @property
    def sensitive(self) -> bool:
        """Whether it, or a group that was there, is OFFICIAL-SENSITIVE: how its pages are marked."""
        return self.row.sensitive or any(group.sensitive for group in self.groups)


def entry(session: Session, actor: Actor, engagement_id: int) -> EntryView:
    """An entry that the actor may read; Missing for any other."""
    row = session.scalar(select(Engagement).where(Engagement.id == engagement_id, visible_to(actor)))
    if row is None:
        raise Missing
    named = {row.recorded_by_id, row.raised_to_id, row.withdrawn_by_id} - {None}
    names: Mapping[int, str] = dict(session.execute(select(Officer.id, Officer.name).where(Officer.id.in_(named))).all())
    return EntryView(
        row=row,
        recorded_by=names.get(row.recorded_by_id, ""),
        raised_to=names.get(row.raised_to_id or 0, ""),
        withdrawn_by=names.get(row.withdrawn_by_id or 0, ""),
        groups=tuple(groups_of(session, [row.id])[row.id]),
        officers=tuple(officers_of(session, [row.id])[row.id]),
    )


def groups_of(session: Session, engagement_ids: Collection[int]) -> defaultdict[int, list[GroupThere]]:
    """The groups of several entries: those it was with first."""
    found: defaultdict[int, list[GroupThere]] = defaultdict(list)
    rows = session.execute(
        select(
            EngagementGroup.engagement_id, Group.id, Group.name, Group.team_id, EngagementGroup.part, EngagementGroup.host,
            EngagementGroup.spoke_with_them, EngagementGroup.contact_id, EngagementGroup.counts, Group.next_due_on, Group.sensitive,
            Contact.name.label("contact"), Contact.role,
        )
        .join(Group, Group.id == EngagementGroup.group_id)
        .outerjoin(Contact, Contact.id == EngagementGroup.contact_id)
        .where(EngagementGroup.engagement_id.in_(engagement_ids))
        .order_by(EngagementGroup.host.desc(), EngagementGroup.part.desc(), Group.name_folded)
    )  # fmt: skip
    for row in rows:
        found[row.engagement_id].append(
            GroupThere(
                group_id=row.id, name=row.name, team_id=row.team_id, part=row.part, host=row.host,
                spoke_with_them=row.spoke_with_them, contact_id=row.contact_id,
                contact=", ".join(w for w in (row.contact, row.role) if w), counts=row.counts, next_due_on=row.next_due_on,
                sensitive=row.sensitive,
            )
        )  # fmt: skip
    return found


def officers_of(session: Session, engagement_ids: Collection[int]) -> defaultdict[int, list[OfficerThere]]:
    """The officers who were there, of several entries."""
    found: defaultdict[int, list[OfficerThere]] = defaultdict(list)
    rows = session.execute(
        select(EngagementOfficer.engagement_id, Officer.id, Officer.collar_number, Officer.name)
        .join(Officer, Officer.id == EngagementOfficer.officer_id)
        .where(EngagementOfficer.engagement_id.in_(engagement_ids))
        .order_by(Officer.name_folded)
    )
    for row in rows:
        found[row.engagement_id].append(OfficerThere(officer_id=row.id, collar_number=row.collar_number, name=row.name))
    return found


_LINE = (
    Engagement.id, Engagement.state, Engagement.kind, Engagement.outcome, Engagement.happened_at, Engagement.happened_on,
    Engagement.planned_for, Engagement.summary, Engagement.place, Engagement.attendance, Engagement.before_the_diary,
    Engagement.recorded_at, Engagement.recorded_by_id, Engagement.withdrawn_reason, Engagement.sensitive,
)  # fmt: skip


def of_group(session: Session, group_id: int, page: int = 1, size: int = LONGEST_PAGE) -> Page[Any]:
    """A group's timeline: what happened and what is planned, newest first, withdrawn entries among them.

    Each row has the entry's columns, `part`, `counts` and `recorded_by`. Whoever shows it asks first whether the
    reader may see the group; entries narrowed to few readers are left out.
    """
    mine = EngagementGroup.group_id == group_id
    total = session.scalar(
        select(func.count())
        .select_from(EngagementGroup)
        .join(Engagement, Engagement.id == EngagementGroup.engagement_id)
        .where(mine, Engagement.sensitive.is_(False))
    )
    rows = session.execute(timeline_select(mine).limit(size).offset((page - 1) * size)).all()
    return Page(rows=rows, number=page, size=size, total=total or 0)


def timeline_select(of: ColumnElement[bool]) -> Any:
    """The question of `of_group` for the groups of a condition on `EngagementGroup`, newest first."""
    return (
        _lines()
        .add_columns(EngagementGroup.part, EngagementGroup.counts)
        .join(EngagementGroup, EngagementGroup.engagement_id == Engagement.id)
        .where(of, Engagement.sensitive.is_(False))
        .order_by(func.coalesce(Engagement.happened_at, Engagement.planned_for).desc(), Engagement.id.desc())
    )


def mine(session: Session, actor: Actor, page: int = 1, size: int = LONGEST_PAGE) -> Page[Any]:
    """The entries that the officer recorded, and those by others that say they were there and that they may read; latest recorded first."""
    recorded = select(Engagement.id).where(Engagement.recorded_by_id == actor.officer_id)
    there = (
        select(EngagementOfficer.engagement_id)
        .join(Engagement, Engagement.id == EngagementOfficer.engagement_id)
        .where(EngagementOfficer.officer_id == actor.officer_id, visible_to(actor))
    )
    own = Engagement.id.in_(union(recorded, there))
    total = session.scalar(select(func.count()).select_from(Engagement).where(own))
    ordered = _lines().where(own).order_by(Engagement.recorded_at.desc(), Engagement.id.desc())
    return Page(rows=session.execute(ordered.limit(size).offset((page - 1) * size)).all(), number=page, size=size, total=total or 0)


def _lines() -> Any:
    return select(*_LINE, Officer.name.label("recorded_by")).join(Officer, Officer.id == Engagement.recorded_by_id)


def versions_of(session: Session, engagement_id: int) -> Sequence[Version]:
    """What the entry said before each correction, newest first."""
    kept = select(Version).where(Version.entity == "engagement", Version.entity_id == engagement_id)
    return session.scalars(kept.order_by(Version.n.desc())).all()


def brought_by(session: Session, actor: Actor, engagement_id: int) -> tuple[Sequence[Any], Sequence[Any]]:
    """What came along with an entry and the actor may read: concerns (id, title, withdrawn, joined: open before it) and promises (what, due_on)."""
    joined = Concern.first_raised_at < Raising.raised_at
    concerns = session.execute(
        select(
            Concern.id, Concern.title, Concern.answer_due_at, Raising.withdrawn_at.is_not(None).label("withdrawn"), joined.label("joined")
        )
        .join(Raising, Raising.concern_id == Concern.id)
        .where(Raising.engagement_id == engagement_id, concern_queries.visible_to(actor))
        .order_by(Raising.id)
    ).all()
    promises = session.execute(
        select(Action.what, Action.due_on, Action.ended, Action.withdrawn_at.is_not(None).label("withdrawn"))
        .where(Action.engagement_id == engagement_id, Action.is_promise.is_(True), concern_queries.actions_visible_to(actor))
        .order_by(Action.id)
    ).all()
    return concerns, promises
