"""One handover as its page shows it: names, where it stands, what each side has still to do, what changed hands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.concerns.models import Action, Concern
from engagement.concerns.queries import actions_visible_to
from engagement.concerns.queries import visible_to as concerns_visible_to
from engagement.core.clock import london_day
from engagement.engagements.domain import Kind
from engagement.engagements.models import Engagement
from engagement.groups.queries import names_in_force
from engagement.handover.domain import (
    REVERSIBLE,
    Side,
    State,
    Step,
    in_the_way_of_moving,
    in_the_way_of_signing,
    may_be_taken_back,
    signatures,
    state,
)
from engagement.handover.models import Handover, HandoverPart
from engagement.handover.queries import facts_of, leads, moves_of, named, split_of
from engagement.places.models import Team


@dataclass(frozen=True, slots=True, kw_only=True)
class Half:
    """The part of one who signs: its lines with whether they are ticked, who signed when, and what stands in the way."""

    side: Side
    key: str  # of its fields on the page
    name: str
    groups: int  # how many go to them apart; nought for who leaves and for the successor
    lines: Sequence[tuple[Step, bool]]
    signed_at: datetime | None
    in_their_place: str  # who signed for a leaver
    in_the_way: Sequence[str]
    may_write: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A thing that changed hands, by its name."""

    what: str
    name: str
    href: str
    to: str
    went_back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverPage:
    """A handover with everything around its pack."""

    row: Handover
    signatures: tuple[int, int]  # how many have signed, of how many
    state: State
    leaver: str
    successor: str
    team: str
    halves: Sequence[Half]
    apart: Mapping[int, str]  # group id: who gets it instead
    unsent: int
    leads: bool
    may_move: bool
    may_take_back: bool
    take_back_until: datetime | None
    moved: Sequence[Moved]


def page_of(session: Session, actor: Actor, handover: Handover, now: datetime) -> HandoverPage:
    """The handover as somebody may see it who may read it."""
    split, today = split_of(session, handover), london_day(now)
    facts, apart = facts_of(session, handover, now, split), split.apart
    moves = moves_of(session, handover.id) if handover.moved_at is not None else []
    people = [handover.officer_id, handover.successor_id, handover.leaver_signed_by_id, *apart.values(), *(m.to_officer_id for m in moves)]
    names = named(session, people)
    led, at = leads(actor, handover.team_id), state(facts)
    under_way = at in (State.OPEN, State.AGREED)

    def half(side: Side) -> Half:
        leaves = side is Side.LEAVER
        whose = handover.officer_id if leaves else handover.successor_id
        by = handover.leaver_signed_by_id if leaves else whose
        return Half(
            side=side,
            key=str(side),
            groups=0,
            name=names.get(whose or 0, ""),
            lines=[(step, step in facts.ticked) for step in Step if step.side is side],
            signed_at=handover.leaver_signed_at if leaves else handover.successor_signed_at,
            in_their_place=names.get(by or 0, "") if by != whose else "",
            in_the_way=in_the_way_of_signing(facts, side, actor.officer_id),
            may_write=under_way and (actor.officer_id == whose or (leaves and led)),
        )

    def part(one: HandoverPart) -> Half:
        facts_here = replace(facts, ticked=frozenset(map(Step, one.ticked)))
        return Half(
            side=Side.SUCCESSOR,
            key=str(one.officer_id),
            groups=sum(officer_id == one.officer_id for officer_id in apart.values()),
            name=names[one.officer_id],
            lines=[(step, step in facts_here.ticked) for step in Step if step.side is Side.SUCCESSOR],
            signed_at=one.signed_at,
            in_their_place="",
            in_the_way=in_the_way_of_signing(facts_here, Side.SUCCESSOR),
            may_write=under_way and actor.officer_id == one.officer_id,
        )

    return HandoverPage(
        row=handover,
        signatures=signatures(facts),
        state=at,
        leaver=names[handover.officer_id],
        successor=names.get(handover.successor_id or 0, ""),
        team=session.scalars(select(Team.name).where(Team.id == handover.team_id)).one(),
        halves=[half(Side.LEAVER), half(Side.SUCCESSOR), *map(part, split.parts)],
        apart={group_id: names[officer_id] for group_id, officer_id in apart.items()},
        unsent=facts.unsent,
        leads=led and under_way,
        may_move=led and at is State.AGREED and not in_the_way_of_moving(facts, today),
        may_take_back=led and may_be_taken_back(handover.moved_at, handover.taken_back_at, now),
        take_back_until=handover.moved_at + REVERSIBLE - timedelta(seconds=1) if handover.moved_at else None,
        moved=_moved(session, actor, moves, names),
    )


def _moved(session: Session, actor: Actor, moves: Sequence[Any], names: Mapping[int, str]) -> list[Moved]:
    """What changed hands, by name; a thing that the reader may not read is counted among them without one."""
    if not moves:
        return []
    of = {what: [m.entity_id for m in moves if m.what == what] for what in ("group", "concern", "action", "booking")}
    known: dict[tuple[str, int], str] = {("group", key): name for key, name in names_in_force(session, actor, of["group"]).items()}
    for row in session.execute(select(Concern.id, Concern.title).where(Concern.id.in_(of["concern"]), concerns_visible_to(actor))):
        known[("concern", row.id)] = row.title
    for row in session.execute(select(Action.id, Action.what).where(Action.id.in_(of["action"]), actions_visible_to(actor))):
        known[("action", row.id)] = row.what
    booked = select(Engagement.id, Engagement.kind).where(Engagement.id.in_(of["booking"]), Engagement.sensitive.is_(False))
    for row in session.execute(booked):
        known[("booking", row.id)] = Kind(row.kind).label
    hrefs = {"group": "/groups/", "concern": "/concerns/", "booking": "/engagements/"}
    return [
        Moved(
            what=m.what,
            name=known.get((m.what, m.entity_id), ""),
            href=f"{hrefs[m.what]}{m.entity_id}" if m.what in hrefs and (m.what, m.entity_id) in known else "",
            to=names[m.to_officer_id],
            went_back=m.went_back_at is not None,
        )
        for m in moves
    ]
