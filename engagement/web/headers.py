"""The headers of every answer: what a page may load, who may frame it, what may be kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:{pictures}; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def policy(*, pictures_from: str = "") -> str:
    """The content security policy of a page; `pictures_from` is one more origin that its pictures may come from."""
    return _POLICY.format(pictures=f" {pictures_from}" if pictures_from else "")


POLICY = policy()


ALWAYS = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=(self)"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)


PAGES = (("Cache-Control", "no-store"), ("Vary", "Accept-Encoding, Cookie"))  # whatever is no static file
FILES = (("Cache-Control", "public, max-age=31536000, immutable"), ("Vary", "Accept-Encoding"))  # their addresses change with them


def init_headers(app: Flask) -> None:
    """Adds the headers to every answer of the application; one of `ALWAYS` that a view has set itself stays.

    It is done at the very edge, where an answer is a plain list already: Flask would look at each of them three times.
    """
    secure = (("Strict-Transport-Security", "max-age=31536000"),) if app.config["SESSION_COOKIE_SECURE"] else ()
    wanted = [(name, name.lower(), value) for name, value in (*ALWAYS, *secure)]
    ours = frozenset(name.lower() for name, _value in PAGES)
    files, inner = f"{app.static_url_path}/", app.wsgi_app

    def outer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Callable[[bytes], object]:
            file = environ["PATH_INFO"].startswith(files)
            present = {name.lower() for name, _value in headers}
            if not ours.isdisjoint(present):
                headers = [(name, value) for name, value in headers if name.lower() not in ours]
            headers += [(name, value) for name, lower, value in wanted if lower not in present]
            if not file:
                headers += PAGES
            elif status.startswith(("200", "304")):
                headers += FILES
            return start_response(status, headers, *error)

        return inner(environ, start)

    app.wsgi_app = outer  # type: ignore[method-assign]
