"""One handover as its page shows it: names, where it stands, what each side has still to do, what changed hands."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, exists, select
from sqlalchemy.orm import Session, aliased

from engagement.access.domain import Actor
from engagement.concerns.models import Action, Concern
from engagement.concerns.queries import actions_visible_to
from engagement.concerns.queries import visible_to as concerns_visible_to
from engagement.core.clock import london_day
from engagement.core.errors import Missing
from engagement.db import BigId, ask
from engagement.engagements.domain import Kind
from engagement.engagements.models import Engagement
from engagement.engagements.queries import with_none_kept_from
from engagement.groups.queries import names_in_force
from engagement.handover.domain import (
    REVERSIBLE,
    HandoverFacts,
    Side,
    State,
    Step,
    in_the_way_of_moving,
    may_be_taken_back,
    signatures,
    state,
)
from engagement.handover.models import Handover, HandoverApart, HandoverMove
from engagement.handover.queries import Split, facts_of, leads, name_of, readable_by, split_of
from engagement.offline.queries import phones_of, write_offs_of, written_off_of
from engagement.people.models import Officer
from engagement.places.models import Team


@dataclass(frozen=True, slots=True, kw_only=True)
class Half:
    """The part of one who signs: its lines with whether they are ticked, and who signed when."""

    side: Side
    key: str  # of its fields on the page
    name: str
    lines: Sequence[tuple[Step, bool]]
    signed_at: datetime | None
    may_write: bool
    groups: int = 0  # how many go to them apart; nought for who leaves and for the successor
    in_their_place: str = ""  # who signed for a leaver


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A thing that changed hands, by its name."""

    name: str
    at: datetime | None  # of what is booked
    href: str
    to: str
    went_back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverPage:
    """A handover with everything around its pack."""

    row: Any  # the columns of the handover
    signatures: tuple[int, int]  # how many have signed, of how many
    state: State
    leaver: str
    successor: str
    team: str
    halves: Sequence[Half]
    apart: Mapping[int, str]  # group id: who gets it instead
    unsent: int
    phones: Sequence[Any]  # on which that is, for who may write it off: rows of offline.queries.phones_of
    written_off: Sequence[Any]  # what of the leaver's will not come: rows of offline.queries.write_offs
    leads: bool
    may_move: bool
    may_take_back: bool
    take_back_until: datetime | None
    moved: Sequence[Moved]


_LEAVER, _COMES, _SIGNED_FOR = Officer, aliased(Officer), aliased(Officer)
_MOVES = (
    select(HandoverMove.what, HandoverMove.entity_id, HandoverMove.went_back_at, name_of(Officer))
    .join(Officer, Officer.id == HandoverMove.to_officer_id)
    .where(HandoverMove.handover_id == bindparam("handover", type_=BigId))
    .order_by(HandoverMove.id)
)


@lru_cache(maxsize=64)
def _question(actor: Actor) -> Select[Any]:
    """A handover that the actor may read, with the names around it."""
    names = (name_of(_LEAVER).label("leaver"), name_of(_COMES).label("successor"), name_of(_SIGNED_FOR).label("signed_for"))
    apart = exists().where(HandoverApart.handover_id == Handover.id).label("is_split")
    lost = written_off_of(Handover.officer_id).label("lost")
    return (
        select(*Handover.__table__.columns, *names, Team.name.label("team"), apart, lost)
        .join(_LEAVER, _LEAVER.id == Handover.officer_id)
        .join(Team, Team.id == Handover.team_id)
        .outerjoin(_COMES, _COMES.id == Handover.successor_id)
        .outerjoin(_SIGNED_FOR, _SIGNED_FOR.id == Handover.leaver_signed_by_id)
        .where(Handover.id == bindparam("handover", type_=BigId), readable_by(actor))
    )


def page_of(session: Session, actor: Actor, handover_id: int, now: datetime) -> HandoverPage:
    """The handover as somebody may see it; Missing where it is not there or not theirs to read."""
    row = ask(session, _question(actor), {"handover": handover_id}).one_or_none()
    if row is None:
        raise Missing
    split = split_of(session, row.id) if row.is_split else Split({}, ())
    facts = facts_of(session, row, now, split)
    led, at = leads(actor, row.team_id), state(facts)
    under_way = at in (State.OPEN, State.AGREED)
    return HandoverPage(
        row=row,
        signatures=signatures(facts),
        state=at,
        leaver=row.leaver,
        successor=row.successor or "",
        team=row.team,
        halves=_halves(actor, row, facts, split, under_way=under_way),
        apart={group_id: one.name for group_id, one in split.apart.items()},
        unsent=facts.unsent,
        phones=phones_of(session, actor, london_day(now), of=row.officer_id) if facts.unsent and led else [],
        written_off=write_offs_of(session, row.officer_id) if row.lost else [],
        leads=led and under_way,
        may_move=led and at is State.AGREED and not in_the_way_of_moving(facts, london_day(now)),
        may_take_back=led and may_be_taken_back(row.moved_at, row.taken_back_at, now),
        take_back_until=row.moved_at + REVERSIBLE - timedelta(seconds=1) if row.moved_at else None,
        moved=_moved(session, actor, row.id) if row.moved_at is not None else [],
    )


def _halves(actor: Actor, row: Any, facts: HandoverFacts, split: Split, *, under_way: bool) -> list[Half]:
    """The part of who leaves, that of who takes over, and those of whoever gets single groups."""
    theirs = under_way and (actor.officer_id == row.officer_id or leads(actor, row.team_id))
    return [
        Half(
            side=Side.LEAVER,
            key=str(Side.LEAVER),
            name=row.leaver,
            lines=_lines(Side.LEAVER, facts.ticked),
            signed_at=row.leaver_signed_at,
            in_their_place=row.signed_for or "" if row.leaver_signed_by_id != row.officer_id else "",
            may_write=theirs,
        ),
        Half(
            side=Side.SUCCESSOR,
            key=str(Side.SUCCESSOR),
            name=row.successor or "",
            lines=_lines(Side.SUCCESSOR, facts.ticked),
            signed_at=row.successor_signed_at,
            may_write=under_way and actor.officer_id == row.successor_id,
        ),
        *(
            Half(
                side=Side.SUCCESSOR,
                key=str(part.officer_id),
                name=part.name,
                groups=sum(one.officer_id == part.officer_id for one in split.apart.values()),
                lines=_lines(Side.SUCCESSOR, part.ticked),
                signed_at=part.signed_at,
                may_write=under_way and actor.officer_id == part.officer_id,
            )
            for part in split.parts
        ),
    ]


def _lines(side: Side, ticked: Collection[str]) -> list[tuple[Step, bool]]:
    return [(step, step in ticked) for step in Step if step.side is side]


def _moved(session: Session, actor: Actor, handover_id: int) -> list[Moved]:
    """What changed hands, by name; a thing that the reader may not read is counted among them without one."""
    moves = ask(session, _MOVES, {"handover": handover_id})
    of = {what: [m.entity_id for m in moves if m.what == what] for what in ("group", "concern", "action", "booking")}
    known: dict[tuple[str, int], tuple[str, datetime | None]] = {}
    for key, name in names_in_force(session, actor, of["group"]).items():
        known["group", key] = name, None
    for concern in session.execute(select(Concern.id, Concern.title).where(Concern.id.in_(of["concern"]), concerns_visible_to(actor))):
        known["concern", concern.id] = concern.title, None
    for action in session.execute(select(Action.id, Action.what).where(Action.id.in_(of["action"]), actions_visible_to(actor))):
        known["action", action.id] = action.what, None
    booked = select(Engagement.id, Engagement.kind, Engagement.planned_for, Engagement.happened_at).where(
        Engagement.id.in_(of["booking"]), Engagement.sensitive.is_(False), with_none_kept_from(actor)
    )
    for entry in session.execute(booked):
        known["booking", entry.id] = Kind(entry.kind).label, entry.planned_for or entry.happened_at
    return [_one_moved(m, *known.get((m.what, m.entity_id), ("", None))) for m in moves]


def _one_moved(move: Any, name: str, at: datetime | None) -> Moved:
    """What changed hands; without a name what the reader may not read, and then without a way to it."""
    leads_to = {"group": "/groups/", "concern": "/concerns/", "booking": "/engagements/"}.get(move.what, "") if name else ""
    return Moved(
        name=name, at=at, href=f"{leads_to}{move.entity_id}" if leads_to else "", to=move.name, went_back=move.went_back_at is not None
    )
