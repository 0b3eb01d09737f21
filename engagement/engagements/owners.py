"""Who is told of an entry: owners of its groups who were not there, and whoever it was recorded for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.engagements.drafts import EngagementDraft
from engagement.people.models import OfficerNote


def tell_owners(
    session: Session, actor: Actor, rows: Mapping[int, Any], present: Sequence[int], draft: EngagementDraft, *, now: datetime
) -> None:
    """Leaves a note for each owner who was not there, and for the officer for whom it was recorded."""
    if not draft.before_the_diary:
        leave(session, actor, notes_of(actor, rows.values(), present, draft), now=now)


def notes_of(actor: Actor, rows: Iterable[Any], present: Sequence[int], draft: EngagementDraft) -> list[dict[str, Any]]:
    """What an entry of groups (`rows`: id, owner_id) leaves for others: officer_id, about, about_id, words."""
    groups = list(rows)
    absent = [row for row in groups if row.owner_id is not None and row.owner_id != actor.officer_id and row.owner_id not in present]
    notes = [
        {
            "officer_id": row.owner_id, "about": "group", "about_id": row.id,
            "words": f"{actor.name} logged: {draft.kind.label.lower()}, {draft.outcome.label.lower()}",
        }
        for row in absent
    ]  # fmt: skip
    if draft.for_officer_id is not None and draft.for_officer_id != actor.officer_id:
        words = f"{actor.name} logged this for you: {draft.kind.label.lower()}"
        about = groups[0].id if groups else None
        notes.append({"officer_id": draft.for_officer_id, "about": "group", "about_id": about, "words": words})
    return notes


def leave(session: Session, actor: Actor, notes: Sequence[dict[str, Any]], *, now: datetime) -> None:
    """Leaves the notes."""
    if notes:
        session.execute(
            insert(OfficerNote), [{**note, "force_id": actor.force_id, "left_at": now, "left_by": actor.name} for note in notes]
        )
