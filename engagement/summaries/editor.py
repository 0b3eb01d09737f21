"""The editor's desk: the cards of a summary's items, who may approve them, and whom the letter reaches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.core.clock import london_day
from engagement.core.months import Month
from engagement.people.duty_queries import off_on
from engagement.people.models import Officer
from engagement.places.models import Neighbourhood, Team
from engagement.summaries.cards import Card, cards_of
from engagement.summaries.domain import approve_by
from engagement.summaries.drafting import new_matters
from engagement.summaries.facts import Matter
from engagement.summaries.letters import fold_address
from engagement.summaries.models import Summary, SummaryItem
from engagement.summaries.queries import Approver, approvers, items_of
from engagement.summaries.recipients import correspondents
from engagement.summaries.service import may_approve_it


@dataclass(slots=True)
class Desk:
    """Everything that the editor shows of a summary."""

    summary: Summary
    place: str
    team: str
    month: Month
    by: date
    late: bool
    cards: list[Card]
    new: Sequence[Matter]
    people: list[Approver]
    off: frozenset[int]  # of those, who is off today
    mailed: Sequence[Any]
    why_not: str
    names: Mapping[int, str]

    @property
    def addresses(self) -> int:
        """How many addresses get a letter, as things stand."""
        return len({fold_address(row.email) for row in self.mailed})

    @property
    def used(self) -> list[Card]:
        """The cards that are not left out."""
        return [card for card in self.cards if not card.item.left_out]

    @property
    def to_approve(self) -> list[Card]:
        """The cards that an approver still has to approve."""
        return [card for card in self.used if card.item.approved_at is None]

    @property
    def blocked(self) -> bool:
        """Whether words have to be finished or cleared before all can be approved."""
        return any(card.findings or card.unfinished for card in self.to_approve)

    @property
    def seen(self) -> str:
        """The keys of the items to approve: "12 13"."""
        return " ".join(str(card.item.id) for card in self.to_approve)


def desk_of(session: Session, actor: Actor, summary: Summary, *, now: datetime) -> Desk:
    """The desk of a summary that the actor may read, in a number of questions that does not grow with its items."""
    items = items_of(session, summary.id)
    people = approvers(session, [summary.team_id], london_day(now)).get(summary.team_id, [])
    names = _names(session, items, summary)
    cards = cards_of(session, actor, summary, items, names)
    where = session.execute(
        select(Neighbourhood.name, Team.name.label("team"))
        .join(Team, Team.id == summary.team_id)
        .where(Neighbourhood.id == summary.neighbourhood_id)
    ).one()
    month = Month.parse(summary.month)
    writers = {summary.drafter_id, *(item.written_by_id for item in items)}
    return Desk(
        summary=summary,
        place=where.name,
        team=where.team,
        month=month,
        by=approve_by(month),
        late=london_day(now) > approve_by(month),
        cards=cards,
        new=new_matters(session, [summary])[summary.id] if summary.state != "approved" else [],
        people=[person for person in people if person.officer_id not in writers],
        off=frozenset(off_on(session, [person.officer_id for person in people], london_day(now))),
        mailed=correspondents(session, summary.force_id, summary.neighbourhood_id, {g for card in cards for g in card.groups}),
        why_not=may_approve_it(actor, summary),
        names=names,
    )


def _names(session: Session, items: Sequence[SummaryItem], summary: Summary) -> dict[int, str]:
    ids = {i for item in items for i in (item.written_by_id, item.corrected_by_id, item.approved_by_id) if i is not None}
    ids |= {i for i in (summary.drafter_id, summary.approved_by_id) if i is not None}
    rows = session.execute(select(Officer.id, Officer.rank, Officer.name).where(Officer.id.in_(sorted(ids))))
    return {row.id: f"{row.rank} {row.name}" for row in rows}
