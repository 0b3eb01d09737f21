"""The board's questions: a handful, however many groups there are, each written once and asked with the values of the day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Date, Integer, and_, bindparam, case, func, literal, not_, or_, select
from sqlalchemy.orm import Session

from engagement.board.counting import ESCALATION, times
from engagement.board.domain import NOBODY, Wanted
from engagement.concerns.domain import ConcernState
from engagement.concerns.models import Concern, Raising
from engagement.concerns.owing import owed_conditions
from engagement.concerns.timing import rule
from engagement.core.clock import london_day
from engagement.db import UtcDateTime, ask
from engagement.engagements.domain import Outcome, State
from engagement.engagements.models import Engagement, EngagementGroup, EngagementOfficer
from engagement.groups.models import Group
from engagement.groups.queries import late_condition
from engagement.overdue.models import Decision, InspectorAsk
from engagement.overdue.queries import decided_condition
from engagement.people.duty_queries import off_condition, off_on
from engagement.people.models import Cover, Officer

SIZE = 50
MOST = 5000
_TODAY: Any = bindparam("today", type_=Date)
_TEAMS: Any = bindparam("teams", expanding=True)
_SOON: Any = bindparam("soon", type_=UtcDateTime())
_LONG_AGO = date(1900, 1, 1)
_ATTEMPTS = tuple(outcome.value for outcome in Outcome if outcome.attempt)


def _clock_condition() -> Any:
    return and_(Concern.answer_due_at.is_not(None), Concern.answer_due_at <= _SOON, Concern.state != ConcernState.CLOSED.value)


def _late(force_id: Any) -> Any:
    return and_(Group.force_id == force_id, Group.team_id.in_(_TEAMS), late_condition(_TODAY))


@lru_cache(maxsize=256)
def _rows(show: str, officer: bool | None, place: bool, standing: str, assumed: bool, sort: str) -> Any:
    asked = [_late(bindparam("force"))]
    if show in ("decide", "decided"):
        decided = decided_condition(_TODAY)
        asked.append(decided if show == "decided" else ~decided)
    if show == "escalated":
        asked += [Group.longest_on <= ESCALATION, ~decided_condition(ESCALATION)]
    if officer is not None:
        asked.append(Group.owner_id == bindparam("officer", type_=Integer) if officer else Group.owner_id.is_(None))
    if place:
        asked.append(Group.neighbourhood_id == bindparam("place", type_=Integer))
    if standing:
        long = Group.longest_on <= _TODAY
        asked.append(long if standing == "long_overdue" else or_(Group.longest_on.is_(None), ~long))
    if assumed:
        asked.append(Group.assumed.is_(True))
    owner_name = select(Officer.name_folded).where(Officer.id == Group.owner_id).correlate(Group).scalar_subquery()
    key: Any = {
        "worst": Group.next_due_on,
        "name": Group.name_folded,
        "last": func.coalesce(Group.last_two_way_on, literal(_LONG_AGO)),
        "officer": func.coalesce(owner_name, ""),
    }[sort].label("sort_key")
    columns = (
        Group.id, Group.name, Group.owner_id, Group.next_due_on, Group.longest_on, Group.frequency_words, Group.assumed,
        Group.level, Group.last_two_way_on, Group.last_one_way_on, Group.sergeant_first, Group.sensitive,
    )  # fmt: skip
    page = (
        select(*columns, key).where(*asked).order_by(key, Group.next_due_on, Group.id)
        .limit(bindparam("limit", type_=Integer)).offset(bindparam("offset", type_=Integer)).cte("page")
    )  # fmt: skip
    return _with_facts(page)


def _with_facts(page: Any) -> Any:
    """The page's groups with what the board says of each: tried, last contact, owed, booked, decided, asked by the inspector."""
    tries, met = _tries(page), Engagement.__table__.alias("met")
    by, owner = Officer.__table__.alias("by"), Officer.__table__.alias("owner")
    taken, asked = Decision.__table__.alias("taken"), InspectorAsk.__table__.alias("asked")
    return (
        select(
            *page.c, owner.c.name.label("owner"), _column(tries, 0).label("tried"), _column(tries, 1).label("tried_on"),
            met.c.kind.label("met_kind"), _who_met(met).label("met_by"), _owed(page).label("owed"), _booked(page).label("booked"),
            taken.c.id.label("decision_id"), taken.c.kind.label("decision"), taken.c.until, taken.c.reason, by.c.name.label("decision_for"),
            asked.c.kind.label("asked"), asked.c.words.label("asked_words"), asked.c.decide_by,
        )
        .outerjoin(owner, owner.c.id == page.c.owner_id)
        .outerjoin(met, met.c.id == _last_met(page))
        .outerjoin(taken, taken.c.id == _newest(Decision, page))
        .outerjoin(asked, asked.c.id == _newest(InspectorAsk, page))
        .outerjoin(by, by.c.id == taken.c.officer_id)
        .order_by(page.c.sort_key, page.c.next_due_on, page.c.id)
    )  # fmt: skip


def _tries(page: Any) -> Any:
    """How often a group was tried in vain since it was last spoken with, and when last."""
    there = EngagementGroup
    return (
        select(func.count(), func.max(there.happened_on)).select_from(there).join(Engagement, Engagement.id == there.engagement_id)
        .where(
            there.group_id == page.c.id, there.happened_on > func.coalesce(page.c.last_two_way_on, literal(_LONG_AGO)),
            Engagement.state == State.HAPPENED.value, Engagement.outcome.in_(_ATTEMPTS),
        ).correlate(page)
    )  # fmt: skip


def _last_met(page: Any) -> Any:
    """The entry in which a group was last spoken with."""
    there = EngagementGroup
    return (
        select(func.max(there.engagement_id))
        .where(there.group_id == page.c.id, there.happened_on == page.c.last_two_way_on, there.counts.is_(True))
        .correlate(page).scalar_subquery()
    )  # fmt: skip


def _who_met(met: Any) -> Any:
    """Of the officers who were there the first by name."""
    present = EngagementOfficer
    return (
        select(func.min(Officer.name)).join(present, present.officer_id == Officer.id).where(present.engagement_id == met.c.id)
        .correlate(met).scalar_subquery()
    )  # fmt: skip


def _owed(page: Any) -> Any:
    """How many answers and outcomes a group is owed."""
    return (
        select(func.count()).select_from(Raising).join(Concern, Concern.id == Raising.concern_id)
        .where(Raising.group_id == page.c.id, Concern.team_id.in_(_TEAMS), *owed_conditions()).correlate(page).scalar_subquery()
    )  # fmt: skip


def _booked(page: Any) -> Any:
    """When somebody is next to see a group."""
    there = EngagementGroup
    return (
        select(func.min(Engagement.planned_for)).join(there, there.engagement_id == Engagement.id)
        .where(there.group_id == page.c.id, there.happened_on.is_(None), Engagement.state == State.PLANNED.value)
        .correlate(page).scalar_subquery()
    )  # fmt: skip


def _newest(table: Any, page: Any) -> Any:
    """The newest decision, or question of an inspector, about a group as it is due now that was not taken back."""
    return (
        select(func.max(table.id))
        .where(table.group_id == page.c.id, table.due_on == page.c.next_due_on, table.undone_at.is_(None))
        .correlate(page).scalar_subquery()
    )  # fmt: skip


def _column(question: Any, number: int) -> Any:
    """One column of a question of two, as a value."""
    return question.with_only_columns(question.selected_columns[number], maintain_column_froms=True).scalar_subquery()


def rows(
    session: Session, force_id: int, teams: Iterable[int], wanted: Wanted, now: datetime, *, offset: int, limit: int = SIZE
) -> Sequence[Any]:
    """A page of late groups in the order that was asked for, in one question."""
    officer = None if wanted.officer is None else wanted.officer != NOBODY
    statement = _rows(wanted.show, officer, wanted.place is not None, wanted.standing, wanted.assumed, wanted.sort)
    values = {"force": force_id, "teams": sorted(teams), "limit": limit, "offset": offset, **times(now, london_day(now))}
    if officer:
        values["officer"] = wanted.officer
    if wanted.place is not None:
        values["place"] = wanted.place
    return ask(session, statement, values).all()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRow:
    """An answer that is running out. `back_on` where its owner is off today; `cover` is who covers and is on duty."""

    id: int
    title: str
    place: str
    sensitive: bool
    answer_due_at: datetime
    owner_id: int | None
    owner: str | None
    back_on: date | None
    cover: str | None


_CLOCK = (
    Concern.id, Concern.title, Concern.place, Concern.sensitive, Concern.answer_due_at, Concern.owner_id, Officer.name.label("owner"),
)  # fmt: skip


def clocks(
    session: Session, force_id: int, teams: Iterable[int], now: datetime, today: date, *, limit: int, offset: int = 0, over: bool = False
) -> list[ClockRow]:
    """Answers that are running out, those whose owner is off without cover first, then the soonest. `over`: only those past their time."""
    by, off = Officer.__table__.alias("by"), off_condition(Concern.owner_id, today)
    covers = and_(
        Cover.officer_id == Concern.owner_id, Cover.starts_on <= today, Cover.ends_on >= today,
        not_(off_condition(Cover.cover_officer_id, today)),
    )  # fmt: skip
    statement = (
        select(*_CLOCK, off.label("off"), by.c.name.label("cover"))
        .outerjoin(Officer, Officer.id == Concern.owner_id)
        .outerjoin(Cover, covers)
        .outerjoin(by, by.c.id == Cover.cover_officer_id)
        .where(Concern.force_id == force_id, Concern.team_id.in_(_TEAMS), _clock_condition())
        .order_by(case((and_(off, Cover.id.is_(None)), 0), else_=1), Concern.answer_due_at, Concern.id)
        .limit(limit)
        .offset(offset)
    )
    found = session.execute(statement, {"teams": sorted(teams), "soon": now if over else rule().soon(now)}).all()
    until = off_on(session, {row.owner_id for row in found if row.off}, today)
    return [
        ClockRow(
            id=row.id, title=row.title, place=row.place, sensitive=row.sensitive, answer_due_at=row.answer_due_at, owner_id=row.owner_id,
            owner=row.owner, back_on=until[row.owner_id].back_on if row.owner_id in until else None, cover=row.cover,
        )
        for row in found
    ]  # fmt: skip
