"""Contact agreements and pauses: a change ends one agreement and begins the next, a pause says why and until when."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.audit.domain import Operation
from engagement.audit.service import record
from engagement.core.clock import london_day
from engagement.core.dates import say_date
from engagement.core.errors import Conflict, Refused
from engagement.core.months import add_months
from engagement.core.texts import clean_text
from engagement.groups.domain import Level
from engagement.groups.drafts import AgreementDraft
from engagement.groups.frequency import Frequency
from engagement.groups.models import ContactAgreement, Group, GroupPause
from engagement.groups.queries import agreements_of, group_to_change, pauses_of
from engagement.groups.settling import settle

ONE_DAY = timedelta(days=1)
LONGEST_PAUSE_MONTHS = 24
OLDEST_START_MONTHS = 24


def agree(
    session: Session, actor: Actor, group_id: int, draft: AgreementDraft, *, now: datetime, replaces: int | None = None
) -> ContactAgreement:
    """Ends the agreement in force on the day before and begins the next; the same facts again change nothing.

    `replaces` is the agreement that whoever asks was looking at: when another is in force by now, Conflict shows it.
    Raises Missing where the group is not theirs to read, Refused beside a field that does not fit.
    """
    group = group_to_change(session, actor, group_id)
    present = agreements_of(session, [group.id]).get(group.id)
    today = london_day(now)
    if replaces is not None and (present is None or present.id != replaces):
        raise Conflict("Somebody else changed this agreement while you had it open.", theirs=_said(present, today))
    draft = draft.checked(today)
    if present is not None and _same(present, draft):
        return present
    starts_on = draft.starts_on or today
    if starts_on < add_months(today, -OLDEST_START_MONTHS):
        raise Refused("Start must be within the last two years", field="starts_on")
    if present is not None:
        if starts_on < present.starts_on:
            raise Refused(
                "Start must be on or after {day}, when the agreement in force began",
                field="starts_on",
                day=say_date(present.starts_on, today),
            )
        present.ends_on = starts_on - ONE_DAY
        session.flush()
    made = add_agreement(session, actor, group, draft, now=now)
    session.flush()
    record(session, actor, Operation.ALTERATION, "group", [group.id], fields=["agreement"], now=now)
    settle(session, [group.id], today=today)
    return made


def add_agreement(session: Session, actor: Actor, group: Group, draft: AgreementDraft, *, now: datetime) -> ContactAgreement:
    """Adds an agreement that has been checked, without flushing, auditing or settling: the caller does all three."""
    made = ContactAgreement(
        force_id=group.force_id,
        group_id=group.id,
        level=draft.level,
        frequency=draft.frequency,
        every=draft.every,
        dates=[day.isoformat() for day in draft.dates] or None,
        longest_days=draft.longest_days,
        assumed=draft.assumed,
        agreed_with=draft.agreed_with,
        agreed_on=draft.agreed_on,
        first_due_on=draft.first_due_on,
        starts_on=draft.starts_on or london_day(now),
        recorded_at=now,
        recorded_by_id=actor.officer_id,
    )
    session.add(made)
    return made


def confirm(session: Session, actor: Actor, group_id: int, *, now: datetime) -> None:
    """Keeps that an on-request group was asked today and that this is still right; asked again in a year."""
    group = group_to_change(session, actor, group_id)
    present = agreements_of(session, [group.id]).get(group.id)
    if present is None or present.frequency != Frequency.ON_REQUEST:
        raise Refused("Only a group that is contacted on request is asked once a year")
    present.confirmed_on = london_day(now)
    record(session, actor, Operation.ALTERATION, "group", [group.id], fields=["agreement"], now=now)
    settle(session, [group.id], today=london_day(now))


def pause(
    session: Session,
    actor: Actor,
    group_id: int,
    *,
    reason: str,
    until: date | None = None,
    starts_on: date | None = None,
    now: datetime,
) -> GroupPause:
    """Pauses a group from a day (today) until its last day, or with no end. A pause that it overlaps ends where it begins.

    Raises Missing where the group is not theirs to read; Refused beside `reason`, `starts_on` or `until`.
    """
    group = group_to_change(session, actor, group_id)
    today = london_day(now)
    starts = starts_on or today
    reason = clean_text(reason, longest=500, field="reason", what="Reason")
    if not reason:
        raise Refused("Say why it is paused", field="reason")
    _check_pause(starts, until, today)
    for other in pauses_of(session, [group.id]).get(group.id, []):
        if (other.until is None or other.until >= starts) and (until is None or other.starts_on <= until):
            other.until = starts - ONE_DAY
    made = GroupPause(
        force_id=group.force_id,
        group_id=group.id,
        starts_on=starts,
        until=until,
        reason=reason,
        recorded_at=now,
        recorded_by_id=actor.officer_id,
    )
    session.add(made)
    record(session, actor, Operation.ALTERATION, "group", [group.id], fields=["pause"], now=now)
    settle(session, [group.id], today=today)
    return made


def end_pause(session: Session, actor: Actor, group_id: int, *, now: datetime) -> None:
    """Ends the pause that holds, or calls off those to come; one that began today never was. No pause, no change."""
    group = group_to_change(session, actor, group_id)
    today = london_day(now)
    ahead = [p for p in pauses_of(session, [group.id]).get(group.id, []) if p.until is None or p.until >= today]
    holding = [p for p in ahead if p.starts_on <= today]
    for other in holding or ahead:
        other.until = max(today, other.starts_on) - ONE_DAY
    if ahead:
        record(session, actor, Operation.ALTERATION, "group", [group.id], fields=["pause"], now=now)
        settle(session, [group.id], today=today)


def agreement_history(session: Session, group_id: int) -> list[ContactAgreement]:
    """Every agreement of a group, the latest first, but for those replaced on the day they began."""
    rows = session.scalars(select(ContactAgreement).where(ContactAgreement.group_id == group_id).order_by(ContactAgreement.id.desc()))
    return [row for row in rows if row.ends_on is None or row.ends_on >= row.starts_on]


def in_words(row: Any) -> str:
    """An agreement in a line: "Monthly, involve (work with us)"."""
    level = Level(row.level)
    return f"{Frequency(row.frequency).say(row.every)}, {level.label.lower()} ({level.phrase})"


def _check_pause(starts: date, until: date | None, today: date) -> None:
    if starts < today:
        raise Refused("Date must be today or in the future", field="starts_on")
    if starts > add_months(today, LONGEST_PAUSE_MONTHS):
        raise Refused("Date must be within the next two years", field="starts_on")
    if until is not None and until < starts:
        raise Refused("Last day must be on or after the first", field="until")
    if until is not None and until > add_months(starts, LONGEST_PAUSE_MONTHS):
        raise Refused("A pause lasts at most two years; leave it empty where no end is known", field="until")


def _same(row: ContactAgreement, draft: AgreementDraft) -> bool:
    facts = (row.level, row.frequency, row.every, row.longest_days, tuple(row.dates or ()), row.assumed, row.agreed_with, row.agreed_on)
    asked = (
        draft.level, draft.frequency, draft.every, draft.longest_days, tuple(d.isoformat() for d in draft.dates), draft.assumed,
        draft.agreed_with, draft.agreed_on,
    )  # fmt: skip
    return facts == asked and draft.starts_on in (None, row.starts_on)


def _said(row: ContactAgreement | None, today: date) -> dict[str, str]:
    if row is None:
        return {"frequency": "No agreement"}
    return {
        "level": Level(row.level).label,
        "frequency": Frequency(row.frequency).say(row.every),
        "agreed_with": "Assumed" if row.assumed else row.agreed_with,
        "starts_on": say_date(row.starts_on, today),
    }
