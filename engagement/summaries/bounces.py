"""What becomes of a letter: delivered, it tells raisers and counts for "inform"; come back, neither, and somebody phones."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor, system
from engagement.audit.domain import Operation
from engagement.audit.service import record
from engagement.concerns.domain import TellingKind, answered_at, owed
from engagement.concerns.drafts import How, TellingDraft
from engagement.concerns.facts import Facts, facts_of
from engagement.concerns.models import Raising
from engagement.concerns.service import take_back, tell
from engagement.core.clock import london_day
from engagement.core.errors import Missing, Refused
from engagement.groups.models import Contact, Group
from engagement.groups.service import contacted, hold, suspend_mail
from engagement.mail.models import Letter
from engagement.mail.queries import refused_among, settleable
from engagement.mail.service import mark_settled
from engagement.people.service import leave_note
from engagement.summaries.letters import fold_address
from engagement.summaries.models import LetterContact, LetterItem, MonthlyLetter, SummaryItem
from engagement.summaries.queries import approvers

KIND = "summary"
ACTOR = "monthly letters"


def settle_some(session: Session, *, now: datetime, limit: int = 50) -> dict[str, int]:
    """Takes note of what became of some letters. Counts: letters, told, came_back; no letters when none is left."""
    counts: Counter[str] = Counter(letters=0, told=0, came_back=0)
    found = settleable(session, KIND, limit=limit)
    monthly = {
        row.letter_id: row for row in session.scalars(select(MonthlyLetter).where(MonthlyLetter.letter_id.in_([x.id for x in found])))
    }
    items, people = _of_letters(session, LetterItem, monthly.values()), _of_letters(session, LetterContact, monthly.values())
    condemned = refused_among(session, [letter.to for letter in found if letter.state == "refused"])
    heard: dict[int, set[int]] = defaultdict(set)
    for letter in found:
        counts["letters"] += 1
        row = monthly.get(letter.id)
        if row is None:
            continue
        actor = system(ACTOR, row.force_id)
        if letter.state == "sent":
            counts["told"] += _tell(session, actor, letter, items[row.id], now=now)
            heard[row.force_id] |= {person.group_id for person in people[row.id]}
        else:
            counts["came_back"] += 1
            bad = fold_address(letter.to) in condemned
            _came_back(session, actor, row, "The letter was refused: " + (letter.answer or "no reason given"), suspend=bad, now=now)
    for force_id, groups in heard.items():
        count_one_way(session, system(ACTOR, force_id), groups, now=now)
    if found:
        mark_settled(session, [letter.id for letter in found], now=now)
    return dict(counts)


def came_back(session: Session, actor: Actor, row: MonthlyLetter, *, now: datetime) -> None:
    """An officer says that a letter came back after it had been taken: as if the server had refused it. Twice is once.

    Refused for one that has not left.
    """
    if session.get_one(Letter, row.letter_id).sent_at is None and row.came_back_at is None:
        raise Refused("This letter has not left yet.")
    if row.came_back_at is None:
        _came_back(session, actor, row, "The letter came back", suspend=True, now=now)


def phone_instead(session: Session, actor: Actor, contact_ids: Iterable[int], reason: str, *, suspend: bool, now: datetime) -> None:
    """Suspends the contacts' mail, where the address is to blame, and leaves a note on the shift of each group's owner.

    One note for an officer, whichever of their groups the address speaks for; a group nobody owns is its sergeants'.
    """
    ids = sorted(set(contact_ids))
    if suspend:
        suspend_mail(session, actor, ids, reason, now)
    rows = session.execute(
        select(Contact.id, Contact.name, Group.id.label("group_id"), Group.name.label("group"), Group.owner_id, Group.team_id)
        .join(Group, Group.id == Contact.group_id)
        .where(Contact.id.in_(ids))
        .order_by(Contact.id)
    ).all()
    leaders = approvers(session, {row.team_id for row in rows if row.owner_id is None}, london_day(now))
    notes: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        theirs = (
            [row.owner_id] if row.owner_id is not None else [a.officer_id for a in leaders.get(row.team_id, []) if a.role == "sergeant"]
        )
        for officer_id in theirs:
            notes[officer_id].append(row)
    for officer_id, about in notes.items():
        names, groups = _joined(row.name for row in about), _joined(row.group for row in about)
        words = f"Mail to {names} ({groups}) came back: phone instead."
        leave_note(session, actor, officer_id, "group", about[0].group_id, words, now=now)


def count_one_way(session: Session, actor: Actor, group_ids: Collection[int], *, now: datetime) -> None:
    """Writes the day of the last letter that arrived as the groups' last one-way contact, and settles when they are due."""
    ids = hold(session, group_ids)
    last: dict[int, date] = {
        row.group_id: london_day(row.sent_at)
        for row in session.execute(
            select(LetterContact.group_id, func.max(Letter.sent_at).label("sent_at"))
            .join(MonthlyLetter, MonthlyLetter.id == LetterContact.monthly_letter_id)
            .join(Letter, Letter.id == MonthlyLetter.letter_id)
            .where(LetterContact.group_id.in_(ids), MonthlyLetter.came_back_at.is_(None), Letter.sent_at.is_not(None))
            .group_by(LetterContact.group_id)
        )
    }
    kept = session.execute(select(Group.id, Group.last_two_way_on).where(Group.id.in_(ids))).all()
    changed = contacted(session, {row.id: (row.last_two_way_on, last.get(row.id)) for row in kept}, today=london_day(now))
    if changed:
        record(session, actor, Operation.ALTERATION, "group", changed, fields=["last_one_way_on"], now=now)


def _came_back(session: Session, actor: Actor, row: MonthlyLetter, reason: str, *, suspend: bool, now: datetime) -> None:
    letter = session.get_one(Letter, row.letter_id)
    row.came_back_at = now
    record(session, actor, Operation.ALTERATION, "monthly_letter", [row.id], fields=["came_back_at"], now=now)
    session.flush()
    take_back(session, actor, reason=reason[:250], letter_id=letter.id, now=now)
    people = session.execute(
        select(LetterContact.contact_id, LetterContact.group_id).where(LetterContact.monthly_letter_id == row.id)
    ).all()
    same = session.scalars(
        select(Contact.id).where(Contact.force_id == row.force_id, func.lower(Contact.email) == row.address, Contact.ended_on.is_(None))
    )
    phone_instead(session, actor, {*(p.contact_id for p in people), *same}, reason, suspend=suspend, now=now)
    if letter.sent_at is not None:
        count_one_way(session, actor, {p.group_id for p in people}, now=now)


def _tell(session: Session, actor: Actor, letter: Letter, items: Sequence[LetterItem], *, now: datetime) -> int:
    """Tells each raising of the groups that the letter was for, as far as it was still owed that."""
    concern_of: dict[int, int] = {
        row.id: row.concern_id
        for row in session.execute(select(SummaryItem.id, SummaryItem.concern_id).where(SummaryItem.id.in_({i.item_id for i in items})))
    }
    wanted = {(concern_of[item.item_id], item.group_id): TellingKind(item.tells) for item in items}
    raisings = session.execute(
        select(Raising.id, Raising.concern_id, Raising.group_id, Raising.raised_at)
        .where(
            Raising.concern_id.in_(sorted(set(concern_of.values()))),
            Raising.group_id.in_(sorted({item.group_id for item in items})),
            Raising.withdrawn_at.is_(None),
        )
        .order_by(Raising.id)
    ).all()
    facts = facts_of(session, set(concern_of.values()))
    sent_at = letter.sent_at or now
    told = 0
    for raising in raisings:
        kind = wanted.get((raising.concern_id, raising.group_id))
        if kind is None or raising.raised_at > sent_at or not _still_owed(facts[raising.concern_id], raising.id, kind):
            continue
        draft = TellingDraft(raising_id=raising.id, kind=kind, how=How.LETTER, told_at=sent_at, letter_id=letter.id)
        try:
            with session.begin_nested():
                tell(session, actor, draft, now=now)
        except (Refused, Missing):  # the record changed under the letter: what it said stays owed, and stops nobody else's
            continue
        told += 1
    return told


def _still_owed(facts: Facts, raising_id: int, kind: TellingKind) -> bool:
    raising = next((r for r in facts.raisings if r.id == raising_id), None)
    if raising is None:
        return False
    if kind is TellingKind.OUTCOME:
        return owed(raising, facts.tellings)
    return raising.wants_to_hear and answered_at(raising, facts.tellings) is None


def _of_letters(session: Session, table: Any, rows: Iterable[MonthlyLetter]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for one in session.scalars(select(table).where(table.monthly_letter_id.in_([row.id for row in rows])).order_by(table.id)):
        found[one.monthly_letter_id].append(one)
    return found


def _joined(names: Iterable[str]) -> str:
    said = list(dict.fromkeys(names))
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"
