"""The line of a concern's life: the steps it has taken and those before it, with their dates; derived, never picked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from engagement.concerns.domain import (
    ActionFact,
    ConcernState,
    RaisingFact,
    SideEnd,
    TellingFact,
    TellingKind,
    answered_at,
    state,
    told,
)
from engagement.core.clock import london_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """An action with the days that the line of life shows."""

    fact: ActionFact
    begun_on: date
    done_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of the line: reached where `on` is a day, and `now` where the concern stands."""

    label: str
    on: date | None
    now: bool


def life(
    raisings: Sequence[RaisingFact],
    work: Sequence[Work],
    tellings: Sequence[TellingFact],
    side_end: SideEnd | None = None,
    side_end_on: date | None = None,
    closed_at: datetime | None = None,
) -> list[Step]:
    """The line: exactly one step is `now`, and it is what the rule says of the same facts.

    A step that was skipped is left out once the concern is closed; before that it stands there without a day, so
    that an answer still owed is seen.
    """
    here = state(raisings, [w.fact for w in work], tellings, side_end)
    days = _days(raisings, work, tellings, side_end_on, closed_at)
    steps = []
    for one in ConcernState:
        if one is ConcernState.UNDER_WAY and side_end is not None and not work:
            continue
        on = days[one]
        if on is None and here is ConcernState.CLOSED and one is not here:
            continue
        steps.append(Step(label=_label(one, side_end, here), on=on, now=one is here))
    return steps


def _label(one: ConcernState, side_end: SideEnd | None, here: ConcernState) -> str:
    if one is not ConcernState.OUTCOME_OWED:
        return one.label
    if side_end is not None:
        return side_end.label.removesuffix(", because")
    return one.label if one is here else "Done"


def _days(
    raisings: Sequence[RaisingFact],
    work: Sequence[Work],
    tellings: Sequence[TellingFact],
    side_end_on: date | None,
    closed_at: datetime | None,
) -> dict[ConcernState, date | None]:
    heard = [moment for r in raisings if (moment := told(r, tellings, *TellingKind)) is not None]
    answers = [answered_at(r, tellings) for r in raisings if r.wants_to_hear]
    given = [moment for moment in answers if moment is not None]
    done = [w.done_on for w in work if w.done_on is not None]
    all_done = max(done) if work and len(done) == len(work) else None
    return {
        ConcernState.RAISED: min((london_day(r.raised_at) for r in raisings), default=None),
        ConcernState.RECEIVED: london_day(min(heard)) if heard else None,
        ConcernState.ANSWERED: london_day(max(given)) if given and len(given) == len(answers) else None,
        ConcernState.UNDER_WAY: min((w.begun_on for w in work), default=None),
        ConcernState.OUTCOME_OWED: side_end_on or all_done,
        ConcernState.CLOSED: london_day(closed_at) if closed_at else None,
    }
