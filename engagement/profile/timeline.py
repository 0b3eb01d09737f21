"""What happened with a group, as its page lists it: one question, and a line of words for each entry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Integer, and_, bindparam, func
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.core.clock import london_day
from engagement.core.dates import say_date
from engagement.core.pages import Page
from engagement.db import BigId, ask
from engagement.engagements.domain import Kind, Outcome, Part, State
from engagement.engagements.models import Engagement, EngagementGroup
from engagement.engagements.queries import ATTEMPTS, timeline_select, with_none_kept_from
from engagement.people.models import Officer

TIMELINE = 20
_KINDS = {kind.value: kind.label for kind in Kind}
_OUTCOMES = {outcome.value: outcome.label.lower() for outcome in Outcome if outcome is not Outcome.SPOKE}
_HAPPENED, _PLANNED, _WITHDRAWN, _ALSO_THERE = State.HAPPENED.value, State.PLANNED.value, State.WITHDRAWN.value, Part.ALSO_THERE.value


class Line(NamedTuple):
    """One entry; the template takes it apart in this order, which is quicker than asking by name."""

    id: int
    planned: bool
    withdrawn: bool
    when: str
    kind: str
    outcome: str  # empty where they spoke
    also_there: bool
    before_the_diary: bool
    summary: str
    by: str
    place: str
    reason: str  # of a withdrawal


class Tries(NamedTuple):
    """What was tried in vain since the last contact, as far as the first page of the timeline tells."""

    number: int
    last: date | None
    kinds: frozenset[str]


def timeline_question(actor: Actor) -> Any:
    """The question for one reader; `group`, `size` and `skip` are bound when it is asked."""
    of_group = EngagementGroup.group_id == bindparam("group", type_=BigId)
    return (
        timeline_select(and_(of_group, with_none_kept_from(actor)))
        .with_only_columns(
            Engagement.id, Engagement.state, Engagement.kind, Engagement.outcome, Engagement.happened_on, Engagement.planned_for,
            Engagement.summary, Engagement.place, Engagement.before_the_diary, Engagement.withdrawn_reason, EngagementGroup.part,
            Officer.name.label("recorded_by"), func.count().over().label("of_all"), maintain_column_froms=True,
        )
        .limit(bindparam("size", type_=Integer))
        .offset(bindparam("skip", type_=Integer))
    )  # fmt: skip


def timeline_of(session: Session, question: Any, group_id: int, page: int, last: date | None, today: date) -> tuple[Page[Line], Tries]:
    """A page of the timeline; and what was tried in vain since the `last` contact."""
    found = ask(session, question, {"group": group_id, "size": TIMELINE, "skip": (page - 1) * TIMELINE})
    if not found and page > 1:
        return timeline_of(session, question, group_id, 1, last, today)  # beyond the last page, the first
    lines = Page(rows=_lines(found, today), number=page, size=TIMELINE, total=found[0].of_all if found else 0)
    return lines, _tries(found if page == 1 else (), last)


def _lines(rows: Sequence[Any], today: date) -> list[Line]:
    lines = []
    for key, state, kind, outcome, on, planned_for, summary, place, before, reason, part, by, _of_all in rows:
        day = london_day(planned_for) if state == _PLANNED else on
        lines.append(
            Line(
                key, state == _PLANNED, state == _WITHDRAWN, say_date(day, today) if day is not None else "", _KINDS[kind],
                _OUTCOMES.get(outcome, ""), part == _ALSO_THERE, before, summary, by, place, reason,
            )
        )  # fmt: skip
    return lines


def _tries(rows: Sequence[Any], last: date | None) -> Tries:
    tried = [r for r in rows if r.state == _HAPPENED and r.outcome in ATTEMPTS and (last is None or r.happened_on > last)]
    return Tries(len(tried), max((r.happened_on for r in tried), default=None), frozenset(r.kind for r in tried))
