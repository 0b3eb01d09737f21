"""Questions about days of work and days off: who is off, why and until when, and when somebody works next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, and_, bindparam, cast, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from engagement.db import ask
from engagement.people import duty
from engagement.people.duty import LOOK, REST, DaysOff, Hours, OfficerDays, Pattern, off_until, why_off
from engagement.people.models import Absence, DutyPattern, Officer


@dataclass(frozen=True, slots=True, kw_only=True)
class Off:
    """That an officer is off today: why, and the last day of it."""

    reason: str
    ends_on: date

    @property
    def back_on(self) -> date:
        """The day after."""
        return self.ends_on + duty.ONE_DAY


def off_condition(officer: Any, day: date) -> ColumnElement[bool]:
    """Whether an officer (a column with their id) is off on a day: `people.duty.on_duty`, denied, as a query asks it."""
    turn = func.substr(DutyPattern.turns, cast((literal(day.toordinal()) - DutyPattern.anchor) % DutyPattern.length + 1, Integer), 1)
    holds = (DutyPattern.starts_on <= day, or_(DutyPattern.ends_on.is_(None), DutyPattern.ends_on >= day))
    absent = exists().where(Absence.officer_id == officer, Absence.starts_on <= day, Absence.ends_on >= day)
    return or_(absent, exists().where(DutyPattern.officer_id == officer, *holds, turn == REST))


_DAYS = (
    select(
        Officer.id.label("officer_id"), DutyPattern.id.label("pattern_id"), DutyPattern.starts_on, DutyPattern.ends_on,
        DutyPattern.anchor, DutyPattern.turns, DutyPattern.hours, Absence.id.label("absence_id"), Absence.starts_on.label("off_from"),
        Absence.ends_on.label("off_until"), Absence.reason,
    )
    .outerjoin(DutyPattern, DutyPattern.officer_id == Officer.id)
    .outerjoin(Absence, and_(Absence.officer_id == Officer.id, Absence.ends_on >= bindparam("since", type_=Date())))
    .where(Officer.id.in_(bindparam("ids", expanding=True)))
)  # fmt: skip


def days_of(session: Session, officer_ids: Iterable[int], around: date) -> dict[int, OfficerDays]:
    """The patterns and days off of some officers, as far as they matter from `LOOK` days before `around` on; one for each id.

    One question: each pattern comes with each stretch of days off, of which an officer has a handful.
    """
    ids = list(set(officer_ids))
    patterns: dict[int, dict[int, Pattern]] = {key: {} for key in ids}
    off: dict[int, dict[int, DaysOff]] = {key: {} for key in ids}
    for row in ask(session, _DAYS, {"ids": ids, "since": around - timedelta(days=LOOK)}) if ids else ():
        if row.pattern_id is not None and row.pattern_id not in patterns[row.officer_id]:
            patterns[row.officer_id][row.pattern_id] = pattern_of(row)
        if row.absence_id is not None:
            off[row.officer_id][row.absence_id] = DaysOff(starts_on=row.off_from, ends_on=row.off_until, reason=row.reason)
    return {key: OfficerDays(patterns=tuple(patterns[key].values()), off=tuple(off[key].values())) for key in ids}


def pattern_of(row: Any) -> Pattern:
    """The pattern that a row of `duty_pattern` holds."""
    hours = tuple(Hours(begins=time.fromisoformat(h[0]), ends=time.fromisoformat(h[1])) if h else None for h in row.hours)
    return Pattern(starts_on=row.starts_on, ends_on=row.ends_on, anchor=date.fromordinal(row.anchor), turns=row.turns, hours=hours)


def off_on(session: Session, officer_ids: Iterable[int], on: date) -> dict[int, Off]:
    """Who of some officers is off on a day, why, and until when, by officer."""
    found = {}
    for key, days in days_of(session, officer_ids, on).items():
        reason, until = why_off(days, on), off_until(days, on)
        if reason is not None and until is not None:
            found[key] = Off(reason=reason, ends_on=until)
    return found


def next_duty_day(session: Session, officer_ids: Iterable[int], after: date) -> dict[int, date | None]:
    """The next day after a day on which each officer works; None for who is off for longer than `duty.LOOK` days."""
    return {key: duty.next_duty_day(days, after) for key, days in days_of(session, officer_ids, after).items()}


def absences_of(session: Session, officer_id: int, on: date, limit: int = 20) -> Sequence[Absence]:
    """The days off of an officer that have not passed."""
    return session.scalars(
        select(Absence).where(Absence.officer_id == officer_id, Absence.ends_on >= on).order_by(Absence.starts_on).limit(limit)
    ).all()
