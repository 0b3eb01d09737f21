"""What people do with engagements: `log()`, once for each reference; the rest is re-exported from the modules beside it."""

from __future__ import annotations

from collections.abc import Sequence
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
from engagement.engagements.domain import Part, State, check_moment, check_reference
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
from engagement.engagements.log_queries import groups_to_log
from engagement.engagements.models import Engagement, KeptElsewhere
from engagement.engagements.planning import did_it_happen, plan
from engagement.engagements.queries import visible_to
from engagement.engagements.recount import recount
from engagement.engagements.writing import (
    Where,
    check_contacts,
    check_officers,
    check_words,
    group_rows,
    insert_many,
    insert_once,
    put_groups,
    put_links,
    put_officers,
    where_of,
)
from engagement.groups.drafts import GroupDraft
from engagement.groups.service import create_group, hold, wake_contacted
from engagement.people.models import OfficerNote

__all__ = [
    "TAKE_BACK_WITHIN", "Attending", "Became", "Correction", "EndOfPlan", "EngagementDraft", "Logged", "NewGroup", "PlanDraft",
    "Promised", "RaisedConcern", "ToldThere", "add_yourself", "correct", "did_it_happen", "keep_elsewhere", "log", "log_many", "may_change", "may_take_back",
    "plain", "plan", "recount", "take_back", "withdraw",
]  # fmt: skip

MOST_GROUPS = 30
FIELDS = ("kind", "outcome", "happened_at", "summary", "groups", "officers")


def log(session: Session, actor: Actor, draft: EngagementDraft, *, now: datetime) -> Logged:
    """Puts an engagement on the record with all that was said with it, once for each `client_ref`.

    In one transaction: the entry, its groups and officers, a group not known before (to be confirmed), concerns,
    tellings and promises, the groups' last contacts and next due dates. A second send of a reference changes nothing
    and answers with the first, `differs` where it says something else. Raises Refused beside a field, or Missing.
    """
    if actor.officer_id is None:
        raise Missing
    known = _known(session, actor, draft) if draft.planned_id is not None else None
    if known is not None:
        return known
    happened_at = check_moment(draft.happened_at, now)
    brought = bool(draft.concerns or draft.tellings or draft.promises or draft.before_the_diary)
    check_words(draft.outcome, draft.summary, draft.attendance, nothing_else=not brought)
    groups = _groups_of(draft)
    rows = groups_to_log(session, actor, [g.group_id for g in groups])
    hold(session, rows)
    check_contacts(session, groups)
    there = draft.for_officer_id if draft.for_officer_id is not None else actor.officer_id
    officers = check_officers(session, actor, (there, *draft.officer_ids, *([draft.raised_to_id] if draft.raised_to_id else [])))
    present = [i for i in officers if i == there or i in draft.officer_ids]
    where = where_of(session, actor, draft.neighbourhood_id, rows[groups[0].group_id] if groups else None)
    values = _values(actor, draft, where, happened_at, now)
    engagement_id = _finish_plan(session, actor, draft, values) if draft.planned_id else insert_once(session, values)
    if engagement_id is None:
        again = _known(session, actor, draft)
        if again is None:
            raise Missing
        return again
    if draft.new_group is not None:
        groups = (Attending(group_id=_new_group(session, actor, draft.new_group, where, now)), *groups)
    counts = put_groups(
        session, actor, engagement_id, groups, state=State.HAPPENED, kind=draft.kind, outcome=draft.outcome,
        direction=draft.direction, happened_on=london_day(happened_at), fresh=not draft.planned_id,
    )  # fmt: skip
    put_officers(session, actor, engagement_id, present, fresh=not draft.planned_id)
    record(session, actor, Operation.COLLECTION, "engagement", [engagement_id], fields=FIELDS, now=now)
    group_ids = tuple(g.group_id for g in groups)
    if counts:
        recount(session, group_ids, today=london_day(now))
        _wake(session, actor, rows, now)
    if brought:
        bring_along(session, actor, draft, engagement_id, groups, where.neighbourhood_id, now=now)
    _tell_owners(session, actor, rows, present, draft, now)
    return Logged(engagement_id=engagement_id, new=True, group_ids=group_ids)


def plain(draft: EngagementDraft) -> bool:
    """Whether a draft is an entry alone, with nothing that came along and nobody it stands in for: what `log_many` takes."""
    more = draft.concerns or draft.tellings or draft.promises or draft.new_group or draft.before_the_diary
    return not more and draft.planned_id is None and draft.for_officer_id is None


def log_many(session: Session, actor: Actor, drafts: Sequence[EngagementDraft], *, now: datetime) -> list[Logged]:
    """Puts plain drafts on the record in a few statements, each as `log` would: all of them, or what `log` raises for one.

    Each has a reference of its own. Where it raises, nothing may be kept: call it behind a savepoint.
    """
    if actor.officer_id is None:
        raise Missing
    moments = [check_moment(draft.happened_at, now) for draft in drafts]
    for draft in drafts:
        check_words(draft.outcome, draft.summary, draft.attendance)
    there = [_groups_of(draft) for draft in drafts]
    rows = groups_to_log(session, actor, {g.group_id for groups in there for g in groups})
    hold(session, rows)
    check_contacts(session, [g for groups in there for g in groups])
    check_officers(session, actor, {i for d in drafts for i in (*d.officer_ids, *([d.raised_to_id] if d.raised_to_id else []))})
    places: dict[int | None, Where] = {}
    values = []
    for draft, groups, happened_at in zip(drafts, there, moments, strict=True):
        first = rows[groups[0].group_id] if groups else None
        if draft.neighbourhood_id is None and first is not None:
            where = where_of(session, actor, None, first)
        else:
            if draft.neighbourhood_id not in places:
                places[draft.neighbourhood_id] = where_of(session, actor, draft.neighbourhood_id, None)
            where = places[draft.neighbourhood_id]
            where = Where(team_id=first.team_id if first else where.team_id, neighbourhood_id=where.neighbourhood_id)
        values.append(_values(actor, draft, where, happened_at, now))
    made = insert_many(session, values)
    return _link_many(session, actor, drafts, there, values, made, rows, now=now)


def _link_many(
    session: Session,
    actor: Actor,
    drafts: Sequence[EngagementDraft],
    there: Sequence[tuple[Attending, ...]],
    values: Sequence[dict[str, Any]],
    made: dict[str, int],
    rows: dict[int, Any],
    *,
    now: datetime,
) -> list[Logged]:
    """Writes who was there at the entries that are new, one audit row and the notes for each, and when their groups are due."""
    links: list[dict[str, Any]] = []
    officers: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    logged = []
    for draft, groups, row in zip(drafts, there, values, strict=True):
        engagement_id = made.get(draft.client_ref)
        if engagement_id is None:
            if (again := _known(session, actor, draft)) is None:
                raise Missing
            logged.append(again)
            continue
        links += group_rows(
            actor, engagement_id, groups, state=State.HAPPENED, kind=draft.kind, outcome=draft.outcome,
            direction=draft.direction, happened_on=row["happened_on"],
        )  # fmt: skip
        present = sorted({actor.officer_id or 0, *draft.officer_ids})
        officers += [{"force_id": actor.force_id, "engagement_id": engagement_id, "officer_id": i} for i in present]
        notes += _notes(actor, {g.group_id: rows[g.group_id] for g in groups}, present, draft)
        record(session, actor, Operation.COLLECTION, "engagement", [engagement_id], fields=FIELDS, now=now)
        logged.append(Logged(engagement_id=engagement_id, new=True, group_ids=tuple(g.group_id for g in groups)))
    put_links(session, links, officers)
    recount(session, {row["group_id"] for row in links if row["counts"]}, today=london_day(now))
    _wake(session, actor, rows, now)
    _leave(session, actor, notes, now)
    return logged


def _wake(session: Session, actor: Actor, rows: dict[int, Any], now: datetime) -> None:
    """Wakes what was dormant and has been spoken with: nothing is asked where none was."""
    if asleep := [key for key, row in rows.items() if row.dormant_on is not None]:
        wake_contacted(session, actor, asleep, now=now)


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


def _groups_of(draft: EngagementDraft) -> tuple[Attending, ...]:
    """The groups named, each once, those it was with first; Refused where nobody is."""
    once: dict[int, Attending] = {}
    for there in draft.groups:
        if there.group_id in once:
            raise Refused("You named the same group twice", field="group")
        once[there.group_id] = there
    if not once and draft.new_group is None and not draft.with_resident:
        raise Refused("Say who it was with", field="group")
    if len(once) > MOST_GROUPS:
        raise Refused("Name at most {most} groups", field="group", most=MOST_GROUPS)
    return tuple(sorted(once.values(), key=lambda g: (not g.host, g.part is not Part.WITH)))


def _values(actor: Actor, draft: EngagementDraft, where: Where, happened_at: datetime, now: datetime) -> dict[str, Any]:
    return {
        "force_id": actor.force_id,
        "team_id": where.team_id,
        "neighbourhood_id": where.neighbourhood_id,
        "state": State.HAPPENED.value,
        "kind": draft.kind.value,
        "outcome": draft.outcome.value,
        "direction": draft.direction.value,
        "happened_at": happened_at,
        "happened_on": london_day(happened_at),
        "place": draft.place,
        "attendance": draft.attendance,
        "summary": draft.summary,
        "raised_to_id": draft.raised_to_id or draft.for_officer_id,
        "with_resident": draft.with_resident,
        "before_the_diary": draft.before_the_diary,
        "sensitive": draft.sensitive,
        "override_reason": draft.override_reason,
        "client_ref": draft.client_ref,
        "content_hash": draft.content_hash,
        "recorded_at": now,
        "recorded_by_id": actor.officer_id,
    }


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


def _tell_owners(
    session: Session, actor: Actor, rows: dict[int, Any], present: Sequence[int], draft: EngagementDraft, now: datetime
) -> None:
    """Leaves a note for each owner who was not there, and for the officer for whom it was recorded."""
    if not draft.before_the_diary:
        _leave(session, actor, _notes(actor, rows, present, draft), now)


def _notes(actor: Actor, rows: dict[int, Any], present: Sequence[int], draft: EngagementDraft) -> list[dict[str, Any]]:
    notes = [
        {
            "officer_id": row.owner_id,
            "about": "group",
            "about_id": row.id,
            "words": f"{actor.name} logged: {draft.kind.label.lower()}, {draft.outcome.label.lower()}",
        }
        for row in rows.values()
        if row.owner_id is not None and row.owner_id != actor.officer_id and row.owner_id not in present
    ]
    if draft.for_officer_id is not None and draft.for_officer_id != actor.officer_id:
        about = next(iter(rows), None)
        notes.append(
            {
                "officer_id": draft.for_officer_id,
                "about": "group",
                "about_id": about,
                "words": f"{actor.name} logged this for you: {draft.kind.label.lower()}",
            }
        )
    return notes


def _leave(session: Session, actor: Actor, notes: Sequence[dict[str, Any]], now: datetime) -> None:
    if notes:
        session.execute(
            insert(OfficerNote), [{**note, "force_id": actor.force_id, "left_at": now, "left_by": actor.name} for note in notes]
        )
