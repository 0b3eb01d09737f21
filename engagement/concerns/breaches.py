"""Answers that came too late or not at all: the list behind a count, for pages and for measures."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.concerns.clock import HOUR
from engagement.concerns.domain import Raiser
from engagement.concerns.models import Concern, Raising, Telling
from engagement.concerns.owing import first_answer, to_hear
from engagement.concerns.queries import visible_to
from engagement.concerns.timing import rule
from engagement.core.clock import london_day, london_moment
from engagement.groups.models import Group
from engagement.groups.queries import kept_from
from engagement.people.models import Officer
from engagement.places.models import Neighbourhood

ONE_DAY = timedelta(days=1)
_WORDS = ("owner", "group", "recourse_how", "recourse_by")
STANDS_STILL = timedelta(days=15)  # no run of weekends and bank holidays stretches the hours by more


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """One raising whose time went by without an answer: `answered_at` where it came late, None where it is still owed;
    `recourse_at` when they were last told what they can do about it, how and by whom, None where they were not.

    `group` is empty where the raiser is no group, or one that is not the reader's to name.
    """

    raising_id: int
    concern_id: int
    title: str
    sensitive: bool
    team_id: int
    neighbourhood_id: int
    neighbourhood: str
    owner_id: int | None
    owner: str
    raiser: str
    group_id: int | None
    group: str
    raised_at: datetime
    due_at: datetime
    answered_at: datetime | None
    hours_over: int
    recourse_at: datetime | None
    recourse_how: str
    recourse_by: str

    @property
    def by(self) -> str:
        """Who raised it, in words."""
        return self.group or Raiser(self.raiser).label


def breaches(
    session: Session, force_id: int, team_ids: Collection[int], first: date, last: date, *, now: datetime, actor: Actor | None = None
) -> list[Breach]:
    """The raisings of some teams whose answer was owed on a day from `first` to `last`, both included, and had not been given by
    then; the latest first, in one question.

    The rule is asked in Python for every raising that may be one, so that a list, a count and a measure are the same whichever way
    the force counts its hours. Given an actor, only of concerns that they may read.
    """
    counted = rule()
    begins, ends = london_moment(first), min(london_moment(last + ONE_DAY), now)
    asked = _raised(force_id, team_ids, begins - counted.within - STANDS_STILL, ends, actor)
    found = []
    for row in session.execute(asked):
        due_at = counted.due_at(row.raised_at)
        if begins <= due_at < ends and (row.answered_at is None or row.answered_at > due_at):
            over = (row.answered_at or now) - due_at
            said: dict[str, Any] = {name: "" if value is None and name in _WORDS else value for name, value in row._mapping.items()}
            found.append(Breach(**said, due_at=due_at, hours_over=over // HOUR))
    return sorted(found, key=lambda one: (one.due_at, one.raising_id), reverse=True)


def untold(found: Sequence[Breach]) -> list[Breach]:
    """Those of them whose raiser nobody has told what they can do about it."""
    return [one for one in found if one.recourse_at is None]


def still_owed(found: Sequence[Breach]) -> list[Breach]:
    """Those of them that have no answer yet."""
    return [one for one in found if one.answered_at is None]


def _raised(force_id: int, team_ids: Collection[int], since: datetime, until: datetime, actor: Actor | None) -> Any:
    named: Any = Group.name if actor is None else case((kept_from(actor), None), else_=Group.name)
    given, by = Telling.__table__.alias("given"), Officer.__table__.alias("given_by")
    last = (
        select(func.max(Telling.id))
        .where(Telling.raising_id == Raising.id, Telling.recourse.is_(True), Telling.taken_back_at.is_(None))
        .correlate(Raising)
        .scalar_subquery()
    )
    asked = (
        select(
            Raising.id.label("raising_id"), Raising.concern_id, Concern.title, Concern.sensitive, Concern.team_id, Concern.neighbourhood_id,
            Neighbourhood.name.label("neighbourhood"), Concern.owner_id, Officer.name.label("owner"), Raising.raiser, Raising.group_id,
            named.label("group"), Raising.raised_at, first_answer().label("answered_at"),
            given.c.told_at.label("recourse_at"), given.c.how.label("recourse_how"), by.c.name.label("recourse_by"),
        )
        .join(Concern, Concern.id == Raising.concern_id)
        .join(Neighbourhood, Neighbourhood.id == Concern.neighbourhood_id)
        .outerjoin(Officer, Officer.id == Concern.owner_id)
        .outerjoin(Group, Group.id == Raising.group_id)
        .outerjoin(given, given.c.id == last)
        .outerjoin(by, by.c.id == given.c.told_by_id)
        .where(Concern.force_id == force_id, Concern.team_id.in_(sorted(set(team_ids))), *to_hear())
        .where(Raising.raised_at >= since, Raising.raised_at < until)
    )  # fmt: skip
    return asked if actor is None else asked.where(visible_to(actor))


def breach_of(session: Session, actor: Actor, raising_id: int, *, now: datetime) -> Breach | None:
    """The breach of one raising that the actor may read, or None where its time has not gone by without an answer."""
    raised = session.execute(
        select(Raising.raised_at, Concern.team_id).join(Concern, Concern.id == Raising.concern_id)
        .where(Raising.id == raising_id, visible_to(actor))
    ).one_or_none()  # fmt: skip
    if raised is None:
        return None
    day = london_day(rule().due_at(raised.raised_at))
    found = breaches(session, actor.force_id, [raised.team_id], day, day, now=now, actor=actor)
    return next((one for one in found if one.raising_id == raising_id), None)
