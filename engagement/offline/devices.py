"""What devices say that they still hold: kept for each account, told of after a week, written off where one will not come back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engagement.access.domain import Actor, system
from engagement.audit.domain import Operation
from engagement.audit.service import record
from engagement.core.clock import london_day
from engagement.core.errors import Missing, Refused
from engagement.core.ids import is_ref
from engagement.core.texts import one_line
from engagement.offline.domain import Gone
from engagement.offline.models import DeviceReport, HeldEntry, PhoneWriteOff
from engagement.offline.queries import known_among, last_team, leaders_of, led_phone, standing_write_off, teams_of_kept
from engagement.offline.sending import Waiting
from engagement.people.models import Account, Officer, OfficerNote
from engagement.people.service import leave_note

LONGEST_DEVICE = 60
LONGEST_WORDS = 300
MOST_REFS = 500  # of one account on one device
WEEK = timedelta(days=7)


def hear(session: Session, account: Actor, device: str, waiting: Sequence[Waiting], *, now: datetime) -> None:
    """Keeps what a device says that it still holds, for each account it names of the force; of the rest it holds nothing any more.

    A device that does not say which it is, is not heard. Notes that it held entries too long go when it holds none.
    """
    name = one_line(device, longest=10**6, field="device", what="Device")[:LONGEST_DEVICE] if device.isprintable() else ""
    if not name:
        return
    held: defaultdict[int, list[Waiting]] = defaultdict(list)
    for one in waiting:
        if one.owner.isascii() and one.owner.isdigit() and len(one.owner) <= 18:
            held[int(one.owner)].append(one)
    of_device = select(DeviceReport).where(DeviceReport.device == name, DeviceReport.force_id == account.force_id)
    known = {report.account_id: report for report in session.scalars(of_device.order_by(DeviceReport.id).with_for_update())}
    wanted = sorted({account.account_id or 0, *held})
    theirs = select(Account.id, Account.officer_id).where(Account.id.in_(wanted), Account.force_id == account.force_id)
    for row in session.execute(theirs.order_by(Account.id)).all():
        if row.id not in known and (row.id in held or row.id == account.account_id):
            report = DeviceReport(
                force_id=account.force_id, account_id=row.id, officer_id=row.officer_id, device=name, unsent=0, heard_at=now
            )
            session.add(report)
            known[row.id] = report
    for account_id, report in known.items():
        _said_of(session, account, report, held.get(account_id, []), now=now)
    session.flush()


def _said_of(session: Session, account: Actor, report: DeviceReport, kept: Sequence[Waiting], *, now: datetime) -> None:
    held_before = report.unsent > 0
    report.unsent, report.oldest_kept_at = len(kept), min((one.kept_at for one in kept), default=None)
    report.refs = [one.ref.lower() for one in kept if is_ref(one.ref)][:MOST_REFS]
    report.heard_at, report.heard_from_id = now, account.officer_id
    if held_before and heard_again(session, account, report.id, now=now):
        put_notes_away(session, account, report.id, now=now)
    if not kept and report.told_at is not None:
        report.told_at = None
        put_notes_away(session, account, report.id, now=now)


def put_notes_away(session: Session, account: Actor, report_id: int, *, now: datetime) -> None:
    """Takes the notes about a device off the shifts they stand on."""
    there = (OfficerNote.about == "device", OfficerNote.about_id == report_id, OfficerNote.put_away_at.is_(None))
    ids = session.scalars(select(OfficerNote.id).where(*there)).all()
    if ids:
        session.execute(update(OfficerNote).where(OfficerNote.id.in_(ids)).values(put_away_at=now))
        record(session, account, Operation.ALTERATION, "officer_note", ids, fields=["put_away_at"], now=now)


def tell_of(session: Session, report: DeviceReport, days: int, *, now: datetime) -> int:
    """Leaves its owner, their sergeant, and that of a team they left since they typed it, a note that a device still holds entries;
    answers how many notes."""
    teller = system("unsent entries", report.force_id)
    count = "1 entry" if report.unsent == 1 else f"{report.unsent} entries"
    report.told_at = now
    mine = f"A phone of yours still holds {count}, kept for {days} days or more. Open the diary on it with signal, and sign in."
    leave_note(session, teller, report.officer_id, "device", report.id, mine, now=now)
    today = london_day(now)
    teams = {session.scalar(select(last_team(report.officer_id, today))), *teams_of_kept(session, report.id)}
    leaders = {leader for team_id in teams for leader in leaders_of(session, report.force_id, team_id, today)} - {report.officer_id}
    for leader in sorted(leaders):
        leave_note(session, teller, leader, "device", report.id, _words_for_leader(session, report, count, days), now=now)
    return 1 + len(leaders)


def _words_for_leader(session: Session, report: DeviceReport, count: str, days: int) -> str:
    who = session.get_one(Officer, report.officer_id).name
    said = f"The phone of {who} still holds {count}, kept for {days} days or more."
    if session.get_one(Account, report.account_id).disabled_at is None:
        return said
    return f"{said} Their account is closed: only once it is opened and they sign in on that phone can they be sent."


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOffDraft:
    """What became of a phone, as it was chosen and typed; `heard_at` is when it was last heard of as whoever writes it off has read."""

    gone: str
    words: str
    heard_at: str


def write_off(session: Session, actor: Actor, report_id: int, draft: WriteOffDraft, *, now: datetime) -> PhoneWriteOff:
    """Says that a phone will not come back: what was unsent on it blocks nothing any more, nobody is told of it, its officer is asked to
    log it again.

    Raises Missing where the phone is of no officer whose team the actor leads; Refused, beside its field, without a reason, and where
    the phone was heard of since the actor looked, or holds nothing (any more).
    """
    report = _of_led(session, actor, report_id, now)
    words = one_line(draft.words, longest=LONGEST_WORDS, field="words", what="What happened")
    if draft.gone not in list(Gone):
        raise Refused("Say why this phone will not come back", field="gone")
    if draft.gone == Gone.OTHER and not words:
        raise Refused("Say in a few words why this phone will not come back", field="words")
    if standing_write_off(session, report.id) is not None:
        raise Refused("It was written off already.")
    if not report.unsent:
        raise Refused("Nothing waits on this phone any more.")
    if draft.heard_at != report.heard_at.isoformat():
        raise Refused("This phone was heard of while you had the page open. Read again what is known of it.")
    made = PhoneWriteOff(
        force_id=report.force_id, report_id=report.id, officer_id=report.officer_id, entries=report.unsent, refs=report.refs,
        gone=draft.gone, words=words, written_off_at=now, written_off_by_id=actor.officer_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(session, actor, Operation.COLLECTION, "phone_write_off", [made.id], now=now, note=draft.gone)
    report.told_at = None
    put_notes_away(session, actor, report.id, now=now)
    count = "1 entry" if made.entries == 1 else f"{made.entries} entries"
    said = f"{actor.name} has written off {count} on a phone of yours, which {Gone(draft.gone).told}. Log again what you remember."
    leave_note(session, actor, report.officer_id, "device", report.id, said, now=now)
    return made


def take_back(session: Session, actor: Actor, report_id: int, *, now: datetime) -> PhoneWriteOff:
    """Takes a writing-off back: what the phone said last counts again. Missing as `write_off`; Refused where none stands."""
    report = _of_led(session, actor, report_id, now)
    found = standing_write_off(session, report.id)
    if found is None:
        raise Refused("It is not written off any more.")
    found.taken_back_at, found.taken_back_by_id = now, actor.officer_id
    record(session, actor, Operation.ALTERATION, "phone_write_off", [found.id], fields=["taken_back_at"], now=now)
    put_notes_away(session, actor, report.id, now=now)
    return found


def _of_led(session: Session, actor: Actor, report_id: int, now: datetime) -> DeviceReport:
    """A device's report, held until this is over, so that it cannot say anything meanwhile."""
    found = session.scalar(
        select(DeviceReport)
        .where(DeviceReport.id == report_id, led_phone(actor, london_day(now)))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise Missing
    return found


def heard_again(session: Session, account: Actor, report_id: int, *, now: datetime) -> bool:
    """Says of what was written off that its phone turned up after all, and how much of it has come; whether any of it stood till now."""
    asked = select(PhoneWriteOff).where(PhoneWriteOff.report_id == report_id, PhoneWriteOff.taken_back_at.is_(None))
    stood = False
    for one in session.scalars(asked.order_by(PhoneWriteOff.id)):
        held = session.scalars(select(HeldEntry.client_ref).where(HeldEntry.client_ref.in_(one.refs))).all()
        came = len({*held, *known_among(session, one.refs)})
        if one.heard_again_at is None:
            one.heard_again_at, stood = now, True
        elif came == one.came:
            continue
        one.came = came
        record(session, account, Operation.ALTERATION, "phone_write_off", [one.id], fields=["heard_again_at", "came"], now=now)
    return stood
