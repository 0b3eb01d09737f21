"""Telling raisers what became of what they said, and taking a telling back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.audit.domain import Operation
from engagement.audit.service import record
from engagement.concerns.checks import SKEW, free_text, past_moment, readable_raising, required_line
from engagement.concerns.domain import TellingKind
from engagement.concerns.drafts import How, PromiseDraft, TellingDraft
from engagement.concerns.models import Action, Concern, Raising, Telling
from engagement.concerns.promises import PromiseEnd
from engagement.concerns.promising import promise
from engagement.concerns.settling import settle
from engagement.core.clock import london_day
from engagement.core.errors import Missing, Refused
from engagement.core.texts import one_line


def tell(session: Session, actor: Actor, draft: TellingDraft, *, now: datetime) -> Telling:
    """Records that one raiser was told: received, an answer or the outcome; settles the concern.

    An outcome told keeps the promises to report back that were made to the same group. With `report_by` it makes
    such a promise. Raises Refused for a telling before the raising, in the future, or in public without a place.
    """
    raising, concern = readable_raising(session, actor, draft.raising_id)
    told_at = past_moment(draft.told_at, now, field="told_at")
    if told_at < raising.raised_at - SKEW:
        raise Refused("They cannot have been told before they raised it", field="told_at")
    where = one_line(draft.where, longest=200, field="where", what="Where it was said")
    if draft.how is How.PUBLIC and not where:
        raise Refused("Say where it was made public", field="where")
    twice = select(Telling).where(Telling.raising_id == raising.id, Telling.kind == str(draft.kind), Telling.how == str(draft.how))
    same_moment = max(told_at, raising.raised_at)
    twice = twice.where(Telling.recourse.is_(draft.recourse), Telling.taken_back_at.is_(None))
    if made := session.scalar(twice.where(Telling.told_at == same_moment).limit(1)):
        return made  # the same form sent twice
    telling = Telling(
        force_id=actor.force_id,
        raising_id=raising.id,
        kind=str(draft.kind),
        told_at=same_moment,
        told_by_id=actor.officer_id,
        how=str(draft.how),
        engagement_id=draft.engagement_id,
        letter_id=draft.letter_id,
        where=where,
        words=free_text(draft.words, field="words", what="What they were told"),
        recourse=draft.recourse,
        recorded_at=now,
    )
    session.add(telling)
    session.flush()
    record(session, actor, Operation.COLLECTION, "telling", [telling.id], now=now, note=f"concern {concern.id}")
    if draft.kind is TellingKind.OUTCOME:
        _keep_reports(session, actor, concern, raising, told_at, now=now)
    if draft.report_by is not None:
        _promise_report(session, actor, concern, raising, draft, now=now)
    settle(session, [concern.id], now=now, touched=True)
    return telling


def take_back(
    session: Session, actor: Actor, *, reason: str, now: datetime, letter_id: int | None = None, engagement_id: int | None = None
) -> list[int]:
    """Takes back every telling of a letter that came back, or of an engagement that was withdrawn.

    Answers the ids of the concerns touched, which are settled. Names exactly one of letter and engagement.
    """
    if (letter_id is None) == (engagement_id is None):
        raise ValueError("take back by letter or by engagement")
    source = Telling.letter_id == letter_id if letter_id is not None else Telling.engagement_id == engagement_id
    why = required_line(reason, field="reason", what="Reason", sentence="Say why it is taken back")
    tellings = session.scalars(select(Telling).where(source, Telling.force_id == actor.force_id, Telling.taken_back_at.is_(None))).all()
    return _taken_back(session, actor, tellings, why, now=now)


def take_back_one(session: Session, actor: Actor, telling_id: int, reason: str, *, now: datetime) -> list[int]:
    """Takes back one telling recorded in error; answers as `take_back`."""
    telling = session.get(Telling, telling_id)
    if telling is None:
        raise Missing
    readable_raising(session, actor, telling.raising_id)
    if telling.taken_back_at is not None:
        raise Refused("That telling was taken back before.")
    why = required_line(reason, field="reason", what="Reason", sentence="Say why it is taken back")
    return _taken_back(session, actor, [telling], why, now=now)


def _taken_back(session: Session, actor: Actor, tellings: Sequence[Telling], why: str, *, now: datetime) -> list[int]:
    if not tellings:
        return []
    for telling in tellings:
        telling.taken_back_at, telling.taken_back_reason = now, why
    record(session, actor, Operation.ALTERATION, "telling", [t.id for t in tellings], fields=["taken_back"], now=now)
    raisings = sorted({telling.raising_id for telling in tellings})
    ids = sorted(set(session.scalars(select(Raising.concern_id).where(Raising.id.in_(raisings)))))
    settle(session, ids, now=now, touched=True)
    return ids


def _keep_reports(session: Session, actor: Actor, concern: Concern, raising: Raising, told_at: datetime, *, now: datetime) -> None:
    """Coming back with the outcome is what a promise to report was about."""
    if raising.group_id is None:
        return
    kept = session.scalars(
        select(Action).where(
            Action.concern_id == concern.id,
            Action.reports.is_(True),
            Action.promised_to_id == raising.group_id,
            Action.ended.is_(None),
            Action.withdrawn_at.is_(None),
        )
    ).all()
    for action in kept:
        action.ended, action.ended_on, action.done_on = str(PromiseEnd.KEPT), london_day(told_at), london_day(told_at)
    if kept:
        record(session, actor, Operation.ALTERATION, "action", [a.id for a in kept], fields=["ended"], now=now)


def _promise_report(session: Session, actor: Actor, concern: Concern, raising: Raising, draft: TellingDraft, *, now: datetime) -> None:
    assert draft.report_by is not None
    promise(
        session,
        actor,
        PromiseDraft(
            what=f"Report back: {concern.title}"[:300],
            due_on=draft.report_by,
            group_id=raising.group_id,
            to="" if raising.group_id is not None else "who raised it",
            concern_id=concern.id,
            engagement_id=draft.engagement_id,
            promised_on=london_day(draft.told_at),
            reports=True,
        ),
        now=now,
    )
