"""Engagements: their kinds and outcomes, what counts as contact with a group, and when something happened."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from engagement.core.clock import london_day, london_moment
from engagement.core.dates import read_date, read_time
from engagement.core.errors import Refused
from engagement.core.months import add_months


class Kind(StrEnum):
    """What sort of contact or event it was."""

    VISIT = "visit"
    PHONE = "phone"
    EMAIL = "email"
    THEIR_MEETING = "their_meeting"
    OUR_MEETING = "our_meeting"
    SURGERY = "surgery"
    SCHOOL_INPUT = "school_input"
    STALL = "stall"
    PATROL_CHAT = "patrol_chat"
    DOOR_KNOCK = "door_knock"
    ONLINE = "online"
    KIN_QUESTIONNAIRE = "kin_questionnaire"
    TALK = "talk"
    WALKABOUT = "walkabout"
    SPEEDWATCH = "speedwatch"
    LICENSED_VISIT = "licensed_visit"

    @property
    def label(self) -> str:
        """The words on a button."""
        return _KIND_LABELS.get(self, self.value.replace("_", " ").capitalize())

    @property
    def needs_a_name(self) -> bool:
        """Whether it counts as contact only where a contact of the group is named."""
        return self in _NEEDS_A_NAME

    @property
    def on_the_spot(self) -> bool:
        """Whether its place is where the matters raised in it are, too: on the beat, unlike in a hall or an office."""
        return self in _ON_THE_SPOT


_KIND_LABELS = {
    Kind.EMAIL: "E-mail",
    Kind.OUR_MEETING: "Our meeting",
    Kind.SURGERY: "Surgery or contact point",
    Kind.STALL: "Stall or event",
    Kind.PATROL_CHAT: "Chat on patrol",
    Kind.DOOR_KNOCK: "Door-knock",
    Kind.KIN_QUESTIONNAIRE: "KIN questionnaire",
    Kind.TALK: "Crime-prevention talk",
    Kind.LICENSED_VISIT: "Licensed premises visit",
}
OPEN_KINDS = (Kind.OUR_MEETING, Kind.SURGERY, Kind.STALL)
"""What anyone may be asked to come to."""
_NEEDS_A_NAME = frozenset({Kind.STALL, Kind.PATROL_CHAT, Kind.DOOR_KNOCK, Kind.ONLINE})
_ON_THE_SPOT = frozenset({Kind.PATROL_CHAT, Kind.DOOR_KNOCK, Kind.WALKABOUT, Kind.SPEEDWATCH})
QUICK_KINDS = (Kind.VISIT, Kind.PHONE, Kind.THEIR_MEETING, Kind.PATROL_CHAT)
"""The kinds that have a button of their own on the log page; the others are behind "More"."""


class Outcome(StrEnum):
    """What came of it. Only `SPOKE` can count as contact."""

    SPOKE = "spoke"
    NO_ANSWER = "no_answer"
    MESSAGE_LEFT = "message_left"
    CANCELLED_BY_THEM = "cancelled_by_them"
    CANCELLED_BY_US = "cancelled_by_us"

    @property
    def label(self) -> str:
        """The words on a button."""
        return {Outcome.MESSAGE_LEFT: "Left message"}.get(self, self.value.replace("_", " ").capitalize())

    @property
    def attempt(self) -> bool:
        """Whether somebody tried and did not get through: "tried twice" on Shift and board."""
        return self in (Outcome.NO_ANSWER, Outcome.MESSAGE_LEFT)

    @property
    def line_may_be_empty(self) -> bool:
        """Whether there may be nothing to tell."""
        return self is not Outcome.SPOKE


class CancelReason(StrEnum):
    """Why we cancelled."""

    ABSTRACTED = "abstracted"
    LEAVE = "leave"
    WEATHER = "weather"

    @property
    def label(self) -> str:
        """The words on a form."""
        return {CancelReason.ABSTRACTED: "Abstracted to other duties"}.get(self, self.value.capitalize())


class Direction(StrEnum):
    """Who began it."""

    OURS = "ours"
    THEIRS = "theirs"

    @property
    def label(self) -> str:
        """The words on a form."""
        return "We began it" if self is Direction.OURS else "They began it"


class Part(StrEnum):
    """A group's part in an engagement with several."""

    WITH = "with"
    ALSO_THERE = "also_there"

    @property
    def label(self) -> str:
        """The words on a form."""
        return self.value.replace("_", " ").capitalize()


class State(StrEnum):
    """Where an entry is in its life. Only one that happened can count."""

    PLANNED = "planned"
    HAPPENED = "happened"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The word on screen."""
        return self.value.capitalize()


def counts_as_contact(
    kind: Kind, outcome: Outcome | None, direction: Direction, part: Part, contact_named: bool, spoke_with_them: bool
) -> bool:
    """Whether an engagement that happened counts as two-way contact with one of its groups.

    The outcome is *spoke* (for an e-mail: they answered), whoever began it and whichever officer. A chat on patrol,
    a door-knock, a stall or something online counts only where a contact of the group is named; a group that was
    *also there*, only where somebody spoke with them. Bulk mail is never an engagement.
    """
    del direction  # a fact of the entry, and by rule never a reason to count or not
    if outcome is not Outcome.SPOKE or (kind.needs_a_name and not contact_named):
        return False
    return part is Part.WITH or spoke_with_them


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One engagement as it concerns one group."""

    state: State
    kind: Kind
    outcome: Outcome | None
    happened_on: date | None
    direction: Direction = Direction.OURS
    part: Part = Part.WITH
    contact_named: bool = False
    spoke_with_them: bool = True

    @property
    def counts(self) -> bool:
        """Whether it is two-way contact with the group."""
        return (
            self.state is State.HAPPENED
            and self.happened_on is not None
            and counts_as_contact(self.kind, self.outcome, self.direction, self.part, self.contact_named, self.spoke_with_them)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One summary sent to one of a group's addresses: when it was delivered, and whether it came back."""

    delivered_on: date | None
    bounced: bool = False

    @property
    def counts(self) -> bool:
        """Whether it is one-way contact, which matters for the level *inform* alone."""
        return self.delivered_on is not None and not self.bounced


def which_dates(entries: Iterable[Entry], deliveries: Iterable[Delivery] = ()) -> tuple[date | None, date | None]:
    """A group's last two-way and last one-way contact, from the whole set of what was logged and delivered.

    The newest date on which it *happened* wins, whenever it was typed; so an entry that is back-dated, corrected,
    withdrawn or restored, and a letter that bounces, come out right by asking again.
    """
    two_way = (entry.happened_on for entry in entries if entry.counts and entry.happened_on is not None)
    one_way = (letter.delivered_on for letter in deliveries if letter.counts and letter.delivered_on is not None)
    return max(two_way, default=None), max(one_way, default=None)


def tried_since(entries: Iterable[Entry], last: date | None) -> tuple[int, date | None]:
    """How often somebody tried in vain since the last contact (that day itself excluded), and when last."""
    tries = [
        entry.happened_on
        for entry in entries
        if entry.state is State.HAPPENED
        and entry.outcome is not None
        and entry.outcome.attempt
        and entry.happened_on is not None
        and (last is None or entry.happened_on > last)
    ]
    return len(tries), max(tries, default=None)


class When(StrEnum):
    """The choices for when it happened."""

    JUST_NOW = "just_now"
    EARLIER_TODAY = "earlier_today"
    YESTERDAY = "yesterday"
    ANOTHER_DAY = "another_day"

    @property
    def label(self) -> str:
        """The words on a button."""
        return self.value.replace("_", " ").capitalize()


OLDEST_YEARS = 2
FURTHEST_YEARS = 1
MIDDAY = time(12)
_CLOCK_LEAVE = timedelta(minutes=5)
_SURELY = timedelta(days=365 * OLDEST_YEARS - 2)  # no longer ago, whatever the day in London


def happened_when(choice: When, day: str, at: str, now: datetime) -> datetime:
    """The moment, in UTC and to the minute, that somebody chose: `day` and `at` are as typed, London's.

    Without a time midday stands in, or the present where midday is still to come. Raises Refused beside
    `happened_on` or `happened_time`: no date, a date in the future, one more than two years back, a time to come.
    """
    if choice is When.JUST_NOW:
        return now.replace(second=0, microsecond=0)
    today = london_day(now)
    if choice is When.ANOTHER_DAY:
        on = read_date(day, field="happened_on")
    else:
        on = today - timedelta(days=1 if choice is When.YESTERDAY else 0)
    _check_day(on, today)
    typed = read_time(at, field="happened_time") if at.strip() else None
    moment = london_moment(on, (typed or MIDDAY).hour, (typed or MIDDAY).minute)
    if moment > now and typed is not None:
        raise Refused("Time must be now or earlier", field="happened_time")
    return min(moment, now.replace(second=0, microsecond=0))


def check_moment(moment: datetime, now: datetime) -> datetime:
    """The moment a device sent, to the minute, held to the same limits; a clock five minutes fast is forgiven."""
    if now - _SURELY < moment <= now:
        return moment.replace(second=0, microsecond=0)
    if moment > now + _CLOCK_LEAVE:
        raise Refused("Date must be today or in the past", field="happened_on")
    _check_day(london_day(min(moment, now)), london_day(now))
    return min(moment, now).replace(second=0, microsecond=0)


def planned_when(day: str, at: str, now: datetime) -> datetime:
    """The moment, in UTC, for which something is booked: from now until a year ahead; midday without a time."""
    on = read_date(day, field="planned_on")
    typed = read_time(at, field="planned_time") if at.strip() else None
    today = london_day(now)
    if on < today:
        raise Refused("Date must be today or in the future", field="planned_on")
    if on > add_months(today, 12 * FURTHEST_YEARS):
        raise Refused("Date must be within the next year", field="planned_on")
    moment = london_moment(on, (typed or MIDDAY).hour, (typed or MIDDAY).minute)
    if moment < now and typed is not None:
        raise Refused("Time must be later than now", field="planned_time")
    return max(moment, now.replace(second=0, microsecond=0))


def _check_day(on: date, today: date) -> None:
    if on > today:
        raise Refused("Date must be today or in the past", field="happened_on")
    if on < add_months(today, -12 * OLDEST_YEARS):
        raise Refused("Date must be within the last two years", field="happened_on")


_REFERENCE = re.compile(r"(?=.*[0-9])[A-Za-z0-9](?:[A-Za-z0-9/.\- ]{0,38}[A-Za-z0-9])?")


def check_reference(text: str) -> str:
    """A crime's or an assessment's reference, or nothing; Refused for words, since a sentence here would be a record of the crime."""
    reference = " ".join(text.split()) if len(text) < 1000 else text
    if reference and not _REFERENCE.fullmatch(reference):
        raise Refused("Enter the reference alone, such as 55260123456", field="reference")
    return reference
