"""Writing the record: `record()` for what a person or a job does, `keep_version()` for what a record said before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.audit.domain import ENTRIES, Entry, Operation
from engagement.audit.models import Version


def record(
    session: Session,
    actor: Actor,
    operation: Operation,
    entity: str,
    ids: Iterable[int],
    *,
    now: datetime,
    fields: Iterable[str] = (),
    note: str = "",
) -> None:
    """Adds one row to the record, kept or lost with the session's transaction. Never give it a value of a record."""
    session.info.setdefault(ENTRIES, []).append(
        Entry(
            at=now,
            force_id=actor.force_id,
            actor_id=actor.account_id,
            actor_name=actor.name,
            operation=operation,
            entity=entity,
            ids=tuple(int(i) for i in ids),
            fields=tuple(fields),
            note=note,
        )
    )


def keep_version(
    session: Session, actor: Actor, entity: str, entity_id: int, content: dict[str, Any], *, now: datetime, reason: str = ""
) -> int:
    """Keeps what a record said before it is changed; `content` is JSON by field name. Answers the version's number."""
    last = session.scalar(select(func.max(Version.n)).where(Version.entity == entity, Version.entity_id == entity_id))
    number = (last or 0) + 1
    session.add(
        Version(
            entity=entity, entity_id=entity_id, n=number, at=now, by_id=actor.account_id, by_name=actor.name,
            reason=reason, content=content,
        )
    )  # fmt: skip
    return number
