"""Pages of You said ... We did: the list of months, and the editor."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from engagement.access.domain import Permission
from engagement.access.guard import allow, current_actor, disclosed, shown
from engagement.core.errors import Conflict, Missing, Refused
from engagement.core.months import Month
from engagement.core.pages import page_number
from engagement.core.spreadsheets import spreadsheet
from engagement.db import reading, unit_of_work
from engagement.summaries import queries, service
from engagement.summaries.editor import Desk
from engagement.summaries.forms import ItemForm
from engagement.summaries.leaving_routes import month_name, open_desk
from engagement.summaries.models import SummaryItem
from engagement.web.errors import say
from engagement.web.moment import now, today

bp = Blueprint("summaries", __name__)

Answer = str | BaseResponse | tuple[str, int]
MOST_ROWS = 2000  # of a spreadsheet


@bp.get("/summaries")
@allow(Permission.EDIT_SUMMARY)
def index() -> str:
    """Months and neighbourhoods with their state, what waits for the reader first."""
    actor, session = current_actor(), reading()
    month, state = _filters()
    page = queries.list_page(session, actor, month=month, state=state, number=page_number(request.args.get("page")))
    waiting = queries.waiting_for(session, actor)
    shown("summary", [row.id for row in (*waiting, *page.rows)])
    return render_template(
        "summaries/index.html",
        page=page,
        waiting=waiting,
        months=queries.months_of(session, actor),
        month=month,
        state=state,
        states=_states(),
        month_name=month_name,
        approves=actor.may(Permission.APPROVE_SUMMARY),
    )


@bp.get("/summaries.csv")
@allow(Permission.EDIT_SUMMARY)
def download() -> Response:
    """The filtered list as a spreadsheet."""
    month, state = _filters()
    rows = queries.list_page(reading(), current_actor(), month=month, state=state, size=MOST_ROWS).rows
    disclosed("summary", [row.id for row in rows], "spreadsheet of summaries")
    header = ("month", "neighbourhood", "team", "state", "items used", "items approved")
    lines = ((row.month, row.place, row.team, _states()[row.state], row.used, row.approved) for row in rows)
    name = f"summaries-{today():%Y-%m-%d}-OFFICIAL.csv"
    return Response(spreadsheet(header, lines), mimetype="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}"'})


@bp.get("/summaries/<int:summary_id>")
@allow(Permission.EDIT_SUMMARY)
def show(summary_id: int) -> str:
    """The editor: records beside wording."""
    return _editor(open_desk(summary_id))


@bp.post("/summaries/<int:summary_id>/items/<int:item_id>")
@allow(Permission.EDIT_SUMMARY)
def reword(summary_id: int, item_id: int) -> Answer:
    """Saves an item's wording; where somebody else was quicker, shows both."""
    form = ItemForm()
    theirs: dict[str, str] = {}
    if form.validate_on_submit():
        try:
            wording = form.wording()
            with unit_of_work() as session:
                _own(service.reword(session, current_actor(), item_id, wording, version=_version(), now=now()), summary_id)
        except Conflict as conflict:
            form.refuse(conflict)
            theirs = conflict.theirs
        except Refused as refusal:
            form.refuse(refusal)
        else:
            flash(_("The wording is saved."))
            return _back(summary_id, item_id)
    desk = open_desk(summary_id)
    card = next((card for card in desk.cards if card.item.id == item_id), None)
    if card is None:
        raise Missing
    if theirs:
        form.version.data = str(card.item.version)
    form.belong_to(card)
    return _editor(desk, {item_id: form}, theirs={item_id: theirs}), 422


@bp.post("/summaries/<int:summary_id>/items/<int:item_id>/leave-out")
@allow(Permission.EDIT_SUMMARY)
def leave_out(summary_id: int, item_id: int) -> Answer:
    """Leaves an item out, with why."""
    reason = request.form.get("reason", "")
    return _item(
        summary_id, item_id, lambda s: service.leave_out(s, current_actor(), item_id, reason, version=_version(), now=now()), typed=reason
    )


@bp.post("/summaries/<int:summary_id>/items/<int:item_id>/use")
@allow(Permission.EDIT_SUMMARY)
def use(summary_id: int, item_id: int) -> Answer:
    """Puts an item in."""
    return _item(summary_id, item_id, lambda s: service.use(s, current_actor(), item_id, version=_version(), now=now()))


@bp.post("/summaries/<int:summary_id>/items/<int:item_id>/clear")
@allow(Permission.APPROVE_SUMMARY)
def clear(summary_id: int, item_id: int) -> Answer:
    """Lets one finding stand."""
    found = request.form.get("finding", "")
    return _item(summary_id, item_id, lambda s: service.clear(s, current_actor(), item_id, found, version=_version(), now=now()))


@bp.post("/summaries/<int:summary_id>/approve")
@allow(Permission.APPROVE_SUMMARY)
def approve(summary_id: int) -> Answer:
    """Approves one item or all of them, as they were shown."""
    try:
        with unit_of_work() as session:
            summary = service.approve(session, current_actor(), summary_id, _seen(), now=now())
    except Refused as refusal:
        return _editor(open_desk(summary_id), refusals=[("", say(refusal))]), 422
    flash(_("The month is approved: its letters leave on working days, from 9 to 6.") if summary.state == "approved" else _("Approved."))
    return _back(summary_id)


@bp.post("/summaries/<int:summary_id>/send")
@allow(Permission.EDIT_SUMMARY)
def send(summary_id: int) -> Answer:
    """Sends the draft to whoever approves."""
    with unit_of_work() as session:
        service.send_to_approver(session, current_actor(), summary_id, now=now())
    flash(_("It is with the approver. You can still change the words."))
    return _back(summary_id)


@bp.post("/summaries/<int:summary_id>/take-in")
@allow(Permission.EDIT_SUMMARY)
def take_in(summary_id: int) -> Answer:
    """Adds what was entered since the draft."""
    with unit_of_work() as session:
        added = service.take_in(session, current_actor(), summary_id, now=now())
        first = added[0].id if added else None
    return _back(summary_id, first)


def _editor(
    desk: Desk,
    forms: dict[int, ItemForm] | None = None,
    *,
    theirs: dict[int, dict[str, str]] | None = None,
    refusals: list[tuple[str, str]] | None = None,
    typed: dict[int, str] | None = None,
) -> str:
    found = {}
    for card in desk.cards:
        form = (forms or {}).get(card.item.id)
        if form is None:
            form = ItemForm(formdata=None)
            form.belong_to(card)
            form.show(card)
        found[card.item.id] = form
    problems = [*(refusals or []), *(pair for form in (forms or {}).values() for pair in form.problems)]
    return render_template(
        "summaries/editor.html",
        desk=desk,
        forms=found,
        theirs=theirs or {},
        problems=problems,
        typed=typed or {},
        states=_states(),
        parts=service.PARTS,
        approves=desk.why_not == "",
    )


def _item(summary_id: int, item_id: int, work: Callable[[Session], SummaryItem], *, typed: str = "") -> Answer:
    """Does something to one item, and comes back to it; a refusal stands at the top with what was typed kept."""
    try:
        with unit_of_work() as session:
            _own(work(session), summary_id)
    except Refused as refusal:
        anchor = f"{refusal.field}-{item_id}" if refusal.field else f"item-{item_id}"
        return _editor(open_desk(summary_id), refusals=[(anchor, say(refusal))], typed={item_id: typed}), 422
    return _back(summary_id, item_id)


def _own(item: SummaryItem, summary_id: int) -> None:
    """An item is reached through its own summary alone."""
    if item.summary_id != summary_id:
        raise Missing


def _back(summary_id: int, item_id: int | None = None) -> BaseResponse:
    return redirect(f"/summaries/{summary_id}" + (f"#item-{item_id}" if item_id else ""), 303)


def _version() -> int:
    return _whole(request.form.get("version", ""))


def _seen() -> dict[int, int]:
    pairs = (pair.partition(":") for pair in request.form.get("seen", "").split())
    return {_whole(item): _whole(version) for item, _colon, version in pairs}


def _whole(text: str) -> int:
    """A number of the page's own making; what is none matches nothing."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else -1


def _filters() -> tuple[str, str]:
    month, state = "", request.args.get("state", "")
    with suppress(ValueError):
        month = str(Month.parse(request.args.get("month", "")))
    return month, state if state in queries.STATES else ""


def _states() -> dict[str, str]:
    return {"drafted": _("Draft"), "with_approver": _("With the approver"), "approved": _("Approved")}
