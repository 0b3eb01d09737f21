"""Keys of accounts: the one that seals what a phone keeps, and the token with which a disabled account's entries are handed in."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engagement.core.ids import new_token, whole_number
from engagement.db import apart
from engagement.offline.models import AccountKey

_LONGEST_TOKEN = 200
_TABLE: Table = AccountKey.__table__  # type: ignore[assignment]  # declared as FromClause, is a Table


def salt_of(session: Session, account_id: int) -> str | None:
    """The random half of an account's key; None for one that never asked for it."""
    return session.scalar(select(AccountKey.salt).where(AccountKey.account_id == account_id))


def salt_made(session: Session, account_id: int, *, now: datetime) -> str:
    """The same, made when it is asked for the first time; of two who ask at once both are given the same."""
    known = salt_of(session, account_id)
    if known is not None:
        return known
    session.close()  # it is kept on a connection of its own, and SQLite has one writer
    with apart() as connection:
        insert = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert
        made = {"account_id": account_id, "salt": new_token(), "made_at": now}
        connection.execute(insert(_TABLE).values(made).on_conflict_do_nothing(index_elements=["account_id"]))
        return str(connection.execute(select(_TABLE.c.salt).where(_TABLE.c.account_id == account_id)).scalar_one())


def key_of(secret: str, salt: str) -> str:
    """The account's key: 32 bytes as base64url, the same at every sign-in, so that yesterday's entries can be read today."""
    return _text(hmac.new(secret.encode(), b"what a phone keeps:" + salt.encode(), hashlib.sha256).digest())


def hand_in_token(secret: str, account_id: int, salt: str, expires_at: datetime) -> str:
    """A signed word that says whose entries a phone holds: good for handing them in, and for nothing else."""
    body = f"{account_id}.{int(expires_at.timestamp())}"
    return f"{body}.{_mac(secret, body, salt)}"


def holder_of(session: Session, secrets: Sequence[str], token: str, *, now: datetime) -> int | None:
    """The account that a hand-in token was given to, under any of the service's secrets; None for one that is not ours, was changed, or
    is too old."""
    if len(token) > _LONGEST_TOKEN or token.count(".") != 2:
        return None
    account, until, mac = token.split(".")
    account_id, expires = whole_number(account), whole_number(until)
    if account_id is None or expires is None or now.astimezone(UTC).timestamp() > expires:
        return None
    salt = salt_of(session, account_id)
    if salt is None:
        return None
    ours = (_mac(secret, f"{account}.{until}", salt) for secret in secrets)
    return account_id if any(hmac.compare_digest(one.encode(), mac.encode()) for one in ours) else None


def _mac(secret: str, body: str, salt: str) -> str:
    return _text(hmac.new(secret.encode(), f"hand in:{body}:{salt}".encode(), hashlib.sha256).digest())


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
