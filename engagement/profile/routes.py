"""Pages that show everything about one group or one concern."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template, request

from engagement.access.domain import Permission
from engagement.access.guard import allow, current_actor, shown
from engagement.core.pages import page_number
from engagement.db import reading
from engagement.profile.groups import group_page
from engagement.web.moment import today

bp = Blueprint("profile", __name__)


@bp.get("/groups/<int:group_id>")
@allow(Permission.READ_DIARY)
def group(group_id: int) -> str:
    """What to know before walking in."""
    map_address = current_app.extensions["settings"].text("maps", "address")
    number = page_number(request.args.get("page"))
    page = group_page(reading(), current_actor(), group_id, number, today(), map_address=map_address)
    shown("group", [group_id])
    return render_template("profile/group.html", p=page, group=page.group, this_day=today())
