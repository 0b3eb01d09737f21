"""Questions about lateness: which groups are late and wait for a decision, what was decided, which flags are up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, not_, or_, select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor, Permission
from engagement.engagements.models import Engagement, EngagementGroup
from engagement.groups.domain import Level
from engagement.groups.models import ContactAgreement, Group, GroupPause
from engagement.groups.queries import late_condition
from engagement.overdue.domain import Cleared, DecisionKind, Taken
from engagement.overdue.models import Decision, Flag
from engagement.people.models import Officer


def decidable_by(actor: Actor) -> ColumnElement[bool]:
    """The groups about which somebody may decide: those of the teams they lead today."""
    return and_(Group.force_id == actor.force_id, Group.team_id.in_(sorted(actor.teams(Permission.DECIDE_OVERDUE))))


def decided_condition(today: date) -> ColumnElement[bool]:
    """A decision about the group's present due date stands: `domain.decided`, as a query asks it of Group."""
    return exists().where(standing_decision(today))


def standing_decision(today: date) -> ColumnElement[bool]:
    """The one decision, if any, that stands about a group's present due date: Decision, joined to Group."""
    newer = Decision.__table__.alias("newer")
    superseded = exists().where(
        newer.c.group_id == Decision.group_id,
        newer.c.due_on == Decision.due_on,
        newer.c.undone_at.is_(None),
        newer.c.id > Decision.id,
    )
    return and_(
        Decision.group_id == Group.id,
        Decision.due_on == Group.next_due_on,
        Decision.undone_at.is_(None),
        or_(Decision.until.is_(None), Decision.until >= today),
        ~superseded,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LateGroup:
    """A group that is overdue, as far as a decision needs to know it; `last_decision_id` is nought where there was none."""

    id: int
    team_id: int
    name: str
    due_on: date
    owner_id: int | None
    owner: str
    level: str
    frequency_words: str
    history: tuple[Taken, ...]
    last_decision_id: int


def late_groups(session: Session, actor: Actor, group_ids: Iterable[int], today: date) -> list[LateGroup]:
    """Those of the groups that somebody may decide about and that are overdue today, worst first, in two questions."""
    rows = session.execute(
        select(Group.id, Group.team_id, Group.name, Group.next_due_on, Group.owner_id, Group.level, Group.frequency_words, Officer.name)
        .outerjoin(Officer, Officer.id == Group.owner_id)
        .where(Group.id.in_(sorted(set(group_ids))), decidable_by(actor), late_condition(today))
        .order_by(Group.next_due_on, Group.id)
    ).all()
    taken = history_of(session, {row.id: row.next_due_on for row in rows if row.next_due_on is not None})
    found = []
    for key, team_id, name, due_on, owner_id, level, words, owner in rows:
        assert due_on is not None  # a late group has a date
        before = taken.get(key, [])
        found.append(
            LateGroup(
                id=key, team_id=team_id, name=name, due_on=due_on, owner_id=owner_id, owner=owner or "", level=level,
                frequency_words=words, history=tuple(t for _, t in before), last_decision_id=before[-1][0] if before else 0,
            )
        )  # fmt: skip
    return found


def history_of(session: Session, due: dict[int, date]) -> dict[int, list[tuple[int, Taken]]]:
    """What was decided and not undone about groups for a due date each, oldest first: (decision's id, what)."""
    found: dict[int, list[tuple[int, Taken]]] = defaultdict(list)
    rows = session.execute(
        select(Decision.id, Decision.group_id, Decision.due_on, Decision.kind, Decision.until)
        .where(Decision.group_id.in_(sorted(due)), Decision.undone_at.is_(None))
        .order_by(Decision.id)
    )
    for row in rows:
        if row.due_on == due[row.group_id]:
            found[row.group_id].append((row.id, Taken(kind=DecisionKind(row.kind), until=row.until)))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One decision in the words of a page."""

    id: int
    group_id: int
    group: str
    kind: str
    reason: str
    officer: str
    until: date | None
    decided_at: datetime
    by: str


def decisions(session: Session, actor: Actor, ids: Iterable[int]) -> list[Decided]:
    """Those of the decisions that somebody may undo: not undone yet, of the teams they lead."""
    by = Officer.__table__.alias("by_officer")
    columns: list[Any] = [
        Decision.id, Decision.group_id, Group.name.label("group"), Decision.kind, Decision.reason, Officer.name.label("officer"),
        Decision.until, Decision.decided_at, by.c.name.label("by"),
    ]  # fmt: skip
    rows = session.execute(
        select(*columns)
        .join(Group, Group.id == Decision.group_id)
        .outerjoin(Officer, Officer.id == Decision.officer_id)
        .join(by, by.c.id == Decision.decided_by_id)
        .where(Decision.id.in_(sorted(set(ids))), Decision.undone_at.is_(None), decidable_by(actor))
        .order_by(Decision.id)
    )
    return [Decided(**{**row._mapping, "officer": row.officer or ""}) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """One time that a group went overdue, for its page: what it was due, and what ended it."""

    due_on: date
    raised_on: date
    assumed: bool
    cleared_on: date | None
    cleared_by: str | None
    engagement_id: int | None


def flags_of(session: Session, group_id: int, limit: int = 20) -> Sequence[Passed]:
    """The flags of a group, the latest first."""
    rows = session.execute(
        select(Flag.due_on, Flag.raised_on, Flag.assumed, Flag.cleared_on, Flag.cleared_by, Flag.engagement_id)
        .where(Flag.group_id == group_id)
        .order_by(Flag.due_on.desc(), Flag.id.desc())
        .limit(limit)
    )
    return [Passed(**row._mapping) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decreed:
    """One decision about a group, for its page; `undone_at` where it was taken back."""

    due_on: date
    kind: str
    reason: str
    officer: str
    until: date | None
    by: str
    decided_at: datetime
    undone_at: datetime | None


def decisions_of(session: Session, group_id: int, limit: int = 20) -> Sequence[Decreed]:
    """What was decided about a group, the latest first, with what was taken back."""
    by = Officer.__table__.alias("by_officer")
    rows = session.execute(
        select(
            Decision.due_on, Decision.kind, Decision.reason, func.coalesce(Officer.name, "").label("officer"), Decision.until,
            by.c.name.label("by"), Decision.decided_at, Decision.undone_at,
        )
        .outerjoin(Officer, Officer.id == Decision.officer_id)
        .join(by, by.c.id == Decision.decided_by_id)
        .where(Decision.group_id == group_id)
        .order_by(Decision.decided_at.desc(), Decision.id.desc())
        .limit(limit)
    )  # fmt: skip
    return [Decreed(**row._mapping) for row in rows]


def history_in_words(session: Session, group_ids: Iterable[int]) -> dict[int, list[Decreed]]:
    """What was decided about groups for their present due date, oldest first, with what was taken back: what an inspector reads."""
    by = Officer.__table__.alias("by_officer")
    rows = session.execute(
        select(
            Decision.group_id, Decision.due_on, Decision.kind, Decision.reason, func.coalesce(Officer.name, "").label("officer"),
            Decision.until, by.c.name.label("by"), Decision.decided_at, Decision.undone_at,
        )
        .join(Group, and_(Group.id == Decision.group_id, Group.next_due_on == Decision.due_on))
        .outerjoin(Officer, Officer.id == Decision.officer_id)
        .join(by, by.c.id == Decision.decided_by_id)
        .where(Decision.group_id.in_(sorted(set(group_ids))))
        .order_by(Decision.id)
    )  # fmt: skip
    found: dict[int, list[Decreed]] = defaultdict(list)
    for row in rows:
        said = dict(row._mapping)
        found[said.pop("group_id")].append(Decreed(**said))
    return found


def ended_flags(session: Session, force_id: int, today: date, limit: int) -> Sequence[Any]:
    """Flags of a force that are up though their group is not overdue for that date any more, with what may have cleared them:
    (id, due_on, raised_on, dormant, contacted_on, engagement_id, paused_at, agreed_at)."""
    contact = (
        select(EngagementGroup.engagement_id)
        .where(EngagementGroup.group_id == Flag.group_id, EngagementGroup.counts, EngagementGroup.happened_on >= Flag.due_on)
        .order_by(EngagementGroup.happened_on, EngagementGroup.engagement_id)
        .limit(1)
        .correlate(Flag)
        .scalar_subquery()
    )
    told = case((Group.level == Level.INFORM.value, Group.last_one_way_on))
    paused = (
        select(func.max(GroupPause.recorded_at))
        .where(GroupPause.group_id == Flag.group_id, or_(GroupPause.until.is_(None), GroupPause.until >= GroupPause.starts_on))
        .correlate(Flag)
        .scalar_subquery()
    )
    agreed = (
        select(ContactAgreement.recorded_at)
        .where(ContactAgreement.group_id == Flag.group_id, ContactAgreement.ends_on.is_(None))
        .correlate(Flag)
        .scalar_subquery()
    )
    found = (
        select(
            Flag.id, Flag.due_on, Flag.raised_on, Group.dormant_on.is_not(None).label("dormant"), told.label("told_on"),
            contact.label("engagement_id"), paused.label("paused_at"), agreed.label("agreed_at"),
        )
        .join(Group, Group.id == Flag.group_id)
        .where(Flag.force_id == force_id, Flag.cleared_on.is_(None), or_(Group.next_due_on.is_(None), not_(holds(today))))
        .order_by(Flag.id)
        .limit(limit)
        .cte("ended")
    )  # fmt: skip
    return session.execute(
        select(
            found.c.id, found.c.due_on, found.c.raised_on, found.c.dormant, found.c.engagement_id, found.c.paused_at, found.c.agreed_at,
            func.coalesce(Engagement.happened_on, found.c.told_on).label("contacted_on"),
        )
        .outerjoin(Engagement, Engagement.id == found.c.engagement_id)
        .order_by(found.c.id)
    ).all()  # fmt: skip


def missed_condition() -> ColumnElement[bool]:
    """That a flag's date was missed: it still stood when its evening came. One that contact, a pause or a new agreement met on
    the day itself was not, nor one that a corrected entry shows never to have been due. Shared by the monthly figures and
    the measures, so that both say the same."""
    met = and_(Flag.cleared_on.is_not(None), Flag.cleared_on <= Flag.due_on)
    return and_(not_(met), or_(Flag.cleared_by.is_(None), Flag.cleared_by != Cleared.CORRECTED.value))


def holds(today: date) -> ColumnElement[bool]:
    """A flag still says what is so: its group is overdue today, and for that very date."""
    return and_(Group.next_due_on == Flag.due_on, late_condition(today))
