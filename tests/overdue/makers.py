"""Groups that are late, for tests of flags, decisions and the board."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from engagement.core.months import add_months
from engagement.groups.models import Group
from engagement.groups.service import settle
from engagement.overdue.service import DecisionDraft, decide
from tests.builders import Person, Town, make_group
from tests.conftest import DiaryUnderTest

TODAY = date(2026, 11, 24)


def late_group(session: Session, town: Town, name: str = "Ashford Stroke Club", *, days: int = 19, **fields: Any) -> Group:
    """A monthly group, never contacted since its agreement, so many days over on 24 November 2026."""
    due = TODAY - timedelta(days=days)
    group = make_group(session, town, name, frequency="monthly", agreed_on=add_months(due, -1), **fields)
    settle(session, [group.id], today=TODAY)
    session.refresh(group)
    assert group.next_due_on == due, "choose a number of days whose due date is the same day of the month before"
    return group


def late_ids(diary: DiaryUnderTest, town: Town, *names: str, **fields: Any) -> list[int]:
    """Late groups of those names, kept: their ids."""
    with diary.work() as session:
        return [late_group(session, town, name, **fields).id for name in names]


def decided(diary: DiaryUnderTest, person: Person, ids: list[int], kind: str = "ask", **fields: Any) -> list[int]:
    """Decides about the groups as somebody, in a unit of work of its own; answers the decisions' ids."""
    actor = diary.actor(person)
    draft = DecisionDraft(group_ids=tuple(ids), kind=kind, **({"reason": "Left too long"} | fields))
    with diary.work() as session:
        return [one.id for one in decide(session, actor, draft, now=diary.now)]
