"""Clocks that would run out before whoever owes the answer hears of them: found, and handed on to somebody who works today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import exists, not_, select
from sqlalchemy.orm import Session

from engagement.access.domain import Role
from engagement.concerns.domain import ConcernState
from engagement.concerns.models import Concern
from engagement.core.clock import london_day, london_moment
from engagement.mail.domain import Slot
from engagement.mail.models import DailyLetter
from engagement.notices.domain import Allowed, Hand, breaches_before, hand_on
from engagement.notices.models import ClockNamed, ClockTold
from engagement.notices.queries import Reader, digest_of, readers
from engagement.people.duty import OfficerDays, hours_on, next_duty_day, on_duty
from engagement.people.models import Account, Cover, Officer, Posting
from engagement.people.queries import holds_on

AHEAD = timedelta(days=7)  # longer than any clock runs, working days only included
MOST = 500


@dataclass(slots=True)
class Handed:
    """The clocks that one officer is told of: rows of (id, title, answer_due_at, team_id, owner)."""

    reader: Reader
    clocks: list[Any] = field(default_factory=list)


def to_hand_on(session: Session, force_id: int, force: Allowed, now: datetime) -> list[Handed]:
    """Who is to be told of which clock at this moment; each clock once for each time it runs, an officer one letter a day, and
    nobody of what their own digest of today has named."""
    clocks = _running(session, force_id, now)
    if not clocks:
        return []
    today = london_day(now)
    posted, covers = _posted(session, force_id, {clock.team_id for clock in clocks}, now), _covers(session, clocks, now)
    ids = {clock.owner_id for clock in clocks if clock.owner_id is not None} | set(covers.values()) | {row.officer_id for row in posted}
    people = {reader.officer_id: reader for reader in readers(session, ids, today, force)}
    had_clock, had_digest = _had(session, ids, Slot.CLOCK, now), _had(session, ids, Slot.DIGEST, now)
    named = _named(session, ids, today)
    found: dict[int, Handed] = {}
    for clock in clocks:
        owner = people.get(clock.owner_id)
        if not breaches_before(clock.answer_due_at, _hears(owner, clock.owner_id, force, now)):
            continue
        cover = people.get(covers.get(clock.owner_id, 0))
        cover = cover if cover is not None and on_duty(cover.days, today) and clock.team_id in cover.teams else None
        if cover is not None and cover.officer_id not in had_digest and digest_of(cover, force, today) > now:
            continue  # their own digest of today still comes, and has it
        team, sergeants = _hands(posted, people, clock, now)
        chosen = hand_on(_hand(cover, now), team, sergeants, had_clock, now)
        if chosen is not None and (chosen, clock.id) not in named:
            found.setdefault(chosen, Handed(people[chosen])).clocks.append(clock)
    return list(found.values())


def _running(session: Session, force_id: int, now: datetime) -> Sequence[Any]:
    """Clocks that run and that nobody was told of beside their owner. What is OFFICIAL-SENSITIVE goes into no mail: it stays on the board."""
    told = exists().where(ClockTold.concern_id == Concern.id, ClockTold.answer_due_at == Concern.answer_due_at)
    return session.execute(
        select(Concern.id, Concern.title, Concern.answer_due_at, Concern.team_id, Concern.owner_id, Officer.name.label("owner"))
        .outerjoin(Officer, Officer.id == Concern.owner_id)
        .where(
            Concern.force_id == force_id, Concern.answer_due_at > now, Concern.answer_due_at <= now + AHEAD, Concern.sensitive.is_(False),
            Concern.state != ConcernState.CLOSED.value, not_(told),
        )
        .order_by(Concern.answer_due_at, Concern.id)
        .limit(MOST)
    ).all()  # fmt: skip


def _hears(owner: Reader | None, owner_id: int | None, force: Allowed, now: datetime) -> datetime | None:
    """When whoever owes the answer hears of it next: now, while they are at work or have still to begin; else with their next
    digest. A concern that nobody looks after is heard of with tomorrow's, by the sergeant. None is never."""
    today = london_day(now)
    if owner_id is None:
        return london_moment(today + timedelta(days=1), force.usual.hour, force.usual.minute)
    if owner is None:  # no account, or a closed one
        return None
    hand = _hand(owner, now)
    if on_duty(owner.days, today) and (hand is None or hand.ends is None or now < hand.ends):
        return now
    day = next_duty_day(owner.days, today)
    if day is None:
        return None
    return digest_of(owner, force, day)


def _hands(posted: Sequence[Any], people: Mapping[int, Reader], clock: Any, now: datetime) -> tuple[list[Hand], list[Hand]]:
    """Those of the clock's team who work today, the owner left out: officers, and sergeants."""
    team: list[Hand] = []
    sergeants: list[Hand] = []
    for row in posted:
        reader = people.get(row.officer_id)
        if reader is None or row.team_id != clock.team_id or row.officer_id == clock.owner_id or not on_duty(reader.days, london_day(now)):
            continue
        hand = _hand(reader, now)
        if hand is not None:
            (sergeants if row.role == Role.SERGEANT.value else team).append(hand)
    return team, sergeants


def _hand(reader: Reader | None, now: datetime) -> Hand | None:
    if reader is None:
        return None
    begins, ends = shift_of(reader.days, now)
    return Hand(officer_id=reader.officer_id, begins=begins, ends=ends)


def shift_of(days: OfficerDays, now: datetime) -> tuple[datetime | None, datetime | None]:
    """When today's shift begins and ends, in UTC, where that is known."""
    today = london_day(now)
    hours = hours_on(days, today)
    if hours is None:
        return None, None
    return london_moment(today, hours.begins.hour, hours.begins.minute), hours.over_at(today)


def _posted(session: Session, force_id: int, teams: Iterable[int], now: datetime) -> Sequence[Any]:
    """Officers and sergeants of the teams who have an account: (officer_id, team_id, role)."""
    return session.execute(
        select(Posting.officer_id, Posting.team_id, Posting.role)
        .join(Account, Account.officer_id == Posting.officer_id)
        .where(
            Posting.force_id == force_id, Posting.team_id.in_(list(teams)), Posting.kind == "home", holds_on(london_day(now)),
            Posting.role.in_((Role.PCSO.value, Role.SERGEANT.value)), Account.disabled_at.is_(None),
        )
        .order_by(Posting.officer_id)
    ).all()  # fmt: skip


def _covers(session: Session, clocks: Iterable[Any], now: datetime) -> dict[int, int]:
    today, owners = london_day(now), {clock.owner_id for clock in clocks if clock.owner_id is not None}
    rows = session.execute(
        select(Cover.officer_id, Cover.cover_officer_id).where(
            Cover.officer_id.in_(owners), Cover.starts_on <= today, Cover.ends_on >= today
        )
    )
    return {row.officer_id: row.cover_officer_id for row in rows}


def _had(session: Session, officer_ids: Iterable[int], slot: Slot, now: datetime) -> set[int]:
    rows = session.scalars(
        select(DailyLetter.officer_id).where(
            DailyLetter.officer_id.in_(list(officer_ids)), DailyLetter.day == london_day(now), DailyLetter.slot == slot.value
        )
    )
    return set(rows)


def _named(session: Session, officer_ids: Iterable[int], today: date) -> set[tuple[int, int]]:
    """Which answers the digests of today have named, to whom: (officer_id, concern_id)."""
    rows = session.execute(
        select(ClockNamed.officer_id, ClockNamed.concern_id).where(ClockNamed.officer_id.in_(list(officer_ids)), ClockNamed.day == today)
    )
    return {(row.officer_id, row.concern_id) for row in rows}
