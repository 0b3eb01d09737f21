"""The headers of every answer: what a page may load, who may frame it, what may be kept."""

from __future__ import annotations

from flask import Flask, Response, request

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


def differs_by(response: Response, header: str) -> None:
    """Says that the answer is another for another value of a request's header. Nearly every answer says so of two."""
    said = response.headers.get("Vary")
    response.headers["Vary"] = f"{said}, {header}" if said else header


def init_headers(app: Flask) -> None:
    """Adds the headers to every answer of the application; one that a view has set itself stays."""
    secure = (("Strict-Transport-Security", "max-age=31536000"),) if app.config["SESSION_COOKIE_SECURE"] else ()
    wanted = [(name, name.lower(), value) for name, value in (*ALWAYS, *secure)]

    def add(response: Response) -> Response:
        headers = response.headers
        present = {name.lower() for name, _value in headers}
        headers.extend([(name, value) for name, lower, value in wanted if lower not in present])
        if request.endpoint == "static" and response.status_code in (200, 304):
            headers["Cache-Control"] = "public, max-age=31536000, immutable"
        elif request.endpoint != "static":
            headers["Cache-Control"] = "no-store"
        return response

    app.after_request(add)
