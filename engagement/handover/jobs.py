"""The job of handovers: begins those that a closed account asks for, moves what is due, writes the letters."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from engagement.access.domain import system
from engagement.core.clock import london_day
from engagement.db import unit_of_work
from engagement.handover.domain import REVERSIBLE, in_the_way_of_moving
from engagement.handover.letters import ACTOR, settle_letters, write_letters
from engagement.handover.models import Handover
from engagement.handover.moving import move
from engagement.handover.queries import facts_of, sergeants_of, without_an_account
from engagement.handover.service import start
from engagement.people.service import leave_note


def move_patches(now: datetime) -> dict[str, int]:
    """Does what is owed, whatever day it was owed on, each handover in a transaction of its own. Counts: begun (for accounts that were
    disabled), moved, waiting (their day has come, something stands in the way), letters, came_back.

    Letters are written once a move can no longer be taken back: what was said in one cannot be unsaid.
    """
    counts: Counter[str] = Counter(begun=0, moved=0, waiting=0, letters=0, came_back=0)
    with unit_of_work() as session:
        counts["begun"] = _begin(session, now)
    for handover_id in _ids(Handover.moved_at.is_(None), Handover.moves_on <= london_day(now)):
        with unit_of_work() as session:
            counts[_move(session, handover_id, now)] += 1
    written_before = (Handover.letters_at.is_(None), Handover.taken_back_at.is_(None), Handover.moved_at <= now - REVERSIBLE)
    for handover_id in _ids(*written_before):
        with unit_of_work() as session:
            handover = session.get_one(Handover, handover_id)
            counts["letters"] += write_letters(session, system(ACTOR, handover.force_id), handover, now=now)
    with unit_of_work() as session:
        counts["came_back"] = settle_letters(session, now=now)
    return dict(counts)


def _ids(*conditions: ColumnElement[bool]) -> list[int]:
    with unit_of_work() as session:
        return list(session.scalars(select(Handover.id).where(Handover.called_off_at.is_(None), *conditions).order_by(Handover.id)))


def _begin(session: Session, now: datetime) -> int:
    begun = without_an_account(session)
    for row in begun:
        actor = system(ACTOR, row.force_id)
        handover = start(session, actor, row.id, row.team_id, closed=True, now=now)
        for sergeant_id in sergeants_of(session, row.team_id, london_day(now)):
            words = "An account of your team was closed: say who takes over what its officer looked after."
            leave_note(session, actor, sergeant_id, "handover", handover.id, words, now=now)
    return len(begun)


def _move(session: Session, handover_id: int, now: datetime) -> str:
    """Moves one whose day has come, unless something stands in the way; tells which it was."""
    handover = session.scalars(select(Handover).where(Handover.id == handover_id).with_for_update(key_share=True)).one()
    if in_the_way_of_moving(facts_of(session, handover, now), london_day(now)) or handover.moved_at is not None:
        return "waiting"
    move(session, system(ACTOR, handover.force_id), handover, now=now)
    return "moved"
