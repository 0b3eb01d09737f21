"""What an audit row says, how a chain of them is sealed, and what a change altered: pure, no table."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

_CANONICAL = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode
GENESIS = "0" * 64
ENTRIES = "audit_entries"  # where a session keeps what it has still to write


class Operation(StrEnum):
    """The six operations of section 62 of the Data Protection Act 2018."""

    COLLECTION = "collection"
    ALTERATION = "alteration"
    CONSULTATION = "consultation"
    DISCLOSURE = "disclosure"
    COMBINATION = "combination"
    ERASURE = "erasure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that one person did: ids and field names, never values."""

    at: datetime
    force_id: int | None
    actor_id: int | None
    actor_name: str
    operation: str
    entity: str
    ids: tuple[int, ...]
    fields: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where a chain ends."""

    chain: str
    seq: int = 0
    hash: str = GENESIS


def row_hash(entry: Entry, *, chain: str, seq: int, prev: str) -> str:
    """The seal of a row: SHA-256 of the row before and of the row's canonical JSON."""
    body = [
        chain, seq, prev, entry.at.isoformat(timespec="microseconds"), entry.force_id, entry.actor_id, entry.actor_name,
        entry.operation, entry.entity, list(entry.ids), list(entry.fields), entry.note,
    ]  # fmt: skip
    return hashlib.sha256(_CANONICAL(body).encode()).hexdigest()


def audit_key(secret: str) -> bytes:
    """The key that signs heads and seals, made of the service's secret."""
    return b"audit:" + secret.encode()


def head_mac(key: bytes, head: Head) -> str:
    """The signature of a head, which only who holds the service's secret can make."""
    return hmac.digest(key, f"{head.chain}:{head.seq}:{head.hash}".encode(), "sha256").hex()


def base_mac(key: bytes, head: Head) -> str:
    """The signature of the last row that a chain let go, which is never mistaken for that of a head."""
    return hmac.digest(key, f"base:{head.chain}:{head.seq}:{head.hash}".encode(), "sha256").hex()


def seal_mac(key: bytes, day: str, heads: Iterable[Head], before: str) -> str:
    """The signature of a day: the heads that moved, together, on top of the seal `before` (empty for the first)."""
    lines = [f"{h.chain}:{h.seq}:{h.hash}" for h in sorted(heads, key=lambda h: h.chain)]
    return hmac.new(key, "\n".join([before, day, *lines]).encode(), hashlib.sha256).hexdigest()


def altered(kept: Sequence[Mapping[str, Any]], present: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What each change altered, as it was before it: `kept` is what versions hold, newest first, `present` what the record says now.

    A version may hold some of the fields alone; what it does not hold was not changed then.
    """
    after, found = dict(present), []
    for content in kept:
        found.append({name: value for name, value in content.items() if after.get(name) != value})
        after |= content
    return found
