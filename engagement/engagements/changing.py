"""Changing what is on the record: corrections that keep what was said before, withdrawing, taking back, adding oneself."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engagement.access.domain import Actor, Permission
from engagement.audit.domain import Operation
from engagement.audit.service import keep_version, record
from engagement.core.clock import london_day
from engagement.core.errors import Conflict, Missing, Refused
from engagement.engagements.brought import bring_along, carry_along, still_open, undo_along, untold
from engagement.engagements.domain import Direction, Kind, Outcome, State, check_moment
from engagement.engagements.drafts import Attending, Correction, EngagementDraft, ToldThere
from engagement.engagements.log_queries import groups_to_log
from engagement.engagements.models import Engagement, EngagementGroup
from engagement.engagements.queries import EntryView, brought_by, entry
from engagement.engagements.recount import recount
from engagement.engagements.writing import LINE_LONGEST, check_contacts, check_officers, check_words, put_groups, put_officers
from engagement.groups.service import hold

TAKE_BACK_WITHIN = timedelta(hours=24)
TAKEN_BACK = "Taken back by who logged it"


def may_change(actor: Actor, view: EntryView) -> bool:
    """Whether the actor may correct or withdraw it: who recorded it, who was there, and their sergeant or inspector."""
    there = actor.officer_id == view.row.recorded_by_id or any(o.officer_id == actor.officer_id for o in view.officers)
    return there or view.row.team_id in actor.teams(Permission.DECIDE_OVERDUE)


def may_take_back(actor: Actor, row: Engagement, now: datetime) -> bool:
    """Whether it is the actor's own entry, not yet a day old."""
    return row.recorded_by_id == actor.officer_id and row.state == State.HAPPENED and now - row.recorded_at <= TAKE_BACK_WITHIN


def said(view: EntryView) -> dict[str, Any]:
    """What an entry says, as it is kept before a change: words for people, by field name."""
    row = view.row
    return {
        "kind": Kind(row.kind).label,
        "outcome": Outcome(row.outcome).label if row.outcome else "",
        "direction": Direction(row.direction).label,
        "happened_at": row.happened_at.isoformat() if row.happened_at else "",
        "planned_for": row.planned_for.isoformat() if row.planned_for else "",
        "summary": row.summary,
        "place": row.place,
        "attendance": "" if row.attendance is None else str(row.attendance),
        "groups": [g.name + ("" if g.part == "with" else " (also there)") for g in view.groups],
        "officers": [f"{o.name} {o.collar_number}" for o in view.officers],
    }


def correct(session: Session, actor: Actor, engagement_id: int, correction: Correction, *, now: datetime) -> bool:
    """Makes an entry say what it should have said, keeping what it said before; answers whether anything changed.

    Raises Missing, Refused beside a field, or Conflict where somebody else changed it since it was read.
    """
    view = _to_change(session, actor, engagement_id)
    row = view.row
    if row.state != State.HAPPENED:
        raise Refused("Only an entry of something that happened can be corrected")
    before = said(view)
    if row.version != correction.version:
        raise Conflict("Somebody else has changed this entry since you opened it", theirs=_plain(before))
    check_words(correction.outcome, correction.summary, correction.attendance, nothing_else=not row.before_the_diary)
    groups_to_log(session, actor, [g.group_id for g in correction.groups])
    check_contacts(session, correction.groups)
    officers = check_officers(session, actor, correction.officer_ids)
    if not correction.groups and not row.with_resident:
        raise Refused("Say who it was with", field="group")
    touched = {g.group_id for g in view.groups} | {g.group_id for g in correction.groups}
    hold(session, touched)
    was_at = row.happened_at
    happened_at = was_at if was_at == correction.happened_at else check_moment(correction.happened_at, now)
    row.kind, row.outcome, row.direction = correction.kind, correction.outcome, correction.direction
    row.happened_at, row.happened_on = happened_at, london_day(happened_at) if happened_at else None
    row.summary, row.place, row.attendance = correction.summary, correction.place, correction.attendance
    row.override_reason = correction.override_reason or row.override_reason
    put_groups(
        session, actor, row.id, correction.groups, state=State.HAPPENED, kind=correction.kind, outcome=correction.outcome,
        direction=correction.direction, happened_on=row.happened_on,
    )  # fmt: skip
    put_officers(session, actor, row.id, officers)
    session.flush()
    after = said(entry(session, actor, row.id))
    changed = [name for name, value in after.items() if before[name] != value]
    if changed or session.is_modified(row):
        keep_version(session, actor, "engagement", row.id, before, now=now, reason=correction.reason)
    record(session, actor, Operation.ALTERATION, "engagement", [row.id], fields=changed, now=now)
    if was_at != happened_at and was_at is not None and happened_at is not None:
        carry_along(session, row.id, was_at, happened_at, now=now)
    recount(session, touched, today=london_day(now))
    return bool(changed)


def withdraw(session: Session, actor: Actor, engagement_id: int, reason: str, *, now: datetime, version: int | None = None) -> None:
    """Strikes an entry out, with a reason: it stays to be read and never counts.

    What was told in it is taken back, and what was raised and promised in it is withdrawn with it.
    """
    view = _to_change(session, actor, engagement_id)
    if not reason.strip():
        raise Refused("Say why it is withdrawn", field="reason")
    if version is not None and view.row.version != version:
        raise Conflict("Somebody else has changed this entry since you opened it", theirs=_plain(said(view)))
    _strike_out(session, actor, view, reason, now)


def take_back(session: Session, actor: Actor, engagement_id: int, *, now: datetime) -> None:
    """Withdraws one's own entry within a day of recording it; no reason is asked."""
    view = entry(session, actor, engagement_id)
    if view.row.recorded_by_id != actor.officer_id:
        raise Missing
    if view.row.state == State.WITHDRAWN:
        return  # a second press of the same button
    if not may_take_back(actor, view.row, now):
        raise Refused("It is more than a day old: withdraw it, with a reason")
    _strike_out(session, actor, view, TAKEN_BACK, now)


def _strike_out(session: Session, actor: Actor, view: EntryView, reason: str, now: datetime) -> None:
    row = view.row
    if row.state == State.WITHDRAWN:
        raise Refused("It has been withdrawn already")
    touched = [g.group_id for g in view.groups]
    hold(session, touched)
    row.state = State.WITHDRAWN
    row.withdrawn_at, row.withdrawn_by_id, row.withdrawn_reason = now, actor.officer_id, reason
    session.flush()
    session.execute(update(EngagementGroup).where(EngagementGroup.engagement_id == row.id).values(counts=False))
    record(session, actor, Operation.ALTERATION, "engagement", [row.id], fields=["state", "withdrawn_reason"], now=now)
    undo_along(session, actor, row.id, reason, now=now)
    recount(session, touched, today=london_day(now))


def add_yourself(session: Session, actor: Actor, engagement_id: int, *, now: datetime, typed: EngagementDraft | None = None) -> None:
    """Says that the actor was there as well; once more changes nothing.

    What they had `typed` of that visit goes on the entry with them: their line after the one that stands there, and what
    was raised, told and promised. Raises Refused beside a field where it cannot, and then changes nothing.
    """
    session.execute(select(Engagement.id).where(Engagement.id == engagement_id).with_for_update())
    view = entry(session, actor, engagement_id)
    row = view.row
    if actor.officer_id is None:
        raise Missing
    if row.state != State.HAPPENED:
        raise Refused("Only an entry of something that happened can be added to")
    there, before = _is_there(actor, view), said(view)
    if there and (typed is None or has_it_all(session, actor, view, _lines(typed), told=typed.tellings, kept=typed.kept)):
        return
    if not there:
        put_officers(session, actor, row.id, [actor.officer_id], fresh=True)
    fields = set() if there else {"officers"}
    fields |= set() if typed is None else {*_add_typed(session, actor, view, typed, now)}
    if fields:  # what was ticked alone changes no word of the entry, and is on record with what it ticks
        keep_version(session, actor, "engagement", row.id, before, now=now, reason="Added themselves")
        record(session, actor, Operation.ALTERATION, "engagement", [row.id], fields=sorted(fields), now=now)


def has_it_all(
    session: Session, actor: Actor, view: EntryView, lines: Iterable[str], *, told: Iterable[ToldThere], kept: Collection[int]
) -> bool:
    """Whether the actor is on an entry already with all that they typed and ticked: it was sent before, and only its answer was lost."""
    if not _is_there(actor, view):
        return False
    concerns, promises = brought_by(session, actor, view.row.id)
    known = {*(one.title for one in concerns), *(one.what for one in promises)}
    if not all(words in known or words in view.row.summary for words in lines):
        return False
    return not untold(session, view.row.id, told) and not still_open(session, kept)


def _is_there(actor: Actor, view: EntryView) -> bool:
    return any(officer.officer_id == actor.officer_id for officer in view.officers)


def _lines(typed: EngagementDraft) -> list[str]:
    return [typed.summary, *(line.title for line in typed.concerns), *(made.what for made in typed.promises)]


def _add_typed(session: Session, actor: Actor, view: EntryView, typed: EngagementDraft, now: datetime) -> list[str]:
    """Puts what was typed of the same visit on the entry that stands; answers which of its fields that changed."""
    row, chosen = view.row, [group.group_id for group in typed.groups]
    there = [group.group_id for group in view.groups]
    if typed.new_group is not None or not set(chosen) <= set(there):
        raise Refused("Their entry does not name every group that yours does. Save yours as well.", field="group_name")
    was = (row.summary, row.place, row.attendance)
    if typed.summary not in row.summary:
        row.summary = _both_lines(row.summary, typed.summary)
    row.place, row.attendance = row.place or typed.place, typed.attendance if row.attendance is None else row.attendance
    row.override_reason = typed.override_reason or row.override_reason
    others = set(typed.officer_ids) - {actor.officer_id} - {officer.officer_id for officer in view.officers}
    if others:
        put_officers(session, actor, row.id, check_officers(session, actor, others), fresh=True)
    groups = tuple(Attending(group_id=i) for i in dict.fromkeys([*chosen, *there]))
    visit = replace(
        typed, kind=Kind(row.kind), outcome=Outcome(row.outcome or typed.outcome), place=row.place, for_officer_id=None,
        happened_at=row.happened_at or typed.happened_at,
    )  # fmt: skip
    bring_along(session, actor, visit, row.id, groups, row.neighbourhood_id, now=now)
    changed = [name for name, old in zip(("summary", "place", "attendance"), was, strict=True) if getattr(row, name) != old]
    return ["officers", *changed] if others else changed


def _both_lines(theirs: str, ours: str) -> str:
    """Two officers' lines of one visit as one, no longer than a line may be."""
    both = f"{theirs.rstrip()}{'' if theirs.rstrip().endswith(tuple('.!?')) or not theirs else '.'} {ours}".strip()
    if len(both) > LINE_LONGEST:
        raise Refused(
            "Your line goes after theirs, and the two are longer than {most} characters. Shorten yours by {over}.",
            field="summary", most=LINE_LONGEST, over=len(both) - LINE_LONGEST,
        )  # fmt: skip
    return both


def _to_change(session: Session, actor: Actor, engagement_id: int) -> EntryView:
    session.execute(select(Engagement.id).where(Engagement.id == engagement_id).with_for_update())
    view = entry(session, actor, engagement_id)
    if not may_change(actor, view):
        raise Refused("Only who was there, who recorded it, or their sergeant can change it")
    return view


def _plain(content: dict[str, Any]) -> dict[str, str]:
    return {name: ", ".join(value) if isinstance(value, list) else str(value) for name, value in content.items()}
