"""Taking back what was decided on the board about concerns, actions and promises: each as it was before, as far as nobody changed it since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor, Permission
from engagement.audit.domain import Operation
from engagement.audit.service import keep_version, record
from engagement.board.domain import ItemKind
from engagement.board.models import ItemDecision
from engagement.concerns.models import Action, Concern
from engagement.concerns.service import give_back, unmove
from engagement.core.errors import Missing, Refused
from engagement.people.models import OfficerNote

LATER = "Something else was decided about it since: take that back first"


def items_decided(session: Session, actor: Actor, ids: Iterable[int]) -> Sequence[Any]:
    """Those of the decisions that the actor may take back: rows of (id, entity, entity_id, kind, title, decided_at, reason)."""
    rows: list[Any] = []
    for entity, table, title in (("concern", Concern, Concern.title), ("action", Action, Action.what)):
        rows += session.execute(
            select(
                ItemDecision.id, ItemDecision.entity, ItemDecision.entity_id, ItemDecision.kind, title.label("title"),
                ItemDecision.decided_at, ItemDecision.reason,
            )
            .join(table, table.id == ItemDecision.entity_id)
            .where(ItemDecision.entity == entity, ItemDecision.id.in_(sorted(set(ids))), ItemDecision.undone_at.is_(None), _theirs(actor))
            .order_by(ItemDecision.id)
        ).all()  # fmt: skip
    return sorted(rows, key=lambda row: row.id)


def take_back_items(session: Session, actor: Actor, ids: Iterable[int], *, now: datetime) -> list[ItemDecision]:
    """Takes decisions back with what they did, all or none: what was given goes back, what was moved is due on its old day, a note
    that was not read yet goes. What somebody changed since stays as they made it. One taken back before stays so.

    Raises Missing where one is not theirs, Refused where something else was decided about the same since.
    """
    wanted = sorted(set(ids))
    found = session.scalars(
        select(ItemDecision).where(ItemDecision.id.in_(wanted), _theirs(actor)).order_by(ItemDecision.id).with_for_update()
    ).all()
    if not found or len(found) != len(wanted):
        raise Missing
    taken = [one for one in found if one.undone_at is None]
    for one in reversed(taken):
        if _later(session, one):
            raise Refused(LATER)
        _undo(session, actor, one, now=now)
        one.undone_at = now
        session.flush()
        _put_note_away(session, one, now)
    if taken:
        record(session, actor, Operation.ALTERATION, "item_decision", [one.id for one in taken], fields=["undone_at"], now=now)
    return list(found)


def _theirs(actor: Actor) -> Any:
    return (ItemDecision.force_id == actor.force_id) & ItemDecision.team_id.in_(sorted(actor.teams(Permission.DECIDE_OVERDUE)))


def _later(session: Session, one: ItemDecision) -> bool:
    same = (ItemDecision.entity == one.entity, ItemDecision.entity_id == one.entity_id, ItemDecision.undone_at.is_(None))
    return session.scalar(select(ItemDecision.id).where(*same, ItemDecision.id > one.id).limit(1)) is not None


def _undo(session: Session, actor: Actor, one: ItemDecision, *, now: datetime) -> None:
    match ItemKind(one.kind), one.entity:
        case ItemKind.GIVE, "concern":
            give_back(session, actor, one.entity_id, one.officer_id, one.was_officer_id, now=now)
        case ItemKind.GIVE, _:
            action = session.get_one(Action, one.entity_id)
            if action.officer_id == one.officer_id:
                _change(session, actor, action, "officer_id", one.was_officer_id, now=now)
        case ItemKind.MOVE, _:
            action = session.get_one(Action, one.entity_id)
            if action.is_promise:
                unmove(session, actor, action.id, now=now)
            elif action.due_on == one.until:
                _change(session, actor, action, "due_on", one.was_due_on, now=now)


def _change(session: Session, actor: Actor, action: Action, name: str, value: Any, *, now: datetime) -> None:
    before = getattr(action, name)
    keep_version(session, actor, "action", action.id, {name: before if isinstance(before, int) else str(before or "")}, now=now)
    setattr(action, name, value)
    record(session, actor, Operation.ALTERATION, "action", [action.id], fields=[name], now=now)


def _put_note_away(session: Session, one: ItemDecision, now: datetime) -> None:
    """Takes the note off the officer's shift, unless another decision that stands left the same one."""
    note = session.get(OfficerNote, one.note_id) if one.note_id is not None else None
    if note is None or note.put_away_at is not None:
        return
    others = select(ItemDecision.id).where(ItemDecision.note_id == note.id, ItemDecision.undone_at.is_(None))
    if session.scalar(others.limit(1)) is None:
        note.put_away_at = now
