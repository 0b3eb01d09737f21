"""What is done with what phones say: what was opened on them without signal, what is handed in and decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from engagement.access.domain import Actor, Permission, system
from engagement.audit.domain import Operation
from engagement.audit.models import AuditRow
from engagement.audit.service import record
from engagement.concerns.models import Concern
from engagement.concerns.queries import visible_to as concerns_visible
from engagement.core.clock import london_day
from engagement.core.errors import Missing, Refused
from engagement.core.texts import one_line
from engagement.engagements.models import Engagement
from engagement.engagements.queries import visible_to as entries_visible
from engagement.groups.models import Group
from engagement.groups.queries import visible_to as groups_visible
from engagement.offline.models import HeldEntry
from engagement.offline.queries import known_among, last_team, leaders_of
from engagement.offline.sending import View
from engagement.people.models import Account, OfficerNote
from engagement.people.queries import load_actor
from engagement.people.service import leave_note

LONGEST_DEVICE = 60
OPENED, NOT_THEIRS = "on a phone, without signal", "said by a phone, not theirs to read"
_OF: Mapping[str, tuple[Any, Any]] = {
    "group": (Group, groups_visible),
    "concern": (Concern, concerns_visible),
    "engagement": (Engagement, entries_visible),
}


def opened(
    session: Session,
    account: Actor,
    views: Sequence[View],
    *,
    now: datetime,
    on_a_day: Callable[[Session, int, date], Actor | None] = load_actor,
) -> int:
    """Puts on record what was opened without signal, at the time it was opened, once; answers how many rows that were.

    Whether it was theirs to read is asked of the postings of that day (`on_a_day`). What is not theirs (a group narrowed meanwhile, or
    an id that was made up) is one row that says so: that a phone claims it is worth knowing, and shows nothing to anybody.
    """
    asked = {(view.entity, view.id, view.at) for view in views if view.entity in _OF and 0 < view.id < 10**9}
    asked -= _on_record(session, account, {at for _e, _i, at in asked})
    readers: dict[Any, Actor | None] = {}
    may: dict[tuple[str, Any], set[int]] = {}
    refused: defaultdict[str, set[int]] = defaultdict(set)
    rows = 0
    for entity, entity_id, at in sorted(asked, key=lambda one: (one[2], one[0], one[1])):
        day = london_day(at)
        if (entity, day) not in may:
            if day not in readers:
                readers[day] = account if day == london_day(now) else on_a_day(session, account.account_id or 0, day)
            ids = {i for e, i, moment in asked if e == entity and london_day(moment) == day}
            may[entity, day] = _readable(session, readers[day], entity, ids)
        if entity_id in may[entity, day]:
            record(session, account, Operation.CONSULTATION, entity, [entity_id], now=at, note=OPENED)
            rows += 1
        else:
            refused[entity].add(entity_id)
    for entity, ids in sorted(refused.items()):
        record(session, account, Operation.CONSULTATION, entity, sorted(ids), now=now, note=NOT_THEIRS)
    return rows + len(refused)


def _readable(session: Session, reader: Actor | None, entity: str, ids: Collection[int]) -> set[int]:
    if reader is None or not reader.may(Permission.READ_DIARY):
        return set()
    table, visible = _OF[entity]
    return set(session.scalars(select(table.id).where(table.id.in_(sorted(ids)), visible(reader))))


def _on_record(session: Session, account: Actor, moments: Collection[datetime]) -> set[tuple[str, int, datetime]]:
    """What the account's phones have said already, so that a sending whose answer was lost is not put on record twice."""
    if not moments:
        return set()
    rows = session.execute(
        select(AuditRow.entity, AuditRow.ids, AuditRow.at).where(
            AuditRow.actor_id == account.account_id, AuditRow.at.in_(sorted(moments)), AuditRow.note == OPENED
        )
    )
    return {(row.entity, int(i), row.at) for row in rows for i in row.ids}


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """One entry of a disabled account, as its phone sent it."""

    client_ref: str
    content: dict[str, Any]
    content_hash: str
    typed_at: datetime


def hand_in(session: Session, account_id: int, entries: Sequence[HandedIn], device: str, *, now: datetime) -> int:
    """Keeps entries of a disabled account for the sergeant of its officer's last team, each reference once; answers how many are new.

    One that is on the record already, or was handed in before, is left as it is. Raises Missing for an account that is not
    disabled: whoever holds that can sign in.
    """
    row = session.execute(
        select(Account.officer_id, Account.force_id).where(Account.id == account_id, Account.disabled_at.is_not(None))
    ).one_or_none()
    if row is None:
        raise Missing
    refs = [entry.client_ref for entry in entries]
    there = set(known_among(session, refs)) | set(session.scalars(select(HeldEntry.client_ref).where(HeldEntry.client_ref.in_(refs))))
    team_id = session.scalar(select(last_team(row.officer_id, london_day(now))))
    first: dict[str, HandedIn] = {}
    for entry in entries:
        first.setdefault(entry.client_ref, entry)
    held = [
        HeldEntry(
            force_id=row.force_id, account_id=account_id, officer_id=row.officer_id, team_id=team_id, client_ref=entry.client_ref,
            content=entry.content, content_hash=entry.content_hash, typed_at=entry.typed_at, device=device[:LONGEST_DEVICE],
            handed_in_at=now,
        )
        for entry in first.values()
        if entry.client_ref not in there
    ]  # fmt: skip
    if held:
        session.add_all(held)
        session.flush()
        phone = system("phone of a disabled account", row.force_id)
        record(session, phone, Operation.COLLECTION, "held_entry", [h.id for h in held], now=now, note=f"account {account_id}")
        for leader in leaders_of(session, row.force_id, team_id, london_day(now)):
            leave_note(
                session, phone, leader, "held", None, "The phone of somebody who left has handed in entries for you to read", now=now
            )
    return len(held)


def held_to_decide(session: Session, actor: Actor, held_id: int) -> HeldEntry:
    """An entry that waits, held until this is over; Missing where it is not there or of a team that the actor does not lead."""
    found = session.scalar(
        select(HeldEntry).where(HeldEntry.id == held_id, led_by(actor)).with_for_update().execution_options(populate_existing=True)
    )
    if found is None:
        raise Missing
    if found.ended is not None:
        raise Refused("Somebody has decided about this entry already.")
    return found


def led_by(actor: Actor) -> Any:
    """The entries handed in that are an actor's to decide about: of the teams they lead; one of no team is any leader's of the force."""
    led = sorted(actor.teams(Permission.DECIDE_OVERDUE))
    ours = HeldEntry.team_id.in_(led)
    return (HeldEntry.force_id == actor.force_id) & (ours | HeldEntry.team_id.is_(None) if led else ours)


def refuse(session: Session, actor: Actor, held_id: int, reason: str, *, now: datetime) -> None:
    """Ends an entry that is not put on the record, with a reason; what it said is erased."""
    why = one_line(reason, longest=300, field="reason", what="Reason")
    if not why:
        raise Refused("Say why it does not go on the record", field="reason")
    end(session, actor, held_to_decide(session, actor, held_id), "refused", reason=why, now=now)


def end(
    session: Session, actor: Actor, held: HeldEntry, ended: str, *, now: datetime, reason: str = "", engagement_id: int | None = None
) -> None:
    """Ends an entry that was handed in, and erases what it said."""
    held.ended, held.ended_at, held.ended_by_id = ended, now, actor.officer_id
    held.reason, held.engagement_id, held.content = reason, engagement_id, {}
    record(session, actor, Operation.ERASURE, "held_entry", [held.id], fields=["content"], now=now, note=ended)
    left = session.scalar(
        select(func.count()).select_from(HeldEntry).where(led_by(actor), HeldEntry.ended.is_(None), HeldEntry.id != held.id)
    )
    if not left:
        mine = (OfficerNote.about == "held", OfficerNote.officer_id == actor.officer_id, OfficerNote.put_away_at.is_(None))
        ids = session.scalars(select(OfficerNote.id).where(*mine)).all()
        if ids:
            session.execute(update(OfficerNote).where(OfficerNote.id.in_(ids)).values(put_away_at=now))
            record(session, actor, Operation.ALTERATION, "officer_note", ids, fields=["put_away_at"], now=now)
    session.flush()
