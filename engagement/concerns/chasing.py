"""Chasing the 72 hours: who is reminded of an answer not given yet, at which mark, once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from engagement.access.domain import Actor, Role
from engagement.audit.domain import Operation
from engagement.audit.service import record
from engagement.concerns.clock import ClockRule
from engagement.concerns.domain import ConcernState
from engagement.concerns.models import ClockChase, Concern, Raising
from engagement.concerns.owing import to_hear, unanswered
from engagement.concerns.settling import settle
from engagement.concerns.timing import rule
from engagement.core.clock import LONDON, london_day
from engagement.core.dates import say_date, say_time
from engagement.people.duty_queries import next_duty_day, off_on
from engagement.people.models import Account, Cover, Officer, OfficerNote, Posting
from engagement.people.queries import holds_on
from engagement.people.service import leave_note

BATCH = 500
NAMED = 3  # concerns named in a note; of more it says how many


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningClock:
    """An answer that is owed and not late yet; `owner_id` is whose it is, None for nobody's."""

    raising_id: int
    concern_id: int
    title: str
    sensitive: bool
    owner_id: int | None
    team_id: int
    raised_at: datetime
    due_at: datetime


Chase = tuple[RunningClock, list[int]]  # an answer owed, and the marks that it has passed


def chase(session: Session, actor: Actor, *, now: datetime) -> dict[str, int]:
    """Reminds whoever owes answers that have passed a mark, or who covers for them today; of what nobody looks after, or whose owner
    is not back before it is owed, a sergeant of its team who is on duty: one note for each of them, whatever the number. A mark that
    was missed while the service was down is made up by the next; each raising and mark is kept once.

    Puts away the notes whose answers have all been given, and settles concerns whose stored moment is not what the force's
    rule says any more. Counts: `chased`, `told`, `put_away`, `settled`.
    """
    counted = rule()
    waiting = [_running(row, counted) for row in session.execute(_unanswered(actor.force_id))]
    known = _known(session, [one.raising_id for one in waiting])
    owed = [(one, sorted(set(counted.chases_owed(one.raised_at, now)) - known[one.raising_id])) for one in waiting]
    by_person = _by_person(session, [(one, marks) for one, marks in owed if marks], london_day(now))
    chases: list[ClockChase] = []
    for officer_id, due in sorted(by_person.items(), key=lambda pair: pair[0] or 0):
        words = _words([one for one, _marks in due], officer_id, _others(session, due, officer_id), now, counted)
        note = leave_note(session, actor, officer_id, "concern", due[0][0].concern_id, words, now=now) if officer_id else None
        chases += [
            ClockChase(
                force_id=actor.force_id, raising_id=one.raising_id, mark=mark, officer_id=officer_id,
                note_id=note.id if note else None, chased_at=now,
            )
            for one, marks in due
            for mark in marks
        ]  # fmt: skip
    session.add_all(chases)
    session.flush()
    if chases:
        record(session, actor, Operation.COLLECTION, "clock_chase", [one.id for one in chases], now=now)
    return {
        "chased": len(chases),
        "told": sum(1 for officer_id in by_person if officer_id),
        "put_away": _put_away(session, actor, now),
        "settled": _settle_moved(session, actor, waiting, now),
    }


def _unanswered(force_id: int) -> Any:
    """Every raising of a force that waits for an answer: the columns of a `RunningClock`, and what its concern's row stores."""
    return (
        select(
            Raising.id, Raising.raised_at, Concern.id.label("concern_id"), Concern.title, Concern.sensitive, Concern.owner_id,
            Concern.team_id, Concern.answer_due_at,
        )
        .join(Concern, Concern.id == Raising.concern_id)
        .where(Concern.force_id == force_id, Concern.answer_due_at.is_not(None), Concern.state != ConcernState.CLOSED)
        .where(*to_hear(), unanswered())
        .order_by(Raising.raised_at, Raising.id)
    )  # fmt: skip


def _running(row: Any, counted: ClockRule) -> RunningClock:
    return RunningClock(
        raising_id=row.id, concern_id=row.concern_id, title=row.title, sensitive=row.sensitive, owner_id=row.owner_id,
        team_id=row.team_id, raised_at=row.raised_at, due_at=counted.due_at(row.raised_at),
    )  # fmt: skip


def _known(session: Session, raising_ids: Sequence[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for start in range(0, len(raising_ids), BATCH):
        some = raising_ids[start : start + BATCH]
        for raising_id, mark in session.execute(select(ClockChase.raising_id, ClockChase.mark).where(ClockChase.raising_id.in_(some))):
            found[raising_id].add(mark)
    return found


def _covers(session: Session, officer_ids: set[int], today: date) -> dict[int, int]:
    """Who covers for some officers who are off today, where that one is not off as well."""
    rows = session.execute(
        select(Cover.officer_id, Cover.cover_officer_id).where(
            Cover.officer_id.in_(officer_ids), Cover.starts_on <= today, Cover.ends_on >= today
        )
    ).all()
    off = off_on(session, {row.cover_officer_id for row in rows}, today)
    return {row.officer_id: row.cover_officer_id for row in rows if row.cover_officer_id not in off}


def _by_person(session: Session, owed: Sequence[Chase], today: date) -> dict[int | None, list[Chase]]:
    """Who is told of which: the owner, or who covers for them; where there is neither before it is owed, a sergeant; None for nobody.

    An owner who is off and back on an earlier day than the answer is owed on reads the note then, and answers in time.
    """
    off = set(off_on(session, {one.owner_id for one, _marks in owed if one.owner_id is not None}, today))
    stands_in, back_on = _covers(session, off, today), next_duty_day(session, off, today)

    def can_answer(one: RunningClock) -> int | None:
        if one.owner_id not in off:
            return one.owner_id
        back = back_on.get(one.owner_id)
        return stands_in.get(one.owner_id) or (one.owner_id if back is not None and back < london_day(one.due_at) else None)

    whose = {one.raising_id: can_answer(one) for one, _marks in owed}
    leads = _sergeants(session, {one.team_id for one, _marks in owed if whose[one.raising_id] is None}, today)
    told: dict[int | None, list[Chase]] = defaultdict(list)
    for one, marks in owed:
        told[whose[one.raising_id] or leads.get(one.team_id) or one.owner_id].append((one, marks))
    return told


def _sergeants(session: Session, team_ids: set[int], today: date) -> dict[int, int]:
    """A sergeant of each team, one on duty today before one who is off; no row for a team without any."""
    if not team_ids:
        return {}
    rows = session.execute(
        select(Posting.team_id, Posting.officer_id)
        .join(Account, Account.officer_id == Posting.officer_id)
        .where(Posting.team_id.in_(sorted(team_ids)), Posting.role == Role.SERGEANT.value, holds_on(today), Account.disabled_at.is_(None))
        .order_by(Posting.officer_id)
    ).all()
    off = off_on(session, {row.officer_id for row in rows}, today)
    return {row.team_id: row.officer_id for row in sorted(rows, key=lambda row: row.officer_id not in off)}  # the last one stays


def _words(due: Sequence[RunningClock], officer_id: int | None, others: Mapping[int | None, str], now: datetime, counted: ClockRule) -> str:
    """What the note says: what is not answered yet, for whom, and by when the first answer is owed; plain, as notes are."""
    titles = [one.title if not one.sensitive or one.owner_id == officer_id else "an OFFICIAL-SENSITIVE concern" for one in due[:NAMED]]
    names = [
        f"{title} (for {others[one.owner_id]}, off today)" if one.owner_id in others else title
        for one, title in zip(due, titles, strict=False)
    ]
    rest = f" and {len(due) - NAMED} more" if len(due) > NAMED else ""
    first = min(one.due_at for one in due)
    at = first.astimezone(LONDON)
    moment = f"{say_date(at.date(), london_day(now))} {say_time(at.time())}"
    if first >= now:
        by = f"The first is owed by {moment}." if len(due) > 1 else f"It is owed by {moment}."
    else:
        by = f"The first was owed by {moment}: the {counted.hours} hours are over." if len(due) > 1 else f"It was owed by {moment}."
    return f"No answer given yet: {'; '.join(names)}{rest}. {by} That we have it is no answer."


def _others(session: Session, due: Iterable[Chase], officer_id: int | None) -> dict[int | None, str]:
    """The owners of answers that are somebody else's, by name: they are off."""
    owners = {one.owner_id for one, _marks in due if one.owner_id is not None} - {officer_id}
    rows = session.execute(select(Officer.id, Officer.name).where(Officer.id.in_(owners))) if owners else ()
    return {row.id: row.name for row in rows}


def _put_away(session: Session, actor: Actor, now: datetime) -> int:
    """Takes notes off shifts whose answers have all been given since."""
    open_still = exists().where(
        ClockChase.note_id == OfficerNote.id,
        Raising.id == ClockChase.raising_id,
        Concern.id == Raising.concern_id,
        Concern.state != ConcernState.CLOSED,
        *to_hear(),
        unanswered(),
    )
    chasing = exists().where(ClockChase.note_id == OfficerNote.id)
    done = session.scalars(
        select(OfficerNote.id).where(OfficerNote.force_id == actor.force_id, OfficerNote.put_away_at.is_(None), chasing, ~open_still)
    ).all()
    if done:
        session.execute(update(OfficerNote).where(OfficerNote.id.in_(done)).values(put_away_at=now))
        record(session, actor, Operation.ALTERATION, "officer_note", done, fields=["put_away_at"], now=now)
    return len(done)


def _settle_moved(session: Session, actor: Actor, waiting: Iterable[RunningClock], now: datetime) -> int:
    """After the force changed how it counts: the stored moments of open concerns, made what the rule says."""
    first: dict[int, datetime] = {}
    for one in waiting:
        first[one.concern_id] = min(one.due_at, first.get(one.concern_id, one.due_at))
    ids = sorted(first)
    moved: list[int] = []
    for start in range(0, len(ids), BATCH):
        stored = session.execute(select(Concern.id, Concern.answer_due_at).where(Concern.id.in_(ids[start : start + BATCH])))
        moved += [row.id for row in stored if row.answer_due_at != first[row.id]]
    if moved:
        settle(session, moved, now=now)
        record(session, actor, Operation.ALTERATION, "concern", moved, fields=["answer_due_at"], now=now)
    return len(moved)
