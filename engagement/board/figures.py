"""A month's own figures of some teams: contacts made and missed, concerns opened and closed, tellings owed, words saved over a warning (docs/measures.md)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engagement.concerns.counted import closed_between, opened_between
from engagement.concerns.models import Action, Concern, Raising
from engagement.concerns.owing import owed_conditions
from engagement.core.clock import london_moment
from engagement.core.months import Month
from engagement.engagements.models import Engagement, EngagementGroup
from engagement.groups.models import Group
from engagement.overdue.models import Flag
from engagement.overdue.queries import missed_condition

ONE_DAY = timedelta(days=1)
_LABELS = {"contacts_missed_assumed": "missed, frequency only assumed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a team did in a month, and what it owes on the morning it is told. `docs/measures.md` defines each."""

    contacts_made: int
    contacts_missed: int
    contacts_missed_assumed: int
    concerns_opened: int
    concerns_closed: int
    tellings_owed: int
    saved_over_a_warning: int

    def lines(self) -> list[dict[str, Any]]:
        """The figures with their names, in the order in which they are told."""
        return [{"label": _LABELS.get(name, name.replace("_", " ")), "number": getattr(self, name)} for name in self.__dataclass_fields__]


def figures_of(session: Session, force_id: int, team_ids: Iterable[int], month: Month) -> Figures:
    """The figures of the teams together, in one question."""
    teams = sorted(set(team_ids))
    begins, ends = london_moment(month.first), london_moment(month.last + ONE_DAY)
    days = (month.first, month.last)
    there = select(func.count()).select_from(EngagementGroup).join(Group, Group.id == EngagementGroup.group_id)
    made = there.where(
        Group.force_id == force_id, Group.team_id.in_(teams), EngagementGroup.counts, EngagementGroup.happened_on.between(*days)
    )
    missed = _count(Flag, force_id, teams).where(Flag.due_on.between(*days), missed_condition())
    opened = _count(Concern, force_id, teams).where(opened_between(begins, ends))
    closed = _count(Concern, force_id, teams).where(closed_between(begins, ends))
    owed = (
        select(func.count()).select_from(Raising).join(Concern, Concern.id == Raising.concern_id)
        .where(Concern.force_id == force_id, Concern.team_id.in_(teams), *owed_conditions())
    )  # fmt: skip
    agreed, assumed = missed.where(Flag.assumed.is_(False)), missed.where(Flag.assumed)
    over = [
        _count(table, force_id, teams).where(table.override_reason != "", table.recorded_at >= begins, table.recorded_at < ends)
        for table in (Engagement, Concern, Action)
    ]
    asked = (made, agreed, assumed, opened, closed, owed, *over)
    row = session.execute(select(*(question.scalar_subquery() for question in asked))).one()
    return Figures(
        contacts_made=row[0], contacts_missed=row[1], contacts_missed_assumed=row[2], concerns_opened=row[3], concerns_closed=row[4],
        tellings_owed=row[5], saved_over_a_warning=sum(row[6:]),
    )  # fmt: skip


def _count(table: Any, force_id: int, teams: list[int]) -> Any:
    return select(func.count()).select_from(table).where(table.force_id == force_id, table.team_id.in_(teams))
