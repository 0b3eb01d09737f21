"""The morning's work on lateness: `flag_overdue` keeps the history of flags."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Table, and_, bindparam, exists, insert, literal, select, update
from sqlalchemy.orm import Session

from engagement.access.domain import system
from engagement.audit.domain import Operation
from engagement.audit.service import record
from engagement.core.clock import london_day
from engagement.db import unit_of_work
from engagement.groups.models import Group
from engagement.groups.queries import late_condition, passed_pauses
from engagement.groups.service import settle
from engagement.overdue.domain import FlagFacts, what_cleared
from engagement.overdue.made_up import make_up, missed_mornings
from engagement.overdue.models import Flag
from engagement.overdue.queries import ended_flags
from engagement.places.models import Force

BATCH = 500
_FLAG = cast(Table, Flag.__table__)
_CLEAR = (
    update(_FLAG)
    .where(_FLAG.c.id == bindparam("key"))
    .values(cleared_on=bindparam("day"), cleared_by=bindparam("what"), engagement_id=bindparam("contact"))
)


def flag_overdue(now: datetime) -> dict[str, int]:
    """Raises a flag for each group that is overdue and has none for that due date, and clears those that no longer hold.

    It asks what is so, not what became so today: a missed morning is made up, also for a group that was seen before the next
    one came (its flag is cleared by that entry at once), and a second run finds nothing to do. A flag
    that was cleared by an entry which was withdrawn since goes up again. Counts: `raised`, `raised_again`, `cleared`.
    """
    today = london_day(now)
    counts = {"raised": 0, "raised_again": 0, "cleared": 0}
    settle_passed_pauses(now)
    for force_id in _forces():
        with unit_of_work() as session:
            since = missed_mornings(session, today)
            made_up = make_up(session, force_id, since, today) if since is not None else ()
            _record(session, force_id, Operation.COLLECTION, made_up, now)
            counts["raised"] += len(made_up)
            counts["raised"] += _raise(session, force_id, today, now)
            counts["raised_again"] += _raise_again(session, force_id, today, now)
        while cleared := _clear_some(force_id, today, now):
            counts["cleared"] += cleared
    return counts


def settle_passed_pauses(now: datetime) -> int:
    """Lets the register look for the next pause of the groups whose pause is over; answers how many there were."""
    today, done = london_day(now), 0
    while True:
        with unit_of_work() as session:
            ids = passed_pauses(session, today)[:BATCH]
            if not ids:
                return done
            rows = session.execute(select(Group.id, Group.force_id).where(Group.id.in_(settle(session, ids, today=today))))
            for force_id, changed in _by_force(rows.all()).items():
                record(session, system("flag-overdue", force_id), Operation.ALTERATION, "group", changed, fields=["paused_until"], now=now)
            done += len(ids)


def _by_force(rows: Sequence[Any]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for row in rows:
        found.setdefault(row.force_id, []).append(row.id)
    return found


def _forces() -> Sequence[int]:
    with unit_of_work() as session:
        return session.scalars(select(Force.id).order_by(Force.id)).all()


def _raise(session: Session, force_id: int, today: date, now: datetime) -> int:
    wanted = select(
        Group.force_id, Group.team_id, Group.id, Group.next_due_on, literal(today), Group.assumed
    ).where(
        Group.force_id == force_id,
        late_condition(today),
        ~exists().where(Flag.group_id == Group.id, Flag.due_on == Group.next_due_on),
    )  # fmt: skip
    columns = ["force_id", "team_id", "group_id", "due_on", "raised_on", "assumed"]
    made = session.scalars(insert(_FLAG).from_select(columns, wanted).returning(_FLAG.c.id)).all()
    _record(session, force_id, Operation.COLLECTION, made, now)
    return len(made)


def _raise_again(session: Session, force_id: int, today: date, now: datetime) -> int:
    again = select(Flag.id).join(Group, and_(Group.id == Flag.group_id, Group.next_due_on == Flag.due_on))
    ids = session.scalars(again.where(Flag.force_id == force_id, Flag.cleared_on.is_not(None), late_condition(today))).all()
    for start in range(0, len(ids), BATCH):
        some = ids[start : start + BATCH]
        session.execute(update(_FLAG).where(_FLAG.c.id.in_(some)).values(cleared_on=None, cleared_by=None, engagement_id=None))
        _record(session, force_id, Operation.ALTERATION, some, now)
    return len(ids)


def _clear_some(force_id: int, today: date, now: datetime) -> int:
    """Clears a batch of flags that no longer hold, each with what cleared it; nought when there is none left."""
    with unit_of_work() as session:
        ended = ended_flags(session, force_id, today, limit=BATCH)
        rows: list[dict[str, Any]] = []
        for flag in ended:
            what = what_cleared(
                FlagFacts(
                    due_on=flag.due_on,
                    raised_on=flag.raised_on,
                    contacted_on=flag.contacted_on,
                    paused_on=london_day(flag.paused_at) if flag.paused_at else None,
                    agreed_on=london_day(flag.agreed_at) if flag.agreed_at else None,
                    dormant=flag.dormant,
                )
            )
            by_contact = what == "contact"
            rows.append(
                {
                    "key": flag.id,
                    "what": what.value,
                    "day": flag.contacted_on if by_contact else today,
                    "contact": flag.engagement_id if by_contact else None,
                }
            )
        if rows:
            session.connection().execute(_CLEAR, rows)
            _record(session, force_id, Operation.ALTERATION, [row["key"] for row in rows], now)
        return len(rows)


def _record(session: Session, force_id: int, operation: Operation, ids: Sequence[int], now: datetime) -> None:
    if ids:
        fields = () if operation is Operation.COLLECTION else ("cleared_on", "cleared_by")
        record(session, system("flag-overdue", force_id), operation, "flag", ids, fields=fields, now=now)
