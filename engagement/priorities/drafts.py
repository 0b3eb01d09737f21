"""What people say about a priority, as plain values: adopt, change, end, tell, what was done, words for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engagement.priorities.domain import Ended, How


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """Where and when it was agreed, and with whom: at an engagement on record, whose day it then is, or in words."""

    on: date | None
    at: str = ""
    with_whom: str = ""
    engagement_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptDraft:
    """A new priority. `replaces` is a live one of the neighbourhood that ends with it, in one step."""

    neighbourhood_id: int | None
    title: str
    agreed: Agreed
    concern_ids: tuple[int, ...] = ()
    issue: str = ""
    action: str = ""
    replaces: int | None = None
    override_reason: str = ""
    client_ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EditDraft:
    """The words of a priority as they should be; `version` is the one that was read."""

    priority_id: int
    version: int | None
    title: str
    agreed: Agreed
    override_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndDraft:
    """How a priority ends."""

    priority_id: int
    version: int | None
    how: Ended
    on: date | None = None
    because: str = ""
    replaced_by_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkDraft:
    """A line of what was done."""

    priority_id: int
    done_on: date | None
    what: str
    override_reason: str = ""
    client_ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldDraft:
    """That people were told: at an engagement on record, or publicly and where."""

    priority_id: int
    how: How
    told_on: date | None
    where: str = ""
    engagement_id: int | None = None
    client_ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingDraft:
    """What anyone may read, once it is approved. `seen` is the number and version of the wording that was read: "2:1"."""

    priority_id: int
    issue: str
    action: str
    seen: str = ""
