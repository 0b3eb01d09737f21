"""What is done with people: officers taken on, accounts, links that set a password, notes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.audit.domain import Operation
from engagement.audit.service import record
from engagement.core.errors import Conflict, Missing, Refused
from engagement.core.ids import new_token, token_hash
from engagement.core.names import fold
from engagement.mail.paper import both_parts
from engagement.mail.service import LetterDraft, post
from engagement.people.models import Account, Device, Officer, OfficerNote, PasswordLink

_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\".]+(\.[^@\s,;<>\".]+)+")
USED_UP = (
    "This link has been used, is too old, or a newer one has been sent. To get another, say on the sign-in page that you have no password."
)
RANKS = ("PCSO", "PC", "Sergeant", "Inspector", "Chief Inspector", "Staff")


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerDraft:
    """An officer as typed; `email` is empty for one without an account."""

    name: str
    rank: str
    collar_number: str
    telephone: str = ""
    email: str = ""


def fold_email(email: str) -> str:
    """The address as accounts keep it, or a refusal."""
    folded = email.strip().casefold()
    if not _EMAIL.fullmatch(folded) or len(folded) > 254:
        raise Refused("Type a whole e-mail address, such as jo.penrose@force.example.", field="email")
    return folded


def take_on(session: Session, actor: Actor, draft: OfficerDraft, *, now: datetime) -> Officer:
    """A new officer, with an account where an e-mail is given. The account opens with a link, see `send_link`."""
    if draft.rank not in RANKS:
        raise Refused("Choose a rank from the list.", field="rank")
    number = draft.collar_number.strip().upper()
    if not re.fullmatch(r"[A-Z0-9]{1,20}", number):
        raise Refused("A collar number is letters and digits, such as 5512.", field="collar_number")
    if session.scalar(select(Officer.id).where(Officer.force_id == actor.force_id, Officer.collar_number == number)):
        raise Refused("Collar number {number} is somebody else's already.", field="collar_number", number=number)
    officer = Officer(
        force_id=actor.force_id,
        collar_number=number,
        rank=draft.rank,
        name=draft.name,
        name_folded=fold(draft.name),
        telephone=draft.telephone,
    )
    session.add(officer)
    session.flush()
    record(session, actor, Operation.COLLECTION, "officer", [officer.id], now=now)
    if draft.email:
        open_account(session, actor, officer.id, draft.email, now=now)
    return officer


def open_account(session: Session, actor: Actor, officer_id: int, email: str, *, now: datetime) -> Account:
    """An account for an officer of the force, without a password yet."""
    officer = officer_of(session, actor, officer_id)
    folded = fold_email(email)
    if session.scalar(select(Account.id).where(Account.email == folded)):
        raise Refused("That e-mail has an account already.", field="email")
    account = Account(
        force_id=actor.force_id, officer_id=officer.id, email=folded, password_hash=None, nonce=new_token()[:32], created_at=now
    )
    session.add(account)
    session.flush()
    record(session, actor, Operation.COLLECTION, "account", [account.id], now=now)
    return account


def edit_officer(session: Session, actor: Actor, officer_id: int, draft: OfficerDraft, *, version: int, now: datetime) -> Officer:
    """Changes an officer's name, rank and telephone; `version` is the one that was read."""
    officer = officer_of(session, actor, officer_id)
    if officer.version != version:
        theirs = {"Name": officer.name, "Rank": officer.rank, "Telephone": officer.telephone}
        raise Conflict("Somebody else changed this officer while you were typing. Below is what it says now.", theirs=theirs)
    if draft.rank not in RANKS:
        raise Refused("Choose a rank from the list.", field="rank")
    officer.name, officer.name_folded = draft.name, fold(draft.name)
    officer.rank, officer.telephone = draft.rank, draft.telephone
    record(session, actor, Operation.ALTERATION, "officer", [officer.id], fields=["name", "rank", "telephone"], now=now)
    return officer


def officer_of(session: Session, actor: Actor, officer_id: int) -> Officer:
    """An officer of the actor's force."""
    officer = session.get(Officer, officer_id)
    if officer is None or officer.force_id != actor.force_id:
        raise Missing
    return officer


def account_of(session: Session, actor: Actor, officer_id: int) -> Account:
    """The account of an officer of the force."""
    account = session.scalar(select(Account).where(Account.officer_id == officer_id, Account.force_id == actor.force_id))
    if account is None:
        raise Missing
    return account


def send_link(session: Session, actor: Actor, account_id: int, *, public_url: str, hours: int, first: bool, now: datetime) -> None:
    """Mails an account the link with which its password is set; links sent before no longer work."""
    account = session.get_one(Account, account_id)
    officer = session.get_one(Officer, account.officer_id)
    token = new_token()
    _use_up_links(session, account.id, now=now)
    session.add(PasswordLink(account_id=account.id, token_hash=token_hash(token), made_at=now, expires_at=now + timedelta(hours=hours)))
    plain, html = both_parts(
        "password_link",
        classification="OFFICIAL",
        sender="e-Community Diary",
        name=officer.name,
        email=account.email,
        link=f"{public_url}/set-password/{token}",
        valid_for=f"{hours} hours",
        first=first,
    )
    host = public_url.partition("://")[2].partition("/")[0].partition(":")[0]
    draft = LetterDraft(
        force_id=account.force_id,
        kind="password",
        to=account.email,
        sender=f"e-Community Diary <diary@{host}>",
        subject="Set your password for the e-Community Diary",
        text=plain,
        html=html,
    )
    post(session, draft, now=now)
    record(session, actor, Operation.DISCLOSURE, "account", [account.id], note="password link", now=now)


def link_holder(session: Session, token: str, *, now: datetime) -> Account:
    """The account whose password a link sets; a link that was used, replaced or is too old is a refusal."""
    link = session.scalar(select(PasswordLink).where(PasswordLink.token_hash == token_hash(token)))
    account = session.get(Account, link.account_id) if link else None
    if link is None or account is None or link.used_at or link.expires_at <= now or account.disabled_at:
        raise Refused(USED_UP)
    return account


def _use_up_links(session: Session, account_id: int, *, now: datetime) -> None:
    """No link that was sent to the account before opens it any more."""
    session.execute(update(PasswordLink).where(PasswordLink.account_id == account_id, PasswordLink.used_at.is_(None)).values(used_at=now))


def set_password(session: Session, token: str, hashed: str, *, actor: Actor, now: datetime) -> None:
    """Sets the password of a link's account, uses the link up, and ends every session of the account. Of two at once one does."""
    account = link_holder(session, token, now=now)
    here = (PasswordLink.token_hash == token_hash(token), PasswordLink.used_at.is_(None))
    if session.execute(update(PasswordLink).where(*here).values(used_at=now)).rowcount != 1:  # type: ignore[attr-defined]
        raise Refused(USED_UP)
    account.password_hash, account.nonce = hashed, new_token()[:32]
    _use_up_links(session, account.id, now=now)
    record(session, actor, Operation.ALTERATION, "account", [account.id], fields=["password"], now=now)


def change_password(session: Session, actor: Actor, hashed: str, *, now: datetime) -> str:
    """Sets the actor's own password and ends their other sessions; answers the new nonce."""
    account = session.get_one(Account, actor.account_id)
    account.password_hash, account.nonce = hashed, new_token()[:32]
    _use_up_links(session, account.id, now=now)
    record(session, actor, Operation.ALTERATION, "account", [account.id], fields=["password"], now=now)
    return account.nonce


def disable(session: Session, actor: Actor, officer_id: int, *, off: bool, now: datetime) -> Account:
    """Closes an account and ends its sessions, or opens it again."""
    account = account_of(session, actor, officer_id)
    if account.id == actor.account_id:
        raise Refused("You cannot close your own account. Ask another administrator.")
    account.disabled_at, account.nonce = (now if off else None), new_token()[:32]
    _use_up_links(session, account.id, now=now)
    record(session, actor, Operation.ALTERATION, "account", [account.id], fields=["disabled_at"], now=now)
    return account


def enrol(session: Session, actor: Actor, name: str, *, now: datetime) -> str:
    """Enrols the phone in the actor's hand for the longer idle limit; answers the token for its cookie."""
    token = new_token()
    device = Device(account_id=actor.account_id, token_hash=token_hash(token), name=name, enrolled_at=now)
    session.add(device)
    session.flush()
    record(session, actor, Operation.COLLECTION, "device", [device.id], now=now)
    return token


def unenrol(session: Session, actor: Actor, device_id: int, *, now: datetime) -> str:
    """Takes a phone's longer idle limit away and ends the account's sessions; answers the new nonce for the one in hand."""
    device = session.get(Device, device_id)
    if device is None or device.account_id != actor.account_id:
        raise Missing
    device.revoked_at = now
    account = session.get_one(Account, device.account_id)
    account.nonce = new_token()[:32]
    record(session, actor, Operation.ALTERATION, "device", [device.id], fields=["revoked_at"], now=now)
    return account.nonce


def leave_note(
    session: Session, actor: Actor, officer_id: int, about: str, about_id: int | None, words: str, *, now: datetime
) -> OfficerNote:
    """Leaves a note on an officer's shift page; `about` is "group", "concern" or "contact"."""
    note = OfficerNote(
        force_id=actor.force_id, officer_id=officer_id, about=about, about_id=about_id, words=words, left_at=now, left_by=actor.name
    )
    session.add(note)
    session.flush()
    record(session, actor, Operation.COLLECTION, "officer_note", [note.id], now=now)
    return note


def put_away(session: Session, actor: Actor, note_id: int, *, now: datetime) -> None:
    """Takes a note off the actor's own shift page."""
    note = session.get(OfficerNote, note_id)
    if note is None or note.officer_id != actor.officer_id:
        raise Missing
    note.put_away_at = now
    record(session, actor, Operation.ALTERATION, "officer_note", [note.id], fields=["put_away_at"], now=now)
