"""What officers do about what they are told: choose, and make or revoke the address of their calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.audit.domain import Operation
from engagement.audit.service import record
from engagement.core.clock import london_day
from engagement.core.dates import say_time
from engagement.core.errors import Missing
from engagement.core.ids import new_token, token_hash
from engagement.notices.domain import Allowed, Choice, Kind, check_choice
from engagement.notices.models import CalendarLink, ClockNamed, NoticeChoice
from engagement.people.models import Account


def choose(session: Session, actor: Actor, choice: Choice, force: Allowed, *, now: datetime) -> NoticeChoice:
    """Keeps what an officer has chosen about their digest. Refused beside what the force does not allow; Missing for no officer."""
    if actor.officer_id is None:
        raise Missing
    check_choice(choice, force)
    kept = session.get(NoticeChoice, actor.officer_id)
    if kept is None:
        kept = NoticeChoice(force_id=actor.force_id, officer_id=actor.officer_id, changed_at=now)
        session.add(kept)
    kept.off = [kind.value for kind in Kind if kind in choice.off]
    kept.hour = say_time(choice.hour) if choice.hour is not None else ""
    kept.by_mail, kept.changed_at = choice.by_mail, now
    session.flush()
    record(session, actor, Operation.ALTERATION, "notice_choice", [actor.officer_id], fields=["off", "hour", "by_mail"], now=now)
    return kept


def make_link(session: Session, actor: Actor, *, now: datetime) -> str:
    """A new address of the actor's calendar; the one before no longer works. Answers its token, which is kept nowhere."""
    account = session.scalars(select(Account).where(Account.id == actor.account_id).with_for_update()).one()
    _end_links(session, account.id, now)
    token = new_token()
    link = CalendarLink(account_id=account.id, token_hash=token_hash(token), made_at=now)
    session.add(link)
    session.flush()
    record(session, actor, Operation.COLLECTION, "calendar_link", [link.id], now=now)
    return token


def revoke_link(session: Session, actor: Actor, *, now: datetime) -> None:
    """Ends the address of the actor's calendar at once."""
    assert actor.account_id is not None
    record(
        session, actor, Operation.ALTERATION, "calendar_link", _end_links(session, actor.account_id, now), fields=["revoked_at"], now=now
    )


def name_clocks(session: Session, officer_id: int, concern_ids: Iterable[int], *, now: datetime) -> None:
    """Keeps which answers an officer's digest of today names; what it named before today is forgotten."""
    session.execute(delete(ClockNamed).where(ClockNamed.officer_id == officer_id))
    named = [{"officer_id": officer_id, "concern_id": key, "day": london_day(now)} for key in sorted(set(concern_ids))]
    if named:
        session.execute(insert(ClockNamed), named)


def _end_links(session: Session, account_id: int, now: datetime) -> list[int]:
    running = (CalendarLink.account_id == account_id, CalendarLink.revoked_at.is_(None))
    ids = list(session.scalars(select(CalendarLink.id).where(*running)))
    session.execute(update(CalendarLink).where(CalendarLink.id.in_(ids)).values(revoked_at=now))
    return ids
