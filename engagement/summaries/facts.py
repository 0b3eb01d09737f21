"""From the records of concerns to what may be said of them: the facts that the rules of `domain` compose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from engagement.concerns.models import Action, Concern, Raising, Telling
from engagement.core.clock import london_day, london_moment
from engagement.core.months import Month
from engagement.groups.models import Group
from engagement.groups.vocabulary import KEY_INDIVIDUAL
from engagement.places.models import Neighbourhood
from engagement.summaries.domain import ActionFacts, ConcernFacts, Doer, Ending, Raiser, RaisingFacts, has_something_to_say
from engagement.summaries.matters import matter

_ENDINGS: dict[str, Ending] = {
    "with_partner": "partner", "elsewhere": "elsewhere", "priority": "priority", "cannot_do": "cannot", "same_as": "same",
}  # fmt: skip
_GONE = ("moved", "could_not")  # promises that are work no more
_TOLD_ABOUT = ("answer", "outcome")


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """A concern, where it is, and what may be said of it."""

    concern_id: int
    neighbourhood_id: int
    facts: ConcernFacts


def worth_saying(session: Session, neighbourhood_ids: Collection[int], month: Month) -> dict[int, list[Matter]]:
    """What each of the neighbourhoods has to say for a month, most raised first; those with nothing are not in it.

    Five questions, however many neighbourhoods. OFFICIAL-SENSITIVE concerns are not even read.
    """
    ids = session.scalars(
        select(Concern.id).where(
            Concern.neighbourhood_id.in_(sorted(set(neighbourhood_ids))),
            Concern.sensitive.is_(False),
            or_(Concern.side_end.is_(None), Concern.side_end != "same_as"),
            Concern.first_raised_at < london_moment(month.next.first),
            _happened_in(month),
        )
    ).all()
    found: dict[int, list[Matter]] = defaultdict(list)
    for about in matters(session, ids).values():
        if has_something_to_say(about.facts, month):
            found[about.neighbourhood_id].append(about)
    for said in found.values():
        said.sort(key=lambda m: (-len(m.facts.raisings), m.concern_id))
    return dict(found)


def matters(session: Session, concern_ids: Collection[int]) -> dict[int, Matter]:
    """What may be said of concerns, by id, in four questions; withdrawn raisings and actions are left out."""
    ids = sorted(set(concern_ids))
    if not ids:
        return {}
    raisings, actions, answered = _raisings(session, ids), _actions(session, ids), _answered(session, ids)
    rows = session.execute(
        select(
            Concern.id, Concern.neighbourhood_id, Concern.category, Concern.public_said, Concern.sensitive, Concern.side_end,
            Concern.side_end_at, Concern.closed_at, Neighbourhood.name,
        )
        .join(Neighbourhood, Neighbourhood.id == Concern.neighbourhood_id)
        .where(Concern.id.in_(ids))
    )  # fmt: skip
    return {
        row.id: Matter(
            concern_id=row.id,
            neighbourhood_id=row.neighbourhood_id,
            facts=_facts(row, raisings.get(row.id, []), actions.get(row.id, []), answered.get(row.id)),
        )
        for row in rows
    }


def _happened_in(month: Month) -> ColumnElement[bool]:
    """That something was done, passed on, answered or ended in the month; the rule decides again on the facts."""
    begins, ends = london_moment(month.first), london_moment(month.next.first)
    acted = exists().where(
        Action.concern_id == Concern.id,
        or_(
            Action.done_on.between(month.first, month.last),
            and_(Action.by == "partner", Action.recorded_at >= begins, Action.recorded_at < ends),
        ),
    )
    told = exists().where(
        Raising.concern_id == Concern.id,
        Telling.raising_id == Raising.id,
        Telling.kind.in_(_TOLD_ABOUT),
        Telling.told_at >= begins,
        Telling.told_at < ends,
    )
    return or_(acted, told, and_(Concern.side_end_at >= begins, Concern.side_end_at < ends))


def _facts(row: Any, raisings: Sequence[RaisingFacts], actions: Sequence[ActionFacts], answered_on: date | None) -> ConcernFacts:
    ending, ended_on = _ENDINGS.get(row.side_end or ""), london_day(row.side_end_at) if row.side_end_at else None
    if ending is None and actions and all(action.done_on for action in actions):
        ending, ended_on = "done", max(action.done_on for action in actions if action.done_on)
    elif ending is None and not actions and row.closed_at:  # answered there, which was all there was to it
        ending, ended_on = "done", london_day(row.closed_at)
    return ConcernFacts(
        category=row.category,
        matter=matter(row.category),
        ward=row.name,
        raisings=raisings,
        actions=actions,
        public_said=row.public_said,
        answered_on=answered_on,
        ending=ending,
        ended_on=ended_on,
        sensitive=row.sensitive,
    )


def _raisings(session: Session, ids: Sequence[int]) -> dict[int, list[RaisingFacts]]:
    """A group is named where it may be: never one that is sensitive, nor a key individual, whose name is a person's."""
    rows = session.execute(
        select(Raising.concern_id, Raising.raiser, Raising.raised_at, Raising.group_id, Group.name, Group.may_be_named, Group.sensitive, Group.kind)
        .outerjoin(Group, Group.id == Raising.group_id)
        .where(Raising.concern_id.in_(ids), Raising.withdrawn_at.is_(None))
        .order_by(Raising.raised_at, Raising.id)
    )  # fmt: skip
    found: dict[int, list[RaisingFacts]] = defaultdict(list)
    for row in rows:
        found[row.concern_id].append(
            RaisingFacts(
                raiser=cast(Raiser, row.raiser),
                raised_on=london_day(row.raised_at),
                group_id=row.group_id,
                group_name=row.name or "",
                may_be_named=bool(row.may_be_named) and not row.sensitive and row.kind != KEY_INDIVIDUAL,
            )
        )
    return found


def _actions(session: Session, ids: Sequence[int]) -> dict[int, list[ActionFacts]]:
    """Work on the concern; a promise that was moved or given up is none, nor one that only promises to report back."""
    rows = session.execute(
        select(
            Action.concern_id, Action.by, Action.public_wording, Action.partner, Action.recorded_at, Action.expected_on, Action.due_on,
            Action.done_on, Action.result_number,
        )
        .where(
            Action.concern_id.in_(ids),
            Action.withdrawn_at.is_(None),
            or_(Action.ended.is_(None), Action.ended.not_in(_GONE)),
            Action.reports.is_(False),
        )
        .order_by(Action.id)
    )  # fmt: skip
    found: dict[int, list[ActionFacts]] = defaultdict(list)
    for row in rows:
        found[row.concern_id].append(
            ActionFacts(
                by=cast(Doer, row.by),
                public_wording=row.public_wording,
                partner=row.partner,
                passed_on=london_day(row.recorded_at) if row.by == "partner" else None,
                due_on=row.expected_on or row.due_on,
                done_on=row.done_on,
                result_number=row.result_number,
            )
        )
    return found


def _answered(session: Session, ids: Sequence[int]) -> dict[int, date]:
    """The day of the first answer. What a monthly letter told is not counted, else each would be news for the next."""
    rows = session.execute(
        select(Raising.concern_id, func.min(Telling.told_at).label("first"))
        .join(Raising, Raising.id == Telling.raising_id)
        .where(
            Raising.concern_id.in_(ids),
            Raising.withdrawn_at.is_(None),
            Telling.kind.in_(_TOLD_ABOUT),
            Telling.how != "letter",
            Telling.taken_back_at.is_(None),
        )
        .group_by(Raising.concern_id)
    )
    return {row.concern_id: london_day(row.first) for row in rows}
