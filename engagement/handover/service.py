"""What people do with a handover: begin it, say who and when, tick, sign, call it off; write down what works with whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.audit.domain import Operation
from engagement.audit.service import record
from engagement.core.clock import london_day
from engagement.core.errors import Conflict, Missing, Refused
from engagement.core.texts import clean_text
from engagement.groups.models import Contact
from engagement.groups.queries import group_to_read
from engagement.handover.domain import Side, State, Step, in_the_way_of_signing, state
from engagement.handover.models import Handover, HandoverApart, HandoverStep, Tip
from engagement.handover.parts import part_of, settle_parts, sign_part, take_back_parts, tick_part
from engagement.handover.queries import facts_of, handover_to_change, leads, who_may_take_over
from engagement.people.absence import officer_whose_days
from engagement.people.models import Posting
from engagement.people.queries import holds_on
from engagement.people.service import leave_note

LONGEST_AHEAD = timedelta(days=366)
TIP_LONGEST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Who takes over, and from which day; `version` is that of the handover when its form was shown."""

    successor_id: int | None
    moves_on: date | None
    version: int | None


def begin(session: Session, actor: Actor, officer_id: int, *, now: datetime) -> Handover:
    """Begins a handover of an officer's patch: their own, or of somebody of a team that the actor leads.

    One that is under way is answered instead of a second. Missing as `officer_whose_days`.
    """
    officer = officer_whose_days(session, actor, officer_id, london_day(now))
    under_way = session.scalar(
        select(Handover).where(Handover.officer_id == officer.id, Handover.moved_at.is_(None), Handover.called_off_at.is_(None))
    )
    if under_way is not None:
        return under_way
    team_id = session.scalar(
        select(Posting.team_id)
        .where(Posting.officer_id == officer.id, Posting.team_id.is_not(None), Posting.kind == "home", holds_on(london_day(now)))
        .order_by(Posting.id)
        .limit(1)
    )
    if team_id is None:
        raise Refused("Only an officer who is posted to a team has a patch to hand over.")
    return start(session, actor, officer.id, team_id, closed=False, now=now)


def start(session: Session, actor: Actor, officer_id: int, team_id: int, *, closed: bool, now: datetime) -> Handover:
    """Writes a new handover; `closed` where it begins because the officer's account was disabled."""
    made = Handover(
        force_id=actor.force_id, officer_id=officer_id, team_id=team_id, account_closed=closed, begun_at=now, begun_by_id=actor.officer_id
    )
    session.add(made)
    session.flush()
    record(session, actor, Operation.COLLECTION, "handover", [made.id], now=now)
    return made


def agree(session: Session, actor: Actor, handover_id: int, terms: Terms, *, now: datetime) -> Handover:
    """Sets who takes over, and from when. What was signed before is to be signed again. Only by who leads the team.

    Raises Refused beside its field; Conflict where somebody else changed it meanwhile.
    """
    handover = _open(session, actor, handover_id)
    _only_leaders(actor, handover)
    if terms.version != handover.version:
        theirs = {"successor_id": str(handover.successor_id or ""), "moves_on": str(handover.moves_on or "")}
        raise Conflict("Somebody else changed this handover while you had it open.", theirs=theirs)
    today = london_day(now)
    able = {row.id for row in who_may_take_over(session, handover.force_id, handover.officer_id, today)}
    if terms.successor_id is None or terms.successor_id not in able:
        raise Refused("Choose who takes over", field="successor_id")
    if terms.moves_on is None:
        raise Refused("Say from which day", field="moves_on")
    if not today <= terms.moves_on <= today + LONGEST_AHEAD:
        raise Refused("The day is today or within a year", field="moves_on")
    changed = [name for name in ("successor_id", "moves_on") if getattr(handover, name) != getattr(terms, name)]
    if not changed:
        return handover
    handover.successor_id, handover.moves_on = terms.successor_id, terms.moves_on
    handover.leaver_signed_at = handover.leaver_signed_by_id = handover.successor_signed_at = None
    take_back_parts(session, handover)
    if "successor_id" in changed:
        settle_parts(session, actor, handover, None, now=now)
        lines = [step for step in Step if step.side is Side.SUCCESSOR]
        session.execute(delete(HandoverStep).where(HandoverStep.handover_id == handover.id, HandoverStep.step.in_(lines)))
        leave_note(session, actor, terms.successor_id, "handover", handover.id, "You take over a patch: read the pack, then sign.", now=now)
    if not handover.account_closed and handover.officer_id != actor.officer_id:
        words = "Your patch goes to somebody else: write down what works with whom, tick your lines, then sign."
        leave_note(session, actor, handover.officer_id, "handover", handover.id, words, now=now)
    record(session, actor, Operation.ALTERATION, "handover", [handover.id], fields=changed, now=now)
    return handover


def set_apart(session: Session, actor: Actor, handover_id: int, group_id: int, officer_id: int | None, *, now: datetime) -> None:
    """Gives one group of the patch to somebody else than the successor, or (None) to the successor after all.

    Whoever gets one more than they signed for signs anew.
    """
    handover = _open(session, actor, handover_id)
    _only_leaders(actor, handover)
    group = group_to_read(session, actor, group_id)
    if group.owner_id != handover.officer_id:
        raise Missing
    able = {row.id for row in who_may_take_over(session, handover.force_id, handover.officer_id, london_day(now))}
    if officer_id is not None and officer_id not in able:
        raise Refused("Choose who takes over", field="officer_id")
    was = session.get(HandoverApart, (handover.id, group_id))
    gets = officer_id if officer_id is not None and officer_id != handover.successor_id else None
    if (was.officer_id if was is not None else None) == gets:
        return
    if was is not None:
        session.delete(was)
        session.flush()
    if gets is not None:
        session.add(HandoverApart(force_id=handover.force_id, handover_id=handover.id, group_id=group_id, officer_id=gets))
        session.flush()
    else:  # one more than the successor signed for
        handover.successor_signed_at = None
    settle_parts(session, actor, handover, gets, now=now)
    record(session, actor, Operation.ALTERATION, "handover", [handover.id], fields=["groups"], now=now)


def tick(session: Session, actor: Actor, handover_id: int, steps: frozenset[Step], side: Side, *, now: datetime) -> None:
    """Keeps which lines of one side's checklist are done. A line that is taken out again takes that side's signature with it."""
    handover = _open(session, actor, handover_id)
    if (part := part_of(session, actor, handover, side)) is not None:
        tick_part(session, actor, part, steps, now=now)
        return
    _only_side(actor, handover, side)
    known = {
        step.step: step for step in session.scalars(select(HandoverStep).where(HandoverStep.handover_id == handover.id))
    }  # fmt: skip
    changed = False
    for step in (step for step in Step if step.side is side):
        if step in steps and step not in known:
            assert actor.officer_id is not None
            session.add(
                HandoverStep(force_id=handover.force_id, handover_id=handover.id, step=step, ticked_at=now, ticked_by_id=actor.officer_id)
            )
            changed = True
        elif step not in steps and step in known:
            session.delete(known[step])
            _unsign(handover, side)
            changed = True
    if changed:
        record(session, actor, Operation.ALTERATION, "handover", [handover.id], fields=["steps"], now=now)


def sign(session: Session, actor: Actor, handover_id: int, side: Side, *, now: datetime) -> State:
    """Signs for one side; signed twice is signed once. Who leads the team may sign for a leaver, not for a successor.

    Raises Refused with every reason that stands in the way. Answers where the handover stands then.
    """
    handover = _open(session, actor, handover_id)
    facts = facts_of(session, handover, now)
    if (part := part_of(session, actor, handover, side)) is not None:
        return sign_part(session, actor, handover, part, facts, now=now)
    _only_side(actor, handover, side)
    reasons = in_the_way_of_signing(facts, side, actor.officer_id)
    if reasons:
        raise Refused(" ".join(reasons))
    if side is Side.LEAVER and not facts.leaver_signed:
        handover.leaver_signed_at, handover.leaver_signed_by_id = now, actor.officer_id
        record(session, actor, Operation.ALTERATION, "handover", [handover.id], fields=["leaver_signed_at"], now=now)
    elif side is Side.SUCCESSOR and not facts.successor_signed:
        handover.successor_signed_at = now
        record(session, actor, Operation.ALTERATION, "handover", [handover.id], fields=["successor_signed_at"], now=now)
    session.flush()
    return state(facts_of(session, handover, now))


def call_off(session: Session, actor: Actor, handover_id: int, *, now: datetime) -> None:
    """Ends a handover in which nothing changed hands. By who leads the team."""
    handover = _open(session, actor, handover_id)
    _only_leaders(actor, handover)
    handover.called_off_at = now
    record(session, actor, Operation.ALTERATION, "handover", [handover.id], fields=["called_off_at"], now=now)


def write_tip(
    session: Session, actor: Actor, group_id: int, contact_id: int | None, words: str, override_reason: str, *, now: datetime
) -> Tip:
    """Keeps what works with a group, or with one of its contacts. Missing where the group is not theirs to read."""
    group = group_to_read(session, actor, group_id)
    if contact_id is not None:
        contact = session.get(Contact, contact_id)
        if contact is None or contact.group_id != group.id or contact.ended_on is not None:
            raise Refused("Choose somebody who speaks for the group", field="contact_id")
    said = clean_text(words, longest=TIP_LONGEST, field="words", what="What works")
    if not said:
        raise Refused("Write what works with them", field="words")
    assert actor.officer_id is not None
    tip = Tip(
        force_id=group.force_id, group_id=group.id, contact_id=contact_id, words=said, override_reason=override_reason, written_at=now,
        written_by_id=actor.officer_id,
    )  # fmt: skip
    session.add(tip)
    session.flush()
    record(session, actor, Operation.COLLECTION, "tip", [tip.id], now=now)
    return tip


def erase_tip(session: Session, actor: Actor, tip_id: int, *, now: datetime) -> int:
    """Erases what was written of how to reach somebody; answers its group. Nothing of it is kept."""
    tip = session.get(Tip, tip_id, with_for_update=True)  # of two who erase it one does, and one row says so
    if tip is None:
        raise Missing
    group = group_to_read(session, actor, tip.group_id)
    session.delete(tip)
    record(session, actor, Operation.ERASURE, "tip", [tip_id], now=now)
    return group.id


def _open(session: Session, actor: Actor, handover_id: int) -> Handover:
    handover = handover_to_change(session, actor, handover_id)
    if handover.moved_at is not None or handover.called_off_at is not None:
        raise Refused("This handover is over.")
    return handover


def _only_leaders(actor: Actor, handover: Handover) -> None:
    if not leads(actor, handover.team_id):
        raise Refused("Only who leads the team can do this.")


def _only_side(actor: Actor, handover: Handover, side: Side) -> None:
    theirs = handover.officer_id if side is Side.LEAVER else handover.successor_id
    in_place = side is Side.LEAVER and leads(actor, handover.team_id)
    if actor.officer_id != theirs and not in_place:
        raise Refused("Only who leaves, or who leads the team, can do this." if side is Side.LEAVER else "Only who takes over can do this.")


def _unsign(handover: Handover, side: Side) -> None:
    if side is Side.LEAVER:
        handover.leaver_signed_at = handover.leaver_signed_by_id = None
    else:
        handover.successor_signed_at = None
