"""The letters "your officer is now ...": who gets one, what stands in it, and what becomes of one that comes back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from email.utils import formataddr
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor, system
from engagement.audit.domain import Operation
from engagement.audit.service import record
from engagement.core.clock import london_day
from engagement.core.errors import Refused
from engagement.groups.channels import Channel
from engagement.groups.models import Contact, Group
from engagement.handover.models import Handover, HandoverLetter
from engagement.handover.queries import moves_of
from engagement.mail.paper import both_parts
from engagement.mail.queries import settleable
from engagement.mail.service import LetterDraft, mark_settled, post
from engagement.people.models import Officer
from engagement.places.models import Team
from engagement.summaries.bounces import phone_instead
from engagement.summaries.letters import fold_address
from engagement.summaries.queries import stopped_among

KIND = "new_officer"
ACTOR = "handovers"


def write_letters(session: Session, actor: Actor, handover: Handover, *, now: datetime) -> int:
    """Writes to everybody who wants to be reached by e-mail first and whose group has another officer now: one letter for each address
    and officer. Says that it was done; answers how many letters were written."""
    to_whom: dict[tuple[str, int], list[Any]] = defaultdict(list)
    for row in _to_tell(session, handover):
        to_whom[(fold_address(row.email), row.officer_id)].append(row)
    written = 0
    for rows in to_whom.values():
        written += _write(session, actor, handover, rows, now)
    handover.letters_at = now
    record(session, actor, Operation.ALTERATION, "handover", [handover.id], fields=["letters_at"], now=now)
    return written


def settle_letters(session: Session, *, now: datetime) -> int:
    """Takes note of letters that were sent or came back; for the latter somebody phones instead. Answers how many came back."""
    letters = settleable(session, KIND)
    refused = {letter.id: letter.answer for letter in letters if letter.state == "refused"}
    rows = session.execute(
        select(HandoverLetter.force_id, HandoverLetter.letter_id, HandoverLetter.contact_id)
        .where(HandoverLetter.letter_id.in_(sorted(refused)))
        .order_by(HandoverLetter.contact_id)
    )
    people: dict[tuple[int, str], list[int]] = defaultdict(list)
    for row in rows:
        people[(row.force_id, refused[row.letter_id] or "no reason given")].append(row.contact_id)
    for (force_id, answer), contact_ids in people.items():
        phone_instead(session, system(ACTOR, force_id), contact_ids, "The letter was refused: " + answer, suspend=True, now=now)
    mark_settled(session, [letter.id for letter in letters], now=now)
    return len(refused)


def _to_tell(session: Session, handover: Handover) -> Sequence[Any]:
    """Contacts of the groups that changed hands and still are with whoever got them: those who want e-mail before all else."""
    got = {one.entity_id: one.to_officer_id for one in moves_of(session, handover.id) if one.what == "group" and one.went_back_at is None}
    rows = session.execute(
        select(
            Contact.id, Contact.email, Contact.channels, Group.id.label("group_id"), Group.name, Group.owner_id.label("officer_id"),
            Officer.name.label("officer"), Officer.rank, Officer.telephone, Team.name.label("team"), Team.email.label("team_email"),
            Team.telephone.label("team_telephone"),
        )
        .join(Group, Group.id == Contact.group_id)
        .join(Officer, Officer.id == Group.owner_id)
        .join(Team, Team.id == Group.team_id)
        .where(
            Group.id.in_(sorted(got)), Group.sensitive.is_(False), Group.dormant_on.is_(None), Contact.ended_on.is_(None),
            Contact.do_not_contact.is_(False), Contact.mail_suspended_at.is_(None), Contact.email != "",
            Team.email != "",  # nobody writes from an address that is none
        )
        .order_by(Contact.id)
    ).all()  # fmt: skip
    wanting = [row for row in rows if got[row.group_id] == row.officer_id and list(row.channels)[:1] == [Channel.EMAIL]]
    stopped = stopped_among(session, handover.force_id, {row.email for row in wanting}) if wanting else {}
    return [row for row in wanting if fold_address(row.email) not in stopped]


def _write(session: Session, actor: Actor, handover: Handover, rows: Sequence[Any], now: datetime) -> int:
    first = rows[0]
    team = f"{first.team} neighbourhood policing team"
    officer = f"{first.rank} {first.officer}"
    text, html = both_parts(
        "new_officer",
        classification="OFFICIAL",
        groups=list(dict.fromkeys(row.name for row in rows)),
        officer_name=officer,
        officer_telephone=first.telephone or first.team_telephone,
        team_name=team,
    )
    sender = formataddr((team, first.team_email))
    draft = LetterDraft(
        force_id=handover.force_id, kind=KIND, to=first.email, sender=sender, reply_to=sender,
        subject=f"{first.team}: your officer is now {officer}", text=text, html=html, working_hours_only=True,
    )  # fmt: skip
    try:
        letter = post(session, draft, now=now)
    except Refused:
        phone_instead(session, actor, [row.id for row in rows], "The e-mail address is not one", suspend=True, now=now)
        return 0
    session.add_all(
        HandoverLetter(force_id=handover.force_id, handover_id=handover.id, contact_id=row.id, letter_id=letter.id) for row in rows
    )
    contacts = ", ".join(str(row.id) for row in rows)
    record(
        session, actor, Operation.DISCLOSURE, "group", [row.group_id for row in rows], now=now,
        note=f"letter {letter.id} to contact {contacts}, {london_day(now):%Y-%m-%d}"[:300],
    )  # fmt: skip
    return 1
