"""The benchmark itself: each page beside its floor, in one process, in turn; written as `engagement bench --json` promises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import select

from engagement.db import db
from engagement.people.models import Account

RUNS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Walker:
    """Somebody whose pages are measured: an officer's account, and where they work."""

    account_id: int
    team_id: int
    officer_id: int


def cookie_of(app: Flask, account_id: int) -> str:
    """A session cookie for an account, as signing in makes it."""
    with app.app_context():
        nonce = db.session.scalar(select(Account.nonce).where(Account.id == account_id))
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    values = {"_user_id": f"{account_id}:{nonce}", "_fresh": True, "seen_at": datetime.now(UTC).timestamp()}
    return f"diary={signer.dumps(values)}"
