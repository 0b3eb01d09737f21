"""How far each concern of the demonstration has come, and when it was raised."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from random import Random

from engagement.core.months import Month
from engagement.demonstration.source import SourceConcern


class Stage(StrEnum):
    """Where a concern is to be found on the day the story ends."""

    CLOCK = "70 hours without an answer, and its owner off"
    FRESH = "raised, no answer yet"
    RECEIVED = "received, no answer yet"
    ANSWERED = "answered, nothing done yet"
    UNDER_WAY = "action under way"
    OWED = "done, the raiser does not know"
    PARTNER = "with a partner"
    PRIORITY = "adopted as a priority"
    CANNOT = "cannot be done"
    ELSEWHERE = "recorded elsewhere"
    SAME = "the same as another"
    CLOSED = "closed"


HOW_MANY = {
    Stage.CLOCK: 1,
    Stage.PARTNER: 8,
    Stage.ELSEWHERE: 4,
    Stage.FRESH: 3,
    Stage.RECEIVED: 2,
    Stage.ANSWERED: 8,
    Stage.UNDER_WAY: 14,
    Stage.OWED: 14,
    Stage.PRIORITY: 3,
    Stage.CANNOT: 4,
    Stage.SAME: 3,
}
ON_THE_CLOCK = "Parking at the surgery"
BOUNCED = "Vehicles speeding in a residential lane, parked cars block the view"
LETTERS_ARE_OUT = 9  # the day of a month by which letters of the month before have left
UNANSWERED = {Stage.CLOCK: (70,), Stage.FRESH: (4, 20, 31), Stage.RECEIVED: (26, 44)}  # hours since it was raised
DAYS_AGO = {  # when a concern of each stage was raised
    Stage.ANSWERED: (4, 20),
    Stage.UNDER_WAY: (10, 60),
    Stage.PARTNER: (15, 90),
    Stage.PRIORITY: (40, 120),
    Stage.CANNOT: (20, 110),
    Stage.ELSEWHERE: (10, 150),
    Stage.SAME: (5, 25),
}


def assign(concerns: Sequence[SourceConcern], random: Random) -> dict[str, Stage]:
    """How far each concern has come, by title; whatever is left over is closed."""
    left = [concern for concern in concerns if concern.title not in (ON_THE_CLOCK, BOUNCED)]
    random.shuffle(left)
    found = {ON_THE_CLOCK: Stage.CLOCK, BOUNCED: Stage.OWED}
    for stage, count in HOW_MANY.items():
        missing = count - sum(one is stage for one in found.values())
        for concern in [concern for concern in left if _suits(stage, concern)][:missing]:
            found[concern.title] = stage
            left.remove(concern)
    return found | {concern.title: Stage.CLOSED for concern in left}


def _suits(stage: Stage, concern: SourceConcern) -> bool:
    match stage:
        case Stage.PARTNER:
            return concern.done_by.startswith("partner")
        case Stage.ELSEWHERE:
            return concern.category in ("burglary", "shop_theft", "fraud", "hate", "cycle_theft")
        case Stage.OWED:
            return concern.category not in ("hate", "neighbour_dispute", "drugs")
        case _:
            return True


def raised_on(stage: Stage, today: date, random: Random) -> date:
    """A day on which a concern of that stage was raised."""
    if stage is Stage.OWED:
        return done_last_month(today, random) - timedelta(days=random.randrange(9, 36))
    if stage is Stage.CLOSED:
        recent = random.random() < 0.55
        return today - timedelta(days=random.randrange(45, 190) if recent else random.randrange(190, 700))
    least, most = DAYS_AGO[stage]
    return today - timedelta(days=random.randrange(least, most))


def done_last_month(today: date, random: Random) -> date:
    """A day of the calendar month before today's."""
    return Month.of(today).previous.first + timedelta(days=random.randrange(1, 27))


def newest_lettered(today: date) -> Month:
    """The newest month of which letters have gone out."""
    return Month.of(today).previous if today.day >= LETTERS_ARE_OUT else Month.of(today).previous.previous


def bounced_done_on(today: date) -> date:
    """When that was done of which the clerk's letter spoke."""
    return newest_lettered(today).first + timedelta(days=19)


def told_by_letter(done: date, today: date) -> bool:
    """Whether the outcome may have been left to the month's letter: letters of that month have gone out."""
    return Month.of(today).plus(-3) <= Month.of(done) <= Month.of(today).plus(-2)
