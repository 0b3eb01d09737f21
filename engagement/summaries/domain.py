"""You said ... We did: what is worth saying about a concern, and who may approve it when. Its first wording is in `composing`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from engagement.core.months import Month
from engagement.core.wording import Finding, uncleared

Raiser = Literal["group", "resident", "business", "councillor", "partner", "meeting"]
Doer = Literal["officer", "partner", "community"]
Ending = Literal["done", "cannot", "partner", "elsewhere", "priority", "same"]
Audience = Literal["everyone", "group"]
Reminder = Literal["none", "remind", "inspector"]

# Categories that, raised by one raiser alone, could point at who raised them (a code that begins so).
QUIET_CATEGORIES = ("drug", "neighbour_disp", "hate")
APPROVING_ROLES = frozenset({"sergeant", "inspector", "engagement_officer"})

_LINE_END = re.compile(r"\r\n?")
_NO_REASON = re.compile(r"because\s*(?:\.\.\.|…)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RaisingFacts:
    """Who raised it, when (London's day). `group_name` is used in public only where `may_be_named`."""

    raiser: Raiser
    raised_on: date
    group_id: int | None = None
    group_name: str = ""
    may_be_named: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionFacts:
    """What may be said of an action. Its private words are not among the facts, so they cannot leak.

    `passed_on` is when a partner was asked. An action that was withdrawn is left out by the caller.
    """

    by: Doer
    public_wording: str = ""
    partner: str = ""
    passed_on: date | None = None
    due_on: date | None = None
    done_on: date | None = None
    result_number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernFacts:
    """What may be said of a concern. `matter` is its category in public words; `because` goes with "cannot"."""

    category: str
    matter: str
    ward: str
    raisings: Sequence[RaisingFacts]
    actions: Sequence[ActionFacts] = ()
    public_said: str = ""
    answered_on: date | None = None
    ending: Ending | None = None
    ended_on: date | None = None
    because: str = ""
    sensitive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDraft:
    """A first wording of one item. `gaps` says in sentences what the drafter should put into words."""

    you_said: str
    we_did: str
    what_next: str
    audience: Audience = "everyone"
    left_out: bool = False
    left_out_reason: str = ""
    gaps: tuple[str, ...] = ()


def has_something_to_say(facts: ConcernFacts, month: Month) -> bool:
    """Whether something happened in the month that its community should hear: an action, an answer, an ending.

    Never for OFFICIAL-SENSITIVE, for what is the same as another concern, or for what nobody raised by the month's end.
    """
    if facts.sensitive or facts.ending == "same" or not raised_by(facts, month):
        return False
    moments = [facts.answered_on, facts.ended_on if facts.ending else None]
    moments += [day for action in facts.actions for day in (action.done_on, action.passed_on)]
    return any(day is not None and day in month for day in moments)


def left_out_by_default(facts: ConcernFacts) -> str:
    """Why the item stays out unless the approver puts it in; an empty text when it does not.

    Drugs, a neighbour dispute or hate that a single raiser spoke of could point at that raiser.
    """
    if facts.category.startswith(QUIET_CATEGORIES) and _raisers(facts.raisings) <= 1:
        return "One raiser alone spoke of this, and the wording could point at them."
    return ""


def tells(facts: ConcernFacts, month: Month) -> Literal["answer", "outcome"]:
    """What an item about that month tells a raiser: the outcome of what had ended by the month's end, else an answer."""
    ended = facts.ending is not None and (facts.ended_on is None or facts.ended_on <= month.last)
    return "outcome" if ended else "answer"


def unfinished(parts: Mapping[str, str]) -> tuple[str, ...]:
    """The parts of a wording that are empty, or still say "because ..." where the reason belongs."""
    return tuple(name for name, text in parts.items() if not text.strip() or _NO_REASON.search(text))


def blocking_findings(parts: Mapping[str, str], cleared: Collection[str]) -> tuple[tuple[str, Finding], ...]:
    """What still keeps an item's wording from approval: (part, finding), each to be changed or cleared one by one."""
    return uncleared(parts, cleared)


def why_not_approve(*, approver_id: int, roles: Collection[str], writer_id: int | None) -> str:
    """Why this officer may not approve that wording, as a sentence; empty when they may.

    `roles` are those the approver holds now for the item's team, at home or as cover. `writer_id` is who wrote the
    draft, none where the service did. Correcting somebody's draft does not make an approver its writer.
    """
    if not APPROVING_ROLES & frozenset(roles):
        return "A sergeant of the team, their cover, an inspector or an engagement officer approves this"
    if approver_id == writer_id:
        return "You wrote this, so somebody else approves it"
    return ""


def approve_by(month: Month) -> date:
    """The last day on which a month's summary is approved without a reminder: the 7th of the month after."""
    return month.next.first + timedelta(days=6)


def reminder(month: Month, today: date) -> Reminder:
    """What an unapproved summary of that month calls for: from the 8th a reminder, from the 15th the inspector."""
    if today >= month.next.first + timedelta(days=14):
        return "inspector"
    return "remind" if today > approve_by(month) else "none"


def raised_by(facts: ConcernFacts, month: Month) -> list[RaisingFacts]:
    """The raisings up to the month's end."""
    return [raising for raising in facts.raisings if raising.raised_on <= month.last]


def _raisers(raisings: Iterable[RaisingFacts]) -> int:
    """How many raisers there are: a group counts once however often it asked, a whole meeting is more than one."""
    groups, others = set(), 0
    for raising in raisings:
        if raising.group_id is not None:
            groups.add(raising.group_id)
        else:
            others += 2 if raising.raiser == "meeting" else 1
    return len(groups) + others


def mark_of(words: Sequence[str], only_for: int | None) -> str:
    """A short mark of a wording and of who gets it: another mark is another wording.

    Line ends, and blank space around each text, do not change it: a browser sends both in its own way.
    """
    told = "\0".join(_LINE_END.sub("\n", text).strip() for text in words)
    return hashlib.sha256(f"{only_for or 0}\0{told}".encode(errors="surrogatepass")).hexdigest()[:16]
