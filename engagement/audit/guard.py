"""What stands before every commit and every answer: nothing changes and nothing is shown without a row."""

from __future__ import annotations

from flask import Flask, Response, current_app, g, request
from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from engagement.access.guard import door_of
from engagement.audit.chains import chains, extend
from engagement.audit.domain import ENTRIES, Entry, Operation
from engagement.audit.watch import watch
from engagement.db import afterwards, db

MARKS, BORROWED, NEW = "audit_marks", "audit_borrowed", "audit_new"


def _before_commit(session: Session) -> None:
    """Writes what the session has to say, as the last thing before it is kept."""
    if session.in_nested_transaction():
        return
    session.flush()
    entries: list[Entry] = session.info.get(ENTRIES, [])
    if entries:
        session.info[ENTRIES] = []
        free = chains()
        session.info[BORROWED] = head = free.borrow()
        session.info[NEW] = extend(session, free.key, head, entries)


def _after_commit(session: Session) -> None:
    if not session.in_nested_transaction() and (new := session.info.pop(NEW, None)) is not None:
        chains().give_back(new)


def _ended(session: Session, transaction: SessionTransaction) -> None:
    """Forgets what a transaction had to say once it is over, however it ended.

    The chain of one that was rolled back is not used again: where the connection broke in mid-commit nobody here knows
    whether its rows were kept.
    """
    if transaction.parent is None:
        for name in (ENTRIES, MARKS, BORROWED, NEW):
            session.info.pop(name, None)


def _savepoint(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        session.info.setdefault(MARKS, {})[transaction] = len(session.info.get(ENTRIES, []))


def _undone(session: Session, transaction: SessionTransaction) -> None:
    mark = session.info.get(MARKS, {}).pop(transaction, None)
    if mark is not None:
        del session.info.get(ENTRIES, [])[mark:]


def _after_request(response: Response) -> Response:
    """One consultation row for each kind of record that the page showed, one disclosure for each that left as a file."""
    endpoint, here = request.endpoint, g._get_current_object()
    door = door_of(current_app, endpoint) if endpoint else None
    shown: list[tuple[str, list[int]]] = here.pop("shown", [])
    left: list[tuple[str, list[int], str]] = here.pop("disclosed", [])
    actor = here.get("actor")
    if door is None or actor is None or response.status_code >= 500:
        return response
    if request.method == "GET" and response.status_code == 200 and not door.shows_nothing and not (shown or left):
        raise RuntimeError(f"{endpoint} showed a diary page without saying what it showed")
    if not shown and response.status_code == 422 and not door.shows_nothing:
        shown = _of_address()
    if not (shown or left):
        return response
    now = current_app.extensions["clock"].now()
    who = {"at": now, "force_id": actor.force_id, "actor_id": actor.account_id, "actor_name": actor.name}
    entries = [Entry(**who, operation=Operation.CONSULTATION, entity=e, ids=tuple(ids)) for e, ids in shown]
    entries += [Entry(**who, operation=Operation.DISCLOSURE, entity=e, ids=tuple(i), note=n) for e, i, n in left]
    free = chains()
    head = free.borrow()
    with afterwards() as connection:
        new = extend(connection, free.key, head, entries)
    free.give_back(new)
    return response


def _of_address() -> list[tuple[str, list[int]]]:
    """The records that the address names: a form that is refused shows what it is about, and what that says by now."""
    return [(name.removesuffix("_id"), [key]) for name, key in (request.view_args or {}).items() if isinstance(key, int)]


def init_audit_guard(app: Flask) -> None:
    """Puts the guard before every commit and every answer of the application."""
    with app.app_context():
        watch(db.engine)
    app.after_request(_after_request)
    if not event.contains(Session, "before_commit", _before_commit):
        event.listen(Session, "before_commit", _before_commit)
        event.listen(Session, "after_commit", _after_commit)
        event.listen(Session, "after_transaction_create", _savepoint)
        event.listen(Session, "after_transaction_end", _ended)
        event.listen(Session, "after_soft_rollback", _undone)
