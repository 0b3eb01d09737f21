"""The patch as a pack: what a successor must know of each group, what is open, what was promised, what is booked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, case, func, not_, select, true
from sqlalchemy.orm import Session, aliased

from engagement.access.domain import Actor
from engagement.concerns.domain import ConcernState, SideEnd, state_label
from engagement.concerns.models import Action, Concern
from engagement.concerns.queries import actions_visible_to
from engagement.concerns.queries import visible_to as concerns_visible_to
from engagement.engagements.domain import Kind
from engagement.engagements.models import Engagement, EngagementGroup
from engagement.engagements.queries import with_none_kept_from
from engagement.groups.channels import Channel
from engagement.groups.explain import Badge, badge
from engagement.groups.models import Group
from engagement.groups.queries import ContactCard, contacts_of, visible_to
from engagement.groups.queries import facts_of as standing_facts
from engagement.groups.vocabulary import kinds
from engagement.handover.queries import open_actions, planned_with, tips_of
from engagement.places.models import Neighbourhood


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPerson:
    """Somebody who speaks for a group: how they want to be reached, in their order, and what works with them."""

    card: ContactCard
    reach: tuple[str, ...]
    tips: Sequence[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackGroup:
    """A group of the patch."""

    row: Any
    kind: str
    badge: Badge
    people: Sequence[KeyPerson]
    tips: Sequence[Any]  # of the group itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """Everything that is handed over, as far as its reader may read it. `hidden` is how many groups they may not."""

    groups: Sequence[PackGroup]
    hidden: int
    promises: Sequence[Any]
    actions: Sequence[Any]
    concerns: Sequence[Any]
    states: Mapping[int, str]
    bookings: Sequence[Any]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to hand over."""
        return not (self.groups or self.hidden or self.promises or self.actions or self.concerns or self.bookings)


def pack_of(session: Session, actor: Actor, officer_id: int, today: date, *, on_paper: bool = False) -> Pack:
    """The officer's patch today, in a fixed number of questions. On paper without what is OFFICIAL-SENSITIVE: that stays on the screen."""
    open_to_all = not_(Group.sensitive) if on_paper else true()
    theirs = case((and_(visible_to(actor), open_to_all), 1), else_=0).label("theirs")
    every = session.execute(
        select(*Group.__table__.columns, Neighbourhood.name.label("neighbourhood"), theirs)
        .join(Neighbourhood, Neighbourhood.id == Group.neighbourhood_id)
        .where(Group.owner_id == officer_id)
        .order_by(Group.dormant_on.is_not(None), Neighbourhood.name, Group.name_folded, Group.id)
    ).all()
    rows = [row for row in every if row.theirs]  # what is hidden is counted, and goes no further
    ids = [row.id for row in rows]
    cards, tips = contacts_of(session, ids), tips_of(session, ids)
    whom = aliased(Group)
    about = aliased(Concern)
    not_narrowed = (func.coalesce(whom.sensitive, False).is_(False), func.coalesce(about.sensitive, False).is_(False))
    actions = session.execute(
        select(Action.id, Action.what, Action.due_on, Action.is_promise, Action.promised_to, Action.concern_id, whom.name.label("group"))
        .outerjoin(whom, whom.id == Action.promised_to_id)
        .outerjoin(about, about.id == Action.concern_id)
        .where(open_actions(officer_id), actions_visible_to(actor), *(not_narrowed if on_paper else ()))
        .order_by(Action.due_on.is_(None), Action.due_on, Action.id)
    ).all()
    concerns = session.execute(
        select(Concern.id, Concern.title, Concern.state, Concern.side_end, Concern.first_raised_at, Concern.place, Concern.sensitive)
        .where(
            Concern.owner_id == officer_id, Concern.closed_at.is_(None), concerns_visible_to(actor),
            not_(Concern.sensitive) if on_paper else true(),
        )
        .order_by(Concern.first_raised_at, Concern.id)
    ).all()  # fmt: skip
    return Pack(
        groups=[_group(row, cards.get(row.id, []), tips.get(row.id, []), today) for row in rows],
        hidden=len(every) - len(rows),
        promises=[row for row in actions if row.is_promise],
        actions=[row for row in actions if not row.is_promise],
        concerns=concerns,
        states={row.id: state_label(ConcernState(row.state), SideEnd(row.side_end) if row.side_end else None) for row in concerns},
        bookings=_bookings(session, actor, officer_id, today, on_paper=on_paper),
    )


def _group(row: Any, cards: Sequence[ContactCard], tips: Sequence[Any], today: date) -> PackGroup:
    return PackGroup(
        row=row,
        kind=kinds().get(row.kind, row.kind),
        badge=badge(standing_facts(row), today),
        people=[KeyPerson(card=card, reach=reach(card), tips=[tip for tip in tips if tip.contact_id == card.id]) for card in cards],
        tips=[tip for tip in tips if tip.contact_id is None],
    )


def reach(card: ContactCard) -> tuple[str, ...]:
    """How somebody wants to be reached, best first: numbers and addresses, and "visit" or "post" in words."""
    values = {Channel.TELEPHONE: card.telephone, Channel.MOBILE: card.mobile, Channel.EMAIL: card.email}
    order = [*card.channels, *(c for c, value in values.items() if value and c not in card.channels)]
    return tuple(
        values.get(Channel(c), "") or Channel(c).label for c in order if not (c == Channel.EMAIL and card.mail_suspended_at is not None)
    )


def _bookings(session: Session, actor: Actor, officer_id: int, today: date, *, on_paper: bool) -> list[Any]:
    there = aliased(Group)
    rows = session.execute(
        select(Engagement.id, Engagement.planned_for, Engagement.kind, Engagement.place, there.name.label("group"))
        .outerjoin(EngagementGroup, EngagementGroup.engagement_id == Engagement.id)
        .outerjoin(there, there.id == EngagementGroup.group_id)
        .where(
            planned_with(officer_id, today), Engagement.team_id.in_(sorted(actor.readable_teams)), with_none_kept_from(actor),
            *([func.coalesce(there.sensitive, False).is_(False), not_(Engagement.sensitive)] if on_paper else []),
        )
        .order_by(Engagement.planned_for, Engagement.id, EngagementGroup.host.desc(), there.name_folded)
    ).all()  # fmt: skip
    first: dict[int, Any] = {}
    for row in rows:
        first.setdefault(row.id, row)
    return [
        {"id": row.id, "at": row.planned_for, "what": Kind(row.kind).label, "with": row.group or "", "place": row.place}
        for row in first.values()
    ]
