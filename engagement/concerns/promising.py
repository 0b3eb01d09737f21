"""Promises: made in a tap, to a group or in words, and ended as kept, moved or not kept."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.audit.domain import Operation
from engagement.audit.service import keep_version, record
from engagement.concerns.checks import (
    LINE,
    add_once,
    as_text,
    count,
    group_of_force,
    officer_of_force,
    open_concern,
    past_day,
    readable_action,
    readable_concern,
    required_line,
    same_version,
)
from engagement.concerns.domain import ActionBy
from engagement.concerns.drafts import EndDraft, PromiseDraft
from engagement.concerns.models import Action
from engagement.concerns.promises import Ending, PromiseEnd, PromiseFact, check_due, check_ending
from engagement.concerns.settling import settle
from engagement.core.clock import london_day
from engagement.core.errors import Missing, Refused
from engagement.core.texts import one_line
from engagement.places.models import Team

ENDED = ("ended", "ended_on", "ended_words", "due_on", "done_on")


def promise(session: Session, actor: Actor, draft: PromiseDraft, *, now: datetime) -> Action:
    """Records a promise; of a concern it is work on it, unless it only promises to report.

    Its team is the concern's, the group's, or the promiser's own. The same `client_ref` answers the promise made
    before. Raises Refused for a promise to nobody, without words, or due before it was made.
    """
    officer = officer_of_force(session, actor, draft.officer_id, field="officer_id")
    if draft.client_ref and (made := session.scalar(select(Action).where(Action.client_ref == draft.client_ref))):
        return made
    group = group_of_force(session, actor, draft.group_id) if draft.group_id is not None else None
    to = one_line(draft.to, longest=120, field="to", what="Promised to")
    if group is None and not to:
        raise Refused("Say who was promised", field="to")
    what = required_line(draft.what, field="what", what="What was promised", sentence="Say what was promised", longest=LINE)
    promised_on = past_day(draft.promised_on or london_day(now), now, field="promised_on")
    check_due(draft.due_on, promised_on)
    may = readable_concern if draft.reports else open_concern
    concern = may(session, actor, draft.concern_id) if draft.concern_id is not None else None
    team_id = concern.team_id if concern else group.team_id if group else _own_team(session, actor)
    action = Action(
        force_id=actor.force_id,
        team_id=team_id,
        concern_id=draft.concern_id,
        engagement_id=draft.engagement_id,
        by=str(ActionBy.OFFICER),
        officer_id=officer,
        what=what,
        due_on=draft.due_on,
        is_promise=True,
        reports=draft.reports,
        promised_to_id=group.id if group else None,
        promised_to="" if group else to,
        promised_on=promised_on,
        client_ref=draft.client_ref,
        recorded_at=now,
        recorded_by_id=officer_of_force(session, actor, None, field="officer_id"),
    )
    if (first := add_once(session, action)) is not action:
        return first
    record(session, actor, Operation.COLLECTION, "action", [action.id], now=now)
    if draft.concern_id is not None:
        settle(session, [draft.concern_id], now=now, touched=True)
    return action


def end_promise(session: Session, actor: Actor, draft: EndDraft, *, now: datetime, reason: str = "") -> Action:
    """Ends a promise, as `promises.check_ending` allows. Moved makes a new one for the new day, linked from the old,
    and answers the new one. `reason` is kept with what it said before. Raises Conflict where somebody else ended it since it was read.
    """
    action = readable_action(session, actor, draft.action_id)
    if not action.is_promise:
        raise Refused("This is no promise: record how the action went instead.")
    same_version(action, draft.version, shown_promise(action))
    today, ending = london_day(now), draft.ending
    check_ending(promise_fact(action), ending, today)
    words = one_line(ending.because or draft.words, longest=LINE, field="words", what="What they were told")
    keep_version(session, actor, "action", action.id, as_text(action, ENDED), now=now, reason=reason)
    moved = _moved(session, actor, action, ending, today, now=now) if ending.end is PromiseEnd.MOVED else None
    action.ended, action.ended_on, action.ended_words = str(ending.end), today, words
    if ending.end is PromiseEnd.KEPT:
        action.done_on = action.ended_on = ending.done_on
        action.result = action.result or words
        action.result_number = count(draft.result_number, field="result_number")
    record(session, actor, Operation.ALTERATION, "action", [action.id], fields=["ended"], now=now)
    if action.concern_id is not None:
        settle(session, [action.concern_id], now=now, touched=True)
    return moved or action


def unmove(session: Session, actor: Actor, new_id: int, *, now: datetime) -> Action:
    """Takes a move back: the promise stands for its old day again, the one made for the new day is withdrawn. Answers the old one.

    Refused where the new one has ended, or was moved on: that comes first. Raises Missing for a promise that came of no move.
    """
    new = readable_action(session, actor, new_id)
    old = session.scalar(select(Action).where(Action.moved_to_id == new.id, Action.force_id == actor.force_id))
    if old is None:
        raise Missing
    if new.ended is not None or new.done_on is not None:
        raise Refused("“{what}” has ended since: its move is not taken back", what=new.what)
    keep_version(session, actor, "action", old.id, as_text(old, ENDED), now=now)
    old.ended, old.ended_on, old.ended_words, old.moved_to_id = None, None, "", None
    new.withdrawn_at, new.withdrawn_reason = now, "The move was taken back"
    record(session, actor, Operation.ALTERATION, "action", [old.id, new.id], fields=["ended", "withdrawn"], now=now)
    if old.concern_id is not None:
        settle(session, [old.concern_id], now=now, touched=True)
    return old


def promise_fact(action: Action) -> PromiseFact:
    """What the rules of `concerns.promises` ask of a promise's row."""
    return PromiseFact(
        promised_on=action.promised_on or london_day(action.recorded_at),
        due_on=action.due_on,
        ended=PromiseEnd(action.ended) if action.ended else None,
    )


def shown_promise(action: Action) -> dict[str, str]:
    """What a promise says now, for somebody whose page is older."""
    return {
        "what": action.what,
        "due_on": action.due_on.isoformat() if action.due_on else "",
        "ending": action.ended or "",
        "words": action.ended_words,
    }


def _moved(session: Session, actor: Actor, action: Action, ending: Ending, today: date, *, now: datetime) -> Action:
    new = Action(
        force_id=action.force_id,
        team_id=action.team_id,
        concern_id=action.concern_id,
        by=action.by,
        officer_id=action.officer_id,
        what=action.what,
        due_on=ending.new_due_on,
        is_promise=True,
        reports=action.reports,
        promised_to_id=action.promised_to_id,
        promised_to=action.promised_to,
        promised_on=today,
        public_wording=action.public_wording,
        recorded_at=now,
        recorded_by_id=officer_of_force(session, actor, None, field="officer_id"),
    )
    session.add(new)
    session.flush()
    action.moved_to_id = new.id
    record(session, actor, Operation.COLLECTION, "action", [new.id], now=now)
    return new


def _own_team(session: Session, actor: Actor) -> int:
    """Where a promise to nobody's group is kept: the team of the officer's posting."""
    teams = actor.own_teams or actor.readable_teams
    if not teams:
        found = session.scalar(select(Team.id).where(Team.force_id == actor.force_id).order_by(Team.id).limit(1))
        assert found is not None
        return found
    return min(teams)
