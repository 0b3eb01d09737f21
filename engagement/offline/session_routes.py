"""Who is signed in, as a device asks it: the account, a fresh token, the key of what it keeps; or why nobody is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, request
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select

from engagement.access.domain import Permission
from engagement.access.guard import allow, current_actor
from engagement.core.ids import whole_number
from engagement.db import reading
from engagement.offline.keys import hand_in_token, holder_of, key_of, salt_made
from engagement.people.carry import account_of_session
from engagement.people.models import Account
from engagement.people.watch import idle_limit
from engagement.settings import current
from engagement.web.moment import now

bp = Blueprint("device", __name__)
HAND_IN = "X-Hand-In"


@bp.get("/api/session")
@allow(Permission.SIGNED_IN, shows_nothing=True)
def api_session() -> dict[str, Any]:
    """Who is signed in, a fresh token for what they send, and the key under which their phone keeps it."""
    settings, actor = current(), current_actor()
    account_id = actor.account_id or 0
    salt = salt_made(reading(), account_id, now=now())
    until = now() + timedelta(days=settings.number("offline", "hand_in_days"))
    return {
        "account": str(account_id),
        "name": actor.name,
        "csrf_token": generate_csrf(),
        "expires_at": (now() + idle_limit()).isoformat(),
        "key": key_of(settings.secret_key, salt),
        "former_keys": [key_of(secret, salt) for secret in settings.former_keys],  # of what was sealed before the secret was changed
        "pack_hours": settings.number("offline", "pack_hours"),
        "hand_in": hand_in_token(settings.secret_key, account_id, salt, until),
    }


def signed_out_device() -> Response:
    """401 with the reason: "disabled" only to whoever holds a session or a hand-in token of that account, else "signed_out"."""
    token = request.headers.get(HAND_IN, "")
    account_id = whole_number(account_of_session())
    if account_id is None and token:
        account_id = holder_of(reading(), current().secret_keys, token, now=now())
    asked = select(Account.id).where(Account.id == account_id, Account.disabled_at.is_not(None))
    disabled = account_id is not None and reading().scalar(asked) is not None
    answer = jsonify(reason="disabled" if disabled else "signed_out")
    answer.status_code = 401
    return answer


def init_devices(app: Flask) -> None:
    """Tells the doors what a device is answered that nobody is signed in on."""
    app.extensions["signed_out_device"] = signed_out_device
