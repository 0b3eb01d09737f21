"""What waits for some officers today: gathered for all of them at once, in a fixed number of questions.

Nothing OFFICIAL-SENSITIVE is gathered: what is told here leaves as a mail. It stays on the shift of those who may read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import case, false, func, or_, select
from sqlalchemy.orm import Session

from engagement.concerns.domain import ConcernState
from engagement.concerns.models import Action, Concern
from engagement.core.clock import london_day, london_moment
from engagement.engagements.domain import State
from engagement.engagements.models import Engagement, EngagementGroup, EngagementOfficer
from engagement.groups.models import Group
from engagement.groups.queries import late_condition
from engagement.notices.meanwhile import Happened, happened
from engagement.notices.queries import Reader

MOST_MEANWHILE = 5_000  # rows for a whole batch of officers


@dataclass(slots=True)
class Told:
    """What waits for one officer: rows as the questions below answer them."""

    reader: Reader
    clocks: list[Any] = field(default_factory=list)
    booked: list[Any] = field(default_factory=list)
    promises: list[Any] = field(default_factory=list)
    due: list[Any] = field(default_factory=list)
    meanwhile: list[Happened] = field(default_factory=list)


def gather(session: Session, people: Sequence[Reader], now: datetime) -> list[Told]:
    """What waits for each, in the order of `people`: their own, and that of whom they cover."""
    today = london_day(now)
    everybody = sorted({key for reader in people for key in reader.whose})
    rows = {
        "clocks": _clocks(session, everybody),
        "booked": _booked(session, everybody, today),
        "promises": _promises(session, everybody, today),
        "due": _due(session, everybody, today),
    }
    told = [Told(reader) for reader in people]
    for one in told:
        theirs, teams = set(one.reader.whose), one.reader.teams
        for name, found in rows.items():
            getattr(one, name).extend(row for row in found if row.whose in theirs and row.team_id in teams)
    _add_meanwhile(session, told)
    return told


def _add_meanwhile(session: Session, told: Sequence[Told]) -> None:
    since = [one.reader.since for one in told if one.reader.since is not None]
    if not since:
        return
    ids, teams = [one.reader.officer_id for one in told], {team for one in told for team in one.reader.teams}
    by_officer: dict[int, list[Happened]] = {}
    for row in happened(session, told[0].reader.force_id, ids, teams, min(since), most=MOST_MEANWHILE):
        if not row.sensitive:
            by_officer.setdefault(row.officer_id, []).append(row)
    for one in told:
        reader = one.reader
        found = by_officer.get(reader.officer_id, ())
        one.meanwhile = [row for row in found if reader.since is not None and row.at > reader.since and row.team_id in reader.teams]


def _clocks(session: Session, officers: Iterable[int]) -> Sequence[Any]:
    """Answers that are owed: (id, title, answer_due_at, whose, team_id), the soonest first."""
    return session.execute(
        select(Concern.id, Concern.title, Concern.answer_due_at, Concern.owner_id.label("whose"), Concern.team_id)
        .where(
            Concern.owner_id.in_(officers), Concern.answer_due_at.is_not(None), Concern.state != ConcernState.CLOSED.value,
            Concern.sensitive.is_(False),
        )
        .order_by(Concern.answer_due_at, Concern.id)
    ).all()  # fmt: skip


def _booked(session: Session, officers: Iterable[int], today: date) -> Sequence[Any]:
    """What is booked for today: (id, kind, planned_for, group_id, group, whose, team_id), by the clock; a group a row."""
    return session.execute(
        select(
            Engagement.id, Engagement.kind, Engagement.planned_for, Group.id.label("group_id"), Group.name.label("group"),
            EngagementOfficer.officer_id.label("whose"), Engagement.team_id,
        )
        .join(EngagementOfficer, EngagementOfficer.engagement_id == Engagement.id)
        .join(EngagementGroup, EngagementGroup.engagement_id == Engagement.id)
        .join(Group, Group.id == EngagementGroup.group_id)
        .where(
            EngagementOfficer.officer_id.in_(officers), Engagement.state == State.PLANNED.value, Engagement.sensitive.is_(False),
            Group.sensitive.is_(False), Engagement.planned_for >= london_moment(today),
            Engagement.planned_for < london_moment(today + timedelta(days=1)),
        )
        .order_by(Engagement.planned_for, Engagement.id, EngagementGroup.host.desc(), Group.name_folded)
    ).all()  # fmt: skip


def _promises(session: Session, officers: Iterable[int], today: date) -> Sequence[Any]:
    """Promises due by today: (id, what, due_on, to, group_id, whose, team_id), the earliest first."""
    return session.execute(
        select(
            Action.id, Action.what, Action.due_on, func.coalesce(Group.name, Action.promised_to).label("to"),
            Action.promised_to_id.label("group_id"), Action.officer_id.label("whose"), Action.team_id,
        )
        .outerjoin(Group, Group.id == Action.promised_to_id)
        .outerjoin(Concern, Concern.id == Action.concern_id)
        .where(
            Action.officer_id.in_(officers), Action.by == "officer", Action.is_promise.is_(True), Action.ended_on.is_(None),
            Action.ended.is_(None), Action.done_on.is_(None), Action.withdrawn_at.is_(None), Action.due_on <= today,
            or_(Group.id.is_(None), Group.sensitive == false()), or_(Concern.id.is_(None), Concern.sensitive == false()),
        )
        .order_by(Action.due_on, Action.id)
    ).all()  # fmt: skip


def _due(session: Session, officers: Iterable[int], today: date) -> Sequence[Any]:
    """Groups that are overdue: (id, name, next_due_on, frequency_words, assumed, whose, team_id), worst first: the order of the shift."""
    return session.execute(
        select(Group.id, Group.name, Group.next_due_on, Group.frequency_words, Group.assumed, Group.owner_id.label("whose"), Group.team_id)
        .where(Group.owner_id.in_(officers), Group.sensitive.is_(False), late_condition(today))
        .order_by(case((Group.longest_on <= today, 0), else_=1), Group.next_due_on, Group.id)
    ).all()
