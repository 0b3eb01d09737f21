"""What anyone may read of a priority: written by one person, approved by another, and never changed once it was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.audit.domain import Operation
from engagement.audit.service import keep_version, record
from engagement.core.clock import london_day
from engagement.core.errors import Conflict, Missing, Refused
from engagement.core.texts import clean_text
from engagement.core.wording import Finding, fingerprint, uncleared
from engagement.priorities.checks import CHANGED, TEXT, live_one, officer, settle
from engagement.priorities.domain import How, why_not_approve
from engagement.priorities.drafts import WordingDraft
from engagement.priorities.models import Priority, PriorityTold, PriorityWording
from engagement.priorities.queries import roles_over

PARTS = {"issue": "What people asked for", "action": "What we are doing"}
PAGE = "the neighbourhood's public page"
MOVED_ON = "Somebody else changed these words while you had them open. Read them as they are now, then decide."


def parts_of(wording: PriorityWording) -> dict[str, str]:
    """The texts of a wording by the name of their field."""
    return {name: getattr(wording, name) for name in PARTS}


def blocking(wording: PriorityWording) -> Sequence[tuple[str, Finding]]:
    """What looks like a person, and nobody has cleared: it keeps the wording from approval."""
    return uncleared(parts_of(wording), wording.cleared)


def seen_of(wording: PriorityWording | None) -> str:
    """Which wording a page shows, and as of when: "2:1"; empty for none."""
    return f"{wording.n}:{wording.version}" if wording else ""


def newest(session: Session, priority_id: int) -> PriorityWording | None:
    """The last wording that was written, approved or not."""
    return session.scalar(
        select(PriorityWording).where(PriorityWording.priority_id == priority_id).order_by(PriorityWording.n.desc()).limit(1)
    )


def write(session: Session, actor: Actor, draft: WordingDraft, *, now: datetime) -> PriorityWording:
    """Words a live priority for everybody. What was approved before stays public until this is approved.

    Raises Conflict, with the words of now, where they were changed since they were read.
    """
    priority = live_one(session, actor, draft.priority_id)
    last = newest(session, priority.id)
    if draft.seen and draft.seen != seen_of(last):
        raise Conflict(CHANGED, theirs={name: text for name, text in parts_of(last).items() if text} if last else {})
    texts = {name: clean_text(getattr(draft, name), longest=TEXT, field=name, what=said) for name, said in PARTS.items()}
    if not texts["issue"]:
        raise Refused("Say what people asked for", field="issue")
    if last is not None and parts_of(last) == texts:
        return last
    action_on = last.action_on if last is not None and last.action == texts["action"] else london_day(now) if texts["action"] else None
    if last is None or last.approved_at is not None:
        made = PriorityWording(
            force_id=priority.force_id, priority_id=priority.id, n=last.n + 1 if last else 1, written_by_id=officer(actor), written_at=now,
            cleared=list(last.cleared) if last else [], action_on=action_on, **texts,
        )  # fmt: skip
        session.add(made)
    else:
        made = last
        keep_version(session, actor, "priority_wording", made.id, parts_of(made), now=now)
        made.issue, made.action, made.action_on = texts["issue"], texts["action"], action_on
        made.written_by_id, made.written_at = officer(actor), now
    session.flush()
    record(session, actor, Operation.ALTERATION, "priority", [priority.id], fields=["public wording"], now=now)
    return made


def clear(session: Session, actor: Actor, priority_id: int, finding: str, seen: str, *, now: datetime) -> PriorityWording:
    """An approver says that one finding (its fingerprint) may stand."""
    priority, wording = _to_approve(session, actor, priority_id, seen)
    if finding not in {fingerprint(found) for _part, found in blocking(wording)}:
        raise Refused("Those words are not in the text any more.")
    wording.cleared = [*wording.cleared, finding]
    record(session, actor, Operation.ALTERATION, "priority", [priority.id], fields=["cleared"], now=now)
    session.flush()
    return wording


def approve(session: Session, actor: Actor, priority_id: int, seen: str, *, now: datetime) -> PriorityWording:
    """Publishes the words as they were seen; people are told by it today.

    Raises Refused for its writer, for who may not, and while words look like a person.
    """
    priority, wording = _to_approve(session, actor, priority_id, seen)
    if blocking(wording):
        raise Refused("These words look like a person: change or clear each of them first.")
    wording.approved_by_id, wording.approved_at = officer(actor), now
    session.add(
        PriorityTold(
            force_id=priority.force_id, priority_id=priority.id, told_on=london_day(now), how=str(How.PUBLIC), where=PAGE,
            recorded_at=now, recorded_by_id=actor.officer_id,
        )
    )  # fmt: skip
    record(session, actor, Operation.ALTERATION, "priority", [priority.id], fields=["approved"], now=now)
    record(session, actor, Operation.DISCLOSURE, "priority", [priority.id], now=now, note=PAGE)
    settle(session, priority)
    return wording


def why_not(actor: Actor, priority: Priority, wording: PriorityWording) -> str:
    """Why the actor may not approve a wording, as a sentence; empty when they may."""
    return why_not_approve(approver_id=actor.officer_id, roles=roles_over(actor, priority.team_id), writer_id=wording.written_by_id)


def _to_approve(session: Session, actor: Actor, priority_id: int, seen: str) -> tuple[Priority, PriorityWording]:
    priority = live_one(session, actor, priority_id)
    wording = newest(session, priority.id)
    if wording is None:
        raise Missing
    if wording.approved_at is not None:
        raise Refused("These words are approved already.")
    if seen != seen_of(wording):
        raise Refused(MOVED_ON)
    if reason := why_not(actor, priority, wording):
        raise Refused(reason)
    return priority, wording
