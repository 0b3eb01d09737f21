"""What sergeants do about groups that are overdue: decide, one or many at once, each with a reason; and take it back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.audit.domain import Operation
from engagement.audit.service import record
from engagement.core.clock import london_day
from engagement.core.dates import days_over, say_date
from engagement.core.errors import Missing, Refused
from engagement.core.texts import one_line
from engagement.groups.models import Group
from engagement.groups.service import AgreementDraft, agree, end_pause, give_to, go_dormant, hold, pause, wake
from engagement.overdue.domain import DecisionKind, check_decision, stands_until
from engagement.overdue.models import Decision
from engagement.overdue.queries import LateGroup, decidable_by, late_groups
from engagement.people.models import Officer, OfficerNote
from engagement.people.service import leave_note
from engagement.settings import current

MOST_AT_ONCE = 200
LONGEST_REASON = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionDraft:
    """What somebody wants to decide about some groups.

    `officer_id` is of "give", `until` of "book", "snooze" and "pause" (None: no end), `agreement` of "agreement".
    `seen` is the highest decision id about any of them that the page showed; a later one of another officer is shown first.
    """

    group_ids: tuple[int, ...]
    kind: str
    reason: str
    officer_id: int | None = None
    until: date | None = None
    agreement: AgreementDraft | None = None
    seen: int | None = None


def decide(session: Session, actor: Actor, draft: DecisionDraft, *, now: datetime) -> list[Decision]:
    """Takes one decision about each of the groups, or about none of them.

    The same decision sent twice is one. Raises Missing where a group is not theirs to decide about, Refused beside
    `reason`, `officer_id`, `until`, `kind` or a field of the agreement, or for the whole page where a group is not overdue
    any more or somebody else decided meanwhile.
    """
    if draft.kind not in list(DecisionKind):
        raise Refused("Choose what to do", field="kind")
    kind, today = DecisionKind(draft.kind), london_day(now)
    reason = one_line(draft.reason, longest=LONGEST_REASON, field="reason", what="Reason")
    if not reason:
        raise Refused("Say why", field="reason")
    if not 1 <= len(set(draft.group_ids)) <= MOST_AT_ONCE:
        raise Refused("Choose the groups, at most {most} at once", field="groups", most=MOST_AT_ONCE)
    if actor.officer_id is None:
        raise Missing
    wanted = hold(session, draft.group_ids)
    if same := _sent_twice(session, actor, wanted, replace(draft, reason=reason), now):
        return same
    groups = _late(session, actor, wanted, today)
    _check_seen(session, actor, groups, draft)
    most = current().number("overdue", "snoozes_running")
    for group in groups:
        check_decision(kind, until=draft.until, officer_id=draft.officer_id, history=group.history, today=today, most_snoozes=most)
        if kind in (DecisionKind.ASK, DecisionKind.BOOK) and group.owner_id is None:
            raise Refused("{group} has no owner: give it to somebody first", field="kind", group=group.name)
    made = [_decide_one(session, actor, group, replace(draft, reason=reason), kind, now=now) for group in groups]
    session.flush()
    record(session, actor, Operation.COLLECTION, "decision", [one.id for one in made], now=now)
    return made


def undo(session: Session, actor: Actor, decision_ids: Iterable[int], *, now: datetime) -> list[int]:
    """Takes decisions back, with what they did: a group goes back to its owner, a pause ends, a note that was not read yet goes.

    Answers the ids of the groups. One that was undone already stays so. Raises Missing where a decision is not theirs,
    Refused for a changed agreement, and where somebody has decided again since.
    """
    wanted = sorted(set(decision_ids))
    found = session.scalars(
        select(Decision)
        .join(Group, Group.id == Decision.group_id)
        .where(Decision.id.in_(wanted), decidable_by(actor))
        .order_by(Decision.id)
    ).all()
    if not found or len(found) != len(wanted):
        raise Missing
    hold(session, [one.group_id for one in found])
    taken = [one for one in found if one.undone_at is None]
    for one in reversed(taken):
        _undo_one(session, actor, one, now=now)
    if taken:
        record(session, actor, Operation.ALTERATION, "decision", [one.id for one in taken], fields=["undone_at"], now=now)
    return [one.group_id for one in found]


def _late(session: Session, actor: Actor, wanted: Sequence[int], today: date) -> list[LateGroup]:
    known = {
        row.id: row.name for row in session.execute(select(Group.id, Group.name).where(Group.id.in_(wanted), decidable_by(actor))).all()
    }
    if len(known) != len(wanted):
        raise Missing
    groups = late_groups(session, actor, wanted, today)
    for gone in sorted(set(known) - {group.id for group in groups}):
        raise Refused("{group} is not overdue any more", group=known[gone])
    return groups


def _sent_twice(session: Session, actor: Actor, wanted: Sequence[int], draft: DecisionDraft, now: datetime) -> list[Decision]:
    """The decisions that this very draft made a moment ago, where it made them about all of the groups."""
    rows = session.scalars(
        select(Decision)
        .where(
            Decision.group_id.in_(wanted),
            Decision.decided_at == now if draft.seen is None else Decision.id > draft.seen,
            Decision.decided_by_id == actor.officer_id,
            Decision.kind == draft.kind,
            Decision.reason == draft.reason,
            Decision.undone_at.is_(None),
        )
        .order_by(Decision.id)
    ).all()
    until = stands_until(DecisionKind(draft.kind), draft.until, london_day(now))
    same = [row for row in rows if row.until == until and (row.kind != DecisionKind.GIVE or row.officer_id == draft.officer_id)]
    return same if {row.group_id for row in same} == set(wanted) else []


def _check_seen(session: Session, actor: Actor, groups: Sequence[LateGroup], draft: DecisionDraft) -> None:
    if draft.seen is None:
        return
    for group in groups:
        if group.last_decision_id > draft.seen:
            row = session.execute(
                select(Decision.kind, Decision.reason, Decision.decided_by_id, Officer.name)
                .join(Officer, Officer.id == Decision.decided_by_id)
                .where(Decision.id == group.last_decision_id)
            ).one()
            if row.decided_by_id != actor.officer_id:
                raise Refused(
                    "{name} decided about {group} while you had it open: {what}, because “{reason}”. Send it again to decide anew.",
                    field="seen",
                    name=row.name,
                    group=group.name,
                    what=DecisionKind(row.kind).label.lower(),
                    reason=row.reason,
                )


def _decide_one(session: Session, actor: Actor, group: LateGroup, draft: DecisionDraft, kind: DecisionKind, *, now: datetime) -> Decision:
    today = london_day(now)
    officer_id = group.owner_id
    match kind:
        case DecisionKind.GIVE:
            officer_id = draft.officer_id
            give_to(session, actor, [group.id], officer_id, now=now)
        case DecisionKind.PAUSE:
            pause(session, actor, group.id, reason=draft.reason, until=draft.until, now=now)
        case DecisionKind.AGREEMENT:
            agree(session, actor, group.id, replace(draft.agreement or AgreementDraft(), level=group.level or "consult"), now=now)
        case DecisionKind.DORMANT:
            go_dormant(session, actor, group.id, draft.reason, now=now)
    made = Decision(
        force_id=actor.force_id,
        team_id=group.team_id,
        group_id=group.id,
        due_on=group.due_on,
        kind=kind.value,
        reason=draft.reason,
        officer_id=officer_id,
        until=stands_until(kind, draft.until, today),
        was_owner_id=group.owner_id if kind is DecisionKind.GIVE else None,
        note_id=_note(session, actor, group, draft, kind, officer_id, now=now),
        decided_at=now,
        decided_by_id=actor.officer_id,
    )
    session.add(made)
    return made


def _note(
    session: Session, actor: Actor, group: LateGroup, draft: DecisionDraft, kind: DecisionKind, officer_id: int | None, *, now: datetime
) -> int | None:
    """Tells the officer whom it concerns, on their shift page; nobody is told what they decided themselves."""
    if officer_id is None or officer_id == actor.officer_id or kind not in (DecisionKind.ASK, DecisionKind.GIVE, DecisionKind.BOOK):
        return None
    today = london_day(now)
    over = days_over((today - group.due_on).days)
    match kind:
        case DecisionKind.ASK:
            words = f"What about {group.name}, {over}? {draft.reason}"
        case DecisionKind.GIVE:
            words = f"{group.name}, {over}, is yours now. {draft.reason}"
        case _:
            by = say_date(draft.until, today) if draft.until else ""
            words = f"Book {group.name}, {over}, by {by}. {draft.reason}"
    asked = _asked_before(session, group, officer_id) if kind is DecisionKind.ASK else None
    if asked is None:
        return leave_note(session, actor, officer_id, "group", group.id, words, now=now).id
    asked.words, asked.left_at, asked.left_by = words, now, actor.name
    record(session, actor, Operation.ALTERATION, "officer_note", [asked.id], fields=["words"], now=now)
    return asked.id


def _asked_before(session: Session, group: LateGroup, officer_id: int) -> OfficerNote | None:
    """The note of a question to the same officer about the same due date, while they have not put it away: it is reworded."""
    return session.scalar(
        select(OfficerNote)
        .join(Decision, Decision.note_id == OfficerNote.id)
        .where(Decision.group_id == group.id, Decision.due_on == group.due_on, Decision.kind == DecisionKind.ASK.value)
        .where(Decision.undone_at.is_(None), OfficerNote.officer_id == officer_id, OfficerNote.put_away_at.is_(None))
        .order_by(OfficerNote.id.desc())
        .limit(1)
    )


def _undo_one(session: Session, actor: Actor, one: Decision, *, now: datetime) -> None:
    later = session.scalar(
        select(Decision.id).where(Decision.group_id == one.group_id, Decision.id > one.id, Decision.undone_at.is_(None)).limit(1)
    )
    if later is not None:
        raise Refused("Something else was decided about it since: take that back first")
    match DecisionKind(one.kind):
        case DecisionKind.AGREEMENT:
            raise Refused("A changed agreement is not taken back: change it again on the group's page")
        case DecisionKind.GIVE:
            owner_id = session.scalar(select(Group.owner_id).where(Group.id == one.group_id))
            if owner_id == one.officer_id:
                give_to(session, actor, [one.group_id], one.was_owner_id, now=now)
        case DecisionKind.PAUSE:
            end_pause(session, actor, one.group_id, now=now)
        case DecisionKind.DORMANT:
            wake(session, actor, one.group_id, now=now)
    one.undone_at = now
    note = session.get(OfficerNote, one.note_id) if one.note_id is not None else None
    if note is not None and note.put_away_at is None and not _still_asked(session, one):
        note.put_away_at = now
    session.flush()


def _still_asked(session: Session, one: Decision) -> bool:
    """Whether an earlier question that was not taken back left the same note."""
    others = select(Decision.id).where(Decision.note_id == one.note_id, Decision.id != one.id, Decision.undone_at.is_(None))
    return session.scalar(others.limit(1)) is not None
