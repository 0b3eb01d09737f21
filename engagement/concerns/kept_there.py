"""Promises that were kept in an engagement: they end with it, and stand again should it be taken back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.audit.domain import Operation
from engagement.audit.models import Version
from engagement.audit.service import keep_version, record
from engagement.concerns.checks import as_text
from engagement.concerns.drafts import EndDraft
from engagement.concerns.models import Action
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
        try:
            end_promise(session, actor, EndDraft(action_id=action_id, ending=ending, words=words), reason=_kept_in(engagement_id), now=now)
        except Refused as refusal:
            raise Refused(refusal.sentence, field="kept", **refusal.values) from refusal


def open_again(session: Session, actor: Actor, engagement_id: int, *, now: datetime) -> None:
    """Has the promises that were kept in an engagement stand as they stood before it: it is taken back."""
    rows = session.execute(
        select(Action, Version.content)
        .join(Version, and_(Version.entity == "action", Version.entity_id == Action.id))
        .where(Action.force_id == actor.force_id, Action.ended == str(PromiseEnd.KEPT), Version.reason == _kept_in(engagement_id))
    ).all()
    for action, was in rows:
        keep_version(session, actor, "action", action.id, as_text(action, ENDED), now=now)
        if action.result == action.ended_words:
            action.result = ""
        action.ended, action.ended_on, action.ended_words, action.done_on = None, None, was.get("ended_words", ""), None
    if rows:
        session.flush()
        record(session, actor, Operation.ALTERATION, "action", [action.id for action, _was in rows], fields=["ended"], now=now)
        settle(session, {action.concern_id for action, _was in rows if action.concern_id is not None}, now=now, touched=True)


def _kept_in(engagement_id: int) -> str:
    """How a version of a promise says in which engagement it was kept."""
    return f"kept in entry {engagement_id}"
