"""The one step in which a patch changes hands, everything by name and on record; and the day in which it can go back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.audit.domain import Operation
from engagement.audit.service import keep_version, record
from engagement.core.clock import london_day
from engagement.core.errors import Refused
from engagement.engagements.models import EngagementOfficer
from engagement.handover.domain import in_the_way_of_moving, may_be_taken_back, to_restore, who_gets
from engagement.handover.models import Handover, HandoverMove
from engagement.handover.queries import TABLES, apart_of, facts_of, handover_to_change, held_by, leads, moves_of
from engagement.people.service import leave_note

HOLDER = {"group": "owner_id", "concern": "owner_id", "action": "officer_id"}
NAMES = {"group": "group", "concern": "concern", "action": "action", "booking": "engagement"}


def move(session: Session, actor: Actor, handover: Handover, *, now: datetime) -> list[HandoverMove]:
    """Hands everything over that the leaver holds now, within the caller's transaction.

    Raises Refused with every reason that stands in the way; whoever calls holds the handover.
    """
    today = london_day(now)
    reasons = in_the_way_of_moving(facts_of(session, handover, now), today)
    if reasons or handover.successor_id is None:
        raise Refused(" ".join(reasons) or "Choose who takes over first.")
    if handover.moved_at is not None or handover.called_off_at is not None:
        raise Refused("This handover is over.")
    apart = apart_of(session, handover.id)
    getting = [(held, who_gets(held, handover.successor_id, apart)) for held in held_by(session, handover.officer_id, today)]
    there = _there_already(session, [(held.id, officer_id) for held, officer_id in getting if held.what == "booking"])
    made = [
        HandoverMove(force_id=handover.force_id, handover_id=handover.id, what=held.what, entity_id=held.id, to_officer_id=officer_id)
        for held, officer_id in getting
        if held.what != "booking" or (held.id, officer_id) not in there
    ]
    handover.moved_at = now
    for what in TABLES:
        _give(session, actor, what, [(one.entity_id, handover.officer_id, one.to_officer_id) for one in made if one.what == what], now)
    session.add_all(made)
    session.flush()
    record(session, actor, Operation.ALTERATION, "handover", [handover.id], fields=["moved_at"], now=now)
    for officer_id in sorted({one.to_officer_id for one in made} | {handover.successor_id}):
        leave_note(
            session, actor, officer_id, "handover", handover.id, "A patch is yours now: everything that came with it is listed.", now=now
        )
    return made


def take_back(session: Session, actor: Actor, handover_id: int, *, now: datetime) -> tuple[list[HandoverMove], list[HandoverMove]]:
    """Undoes a move within a day: what nobody changed since goes back to the leaver, the rest stays. Answers both.

    By who leads the team. Raises Refused afterwards, or for what was undone already.
    """
    handover = handover_to_change(session, actor, handover_id)
    if not leads(actor, handover.team_id):
        raise Refused("Only who leads the team can do this.")
    if not may_be_taken_back(handover.moved_at, handover.taken_back_at, now):
        raise Refused("This can no longer be taken back.")
    moves = moves_of(session, handover.id)
    back: list[HandoverMove] = []
    for what in TABLES:
        of_kind = {one.entity_id: one for one in moves if one.what == what}
        holders = _holders(session, what, of_kind, [one.to_officer_id for one in of_kind.values()])
        ids, _stay = to_restore([(key, one.to_officer_id) for key, one in of_kind.items()], holders)
        _give(session, actor, what, [(key, of_kind[key].to_officer_id, handover.officer_id) for key in ids], now)
        back += [of_kind[key] for key in ids]
    for one in back:
        one.went_back_at = now
    handover.taken_back_at = now
    record(session, actor, Operation.ALTERATION, "handover", [handover.id], fields=["taken_back_at"], now=now)
    return back, [one for one in moves if one.went_back_at is None]


def _holders(session: Session, what: str, ids: Iterable[int], got: Sequence[int]) -> dict[int, int | None]:
    """Who holds each thing now. An entry that is booked is held by each of its officers: whoever got it, if they still are one."""
    wanted = sorted(ids)
    if what == "booking":
        there = select(EngagementOfficer.engagement_id, EngagementOfficer.officer_id)
        rows = session.execute(there.where(EngagementOfficer.engagement_id.in_(wanted), EngagementOfficer.officer_id.in_(got)))
        return {row.engagement_id: row.officer_id for row in rows}
    table, holder = TABLES[what], HOLDER[what]
    rows = session.execute(select(table.id, getattr(table, holder).label("holder")).where(table.id.in_(wanted)))
    return {row.id: row.holder for row in rows}


def _give(session: Session, actor: Actor, what: str, changes: Sequence[tuple[int, int, int]], now: datetime) -> None:
    """Gives things of one kind to others: (id, from whom, to whom), with what was before kept, and one row on record."""
    if not changes:
        return
    to = {key: (before, after) for key, before, after in changes}
    if what == "booking":
        _rebook(session, to)
        record(session, actor, Operation.ALTERATION, "engagement", sorted(to), fields=["officers"], now=now)
        return
    table, holder = TABLES[what], HOLDER[what]
    for row in session.scalars(select(table).where(table.id.in_(sorted(to))).order_by(table.id).with_for_update(key_share=True)):
        keep_version(session, actor, NAMES[what], row.id, {holder: getattr(row, holder)}, now=now)
        setattr(row, holder, to[row.id][1])
    record(session, actor, Operation.ALTERATION, NAMES[what], sorted(to), fields=[holder], now=now)


def _there_already(session: Session, bookings: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """The bookings to which whoever would get them goes anyway: nothing changes hands there."""
    rows = session.execute(
        select(EngagementOfficer.engagement_id, EngagementOfficer.officer_id).where(
            EngagementOfficer.engagement_id.in_(sorted({key for key, _officer in bookings}))
        )
    )
    return {(row.engagement_id, row.officer_id) for row in rows} & set(bookings)


def _rebook(session: Session, to: dict[int, tuple[int, int]]) -> None:
    rows = session.scalars(select(EngagementOfficer).where(EngagementOfficer.engagement_id.in_(sorted(to)))).all()
    there = {(row.engagement_id, row.officer_id): row for row in rows}
    for key, (before, after) in to.items():
        gone = there.get((key, before))
        if gone is not None:
            session.delete(gone)
            if (key, after) not in there:
                session.add(EngagementOfficer(force_id=gone.force_id, engagement_id=key, officer_id=after))
    session.flush()
