"""What to do about a group that does not answer: another contact or way after three tries, dormancy after two periods. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from engagement.core.months import add_months
from engagement.groups.channels import Channel
from engagement.groups.domain import Agreement
from engagement.groups.frequency import Term, next_after

TRIES = 3
"""After so many failed attempts since the last contact another contact or way is suggested."""
PERIODS = 2
"""After so many of its periods without a reply a group that somebody tried may be called dormant."""
ASK_AGAIN_MONTHS = 12
MOST_SUGGESTED = 3
_CHANNELS_OF = {
    "phone": frozenset({Channel.TELEPHONE, Channel.MOBILE}),
    "email": frozenset({Channel.EMAIL}),
    "visit": frozenset({Channel.VISIT}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """One way to reach one contact: whose it is (`person` in the order in which they are asked), and by which channel."""

    person: int
    channel: str


def channels_tried(kinds: Collection[str]) -> frozenset[str]:
    """The channels that attempts of some kinds of engagement went by."""
    return frozenset(channel for kind in kinds for channel in _CHANNELS_OF.get(kind, ()))


def another_way(ways: Sequence[Reach], tried: Collection[str], tries: int) -> list[int]:
    """What to try next, best first, as numbers of `ways`, which stand in the order in which the group wants to be reached.

    Nothing before three tries. Then what the first contact has not been tried by; then each other contact's first way. What
    was tried with the first contact is never suggested again, unless nothing else is left to suggest: then nothing is.
    """
    if tries < TRIES or not ways:
        return []
    first = ways[0].person
    untried = [n for n, way in enumerate(ways) if way.person == first and way.channel not in tried]
    seen: set[int] = set()
    others = []
    for n, way in enumerate(ways):
        if way.person != first and way.person not in seen:
            seen.add(way.person)
            others.append(n)
    return [*untried, *others][:MOST_SUGGESTED]


def silent_since(agreement: Agreement, last: date | None, term_dates: Sequence[Term] = ()) -> date | None:
    """The day from which two of its periods have gone by since the last contact, or since the agreement began; None on request."""
    day: date | None = agreement.starts_on if last is None else max(last, agreement.starts_on)
    for _period in range(PERIODS):
        if day is None:
            return None
        day = next_after(agreement.cadence, day, agreement.dates, term_dates)
    return day


def offers_dormant(since: date | None, tries: int, today: date) -> bool:
    """Whether to offer dormancy: two periods without a reply, though somebody tried. Who never tried has had no answer to miss."""
    return since is not None and since <= today and tries > 0


def ask_dormant_again_on(dormant_on: date, asked_again_on: date | None) -> date:
    """When somebody asks a dormant group again: a year after it went to sleep, or after it was last asked."""
    first = add_months(dormant_on, ASK_AGAIN_MONTHS)
    return first if asked_again_on is None or asked_again_on < first else asked_again_on
