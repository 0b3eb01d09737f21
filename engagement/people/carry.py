"""A form that was posted after the session ended: carried, encrypted, through sign-in, and given back to the same account."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from flask import request, session

from engagement.settings import current

_LONGEST = 7 * 24 * 3600  # seconds that a carried form keeps


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What was posted where, and by which account."""

    path: str
    fields: tuple[tuple[str, str], ...]
    account: str

    @property
    def words(self) -> list[str]:
        """What the person typed, for them to recognise it."""
        return [value for name, value in self.fields if " " in value.strip() and not name.endswith("_ref")]


def _fernet() -> MultiFernet:
    """Seals under the service's secret, and opens what was sealed under one before it as well."""
    digests = (hashlib.sha256(b"carried form:" + secret.encode()).digest() for secret in current().secret_keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def account_of_session() -> str:
    """The account that the session belongs to, or belonged to until it rested too long or signed out; else empty."""
    return str(session.get("_user_id") or session.get("was") or "").partition(":")[0]


def posted() -> Carried:
    """This request's form, without the token that no longer holds."""
    fields = tuple((name, value) for name, values in request.form.lists() if not name.endswith("csrf_token") for value in values)
    return Carried(path=request.full_path.rstrip("?"), fields=fields, account=account_of_session())


def pack() -> str:
    """This request's form as an unreadable text for a hidden field."""
    form = posted()
    said = {"path": form.path, "fields": form.fields, "account": form.account}  # asdict would copy every field first
    return _fernet().encrypt(json.dumps(said).encode()).decode()


def unpack(text: str, account: str) -> Carried | None:
    """The form that was carried, if it is whole, not a week old, and the account's own."""
    try:
        body = json.loads(_fernet().decrypt(text.encode(), ttl=_LONGEST))
    except (InvalidToken, ValueError):
        return None
    if not body["account"] or body["account"] != account:
        return None
    return Carried(path=body["path"], fields=tuple((n, v) for n, v in body["fields"]), account=account)
