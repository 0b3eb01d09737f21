"""The signed cookie of a session and the token of its forms: verified once and signed once, not at each page.

What is kept is what a signature says, which is the same for as long as the secret is: a cookie that was verified needs it
no more, only its age is looked at again. Nothing of the diary is in either.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import lru_cache
from hmac import compare_digest
from typing import Any

from flask import Flask, Request, Response, current_app, g, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.sansio.http import parse_cookie

KEPT = 2048  # sessions of which a process remembers the signature
SCALAR = frozenset({str, int, float, bool, type(None)})


class RememberedSignatures(SecureCookieSessionInterface):
    """Flask's own cookie, whose signature is worked out once for each of its values."""

    def __init__(self, app: Flask) -> None:
        signer = self.get_signing_serializer(app)
        assert signer is not None

        name = app.config["SESSION_COOKIE_NAME"]

        @lru_cache(maxsize=KEPT)
        def verified(cookies: str) -> tuple[Mapping[str, Any], float]:
            values, signed_at = signer.loads(parse_cookie(cookies)[name], return_timestamp=True)
            return values, signed_at.timestamp()

        self._verified = verified
        self._signer = signer
        self._longest = app.permanent_session_lifetime.total_seconds()

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of the request's cookie; an empty one where it is not ours or too old."""
        cookies = request.headers.get("Cookie")
        if not cookies:
            return self.session_class()
        try:
            values, signed_at = self._verified(cookies)
        except (BadSignature, KeyError):  # there is none among them, or it is none of ours
            return self.session_class()
        if not 0 <= time.time() - signed_at <= self._longest or not SCALAR.issuperset(map(type, values.values())):
            return super().open_session(app, request)  # it decides; and what can be changed in place is read anew
        return self.session_class(values)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Sends the cookie where it changed. That every page differs by it is said where its headers are added."""
        if not session or self.should_set_cookie(app, session):
            super().save_session(app, session, response)


@lru_cache(maxsize=KEPT)
def _signed(secret: str, raw: str) -> str:
    """A session's token as `generate_csrf` signs it."""
    token: str = URLSafeTimedSerializer(secret, salt="wtf-csrf-token").dumps(raw)
    return token


def csrf_token() -> str:
    """The token of the session's forms: signed once, and the same on all of its pages."""
    if "csrf_token" not in g:
        if not isinstance(session.get("csrf_token"), str):
            generate_csrf()  # puts one into the session
        g.csrf_token = _signed(str(current_app.secret_key), session["csrf_token"])
    said: str = g.csrf_token
    return said


def _is_ours(token: str, raw: str) -> bool:
    """Whether it is the very token that this process signed for the session."""
    return compare_digest(token.encode(), _signed(str(current_app.secret_key), raw).encode())


def _signed_before(token: str | None) -> str | None:
    """What a form's token says that was signed under a secret before today's: the page was opened before it was changed."""
    for secret in current_app.config["SECRET_KEY_FALLBACKS"] or ():
        try:
            return str(URLSafeTimedSerializer(secret, salt="wtf-csrf-token").loads(token or ""))
        except BadSignature:
            continue
    return None


class KnownTokens(CSRFProtect):
    """Flask-WTF's guard, which lets in at once what was sent with the very token that this process signed for the session."""

    def protect(self, apply_exemptions: bool = False) -> None:
        """As Flask-WTF does; whatever is not known here, and every request over TLS from nowhere, it looks at itself."""
        asked: Request = request._get_current_object()  # type: ignore[attr-defined]
        if asked.method in ("GET", "HEAD"):
            return
        raw, sent = session.get("csrf_token"), asked.form.get("csrf_token") if asked.method == "POST" else None
        from_here = not asked.is_secure or (asked.referrer or "").startswith(f"https://{asked.host}/")
        known = from_here and isinstance(raw, str) and ((sent and _is_ours(sent, raw)) or _signed_before(self._get_csrf_token()) == raw)
        if known:
            g.csrf_valid = True
        else:
            super().protect(apply_exemptions)


def init_sessions(app: Flask) -> KnownTokens:
    """Gives the application its sessions, and its forms their guard, which it answers."""
    app.session_interface = RememberedSignatures(app)
    guard = KnownTokens(app)
    app.jinja_env.globals["csrf_token"] = csrf_token
    return guard
