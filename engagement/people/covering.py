"""Who covers for somebody who is off."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor, Permission
from engagement.audit.domain import Operation
from engagement.audit.service import record
from engagement.core.clock import london_day
from engagement.core.errors import Missing, Refused
from engagement.people.models import Absence, Officer
from engagement.people.queries import officers_of
from engagement.people.service import leave_note


def absence_to_cover(session: Session, actor: Actor, officer_id: int, on: date) -> tuple[Officer, Absence]:
    """The officer and the absence that holds on a day; Missing where they are not of a team the actor leads, or not off."""
    led = {row.id for row in officers_of(session, actor.teams(Permission.DECIDE_OVERDUE), on)}
    officer = session.get(Officer, officer_id) if officer_id in led else None
    absence = session.scalar(
        select(Absence)
        .where(Absence.officer_id == officer_id, Absence.starts_on <= on, Absence.ends_on >= on)
        .order_by(Absence.ends_on.desc())
        .limit(1)
    )
    if officer is None or absence is None:
        raise Missing
    return officer, absence


def cover(session: Session, actor: Actor, officer_id: int, cover_id: int | None, words: str, *, now: datetime) -> Absence:
    """Sets who covers for an officer of the actor's teams until they are back, and tells them with a note in these words.

    Raises Missing as `absence_to_cover`; Refused beside `cover_id` for nobody, for the officer themselves, and for one who is off too.
    """
    today = london_day(now)
    _officer, absence = absence_to_cover(session, actor, officer_id, today)
    led = {row.id for row in officers_of(session, actor.teams(Permission.DECIDE_OVERDUE), today)}
    if cover_id is None or cover_id not in led or cover_id == officer_id:
        raise Refused("Choose an officer", field="cover_id")
    also_off = session.scalar(
        select(Absence.id).where(Absence.officer_id == cover_id, Absence.starts_on <= today, Absence.ends_on >= today).limit(1)
    )
    if also_off is not None:
        raise Refused("They are off as well: choose somebody else", field="cover_id")
    if absence.cover_officer_id != cover_id:
        absence.cover_officer_id = cover_id
        record(session, actor, Operation.ALTERATION, "absence", [absence.id], fields=["cover_officer_id"], now=now)
        leave_note(session, actor, cover_id, "officer", officer_id, words, now=now)
    return absence
