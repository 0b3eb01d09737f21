"""When letters may leave, what a mail server's answer means, and how long to wait before the next try."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from engagement.core.clock import LONDON, london_day, london_moment
from engagement.core.errors import Refused
from engagement.core.months import is_working_day

_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+", re.IGNORECASE)
_ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
_DOWN_LONGEST = timedelta(hours=1)


class State(StrEnum):
    """Where a letter is."""

    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"  # for good: the address, the letter itself, or too many tries
    STOPPED = "stopped"  # taken back before it left


class Slot(StrEnum):
    """The letters that an officer may get from the service in one day: one of each at most."""

    DIGEST = "digest"  # the day's one letter
    CLOCK = "clock"  # beside it: an answer would be too late before whoever owes it hears of it


# Letters that are not "from the service" in that sense: what a community is sent, and a link that somebody asked for.
FREE_KINDS = frozenset({"summary", "recourse", "password", "new_officer"})


class Verdict(StrEnum):
    """What an attempt to send came to."""

    SENT = "sent"
    NO_SUCH_ADDRESS = "no such address"  # nothing more goes there
    LETTER_REFUSED = "letter refused"  # this one is never taken; another may be
    LATER = "later"  # the server wants to be asked again, or the connection broke in mid-letter
    SERVER_DOWN = "server down"  # no fault of the letter: costs it no try


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The hours of a working day, London's, within which letters to communities leave."""

    opens: int = 9
    closes: int = 18
    working: Callable[[date], bool] = is_working_day

    def open_at(self, now: datetime) -> bool:
        """Whether letters may leave at this (aware) moment."""
        return self.working(london_day(now)) and self.opens <= now.astimezone(LONDON).hour < self.closes

    def next_open(self, now: datetime) -> datetime:
        """The first moment, in UTC, from now on at which letters may leave; now itself inside the window."""
        if self.open_at(now):
            return now
        day = london_day(now)
        if now.astimezone(LONDON).hour >= self.opens:
            day += timedelta(days=1)
        while not self.working(day):
            day += timedelta(days=1)
        return london_moment(day, self.opens)


def fold_address(address: str) -> str:
    """An address as it is compared: without blanks around it, in lower case."""
    return address.strip().casefold()


def check_address(address: str) -> str:
    """The address, trimmed, or `Refused`: one mailbox at one domain, without a name, a blank or a line break."""
    trimmed = address.strip()
    if len(trimmed) > 254 or not _ADDRESS.fullmatch(trimmed):
        raise Refused("E-mail address must look like name@parish.example", field="email")
    return trimmed


def one_line(text: str) -> str:
    """A text as a header can carry it: no line break can begin another header."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def verdict_on_address(code: int, answer: str) -> Verdict:
    """What a server's answer to the recipient means.

    Only "bad address" (5.1.x) and "mailbox disabled" (5.2.1), or a bare 550, 551 or 553, condemn the address. A policy (5.7.x)
    or a full mailbox (552, 5.2.2) says nothing about it (RFC 3463; RFC 5321 4.5.3.1.10).
    """
    if not 500 <= code < 600:
        return Verdict.LATER
    found = _ENHANCED.search(answer)
    if found is None:
        return Verdict.NO_SUCH_ADDRESS if code in (550, 551, 553) else Verdict.LATER if code == 552 else Verdict.LETTER_REFUSED
    status = found.group()
    if status.startswith("5.1.") or status == "5.2.1":
        return Verdict.NO_SUCH_ADDRESS
    return Verdict.LATER if status.startswith(("4.", "5.2.2")) else Verdict.LETTER_REFUSED


def verdict_on_letter(code: int) -> Verdict:
    """What a server's answer to the letter itself means."""
    return Verdict.LETTER_REFUSED if 500 <= code < 600 else Verdict.LATER


def wait_after(tries: int) -> timedelta:
    """How long a letter waits after its first, second ... try that failed: 1, 2, 4 minutes and so on, six hours at most."""
    return min(_FIRST_WAIT * int(2 ** min(max(tries, 1) - 1, 12)), _LONGEST_WAIT)


def wait_while_down(waiting_for: timedelta) -> timedelta:
    """How long to leave a server alone that does not answer: a quarter of the wait so far, from a minute up to an hour."""
    return min(max(waiting_for / 4, _FIRST_WAIT), _DOWN_LONGEST)
