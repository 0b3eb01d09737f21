"""Browsers that an account has signed in with: their tries are counted apart, so that nobody locks an officer out from elsewhere."""

from __future__ import annotations

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from engagement.core.ids import new_token, token_hash
from engagement.web.cookies import read_cookie, set_cookie

COOKIE = "diary_known"
_LONGEST = 90 * 24 * 3600  # seconds


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="known browser")


def known_as(email: str) -> str | None:
    """Under what the tries of this browser are counted for the account; None where the account has not signed in with it.

    It opens nothing: whoever has the cookie has a few tries of their own, and must know the password all the same.
    """
    try:
        whose, name = _serializer().loads(read_cookie(COOKIE), max_age=_LONGEST)
    except (BadSignature, ValueError, TypeError):
        return None
    return f"{email[:150]} with {name}" if whose == token_hash(email) else None


def remember(answer: Response, email: str) -> None:
    """Has this browser known for the account from now on; of an account that signs in with it later it is that one's."""
    said = _serializer().dumps([token_hash(email), new_token()[:16]])
    set_cookie(answer, COOKIE, said, seconds=_LONGEST)
