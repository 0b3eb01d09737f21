"""The map of the patch, and the list that says the same. Where the officer is stays on the phone: nothing here asks for it."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from engagement.access.domain import Permission
from engagement.access.guard import allow, current_actor, shown
from engagement.db import reading
from engagement.settings import current
from engagement.shift.near_queries import patch_of
from engagement.web.headers import policy
from engagement.web.moment import today

bp = Blueprint("near", __name__)


@bp.get("/groups/map")
@allow(Permission.READ_DIARY)
def patch_map() -> Response:
    """Where the groups of the patch are and how each stands; `?due=1` those alone that are due, or soon will be."""
    due = request.args.get("due") == "1"
    patch = patch_of(reading(), current_actor(), today(), due=due)
    shown("group", [spot.id for spot in patch.spots])
    tiles = current().text("maps", "tiles")
    page = render_template(
        "shift/map.html", patch=patch, due=due, sensitive=patch.sensitive, tiles=tiles, credit=current().text("maps", "tiles_credit")
    )
    answer = make_response(page)
    if tiles:
        host = urlsplit(tiles)
        answer.headers["Content-Security-Policy"] = policy(pictures_from=f"{host.scheme}://{host.netloc}")
    return answer
