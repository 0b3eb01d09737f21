"""Making a month's summary from the records, and taking in what was entered since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.audit.domain import Operation
from engagement.audit.service import record
from engagement.core.months import Month
from engagement.places.models import Neighbourhood
from engagement.summaries.composing import compose
from engagement.summaries.facts import Matter, worth_saying
from engagement.summaries.models import Summary, SummaryItem

MISSED_AT_MOST = 6  # months that are made up after the service was down; what is older is no news


def months_owed(session: Session, force_id: int, today_month: Month) -> list[Month]:
    """The months that may lack a summary, oldest first: always the one before this, and those missed since the last drafted."""
    last = session.scalar(select(func.max(Summary.month)).where(Summary.force_id == force_id))
    newest = today_month.previous
    oldest = min(Month.parse(last).next, newest) if last else newest
    first = max(oldest, newest.plus(1 - MISSED_AT_MOST))
    count = (newest.year - first.year) * 12 + newest.number - first.number + 1
    return [first.plus(n) for n in range(count)]


def places_without(session: Session, force_id: int, month: Month, after: int, limit: int) -> Sequence[int]:
    """The next neighbourhoods of a force, by id, that have no summary for the month."""
    done = select(Summary.neighbourhood_id).where(Summary.force_id == force_id, Summary.month == str(month))
    return session.scalars(
        select(Neighbourhood.id)
        .where(Neighbourhood.force_id == force_id, Neighbourhood.id > after, Neighbourhood.id.not_in(done))
        .order_by(Neighbourhood.id)
        .limit(limit)
    ).all()


def draft(session: Session, actor: Actor, neighbourhood_ids: Sequence[int], month: Month, *, now: datetime) -> dict[str, int]:
    """Drafts the month for those of the neighbourhoods that have something to say and no summary yet.

    The number of questions does not grow with them. Counts: summaries, items.
    """
    known = set(
        session.scalars(
            select(Summary.neighbourhood_id).where(Summary.neighbourhood_id.in_(neighbourhood_ids), Summary.month == str(month))
        )
    )
    found = worth_saying(session, [i for i in neighbourhood_ids if i not in known], month)
    teams = {
        row.id: row.team_id for row in session.execute(select(Neighbourhood.id, Neighbourhood.team_id).where(Neighbourhood.id.in_(found)))
    }
    made = [
        Summary(
            force_id=actor.force_id,
            team_id=teams[place],
            neighbourhood_id=place,
            month=str(month),
            state="drafted",
            drafted_at=now,
        )
        for place in sorted(found)
    ]
    session.add_all(made)
    session.flush()
    items = [item for summary in made for item in _items(summary, found[summary.neighbourhood_id], month, now=now)]
    session.add_all(items)
    session.flush()
    if made:
        record(session, actor, Operation.COLLECTION, "summary", [s.id for s in made], now=now)
    return {"summaries": len(made), "items": len(items)}


def new_matters(session: Session, summaries: Sequence[Summary]) -> Mapping[int, list[Matter]]:
    """For each of some summaries of one month, what was entered since its draft and has no item yet."""
    if not summaries:
        return {}
    month = Month.parse(summaries[0].month)
    found = worth_saying(session, [s.neighbourhood_id for s in summaries], month)
    rows = session.execute(
        select(SummaryItem.summary_id, SummaryItem.concern_id).where(SummaryItem.summary_id.in_([s.id for s in summaries]))
    )
    known = {(row.summary_id, row.concern_id) for row in rows}
    return {s.id: [m for m in found.get(s.neighbourhood_id, []) if (s.id, m.concern_id) not in known] for s in summaries}


def add_items(session: Session, summary: Summary, found: Sequence[Matter], *, now: datetime) -> list[SummaryItem]:
    """Adds items behind those there are, worded by the rule."""
    last = session.scalar(select(func.max(SummaryItem.position)).where(SummaryItem.summary_id == summary.id))
    items = _items(summary, found, Month.parse(summary.month), now=now, first=(last or 0) + 1)
    session.add_all(items)
    session.flush()
    return items


def _items(summary: Summary, found: Sequence[Matter], month: Month, *, now: datetime, first: int = 1) -> list[SummaryItem]:
    items = []
    for position, about in enumerate(found, start=first):
        words = compose(about.facts, month)
        items.append(
            SummaryItem(
                force_id=summary.force_id,
                summary_id=summary.id,
                concern_id=about.concern_id,
                you_said=words.you_said,
                we_did=words.we_did,
                what_next=words.what_next,
                audience=words.audience,
                left_out=words.left_out,
                left_out_reason=words.left_out_reason,
                cleared=[],
                written_at=now,
                position=position,
            )
        )
    return items
