"""Which group is to stand where on the day the story ends, and the last contact that puts it there by the diary's own rule."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from random import Random

from engagement.demonstration.source import SourceGroup
from engagement.groups.domain import Agreement, due_dates
from engagement.groups.frequency import Frequency, Term
from engagement.groups.standing import Standing, StandingFacts, standing


class Wanted(StrEnum):
    """What a group shows in the demonstration."""

    NOT_DUE = "not due"
    SOON = "due soon"
    OVERDUE = "overdue"
    LONG = "long overdue"
    TRIED = "overdue, tried three times"
    NEVER_LATE = "overdue, never contacted"
    NEVER = "never contacted, not due"
    PAUSED = "paused until a day"
    PAUSED_OPEN = "paused without an end"
    ON_REQUEST = "on request"
    DORMANT = "dormant"


LATE = (Wanted.OVERDUE, Wanted.LONG, Wanted.TRIED, Wanted.NEVER_LATE)
NEVER_MET = (Wanted.NEVER_LATE, Wanted.NEVER)
HOW_MANY = {
    Wanted.OVERDUE: 15,
    Wanted.LONG: 12,
    Wanted.TRIED: 7,
    Wanted.NEVER_LATE: 6,
    Wanted.SOON: 18,
    Wanted.NEVER: 3,
    Wanted.PAUSED: 5,
    Wanted.PAUSED_OPEN: 2,
    Wanted.ON_REQUEST: 6,
    Wanted.DORMANT: 4,
}
LATE_IN_ALL = sum(HOW_MANY[wanted] for wanted in LATE)
FIXED = {
    "Ferndown Stroke Club": Wanted.TRIED,
    "Heatherlands Youth Club": Wanted.OVERDUE,
    "Ferndown Town Council": Wanted.SOON,
    "West Parley Parish Council": Wanted.NOT_DUE,
    "Links Estate Tenants' and Residents' Association": Wanted.NOT_DUE,
    "West Moors Town Council": Wanted.LONG,
    "Verwood Food Bank": Wanted.TRIED,
    "Cranborne Farm Watch": Wanted.OVERDUE,
}
_STANDINGS = {
    Wanted.NOT_DUE: {Standing.NOT_DUE},
    Wanted.SOON: {Standing.DUE_SOON},
    Wanted.OVERDUE: {Standing.OVERDUE},
    Wanted.LONG: {Standing.LONG_OVERDUE},
    Wanted.TRIED: {Standing.OVERDUE, Standing.LONG_OVERDUE},
    Wanted.PAUSED: {Standing.OVERDUE},
    Wanted.PAUSED_OPEN: {Standing.OVERDUE},
}
_DAYS_OVER = {Wanted.TRIED: (11, 30), Wanted.LONG: (3, 55)}


def assign(groups: Iterable[SourceGroup], random: Random) -> dict[str, Wanted]:
    """What each group shows, by name; as many of each as `HOW_MANY` says, the rest are not due."""
    found = dict(FIXED)
    left = [group for group in groups if group.name not in FIXED]
    random.shuffle(left)
    for wanted, count in HOW_MANY.items():
        missing = count - sum(one is wanted for one in FIXED.values())
        for group in [group for group in left if _suits(wanted, group)][:missing]:
            found[group.name] = wanted
            left.remove(group)
    return found | {group.name: Wanted.NOT_DUE for group in left}


def _suits(wanted: Wanted, group: SourceGroup) -> bool:
    by_term = group.frequency in (Frequency.TERMLY, Frequency.HALF_TERMLY)
    match wanted:
        case Wanted.ON_REQUEST:
            return group.frequency == Frequency.YEARLY
        case Wanted.DORMANT:
            return group.kind in ("sports", "arts", "charity") and group.made_from != "magazine"
        case Wanted.NEVER | Wanted.NEVER_LATE:
            return group.kind in ("key_individual", "business", "licensed", "residents", "community", "care") and group.level != "inform"
        case Wanted.TRIED:
            return (
                group.kind in ("charity", "watch", "residents", "food_bank", "older", "key_individual")
                and group.level != "inform"
                and not by_term
            )
        case _:
            return group.level != "inform" and not by_term


def last_contacts(agreement: Agreement, wanted: Wanted, today: date, *, since: date, terms: tuple[Term, ...]) -> list[date]:
    """The days before today on which a last contact would put the group where it is wanted; none where nothing does."""
    if wanted in (Wanted.ON_REQUEST, Wanted.DORMANT):
        return [today - timedelta(days=days) for days in range(60, 200)]
    found = []
    for days in range(1, min((today - since).days, 480)):
        last = today - timedelta(days=days)
        dates = due_dates(agreement, last, (), terms)
        least, most = _DAYS_OVER.get(wanted, (-1_000, 60))
        if dates is None or not least <= (today - dates.next_due_on).days <= most:
            continue
        facts = StandingFacts(next_due_on=dates.next_due_on, longest_on=dates.longest_on, soon_days=dates.soon_days, contacted=True)
        if standing(facts, today) in _STANDINGS[wanted] and last.weekday() != 6:
            found.append(last)
    return found


def starts_never_met(wanted: Wanted, frequency: Frequency, today: date) -> list[date]:
    """The days from which an agreement could run with a group nobody has met: overdue by now, or not yet nearly due."""
    late = wanted is Wanted.NEVER_LATE
    found = []
    for days in range(2, 460):
        start = today - timedelta(days=days)
        dates = due_dates(Agreement(frequency=frequency, starts_on=start), None)
        if dates is None or dates.next_due_on < today - timedelta(days=40):
            continue
        facts = StandingFacts(next_due_on=dates.next_due_on, longest_on=dates.longest_on, soon_days=dates.soon_days, contacted=False)
        stands = standing(facts, today)
        if stands.late if late else stands is Standing.NEVER_CONTACTED:
            found.append(start)
    return found
