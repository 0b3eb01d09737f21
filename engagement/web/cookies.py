"""The cookies of the service: what they are called, and how they are set. Over HTTPS no neighbouring site can plant one."""

from __future__ import annotations

from flask import current_app, request
from werkzeug.wrappers import Response


def cookie_name(name: str, *, secure: bool) -> str:
    """What a cookie of ours is called: over HTTPS browsers take a `__Host-` one from this very host alone (RFC 6265bis, 4.1.3.2)."""
    return f"__Host-{name}" if secure else name


def read_cookie(name: str) -> str:
    """What the browser sent under the name; empty where it sent none."""
    return request.cookies.get(cookie_name(name, secure=_secure()), "")


def set_cookie(answer: Response, name: str, value: str, *, seconds: int) -> None:
    """Has the browser keep a cookie for so many seconds, out of reach of scripts."""
    secure = _secure()
    answer.set_cookie(cookie_name(name, secure=secure), value, max_age=seconds, httponly=True, samesite="Lax", secure=secure)


def _secure() -> bool:
    return bool(current_app.config["SESSION_COOKIE_SECURE"])
