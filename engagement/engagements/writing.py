"""The rows of an engagement: written once for each reference, with who was there for the groups and for the police."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.core.clock import london_day
from engagement.core.errors import Refused
from engagement.db import ask, dialect_of
from engagement.engagements.domain import Direction, Kind, Outcome, Part, State, counts_as_contact
from engagement.engagements.drafts import Attending, EngagementDraft
from engagement.engagements.models import Engagement, EngagementGroup, EngagementOfficer
from engagement.groups.models import Contact
from engagement.people.models import Officer
from engagement.places.models import Neighbourhood

LINE_LONGEST, PLACE_LONGEST, REASON_LONGEST = 300, 200, 300
MOST_THERE = 100_000
MOST_GROUPS = 30
FIELDS = ("kind", "outcome", "happened_at", "summary", "groups", "officers")
_TABLE = cast(Table, Engagement.__table__)
_ONCE = {  # put together once, not for each save
    name: dialect.insert(_TABLE).on_conflict_do_nothing(index_elements=["client_ref"]).returning(_TABLE.c.id)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
_MANY = {
    name: dialect.insert(_TABLE).on_conflict_do_nothing(index_elements=["client_ref"]).returning(_TABLE.c.id, _TABLE.c.client_ref)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}

_GROUPS, _OFFICERS = (insert(cast(Table, model.__table__)) for model in (EngagementGroup, EngagementOfficer))


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """The team and neighbourhood that an entry belongs to."""

    team_id: int
    neighbourhood_id: int | None


def groups_of(draft: EngagementDraft) -> tuple[Attending, ...]:
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


def values_of(actor: Actor, draft: EngagementDraft, where: Where, happened_at: datetime, now: datetime) -> dict[str, Any]:
    """The row of an entry that happened, but for its version."""
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


def insert_once(session: Session, values: dict[str, Any]) -> int | None:
    """Writes an engagement and answers its id; None where its `client_ref` is on the record already.

    It goes to the table itself: a second send changes nothing and so owes the audit nothing.
    """
    once = _ONCE[dialect_of(session)]
    made: int | None = ask(session, once, {"version": 1, **values}).scalar()
    return made


def where_of(session: Session, actor: Actor, neighbourhood_id: int | None, first: Any) -> Where:
    """Where an entry belongs: its first group's team, else the neighbourhood's, else the officer's own."""
    if neighbourhood_id is not None:
        team_id = session.scalar(
            select(Neighbourhood.team_id).where(Neighbourhood.id == neighbourhood_id, Neighbourhood.force_id == actor.force_id)
        )
        if team_id is None:
            raise Refused("Choose a neighbourhood from the list", field="neighbourhood")
        return Where(team_id=first.team_id if first else team_id, neighbourhood_id=neighbourhood_id)
    if first is not None:
        return Where(team_id=first.team_id, neighbourhood_id=first.neighbourhood_id)
    own = actor.own_teams or actor.readable_teams
    places = session.execute(select(Neighbourhood.id, Neighbourhood.team_id).where(Neighbourhood.team_id.in_(own))).all()
    if len(places) != 1:
        raise Refused("Choose the neighbourhood", field="neighbourhood")
    return Where(team_id=places[0].team_id, neighbourhood_id=places[0].id)


def check_officers(session: Session, actor: Actor, officer_ids: Iterable[int]) -> list[int]:
    """The officers, each once; Refused where one is not of the force."""
    wanted = sorted(set(officer_ids))
    others = [i for i in wanted if i != actor.officer_id]
    if others:
        known = session.scalars(select(Officer.id).where(Officer.id.in_(others), Officer.force_id == actor.force_id)).all()
        if len(known) != len(others):
            raise Refused("Choose officers of this force", field="officers")
    return wanted


def check_contacts(session: Session, groups: Sequence[Attending]) -> None:
    """Refused where somebody named as spoken with does not speak for that group."""
    named = {(g.contact_id, g.group_id) for g in groups if g.contact_id is not None}
    if named:
        found = session.execute(select(Contact.id, Contact.group_id).where(Contact.id.in_([contact for contact, _ in named])))
        if named - {(row.id, row.group_id) for row in found}:
            raise Refused("Choose a contact of this group", field="contact")


def put_groups(
    session: Session,
    actor: Actor,
    engagement_id: int,
    groups: Sequence[Attending],
    *,
    state: State,
    kind: Kind,
    outcome: Outcome | None,
    direction: Direction,
    happened_on: date | None,
    fresh: bool = False,
) -> list[int]:
    """Writes the groups of an entry in the place of those it had, of which a `fresh` one has none; answers those with
    which it counts as contact."""
    if not fresh:
        session.execute(delete(EngagementGroup).where(EngagementGroup.engagement_id == engagement_id))
    rows = group_rows(actor, engagement_id, groups, state=state, kind=kind, outcome=outcome, direction=direction, happened_on=happened_on)
    if rows:
        ask(session, _GROUPS, rows)
    return [row["group_id"] for row in rows if row["counts"]]


def group_rows(
    actor: Actor,
    engagement_id: int,
    groups: Sequence[Attending],
    *,
    state: State,
    kind: Kind,
    outcome: Outcome | None,
    direction: Direction,
    happened_on: date | None,
) -> list[dict[str, Any]]:
    """The rows of an entry's groups, each with whether it counts as contact."""
    happened = state is State.HAPPENED and happened_on is not None
    return [
        {
            "force_id": actor.force_id,
            "engagement_id": engagement_id,
            "group_id": there.group_id,
            "part": there.part.value,
            "host": there.host,
            "spoke_with_them": there.spoke_with_them,
            "contact_id": there.contact_id,
            "happened_on": happened_on,
            "counts": happened and counts_as_contact(kind, outcome, direction, there.part, there.contact_id is not None, there.spoke_with_them),
        }
        for there in groups
    ]  # fmt: skip


def put_links(session: Session, groups: Sequence[dict[str, Any]], officers: Sequence[dict[str, Any]]) -> None:
    """Writes the groups and the officers of many new entries."""
    for statement, rows in ((_GROUPS, groups), (_OFFICERS, officers)):
        if rows:
            ask(session, statement, rows)


def insert_many(session: Session, values: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Writes engagements, answers their ids by `client_ref`; one whose reference is on the record already is not among them."""
    rows = ask(session, _MANY[dialect_of(session)], [{"version": 1, **row} for row in values])
    return {row.client_ref: row.id for row in rows}


def put_officers(session: Session, actor: Actor, engagement_id: int, officer_ids: Collection[int], *, fresh: bool = False) -> None:
    """Writes who was there for the police in the place of who it said."""
    if not fresh:
        session.execute(delete(EngagementOfficer).where(EngagementOfficer.engagement_id == engagement_id))
    if officer_ids:
        rows = [{"force_id": actor.force_id, "engagement_id": engagement_id, "officer_id": officer_id} for officer_id in officer_ids]
        ask(session, _OFFICERS, rows)


def check_words(outcome: Outcome | None, summary: str, attendance: int | None, *, nothing_else: bool = True) -> None:
    """Refused where somebody spoke and there is not a word of it, and for a headcount that cannot be."""
    if outcome is not None and not outcome.line_may_be_empty and nothing_else and not summary.strip():
        raise Refused("Say in a line what happened", field="summary")
    if attendance is not None and not 0 <= attendance <= MOST_THERE:
        raise Refused("Headcount must be from 0 to {most}", field="attendance", most=f"{MOST_THERE:,}")
