"""What is done about a concern: by an officer, by a partner (a referral) or by the community itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.audit.domain import Operation
from engagement.audit.service import keep_version, record
from engagement.concerns.checks import (
    add_once,
    as_text,
    count,
    free_text,
    officer_of_force,
    open_concern,
    past_day,
    readable_action,
    required_line,
    same_version,
)
from engagement.concerns.domain import ActionBy
from engagement.concerns.drafts import ActionDraft, ActionResult
from engagement.concerns.models import Action
from engagement.concerns.settling import settle
from engagement.core.errors import Refused
from engagement.core.texts import one_line

RESULT = ("done_on", "result", "result_number", "partner_outcome", "public_wording")


def act(session: Session, actor: Actor, draft: ActionDraft, *, now: datetime) -> Action:
    """Records what was or will be done about an open concern; done at once where `done_on` is given.

    A partner's action names the partner. The same `client_ref` answers the action made before.
    """
    recorder = officer_of_force(session, actor, None, field="officer_id")
    if draft.client_ref and (made := session.scalar(select(Action).where(Action.client_ref == draft.client_ref))):
        return made
    concern = open_concern(session, actor, draft.concern_id)
    by_partner = draft.by is ActionBy.PARTNER
    partner = one_line(draft.partner, longest=80, field="partner", what="Partner")
    if by_partner and not partner:
        raise Refused("Say which partner", field="partner")
    done_on = past_day(draft.done_on, now, field="done_on") if draft.done_on else None
    for name, day in (("due_on", draft.due_on), ("expected_on", draft.expected_on)):
        if day is not None and not now.year - 10 <= day.year <= now.year + 10:
            raise Refused("Date must be within ten years", field=name)
    officer = officer_of_force(session, actor, draft.officer_id, field="officer_id") if draft.by is ActionBy.OFFICER else None
    action = Action(
        force_id=actor.force_id,
        team_id=concern.team_id,
        concern_id=concern.id,
        engagement_id=draft.engagement_id,
        by=str(draft.by),
        officer_id=officer,
        partner=partner if by_partner else "",
        reference=one_line(draft.reference, longest=80, field="reference", what="Reference") if by_partner else "",
        expected_on=draft.expected_on if by_partner else None,
        what=required_line(draft.what, field="what", what="What", sentence="Say what was done, or will be"),
        due_on=draft.due_on,
        done_on=done_on,
        result=free_text(draft.result, field="result", what="Result"),
        result_number=count(draft.result_number, field="result_number"),
        public_wording=free_text(draft.public_wording, field="public_wording", what="We did"),
        override_reason=one_line(draft.override_reason, longest=300, field="override_reason", what="Reason"),
        client_ref=draft.client_ref,
        recorded_at=now,
        recorded_by_id=recorder,
    )
    if (first := add_once(session, action)) is not action:
        return first
    record(session, actor, Operation.COLLECTION, "action", [action.id], now=now, note=f"concern {concern.id}")
    settle(session, [concern.id], now=now, touched=True)
    return action


def end_action(session: Session, actor: Actor, draft: ActionResult, *, now: datetime) -> Action:
    """Records how an action went. Done again, it corrects the result; what it said before is kept as a version.

    A promise ends with `end_promise`. Raises Conflict where somebody else ended it since it was read.
    """
    action = readable_action(session, actor, draft.action_id)
    if action.is_promise:
        raise Refused("This is a promise: say how it ended instead.")
    same_version(action, draft.version, shown_result(action))
    done_on = past_day(draft.done_on, now, field="done_on")
    partner_outcome = free_text(draft.partner_outcome, field="partner_outcome", what="What they did")
    keep_version(session, actor, "action", action.id, as_text(action, RESULT), now=now)
    action.done_on = done_on
    action.result = free_text(draft.result, field="result", what="Result")
    action.result_number = count(draft.result_number, field="result_number")
    action.partner_outcome = partner_outcome if action.by == ActionBy.PARTNER else ""
    action.public_wording = free_text(draft.public_wording, field="public_wording", what="We did")
    record(session, actor, Operation.ALTERATION, "action", [action.id], fields=RESULT, now=now)
    if action.concern_id is not None:
        settle(session, [action.concern_id], now=now, touched=True)
    return action


def withdraw_action(session: Session, actor: Actor, action_id: int, reason: str, *, now: datetime) -> Action:
    """Takes an action or promise out of the reckoning, with a reason; it stays on the page, struck out."""
    action = readable_action(session, actor, action_id)
    action.withdrawn_reason = required_line(reason, field="reason", what="Reason", sentence="Say why it is withdrawn")
    action.withdrawn_at = now
    record(session, actor, Operation.ALTERATION, "action", [action.id], fields=["withdrawn"], now=now)
    if action.concern_id is not None:
        settle(session, [action.concern_id], now=now, touched=True)
    return action


def shown_result(action: Action) -> dict[str, str]:
    """What an action's result says now, for somebody whose page is older."""
    return {
        "done_on": action.done_on.isoformat() if action.done_on else "",
        "result": action.result,
        "result_number": "" if action.result_number is None else str(action.result_number),
        "partner_outcome": action.partner_outcome,
        "public_wording": action.public_wording,
    }
