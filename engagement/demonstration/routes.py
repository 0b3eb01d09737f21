"""The page that shows which letters the demonstration's mail catcher caught; it is there in the demonstration alone."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, make_response, render_template, request

from engagement.access.guard import public
from engagement.core.clock import LONDON
from engagement.core.dates import say_date, say_time
from engagement.core.pages import Page, page_number
from engagement.demonstration.catcher import REFUSED_ADDRESS
from engagement.demonstration.mailbox import Caught, letter, letters
from engagement.settings import Settings
from engagement.web.headers import POLICY
from engagement.web.moment import today

PAGE_SIZE = 50
FOLDER = "demo-mail"
FRAMING = f"{POLICY}; frame-src 'self'"
FRAMED = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox"
)

bp = Blueprint("demonstration", __name__)


def mail_folder(settings: Settings) -> Path:
    """Where the catcher keeps what it caught."""
    return settings.instance / FOLDER


@bp.get("/demonstration/mail")
@public
def mail() -> str:
    """The letters caught, newest first."""
    number = page_number(request.args.get("page"))
    rows, total = letters(_folder(), limit=PAGE_SIZE, skip=(number - 1) * PAGE_SIZE)
    page = Page(rows=[(one, _say_moment(one)) for one in rows], number=number, size=PAGE_SIZE, total=total)
    return render_template("demonstration/mail.html", page=page, refused=REFUSED_ADDRESS)


@bp.get("/demonstration/mail/<name>")
@public
def one_mail(name: str) -> Response:
    """One letter: its headers, its two parts, and the links of our own in it."""
    found = letter(_folder(), name) or abort(404)
    response = make_response(render_template("demonstration/one_mail.html", letter=found, at=_say_moment(found), links=_own_links(found)))
    response.headers["Content-Security-Policy"] = FRAMING
    return response


@bp.get("/demonstration/mail/<name>/html")
@public
def html_part(name: str) -> Response:
    """The HTML part as a mail program shows it: no script, nothing loaded, nothing sent, in a frame of ours at most."""
    found = letter(_folder(), name)
    if found is None or not found.html:
        abort(404)
    response = make_response(found.html)
    response.headers["Content-Security-Policy"] = FRAMED
    return response


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


def _folder() -> Path:
    return mail_folder(_settings())


def _say_moment(caught: Caught) -> str:
    at = caught.at.astimezone(LONDON)
    return f"{say_date(at.date(), today())}, {say_time(at.time())}"


def _own_links(caught: Caught) -> list[str]:
    """The addresses of this service that stand in the letter, each once, in their order."""
    own = re.compile(re.escape(_settings().public_url) + r"[^\s<>\"')\]]*")
    text = caught.text + "\n" + "\n".join(value for _, value in caught.headers)
    return list(dict.fromkeys(found.rstrip(".,;") for found in own.findall(text)))
