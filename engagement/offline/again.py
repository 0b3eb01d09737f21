"""An entry that is on the record already and is sent once more: whether it says the same, whichever door it came by first."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.concerns.models import Action, Raising
from engagement.engagements.drafts import EngagementDraft
from engagement.engagements.models import Engagement, EngagementGroup
from engagement.offline.phone_form import PhoneForm
from engagement.offline.sending import Sent

ALIKE = timedelta(hours=1)  # how far apart two doors may say the moment of one entry


def says_something_else(session: Session, sent: Sent, actor: Actor, known: Any, *, now: datetime) -> bool:
    """Whether an entry that is on the record already (`known`) is sent in other words than it was kept in.

    The phone's clock may have been changed since it was sent first, so that what happened seems to lie ahead by now: the
    very same words are the same all the same, and a form is read as of this moment as well.
    """
    same = bool(sent.said) and sent.said == known.content_hash
    for moment in (sent.typed_at, now):
        if same:
            break
        form = PhoneForm(sent, now=now, make=lambda *_: 0)
        draft = form.draft(session, actor, now=moment)
        same = draft is not None and _same(session, form, draft, known)
    return not same


def _same(session: Session, form: PhoneForm, draft: EngagementDraft, known: Any) -> bool:
    hashes = {draft.content_hash, form.as_new(draft).content_hash}
    if known.content_hash in hashes:
        return True
    if form.entry.said and not known.content_hash.startswith("s"):
        return _says_the_same(session, draft, known.id)
    return False


def _says_the_same(session: Session, draft: EngagementDraft, engagement_id: int) -> bool:
    """Whether what came by the form's own door says the same as a draft: the words, who was there, and as much brought along."""
    row = session.get_one(Engagement, engagement_id)
    groups = set(session.scalars(select(EngagementGroup.group_id).where(EngagementGroup.engagement_id == engagement_id)))
    brought = (
        session.scalar(select(func.count()).select_from(table).where(table.engagement_id == engagement_id)) for table in (Raising, Action)
    )
    words = (row.kind, row.outcome, row.direction, row.summary, row.place, row.attendance, row.with_resident)
    said = (draft.kind, draft.outcome, draft.direction, draft.summary, draft.place, draft.attendance, draft.with_resident)
    near = row.happened_at is not None and abs(row.happened_at - draft.happened_at) <= ALIKE
    there = {g.group_id for g in draft.groups}
    return words == said and near and groups == there and tuple(brought) == (len(draft.concerns), len(draft.promises))
