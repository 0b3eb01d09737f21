"""Rules of people: how many tries at the door, how long a session may rest, what a password must be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engagement.core.errors import Refused

SKEW = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One try at signing in."""

    at: datetime
    succeeded: bool


def wait_until(tries: Sequence[Try], *, most: int, window: timedelta, now: datetime) -> datetime | None:
    """Until when no further try is taken, or None. Failures since the last success within the window count.

    Clocks of two machines may differ by `SKEW`: a try dated so little later than now counts as one made now. One dated
    later still is of before a clock was set back, and does not count: it would lock out until that time comes again.
    """
    recent = sorted((t for t in tries if now - window < t.at <= now + SKEW), key=lambda t: t.at)
    failed: list[datetime] = []
    for one in recent:
        failed = [] if one.succeeded else [*failed, min(one.at, now)]
    return failed[-most] + window if len(failed) >= most else None


def still_awake(*, seen_at: float, now: datetime, limit: timedelta) -> bool:
    """Whether a session that was last used at a time (seconds since 1970) has not rested too long."""
    return now.timestamp() - seen_at <= limit.total_seconds()


def check_password(password: str, *, shortest: int, email: str, name: str) -> None:
    """Refuses a password that is too short or easily guessed: long and unlike the account is all that is asked."""
    folded = password.casefold()
    if len(password) < shortest:
        raise Refused("Use at least {n} characters; three or four words in a row are easy to remember.", field="password", n=shortest)
    if len(password) > 200:
        raise Refused("Use at most 200 characters.", field="password")
    if len(set(folded)) < 5:
        raise Refused("That password repeats itself too much. Choose other words.", field="password")
    parts = [p for p in (email.casefold().partition("@")[0], *name.casefold().split()) if len(p) >= 4]
    rest = folded
    for part in parts:
        rest = rest.replace(part, "")
    if len(rest) < shortest - 4:
        raise Refused("That password is too like your name or e-mail. Choose other words.", field="password")
    if any(known in folded for known in ("password", "12345678", "qwertyuiop", "letmein")):
        raise Refused("That is one of the first passwords anybody tries. Choose other words.", field="password")
