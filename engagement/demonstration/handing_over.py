"""Makes a handover that is half done: an officer moves on next week, most groups go to one successor, two to another."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.core.clock import london_day
from engagement.demonstration.lateness import SERGEANTS
from engagement.groups.models import Contact, Group
from engagement.handover.domain import Side, Step
from engagement.handover.service import Terms, agree, begin, set_apart, tick, write_tip
from engagement.people.models import Account
from engagement.people.queries import load_actor

LEAVER, SUCCESSOR = "callum.rennie@ferndown.example", "amina.yusuf@ferndown.example"
ANOTHER = "pcso2@ferndown.example"  # gets two groups of the patch
DONE = frozenset({Step.PROMISES, Step.TIPS})
TIPS = (
    "Ring before ten; after that they are out and about",
    "Bring printed leaflets: they hand them on at the door",
    "Ask about the parking first, then everything else goes quickly",
    "They like a date for the next visit before you leave",
)


def hand_over(session: Session, now: datetime) -> None:
    """Begins it by the diary's own services, as the sergeant and the leaver would."""
    sergeant, leaver, successor = (_actor(session, email, now) for email in (SERGEANTS["Ferndown"], LEAVER, SUCCESSOR))
    if sergeant is None or leaver is None or successor is None or leaver.officer_id is None:
        return
    handover = begin(session, sergeant, leaver.officer_id, now=now)
    terms = Terms(successor_id=successor.officer_id, moves_on=london_day(now) + timedelta(days=8), version=handover.version)
    agree(session, sergeant, handover.id, terms, now=now)
    people = session.execute(
        select(Contact.group_id, Contact.id)
        .join(Group, Group.id == Contact.group_id)
        .where(Group.owner_id == leaver.officer_id, Contact.ended_on.is_(None), Group.sensitive.is_(False))
        .order_by(Contact.id)
        .limit(len(TIPS))
    ).all()
    for words, person in zip(TIPS, people, strict=False):
        write_tip(session, leaver, person.group_id, person.id, words, "", now=now)
    tick(session, leaver, handover.id, DONE, Side.LEAVER, now=now)
    another = _actor(session, ANOTHER, now)
    if another is not None:
        for person in people[-2:]:
            set_apart(session, sergeant, handover.id, person.group_id, another.officer_id, now=now)
        tick(session, another, handover.id, frozenset({Step.READ}), Side.SUCCESSOR, now=now)


def _actor(session: Session, email: str, now: datetime) -> Actor | None:
    account = session.scalar(select(Account.id).where(Account.email == email))
    return load_actor(session, account, london_day(now)) if account is not None else None
