"""An officer's calendar as a file for Outlook and others: what is due, promised and booked, with no more of it than a group's name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

from engagement.core.clock import LONDON, london_moment

EVERY = timedelta(hours=1)  # how often a program should ask again
LASTS = timedelta(hours=1)  # what is booked says when it begins, not how long it is
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry: `key` stays the same while the thing does, so that a program moves it rather than doubling it.

    `on` is a day or a moment. `group` is empty where its name may not leave the diary.
    """

    key: str
    what: str
    group: str
    on: date | datetime

    @property
    def title(self) -> str:
        """As it stands in the calendar: "Contact due: Stroke Club", or "Contact due"."""
        return f"{self.what}: {self.group}" if self.group else self.what


def shown_on(due: date, today: date) -> date:
    """The day on which something due is shown: its own, and once that has passed today, for nothing overdue leaves by itself."""
    return max(due, today)


def calendar_of(name: str, host: str, entries: Iterable[Entry], now: datetime) -> bytes:
    """The file (RFC 5545), published, with London's clock changes in it. `name` is the calendar's, `host` makes its UIDs unique."""
    calendar = Calendar()
    calendar.add("prodid", "-//e-Community Diary//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", "Europe/London")
    calendar.add("x-published-ttl", "PT1H")
    calendar.add("refresh-interval", EVERY, parameters={"VALUE": "DURATION"})
    for entry in entries:
        calendar.add_component(_event(entry, host, now))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(entry: Entry, host: str, now: datetime) -> Event:
    event = Event()
    event.add("uid", f"{entry.key}@{host}")
    event.add("dtstamp", now)
    event.add("summary", entry.title)
    event.add("class", "PRIVATE")
    if isinstance(entry.on, datetime):
        begins = entry.on.astimezone(LONDON)
        event.add("dtstart", begins)
        event.add("dtend", (entry.on + LASTS).astimezone(LONDON))
    else:
        event.add("dtstart", entry.on)
        event.add("dtend", entry.on + ONE_DAY)
        event.add("transp", "TRANSPARENT")  # a day on which something is due is not a day on which one is busy
        event.add("x-microsoft-cdo-busystatus", "FREE")
    return event


def ahead(today: date) -> tuple[date, datetime]:
    """How far a calendar looks: the last day for what is due, and the moment before which what is booked lies."""
    last = today + timedelta(days=92)
    return last, london_moment(last + ONE_DAY)
