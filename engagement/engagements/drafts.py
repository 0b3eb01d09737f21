"""What somebody says when they plan, log or correct an engagement: plain values, as forms and devices send them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from operator import attrgetter
from typing import Any

from engagement.concerns.drafts import Tap
from engagement.engagements.domain import CancelReason, Direction, Kind, Outcome, Part

_RAISING = re.compile("[0-9]{1,9}")


def _fields(draft: object) -> dict[str, Any]:
    """A draft's own fields by name; drafts within it are left as they are."""
    names, read = _fields_of(type(draft))  # type: ignore[arg-type]  # a class is hashable
    return dict(zip(names, read(draft), strict=True))


@cache
def _fields_of(kind: Any) -> tuple[tuple[str, ...], Callable[[object], tuple[Any, ...]]]:
    names = tuple(field.name for field in fields(kind))
    return names, attrgetter(*names)


def _plain(value: object) -> object:
    """What JSON cannot hold by itself, as it can: a draft by its fields, a moment or a day in words.

    A line's own reference says nothing of what it says: a phone has one for each line, the form has none.
    """
    if not is_dataclass(value):
        return str(value)
    content = _fields(value)
    return content | {"client_ref": None} if "client_ref" in content else content


_WORDS = json.JSONEncoder(default=_plain, sort_keys=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attending:
    """A group's part in it. `contact_id` names who of theirs was spoken with."""

    group_id: int
    part: Part = Part.WITH
    host: bool = False
    spoke_with_them: bool = True
    contact_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewGroup:
    """A group that nobody knew: it is made with the entry, to be confirmed, in the entry's neighbourhood."""

    name: str
    kind: str = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class RaisedConcern:
    """One line of what was raised. `same_as_id` is an open concern that this raises again."""

    title: str
    category: str | None = None  # None: guessed from the title
    tap: Tap = Tap.FIND_OUT
    raiser_group_id: int | None = None  # None: the entry's first group, or the resident
    raiser: str | None = None  # group | resident | business | councillor | partner | meeting; None: by who was there
    same_as_id: int | None = None
    detail: str = ""
    client_ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldThere:
    """Something owed that was told in this engagement: `kind` is "answer" or "outcome"."""

    raising_id: int
    kind: str


def told_there(ticked: Iterable[str]) -> tuple[ToldThere, ...]:
    """What ticks such as "12:answer" say was told; what is none is left out."""
    split = (value.partition(":") for value in ticked)
    return tuple(ToldThere(raising_id=int(r), kind=kind) for r, _, kind in split if _RAISING.fullmatch(r) and kind in ("answer", "outcome"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """A promise made there, to the entry's first group or to a resident in words. No day: by their next meeting."""

    what: str
    due_on: date | None = None
    client_ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EngagementDraft:
    """One engagement that happened.

    `said_when` is how the moment was said ("just now"); where it is given it stands for `happened_at` when two
    sends of one form are compared, since "just now" is another minute the second time. `for_officer_id` makes it a
    record for another officer, who was there in the recorder's stead. `planned_id` is a planned engagement that
    this tells the end of. `said` is a device's own fingerprint of what it sent, where it did not send the form's fields.
    """

    client_ref: str
    kind: Kind
    outcome: Outcome
    happened_at: datetime
    summary: str = ""
    direction: Direction = Direction.OURS
    groups: tuple[Attending, ...] = ()
    new_group: NewGroup | None = None
    with_resident: bool = False
    neighbourhood_id: int | None = None
    officer_ids: tuple[int, ...] = ()  # others who were there
    for_officer_id: int | None = None
    raised_to_id: int | None = None
    place: str = ""
    attendance: int | None = None
    override_reason: str = ""
    sensitive: bool = False
    concerns: tuple[RaisedConcern, ...] = ()
    tellings: tuple[ToldThere, ...] = ()
    promises: tuple[Promised, ...] = ()
    kept: tuple[int, ...] = ()  # promises that were kept by it: they were told there that it is done
    planned_id: int | None = None
    said_when: str = ""
    before_the_diary: bool = False
    said: str = ""

    @property
    def content_hash(self) -> str:
        """A fingerprint of what was sent, the same for the same form sent twice."""
        if self.said:
            return self.said
        content = _fields(self)
        del content["said"]
        if not self.kept:
            del content["kept"]  # an entry of before there was such a thing has the same fingerprint
        if self.said_when:
            del content["happened_at"]
        return hashlib.sha256(_WORDS.encode(content).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDraft:
    """An engagement that is booked."""

    client_ref: str | None
    kind: Kind
    planned_for: datetime
    group_ids: tuple[int, ...]
    officer_ids: tuple[int, ...] = ()  # none: who books it
    place: str = ""
    summary: str = ""
    override_reason: str = ""
    open_to_all: bool = False  # anyone may come: kind, time and place stand on the public page


class Became(StrEnum):
    """What became of a planned engagement; that it happened is told by logging it."""

    CANCELLED_BY_THEM = "cancelled_by_them"
    CANCELLED_BY_US = "cancelled_by_us"
    MOVED = "moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndOfPlan:
    """The answer to "Did it happen?" where it did not."""

    became: Became
    cancel_reason: CancelReason | None = None
    moved_to: datetime | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What an entry should have said. Groups, officers and all: the whole of it, not the difference."""

    version: int
    reason: str
    kind: Kind
    outcome: Outcome
    happened_at: datetime
    summary: str
    direction: Direction
    groups: tuple[Attending, ...]
    officer_ids: tuple[int, ...]
    place: str = ""
    attendance: int | None = None
    override_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """What became of a save: the entry, whether it is new, and, where it is not, whether it says something else."""

    engagement_id: int
    new: bool
    differs: bool = False
    group_ids: tuple[int, ...] = ()
