"""The parts of those who get single groups of a patch: each ticks and signs for theirs, as the successor does for the rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.audit.domain import Operation
from engagement.audit.service import record
from engagement.core.errors import Refused
from engagement.handover.domain import HandoverFacts, Side, State, Step, in_the_way_of_signing, state
from engagement.handover.models import Handover, HandoverPart
from engagement.handover.queries import apart_of, facts_of
from engagement.people.service import leave_note


def part_of(session: Session, actor: Actor, handover: Handover, side: Side) -> HandoverPart | None:
    """The actor's own part, if they get single groups; none for who leaves, and for the successor, who signs for the rest."""
    if side is Side.LEAVER or actor.officer_id is None or actor.officer_id == handover.successor_id:
        return None
    return session.get(HandoverPart, (handover.id, actor.officer_id))


def settle_parts(session: Session, actor: Actor, handover: Handover, gets: int | None, *, now: datetime) -> None:
    """Has a part for each officer besides the successor to whom a group goes, and for nobody else. Who `gets` one more signs (again), and is told."""
    takers = set(apart_of(session, handover.id).values()) - {handover.successor_id}
    theirs = {part.officer_id: part for part in session.scalars(select(HandoverPart).where(HandoverPart.handover_id == handover.id))}
    for officer_id in takers - set(theirs):
        session.add(HandoverPart(force_id=handover.force_id, handover_id=handover.id, officer_id=officer_id, ticked=[]))
        words = "Groups of a patch go to you: read what the pack says of them, then sign."
        leave_note(session, actor, officer_id, "handover", handover.id, words, now=now)
    for officer_id in set(theirs) - takers:
        session.delete(theirs[officer_id])
    if gets in theirs:
        theirs[gets].signed_at = None
    session.flush()


def take_back_parts(session: Session, handover: Handover) -> None:
    """Takes back what was signed for parts, since who takes over or the day has changed."""
    session.execute(update(HandoverPart).where(HandoverPart.handover_id == handover.id).values(signed_at=None))


def tick_part(session: Session, actor: Actor, part: HandoverPart, steps: frozenset[Step], *, now: datetime) -> None:
    """Keeps which lines are done. A line that is taken out again takes the signature with it."""
    ticked = [step.value for step in Step if step.side is Side.SUCCESSOR and step in steps]
    if ticked == part.ticked:
        return
    if set(part.ticked) - set(ticked):
        part.signed_at = None
    part.ticked = ticked
    record(session, actor, Operation.ALTERATION, "handover", [part.handover_id], fields=["steps"], now=now)


def sign_part(session: Session, actor: Actor, handover: Handover, part: HandoverPart, facts: HandoverFacts, *, now: datetime) -> State:
    """Signs for one's own groups; signed twice is signed once. Raises Refused with every reason that stands in the way."""
    if reasons := in_the_way_of_signing(replace(facts, ticked=frozenset(map(Step, part.ticked))), Side.SUCCESSOR):
        raise Refused(" ".join(reasons))
    if part.signed_at is None:
        part.signed_at = now
        record(session, actor, Operation.ALTERATION, "handover", [part.handover_id], fields=["part_signed_at"], now=now)
        session.flush()
    return state(facts_of(session, handover, now))
