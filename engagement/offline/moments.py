"""Moments as a phone says them, by its own clock, and what they are by ours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from engagement.core.errors import Refused

YEARS = range(2000, 2101)
NO_MOMENT = "A moment must look like 2026-11-24T10:00:00Z"


def by_its_clock(value: Any, field: str, offset: timedelta, now: datetime) -> datetime:
    """When a phone did something, by its own clock put right; never later than now.

    Now where it does not say, and where its clock stood at no time of ours: a battery that was empty begins again in 1970,
    and what was kept then must not stop what is sent after the clock was put right.
    """
    moment = _right(value, field, offset) or now
    return min(moment, now) if moment.year in YEARS else now


def said_moment(value: Any, field: str, offset: timedelta) -> datetime | None:
    """A moment that somebody said; Refused where it is of no year of ours."""
    moment = _right(value, field, offset)
    if moment is not None and moment.year not in YEARS:
        raise Refused(NO_MOMENT, field=field)
    return moment


def _right(value: Any, field: str, offset: timedelta) -> datetime | None:
    """A moment of the phone's clock, put right; None where there is none."""
    try:
        return None if value is None else moment_of(value, field) + offset
    except OverflowError:
        raise Refused(NO_MOMENT, field=field) from None


def moment_of(value: Any, field: str) -> datetime:
    """A moment as it was sent, in UTC; Refused where it is none."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) and len(value) <= 40 else None
        moment = moment and (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC))
    except (ValueError, OverflowError):
        moment = None
    if moment is None:
        raise Refused(NO_MOMENT, field=field)
    return moment


def right_moment(value: Any, offset: timedelta, now: datetime) -> datetime:
    """A moment of the phone's clock, put right and never later than now; now where it makes no sense."""
    try:
        return by_its_clock(value, "typed_at", offset, now)
    except Refused:
        return now
