"""Promises that were kept in an engagement: they end with it, and stand again should it be taken back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.audit.domain import Operation
from engagement.audit.service import keep_version, record
from engagement.concerns.checks import as_text
from engagement.concerns.drafts import EndDraft
from engagement.concerns.models import Action, KeptThere
from engagement.concerns.promises import Ending, PromiseEnd
from engagement.concerns.promising import ENDED, end_promise
from engagement.concerns.queries import actions_visible_to
from engagement.concerns.settling import settle
from engagement.core.errors import Refused


def keep_promises(
    session: Session, actor: Actor, action_ids: Collection[int], engagement_id: int, *, on: date, words: str, now: datetime
) -> None:
    """Ends promises as kept on a day by an engagement in which they were told it. What has ended or gone in the meantime stays as it
    is, since two officers may keep one promise; so does what is not the actor's to see. Raises Refused beside `kept`.
    """
    is_open = (Action.is_promise.is_(True), Action.ended.is_(None), Action.withdrawn_at.is_(None), actions_visible_to(actor))
    for action_id in session.scalars(select(Action.id).where(Action.id.in_(sorted(set(action_ids))), *is_open).order_by(Action.id)).all():
        ending = Ending(end=PromiseEnd.KEPT, told=True, done_on=on)
        draft, why = EndDraft(action_id=action_id, ending=ending, words=words), f"kept in entry {engagement_id}"
        try:
            action = end_promise(session, actor, draft, reason=why, now=now)
        except Refused as refusal:
            raise Refused(refusal.sentence, field="kept", **refusal.values) from refusal
        session.add(KeptThere(force_id=action.force_id, action_id=action.id, engagement_id=engagement_id))


def open_again(session: Session, actor: Actor, engagement_id: int, *, now: datetime) -> None:
    """Has the promises that were kept in an engagement stand as they stood before it: it is taken back."""
    rows = session.execute(
        select(Action, KeptThere)
        .join(KeptThere, KeptThere.action_id == Action.id)
        .where(Action.force_id == actor.force_id, KeptThere.engagement_id == engagement_id)
    ).all()
    for action, kept in rows:
        keep_version(session, actor, "action", action.id, as_text(action, ENDED), now=now)
        if action.result == action.ended_words:
            action.result = ""
        action.ended, action.ended_on, action.ended_words, action.done_on = None, None, "", None
        session.delete(kept)
    if rows:
        session.flush()
        record(session, actor, Operation.ALTERATION, "action", [action.id for action, _kept in rows], fields=["ended"], now=now)
        settle(session, {action.concern_id for action, _kept in rows if action.concern_id is not None}, now=now, touched=True)
