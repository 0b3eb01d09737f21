"""Drawing a team's sample of a month, reading its entries, and saying something to who recorded one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor, Role
from engagement.audit.domain import Operation
from engagement.audit.service import record
from engagement.concerns.models import Action
from engagement.core.clock import london_day
from engagement.core.errors import Missing, Refused
from engagement.core.ids import new_token
from engagement.core.months import Month
from engagement.core.texts import clean_text
from engagement.dip_sample.domain import check_reader, draw
from engagement.dip_sample.models import DipEntry, DipSample
from engagement.dip_sample.queries import candidates, place_of, readable_by, theirs_to_read
from engagement.people.models import OfficerNote, Posting
from engagement.people.queries import holds_on
from engagement.people.service import leave_note
from engagement.settings import current

LONGEST = 1000


def draw_sample(session: Session, actor: Actor, team_id: int, month: Month, *, now: datetime, seed: str = "") -> DipSample:
    """Draws a team's sample of a month, once, and tells its sergeants; one that was drawn already is answered as it is."""
    made = session.scalar(select(DipSample).where(DipSample.team_id == team_id, DipSample.month == str(month)))
    if made is not None:
        return made
    found = candidates(session, team_id, month)
    sample = DipSample(
        force_id=actor.force_id, team_id=team_id, month=str(month), seed=seed or new_token()[:40], drawn_from=len(found), drawn_at=now
    )
    session.add(sample)
    session.flush()
    drawn = draw(
        found, sample.seed, size=current().number("dip_sample", "entries"), overridden=current().number("dip_sample", "overridden")
    )
    session.add_all(
        DipEntry(
            force_id=actor.force_id, sample_id=sample.id, place=place, entity=one.entity, entity_id=one.id, officer_id=one.officer_id,
            overridden=one.overridden,
        )
        for place, one in enumerate(drawn, start=1)
    )  # fmt: skip
    record(session, actor, Operation.COLLECTION, "dip_sample", [sample.id], now=now)
    if drawn:
        words = f"{month.name}: {len(drawn)} entries were drawn for you to read and comment on."
        today = london_day(now)
        sergeants = session.scalars(
            select(Posting.officer_id)
            .where(Posting.team_id == team_id, Posting.role == Role.SERGEANT.value, Posting.kind == "home", holds_on(today))
            .distinct()
            .order_by(Posting.officer_id)
        )
        for officer_id in list(sergeants):
            leave_note(session, actor, officer_id, "dip_sample", sample.id, words, now=now)
    return sample


def mark_read(session: Session, actor: Actor, entry_id: int, words: str, *, now: datetime) -> DipEntry:
    """Keeps that somebody read an entry, and what they say to who recorded it, who finds it on their shift.

    Words sent again replace those before, in the same note. Raises Missing for an entry that is closed to them, Refused beside `words`
    for their own entry.
    """
    entry = _entry(session, actor, entry_id)
    try:
        check_reader(entry.officer_id, actor.officer_id)
    except Refused as refusal:
        raise Refused(refusal.sentence, field="words") from refusal
    said = clean_text(words, longest=LONGEST, field="words", what="Comment")
    entry.read_at, entry.read_by_id = entry.read_at or now, entry.read_by_id or actor.officer_id
    if said and said != entry.comment:
        entry.comment, entry.commented_at = said, now
        entry.note_id = _tell(session, actor, entry, said, now=now)
    record(session, actor, Operation.ALTERATION, "dip_entry", [entry.id], fields=["comment"] if said else ["read_at"], now=now)
    return entry


def _entry(session: Session, actor: Actor, entry_id: int) -> DipEntry:
    """An entry of a sample that the actor may read: open to them, or their own, which they are refused with a sentence."""
    found = session.scalar(
        select(DipEntry)
        .join(DipSample, DipSample.id == DipEntry.sample_id)
        .where(DipEntry.id == entry_id, readable_by(actor), or_(theirs_to_read(actor), DipEntry.officer_id == actor.officer_id))
    )
    if found is None:
        raise Missing
    return found


def _tell(session: Session, actor: Actor, entry: DipEntry, said: str, *, now: datetime) -> int:
    words = f"About your entry, which was drawn for the dip-sample: {said}"
    note = session.get(OfficerNote, entry.note_id) if entry.note_id is not None else None
    if note is not None and note.put_away_at is None:
        note.words, note.left_at, note.left_by = words, now, actor.name
        record(session, actor, Operation.ALTERATION, "officer_note", [note.id], fields=["words"], now=now)
        return note.id
    about, about_id = place_of(session.get_one(Action, entry.entity_id)) if entry.entity == "action" else (entry.entity, entry.entity_id)
    return leave_note(session, actor, entry.officer_id, about, about_id, words, now=now).id
