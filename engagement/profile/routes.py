"""Pages that show everything about one group or one concern."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template, request, url_for

from engagement.access.domain import Permission
from engagement.access.guard import allow, current_actor, shown
from engagement.concerns.domain import NextStep, SideEnd
from engagement.concerns.facts import action_is_work
from engagement.core.pages import page_number
from engagement.db import reading
from engagement.groups.queries import group_to_read
from engagement.overdue.domain import Cleared, DecisionKind
from engagement.overdue.queries import decisions_of, flags_of
from engagement.profile.concerns import ConcernPage, concern_page
from engagement.profile.groups import group_page
from engagement.web.moment import now, today

bp = Blueprint("profile", __name__)


@bp.get("/groups/<int:group_id>")
@allow(Permission.READ_DIARY)
def group(group_id: int) -> str:
    """What to know before walking in."""
    map_address = current_app.extensions["settings"].text("maps", "address")
    number = page_number(request.args.get("page"))
    page = group_page(reading(), current_actor(), group_id, number, now(), map_address=map_address)
    shown("group", [group_id])
    return render_template("profile/group.html", p=page, group=page.group, this_day=today())


@bp.get("/groups/<int:group_id>/overdue")
@allow(Permission.READ_DIARY)
def lateness(group_id: int) -> str:
    """Each time that a group was overdue: what was decided, and what ended it."""
    session = reading()
    group = group_to_read(session, current_actor(), group_id)
    shown("group", [group_id])
    flags = {flag.due_on: flag for flag in flags_of(session, group_id)}
    decided = decisions_of(session, group_id)
    days = sorted({*flags, *(one.due_on for one in decided)}, reverse=True)  # decided before that morning's flags were raised
    times = [(day, flags.get(day), [one for one in decided if one.due_on == day]) for day in days]
    return render_template("profile/lateness.html", group=group, times=times, cleared=Cleared, kinds=DecisionKind, today=today())


@bp.get("/concerns/<int:concern_id>")
@allow(Permission.READ_DIARY)
def concern(concern_id: int) -> str:
    """Where a concern stands, and whether its raisers know."""
    page = concern_page(reading(), current_actor(), concern_id, now())
    shown("concern", [concern_id])
    if any(raised.reply_address for raised in page.raised):
        shown("reply_address", [raised.row.id for raised in page.raised if raised.reply_address])
    return render_template("profile/concern.html", page=page, concern=page.concern, main=_main(page), side_ends=SideEnd, today=today())


def _main(page: ConcernPage) -> str:
    """Where the main button leads: to the form of the one next step; empty where there is nothing more to do."""
    key = page.concern.id
    open_work = [row for row in page.actions if action_is_work(row) and row.done_on is None]
    match page.next_step:
        case NextStep.ANSWER:
            return url_for("concern_work.telling", concern_id=key, kind="answer")
        case NextStep.ADD_ACTION:
            return url_for("concern_work.acting", concern_id=key)
        case NextStep.TELL_OUTCOME:
            return url_for("concern_work.telling", concern_id=key, kind="outcome")
        case NextStep.PHONE_INSTEAD:
            return url_for("concern_work.telling", concern_id=key, kind="outcome", how="telephone")
        case NextStep.TELL_PUBLICLY:
            return url_for("concern_work.telling", concern_id=key, kind="outcome", how="public")
        case NextStep.FINISH_ACTION | NextStep.CHASE_PARTNER if len(open_work) == 1 and not open_work[0].is_promise:
            return url_for("concern_work.result", action_id=open_work[0].id)
        case NextStep.FINISH_ACTION if len(open_work) == 1:
            return url_for("concern_work.ending", action_id=open_work[0].id)
        case NextStep.FINISH_ACTION | NextStep.CHASE_PARTNER:
            return "#done"
        case _:
            return ""
