"""What anyone may read of a neighbourhood: its officer, and the approved items that are for everyone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from engagement.concerns.models import Concern
from engagement.core.months import Month
from engagement.engagements.domain import State
from engagement.engagements.models import Engagement, EngagementGroup, OpenMeeting
from engagement.groups.models import Group
from engagement.people.models import Officer, Posting
from engagement.places.models import Force, Neighbourhood, Team
from engagement.priorities.models import Priority, PriorityWording
from engagement.priorities.queries import newest_approved
from engagement.summaries.letterhead import Head, heads
from engagement.summaries.models import Summary, SummaryItem
from engagement.summaries.queries import may_be_said

MONTHS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicPlace:
    """A neighbourhood as its public address names it."""

    id: int
    name: str
    slug: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicMonth:
    """A month's items, as approved."""

    name: str
    entries: Sequence[Any]  # you_said, we_did, what_next


_PLACE = (
    select(Neighbourhood.id, Neighbourhood.name, Neighbourhood.slug)
    .join(Force, Force.id == Neighbourhood.force_id)
    .where(
        Force.slug == bindparam("force"), or_(Neighbourhood.slug == bindparam("place"), Neighbourhood.police_uk_id == bindparam("place"))
    )
    .order_by((Neighbourhood.slug == bindparam("place")).desc())
    .limit(1)
)
_ITEMS = (
    select(Summary.month, SummaryItem.id, SummaryItem.you_said, SummaryItem.we_did, SummaryItem.what_next)
    .join(SummaryItem, SummaryItem.summary_id == Summary.id)
    .join(Concern, Concern.id == SummaryItem.concern_id)
    .where(
        may_be_said(),  # also where that changed after its approval
        Summary.neighbourhood_id == bindparam("place"),
        Summary.month >= bindparam("since"),
        SummaryItem.approved_at.is_not(None),
        SummaryItem.left_out.is_(False),
        SummaryItem.audience == "everyone",
    )
    .order_by(Summary.month.desc(), SummaryItem.position, SummaryItem.id)
    .limit(200)
)


def place_of(session: Session, force: str, place: str) -> PublicPlace | None:
    """The neighbourhood of a public address: by its own slug, or by its police.uk id."""
    row = session.connection().execute(_PLACE, {"force": force, "place": place}).first()
    return PublicPlace(id=row.id, name=row.name, slug=row.slug) if row else None


def months_of(session: Session, place_id: int, today: date) -> list[PublicMonth]:
    """The approved items for everyone of the last months, newest month first."""
    since = Month.of(today)
    for _ in range(MONTHS):
        since = since.previous
    months: dict[str, list[Any]] = {}
    for row in session.connection().execute(_ITEMS, {"place": place_id, "since": str(since)}):
        months.setdefault(row.month, []).append(row)
    return [PublicMonth(name=Month.parse(month).name, entries=items) for month, items in months.items()]


_PRIORITIES = (
    select(Priority.id, Priority.agreed_on, PriorityWording.issue, PriorityWording.action, PriorityWording.action_on)
    .join(PriorityWording, PriorityWording.priority_id == Priority.id)
    .where(
        Priority.neighbourhood_id == bindparam("place"),
        Priority.slot.is_not(None),
        PriorityWording.approved_at.is_not(None),
        PriorityWording.n == newest_approved(),
    )
    .order_by(Priority.slot)
)


def priorities_of(session: Session, place_id: int) -> Sequence[Any]:
    """The live priorities of a neighbourhood in the words approved last: at most three, agreed_on, issue, action, action_on.

    One whose words nobody approved yet is not there.
    """
    return session.connection().execute(_PRIORITIES, {"place": place_id}).all()


def people_of(session: Session, place_id: int, today: date) -> list[dict[str, str]]:
    """Whom the public is given: the neighbourhood's own officer, then the sergeants of its team: name, rank, telephone, email."""
    place = session.execute(
        select(Neighbourhood.team_id, Neighbourhood.named_officer_id, Team.email, Team.telephone)
        .join(Team, Team.id == Neighbourhood.team_id)
        .where(Neighbourhood.id == place_id)
    ).one()
    own = Officer.id == place.named_officer_id
    rows = session.execute(
        select(Officer.id, Officer.name, Officer.rank, Officer.telephone, own.label("own"))
        .outerjoin(Posting, Posting.officer_id == Officer.id)
        .where(
            or_(
                own,
                and_(
                    Posting.team_id == place.team_id,
                    Posting.kind == "home",
                    Posting.role == "sergeant",
                    Posting.starts_on <= today,
                    or_(Posting.ends_on.is_(None), Posting.ends_on >= today),
                ),
            )
        )
        .order_by(own.desc(), Officer.name_folded)
    )
    found = {row.id: row for row in rows}
    return [
        {"name": row.name, "rank": row.rank, "telephone": row.telephone or place.telephone, "email": place.email} for row in found.values()
    ]


_MEETINGS = (
    select(Engagement.kind, Engagement.planned_for, Engagement.place, Team.email, Team.telephone)
    .join(OpenMeeting, OpenMeeting.engagement_id == Engagement.id)
    .join(Team, Team.id == Engagement.team_id)
    .where(
        OpenMeeting.neighbourhood_id == bindparam("place"),
        Engagement.state == State.PLANNED.value,
        Engagement.planned_for >= bindparam("now"),
        Engagement.sensitive.is_(False),
        ~exists().where(EngagementGroup.engagement_id == Engagement.id, Group.id == EngagementGroup.group_id, Group.sensitive.is_(True)),
    )
    .order_by(Engagement.planned_for, Engagement.id)
    .limit(20)
)


def meetings_of(session: Session, place_id: int, now: datetime) -> Sequence[Any]:
    """What is to come that anyone may come to, the next first: kind, planned_for, place, the team's email and telephone."""
    return session.execute(_MEETINGS, {"place": place_id, "now": now}).all()


def head_of(session: Session, place_id: int, today: date) -> Head:
    """Who looks after the neighbourhood, and how to reach them."""
    return heads(session, [place_id], today)[place_id]
