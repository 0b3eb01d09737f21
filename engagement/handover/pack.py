"""The patch as a pack: what a successor must know of each group, what is open, what was promised, what is booked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, case, func, not_, select, true
from sqlalchemy.orm import Session, aliased

from engagement.access.domain import Actor
from engagement.concerns.domain import ConcernState, SideEnd, state_label
from engagement.concerns.models import Action, Concern
from engagement.concerns.queries import actions_visible_to
from engagement.concerns.queries import visible_to as concerns_visible_to
from engagement.core.clock import london_moment
from engagement.db import BigId, UtcDateTime, ask
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


class KeyPerson(NamedTuple):
    """Somebody who speaks for a group: how they want to be reached, in their order, and what works with them."""

    card: ContactCard
    reach: tuple[str, ...]
    tips: Sequence[Any]


class PackGroup(NamedTuple):
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
    def sensitive(self) -> bool:
        """Whether something in it is OFFICIAL-SENSITIVE."""
        return any(group.row.sensitive for group in self.groups) or any(concern.sensitive for concern in self.concerns)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to hand over."""
        return not (self.groups or self.hidden or self.promises or self.actions or self.concerns or self.bookings)


class _Questions(NamedTuple):
    """What is asked of an officer's patch."""

    groups: Any
    actions: Any
    concerns: Any
    bookings: Any


_LEAVER: Any = bindparam("leaver", type_=BigId)
_FACTS = (Group.next_due_on, Group.longest_on, Group.soon_days, Group.on_request, Group.dormant_on, Group.paused_from, Group.paused_until,
          Group.last_two_way_on, Group.last_one_way_on, Group.level)  # fmt: skip


@lru_cache(maxsize=64)
def _questions(actor: Actor, on_paper: bool) -> _Questions:
    """The questions of `pack_of`. On paper without what is OFFICIAL-SENSITIVE: that stays on the screen."""
    return _Questions(_groups(actor, on_paper), _actions(actor, on_paper), _concerns(actor, on_paper), _bookings(actor, on_paper))


def _groups(actor: Actor, on_paper: bool) -> Any:
    theirs = case((and_(visible_to(actor), not_(Group.sensitive) if on_paper else true()), 1), else_=0).label("theirs")
    return (
        select(
            Group.id, Group.team_id, Group.name, Group.kind, Group.sensitive, Group.sergeant_first, Group.address, Group.postcode,
            Group.frequency_words, Group.assumed, Neighbourhood.name.label("neighbourhood"), *_FACTS, theirs,
        )
        .join(Neighbourhood, Neighbourhood.id == Group.neighbourhood_id)
        .where(Group.owner_id == _LEAVER)
        .order_by(Group.dormant_on.is_not(None), Neighbourhood.name, Group.name_folded, Group.id)
    )  # fmt: skip


def _actions(actor: Actor, on_paper: bool) -> Any:
    whom, about = aliased(Group), aliased(Concern)
    not_narrowed = (func.coalesce(whom.sensitive, False).is_(False), func.coalesce(about.sensitive, False).is_(False))
    return (
        select(Action.id, Action.what, Action.due_on, Action.is_promise, Action.promised_to, Action.concern_id, whom.name.label("group"))
        .outerjoin(whom, whom.id == Action.promised_to_id)
        .outerjoin(about, about.id == Action.concern_id)
        .where(open_actions(_LEAVER), actions_visible_to(actor), *(not_narrowed if on_paper else ()))
        .order_by(Action.due_on.is_(None), Action.due_on, Action.id)
    )


def _concerns(actor: Actor, on_paper: bool) -> Any:
    return (
        select(Concern.id, Concern.title, Concern.state, Concern.side_end, Concern.first_raised_at, Concern.place, Concern.sensitive)
        .where(
            Concern.owner_id == _LEAVER, Concern.closed_at.is_(None), concerns_visible_to(actor),
            not_(Concern.sensitive) if on_paper else true(),
        )
        .order_by(Concern.first_raised_at, Concern.id)
    )  # fmt: skip


def _bookings(actor: Actor, on_paper: bool) -> Any:
    there = aliased(Group)
    of_team = func.coalesce(Engagement.team_id, 0)  # else SQLite goes through all the teams' entries, not through what is planned
    not_narrowed = (func.coalesce(there.sensitive, False).is_(False), not_(Engagement.sensitive))
    return (
        select(Engagement.id, Engagement.planned_for, Engagement.kind, Engagement.place, there.name.label("group"))
        .outerjoin(EngagementGroup, EngagementGroup.engagement_id == Engagement.id)
        .outerjoin(there, there.id == EngagementGroup.group_id)
        .where(
            Engagement.force_id == actor.force_id, of_team.in_(sorted(actor.readable_teams)),
            planned_with(_LEAVER, bindparam("since", type_=UtcDateTime())),
            with_none_kept_from(actor), *(not_narrowed if on_paper else ()),
        )
        .order_by(Engagement.planned_for, Engagement.id, EngagementGroup.host.desc(), there.name_folded)
    )  # fmt: skip


def pack_of(session: Session, actor: Actor, officer_id: int, today: date, *, on_paper: bool = False) -> Pack:
    """The officer's patch today, in a fixed number of questions. On paper without what is OFFICIAL-SENSITIVE: that stays on the screen."""
    questions, theirs = _questions(actor, on_paper), {"leaver": officer_id}
    every = ask(session, questions.groups, theirs)
    rows = [row for row in every if row.theirs]  # what is hidden is counted, and goes no further
    ids = [row.id for row in rows]
    cards, tips = contacts_of(session, ids), tips_of(session, ids)
    actions, concerns = ask(session, questions.actions, theirs), ask(session, questions.concerns, theirs)
    booked: dict[int, Any] = {}
    for row in ask(session, questions.bookings, theirs | {"since": london_moment(today)}):
        booked.setdefault(row.id, row)  # the host, or the first by name
    return Pack(
        groups=[_group(row, cards.get(row.id, []), tips.get(row.id, []), today) for row in rows],
        hidden=len(every) - len(rows),
        promises=[row for row in actions if row.is_promise],
        actions=[row for row in actions if not row.is_promise],
        concerns=concerns,
        states={row.id: state_label(ConcernState(row.state), SideEnd(row.side_end) if row.side_end else None) for row in concerns},
        bookings=[
            {"id": row.id, "at": row.planned_for, "what": Kind(row.kind).label, "with": row.group or "", "place": row.place}
            for row in booked.values()
        ],
    )


def _group(row: Any, cards: Sequence[ContactCard], tips: Sequence[Any], today: date) -> PackGroup:
    return PackGroup(
        row=row,
        kind=kinds().get(row.kind, row.kind),
        badge=badge(standing_facts(row), today),
        people=[KeyPerson(card, reach(card), [tip for tip in tips if tip.contact_id == card.id] if tips else ()) for card in cards],
        tips=[tip for tip in tips if tip.contact_id is None],
    )


def reach(card: ContactCard) -> tuple[str, ...]:
    """How somebody wants to be reached, best first: numbers and addresses, and "visit" or "post" in words."""
    values = {Channel.TELEPHONE: card.telephone, Channel.MOBILE: card.mobile, Channel.EMAIL: card.email}
    order = [*card.channels, *(c for c, value in values.items() if value and c not in card.channels)]
    return tuple(
        values.get(Channel(c), "") or Channel(c).label for c in order if not (c == Channel.EMAIL and card.mail_suspended_at is not None)
    )
