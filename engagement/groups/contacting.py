"""The people who speak for groups: adding, changing and ending a contact; suspending an address that bounced."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.audit.domain import Operation
from engagement.audit.service import keep_version, record
from engagement.core.clock import london_day
from engagement.core.errors import Conflict, Missing, Refused
from engagement.core.names import fold
from engagement.groups.channels import Channel
from engagement.groups.drafts import ContactDraft
from engagement.groups.models import Contact, Group
from engagement.groups.queries import group_to_change, visible_to
from engagement.groups.vocabulary import KEY_INDIVIDUAL

FIELDS = tuple(ContactDraft.__dataclass_fields__)


def contact_to_read(session: Session, actor: Actor, contact_id: int, *, group_id: int | None = None, hold: bool = False) -> Contact:
    """The contact, if its group is theirs to read (and is `group_id`, where one is named); Missing otherwise."""
    asked = select(Contact).join(Group, Group.id == Contact.group_id).where(Contact.id == contact_id, visible_to(actor))
    if group_id is not None:
        asked = asked.where(Contact.group_id == group_id)
    if hold:
        asked = asked.with_for_update(of=Contact, key_share=True).execution_options(populate_existing=True)
    found = session.scalar(asked)
    if found is None:
        raise Missing
    return found


def add_contact(session: Session, actor: Actor, group_id: int, draft: ContactDraft, *, now: datetime) -> Contact:
    """Adds somebody who speaks for a group. A key individual is one person, so has one contact."""
    group = group_to_change(session, actor, group_id)
    draft = draft.checked()
    present = list(session.scalars(select(Contact).where(Contact.group_id == group.id, Contact.ended_on.is_(None))))
    if group.kind == KEY_INDIVIDUAL and present:
        raise Refused("A key individual is one person: change the contact there is, or end it first", field="name")
    if any(c.name_folded == fold(draft.name) and c.email == draft.email for c in present):
        raise Refused("{name} is a contact of this group already", field="name", name=draft.name)
    contact = new_contact(session, group, draft, now=now)
    session.flush()
    record(session, actor, Operation.COLLECTION, "contact", [contact.id], now=now)
    return contact


def new_contact(session: Session, group: Group, draft: ContactDraft, *, now: datetime) -> Contact:
    """Adds a contact that has been checked, without flushing or auditing: the caller does both."""
    contact = Contact(force_id=group.force_id, group_id=group.id, starts_on=london_day(now))
    _apply(contact, draft)
    session.add(contact)
    return contact


def edit_contact(session: Session, actor: Actor, contact_id: int, draft: ContactDraft, *, version: int, now: datetime) -> Contact:
    """Changes a contact; a new e-mail address is written to again. Raises Missing, Conflict or Refused as `edit_group` does."""
    contact = contact_to_read(session, actor, contact_id, hold=True)
    before = facts(contact)
    if contact.version != version or contact.ended_on is not None:
        raise Conflict("Somebody else changed this contact while you had it open.", theirs=said(contact))
    draft = draft.checked()
    if draft.email != contact.email:
        contact.mail_suspended_at = None
    _apply(contact, draft)
    changed = [name for name, value in facts(contact).items() if value != before[name]]
    if changed:
        keep_version(session, actor, "contact", contact.id, before, now=now)
        record(session, actor, Operation.ALTERATION, "contact", [contact.id], fields=changed, now=now)
        session.flush()
    return contact


def end_contact(session: Session, actor: Actor, contact_id: int, *, now: datetime) -> None:
    """Keeps that somebody no longer speaks for the group; ended twice is ended once."""
    contact = contact_to_read(session, actor, contact_id, hold=True)
    if contact.ended_on is None:
        contact.ended_on = london_day(now)
        record(session, actor, Operation.ALTERATION, "contact", [contact.id], fields=["ended_on"], now=now)


def suspend_mail(session: Session, actor: Actor, contact_ids: Iterable[int], reason: str, now: datetime) -> list[int]:
    """Stops writing to addresses that refuse mail: "phone instead". Answers the contacts that were not suspended before.

    For jobs as well as people: it asks for no posting. The duty to the group stays; only the address is suspended.
    """
    wanted = sorted(set(contact_ids))
    open_ones = select(Contact).where(Contact.id.in_(wanted), Contact.mail_suspended_at.is_(None)).order_by(Contact.id)
    stopped = list(session.scalars(open_ones))
    for contact in stopped:
        contact.mail_suspended_at = now
    ids = [contact.id for contact in stopped]
    if ids:
        record(session, actor, Operation.ALTERATION, "contact", ids, fields=["mail_suspended_at"], now=now, note=reason[:300])
    return ids


def resume_mail(session: Session, actor: Actor, contact_id: int, *, now: datetime) -> None:
    """Writes to a suspended address again."""
    contact = contact_to_read(session, actor, contact_id, hold=True)
    if contact.mail_suspended_at is not None:
        contact.mail_suspended_at = None
        record(session, actor, Operation.ALTERATION, "contact", [contact.id], fields=["mail_suspended_at"], now=now)


def facts(contact: Contact) -> dict[str, Any]:
    """A contact's facts as JSON, by field name."""
    return {name: getattr(contact, name) for name in FIELDS}


def said(contact: Contact) -> dict[str, str]:
    """The facts in words, for whoever is shown both versions."""
    words = {name: ("Yes" if v else "No") if isinstance(v, bool) else str(v) for name, v in facts(contact).items()}
    ended = {"ended": "This contact was ended"} if contact.ended_on else {}
    return words | {"channels": ", ".join(Channel(c).label for c in contact.channels)} | ended


def _apply(contact: Contact, draft: ContactDraft) -> None:
    for name in FIELDS:
        value = getattr(draft, name)
        setattr(contact, name, list(value) if name == "channels" else value)
    contact.name_folded = fold(draft.name)[:120]
