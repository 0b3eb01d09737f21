"""The recourse of a raiser who had no answer in time: the force's words, given in person, by telephone, on paper or by mail."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from email.utils import formataddr

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.audit.domain import Operation
from engagement.audit.service import record
from engagement.concerns.breaches import Breach, breach_of
from engagement.concerns.domain import TellingKind
from engagement.concerns.drafts import How, TellingDraft
from engagement.concerns.keeping import reply_addresses
from engagement.concerns.telling import tell
from engagement.concerns.timing import recourse
from engagement.core.clock import london_day
from engagement.core.dates import say_date
from engagement.core.errors import Missing, Refused
from engagement.groups.queries import contacts_of
from engagement.mail.paper import both_parts
from engagement.mail.service import LetterDraft, post
from engagement.places.models import Team
from engagement.settings import current

ON_PAPER = "paper"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recourse:
    """What a raiser can be given: the breach, the words, and the addresses that they may be mailed to, by whom it reaches."""

    breach: Breach
    words: str
    team: str
    addresses: dict[str, str]


def recourse_of(session: Session, actor: Actor, raising_id: int, *, now: datetime) -> Recourse:
    """The recourse of one breach; `Missing` where there is none that the actor may read. An OFFICIAL-SENSITIVE one has no address."""
    breach = breach_of(session, actor, raising_id, now=now)
    if breach is None:
        raise Missing
    team = session.get_one(Team, breach.team_id)
    return Recourse(
        breach=breach,
        words=recourse(team.name, team.telephone, team.email),
        team=team.name,
        addresses={} if breach.sensitive else _addresses(session, actor, breach),
    )


def wordings(session: Session, team_ids: Collection[int]) -> list[tuple[str, str]]:
    """What the raisers of some teams' late answers are told: the team's name and the words, by name; in one question."""
    asked = select(Team.name, Team.telephone, Team.email).where(Team.id.in_(sorted(set(team_ids)))).order_by(Team.name)
    return [(team.name, recourse(team.name, team.telephone, team.email)) for team in session.execute(asked)] if team_ids else []


def give_recourse(session: Session, actor: Actor, raising_id: int, how: str, address: str, *, now: datetime) -> None:
    """Keeps that a raiser was given the recourse, as a telling that stops no clock; mails it where `how` is e-mail.

    Raises Missing as `recourse_of`; Refused beside `how` for another way than those offered, or for an address that is not theirs.
    """
    found = recourse_of(session, actor, raising_id, now=now)
    ways = {How.ENGAGEMENT: How.ENGAGEMENT, How.TELEPHONE: How.TELEPHONE, ON_PAPER: How.ENGAGEMENT, How.EMAIL: How.EMAIL}
    if how not in ways:
        raise Refused("Choose how they were told", field="how")
    letter_id = _mail(session, actor, found, address, now=now) if how == How.EMAIL else None
    told = TellingDraft(
        raising_id=raising_id,
        kind=TellingKind.RECEIVED,
        how=ways[how],
        told_at=now,
        letter_id=letter_id,
        recourse=True,
        words=f"Had no answer in time, and was told: {found.words}"[:2000],
    )
    tell(session, actor, told, now=now)


def _addresses(session: Session, actor: Actor, breach: Breach) -> dict[str, str]:
    if breach.group_id is not None and breach.group:
        cards = contacts_of(session, [breach.group_id]).get(breach.group_id, [])
        usable = [card for card in cards if card.email and not card.do_not_contact and card.mail_suspended_at is None]
        return {card.email: f"{card.name}, {card.email}" for card in usable}
    kept = reply_addresses(session, actor, breach.concern_id).get(breach.raising_id, "")
    return {kept: kept} if "@" in kept else {}


def _mail(session: Session, actor: Actor, found: Recourse, address: str, *, now: datetime) -> int:
    if address not in found.addresses:
        raise Refused("Choose an address of theirs", field="how")
    team, settings = session.get_one(Team, found.breach.team_id), current()
    today, sender = london_day(now), f"{found.team} neighbourhood policing team"
    plain, html = both_parts(
        "recourse",
        classification="OFFICIAL",
        sender=sender,
        raised_on=say_date(london_day(found.breach.raised_at), today),
        words=found.words,
    )
    letter = post(
        session,
        LetterDraft(
            force_id=actor.force_id,
            kind="recourse",
            to=address,
            sender=formataddr((sender, team.email or f"diary@{settings.public_url.partition('://')[2].split(':')[0]}")),
            reply_to=team.email,
            subject=f"{found.team}: what you can do about an answer that is late",
            text=plain,
            html=html,
            working_hours_only=True,
        ),
        now=now,
    )
    record(session, actor, Operation.DISCLOSURE, "raising", [found.breach.raising_id], now=now, note=f"recourse to {address}")
    return letter.id
