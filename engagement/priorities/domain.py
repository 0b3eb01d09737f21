"""The rules of priorities: how many there are, how long one stays fresh, how one ends, and who approves its public words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from engagement.core.errors import Refused
from engagement.core.months import add_months

MOST = 3
"""How many priorities of a neighbourhood are live at a time."""
FRESH_MONTHS = 3
"""For how many calendar months after people were last told of it a priority counts as up to date."""
APPROVERS = frozenset({"sergeant", "inspector", "engagement_officer"})


class Ended(StrEnum):
    """How a priority ended."""

    RESOLVED = "resolved"
    NOT_WANTED = "not_wanted"
    REPLACED = "replaced"
    CANNOT_DO = "cannot_do"

    @property
    def label(self) -> str:
        """The words on screen."""
        return {
            Ended.RESOLVED: "Resolved",
            Ended.NOT_WANTED: "No longer wanted",
            Ended.REPLACED: "Replaced by another",
            Ended.CANNOT_DO: "Cannot do, because",
        }[self]


class How(StrEnum):
    """How people were told about a priority."""

    ENGAGEMENT = "engagement"
    SUMMARY = "summary"
    PUBLIC = "public"

    @property
    def label(self) -> str:
        """The words on a form."""
        return {How.ENGAGEMENT: "At a meeting or visit", How.SUMMARY: "In You said, we did", How.PUBLIC: "In public"}[self]


def free_slot(taken: Collection[int]) -> int:
    """The first place from 1 to `MOST` that no live priority holds. Raises Refused where there is none."""
    for slot in range(1, MOST + 1):
        if slot not in taken:
            return slot
    raise Refused("There are three priorities here already: end one of them first")


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """How up to date a priority is: when people last heard of it, and through which day that counts.

    `days_over` is how long it has been out of date: nought or less while it is not.
    """

    last_on: date
    until: date
    stale: bool
    told: bool

    days_over: int


def last_heard(agreed_on: date, told_on: Iterable[date]) -> date:
    """The last day on which people heard of a priority: when it was agreed with them, or they were told of it since."""
    return max([agreed_on, *told_on])


def fresh_until(last_on: date) -> date:
    """The last day on which a priority that people heard of on `last_on` is up to date."""
    return add_months(last_on, FRESH_MONTHS)


def freshness(agreed_on: date, told_on: Sequence[date], today: date) -> Freshness:
    """Whether a priority is up to date on a day, from when it was agreed and when people were told of it."""
    last = last_heard(agreed_on, told_on)
    until = fresh_until(last)
    return Freshness(last_on=last, until=until, stale=today > until, told=bool(told_on), days_over=(today - until).days)


def check_agreed_on(agreed_on: date | None, today: date) -> date:
    """The day on which it was agreed, which is not one to come. Raises Refused beside its field."""
    if agreed_on is None:
        raise Refused("Say when it was agreed", field="agreed_on")
    if agreed_on > today:
        raise Refused("Date must be today or in the past", field="agreed_on")
    if agreed_on < today - timedelta(days=366 * 2):
        raise Refused("Date must be within the last two years: a priority is up to date", field="agreed_on")
    return agreed_on


def why_not_approve(*, approver_id: int | None, roles: Collection[str], writer_id: int | None) -> str:
    """Why this officer may not approve a public wording, as a sentence; empty when they may.

    `roles` are those held now over the priority's team. Nobody approves what they wrote.
    """
    if not APPROVERS & frozenset(roles):
        return "A sergeant or inspector of the team, or an engagement officer, approves this"
    if approver_id is None or approver_id == writer_id:
        return "You wrote this, so somebody else approves it"
    return ""
