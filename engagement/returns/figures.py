"""The figures and facts of a quarter, read from the records: what is OFFICIAL-SENSITIVE is left out of every one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from engagement.concerns.counted import closed_between, opened_between
from engagement.concerns.models import Action, Concern, Raising, Telling
from engagement.core.clock import london_moment
from engagement.core.months import add_months
from engagement.engagements.domain import Kind
from engagement.engagements.models import Engagement, EngagementGroup
from engagement.groups.models import Group
from engagement.places.models import Neighbourhood
from engagement.priorities.domain import Ended, How
from engagement.priorities.models import Priority, PriorityConcern, PriorityTold, PriorityWork
from engagement.returns.domain import DoneFact, PriorityFacts, Quarter

FIGURES = {
    "engagements": "Engagements",
    "people": "People there",
    "contacts": "Of these, contact with a group",
    "raised": "Concerns raised",
    "closed": "Concerns closed",
    "told": "Raisers told the outcome",
}
"""The figures of a neighbourhood, by their name in `QuarterlyReturn.figures`, in the order of the table."""
SEVERAL = "More than one neighbourhood"


def moments(quarter: Quarter) -> tuple[datetime, datetime]:
    """The first moment of the quarter in London, and the first after it."""
    return london_moment(quarter.first), london_moment(add_months(quarter.first, 3))


def figures_of(session: Session, team_id: int, quarter: Quarter) -> list[dict[str, Any]]:
    """One row for each neighbourhood of the team, noughts too: its name and the counts of `FIGURES`. Five questions."""
    counts: dict[int | None, dict[str, int]] = defaultdict(dict)
    for name, statement in _counts(team_id, quarter).items():
        for place, number in session.execute(statement):
            counts[place][name] = int(number or 0)
    places = session.execute(
        select(Neighbourhood.id, Neighbourhood.name).where(Neighbourhood.team_id == team_id).order_by(Neighbourhood.name)
    )
    known = {row.id: row.name for row in places}
    rows = [{"name": name} | {figure: counts[place].get(figure, 0) for figure in FIGURES} for place, name in known.items()]
    elsewhere = {figure: sum(found.get(figure, 0) for place, found in counts.items() if place not in known) for figure in FIGURES}
    return [*rows, {"name": SEVERAL} | elsewhere] if any(elsewhere.values()) else rows


def _counts(team_id: int, quarter: Quarter) -> Mapping[str, Any]:
    since, before = moments(quarter)
    place = Engagement.neighbourhood_id
    happened = (*_entries(team_id), Engagement.happened_on.between(quarter.first, quarter.last))
    contact = select(EngagementGroup.group_id).where(EngagementGroup.engagement_id == Engagement.id, EngagementGroup.counts.is_(True))
    concerns = (Concern.team_id == team_id, Concern.sensitive.is_(False))
    told = (Telling.kind == "outcome", Telling.taken_back_at.is_(None), Telling.told_at >= since, Telling.told_at < before)
    return {
        "engagements": select(place, func.count()).where(*happened).group_by(place),
        "people": select(place, func.sum(Engagement.attendance)).where(*happened).group_by(place),
        "contacts": select(place, func.count()).where(*happened, contact.exists()).group_by(place),
        "raised": select(Concern.neighbourhood_id, func.count())
        .where(*concerns, opened_between(since, before))
        .group_by(Concern.neighbourhood_id),
        "closed": select(Concern.neighbourhood_id, func.count())
        .where(*concerns, closed_between(since, before))
        .group_by(Concern.neighbourhood_id),
        "told": select(Concern.neighbourhood_id, func.count(func.distinct(Telling.raising_id)))
        .join(Raising, Raising.concern_id == Concern.id)
        .join(Telling, Telling.raising_id == Raising.id)
        .where(*concerns, *told, Raising.withdrawn_at.is_(None))
        .group_by(Concern.neighbourhood_id),
    }


def _entries(team_id: int) -> tuple[ColumnElement[bool], ...]:
    """The entries of a team that may be counted: they happened, and neither they nor a group there is OFFICIAL-SENSITIVE."""
    narrow = select(Group.id).join(EngagementGroup, EngagementGroup.group_id == Group.id)
    return (
        Engagement.team_id == team_id,
        Engagement.state == "happened",
        Engagement.before_the_diary.is_(False),
        Engagement.sensitive.is_(False),
        ~narrow.where(EngagementGroup.engagement_id == Engagement.id, Group.sensitive.is_(True)).exists(),
    )


def _live_in(team_id: int, quarter: Quarter) -> ColumnElement[bool]:
    return and_(
        Priority.team_id == team_id,
        Priority.agreed_on <= quarter.last,
        or_(Priority.ended_on.is_(None), Priority.ended_on >= quarter.first),
    )


def priorities_of(session: Session, team_id: int, quarter: Quarter) -> list[tuple[int, str, PriorityFacts]]:
    """The priorities that were live in the quarter: (id, neighbourhood, facts), by neighbourhood. Five questions."""
    there = aliased(Engagement)
    rows = session.execute(
        select(
            Priority.id, Neighbourhood.name, Priority.title, Priority.agreed_on, Priority.agreed_at, Priority.agreed_with, Priority.ended_on,
            Priority.how_ended, Priority.ended_because, there.kind, there.place,
        )
        .join(Neighbourhood, Neighbourhood.id == Priority.neighbourhood_id)
        .outerjoin(there, and_(there.id == Priority.agreed_engagement_id, there.sensitive.is_(False)))
        .where(_live_in(team_id, quarter))
        .order_by(Neighbourhood.name, Priority.agreed_on, Priority.id)
    ).all()  # fmt: skip
    ids = [row.id for row in rows]
    done, told = _done(session, ids), _told(session, ids)
    behind = _behind(session, ids, quarter)
    return [
        (
            row.id,
            row.name,
            PriorityFacts(
                title=row.title,
                agreed_on=row.agreed_on,
                agreed_at=row.agreed_at or _where(row.kind, row.place),
                agreed_with=row.agreed_with,
                done=done[row.id],
                told=told[row.id],
                concerns=behind.get(row.id, (0, 0))[0],
                closed=behind.get(row.id, (0, 0))[1],
                ended_on=row.ended_on,
                how_ended=Ended(row.how_ended).label.removesuffix(", because") if row.how_ended else "",
                because=row.ended_because,
            ),
        )
        for row in rows
    ]


def _where(kind: str | None, place: str | None) -> str:
    """An engagement as where something was agreed or told: "our meeting, Village hall"."""
    return ", ".join(filter(None, (Kind(kind).label.lower() if kind else "", place)))


def _done(session: Session, ids: Sequence[int]) -> Mapping[int, list[DoneFact]]:
    actions = (
        select(PriorityConcern.priority_id, Action.done_on.label("on"), Action.what, Action.result)
        .join(Concern, and_(Concern.id == PriorityConcern.concern_id, Concern.sensitive.is_(False)))
        .join(Action, and_(Action.concern_id == Concern.id, Action.withdrawn_at.is_(None), Action.reports.is_(False)))
        .outerjoin(Group, Group.id == Action.promised_to_id)
        .where(
            PriorityConcern.priority_id.in_(ids),
            PriorityConcern.taken_out_at.is_(None),
            Action.done_on.is_not(None),
            or_(Group.id.is_(None), Group.sensitive.is_(False)),
        )
    )
    lines = select(PriorityWork.priority_id, PriorityWork.done_on.label("on"), PriorityWork.what).where(
        PriorityWork.priority_id.in_(ids), PriorityWork.withdrawn_at.is_(None)
    )
    found: dict[int, list[DoneFact]] = defaultdict(list)
    for row in session.execute(actions):
        found[row.priority_id].append(DoneFact(on=row.on, what=row.what, result=row.result or ""))
    for line in session.execute(lines):
        found[line.priority_id].append(DoneFact(on=line.on, what=line.what))
    return found


def _told(session: Session, ids: Sequence[int]) -> Mapping[int, list[tuple[Any, str]]]:
    rows = session.execute(
        select(PriorityTold.priority_id, PriorityTold.told_on, PriorityTold.how, PriorityTold.where, Engagement.kind, Engagement.place)
        .outerjoin(Engagement, and_(Engagement.id == PriorityTold.engagement_id, Engagement.sensitive.is_(False)))
        .where(PriorityTold.priority_id.in_(ids), PriorityTold.withdrawn_at.is_(None))
    )
    found: dict[int, list[tuple[Any, str]]] = defaultdict(list)
    for row in rows:
        found[row.priority_id].append((row.told_on, row.where or _where(row.kind, row.place) or How(row.how).label.lower()))
    return found


def _behind(session: Session, ids: Sequence[int], quarter: Quarter) -> dict[int, tuple[int, int]]:
    """How many concerns stand behind each, and how many of them were closed in the quarter."""
    since, before = moments(quarter)
    rows = session.execute(
        select(PriorityConcern.priority_id, case((closed_between(since, before), 1), else_=0).label("closed"))
        .join(Concern, and_(Concern.id == PriorityConcern.concern_id, Concern.sensitive.is_(False)))
        .where(PriorityConcern.priority_id.in_(ids), PriorityConcern.taken_out_at.is_(None))
    )
    found: dict[int, tuple[int, int]] = {}
    for row in rows:
        every, closed = found.get(row.priority_id, (0, 0))
        found[row.priority_id] = (every + 1, closed + row.closed)
    return found


def since_the_draft(session: Session, team_id: int, quarter: Quarter, taken_at: datetime) -> int:
    """How many records of the quarter were entered after a return was drafted: entries, concerns, outcomes told, priorities' own."""
    since, before = moments(quarter)
    own = and_(Priority.id == PriorityWork.priority_id, Priority.team_id == team_id)
    told = and_(Priority.id == PriorityTold.priority_id, Priority.team_id == team_id)
    newer = (
        select(Engagement.id).where(
            *_entries(team_id), Engagement.happened_on.between(quarter.first, quarter.last), Engagement.recorded_at > taken_at
        ),
        select(Concern.id).where(
            Concern.team_id == team_id,
            Concern.sensitive.is_(False),
            Concern.first_raised_at >= since,
            Concern.first_raised_at < before,
            Concern.recorded_at > taken_at,
        ),
        select(Telling.id)
        .join(Raising, Raising.id == Telling.raising_id)
        .join(Concern, and_(Concern.id == Raising.concern_id, Concern.team_id == team_id, Concern.sensitive.is_(False)))
        .where(Telling.kind == "outcome", Telling.told_at >= since, Telling.told_at < before, Telling.recorded_at > taken_at),
        select(PriorityWork.id)
        .join(Priority, own)
        .where(PriorityWork.done_on.between(quarter.first, quarter.last), PriorityWork.recorded_at > taken_at),
        select(PriorityTold.id)
        .join(Priority, told)
        .where(PriorityTold.told_on.between(quarter.first, quarter.last), PriorityTold.recorded_at > taken_at),
        select(Priority.id).where(_live_in(team_id, quarter), Priority.recorded_at > taken_at),
    )
    return session.scalar(select(func.count()).select_from(union_all(*newer).subquery())) or 0
