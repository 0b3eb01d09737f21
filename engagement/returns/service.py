"""What people and the job do with returns: draft, take in what came since, edit, leave out, sign. Records never change by it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engagement.access.domain import Actor, Permission
from engagement.audit.domain import Operation
from engagement.audit.service import keep_version, record
from engagement.core.clock import london_day
from engagement.core.errors import Conflict, Missing, Refused
from engagement.core.texts import clean_text, one_line
from engagement.places.models import Team
from engagement.priorities.queries import roles_over
from engagement.returns.domain import Quarter, agreed_words, evidence_words, next_signer, why_not_sign, work_words
from engagement.returns.figures import figures_of, priorities_of
from engagement.returns.models import QuarterlyReturn, ReturnPart, ReturnSignature
from engagement.returns.queries import parts_of, return_to_change, seal_of, signed_by

LONGEST = 8000
TEXTS = {"agreed": "What was agreed", "work": "Work towards it", "evidence": "Evidence"}
CHANGED = "Somebody else changed this while you had it open. Both versions are below: put in what should stand, and save again."
MOVED_ON = "The return was changed while you had it open. Nothing was signed: read it as it is now, then sign."


@dataclass(frozen=True, slots=True, kw_only=True)
class PartDraft:
    """A part as typed; `version` is the one that was read."""

    part_id: int
    version: int | None
    agreed: str
    work: str
    evidence: str
    left_out: bool = False
    override_reason: str = ""


def draft(session: Session, actor: Actor, team_id: int, quarter: Quarter, *, now: datetime) -> QuarterlyReturn:
    """The return of a team and quarter, drafted from the records; the one that is there already where there is one.

    A job drafts for any team of its force; a person for those whose board they see. Refused for a quarter to come.
    """
    mine = actor.account_id is None or team_id in actor.teams(Permission.SEE_BOARD)
    if not mine or session.scalar(select(Team.id).where(Team.id == team_id, Team.force_id == actor.force_id)) is None:
        raise Refused("Choose one of your teams", field="team_id")
    if quarter.first > london_day(now):
        raise Refused("That quarter has not begun", field="quarter")
    if (there := _of(session, team_id, quarter)) is not None:
        return there
    made = QuarterlyReturn(
        force_id=actor.force_id, team_id=team_id, quarter=str(quarter), figures=figures_of(session, team_id, quarter), drafted_at=now,
        drafted_by_id=actor.officer_id, taken_at=now,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:  # the job or a colleague at the same moment
        there = _of(session, team_id, quarter)
        if there is None:
            raise
        return there
    _add_parts(session, made, quarter)
    record(session, actor, Operation.COLLECTION, "quarterly_return", [made.id], now=now)
    session.flush()
    return made


def take_in(session: Session, actor: Actor, return_id: int, *, now: datetime) -> QuarterlyReturn:
    """Counts the figures anew and words anew what nobody edited; parts that somebody edited stay, and are told apart by the page."""
    found = return_to_change(session, actor, return_id)
    quarter = Quarter.parse(found.quarter)
    before = seal_of(found, parts_of(session, found.id))
    figures = figures_of(session, found.team_id, quarter)
    if figures != found.figures:
        found.figures = figures
    found.taken_at = now
    _add_parts(session, found, quarter)
    session.flush()
    if seal_of(found, parts_of(session, found.id)) != before:
        _void(session, actor, found, now)
    record(session, actor, Operation.ALTERATION, "quarterly_return", [found.id], fields=["figures"], now=now)
    session.flush()
    return found


def edit_part(session: Session, actor: Actor, change: PartDraft, *, now: datetime) -> ReturnPart:
    """Changes the words of a part, or leaves it out; what it said is kept. Signatures given before are void.

    Raises Conflict, with what it says now, where somebody else changed it since it was read.
    """
    part = session.get(ReturnPart, change.part_id)
    if part is None:
        raise Missing
    found = return_to_change(session, actor, part.return_id)
    session.refresh(part)
    was = {name: getattr(part, name) for name in TEXTS}
    if change.version is not None and part.version != change.version:
        raise Conflict(CHANGED, theirs=was)
    new = {name: clean_text(getattr(change, name), longest=LONGEST, field=name, what=said) for name, said in TEXTS.items()}
    for name, said in TEXTS.items():
        if not new[name]:
            raise Refused(f"Say something under “{said}”", field=name)
    changed = [name for name in TEXTS if new[name] != was[name]] + (["left_out"] if part.left_out != change.left_out else [])
    if not changed:
        return part
    keep_version(session, actor, "return_part", part.id, {**was, "left_out": part.left_out}, now=now)
    part.agreed, part.work, part.evidence, part.left_out = new["agreed"], new["work"], new["evidence"], change.left_out
    part.edited_at, part.edited_by_id = now, actor.officer_id
    part.override_reason = one_line(change.override_reason, longest=300, field="override_reason", what="Reason") or part.override_reason
    _void(session, actor, found, now)
    record(session, actor, Operation.ALTERATION, "quarterly_return", [found.id], fields=changed, now=now)
    session.flush()
    return part


def introduce(
    session: Session, actor: Actor, return_id: int, words: str, *, version: int | None, now: datetime, override_reason: str = ""
) -> QuarterlyReturn:
    """Changes the words that the return opens with. Signatures given before are void."""
    found = return_to_change(session, actor, return_id)
    if version is not None and found.version != version:
        raise Conflict(CHANGED, theirs={"introduction": found.introduction})
    new = clean_text(words, longest=LONGEST, field="introduction", what="Introduction")
    if new == found.introduction:
        return found
    keep_version(session, actor, "quarterly_return", found.id, {"introduction": found.introduction}, now=now)
    found.introduction = new
    found.override_reason = one_line(override_reason, longest=300, field="override_reason", what="Reason") or found.override_reason
    _void(session, actor, found, now)
    record(session, actor, Operation.ALTERATION, "quarterly_return", [found.id], fields=["introduction"], now=now)
    session.flush()
    return found


def sign(session: Session, actor: Actor, return_id: int, seal: str, *, now: datetime) -> ReturnSignature:
    """Signs the return as it was seen (`seal`): the sergeant of the team first, then an inspector over it.

    Raises Refused for whose turn it is not, for who has signed it, and where it says something else by now.
    """
    found = return_to_change(session, actor, return_id)
    signed = signed_by(session, found.id)
    if reason := why_not_sign(roles=roles_over(actor, found.team_id), officer_id=actor.officer_id, signed=signed):
        raise Refused(reason)
    if seal != seal_of(found, parts_of(session, found.id)):
        raise Refused(MOVED_ON)
    assert actor.officer_id is not None
    signature = ReturnSignature(
        force_id=found.force_id,
        return_id=found.id,
        role=next_signer(signed),
        officer_id=actor.officer_id,
        signed_at=now,
        seal=seal,
        standing=1,
    )
    session.add(signature)
    record(session, actor, Operation.ALTERATION, "quarterly_return", [found.id], fields=["signed"], now=now)
    session.flush()
    return signature


def _of(session: Session, team_id: int, quarter: Quarter) -> QuarterlyReturn | None:
    return session.scalar(select(QuarterlyReturn).where(QuarterlyReturn.team_id == team_id, QuarterlyReturn.quarter == str(quarter)))


def _add_parts(session: Session, found: QuarterlyReturn, quarter: Quarter) -> None:
    """Adds a part for each priority of the quarter, and words anew those that nobody edited."""
    there = {part.priority_id: part for part in parts_of(session, found.id)}
    for position, (priority_id, neighbourhood, facts) in enumerate(priorities_of(session, found.team_id, quarter)):
        texts = {"agreed": agreed_words(facts), "work": work_words(facts, quarter), "evidence": evidence_words(facts, quarter)}
        part = there.get(priority_id)
        if part is None:
            part = ReturnPart(
                force_id=found.force_id, return_id=found.id, priority_id=priority_id, neighbourhood=neighbourhood, position=position,
                title=facts.title, **texts,
            )  # fmt: skip
            session.add(part)
        elif part.edited_at is None:
            part.title, part.agreed, part.work, part.evidence = facts.title, texts["agreed"], texts["work"], texts["evidence"]
        part.position = position


def _void(session: Session, actor: Actor, found: QuarterlyReturn, now: datetime) -> None:
    """Takes back the signatures that stand: what they were given for is not what the return says now."""
    standing = select(ReturnSignature).where(ReturnSignature.return_id == found.id, ReturnSignature.standing == 1)
    for signature in session.scalars(standing.execution_options(populate_existing=True)):
        signature.standing, signature.voided_at, signature.voided_by_id = None, now, actor.officer_id
