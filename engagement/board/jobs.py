"""The morning mail: `send_digests` to whom something waits for, `send_figures` for the month that is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from engagement.access.domain import Role, system
from engagement.audit.domain import Operation
from engagement.audit.service import record
from engagement.board.digests import FIGURES, Digest, Recipient, digest_for, recipients
from engagement.board.models import DigestSent
from engagement.board.own_part import own_parts
from engagement.core.clock import london_day
from engagement.core.errors import Refused
from engagement.core.months import Month
from engagement.db import reading, unit_of_work
from engagement.mail.domain import Slot
from engagement.mail.service import post_daily, take_slot
from engagement.notices.service import name_clocks
from engagement.people.models import Account, Posting
from engagement.people.queries import holds_on
from engagement.places.models import Force


def send_digests(now: datetime) -> dict[str, int]:
    """Writes today's digest for each sergeant and inspector whose day has begun and for whom something waits: one a day at most,
    none empty, none to somebody who is off. What was not sent yesterday is not sent today: a digest says what is so.
    Counts: `sent`, `nothing`, `refused`, and `later` for those whose hour has not come.
    """
    counts = {"sent": 0, "nothing": 0, "refused": 0, "later": 0}
    for force_id in _forces():
        session = reading()
        people = recipients(session, force_id, london_day(now))
        own = own_parts(session, [person.officer_id for person in people], now)
        session.close()
        for person in people:
            part = own.get(person.officer_id)
            if part is None:
                counts["later"] += 1
                continue
            session = reading()
            # Read and rendered before anything is written.
            digest = digest_for(session, person, part, now) if part.reader.choice.by_mail else None
            session.close()
            counts[_had_nothing(person, now) if digest is None else _send(person, digest, now)] += 1
    return counts


def _had_nothing(person: Recipient, now: datetime) -> str:
    """Takes the day's slot of who has nothing waiting, or wants no mail: what comes up later waits for tomorrow."""
    with unit_of_work() as session:
        take_slot(session, person.officer_id, Slot.DIGEST, now=now)
    return "nothing"


def send_figures(now: datetime) -> dict[str, int]:
    """Notes that the figures of the month before are owed to each sergeant and inspector; they ride in the next digest each
    gets, which is this morning's unless they are off. Made up on any later day of the month; twice is nothing. Counts: `owed`."""
    today = london_day(now)
    day, owed = Month.of(today).first, 0
    for force_id in _forces():
        with unit_of_work() as session:
            officers = _leaders(session, force_id, today, day)
            session.add_all(DigestSent(officer_id=officer_id, what=FIGURES, day=day) for officer_id in officers)
            owed += len(officers)
    return {"owed": owed}


def _forces() -> Sequence[int]:
    session = reading()
    found = session.scalars(select(Force.id).order_by(Force.id)).all()
    session.close()
    return found


def _leaders(session: Session, force_id: int, today: date, day: date) -> Sequence[int]:
    noted = exists().where(DigestSent.officer_id == Account.officer_id, DigestSent.what == FIGURES, DigestSent.day == day)
    leads = select(Posting.officer_id).where(Posting.role.in_((Role.SERGEANT.value, Role.INSPECTOR.value)), holds_on(today))
    return session.scalars(
        select(Account.officer_id)
        .where(Account.force_id == force_id, Account.disabled_at.is_(None), Account.officer_id.in_(leads), ~noted)
        .order_by(Account.officer_id)
    ).all()


def _send(person: Recipient, digest: Digest, now: datetime) -> str:
    """Puts the digest into the outbox, unless the officer has had a letter of the service today."""
    officer_id = person.officer_id
    who = system("send-digests", person.actor.force_id)
    with unit_of_work() as session:
        try:
            letter = post_daily(session, digest.letter, officer_id, Slot.DIGEST, now=now)
        except Refused:  # no address at all: the administrator's to mend, and nobody else's mail waits for it
            return "refused"
        if letter is None:
            return "nothing"
        if person.figures_day is not None:
            waiting = update(DigestSent).where(
                DigestSent.officer_id == officer_id, DigestSent.what == FIGURES, DigestSent.letter_id.is_(None)
            )
            session.execute(waiting.values(letter_id=letter.id))
        name_clocks(session, officer_id, digest.answer_ids, now=now)
        for entity, ids in (("group", digest.group_ids), ("concern", digest.concern_ids)):
            if ids:
                record(session, who, Operation.DISCLOSURE, entity, ids, now=now, note=f"digest to {digest.letter.to}")
    return "sent"
