"""The board's lists of what is no late group: answers, outcomes, promises, concerns of nobody, what waits for approval, priorities
nobody was told of, entries left on a phone, dormant groups. Each is one question for a page, its rows alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Date, Integer, bindparam, case, cast, false, func, literal, null, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from engagement.access.domain import Actor
from engagement.board.counting import (
    STRAY,
    TEAMS,
    TODAY,
    asleep,
    clock_condition,
    handed_in,
    of_teams,
    past_due,
    times,
    to_sign,
    to_word,
    unowned,
    unsent,
    whose,
)
from engagement.board.domain import ENTITY_OF, NOBODY, Approval, Waiting, Wanted
from engagement.board.models import ItemDecision
from engagement.concerns.domain import ConcernState
from engagement.concerns.models import Action, Concern
from engagement.db import BigId, UtcDateTime, ask
from engagement.groups.models import Group
from engagement.offline.models import DeviceReport, HeldEntry
from engagement.people.models import Officer, Posting
from engagement.people.queries import holds_on
from engagement.places.models import Neighbourhood, Team
from engagement.priorities.models import Priority, PriorityWording
from engagement.priorities.queries import stale_on
from engagement.returns.models import QuarterlyReturn
from engagement.summaries.models import Summary

_OFFICER, _PLACE = bindparam("officer", type_=Integer), bindparam("place", type_=Integer)
_NOTHING = literal("")


def _none(kind: Any) -> Any:
    return cast(null(), kind)


def _columns(**given: Any) -> tuple[Any, ...]:
    """The columns that every list has, in one order; what a list does not have is empty."""
    empty: dict[str, Any] = {
        "id": _none(BigId), "team_id": _none(BigId), "title": _NOTHING, "where": _NOTHING, "sensitive": false(), "place_id": _none(BigId), "officer_id": _none(BigId),
        "on_day": _none(Date()), "at": _none(UtcDateTime()), "due_at": _none(UtcDateTime()), "number": _none(BigId), "words": _NOTHING,
        "flag": false(),
    }  # fmt: skip
    return tuple((given.get(name, value)).label(name) for name, value in empty.items())


def _concerns(*conditions: Any) -> Any:
    return select(
        *_columns(
            id=Concern.id, title=Concern.title, where=Concern.place, sensitive=Concern.sensitive, place_id=Concern.neighbourhood_id,
            officer_id=Concern.owner_id, at=Concern.first_raised_at, due_at=Concern.answer_due_at, words=Concern.state,
        )
    ).where(of_teams(Concern), *conditions)  # fmt: skip


def _approvals() -> Any:
    """What waits for the reader's approval, of four tables; `words` says which."""
    summary = _columns(
        id=Summary.id, team_id=Summary.team_id, title=Summary.month, place_id=Summary.neighbourhood_id, at=Summary.submitted_at, words=literal(Approval.SUMMARY.value)
    )  # fmt: skip
    wording = _columns(
        id=Priority.id, team_id=Priority.team_id, title=Priority.title, place_id=Priority.neighbourhood_id, officer_id=PriorityWording.written_by_id,
        at=PriorityWording.written_at, words=literal(Approval.WORDING.value),
    )  # fmt: skip
    unsigned = _columns(
        id=QuarterlyReturn.id, team_id=QuarterlyReturn.team_id, title=QuarterlyReturn.quarter, where=Team.name, at=QuarterlyReturn.drafted_at,
        words=literal(Approval.RETURN.value),
    )  # fmt: skip
    held = _columns(
        id=HeldEntry.id, team_id=func.coalesce(HeldEntry.team_id, STRAY), officer_id=HeldEntry.officer_id, at=HeldEntry.handed_in_at, due_at=HeldEntry.typed_at,
        words=literal(Approval.HELD.value),
    )  # fmt: skip
    return union_all(
        select(*summary).where(of_teams(Summary), Summary.state == "with_approver"),
        select(*wording)
        .select_from(PriorityWording)
        .join(Priority, Priority.id == PriorityWording.priority_id)
        .where(of_teams(Priority), to_word()),
        select(*unsigned)
        .select_from(QuarterlyReturn)
        .join(Team, Team.id == QuarterlyReturn.team_id)
        .where(of_teams(QuarterlyReturn), to_sign()),
        select(*held).where(handed_in()),
    )


def _list(what: Waiting) -> Any:
    """The rows of a list before filters, order and page."""
    match what:
        case Waiting.CLOCKS:
            return _concerns(clock_condition())
        case Waiting.TELL:
            return _concerns(Concern.state == ConcernState.OUTCOME_OWED.value)
        case Waiting.UNOWNED:
            return _concerns(unowned())
        case Waiting.PROMISES:
            return _promises()
        case Waiting.APPROVE:
            return _approvals()
        case Waiting.PRIORITIES:
            told = func.coalesce(Priority.told_on, Priority.agreed_on)
            columns = _columns(id=Priority.id, title=Priority.title, place_id=Priority.neighbourhood_id, on_day=told)
            return select(*columns).where(of_teams(Priority), stale_on(TODAY))
        case Waiting.UNSENT:
            return _phones()
        case _:
            columns = _columns(
                id=Group.id, title=Group.name, sensitive=Group.sensitive, place_id=Group.neighbourhood_id, officer_id=Group.owner_id,
                on_day=Group.dormant_on, words=Group.dormant_reason, flag=func.coalesce(Group.ask_again_on <= TODAY, false()),
            )  # fmt: skip
            return select(*columns).where(of_teams(Group), asleep())


def _promises() -> Any:
    """Promises and officers' actions past their day."""
    place = func.coalesce(Concern.neighbourhood_id, Group.neighbourhood_id)
    to = func.coalesce(Group.name, Action.promised_to, "")
    hidden = or_(func.coalesce(Concern.sensitive, false()), func.coalesce(Group.sensitive, false()))
    columns = _columns(
        id=Action.id, title=Action.what, where=to, sensitive=hidden, place_id=place, officer_id=Action.officer_id, on_day=Action.due_on,
        number=Action.concern_id, flag=Action.is_promise, words=Action.by,
    )  # fmt: skip
    return (
        select(*columns)
        .outerjoin(Concern, Concern.id == Action.concern_id)
        .outerjoin(Group, Group.id == Action.promised_to_id)
        .where(of_teams(Action), past_due())
    )


def _phones() -> Any:
    """Devices that hold what they could not send for a week."""
    said_by = aliased(Officer)
    columns = _columns(
        id=DeviceReport.id, title=Officer.name, officer_id=DeviceReport.officer_id, at=DeviceReport.oldest_kept_at,
        due_at=DeviceReport.heard_at, number=DeviceReport.unsent,
        words=case((DeviceReport.heard_from_id != DeviceReport.officer_id, said_by.name), else_=""),
    )  # fmt: skip
    return (
        select(*columns)
        .join(Officer, Officer.id == DeviceReport.officer_id)
        .outerjoin(said_by, said_by.id == DeviceReport.heard_from_id)
        .join(Posting, Posting.officer_id == DeviceReport.officer_id)
        .where(Posting.team_id.in_(TEAMS), Posting.kind == "home", holds_on(TODAY), unsent())
    )


@lru_cache(maxsize=128)
def _statement(what: Waiting, officer: bool | None, place: bool, sort: str) -> Any:
    rows = _list(what).subquery("rows")
    by = Officer.__table__.alias("whose")
    last = (
        select(func.max(ItemDecision.id))
        .where(ItemDecision.entity == ENTITY_OF.get(what, ""), ItemDecision.entity_id == rows.c.id, ItemDecision.undone_at.is_(None))
        .correlate(rows)
        .scalar_subquery()
    )
    asked = (
        select(
            *rows.c, Neighbourhood.name.label("place"), by.c.name.label("officer"), ItemDecision.kind.label("decision"),
            ItemDecision.reason, ItemDecision.decided_at, ItemDecision.id.label("decision_id"),
        )
        .outerjoin(Neighbourhood, Neighbourhood.id == rows.c.place_id)
        .outerjoin(by, by.c.id == rows.c.officer_id)
        .outerjoin(ItemDecision, ItemDecision.id == last)
    )  # fmt: skip
    if officer is not None:
        asked = asked.where(rows.c.officer_id == _OFFICER if officer else rows.c.officer_id.is_(None))
    if place:
        asked = asked.where(rows.c.place_id == _PLACE)
    worst = [rows.c.due_at] if what is Waiting.CLOCKS else [rows.c.on_day, rows.c.at]
    order = {"name": [rows.c.title], "officer": [func.coalesce(by.c.name_folded, ""), *worst]}.get(sort, worst)
    return (
        asked.order_by(*order, rows.c.words, rows.c.id).limit(bindparam("limit", type_=Integer)).offset(bindparam("offset", type_=Integer))
    )


def rows(
    session: Session,
    actor: Actor,
    teams: Sequence[int],
    wanted: Wanted,
    now: datetime,
    today: date,
    *,
    stray: int,
    offset: int,
    limit: int,
) -> Sequence[Any]:
    """A page of one list as it waits for the actor, in the order that was asked for; the longest wait first unless told otherwise.
    What is of no team stands under `stray`, the first of the actor's teams."""
    officer = None if wanted.officer is None else wanted.officer != NOBODY
    statement = _statement(Waiting(wanted.show), officer, wanted.place is not None, wanted.sort)
    values = {**whose(actor, teams), "stray": stray, "limit": limit, "offset": offset, **times(now, today)}
    if officer:
        values["officer"] = wanted.officer
    if wanted.place is not None:
        values["place"] = wanted.place
    return ask(session, statement, values).all()
