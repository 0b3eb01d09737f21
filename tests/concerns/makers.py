"""Short ways to make concerns in tests of services and pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.concerns.domain import Raiser, TellingKind
from engagement.concerns.models import Concern, Raising
from engagement.concerns.service import ConcernDraft, How, RaisingDraft, TellingDraft, raise_concern, tell


def make_concern(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    title: str = "Speeding past the school",
    category: str = "speeding",
    group_id: int | None = None,
    raised_at: datetime | None = None,
    raising: dict[str, Any] | None = None,
    **fields: Any,
) -> Concern:
    """A concern raised by a group, or by a resident where none is given, just now unless said otherwise."""
    raiser = Raiser.GROUP if group_id is not None else Raiser.RESIDENT
    facts: dict[str, Any] = {"raiser": raiser, "raised_at": raised_at or now, "group_id": group_id}
    draft = RaisingDraft(**(facts | (raising or {})))
    return raise_concern(session, actor, ConcernDraft(title=title, category=category, raising=draft, **fields), now=now)


def first_raising(session: Session, concern: Concern) -> Raising:
    """The raising that came with the concern."""
    found = session.query(Raising).filter_by(concern_id=concern.id).order_by(Raising.id).first()
    assert found is not None
    return found


def told(session: Session, actor: Actor, raising: Raising, kind: TellingKind, now: datetime, **fields: Any) -> Any:
    """Tells a raiser face to face, unless said otherwise."""
    values: dict[str, Any] = {"how": How.ENGAGEMENT, "told_at": now}
    return tell(session, actor, TellingDraft(raising_id=raising.id, kind=kind, **(values | fields)), now=now)
