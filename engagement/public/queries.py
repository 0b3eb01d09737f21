"""What anyone may read of a neighbourhood: its officer, and the approved items that are for everyone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from engagement.concerns.models import Concern
from engagement.core.months import Month
from engagement.places.models import Force, Neighbourhood
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


def head_of(session: Session, place_id: int, today: date) -> Head:
    """Who looks after the neighbourhood, and how to reach them."""
    return heads(session, [place_id], today)[place_id]
