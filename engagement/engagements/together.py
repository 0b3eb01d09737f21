"""Many plain entries put on the record at once, in a few statements: what phones send after an hour without a signal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.audit.domain import Operation
from engagement.audit.service import record
from engagement.core.clock import london_day
from engagement.core.errors import Missing
from engagement.engagements.domain import State, check_moment
from engagement.engagements.drafts import Attending, EngagementDraft
from engagement.engagements.owners import leave, notes_of
from engagement.engagements.recount import held_to_log, moved_on, wake
from engagement.engagements.writing import (
    FIELDS,
    Where,
    check_contacts,
    check_officers,
    check_words,
    group_rows,
    groups_of,
    insert_many,
    put_links,
    values_of,
    where_of,
)


def plain(draft: EngagementDraft) -> bool:
    """Whether a draft is an entry alone, with nothing that came along and nobody it stands in for: what `log_many` takes."""
    more = draft.concerns or draft.tellings or draft.promises or draft.kept or draft.new_group or draft.before_the_diary
    return not more and draft.planned_id is None and draft.for_officer_id is None


def log_many(session: Session, actor: Actor, drafts: Sequence[EngagementDraft], *, now: datetime) -> dict[str, int]:
    """Puts plain drafts on the record, each as `log` would; answers the ids of those that are new by their references.

    Each has a reference of its own; of one that is on the record already nothing is written. Raises what `log` raises for
    one of them before anything of any is written. Should the database refuse a row, the transaction is not to be kept.
    """
    if actor.officer_id is None:
        raise Missing
    moments = [check_moment(draft.happened_at, now) for draft in drafts]
    for draft in drafts:
        check_words(draft.outcome, draft.summary, draft.attendance)
    there = [groups_of(draft) for draft in drafts]
    rows = held_to_log(session, actor, {g.group_id for groups in there for g in groups})
    check_contacts(session, [g for groups in there for g in groups])
    check_officers(session, actor, {i for d in drafts for i in (*d.officer_ids, *([d.raised_to_id] if d.raised_to_id else []))})
    places = _places(session, actor, drafts, there)
    values = []
    for draft, groups, happened_at in zip(drafts, there, moments, strict=True):
        where = _where(draft, rows[groups[0].group_id] if groups else None, places)
        values.append(values_of(actor, draft, where, happened_at, now))
    made = insert_many(session, values)
    _link(session, actor, drafts, there, values, made, rows, now=now)
    return made


def _places(
    session: Session, actor: Actor, drafts: Sequence[EngagementDraft], there: Sequence[Sequence[Attending]]
) -> dict[int | None, Where]:
    """Where the neighbourhoods belong that are named, and what has neither group nor neighbourhood."""
    named = {
        draft.neighbourhood_id for draft, groups in zip(drafts, there, strict=True) if draft.neighbourhood_id is not None or not groups
    }
    return {neighbourhood: where_of(session, actor, neighbourhood, None) for neighbourhood in named}


def _where(draft: EngagementDraft, first: Any, places: Mapping[int | None, Where]) -> Where:
    """Where an entry belongs: as `where_of` says."""
    if first is None:
        return places[draft.neighbourhood_id]
    if draft.neighbourhood_id is None:
        return Where(team_id=first.team_id, neighbourhood_id=first.neighbourhood_id)
    return Where(team_id=first.team_id, neighbourhood_id=draft.neighbourhood_id)


def _link(
    session: Session,
    actor: Actor,
    drafts: Sequence[EngagementDraft],
    there: Sequence[Sequence[Attending]],
    values: Sequence[Mapping[str, Any]],
    made: Mapping[str, int],
    rows: dict[int, Any],
    *,
    now: datetime,
) -> None:
    """Writes who was there at the entries that are new, one audit row and the notes for each, and when their groups are due."""
    links: list[dict[str, Any]] = []
    officers: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    for draft, groups, row in zip(drafts, there, values, strict=True):
        engagement_id = made.get(draft.client_ref)
        if engagement_id is None:
            continue
        links += group_rows(
            actor, engagement_id, groups, state=State.HAPPENED, kind=draft.kind, outcome=draft.outcome,
            direction=draft.direction, happened_on=row["happened_on"],
        )  # fmt: skip
        present = sorted({actor.officer_id or 0, *draft.officer_ids})
        officers += [{"force_id": actor.force_id, "engagement_id": engagement_id, "officer_id": i} for i in present]
        notes += notes_of(actor, [rows[g.group_id] for g in groups], present, draft)
        record(session, actor, Operation.COLLECTION, "engagement", [engagement_id], fields=FIELDS, now=now)
    put_links(session, links, officers)
    met: dict[int, date] = {}
    for link in links:
        if link["counts"]:
            met[link["group_id"]] = max(link["happened_on"], met.get(link["group_id"], date.min))
    moved_on(session, rows, met, today=london_day(now))
    wake(session, actor, rows, now=now)
    leave(session, actor, notes, now=now)
