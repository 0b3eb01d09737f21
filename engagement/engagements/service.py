"""What people do with engagements: `log()`, once for each reference; the rest is re-exported from the modules beside it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.audit.domain import Operation
from engagement.audit.service import record
from engagement.core.clock import london_day
from engagement.core.errors import Missing, Refused
from engagement.engagements.brought import bring_along
from engagement.engagements.changing import (
    TAKE_BACK_WITHIN,
    add_yourself,
    correct,
    may_change,
    may_take_back,
    take_back,
    withdraw,
)
from engagement.engagements.domain import Outcome, State, check_moment, check_reference
from engagement.engagements.drafts import (
    Attending,
    Became,
    Correction,
    EndOfPlan,
    EngagementDraft,
    Logged,
    NewGroup,
    PlanDraft,
    Promised,
    RaisedConcern,
    ToldThere,
)
from engagement.engagements.models import Engagement, KeptElsewhere
from engagement.engagements.owners import tell_owners
from engagement.engagements.planning import did_it_happen, plan
from engagement.engagements.queries import visible_to
from engagement.engagements.recount import held_to_log, keep_met, recount
from engagement.engagements.together import log_many, plain
from engagement.engagements.writing import (
    FIELDS,
    Where,
    check_contacts,
    check_officers,
    check_words,
    groups_of,
    insert_once,
    put_groups,
    put_officers,
    values_of,
    where_of,
)
from engagement.groups.drafts import GroupDraft
from engagement.groups.service import create_group

__all__ = [
    "TAKE_BACK_WITHIN", "Attending", "Became", "Correction", "EndOfPlan", "EngagementDraft", "Logged", "MetByAnother", "NewGroup",
    "PlanDraft", "Promised", "RaisedConcern", "ToldThere", "add_yourself", "correct", "did_it_happen", "keep_elsewhere", "log", "log_many",
    "may_change", "may_take_back", "plain", "plan", "recount", "take_back", "withdraw",
]  # fmt: skip


class MetByAnother(Exception):
    """Another officer logged a contact with the group that day: perhaps this very one. Nothing is kept yet."""


def log(session: Session, actor: Actor, draft: EngagementDraft, *, now: datetime, unless_met: bool = False) -> Logged:
    """Puts an engagement on the record with all that was said with it, once for each `client_ref`.

    In one transaction: the entry, its groups and officers, a group not known before (to be confirmed), concerns,
    tellings and promises, the groups' last contacts and next due dates. A second send of a reference changes nothing
    and answers with the first, `differs` where it says something else. Raises Refused beside a field, or Missing;
    and MetByAnother, `unless_met`, where somebody spoke with the first group and another officer has logged it that day.
    """
    if actor.officer_id is None:
        raise Missing
    known = _known(session, actor, draft) if draft.planned_id is not None else None
    if known is not None:
        return known
    happened_at = check_moment(draft.happened_at, now)
    brought = bool(draft.concerns or draft.tellings or draft.promises or draft.kept or draft.before_the_diary)
    check_words(draft.outcome, draft.summary, draft.attendance, nothing_else=not brought)
    groups = groups_of(draft)
    asks = unless_met and draft.outcome is Outcome.SPOKE and bool(draft.groups)
    rows = held_to_log(session, actor, [g.group_id for g in groups], others_on=london_day(happened_at) if asks else None)
    if asks and rows[draft.groups[0].group_id].met_by_another:
        raise MetByAnother
    check_contacts(session, groups)
    there = draft.for_officer_id if draft.for_officer_id is not None else actor.officer_id
    officers = check_officers(session, actor, (there, *draft.officer_ids, *([draft.raised_to_id] if draft.raised_to_id else [])))
    present = [i for i in officers if i == there or i in draft.officer_ids]
    where = where_of(session, actor, draft.neighbourhood_id, rows[groups[0].group_id] if groups else None)
    values = values_of(actor, draft, where, happened_at, now)
    engagement_id = _finish_plan(session, actor, draft, values) if draft.planned_id else insert_once(session, values)
    if engagement_id is None:
        again = _known(session, actor, draft)
        if again is None:
            raise Missing
        return again
    if draft.new_group is not None:
        groups = (Attending(group_id=_new_group(session, actor, draft.new_group, where, now)), *groups)
    met = put_groups(
        session, actor, engagement_id, groups, state=State.HAPPENED, kind=draft.kind, outcome=draft.outcome,
        direction=draft.direction, happened_on=values["happened_on"], fresh=not draft.planned_id,
    )  # fmt: skip
    put_officers(session, actor, engagement_id, present, fresh=not draft.planned_id)
    record(session, actor, Operation.COLLECTION, "engagement", [engagement_id], fields=FIELDS, now=now)
    if met:
        keep_met(session, actor, rows, met, values["happened_on"], now=now)
    if brought:
        bring_along(session, actor, draft, engagement_id, groups, where.neighbourhood_id, now=now)
    tell_owners(session, actor, rows, present, draft, now=now)
    return Logged(engagement_id=engagement_id, new=True, group_ids=tuple(g.group_id for g in groups))


def keep_elsewhere(session: Session, actor: Actor, kind: str, *, now: datetime, reference: str = "") -> None:
    """Keeps that something went where it belongs: its kind and the day, tied to nothing and nobody.

    A crime and a victim's assessment may have their `reference`; for anything else one is not kept, since it would lead there.
    """
    teams = actor.own_teams or actor.readable_teams
    if kind not in ELSEWHERE or not teams:
        raise Refused("Choose what it is", field="kind")
    kept = check_reference(reference) if kind in WITH_REFERENCE else ""
    values = {"force_id": actor.force_id, "team_id": min(teams), "kind": kind, "on": london_day(now), "reference": kept}
    session.execute(insert(KeptElsewhere).values(values))
    record(session, actor, Operation.COLLECTION, "kept_elsewhere", [], now=now)


ELSEWHERE = ("intelligence", "crime", "person_at_risk", "asb_victim", "tension")
WITH_REFERENCE = ("crime", "asb_victim")


def _known(session: Session, actor: Actor, draft: EngagementDraft) -> Logged | None:
    """What became of this reference before; Missing where somebody else made it."""
    row = session.execute(
        select(Engagement.id, Engagement.content_hash, Engagement.recorded_by_id).where(
            Engagement.client_ref == draft.client_ref, Engagement.force_id == actor.force_id
        )
    ).one_or_none()
    if row is None:
        return None
    if row.recorded_by_id != actor.officer_id:
        raise Missing
    return Logged(engagement_id=row.id, new=False, differs=row.content_hash != draft.content_hash)


def _finish_plan(session: Session, actor: Actor, draft: EngagementDraft, values: dict[str, Any]) -> int | None:
    """Turns a planned engagement into this one; None where this very form did so already."""
    planned = session.scalar(select(Engagement).where(Engagement.id == draft.planned_id, visible_to(actor)).with_for_update())
    if planned is None:
        raise Missing
    if planned.state != State.PLANNED:
        if planned.client_ref == draft.client_ref:
            return None
        raise Refused("Somebody has already said what became of this. Open it to read or correct it.")
    for name, value in values.items():
        setattr(planned, name, value)
    session.flush()
    return planned.id


def _new_group(session: Session, actor: Actor, new: NewGroup, where: Where, now: datetime) -> int:
    """Makes the group that nobody knew, in the entry's neighbourhood, under an assumed agreement."""
    if where.neighbourhood_id is None:
        raise Refused("Choose the neighbourhood", field="neighbourhood")
    asked = GroupDraft(name=new.name, kind=new.kind, neighbourhood_id=where.neighbourhood_id, owner_id=actor.officer_id, to_confirm=True)
    return create_group(session, actor, asked, now=now).id
