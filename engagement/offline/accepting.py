"""Entries of disabled accounts as their sergeant reads and accepts them: by the log form's rules, as of when they were typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor, Permission
from engagement.core.clock import london_day
from engagement.core.errors import Missing, Refused
from engagement.engagements import service as engagements
from engagement.engagements.domain import Kind, Outcome
from engagement.groups.queries import names_in_force
from engagement.offline.models import HeldEntry
from engagement.offline.phone_form import PhoneForm
from engagement.offline.queries import known_among
from engagement.offline.sending import Sent, read_draft
from engagement.offline.service import end, held_to_decide, led_by
from engagement.offline.taking import maker, placed
from engagement.people.models import Officer
from engagement.people.queries import actor_as_of

MOST_SHOWN = 50
NONE = timedelta(0)  # its times were put right when it was handed in


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """One entry as the sergeant reads it: whose, when it was typed, and what it says in lines of (what, words)."""

    id: int
    officer: str
    typed_at: datetime
    handed_in_at: datetime
    lines: Sequence[tuple[str, str]]


def waiting_for(session: Session, actor: Actor) -> list[Waits]:
    """The entries that wait for a sergeant's or inspector's decision, the earliest typed first."""
    rows = session.execute(
        select(HeldEntry.id, HeldEntry.content, HeldEntry.typed_at, HeldEntry.handed_in_at, Officer.name)
        .join(Officer, Officer.id == HeldEntry.officer_id)
        .where(led_by(actor), HeldEntry.ended.is_(None))
        .order_by(HeldEntry.typed_at, HeldEntry.id)
        .limit(MOST_SHOWN)
    ).all()
    fields = {row.id: _fields(row.content, row.typed_at) for row in rows}
    ids = {int(v) for said in fields.values() for n, v in said if (n == "group" or n.endswith("-group")) and v.isdigit() and len(v) <= 9}
    names = names_in_force(session, actor, ids)
    return [
        Waits(id=r.id, officer=r.name, typed_at=r.typed_at, handed_in_at=r.handed_in_at, lines=_lines(fields[r.id], names)) for r in rows
    ]


def accept(session: Session, actor: Actor, held_id: int, override_reason: str, *, now: datetime) -> int:
    """Puts an entry on the record: by the officer who typed it, recorded by whoever accepts it; answers the engagement.

    It is judged by what its officer might write when it was typed. One that is on the record already is ended with that.
    Raises Refused with the sentence of the log form where it cannot stand as it is; then it still waits.
    """
    held = held_to_decide(session, actor, held_id)
    known = known_among(session, [held.client_ref]).get(held.client_ref)
    if known is not None:
        end(session, actor, held, "accepted", engagement_id=known.id, now=now)
        return int(known.id)
    typist = actor_as_of(session, held.account_id, london_day(held.typed_at))
    if typist is None or not typist.may(Permission.WRITE_DIARY):
        raise Refused("They had no posting on the day they typed it that let them write in the diary. Refuse it, with the reason.")
    sent = _sent(held.content, held.typed_at)
    form = PhoneForm(sent, now=now, make=maker(session, now))
    if override_reason.strip():
        form.sent["override_reason"] = override_reason
    draft = form.draft(session, typist, now=held.typed_at)
    if draft is None:
        raise Refused("{what}", what=form.problem[1], field="override_reason")
    draft = replace(placed(session, typist, draft), for_officer_id=held.officer_id)
    try:
        engagement_id = engagements.log(session, actor, draft, now=now).engagement_id
    except Missing:
        raise Refused("A group or something that was told there is not to be found any more, or not yours to see.") from None
    end(session, actor, held, "accepted", engagement_id=engagement_id, now=now)
    return engagement_id


def _sent(content: dict[str, Any], typed_at: datetime) -> Sent:
    return replace(read_draft(content | {"typed_at": typed_at.isoformat()}, NONE, typed_at), typed_at=typed_at)


def _fields(content: dict[str, Any], typed_at: datetime) -> list[tuple[str, str]]:
    try:
        return _sent(content, typed_at).fields
    except (Refused, RecursionError):
        return []


def _lines(fields: Sequence[tuple[str, str]], names: Any) -> list[tuple[str, str]]:
    """What an entry says, a line for each thing that was typed or chosen."""
    said = dict(fields)
    groups = [
        names.get(int(v), "a group that is not yours to see")
        for n, v in fields
        if (n == "group" or n.endswith("-group")) and v.isdigit() and len(v) <= 9
    ]
    typed = [v.strip() for n, v in fields if (n == "group_name" or n.endswith("-name")) and v.strip()]
    resident = ["a resident"] if said.get("group") == "resident" else []
    kind, outcome = said.get("kind", ""), said.get("outcome", "")
    lines = [
        ("With", ", ".join([*groups, *typed, *resident])),
        ("How", Kind(kind).label if kind in set(Kind) else kind),
        ("Outcome", Outcome(outcome).label if outcome in set(Outcome) else outcome),
        ("What happened", said.get("summary", "")),
        ("Place", said.get("place", "")),
    ]
    lines += [("Concern", v) for n, v in fields if n.startswith("concern-") and n.endswith(("-title", "-detail"))]
    lines += [("Promised", v) for n, v in fields if n.startswith("promise-") and n.endswith("-what")]
    return [(what, _whole(words)[:400]) for what, words in lines if words.strip()]


def _whole(words: str) -> str:
    """The words with a mark in the place of each half character: no page could show one, nor those beside it."""
    return words.encode("utf-8", "replace").decode()
