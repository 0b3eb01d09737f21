"""What is done about an officer's days: a pattern begins, days off are noted and taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor, Permission
from engagement.audit.domain import Operation
from engagement.audit.service import keep_version, record
from engagement.core.clock import london_day
from engagement.core.errors import Missing, Refused
from engagement.people.duty import LETTERS, REST, check_turns
from engagement.people.models import Absence, DutyPattern, Officer, Posting
from engagement.people.queries import holds_on
from engagement.people.service import officer_of

LONGEST_OFF = 366
REASONS = ("leave", "rest", "sick", "course", "other")
ONE_DAY = timedelta(days=1)

Times = tuple[time, time] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternDraft:
    """A pattern as typed: stretches of days on, each with its hours or None, then days off; from when; or weekdays (0 is Monday)."""

    starts_on: date
    stretches: tuple[tuple[int, Times], ...] = ()
    off: int = 0
    weekdays: frozenset[int] = frozenset()
    hours: Times = None


def officer_whose_days(session: Session, actor: Actor, officer_id: int, on: date, *, hold: bool = False) -> Officer:
    """The officer, where it is the actor themselves or somebody of a team that they lead; Missing otherwise.

    `hold`: until this transaction ends, so that what two people note at the same time comes one after the other.
    """
    asked = select(Officer).where(Officer.id == officer_id, Officer.force_id == actor.force_id)
    if officer_id != actor.officer_id:
        led = Posting.team_id.in_(sorted(actor.teams(Permission.DECIDE_OVERDUE)))
        asked = asked.where(exists().where(Posting.officer_id == Officer.id, led, Posting.kind == "home", holds_on(on)))
    found = session.scalar(asked.with_for_update() if hold else asked)
    if found is None:
        raise Missing
    return found


def begin_pattern(session: Session, actor: Actor, officer_id: int, draft: PatternDraft, *, now: datetime) -> DutyPattern:
    """The officer's pattern from a day on; the one before ends the day before it, one that was to begin later is taken back.

    Raises Missing as `officer_whose_days`, Refused beside the field for what is no pattern.
    """
    officer = officer_whose_days(session, actor, officer_id, london_day(now), hold=True)
    anchor, turns, hours = _turns(draft)
    if not london_day(now) - timedelta(days=LONGEST_OFF) <= draft.starts_on <= london_day(now) + timedelta(days=LONGEST_OFF):
        raise Refused("The first day is within a year of today.", field="starts_on")
    for old in session.scalars(select(DutyPattern).where(DutyPattern.officer_id == officer.id)):
        if old.ends_on is None or old.ends_on >= draft.starts_on:
            old.ends_on = draft.starts_on - ONE_DAY
    session.flush()
    pattern = DutyPattern(
        force_id=officer.force_id, officer_id=officer.id, starts_on=draft.starts_on, anchor=anchor.toordinal(), turns=turns,
        length=len(turns), hours=[[t.isoformat("minutes") for t in pair] if pair else None for pair in hours], recorded_at=now,
        recorded_by_id=actor.officer_id,
    )  # fmt: skip
    session.add(pattern)
    session.flush()
    record(session, actor, Operation.COLLECTION, "duty_pattern", [pattern.id], now=now)
    return pattern


def _turns(draft: PatternDraft) -> tuple[date, str, list[Times]]:
    """The first day of a round no later than the pattern's own, the letters of a round, and the hours of each letter."""
    if draft.weekdays:
        monday = draft.starts_on - timedelta(days=draft.starts_on.weekday())
        return monday, "".join(LETTERS[0] if day in draft.weekdays else REST for day in range(7)), [draft.hours]
    turns, kinds = "", list(dict.fromkeys(times for days, times in draft.stretches if days))
    for days, times in draft.stretches:
        turns += LETTERS[kinds.index(times)] * days if days else ""
    return draft.starts_on, check_turns(turns + REST * draft.off), kinds


def put_off(session: Session, actor: Actor, officer_id: int, first: date, last: date, *, reason: str, now: datetime) -> Absence:
    """Says that an officer is off from a day to a day, both included. Raises Refused beside `ends_on`, Missing for another force's."""
    officer = officer_of(session, actor, officer_id)
    if last < first:
        raise Refused("The last day must not be before the first.", field="ends_on")
    if (last - first).days >= LONGEST_OFF:
        raise Refused("Days off are noted for a year at most.", field="ends_on")
    if reason not in REASONS:
        raise Refused("Choose a reason from the list.", field="reason")
    absence = Absence(force_id=actor.force_id, officer_id=officer.id, starts_on=first, ends_on=last, reason=reason)
    session.add(absence)
    session.flush()
    record(session, actor, Operation.COLLECTION, "absence", [absence.id], now=now)
    return absence


def note_days_off(session: Session, actor: Actor, officer_id: int, first: date, last: date, *, reason: str, now: datetime) -> Absence:
    """`put_off` for oneself, or for an officer of the teams that the actor leads; the same days twice are refused."""
    officer = officer_whose_days(session, actor, officer_id, london_day(now), hold=True)
    same = select(Absence.id).where(Absence.officer_id == officer.id, Absence.starts_on <= last, Absence.ends_on >= first)
    if session.scalar(same.limit(1)) is not None and first <= last:
        raise Refused("Some of these days are noted as off already.", field="starts_on")
    return put_off(session, actor, officer.id, first, last, reason=reason, now=now)


def take_back_days_off(session: Session, actor: Actor, absence_id: int, *, now: datetime) -> Absence:
    """Ends days off today: those to come are taken back whole, of those that run the days from today on. Passed ones stay."""
    absence, today = session.get(Absence, absence_id), london_day(now)
    if absence is None or absence.force_id != actor.force_id:
        raise Missing
    officer_whose_days(session, actor, absence.officer_id, today)
    if absence.ends_on < today:
        raise Refused("These days have passed: they stay as they are.")
    said = {"starts_on": absence.starts_on.isoformat(), "ends_on": absence.ends_on.isoformat()}
    keep_version(session, actor, "absence", absence.id, said, now=now)
    absence.ends_on = min(absence.starts_on, today) - ONE_DAY if absence.starts_on > today else today - ONE_DAY
    record(session, actor, Operation.ALTERATION, "absence", [absence.id], fields=["ends_on"], now=now)
    return absence
