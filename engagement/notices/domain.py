"""Rules of notices: what an officer may switch off, when their digest is due, and to whom a clock is handed on. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from engagement.core.clock import london_moment
from engagement.core.errors import Refused


class Kind(StrEnum):
    """What a digest may tell."""

    CLOCKS = "clocks"
    BOOKED = "booked"
    PROMISES = "promises"
    DUE = "due"
    MEANWHILE = "meanwhile"

    @property
    def label(self) -> str:
        """As officers read it."""
        return {
            Kind.CLOCKS: "Answers owed",
            Kind.BOOKED: "Booked today",
            Kind.PROMISES: "Promised",
            Kind.DUE: "Who to see",
            Kind.MEANWHILE: "Since you were last on",
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What the force lets officers choose: kinds they may switch off, hours between which the digest comes, whether the mail may be off."""

    may_switch_off: frozenset[Kind]
    earliest: time
    latest: time
    usual: time  # for who has chosen none, on a day whose hours are not known
    mail_may_be_off: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What an officer has chosen. `hour` None is when the shift begins."""

    off: frozenset[Kind] = frozenset()
    hour: time | None = None
    by_mail: bool = True


def within(choice: Choice, allowed: Allowed) -> Choice:
    """The choice as far as the force allows it: what it no longer allows is as if it had not been chosen."""
    return Choice(
        off=choice.off & allowed.may_switch_off,
        hour=None if choice.hour is None else min(max(choice.hour, allowed.earliest), allowed.latest),
        by_mail=choice.by_mail or not allowed.mail_may_be_off,
    )


def check_choice(choice: Choice, allowed: Allowed) -> Choice:
    """The choice, or Refused beside what the force does not allow."""
    if not choice.off <= allowed.may_switch_off:
        raise Refused("The force does not let this be switched off.", field="kinds")
    if choice.hour is not None and not allowed.earliest <= choice.hour <= allowed.latest:
        raise Refused("Choose an hour from the list.", field="hour")
    if not choice.by_mail and not allowed.mail_may_be_off:
        raise Refused("The force does not let the mail be switched off.", field="by_mail")
    return choice


def hours_to_choose(allowed: Allowed) -> list[time]:
    """The hours and half-hours between the earliest and the latest."""
    first, last = (t.hour * 60 + t.minute for t in (allowed.earliest, allowed.latest))
    return [time(m // 60, m % 60) for m in range(-(-first // 30) * 30, last + 1, 30)]


def digest_at(choice: Choice, allowed: Allowed, shift_begins: time | None, day: date) -> datetime:
    """The moment, in UTC, at which the digest of a working day is due: at the chosen hour by London's wall clock, else when the
    shift begins; never outside of the hours that the force allows."""
    hour = choice.hour or shift_begins or allowed.usual
    hour = min(max(hour, allowed.earliest), allowed.latest)
    return london_moment(day, hour.hour, hour.minute)


def breaches_before(answer_due_at: datetime, next_digest: datetime | None) -> bool:
    """Whether a clock runs out before its owner hears of it: they have no digest to come, or a later one."""
    return next_digest is None or answer_due_at < next_digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Somebody to whom a clock may be handed on: when their shift of today begins and ends, in UTC, where that is known."""

    officer_id: int
    begins: datetime | None = None
    ends: datetime | None = None

    def on_shift(self, now: datetime) -> bool:
        """Whether they are at work at this moment; with hours that are not known, on any hour of a day on duty."""
        return (self.begins is None or self.begins <= now) and (self.ends is None or now < self.ends)


def hand_on(cover: Hand | None, team: Sequence[Hand], sergeants: Sequence[Hand], had_one: Iterable[int], now: datetime) -> int | None:
    """Who is told of a clock that nobody would hear of in time: the cover, else whoever is on shift, else the duty sergeant.

    Everybody given is on duty today. Who has had such a letter today gets no other (`had_one`); None where that leaves nobody.
    Of several on shift it is the one who stays longest, then the lowest id.
    """
    had = set(had_one)
    if cover is not None and cover.officer_id not in had:
        return cover.officer_id
    far = now + timedelta(days=2)
    for hands in (team, sergeants):
        free = [hand for hand in hands if hand.officer_id not in had and hand.on_shift(now)]
        if free:
            return max(free, key=lambda hand: (hand.ends or far, -hand.officer_id)).officer_id
    rest = [hand for hand in sergeants if hand.officer_id not in had]  # on duty today, not at this hour
    return min((hand.officer_id for hand in rest), default=None)
