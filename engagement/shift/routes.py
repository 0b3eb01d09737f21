"""The first page of a shift: who to see, what was promised; for a role without a shift, the page it works from."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engagement.access.domain import Permission
from engagement.access.guard import allow, current_actor, shown
from engagement.db import reading, unit_of_work
from engagement.engagements.domain import Kind
from engagement.people.service import put_away
from engagement.shift.queries import shift_of
from engagement.web.moment import now, today

bp = Blueprint("shift", __name__)

# Where those work who read no diary, by what they may do.
WORKS_FROM = (
    (Permission.ADMINISTER, "/admin"),
    (Permission.EDIT_SUMMARY, "/summaries"),
    (Permission.SEE_TOTALS, "/measures"),
)


@bp.get("/")
@allow(Permission.SIGNED_IN)
def index() -> str | Response:
    """My shift; for a role without one the page it works from, and for nobody's role how to get one."""
    actor = current_actor()
    if not actor.may(Permission.READ_DIARY):
        shown("group", [])
        page = next((page for needs, page in WORKS_FROM if actor.may(needs)), None)
        return redirect(page, 303) if page else render_template("shift/no_shift.html")
    patch = request.args.get("patch") == "1" or (not actor.own_teams and request.args.get("patch") != "0")
    shift = shift_of(reading(), actor, patch=patch, now=now())
    shown("group", [group.id for group in shift.to_see])
    if shift.clocks:
        shown("concern", [one.concern_id for clocks in shift.clocks for one in clocks.all])
    return render_template("shift/index.html", shift=shift, sensitive=shift.sensitive, patch=patch, kinds=Kind, this_day=today())


@bp.post("/shift/notes/<int:note_id>/put-away")
@allow(Permission.READ_DIARY)
def note_read(note_id: int) -> Response:
    """Takes a note off my shift."""
    with unit_of_work() as session:
        put_away(session, current_actor(), note_id, now=now())
    flash(_("Put away."))
    return redirect("/", 303)
