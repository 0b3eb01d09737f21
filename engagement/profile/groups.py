"""Everything about one group for its page: what to know before walking in, what happened, what was agreed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.concerns.domain import ConcernState, SideEnd, state_label
from engagement.concerns.models import Action
from engagement.concerns.queries import OpenConcern, Owed, actions_visible_to, open_of, owed_to
from engagement.core.errors import Missing
from engagement.core.pages import Page
from engagement.engagements import queries as engagements
from engagement.engagements.domain import Kind, Outcome
from engagement.groups.agreeing import in_words
from engagement.groups.channels import Channel, tap_to_reach
from engagement.groups.domain import Level, due_on, last_contact
from engagement.groups.explain import Badge, badge, explain
from engagement.groups.frequency import Frequency
from engagement.groups.models import ContactAgreement, Group, GroupCharacteristic, GroupNeighbourhood
from engagement.groups.queries import ContactCard, agreements_of, contacts_of, facts_of, pauses_of, terms_of, visible_to
from engagement.groups.settling import agreement_facts, pause_facts
from engagement.groups.vocabulary import characteristics, kinds
from engagement.people.models import Officer
from engagement.places.models import Neighbourhood, Team
from engagement.summaries.letters import fold_address
from engagement.summaries.queries import stopped_among

TIMELINE = 20
MOST_PROMISES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to reach somebody: the words, and the link that does it in one tap (none for a visit or a letter)."""

    words: str
    href: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who speaks for the group, with the ways to reach them, best first."""

    card: ContactCard
    ways: tuple[Way, ...]
    stopped: bool  # they stopped the monthly letters


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the timeline."""

    row: Any
    kind: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPage:
    """What the page of a group shows."""

    group: Group
    kind: str
    neighbourhood: str
    team: str
    owner: str
    map_href: str
    badge: Badge
    why: str
    people: Sequence[Person]
    promises: Sequence[Any]
    owed: Sequence[Owed]
    concerns: Sequence[OpenConcern]
    states: Mapping[int, str]
    tries: tuple[int, date | None]
    timeline: Page[Entry]
    agreement: ContactAgreement | None
    agreement_words: str
    spans: Sequence[str]
    speaks_for: Sequence[str]


def group_page(session: Session, actor: Actor, group_id: int, page: int, today: date, *, map_address: str = "") -> GroupPage:
    """The group as its page shows it, in a fixed number of questions; `Missing` where it is not there or not theirs to read."""
    row = session.execute(
        select(Group, Neighbourhood.name.label("neighbourhood"), Team.name.label("team"), Officer.name.label("owner"))
        .join(Neighbourhood, Neighbourhood.id == Group.neighbourhood_id)
        .join(Team, Team.id == Group.team_id)
        .outerjoin(Officer, Officer.id == Group.owner_id)
        .where(Group.id == group_id, visible_to(actor))
    ).one_or_none()
    if row is None:
        raise Missing
    group: Group = row[0]
    agreement = agreements_of(session, [group.id]).get(group.id)
    links = _links(session, group.id)
    timeline = _timeline(session, group, page)
    concerns = open_of(session, [group.id], actor).get(group.id, [])
    return GroupPage(
        group=group,
        kind=kinds().get(group.kind, group.kind),
        neighbourhood=row.neighbourhood,
        team=row.team,
        owner=row.owner or "",
        map_href=map_link(map_address, group.latitude, group.longitude, ", ".join(filter(None, (group.address, group.postcode)))),
        badge=badge(facts_of(group), today),
        why=_why(session, group, agreement, today),
        people=_people(session, group),
        promises=_promises(session, actor, group.id),
        owed=owed_to(session, [group.id], actor),
        concerns=concerns,
        states={c.id: state_label(ConcernState(c.state), SideEnd(c.side_end) if c.side_end else None) for c in concerns},
        tries=_tries(timeline, group.last_two_way_on),
        timeline=timeline,
        agreement=agreement,
        agreement_words=in_words(agreement) if agreement else "",
        spans=links["place"],
        speaks_for=[characteristics().get(c, c) for c in links["speaks"]],
    )


def map_link(template: str, latitude: float | None, longitude: float | None, words: str) -> str:
    """Where a map opens on a group: the force's own map where a template is set, else the phone's (geo:). Empty without a place."""
    if latitude is not None and longitude is not None:
        if template:
            return template.replace("{latitude}", f"{latitude:.5f}").replace("{longitude}", f"{longitude:.5f}")
        return f"geo:{latitude:.5f},{longitude:.5f}?q={latitude:.5f},{longitude:.5f}"
    return f"geo:0,0?q={quote(' '.join(words.split()), safe='')}" if words else ""


def _people(session: Session, group: Group) -> list[Person]:
    cards = contacts_of(session, [group.id]).get(group.id, [])
    addresses = {card.email for card in cards if card.email}
    stopped = stopped_among(session, group.force_id, addresses) if addresses else {}
    return [Person(card=card, ways=ways_to_reach(card), stopped=fold_address(card.email) in stopped) for card in cards]


def ways_to_reach(card: ContactCard) -> tuple[Way, ...]:
    """The ways to reach a contact, in the order they want; an address that bounced is not among them."""
    values: Mapping[str, str] = {Channel.TELEPHONE: card.telephone, Channel.MOBILE: card.mobile, Channel.EMAIL: card.email}
    known = [c for c, value in values.items() if value and c not in card.channels]
    ways = []
    for channel in (*card.channels, *known):
        if channel == Channel.EMAIL and card.mail_suspended_at is not None:
            continue
        value = values.get(channel, "")
        ways.append(Way(words=value or Channel(channel).label, href=tap_to_reach(channel, value) if value else "", channel=channel))
    return tuple(ways)


def _why(session: Session, group: Group, row: ContactAgreement | None, today: date) -> str:
    """The plain explanation of the due date. Pauses and terms are only asked for where they can matter."""
    if group.dormant_on is not None or row is None:
        return group.dormant_reason
    agreement, level = agreement_facts(row), Level(row.level)
    last = last_contact(level, group.last_two_way_on, group.last_one_way_on)
    terms = terms_of(session, group.force_id) if agreement.frequency in (Frequency.TERMLY, Frequency.HALF_TERMLY) else ()
    moved = group.paused_from is not None or due_on(agreement, last, (), terms) != group.next_due_on
    pauses = [pause_facts(p) for p in pauses_of(session, [group.id]).get(group.id, [])] if moved else []
    return explain(agreement, last, today=today, level=level, pauses=pauses, term_dates=terms)


def _links(session: Session, group_id: int) -> dict[str, list[str]]:
    """The names of the other neighbourhoods it spans ("place"), and the communities it speaks for ("speaks")."""
    places = (
        select(literal("place").label("what"), Neighbourhood.name.label("words"))
        .join(GroupNeighbourhood, GroupNeighbourhood.neighbourhood_id == Neighbourhood.id)
        .where(GroupNeighbourhood.group_id == group_id)
    )
    speaks = select(literal("speaks"), GroupCharacteristic.characteristic).where(GroupCharacteristic.group_id == group_id)
    found: dict[str, list[str]] = {"place": [], "speaks": []}
    for row in session.execute(union_all(places, speaks)):
        found[row.what].append(row.words)
    return {what: sorted(words) for what, words in found.items()}


def _promises(session: Session, actor: Actor, group_id: int) -> Sequence[Any]:
    """What we promised them last: the open ones, soonest first, then those that ended last."""
    return session.execute(
        select(Action.id, Action.what, Action.due_on, Action.promised_on, Action.ended, Action.ended_on, Officer.name.label("officer"))
        .outerjoin(Officer, Officer.id == Action.officer_id)
        .where(Action.promised_to_id == group_id, Action.is_promise.is_(True), Action.withdrawn_at.is_(None), actions_visible_to(actor))
        .order_by(Action.ended_on.is_not(None), Action.ended_on.desc(), Action.due_on, Action.id.desc())
        .limit(MOST_PROMISES)
    ).all()


def _timeline(session: Session, group: Group, page: int) -> Page[Entry]:
    found = engagements.of_group(session, group.id, page, TIMELINE)
    rows = [
        Entry(
            row=row, kind=Kind(row.kind).label, outcome=Outcome(row.outcome).label if row.outcome and row.outcome != Outcome.SPOKE else ""
        )
        for row in found.rows
    ]
    return Page(rows=rows, number=found.number, size=found.size, total=found.total)


def _tries(timeline: Page[Entry], last: date | None) -> tuple[int, date | None]:
    """How often somebody tried in vain since the last contact, and when last, as far as the first page tells."""
    if timeline.number > 1:
        return 0, None
    days = [
        e.row.happened_on
        for e in timeline.rows
        if e.row.state == "happened" and Outcome(e.row.outcome).attempt and (last is None or e.row.happened_on > last)
    ]
    return len(days), max(days, default=None)
