"""Short ways to make priorities in tests of services and pages."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.priorities.drafts import AdoptDraft, Agreed
from engagement.priorities.models import Priority
from engagement.priorities.service import adopt
from tests.builders import Person, Town
from tests.conftest import DiaryUnderTest

AGREED = Agreed(on=date(2026, 11, 17), at="Village hall", with_whom="the parish council")


def adopted(session: Session, actor: Actor, town: Town, title: str = "Speeding in Links Road", **fields: Any) -> Priority:
    """A priority of the first neighbourhood, agreed a week ago in words unless said otherwise."""
    given: dict[str, Any] = {"neighbourhood_id": town.neighbourhood_id, "title": title, "agreed": AGREED}
    now = fields.pop("now")
    return adopt(session, actor, AdoptDraft(**(given | fields)), now=now)


def make_priority(
    diary: DiaryUnderTest, town: Town, person: Person | None = None, title: str = "Speeding in Links Road", **fields: Any
) -> int:
    """As `adopted`, kept; answers its id."""
    actor = diary.actor(person or town.pcso)
    with diary.work() as session:
        return adopted(session, actor, town, title, now=diary.now, **fields).id
