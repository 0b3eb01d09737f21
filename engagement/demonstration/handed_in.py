"""Makes an officer who has left, and what their phone still held: it waits for the sergeant to put on the record or refuse."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.access.domain import Role, system
from engagement.audit.domain import Operation
from engagement.audit.service import record
from engagement.core.clock import london_day
from engagement.core.ids import new_token
from engagement.core.names import fold
from engagement.demonstration.world import FORCE_ID, HISTORY
from engagement.groups.models import Group
from engagement.offline.sending import fingerprint
from engagement.offline.service import HandedIn, hand_in
from engagement.people.models import Account, Officer, Posting
from engagement.places.models import Team

NAME, MAIL, NUMBER = "Dylan Marsh", "dylan.marsh@ferndown.example", "6041"
LEFT = timedelta(days=9)  # since they left
TYPED = (  # what they saved without a signal on their last days: days before they left, how, in a line, what was raised
    (1, "their_meeting", "Committee met, eleven there; they want the autumn dates by e-mail", "Cars parked across the hall's gate"),
    (0, "visit", "Said goodbye, and who comes after me", ""),
)


def hand_in_what_was_left(session: Session, now: datetime) -> None:
    """The officer, with an account that was closed as they left, and their phone's entries by the diary's own service."""
    today, maker = london_day(now), system("Demonstration", FORCE_ID)
    team_id = session.scalar(select(Team.id).where(Team.name == "Ferndown"))
    groups = session.scalars(
        select(Group.id).where(Group.team_id == team_id, Group.sensitive.is_(False)).order_by(Group.name_folded).limit(len(TYPED))
    ).all()
    officer = Officer(force_id=FORCE_ID, collar_number=NUMBER, rank="PCSO", name=NAME, name_folded=fold(NAME))
    session.add(officer)
    session.flush()
    began = now - HISTORY
    account = Account(
        force_id=FORCE_ID, officer_id=officer.id, email=MAIL, password_hash=None, nonce=new_token()[:20], created_at=began, disabled_at=now - LEFT
    )  # fmt: skip
    posting = Posting(
        force_id=FORCE_ID, officer_id=officer.id, role=Role.PCSO.value, scope="team", team_id=team_id,
        starts_on=london_day(began), ends_on=today - LEFT,
    )  # fmt: skip
    session.add_all([account, posting])
    session.flush()
    for table, row in (("officer", officer), ("posting", posting)):
        record(session, maker, Operation.COLLECTION, table, [row.id], now=now, note="demonstration")
    entries = [
        _entry(account.id, group_id, now - LEFT - timedelta(days=days), *said)
        for group_id, (days, *said) in zip(groups, TYPED, strict=True)
    ]
    hand_in(session, account.id, entries, "demonstration phone of who left", now=now - timedelta(hours=20))


def _entry(account_id: int, group_id: int, typed_at: datetime, kind: str, line: str, concern: str) -> HandedIn:
    fields = [["group", str(group_id)], ["kind", kind], ["outcome", "spoke"], ["summary", line], ["when", "just_now"]]
    if concern:
        fields += [["concern-0-title", concern], ["concern-0-tap", "find_out"]]
    ref = str(uuid5(NAMESPACE_URL, f"demonstration {typed_at.isoformat()} {line}"))
    draft = {"client_ref": ref, "owner": str(account_id), "typed_at": typed_at.isoformat(), "fields": fields}
    return HandedIn(client_ref=ref, content=draft, content_hash=fingerprint(draft), typed_at=typed_at)
