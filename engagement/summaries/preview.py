"""What a summary will look like before it leaves: the letter of a chosen group, the page, the poster."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engagement.core.clock import london_day
from engagement.core.errors import Missing
from engagement.settings import current
from engagement.summaries.cards import Card
from engagement.summaries.editor import Desk
from engagement.summaries.letterhead import Head, heads, paper
from engagement.summaries.letters import ITEMS_IN_A_LETTER, Addressee, ApprovedItem, letter
from engagement.summaries.recipients import Words
from engagement.summaries.stopping import masked


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPreview:
    """A letter as the chosen group would get it; `cards` are its items in order, none where it would get nothing."""

    group: str
    address: str
    subject: str
    sender: str
    text: str
    cards: list[Card]


def head_of(session: Session, desk: Desk, *, now: datetime) -> Head:
    """The letterhead of the summary's neighbourhood."""
    place = desk.summary.neighbourhood_id
    return heads(session, [place], london_day(now))[place]


def groups_of(desk: Desk) -> dict[int, str]:
    """The groups whose letter can be looked at, by id, in order of their names."""
    return {row.group_id: row.name for row in desk.mailed}


def mail_to(session: Session, desk: Desk, group_id: int, *, now: datetime) -> MailPreview:
    """The letter for a group with the items that are used now, approved or not; Missing for a group that gets none."""
    person: Any = next((row for row in desk.mailed if row.group_id == group_id), None)
    if person is None:
        raise Missing
    place = desk.summary.neighbourhood_id
    addressee = Addressee(address=person.email, contact_id=person.contact_id, group_id=group_id, neighbourhoods=((place, desk.place),))
    cards = {card.item.id: card for card in desk.used}
    plan = letter(
        person.email, [addressee], [_as_approved(card, place) for card in desk.used], current().number("mail", "items_in_a_letter")
    )
    if plan is None:
        return MailPreview(group=person.name, address=masked(person.email), subject="", sender="", text="", cards=[])
    url = current().public_url
    draft = paper(
        plan,
        desk.month,
        head_of(session, desk, now=now),
        {i: _words(card) for i, card in cards.items()},
        [person.name],
        force_id=desk.summary.force_id,
        public_url=url,
        stop_url=f"{url}/stop/…",
    )
    return MailPreview(
        group=person.name,
        address=masked(person.email),
        subject=draft.subject,
        sender=draft.sender,
        text=draft.text.replace(plan.address, masked(person.email)),
        cards=[cards[item.item_id] for item in plan.items],
    )


def for_everyone(desk: Desk, *, at_most: int | None = None) -> list[Card]:
    """The used items that everybody may see, in order: the page, or the first of them for a poster."""
    return [card for card in desk.used if card.item.audience == "everyone"][:at_most]


ON_A_POSTER = ITEMS_IN_A_LETTER


def _as_approved(card: Card, place: int) -> ApprovedItem:
    only_for = card.item.audience_group_id if card.item.audience == "group" else None
    return ApprovedItem(
        item_id=card.item.id, neighbourhood_id=place, position=card.item.position, raised_by=frozenset(card.groups), only_for=only_for
    )


def _words(card: Card) -> Words:
    item = card.item
    return Words(you_said=item.you_said, we_did=item.we_did, what_next=item.what_next, concern_id=item.concern_id)
