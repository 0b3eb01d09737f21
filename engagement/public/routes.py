"""The page of a neighbourhood for anyone: who looks after it, and what was said and done. Approved wording alone."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from engagement.access.guard import public
from engagement.core.errors import Missing
from engagement.db import reading
from engagement.public.queries import head_of, months_of, place_of
from engagement.web.moment import today

bp = Blueprint("public", __name__)


@bp.get("/public/<force>/<neighbourhood>")
@public
def place(force: str, neighbourhood: str) -> str | Response:
    """The public page; a police.uk id leads to the neighbourhood's own address, which stays when that id changes."""
    found = place_of(reading(), force, neighbourhood)
    if found is None:
        raise Missing
    if found.slug != neighbourhood:
        return redirect(url_for("public.place", force=force, neighbourhood=found.slug), 302)
    head = head_of(reading(), found.id, today())
    return render_template("public/place.html", place=found, head=head, months=months_of(reading(), found.id, today()))
