"""Everything about one group for its page: what to know before walking in, what happened, what was agreed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import chain
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

from sqlalchemy import and_, bindparam, exists, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import aggregate_strings

from engagement.access.domain import Actor
from engagement.concerns.domain import ConcernState, SideEnd, state_label
from engagement.concerns.models import Action, Raising
from engagement.concerns.owing import Owed, owed_select, read_owed
from engagement.concerns.queries import actions_visible_to
from engagement.concerns.saying import ClockWords, clock_words
from engagement.concerns.still_open import OpenConcern, open_select
from engagement.concerns.timing import rule
from engagement.core.clock import london_day
from engagement.core.errors import Missing
from engagement.core.pages import Page
from engagement.db import BigId, ask
from engagement.groups.agreeing import in_words
from engagement.groups.channels import Channel, tap_to_reach
from engagement.groups.domain import Level, last_contact
from engagement.groups.explain import Badge, badge, explain
from engagement.groups.frequency import Frequency
from engagement.groups.models import Contact, ContactAgreement, Group, GroupCharacteristic, GroupNeighbourhood, GroupPause
from engagement.groups.queries import ContactCard, contacts_select, facts_of, pauses_of, read_contacts, terms_of, visible_to
from engagement.groups.settling import AgreementRow, agreement_facts, pause_facts
from engagement.groups.silence import TRIES, Reach, another_way, channels_tried, offers_dormant, silent_since
from engagement.groups.vocabulary import characteristics, kinds
from engagement.people.models import Officer
from engagement.places.models import Neighbourhood, Team
from engagement.profile.timeline import Line, Tries, timeline_of, timeline_question
from engagement.summaries.queries import stopped_letters

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
    words: str  # the same in a line
    stopped: bool  # they stopped the monthly letters


@dataclass(slots=True, kw_only=True)
class GroupPage:
    """What the page of a group shows."""

    group: Any
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
    clocks: Mapping[int, ClockWords]  # of the answers owed, by raising
    concerns: Sequence[OpenConcern]
    states: Mapping[int, str]
    tries: Tries
    another: Sequence[tuple[Person, Way]]  # whom to try next, and how, after three tries in vain
    nobody_else: bool  # three tries in vain, and there is no other way
    offers_dormant: bool
    timeline: Page[Line]
    agreement: Any
    agreement_words: str
    spans: Sequence[str]
    speaks_for: Sequence[str]


@dataclass(frozen=True, slots=True)
class Questions:
    """What the page asks, for one reader; `:group` is the group. Building them costs more than asking, so it is done once."""

    group: Any
    contacts: Any
    promises: Any
    owed: Any
    concerns: Any
    timeline: Any


BETWEEN = "\n"  # no name has a line's end in it
_UNSEEN = {"name_folded", "client_ref", "created_at", "created_by_id"}
_SHOWN = [column for column in Group.__table__.columns if column.name not in _UNSEEN]
_THIS = bindparam("group", type_=BigId)
_AGREED = {f"agreed_{name}": getattr(ContactAgreement, name) for name in ("id", *AgreementRow._fields, "agreed_with", "agreed_on")}


@lru_cache(maxsize=512)
def _questions(actor: Actor) -> Questions:
    in_force = and_(ContactAgreement.group_id == Group.id, ContactAgreement.ends_on.is_(None))
    spans = (
        select(aggregate_strings(Neighbourhood.name, BETWEEN))
        .join(GroupNeighbourhood, GroupNeighbourhood.neighbourhood_id == Neighbourhood.id)
        .where(GroupNeighbourhood.group_id == _THIS)
    )
    speaks = select(aggregate_strings(GroupCharacteristic.characteristic, BETWEEN)).where(GroupCharacteristic.group_id == _THIS)
    ours = (Action.promised_to_id == _THIS, Action.is_promise.is_(True), Action.withdrawn_at.is_(None), actions_visible_to(actor))
    named = (Neighbourhood.name.label("neighbourhood"), Team.name.label("team"), Officer.name.label("owner"))
    there = (
        spans.scalar_subquery().label("spans"),
        speaks.scalar_subquery().label("speaks_for"),
        exists().where(GroupPause.group_id == _THIS).label("has_pauses"),
        exists().where(Action.promised_to_id == _THIS).label("has_promises"),
        exists().where(Raising.group_id == _THIS).label("has_raisings"),
    )
    return Questions(
        group=select(*_SHOWN, *named, *(column.label(name) for name, column in _AGREED.items()), *there)
        .join(Neighbourhood, Neighbourhood.id == Group.neighbourhood_id)
        .join(Team, Team.id == Group.team_id)
        .outerjoin(Officer, Officer.id == Group.owner_id)
        .outerjoin(ContactAgreement, in_force)
        .where(Group.id == _THIS, visible_to(actor)),
        contacts=contacts_select(Contact.group_id == _THIS).add_columns(stopped_letters(Contact.force_id, Contact.email).label("stopped")),
        promises=select(
            Action.id, Action.what, Action.due_on, Action.promised_on, Action.ended, Action.ended_on, Officer.name.label("officer")
        )
        .outerjoin(Officer, Officer.id == Action.officer_id)
        .where(*ours)
        .order_by(Action.ended_on.is_not(None), Action.ended_on.desc(), Action.due_on, Action.id.desc())
        .limit(MOST_PROMISES),
        owed=owed_select(Raising.group_id == _THIS, actor),
        concerns=open_select(Raising.group_id == _THIS, actor),
        timeline=timeline_question(actor),
    )


def _still_meant(promises: Sequence[Any]) -> list[Any]:
    """What is promised still, and of what has ended the last alone: what they are owed stands below it."""
    ended = [row for row in promises if row.ended_on is not None]
    return [row for row in promises if row.ended_on is None] + ended[:1]


def group_page(session: Session, actor: Actor, group_id: int, page: int, now: datetime, *, map_address: str = "") -> GroupPage:
    """The group as its page shows it, in a few questions: the first says which of the others have an answer; `Missing` where it is not there or not theirs to read."""
    questions, this, today = _questions(actor), {"group": group_id}, london_day(now)
    group = ask(session, questions.group, this).one_or_none()
    if group is None:
        raise Missing
    agreement = SimpleNamespace(**{column.key: getattr(group, name) for name, column in _AGREED.items()}) if group.agreed_id else None
    timeline, tries = timeline_of(session, questions.timeline, group_id, page, group.last_two_way_on, today)
    people = _people(ask(session, questions.contacts, this))
    raised = ask(session, questions.concerns, this) if group.has_raisings else ()
    concerns = [OpenConcern(**{k: v for k, v in row._mapping.items() if k != "group_id"}) for row in raised]
    owed = read_owed(ask(session, questions.owed, this)) if group.has_raisings else []
    another = _another(people, tries)
    return GroupPage(
        group=group,
        kind=kinds().get(group.kind, group.kind),
        neighbourhood=group.neighbourhood,
        team=group.team,
        owner=group.owner or "",
        map_href=map_link(map_address, group.latitude, group.longitude, ", ".join(filter(None, (group.address, group.postcode)))),
        badge=badge(facts_of(group), today),
        why=_why(session, group, agreement, today),
        people=people,
        promises=_still_meant(ask(session, questions.promises, this)) if group.has_promises else [],
        owed=owed,
        clocks=_clocks(owed, now),
        concerns=concerns,
        states={c.id: state_label(ConcernState(c.state), SideEnd(c.side_end) if c.side_end else None) for c in concerns},
        tries=tries,
        another=another,
        nobody_else=tries.number >= TRIES and not another,
        offers_dormant=_offers_dormant(session, group, agreement, tries.number, today),
        timeline=timeline,
        agreement=agreement,
        agreement_words=in_words(agreement) if agreement else "",
        spans=sorted(_apart(group.spans)),
        speaks_for=sorted(characteristics().get(c, c) for c in _apart(group.speaks_for)),
    )


def _apart(words: str | None) -> list[str]:
    return words.split(BETWEEN) if words else []


def _clocks(owed: Sequence[Owed], now: datetime) -> dict[int, ClockWords]:
    """How long each answer still has, by raising."""
    if not owed:
        return {}
    counted = rule()
    words = {one.raising_id: clock_words(counted.due_at(one.raised_at), now, counted) for one in owed if one.kind == "answer"}
    return {key: said for key, said in words.items() if said is not None}


def map_link(template: str, latitude: float | None, longitude: float | None, words: str) -> str:
    """Where a map opens on a group: the force's own map where a template is set, else the phone's (geo:). Empty without a place."""
    if latitude is not None and longitude is not None:
        if template:
            return template.replace("{latitude}", f"{latitude:.5f}").replace("{longitude}", f"{longitude:.5f}")
        return f"geo:{latitude:.5f},{longitude:.5f}?q={latitude:.5f},{longitude:.5f}"
    return f"geo:0,0?q={quote(' '.join(words.split()), safe='')}" if words else ""


def _people(rows: Sequence[Any]) -> list[Person]:
    stopped = {row.id for row in rows if row.stopped}
    people = []
    for card in chain.from_iterable(read_contacts(rows).values()):
        ways = ways_to_reach(card)
        words = ", ".join([way.words for way in ways])
        people.append(Person(card=card, ways=ways, words=words, stopped=card.id in stopped))
    return people


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


def _why(session: Session, group: Any, row: Any, today: date) -> str:
    """The plain explanation of the due date. Pauses and terms are only asked for where they can matter."""
    if group.dormant_on is not None or row is None:
        return str(group.dormant_reason)
    agreement, level = agreement_facts(row), Level(row.level)
    last = last_contact(level, group.last_two_way_on, group.last_one_way_on)
    terms = terms_of(session, group.force_id) if agreement.frequency in (Frequency.TERMLY, Frequency.HALF_TERMLY) else ()
    pauses = [pause_facts(p) for p in pauses_of(session, [group.id]).get(group.id, [])] if group.has_pauses else []
    return explain(agreement, last, today=today, level=level, pauses=pauses, term_dates=terms)


def _another(people: Sequence[Person], tries: Tries) -> list[tuple[Person, Way]]:
    """Whom to try next, and how, by `groups.silence`; contacts who do not want to be contacted are not among them."""
    ways = [(n, person, way) for n, person in enumerate(people) if not person.card.do_not_contact for way in person.ways]
    found = another_way([Reach(person=n, channel=way.channel) for n, _person, way in ways], channels_tried(tries.kinds), tries.number)
    return [(ways[n][1], ways[n][2]) for n in found]


def _offers_dormant(session: Session, group: Any, row: Any, tries: int, today: date) -> bool:
    """Whether the page offers to call the group dormant. Terms are only asked for where somebody tried."""
    if row is None or group.dormant_on is not None or not tries:
        return False
    agreement = agreement_facts(row)
    last = last_contact(Level(row.level), group.last_two_way_on, group.last_one_way_on)
    terms = terms_of(session, group.force_id) if agreement.frequency in (Frequency.TERMLY, Frequency.HALF_TERMLY) else ()
    return offers_dormant(silent_since(agreement, last, terms), tries, today)
