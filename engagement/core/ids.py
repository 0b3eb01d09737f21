"""Identifiers that are made here: references from forms and devices, and tokens for links."""

from __future__ import annotations

import hashlib
import re
import secrets
import uuid

_REF = re.compile("[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


def new_ref() -> str:
    """A fresh `client_ref`: one for each form that is shown, so that the same form sent twice is one entry."""
    return str(uuid.uuid4())


def is_ref(text: str) -> bool:
    """Whether the text is a UUID in its usual written form."""
    return _REF.fullmatch(text) is not None


def whole_number(text: str | None) -> int | None:
    """A key from an address or a form; None for anything that cannot be one (figures of other scripts, more than 18 of them)."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 18 else None


def new_token() -> str:
    """An unguessable word for a link (256 bits, URL-safe)."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is stored of a token: who reads the table cannot use the link."""
    return hashlib.sha256(token.encode()).hexdigest()
