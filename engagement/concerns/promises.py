"""Promises: how each ends, kept, moved or not kept, and never without the person having been told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from engagement.core.errors import Refused
from engagement.core.months import add_months

FURTHEST_YEARS = 2


class PromiseEnd(StrEnum):
    """How a promise ended."""

    KEPT = "kept"
    MOVED = "moved"
    COULD_NOT = "could_not"

    @property
    def label(self) -> str:
        """The words on a button."""
        return {PromiseEnd.COULD_NOT: "Could not keep"}.get(self, self.value.capitalize())


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseFact:
    """A promise: when it was made, by when, and how it ended if it did."""

    promised_on: date
    due_on: date | None
    ended: PromiseEnd | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How somebody says that a promise ended. `told`: the person was told, of the result, the new date, or why."""

    end: PromiseEnd
    told: bool
    done_on: date | None = None
    new_due_on: date | None = None
    because: str = ""


def check_due(due_on: date | None, today: date, *, field: str = "due_on") -> None:
    """Refuses a date by which nothing can be done any more, or that nobody will live up to."""
    if due_on is None:
        return
    if due_on < today:
        raise Refused("Date must be today or in the future", field=field)
    if due_on > add_months(today, 12 * FURTHEST_YEARS):
        raise Refused("Date must be within the next two years", field=field)


def check_ending(promise: PromiseFact, ending: Ending, today: date) -> None:
    """Refuses, with a sentence beside its field, an end that is not one.

    Kept is done *and* told; moved names a new date, later than the old one and not past, *and* the person was told
    it; could not keep says why, *and* they were told. A promise ends once.
    """
    if promise.ended is not None:
        raise Refused("This promise has already ended: {how}", how=promise.ended.label.lower())
    match ending.end:
        case PromiseEnd.KEPT:
            _check_done(promise, ending.done_on, today)
        case PromiseEnd.MOVED:
            if ending.new_due_on is None:
                raise Refused("Enter the new date", field="new_due_on")
            check_due(ending.new_due_on, today, field="new_due_on")
            if promise.due_on is not None and ending.new_due_on <= promise.due_on:
                raise Refused("New date must be later than the date promised", field="new_due_on")
        case PromiseEnd.COULD_NOT:
            if not ending.because.strip():
                raise Refused("Say why it could not be kept", field="because")
    if not ending.told:
        raise Refused(_UNTOLD[ending.end], field="told")


_UNTOLD = {
    PromiseEnd.KEPT: "Say that they were told it is done: a promise is kept when they know",
    PromiseEnd.MOVED: "Say that they were told the new date",
    PromiseEnd.COULD_NOT: "Say that they were told why",
}


def _check_done(promise: PromiseFact, done_on: date | None, today: date) -> None:
    if done_on is None:
        raise Refused("Enter the date it was done", field="done_on")
    if done_on > today:
        raise Refused("Date must be today or in the past", field="done_on")
    if done_on < promise.promised_on:
        raise Refused("Date must be on or after the day it was promised", field="done_on")
