"""The job `send-notices`: an officer's digest when their day begins, and clocks handed on before it is too late.

It runs every few minutes and asks each time what is owed, so a run that was missed is made up by the next, and one that comes
twice does nothing. Leaders have a digest of their own (`board.jobs.send_digests`); both go through one slot of the day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.access.domain import system
from engagement.audit.domain import Operation
from engagement.audit.service import record
from engagement.concerns.saying import clock_words
from engagement.concerns.timing import rule
from engagement.core.clock import LONDON, london_day
from engagement.core.errors import Refused
from engagement.db import reading, unit_of_work
from engagement.mail.domain import Slot
from engagement.mail.service import post_daily, take_slot
from engagement.notices.gathering import gather
from engagement.notices.handing_on import Handed, to_hand_on
from engagement.notices.letters import clock_letter, digest_letter
from engagement.notices.models import ClockTold
from engagement.notices.queries import Reader, allowed, digest_of, digest_owed, readers
from engagement.notices.sections import Line, Named, Section, sections_of
from engagement.notices.service import name_clocks
from engagement.places.models import Force
from engagement.settings import current

BATCH = 100
NAME = "send-notices"


def send_notices(now: datetime) -> dict[str, int]:
    """Writes the digests that are due at this moment, and hands clocks on. Counts: sent, nothing, refused, handed_on."""
    counts: Counter[str] = Counter(sent=0, nothing=0, refused=0, handed_on=0)
    for force_id in _fresh().scalars(select(Force.id).order_by(Force.id)).all():
        owed = digest_owed(_fresh(), force_id, london_day(now))
        for at in range(0, len(owed), BATCH):
            counts.update(_digests(owed[at : at + BATCH], now))
        if _awake(now):
            counts.update(_hand_on(force_id, now))
    return dict(counts)


def _digests(officer_ids: Sequence[int], now: datetime) -> Counter[str]:
    """The digests of a batch whose hour has come: read and rendered before anything is written."""
    session, force = _fresh(), allowed(current())
    today = london_day(now)
    people = [reader for reader in readers(session, officer_ids, today, force) if digest_of(reader, force, today) <= now]
    told = [(one.reader, *sections_of(one, now, rule())) for one in gather(session, people, now)]
    session.rollback()
    return Counter(_send(reader, sections, named, now) for reader, sections, named in told)


def _send(reader: Reader, sections: list[Section], named: Named, now: datetime) -> str:
    """Puts one digest into the outbox; for who has nothing waiting, or no mail, the day's slot is taken all the same."""
    with unit_of_work() as session:
        if not sections or not reader.choice.by_mail:
            take_slot(session, reader.officer_id, Slot.DIGEST, now=now)
            return "nothing"
        try:
            letter = post_daily(session, digest_letter(reader, sections, now), reader.officer_id, Slot.DIGEST, now=now)
        except Refused:  # no address at all: the administrator's to mend
            return "refused"
        if letter is None:
            return "nothing"
        name_clocks(session, reader.officer_id, named.clocks, now=now)
        _disclosed(session, reader, named.groups, named.concerns, now)
    return "sent"


def _hand_on(force_id: int, now: datetime) -> Counter[str]:
    session = _fresh()
    handed = to_hand_on(session, force_id, allowed(current()), now)
    session.rollback()
    return Counter({"handed_on": sum(_tell(one, now) for one in handed)})


def _tell(one: Handed, now: datetime) -> int:
    """One letter about all the clocks that one officer is handed; answers how many they are."""
    reader, ids = one.reader, [clock.id for clock in one.clocks]
    lines = []
    for clock in one.clocks:
        said = clock_words(clock.answer_due_at, now, rule())
        owner = f"{clock.owner} owes it and is off" if clock.owner else "nobody looks after it"
        lines.append(Line(title=clock.title, words=f"{said.words if said else ''} · {owner}", path=f"/concerns/{clock.id}"))
    with unit_of_work() as session:
        try:
            letter = post_daily(session, clock_letter(reader, lines, now), reader.officer_id, Slot.CLOCK, now=now)
        except Refused:
            return 0
        if letter is None:
            return 0
        for clock in one.clocks:
            told = {"concern_id": clock.id, "answer_due_at": clock.answer_due_at, "officer_id": reader.officer_id}
            session.add(ClockTold(**told, letter_id=letter.id, told_at=now))
        _disclosed(session, reader, (), ids, now)
    return len(ids)


def _disclosed(session: Session, reader: Reader, groups: Iterable[int], concerns: Iterable[int], now: datetime) -> None:
    who = system(NAME, reader.force_id)
    for entity, ids in (("group", sorted(groups)), ("concern", sorted(concerns))):
        if ids:
            record(session, who, Operation.DISCLOSURE, entity, ids, now=now, note=f"digest to {reader.email}")


def _awake(now: datetime) -> bool:
    """Whether it is an hour at which the force's mail comes."""
    force, at = allowed(current()), now.astimezone(LONDON).time()
    return force.earliest <= at <= force.latest


def _fresh() -> Session:
    """The session, with nothing carried over from the batch before."""
    session = reading()
    session.rollback()
    return session
