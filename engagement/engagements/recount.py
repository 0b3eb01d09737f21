"""Working a group's last contacts out afresh from all its entries, whatever was typed, corrected or withdrawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from engagement.engagements.models import EngagementGroup
from engagement.groups.models import Group
from engagement.groups.service import contacted, hold

_LAST = (
    select(EngagementGroup.group_id, func.max(EngagementGroup.happened_on).label("latest"))
    .where(EngagementGroup.group_id.in_(bindparam("ids", expanding=True)), EngagementGroup.counts)
    .group_by(EngagementGroup.group_id)
)
_TOLD = select(Group.id, Group.last_one_way_on).where(Group.id.in_(bindparam("ids", expanding=True)))


def recount(
    session: Session, group_ids: Iterable[int], *, today: date, one_way: Mapping[int, date | None] | None = None
) -> dict[int, date | None]:
    """Writes the groups' last two-way contact, from all their entries, and settles when each is due next.

    Simultaneous savers of one group wait for one another, so that each counts what the others kept. The last one-way contact stays as it is but for the groups of `one_way`, which whoever keeps the letters knows.
    Answers the last two-way contact of each group.
    """
    ids = sorted(set(group_ids) | set(one_way or ()))
    if not ids:
        return {}
    hold(session, ids)
    two_way: dict[int, date | None] = {row.group_id: row.latest for row in session.execute(_LAST, {"ids": ids})}
    told: dict[int, date | None] = {row.id: row.last_one_way_on for row in session.execute(_TOLD, {"ids": ids})}
    told.update(one_way or {})
    contacted(session, {i: (two_way.get(i), told.get(i)) for i in ids}, today=today)
    return {i: two_way.get(i) for i in ids}
