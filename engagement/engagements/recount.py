"""A group's last contacts: worked out afresh from all its entries, whatever was typed, corrected or withdrawn, or moved on by a new
one; and waking it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.core.clock import london_day
from engagement.db import ask
from engagement.engagements.log_queries import check_to_log
from engagement.engagements.models import Engagement, EngagementGroup
from engagement.groups.models import Group
from engagement.groups.service import hold, wake_contacted
from engagement.groups.settling import contacted_as_read, settling_question

# By the index of a group's days, from the latest back: it is read no further than to the first that counts.
_TWO_WAY = (
    select(EngagementGroup.happened_on)
    .where(EngagementGroup.group_id == Group.id, EngagementGroup.counts, EngagementGroup.happened_on.is_not(None))
    .order_by(EngagementGroup.happened_on.desc())
    .limit(1)
    .correlate(Group)
    .scalar_subquery()
)
_LAST = settling_question(_TWO_WAY.label("two_way"))
_NAMED = tuple(Group.__table__.c[name] for name in ("name", "team_id", "neighbourhood_id", "owner_id", "sensitive"))
_TO_LOG = settling_question(_TWO_WAY.label("two_way"), *_NAMED)
_MET_BY_ANOTHER = (
    exists()
    .where(
        EngagementGroup.group_id == Group.id,
        EngagementGroup.happened_on == bindparam("on"),
        Engagement.id == EngagementGroup.engagement_id,
        Engagement.recorded_by_id != bindparam("officer"),
    )
    .correlate(Group)
)
_TO_LOG_ALONE = settling_question(_TWO_WAY.label("two_way"), _MET_BY_ANOTHER.label("met_by_another"), *_NAMED)


def held_to_log(session: Session, actor: Actor, ids: Collection[int], *, others_on: date | None = None) -> dict[int, Any]:
    """The groups of a new entry as `groups_to_log` finds them, by id, with what `moved_on` works their dates out from.

    With a day each says, too, whether it was `met_by_another` officer on it, who logged that.
    Simultaneous savers of one group wait for one another from here on, so that each knows what the others kept.
    """
    wanted = hold(session, ids)
    if not wanted:
        return {}
    if others_on is None:
        found = ask(session, _TO_LOG, {"ids": wanted})
    else:
        found = ask(session, _TO_LOG_ALONE, {"ids": wanted, "on": others_on, "officer": actor.officer_id})
    rows = [row for row in found if row.force_id == actor.force_id]
    check_to_log(session, actor, rows, wanted)
    return {row.id: row for row in rows}


def moved_on(session: Session, rows: Mapping[int, Any], met: Mapping[int, date], *, today: date) -> None:
    """Writes the last two-way contact of groups that were `met` by now, in an entry of this transaction, and settles when each is due next.

    `rows` are theirs of `held_to_log`, from before the entry: `recount` would find the same in the entries.
    """
    last = {key: (max(rows[key].two_way or date.min, day), rows[key].last_one_way_on) for key, day in met.items()}
    moved = [rows[key] for key, (two_way, _one_way) in last.items() if two_way != rows[key].last_two_way_on]
    if moved:  # an entry of a day before the last, or a second one of the same day, moves nothing
        contacted_as_read(session, moved, last, today=today)


def keep_met(session: Session, actor: Actor, rows: Mapping[int, Any], met: Collection[int], on: date, *, now: datetime) -> None:
    """Moves on the groups that were `met` on a day, counts afresh those that were made in the same save, and wakes who slept."""
    today = london_day(now)
    moved_on(session, rows, {key: on for key in met if key in rows}, today=today)
    recount(session, [key for key in met if key not in rows], today=today)
    wake(session, actor, rows, now=now)


def recount(session: Session, group_ids: Iterable[int], *, today: date) -> dict[int, date | None]:
    """Writes the groups' last two-way contact, from all their entries, and settles when each is due next.

    Simultaneous savers of one group wait for one another, so that each counts what the others kept. The last one-way contact, which is the
    letters', stays as it is. Answers the last two-way contact of each group.
    """
    ids = sorted(set(group_ids))
    if not ids:
        return {}
    hold(session, ids)
    rows = ask(session, _LAST, {"ids": ids})
    last = {row.id: (row.two_way, row.last_one_way_on) for row in rows}
    contacted_as_read(session, rows, last, today=today)
    return {key: two_way for key, (two_way, _one_way) in last.items()}


def wake(session: Session, actor: Actor, rows: Mapping[int, Any], *, now: datetime) -> None:
    """Wakes what was dormant and has been spoken with: nothing is asked where none was."""
    if asleep := [key for key, row in rows.items() if row.dormant_on is not None]:
        wake_contacted(session, actor, asleep, now=now)
