"""Drafts for tests: a visit that happened just now, with whatever a test wants otherwise."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from engagement.core.ids import new_ref
from engagement.engagements.domain import Kind, Outcome
from engagement.engagements.service import Attending, EngagementDraft, Logged, log
from tests.builders import Person
from tests.conftest import DiaryUnderTest


def visit(group_ids: list[int], now: datetime, **fields: Any) -> EngagementDraft:
    """A visit to the groups, as the log form would send it."""
    values: dict[str, Any] = {
        "client_ref": new_ref(),
        "kind": Kind.VISIT,
        "outcome": Outcome.SPOKE,
        "happened_at": now,
        "summary": "Talked about the summer fair",
        "groups": tuple(Attending(group_id=i) for i in group_ids),
    }
    return EngagementDraft(**(values | fields))


def put(diary: DiaryUnderTest, person: Person, draft: EngagementDraft) -> Logged:
    """Logs it as somebody, in a unit of work of its own."""
    actor = diary.actor(person)
    with diary.work() as session:
        return log(session, actor, draft, now=diary.now)
