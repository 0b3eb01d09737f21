"""The chains of this process: each transaction that writes audit rows borrows one, so that writers never wait for another."""

from __future__ import annotations

import os
import threading
import uuid
from collections.abc import Sequence
from typing import Any

from flask import Flask, current_app
from sqlalchemy import Connection, bindparam, insert, update
from sqlalchemy.orm import Session

from engagement.audit.domain import Entry, Head, audit_key, head_mac, row_hash
from engagement.audit.models import AuditHead, AuditRow
from engagement.db import ask
from engagement.driver import Line, send

# Built once: every page that shows a record and every save sends these.
_ROWS = insert(AuditRow.__table__)  # type: ignore[arg-type]  # declared as FromClause, is a Table
_HEADS = AuditHead.__table__
_END: dict[str, Any] = {name: bindparam(name) for name in ("seq", "hash", "mac")}
_NEW_HEAD = insert(_HEADS).values(chain=bindparam("of"), **_END)  # type: ignore[arg-type]
_MOVED_HEAD = update(_HEADS).where(_HEADS.c.chain == bindparam("of")).values(**_END)  # type: ignore[arg-type]


class Chains:
    """Free chain ends of this process. A chain is named afresh in each process, so only one process ever extends it."""

    def __init__(self, key: bytes) -> None:
        self.key = key
        self._lock = threading.Lock()
        self._pid = os.getpid()
        self._free: list[Head] = []

    def borrow(self) -> Head:
        """A chain's end that nobody else extends until it is given back."""
        with self._lock:
            if self._pid != os.getpid():
                self._pid, self._free = os.getpid(), []
            return self._free.pop() if self._free else Head(chain=uuid.uuid4().hex)

    def give_back(self, head: Head) -> None:
        """Puts a chain's new end back after a commit. After anything else a chain is left as it is, and another one begun."""
        with self._lock:
            if self._pid == os.getpid():
                self._free.append(head)


def init_chains(app: Flask, secret: str) -> None:
    """Gives the application its chains."""
    app.extensions["audit_chains"] = Chains(audit_key(secret))


def chains() -> Chains:
    """The chains of the application that is running."""
    found: Chains = current_app.extensions["audit_chains"]
    return found


def extend(writer: Session | Connection | Line, key: bytes, head: Head, entries: Sequence[Entry]) -> Head:
    """Writes entries behind a chain's end, signed with the key, in the writer's transaction; answers the new end."""
    rows: list[dict[str, Any]] = []
    new = head
    for entry in entries:
        seq = new.seq + 1
        digest = row_hash(entry, chain=new.chain, seq=seq, prev=new.hash)
        rows.append(
            {
                "chain": new.chain, "seq": seq, "prev": new.hash, "hash": digest, "at": entry.at, "force_id": entry.force_id,
                "actor_id": entry.actor_id, "actor_name": entry.actor_name, "operation": entry.operation,
                "entity": entry.entity, "ids": list(entry.ids), "fields": list(entry.fields), "note": entry.note,
            }
        )  # fmt: skip
        new = Head(chain=new.chain, seq=seq, hash=digest)
    end = {"of": new.chain, "seq": new.seq, "hash": new.hash, "mac": head_mac(key, new)}
    sends = ask if isinstance(writer, Session) else send
    sends(writer, _ROWS, rows)  # type: ignore[arg-type]
    sends(writer, _NEW_HEAD if head.seq == 0 else _MOVED_HEAD, end)  # type: ignore[arg-type]
    return new
