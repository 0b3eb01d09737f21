"""The proof of the columns that lists rely on: what is stored of groups and concerns, against the rules and the rows they follow from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engagement.concerns.clock import first_answer_due_at
from engagement.concerns.domain import state
from engagement.concerns.facts import facts_of
from engagement.concerns.models import Concern
from engagement.concerns.timing import rule
from engagement.core.clock import london_day
from engagement.db import reading
from engagement.engagements.domain import Delivery, Direction, Kind, Outcome, Part, State, counts_as_contact, which_dates
from engagement.engagements.models import Engagement, EngagementGroup
from engagement.groups.models import Group
from engagement.groups.service import drifted
from engagement.mail.models import Letter
from engagement.overdue.jobs import settle_passed_pauses
from engagement.summaries.models import LetterContact, MonthlyLetter

BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """How many groups and concerns were looked at, and which of them do not say what the rules say."""

    groups: int
    group_ids: tuple[int, ...]
    concerns: int
    concern_ids: tuple[int, ...]

    @property
    def any(self) -> bool:
        """Whether anything differs."""
        return bool(self.group_ids or self.concern_ids)


Progress = Callable[[int], object]  # told how many more were looked at


def how_many() -> int:
    """How many groups and concerns there are to look at."""
    session = reading()
    total = (session.scalar(select(func.count()).select_from(Group)) or 0) + (
        session.scalar(select(func.count()).select_from(Concern)) or 0
    )
    session.close()
    return total


def find_differences(now: datetime, looked_at: Progress = int) -> Differences:
    """The ids of groups and concerns whose stored columns are not what the rules say, after pauses that are over were taken off.

    `looked_at` is told after each batch how many more were looked at.
    """
    settle_passed_pauses(now)
    groups, group_ids = differing_groups(now, looked_at)
    concerns, concern_ids = differing_concerns(looked_at)
    return Differences(groups=groups, group_ids=group_ids, concerns=concerns, concern_ids=concern_ids)


def differing_groups(now: datetime, looked_at: Progress) -> tuple[int, tuple[int, ...]]:
    """All groups, a batch at a time: how many there are, and whose dates, last contacts or counting entries are not as they should be.

    One that somebody writes to while it is looked at is asked a second time, so that a save in mid-proof is no finding.
    """
    today, seen, found = london_day(now), 0, []
    for ids in _batches(Group.id):
        seen += len(ids)
        differ = _groups(ids, today)
        found += _groups(differ, today) if differ else []
        looked_at(len(ids))
    return seen, tuple(found)


def differing_concerns(looked_at: Progress) -> tuple[int, tuple[int, ...]]:
    """All concerns, likewise: whose state, answer clock or closing is not what the rules say."""
    seen, found = 0, []
    for ids in _batches(Concern.id):
        seen += len(ids)
        differ = _concerns(ids)
        found += _concerns(differ) if differ else []
        looked_at(len(ids))
    return seen, tuple(found)


def _batches(key: Any) -> Iterator[Sequence[int]]:
    """The ids of a table, ascending, each batch in a transaction of its own."""
    last = 0
    while True:
        session = reading()
        ids = session.scalars(select(key).where(key > last).order_by(key).limit(BATCH)).all()
        session.close()
        if not ids:
            return
        last = ids[-1]
        yield ids


def _groups(ids: Sequence[int], today: date) -> list[int]:
    session = reading()
    try:
        wrong = (
            set(drifted(session, ids, today=today))
            | _miscounted(session, ids)
            | _last_contact_wrong(session, ids)
            | _last_letter_wrong(session, ids)
        )
    finally:
        session.close()
    return sorted(wrong)


def _last_contact_wrong(session: Session, ids: Sequence[int]) -> set[int]:
    rows = session.execute(
        select(EngagementGroup.group_id, func.max(EngagementGroup.happened_on).label("latest"))
        .where(EngagementGroup.group_id.in_(ids), EngagementGroup.counts)
        .group_by(EngagementGroup.group_id)
    )
    latest: dict[int, date | None] = {row.group_id: row.latest for row in rows}
    stored = session.execute(select(Group.id, Group.last_two_way_on).where(Group.id.in_(ids)))
    return {row.id for row in stored if row.last_two_way_on != latest.get(row.id)}


def _last_letter_wrong(session: Session, ids: Sequence[int]) -> set[int]:
    """The groups whose last one-way contact is not the day of their last letter that arrived.

    A letter that has left and of which nobody took note yet may count already or not: it does as soon as somebody takes note of another.
    """
    rows = session.execute(
        select(LetterContact.group_id, Letter.sent_at, Letter.settled_at, MonthlyLetter.came_back_at)
        .join(MonthlyLetter, MonthlyLetter.id == LetterContact.monthly_letter_id)
        .join(Letter, Letter.id == MonthlyLetter.letter_id)
        .where(LetterContact.group_id.in_(ids), Letter.sent_at.is_not(None))
    )
    noted: dict[int, list[Delivery]] = {key: [] for key in ids}
    fresh: dict[int, list[Delivery]] = {key: [] for key in ids}
    for row in rows:
        delivery = Delivery(delivered_on=london_day(row.sent_at), bounced=row.came_back_at is not None)
        (noted if row.settled_at is not None else fresh)[row.group_id].append(delivery)
    stored = session.execute(select(Group.id, Group.last_one_way_on).where(Group.id.in_(ids)))
    return {row.id for row in stored if row.last_one_way_on not in _may_be(noted[row.id], fresh[row.id])}


def _may_be(noted: Sequence[Delivery], fresh: Sequence[Delivery]) -> set[date | None]:
    return {which_dates((), [*noted, *some])[1] for some in ((), *((one,) for one in fresh))}


def _miscounted(session: Session, ids: Sequence[int]) -> set[int]:
    """The groups of entries whose `counts` or day is not what the entry itself says."""
    there, entry = EngagementGroup, Engagement
    rows = session.execute(
        select(
            there.group_id, there.counts, there.happened_on, there.part, there.contact_id, there.spoke_with_them,
            entry.state, entry.kind, entry.outcome, entry.direction, entry.happened_on.label("entry_on"),
        )
        .join(entry, entry.id == there.engagement_id)
        .where(there.group_id.in_(ids))
    )  # fmt: skip
    return {row.group_id for row in rows if _wrong(row)}


def _wrong(row: Any) -> bool:
    happened = row.state == State.HAPPENED and row.entry_on is not None
    counts = happened and counts_as_contact(
        Kind(row.kind),
        Outcome(row.outcome) if row.outcome else None,
        Direction(row.direction),
        Part(row.part),
        row.contact_id is not None,
        row.spoke_with_them,
    )
    return bool(row.counts) is not counts or (happened and row.happened_on != row.entry_on)


def _concerns(ids: Sequence[int]) -> list[int]:
    session = reading()
    try:
        facts = facts_of(session, ids)
        rows = session.execute(select(Concern.id, Concern.state, Concern.answer_due_at, Concern.closed_at).where(Concern.id.in_(ids))).all()
    finally:
        session.close()
    wrong = []
    for row in rows:
        known = facts[row.id]
        due = first_answer_due_at(known.raisings, known.tellings, rule())
        is_state = state(known.raisings, known.actions, known.tellings, known.side_end)
        if row.state != is_state or row.answer_due_at != due or (row.closed_at is None) is not is_state.open:
            wrong.append(row.id)
    return wrong
