"""What the door remembers, on a connection of its own: tries, counted by account and by network address, and sessions signed out of."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import insert, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engagement.db import apart
from engagement.people.domain import SKEW, Try, wait_until
from engagement.people.models import EndedSession, LoginAttempt


def must_wait(session: Session, email: str, address: str, *, per_account: int, per_address: int, window: timedelta, now: datetime) -> bool:
    """Whether the account or the network address (empty where it is not to count) has tried too often of late."""
    rows = session.execute(
        select(LoginAttempt.email, LoginAttempt.address, LoginAttempt.at, LoginAttempt.succeeded)
        .where(
            LoginAttempt.at > now - window, LoginAttempt.at <= now + SKEW, or_(LoginAttempt.email == email, LoginAttempt.address == address)
        )
        .order_by(LoginAttempt.at.desc())
        .limit(10 * (per_account + per_address))
    ).all()
    by_account = [Try(at=r.at, succeeded=r.succeeded) for r in rows if r.email == email]
    by_address = [Try(at=r.at, succeeded=False) for r in rows if address and r.address == address and not r.succeeded]
    waits = (
        wait_until(by_account, most=per_account, window=window, now=now),
        wait_until(by_address, most=per_address, window=window, now=now),
    )
    return any(until is not None and until > now for until in waits)


def note_try(email: str, address: str, *, succeeded: bool, now: datetime) -> None:
    """Keeps a try, whatever becomes of the request."""
    with apart() as connection:
        connection.execute(insert(LoginAttempt).values(email=email[:254], address=address[:60], at=now, succeeded=succeeded))


def end_for_good(name: str, *, now: datetime) -> None:
    """Keeps that somebody signed out of a session; twice is once."""
    with suppress(IntegrityError), apart() as connection:
        connection.execute(insert(EndedSession).values(name=name, ended_at=now))
