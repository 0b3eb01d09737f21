"""The questions behind the page of measures: a fixed number of them, each about all the groups or concerns of some teams at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import and_, bindparam, case, distinct, func, null, or_, select, union_all
from sqlalchemy.orm import Session

from engagement.concerns.counted import shut_at
from engagement.concerns.domain import ConcernState, TellingKind
from engagement.concerns.models import Action, Concern, Raising
from engagement.concerns.owing import first_answer, first_told, to_hear
from engagement.core.clock import london_moment
from engagement.db import UtcDateTime, ask
from engagement.engagements.models import EngagementGroup
from engagement.groups.models import Group, GroupCharacteristic
from engagement.measures import items
from engagement.measures.items import Asked, mine, span, span_values, stretches
from engagement.measures.periods import ONE_DAY, Period
from engagement.overdue.models import Flag
from engagement.overdue.queries import missed_condition
from engagement.people.models import Officer
from engagement.places.models import Area, Neighbourhood, Team
from engagement.priorities.models import Priority
from engagement.priorities.queries import stale_on

_PLACES = (
    select(Team.id, Team.name, Team.area_id, Area.name.label("area"))
    .join(Area, Area.id == Team.area_id)
    .where(Team.id.in_(bindparam("teams", expanding=True)))
    .order_by(Area.name, Team.name)
)


def places(session: Session, team_ids: Sequence[int]) -> Sequence[Any]:
    """The teams with their areas: (id, name, area_id, area), by area and name."""
    return ask(session, _PLACES, {"teams": sorted(team_ids)}).all()


_NAMES = (
    select(Officer.id, Officer.name)
    .where(Officer.force_id == bindparam("force"), Officer.id.in_(bindparam("officers", expanding=True)))
    .order_by(Officer.name_folded)
)


def names(session: Session, officer_ids: Sequence[int], force_id: int) -> dict[int, str]:
    """The names of those of the officers who are of the force, by name."""
    if not officer_ids:
        return {}
    return {row.id: row.name for row in ask(session, _NAMES, {"officers": sorted(officer_ids), "force": force_id})}


def _kind(officer: int | None) -> int | None:
    """Which of the three forms of a question: everybody's, nobody's, one officer's."""
    return officer if officer is None else int(bool(officer))


@lru_cache(maxsize=8)
def _tally(officer: int | None, befores: bool) -> Any:
    when = span(2)
    kinds = (items.contacts, items.changed, items.dormant, items.opened, items.closed, items.still_open, items.promises)
    every = union_all(*(part(when, officer) for part in (*kinds, *((items.open_before,) if befores else ())))).subquery("every")
    shared = (every.c.what, every.c.p, every.c.team_id, every.c.owner_id)
    return select(*shared, func.count().label("number"), func.count(distinct(every.c.key)).label("different")).group_by(*shared)


def tally(session: Session, asked: Asked, periods: tuple[Period, Period], today: date, *, befores: bool = False) -> Sequence[Any]:
    """Every count of both periods but the contacts on time: (what, p, team_id, owner_id, number, different); `different` counts
    a group once. With `befores` also the concerns that were open as each period began."""
    values = asked.values() | span_values(stretches(periods, today)) | {"today": today}
    return ask(session, _tally(_kind(asked.officer), befores), values).all()


@lru_cache(maxsize=64)
def _on_time(officer: int | None, months: int, by_owner: bool) -> Any:
    every = items.on_time(span(months, "month"), officer).subquery("every")
    shared = (every.c.what, every.c.p, every.c.team_id, *((every.c.owner_id,) if by_owner else ()))
    owner = () if by_owner else (null().label("owner_id"),)
    return select(*shared, *owner, func.count().label("number")).group_by(*shared)


def on_time(session: Session, asked: Asked, months: Sequence[tuple[date, date]], *, by_owner: bool) -> Sequence[Any]:
    """The contacts on time of many months: (what, p, team_id, owner_id, number), `p` the month's place in `months`."""
    values = span_values([(p, first, last) for p, (first, last) in enumerate(months)], "month")
    return ask(session, _on_time(_kind(asked.officer), len(months), by_owner), asked.values() | values).all()


@lru_cache(maxsize=8)
def _late_dates(officer: int | None) -> Any:
    when = span(2)
    return (
        select(when.c.p, Group.team_id, Group.owner_id, Flag.assumed, Flag.due_on, Flag.cleared_on)
        .join(Group, Group.id == Flag.group_id)
        .join(when, and_(Flag.due_on < when.c.last, or_(Flag.cleared_on.is_(None), Flag.cleared_on >= when.c.first)))
        .where(*mine(Group, officer), missed_condition())
    )


def late_dates(session: Session, asked: Asked, periods: tuple[Period, Period], today: date) -> Sequence[Any]:
    """Each due date that groups were late for in the periods: (p, team_id, owner_id, assumed, due_on, cleared_on)."""
    return ask(session, _late_dates(_kind(asked.officer)), asked.values() | span_values(stretches(periods, today))).all()


_WHO = (Raising.id, Concern.team_id, Concern.owner_id, Concern.id.label("concern_id"))


@lru_cache(maxsize=8)
def _answers(officer: int | None) -> Any:
    answered = first_answer().label("answered_at")
    begins, ends = bindparam("begins", type_=UtcDateTime()), bindparam("ends", type_=UtcDateTime())
    return (
        select(*_WHO, Raising.raised_at, answered)
        .join(Concern, Concern.id == Raising.concern_id)
        .where(*mine(Concern, officer), *to_hear(), Raising.force_id == bindparam("force"))
        .where(Raising.raised_at >= begins, Raising.raised_at < ends)
    )


def answers(session: Session, asked: Asked, begins: datetime, ends: datetime) -> Sequence[Any]:
    """Everybody who raised something in between and wants to hear: (id, team_id, owner_id, concern_id, raised_at, answered_at)."""
    return ask(session, _answers(_kind(asked.officer)), asked.values() | {"begins": begins, "ends": ends}).all()


@lru_cache(maxsize=8)
def _outcomes(officer: int | None, periods: int) -> Any:
    told = first_told(TellingKind.OUTCOME).label("told_at")
    work = (Action.concern_id == Concern.id, Action.withdrawn_at.is_(None), Action.reports.is_(False))
    done = (
        select(func.max(Action.done_on))
        .where(*work, or_(Action.ended.is_(None), Action.ended == "kept"))
        .correlate(Concern).scalar_subquery()
    )  # fmt: skip
    over = Concern.state.in_((ConcernState.OUTCOME_OWED.value, ConcernState.CLOSED.value))
    begins = bindparam("begins", type_=UtcDateTime())
    ends = [bindparam(f"span_ends{n}", type_=UtcDateTime()) for n in range(periods)]
    return (
        select(
            *_WHO,
            Raising.raised_at,
            told,
            Concern.closed_at,
            case((over, done)).label("done_on"),
            case((over, Concern.side_end_at)).label("side_end_at"),
            *(case((shut_at(end), 1), else_=0).label(f"shut{n}") for n, end in enumerate(ends)),
        )
        .join(Concern, Concern.id == Raising.concern_id)
        .where(*mine(Concern, officer), *to_hear(), or_(Concern.closed_at.is_(None), Concern.closed_at >= begins))
    )


def outcomes(session: Session, asked: Asked, cuts: Sequence[Period]) -> Sequence[Any]:
    """Everybody who wants to hear of a concern that was open at the first moment of some periods or since:
    (id, team_id, owner_id, concern_id, raised_at, told_at, closed_at, done_on, side_end_at, shut0, shut1, ...), `shut0` whether
    one that was opened again later was closed at the end of the first period."""
    ends = {f"span_ends{n}": london_moment(cut.last + ONE_DAY) for n, cut in enumerate(cuts)}
    begins = {"begins": london_moment(min(cut.first for cut in cuts))}
    return ask(session, _outcomes(_kind(asked.officer), len(cuts)), asked.values() | begins | ends).all()


@lru_cache(maxsize=1)
def _freshness() -> Any:
    today: Any = bindparam("today", type_=Priority.fresh_until.type)
    stale = stale_on(today)
    live = Priority.slot.is_not(None)
    return (
        select(
            Neighbourhood.id, Neighbourhood.name, Neighbourhood.team_id,
            func.count(case((and_(live, ~stale), 1))).label("fresh"), func.count(case((stale, 1))).label("stale"),
        )
        .outerjoin(Priority, and_(Priority.neighbourhood_id == Neighbourhood.id, live))
        .where(Neighbourhood.force_id == bindparam("force"), Neighbourhood.team_id.in_(bindparam("teams", expanding=True)))
        .group_by(Neighbourhood.id, Neighbourhood.name, Neighbourhood.team_id)
        .order_by(Neighbourhood.name)
    )  # fmt: skip


def freshness(session: Session, asked: Asked, today: date) -> Sequence[Any]:
    """Every neighbourhood with its live priorities of today: (id, name, team_id, fresh, stale); noughts included."""
    return ask(session, _freshness(), {"force": asked.force_id, "teams": sorted(asked.team_ids), "today": today}).all()


@lru_cache(maxsize=8)
def _reach(officer: int | None, by_place: bool) -> Any:
    when = span(1)
    met = (
        select(EngagementGroup.group_id, func.count().label("contacts"))
        .join(Group, Group.id == EngagementGroup.group_id)
        .join(when, EngagementGroup.happened_on.between(when.c.first, when.c.last))
        .where(*mine(Group, officer), items.COUNTED)
        .group_by(EngagementGroup.group_id)
        .subquery("met")
    )
    there = or_(Group.dormant_on.is_(None), Group.dormant_on > bindparam("until", type_=Group.dormant_on.type))
    place = (Group.neighbourhood_id if by_place else Group.team_id).label("place_id")
    return (
        select(GroupCharacteristic.characteristic, place, func.count().label("groups"), func.count(met.c.group_id).label("met"))
        .select_from(Group)
        .outerjoin(GroupCharacteristic, GroupCharacteristic.group_id == Group.id)
        .outerjoin(met, met.c.group_id == Group.id)
        .where(*mine(Group, officer), there, Group.created_at < bindparam("before", type_=UtcDateTime()))
        .group_by(GroupCharacteristic.characteristic, place)
    )


def reach(session: Session, asked: Asked, period: Period, today: date, *, by_place: bool) -> Sequence[Any]:
    """The groups of each community: (characteristic or None, place_id, groups, met), `met` of them contacted in the period.

    Places are neighbourhoods or else teams. Groups that were dormant by the period's end, or not there yet, are not counted.
    """
    values = span_values(stretches([period], today))
    return ask(
        session,
        _reach(_kind(asked.officer), by_place),
        asked.values() | values | {"until": values["span_last0"], "before": values["span_ends0"]},
    ).all()
