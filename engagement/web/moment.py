"""What time it is for this request: the one place where views ask the clock."""

from __future__ import annotations

from datetime import date, datetime

from flask import current_app, g

from engagement.core.clock import london_day


def now() -> datetime:
    """The moment of this request, the same however often it is asked."""
    here = g._get_current_object()
    moment: datetime | None = here.get("now")
    if moment is None:
        moment = here.now = current_app.extensions["clock"].now()
    return moment


def today() -> date:
    """London's day at that moment."""
    here = g._get_current_object()
    day: date | None = here.get("today")
    if day is None:
        day = here.today = london_day(now())
    return day
