"""What a board's address asks for, and the words and days that a decision offers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from urllib.parse import parse_qs, urlencode

from engagement.core.addresses import one_of, ticked
from engagement.core.errors import Refused
from engagement.core.ids import whole_number


class Waiting(StrEnum):
    """What waits for a sergeant or an inspector; `TEAM` is no such thing but the team itself."""

    LATE = "late"
    CLOCKS = "clocks"
    TELL = "tell"
    PROMISES = "promises"
    UNOWNED = "unowned"
    APPROVE = "approve"
    PRIORITIES = "priorities"
    UNSENT = "unsent"
    DORMANT = "dormant"
    TEAM = "team"


class Approval(StrEnum):
    """What somebody approves: the kinds of row of `Waiting.APPROVE`."""

    SUMMARY = "summary"
    WORDING = "wording"
    RETURN = "return"
    HELD = "held"

    @property
    def entity(self) -> str:
        """What the record of who saw what calls it."""
        return {Approval.WORDING: "priority", Approval.RETURN: "quarterly_return", Approval.HELD: "held_entry"}.get(self, "summary")


GROUPS = ("all", "decide", "decided", "escalated")  # the lists of late groups
ITEMS = tuple(one.value for one in Waiting if one not in (Waiting.LATE, Waiting.TEAM))  # the lists of anything else
SHOWS = (*GROUPS, *ITEMS)
STANDINGS = ("overdue", "long_overdue")
SORTS = ("worst", "name", "last", "officer")
NOBODY = 0
KEYS = ("show", "team", "officer", "place", "standing", "assumed", "sort", "page")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the board is to show; an address that asks for something else gets the default. `officer` 0 is nobody's groups."""

    show: str = "all"
    team: int | None = None
    officer: int | None = None
    place: int | None = None
    standing: str = ""
    assumed: bool = False
    sort: str = "worst"

    @classmethod
    def read(cls, args: Mapping[str, str]) -> Wanted:
        """From the question of an address."""
        return cls(
            show=one_of(args, "show", SHOWS, "all"),
            team=whole_number(args.get("team")),
            officer=whole_number(args.get("officer")),
            place=whole_number(args.get("place")),
            standing=one_of(args, "standing", STANDINGS),
            assumed=ticked(args, "assumed"),
            sort=one_of(args, "sort", SORTS, "worst"),
        )

    @property
    def filtered(self) -> bool:
        """Whether less than everything is asked for, but for the counts on top."""
        return self.officer is not None or self.place is not None or bool(self.standing) or self.assumed

    @property
    def lists_groups(self) -> bool:
        """Whether the rows are late groups, not concerns, promises or summaries."""
        return self.show in GROUPS


def board_question(text: str) -> str:
    """The question of a board's address out of a form, made of nothing but what a board knows: where a decision goes back to."""
    found = parse_qs(text[:2000], max_num_fields=20) if text else {}
    return urlencode([(key, found[key][0][:20]) for key in KEYS if key in found])


def days_to_book(today: date) -> tuple[date, ...]:
    """The days offered for a booking: this week's Friday and next week's Tuesday and Friday, from tomorrow on."""
    friday = today + timedelta(days=(4 - today.weekday()) % 7)
    first = friday if friday > today else friday + timedelta(days=7)
    return (first, first + timedelta(days=4), first + timedelta(days=7))


class ItemKind(StrEnum):
    """What is decided about concerns, actions and promises, one or many at once."""

    ASK = "ask"
    GIVE = "give"
    MOVE = "move"

    @property
    def label(self) -> str:
        """The words on the page that asks why."""
        return {ItemKind.ASK: "Ask the owner", ItemKind.GIVE: "Give to", ItemKind.MOVE: "Move to another day"}[self]


ENTITY_OF = {Waiting.CLOCKS: "concern", Waiting.TELL: "concern", Waiting.UNOWNED: "concern", Waiting.PROMISES: "action"}
"""What the rows of a list are that can be decided about."""
KINDS_OF = {"concern": (ItemKind.ASK, ItemKind.GIVE), "action": (ItemKind.ASK, ItemKind.GIVE, ItemKind.MOVE)}
LONGEST_MOVE = timedelta(days=92)


def check_item(kind: ItemKind, entity: str, *, officer_id: int | None, until: date | None, told: bool, promises: int, today: date) -> None:
    """Refuses what may not be decided about concerns or actions, beside `officer_id`, `until` or `told`.

    A promise is moved only where they were told the new day: `promises` is how many of what is moved are promises.
    """
    if kind not in KINDS_OF[entity]:
        raise Refused("A concern has no day to move: ask its owner, or give it to somebody", field="kind")
    if kind is ItemKind.GIVE and officer_id is None:
        raise Refused("Choose an officer", field="officer_id")
    if kind is not ItemKind.MOVE:
        return
    if until is None:
        raise Refused("Enter the new day, such as 27/11/2026", field="until")
    if not today <= until <= today + LONGEST_MOVE:
        raise Refused("Date must be from today to three months on", field="until")
    if promises and not told:
        raise Refused("Say that they were told the new date", field="told")
