"""The tries at the door: counted by account and by network address, on a connection of their own."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import insert, or_, select
from sqlalchemy.orm import Session

from engagement.db import apart
from engagement.people.domain import SKEW, Try, wait_until
from engagement.people.models import LoginAttempt


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
