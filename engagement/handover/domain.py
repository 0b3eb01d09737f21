"""The rules of a handover: what is to be done before it, who signs, what stands in its way, who gets what, what can be taken back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

REVERSIBLE = timedelta(days=1)


class Side(StrEnum):
    """Who leaves, and who comes."""

    LEAVER = "leaver"
    SUCCESSOR = "successor"


class Step(StrEnum):
    """A line of the checklist."""

    PROMISES = "promises"
    CONTACTS = "contacts"
    TIPS = "tips"
    PHONES = "phones"
    DRAFTS = "drafts"
    READ = "read"
    MET = "met"
    CAREFUL = "careful"
    PLACES = "places"

    @property
    def side(self) -> Side:
        """Whose line it is."""
        return Side.SUCCESSOR if self in (Step.READ, Step.MET, Step.CAREFUL, Step.PLACES) else Side.LEAVER

    @property
    def words(self) -> str:
        """What is to be done, as a sentence without its full stop."""
        return _WORDS[self]


_WORDS: Mapping[Step, str] = {
    Step.PROMISES: "Every promise is kept, moved, or known to the successor",
    Step.CONTACTS: "Contacts, and how they want to be reached, are as they are today",
    Step.TIPS: "What works with whom is written down",
    Step.PHONES: "Nothing waits to be sent on any phone",
    Step.DRAFTS: "This month's wording of You said, we did is finished",
    Step.READ: "The pack is read",
    Step.MET: "The key people are met, or told who comes",
    Step.CAREFUL: "The sergeant has explained every group that is marked",
    Step.PLACES: "Halls, keys and times of regular meetings are known",
}


class State(StrEnum):
    """Where a handover stands."""

    OPEN = "open"
    AGREED = "agreed"
    MOVED = "moved"
    TAKEN_BACK = "taken_back"
    CALLED_OFF = "called_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverFacts:
    """What is known of a handover. `unsent` is how many entries the leaver's devices last said they could not send yet; `gone`
    that somebody who is to get something has no open account or no team any more. `others` is how many officers besides the
    successor get single groups, `others_signed` how many of them have signed for theirs."""

    successor_id: int | None
    moves_on: date | None
    ticked: frozenset[Step] = frozenset()
    leaver_signed: bool = False
    successor_signed: bool = False
    others: int = 0
    others_signed: int = 0
    unsent: int = 0
    gone: bool = False
    moved_at: datetime | None = None
    taken_back_at: datetime | None = None
    called_off_at: datetime | None = None


def state(facts: HandoverFacts) -> State:
    """Where it stands; nobody picks it."""
    if facts.called_off_at is not None:
        return State.CALLED_OFF
    if facts.taken_back_at is not None:
        return State.TAKEN_BACK
    if facts.moved_at is not None:
        return State.MOVED
    signed, wanted = signatures(facts)
    return State.AGREED if signed == wanted else State.OPEN


def signatures(facts: HandoverFacts) -> tuple[int, int]:
    """How many have signed, of how many: who leaves, who comes, and whoever gets single groups."""
    return facts.leaver_signed + facts.successor_signed + facts.others_signed, 2 + facts.others


def missing_steps(ticked: Collection[Step], side: Side) -> tuple[Step, ...]:
    """The lines that one side has still to tick, in the order of the list."""
    return tuple(step for step in Step if step.side is side and step not in ticked)


def in_the_way_of_signing(facts: HandoverFacts, side: Side, signer_id: int | None = None) -> tuple[str, ...]:
    """The sentences that say why one side cannot sign yet; none where it can. Asked of an open handover.

    Two people sign, whoever leads the team: nobody signs for who leaves and takes over as well.
    """
    found = []
    if side is Side.LEAVER and signer_id is not None and signer_id == facts.successor_id:
        found.append("You take over: somebody else who leads the team signs for who leaves.")
    if facts.successor_id is None:
        found.append("Choose who takes over first.")
    if facts.moves_on is None:
        found.append("Choose the day first.")
    if facts.gone:
        found.append(GONE)
    if facts.unsent and side is Side.LEAVER:
        found.append(UNSENT)
    left = len(missing_steps(facts.ticked, side))
    if left:
        found.append("One line of the checklist is not ticked." if left == 1 else "Some lines of the checklist are not ticked.")
    return tuple(found)


def in_the_way_of_moving(facts: HandoverFacts, today: date) -> tuple[str, ...]:
    """Why what is to be handed over cannot change hands on a day; none where it can."""
    found = []
    if not facts.leaver_signed:
        found.append("Who leaves has not signed.")
    if not facts.successor_signed:
        found.append("Who comes has not signed.")
    if facts.others_signed < facts.others:
        found.append("Somebody to whom single groups go has not signed.")
    if facts.gone:
        found.append(GONE)
    if facts.unsent:
        found.append(UNSENT)
    if facts.moves_on is None or facts.moves_on > today:
        found.append("Its day has not come.")
    return tuple(found)


GONE = "Somebody who takes over has no account or no team any more: choose somebody else."
UNSENT = "A phone of the officer who leaves last said that entries wait on it: they are sent first."


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Something the leaver holds. `for_groups` are the groups that it concerns, in their order: of a group, the group itself."""

    what: str  # group | concern | action | booking
    id: int
    for_groups: tuple[int, ...] = ()


def who_gets(held: Held, successor_id: int, apart: Mapping[int, int]) -> int:
    """The officer who gets it: whoever gets the first of its groups that goes to somebody else than the successor, else the successor.

    `apart` maps a group to the officer it goes to instead. So a promise goes with the group it was made to.
    """
    return next((apart[group_id] for group_id in held.for_groups if group_id in apart), successor_id)


def may_be_taken_back(moved_at: datetime | None, taken_back_at: datetime | None, now: datetime) -> bool:
    """Whether a move can still be undone: for a day, once."""
    return moved_at is not None and taken_back_at is None and now < moved_at + REVERSIBLE


def to_restore(moves: Iterable[tuple[int, int]], holders: Mapping[int, int | None]) -> tuple[list[int], list[int]]:
    """Of moves (id of the thing, who got it) those that go back, and those that somebody has changed since and that stay.

    `holders` says who holds each thing now.
    """
    back: list[int] = []
    stay: list[int] = []
    for thing, got in moves:
        (back if holders.get(thing) == got else stay).append(thing)
    return back, stay
