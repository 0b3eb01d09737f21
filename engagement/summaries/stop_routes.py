"""The page of a letter's own link: whose letters it stops, stopping them in one click (RFC 8058), and starting again."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from engagement.access.guard import public
from engagement.db import reading, unit_of_work
from engagement.summaries import stopping
from engagement.web.moment import now

bp = Blueprint("stopping", __name__)


@bp.get("/stop/<token>")
@public
def ask(token: str) -> str:
    """Whose letters the link stops, and a button. Opening it changes nothing: scanners of mail follow links."""
    return _page(token)


@bp.post("/stop/<token>")
@public
def stop(token: str) -> Response | BaseResponse:
    """Stops them, for whoever has the link: without a cookie, a form token or a question (RFC 8058), and no redirect for a mail program."""
    with unit_of_work() as session:
        stopping.stop(session, token, now=now())
    if request.form.get("List-Unsubscribe") == "One-Click":
        return Response(_page(token))
    return redirect(request.path, 303)


@bp.post("/stop/<token>/undo")
@public
def undo(token: str) -> BaseResponse:
    """Starts them again, from the next month's on."""
    with unit_of_work() as session:
        stopping.start_again(session, token, now=now())
    flash(_("You get the letters again, from the next month's on."))
    return redirect(request.path.removesuffix("/undo"), 303)


def _page(token: str) -> str:
    return render_template("summaries/stop.html", stopping=stopping.whose(reading(), token), token=token)
