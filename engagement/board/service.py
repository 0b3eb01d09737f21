"""What is decided on the board about concerns, actions and promises: ask, give, move; one or many at once, each with a reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import false, null, select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor, Permission
from engagement.audit.domain import Operation
from engagement.audit.service import keep_version, record
from engagement.board.domain import ENTITY_OF, ItemKind, Waiting, check_item
from engagement.board.models import ItemDecision
from engagement.concerns.drafts import EndDraft
from engagement.concerns.models import Action, Concern
from engagement.concerns.promises import Ending, PromiseEnd
from engagement.concerns.service import end_promise, give_to
from engagement.core.clock import london_day
from engagement.core.dates import say_date
from engagement.core.errors import Missing, Refused
from engagement.core.texts import one_line
from engagement.people.models import Officer, OfficerNote
from engagement.people.service import leave_note

MOST_AT_ONCE = 200
LONGEST_REASON = 300
NAMED = 3  # things named in a note; of more it says how many
ASKED_FOR = timedelta(days=7)  # how long a question stands
OTHERS = "They are not there any more, or not yours to decide about"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDraft:
    """What somebody wants to decide: `what` is the list (`Waiting`), `ids` its rows. `officer_id` is of "give", `until` and `told`
    of "move": the new day, and that whoever was promised was told it."""

    what: str
    ids: tuple[int, ...]
    kind: str
    reason: str
    officer_id: int | None = None
    until: date | None = None
    told: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A concern, action or promise as far as a decision needs to know it."""

    id: int
    entity: str
    team_id: int
    title: str
    officer_id: int | None
    officer: str
    is_promise: bool
    concern_id: int | None
    due_on: date | None


def items_to_decide(session: Session, actor: Actor, what: str, ids: Iterable[int], *, hold: bool = False) -> list[Item]:
    """Those of the rows that are still open and of teams that the actor leads, in the order of their ids.

    `hold` makes others who would change them wait until this transaction is over.
    """
    entity = entity_of(what)
    wanted, teams = sorted(set(ids))[:MOST_AT_ONCE], sorted(actor.teams(Permission.DECIDE_OVERDUE))
    if entity == "concern":
        asked = (
            select(Concern.id, Concern.team_id, Concern.title, Concern.owner_id, Officer.name, false(), Concern.id, null())
            .outerjoin(Officer, Officer.id == Concern.owner_id)
            .where(Concern.id.in_(wanted), Concern.force_id == actor.force_id, Concern.team_id.in_(teams), Concern.state != "closed")
            .order_by(Concern.id)
        )
        asked = asked.with_for_update(of=Concern, key_share=True) if hold else asked
        rows: list[Any] = list(session.execute(asked))
    else:
        over = (Action.done_on.is_(None), Action.ended.is_(None), Action.withdrawn_at.is_(None))
        doing = (
            select(
                Action.id, Action.team_id, Action.what, Action.officer_id, Officer.name, Action.is_promise, Action.concern_id, Action.due_on
            )
            .outerjoin(Officer, Officer.id == Action.officer_id)
            .where(Action.id.in_(wanted), Action.force_id == actor.force_id, Action.team_id.in_(teams), *over)
            .order_by(Action.id)
        )
        doing = doing.with_for_update(of=Action, key_share=True) if hold else doing
        rows = list(session.execute(doing))
    return [
        Item(
            id=row[0], entity=entity, team_id=row[1], title=row[2], officer_id=row[3], officer=row[4] or "", is_promise=bool(row[5]),
            concern_id=row[6], due_on=row[7],
        )
        for row in rows
    ]  # fmt: skip


def entity_of(what: str) -> str:
    """What a list's rows are; Missing for a list that nothing is decided about."""
    found = ENTITY_OF.get(Waiting(what)) if what in list(Waiting) else None
    if found is None:
        raise Missing
    return found


def decide_items(session: Session, actor: Actor, draft: ItemDraft, *, now: datetime) -> list[ItemDecision]:
    """Takes one decision about each of the rows, or about none of them; whom it concerns is told in one note, whatever the number.

    Raises Missing for a list of nothing to decide, Refused beside `reason`, `officer_id`, `until` or `told`, or for the whole
    page where a row has ended meanwhile, or nobody is there to be asked.
    """
    entity_of(draft.what)
    if draft.kind not in list(ItemKind):
        raise Refused("Choose what to do", field="kind")
    kind, today = ItemKind(draft.kind), london_day(now)
    reason = one_line(draft.reason, longest=LONGEST_REASON, field="reason", what="Reason")
    if not reason:
        raise Refused("Say why", field="reason")
    found = items_to_decide(session, actor, draft.what, draft.ids, hold=True)
    if not found or len(found) != len(set(draft.ids)):
        raise Refused(OTHERS, field="items")
    promises = sum(1 for item in found if item.is_promise)
    check_item(
        kind, found[0].entity, officer_id=draft.officer_id, until=draft.until, told=draft.told, promises=promises, today=today
    )  # fmt: skip
    if kind is ItemKind.ASK and (nobodys := next((item for item in found if item.officer_id is None), None)):
        raise Refused("Nobody looks after “{title}”: give it to somebody first", field="kind", title=nobodys.title)
    kept = [_do(session, actor, item, kind, draft, reason, now=now) for item in found]
    told = _tell(session, actor, kept, kind, draft, reason, now=now)
    made = [
        ItemDecision(
            force_id=actor.force_id, team_id=item.team_id, entity=item.entity, entity_id=key, kind=kind.value, reason=reason,
            officer_id=draft.officer_id if kind is ItemKind.GIVE else item.officer_id,
            was_officer_id=item.officer_id if kind is ItemKind.GIVE else None,
            was_due_on=item.due_on if kind is ItemKind.MOVE else None,
            until=draft.until if kind is ItemKind.MOVE else today + ASKED_FOR if kind is ItemKind.ASK else None,
            note_id=told.get(draft.officer_id if kind is ItemKind.GIVE else item.officer_id), decided_at=now,
            decided_by_id=actor.officer_id,
        )
        for item, key in kept
    ]  # fmt: skip
    session.add_all(made)
    session.flush()
    record(session, actor, Operation.COLLECTION, "item_decision", [one.id for one in made], now=now)
    return made


def _do(session: Session, actor: Actor, item: Item, kind: ItemKind, draft: ItemDraft, reason: str, *, now: datetime) -> tuple[Item, int]:
    """Does what was decided about one row; answers it with the id that the decision hangs on: a promise that moves is a new one."""
    match kind, item.entity:
        case ItemKind.GIVE, "concern":
            assert draft.officer_id is not None
            give_to(session, actor, [item.id], draft.officer_id, now=now)
        case ItemKind.GIVE, _:
            _give_action(session, actor, item.id, draft.officer_id, reason, now=now)
        case ItemKind.MOVE, _ if item.is_promise:
            ending = Ending(end=PromiseEnd.MOVED, told=draft.told, new_due_on=draft.until, because=reason)
            return item, end_promise(session, actor, EndDraft(action_id=item.id, ending=ending), now=now).id
        case ItemKind.MOVE, _:
            action = session.get_one(Action, item.id)
            before = {"due_on": action.due_on.isoformat() if action.due_on else None}
            keep_version(session, actor, "action", action.id, before, now=now, reason=reason)
            action.due_on = draft.until
            record(session, actor, Operation.ALTERATION, "action", [action.id], fields=["due_on"], now=now)
    return item, item.id


def _give_action(session: Session, actor: Actor, action_id: int, officer_id: int | None, reason: str, *, now: datetime) -> None:
    if session.scalar(select(Officer.id).where(Officer.id == officer_id, Officer.force_id == actor.force_id)) is None:
        raise Refused("Choose an officer from the list", field="officer_id")
    action = session.get_one(Action, action_id)
    keep_version(session, actor, "action", action.id, {"officer_id": action.officer_id}, now=now, reason=reason)
    action.officer_id = officer_id
    record(session, actor, Operation.ALTERATION, "action", [action.id], fields=["officer_id"], now=now)


def _tell(
    session: Session, actor: Actor, kept: Sequence[tuple[Item, int]], kind: ItemKind, draft: ItemDraft, reason: str, *, now: datetime
) -> dict[int | None, int]:
    """Leaves one note with each officer whom it concerns, or rewords the one that an earlier question about the same left; nobody
    is told what they decided themselves. Answers the notes' ids by officer."""
    theirs: dict[int, list[Item]] = defaultdict(list)
    for item, _key in kept:
        officer_id = draft.officer_id if kind is ItemKind.GIVE else item.officer_id
        if officer_id is not None and officer_id != actor.officer_id:
            theirs[officer_id].append(item)
    told: dict[int | None, int] = {}
    for officer_id, items in sorted(theirs.items()):
        words = _words(items, kind, draft.until, reason, london_day(now))
        note = _open_note(session, officer_id, items) if kind is ItemKind.ASK else None
        if note is not None:
            note.words, note.left_at, note.left_by = words, now, actor.name
            record(session, actor, Operation.ALTERATION, "officer_note", [note.id], fields=["words"], now=now)
        else:
            about = next((item.concern_id for item in items if item.concern_id is not None), None)
            note = leave_note(session, actor, officer_id, "concern", about, words, now=now)
        told[officer_id] = note.id
    return told


def _open_note(session: Session, officer_id: int, items: Sequence[Item]) -> OfficerNote | None:
    """The note of an earlier question to the officer about any of these, that they have not put away."""
    return session.scalar(
        select(OfficerNote)
        .join(ItemDecision, ItemDecision.note_id == OfficerNote.id)
        .where(OfficerNote.officer_id == officer_id, OfficerNote.put_away_at.is_(None), ItemDecision.kind == ItemKind.ASK.value)
        .where(ItemDecision.undone_at.is_(None))
        .where(ItemDecision.entity == items[0].entity, ItemDecision.entity_id.in_([item.id for item in items]))
        .order_by(OfficerNote.id.desc())
        .limit(1)
    )


def _words(items: Sequence[Item], kind: ItemKind, until: date | None, reason: str, today: date) -> str:
    names = "; ".join(item.title for item in items[:NAMED]) + (f" and {len(items) - NAMED} more" if len(items) > NAMED else "")
    match kind:
        case ItemKind.ASK:
            return f"What about {names}? {reason}"
        case ItemKind.GIVE:
            return f"Yours now: {names}. {reason}"
        case ItemKind.MOVE:
            day = say_date(until, today) if until is not None else ""
            return f"Moved to {day}: {names}. {reason}"
