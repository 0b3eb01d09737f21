"""Engagements to come: booking one, and what became of it where it did not happen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.audit.domain import Operation
from engagement.audit.service import keep_version, record
from engagement.core.clock import london_day
from engagement.core.errors import Conflict, Missing, Refused
from engagement.core.wording import findings
from engagement.engagements.changing import may_change, said
from engagement.engagements.domain import OPEN_KINDS, Direction, Outcome, State
from engagement.engagements.drafts import Attending, Became, EndOfPlan, Logged, PlanDraft
from engagement.engagements.log_queries import groups_to_log
from engagement.engagements.models import Engagement, EngagementGroup, OpenMeeting
from engagement.engagements.queries import entry
from engagement.engagements.writing import Where, check_officers, insert_once, put_groups, put_officers, where_of
from engagement.groups.service import hold


def plan(session: Session, actor: Actor, draft: PlanDraft, *, now: datetime) -> Logged:
    """Books an engagement: it stands on Shift and board, and never counts as contact. Once for each `client_ref`."""
    if actor.officer_id is None:
        raise Missing
    _check(draft, now)
    hold(session, draft.group_ids)  # whoever gives a group another team or neighbourhood meanwhile, sees this entry or is seen by it
    rows = groups_to_log(session, actor, draft.group_ids)
    officers = check_officers(session, actor, draft.officer_ids or (actor.officer_id,))
    where = where_of(session, actor, None, rows[draft.group_ids[0]])
    engagement_id = insert_once(session, _row(actor, draft, where, now))
    if engagement_id is None:
        return Logged(engagement_id=_booked_before(session, actor, draft.client_ref), new=False)
    groups = [Attending(group_id=i) for i in dict.fromkeys(draft.group_ids)]
    put_groups(
        session, actor, engagement_id, groups, state=State.PLANNED, kind=draft.kind, outcome=None,
        direction=Direction.OURS, happened_on=None, fresh=True,
    )  # fmt: skip
    put_officers(session, actor, engagement_id, officers, fresh=True)
    record(session, actor, Operation.COLLECTION, "engagement", [engagement_id], fields=["planned_for", "kind", "groups"], now=now)
    if draft.open_to_all:
        _open_to_all(session, actor, engagement_id, where.neighbourhood_id, now)
    return Logged(engagement_id=engagement_id, new=True, group_ids=tuple(draft.group_ids))


def _check(draft: PlanDraft, now: datetime) -> None:
    if not draft.group_ids:
        raise Refused("Say who it is with", field="group")
    if draft.planned_for < now.replace(second=0, microsecond=0):
        raise Refused("Date must be today or in the future", field="planned_on")
    if draft.open_to_all:
        _check_open(draft)


def _row(actor: Actor, draft: PlanDraft, where: Where, now: datetime) -> dict[str, Any]:
    """The entry as it is written, every column that a plan leaves empty named."""
    return {
        "force_id": actor.force_id,
        "team_id": where.team_id,
        "neighbourhood_id": where.neighbourhood_id,
        "state": State.PLANNED.value,
        "kind": draft.kind.value,
        "planned_for": draft.planned_for,
        "direction": Direction.OURS.value,
        "place": draft.place,
        "summary": draft.summary,
        "client_ref": draft.client_ref,
        "with_resident": False,
        "before_the_diary": False,
        "sensitive": False,
        "override_reason": draft.override_reason,
        "content_hash": "",
        "withdrawn_reason": "",
        "recorded_at": now,
        "recorded_by_id": actor.officer_id,
    }


def _booked_before(session: Session, actor: Actor, client_ref: str | None) -> int:
    """What this very form booked already; Missing where it was somebody else's."""
    known = session.scalar(select(Engagement.id).where(Engagement.client_ref == client_ref, Engagement.recorded_by_id == actor.officer_id))
    if known is None:
        raise Missing
    return known


def _check_open(draft: PlanDraft) -> None:
    """Refuses to put on the public page what is no meeting of ours, or a place that is none or looks like somebody's."""
    if draft.kind not in OPEN_KINDS:
        raise Refused("Only a meeting of ours, a surgery or a stall is open to anyone", field="open_to_all")
    if not draft.place:
        raise Refused("Say where it is: it stands on the public page", field="place")
    if found := findings(draft.place):
        raise Refused("“{text}” cannot stand on the public page: name the hall or the street alone", field="place", text=found[0].text)


def _open_to_all(session: Session, actor: Actor, engagement_id: int, neighbourhood_id: int | None, now: datetime) -> None:
    if neighbourhood_id is None:
        raise Refused("Only what is in a neighbourhood stands on a public page", field="open_to_all")
    session.add(OpenMeeting(engagement_id=engagement_id, neighbourhood_id=neighbourhood_id, force_id=actor.force_id))
    record(session, actor, Operation.DISCLOSURE, "engagement", [engagement_id], now=now, note="on the public page: anyone may come")


def did_it_happen(session: Session, actor: Actor, engagement_id: int, end: EndOfPlan, *, now: datetime) -> None:
    """What became of a planned engagement that did not happen: cancelled by them or by us, or moved to another moment."""
    session.execute(select(Engagement.id).where(Engagement.id == engagement_id).with_for_update())
    view = entry(session, actor, engagement_id)
    row = view.row
    if not may_change(actor, view):
        raise Refused("Only who was to be there, who booked it, or their sergeant can change it")
    if row.state != State.PLANNED or row.planned_for is None:
        raise Refused("Somebody has already said what became of this")
    if end.version is not None and row.version != end.version:
        raise Conflict("Somebody else has changed this entry since you opened it", theirs={"planned_for": row.planned_for.isoformat()})
    keep_version(session, actor, "engagement", row.id, said(view), now=now)
    if end.became is Became.MOVED:
        if end.moved_to is None or end.moved_to < now.replace(second=0, microsecond=0):
            raise Refused("Date must be today or in the future", field="planned_on")
        row.planned_for = end.moved_to
        fields = ["planned_for"]
    else:
        if end.became is Became.CANCELLED_BY_US and end.cancel_reason is None:
            raise Refused("Say why it was cancelled", field="cancel_reason")
        row.state = State.HAPPENED
        row.outcome = Outcome(end.became.value)
        row.cancel_reason = end.cancel_reason if end.became is Became.CANCELLED_BY_US else None
        row.happened_at = min(row.planned_for, now.replace(second=0, microsecond=0))
        row.happened_on = london_day(row.happened_at)
        fields = ["state", "outcome"]
        for there in session.scalars(select(EngagementGroup).where(EngagementGroup.engagement_id == row.id)):
            there.happened_on = row.happened_on
    session.flush()
    record(session, actor, Operation.ALTERATION, "engagement", [row.id], fields=fields, now=now)
