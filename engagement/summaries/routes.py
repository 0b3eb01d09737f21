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
from engagement.core.errors import Missing, Refused
from engagement.core.ids import whole_number
from engagement.core.months import Month
from engagement.core.pages import page_number
from engagement.core.spreadsheets import spreadsheet
from engagement.db import reading, unit_of_work
from engagement.summaries import queries, service
from engagement.summaries.editor import Desk
from engagement.summaries.forms import ItemForm
from engagement.summaries.leaving_routes import month_name, open_desk
from engagement.summaries.models import SummaryItem
from engagement.summaries.typed import NotKept, Typed
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


@bp.post("/summaries/<int:summary_id>")
@allow(Permission.EDIT_SUMMARY)
def save(summary_id: int) -> Answer:
    """Saves every wording of the page; where somebody else was quicker, shows both."""
    return _press(summary_id, lambda _session, _typed: _("The wording is saved."), whole_number(request.form.get("back")))


@bp.post("/summaries/<int:summary_id>/items/<int:item_id>/leave-out")
@allow(Permission.EDIT_SUMMARY)
def leave_out(summary_id: int, item_id: int) -> Answer:
    """Leaves an item out, with why."""

    def work(session: Session, typed: Typed) -> None:
        if not typed.leaves_out(item_id):  # else it is done
            typed.leave_out(session, current_actor(), item_id, summary_id, now=now())

    return _press(summary_id, work, item_id)


@bp.post("/summaries/<int:summary_id>/items/<int:item_id>/use")
@allow(Permission.EDIT_SUMMARY)
def use(summary_id: int, item_id: int) -> Answer:
    """Puts an item in."""

    def work(session: Session, typed: Typed) -> None:
        _own(service.use(session, current_actor(), item_id, version=typed.version(item_id), now=now()), summary_id)

    return _press(summary_id, work, item_id)


@bp.post("/summaries/<int:summary_id>/items/<int:item_id>/clear")
@allow(Permission.APPROVE_SUMMARY)
def clear(summary_id: int, item_id: int) -> Answer:
    """Lets one finding stand."""
    found = request.form.get("finding", "")

    def work(session: Session, typed: Typed) -> None:
        _own(service.clear(session, current_actor(), item_id, found, version=typed.version(item_id), now=now()), summary_id)

    return _press(summary_id, work, item_id)


@bp.post("/summaries/<int:summary_id>/approve")
@allow(Permission.APPROVE_SUMMARY)
def approve(summary_id: int) -> Answer:
    """Approves one item or all of them, as they were shown and as the approver has corrected them on the page."""

    def work(session: Session, typed: Typed) -> str:
        summary = service.approve(session, current_actor(), summary_id, _seen(typed), now=now())
        done = summary.state == "approved"
        return str(_("The month is approved: its letters leave on working days, from 9 to 6.") if done else _("Approved."))

    return _press(summary_id, work)


@bp.post("/summaries/<int:summary_id>/send")
@allow(Permission.EDIT_SUMMARY)
def send(summary_id: int) -> Answer:
    """Sends the draft to whoever approves."""

    def work(session: Session, _typed: Typed) -> str:
        service.send_to_approver(session, current_actor(), summary_id, now=now())
        return str(_("It is with the approver. You can still change the words."))

    return _press(summary_id, work)


@bp.post("/summaries/<int:summary_id>/take-in")
@allow(Permission.EDIT_SUMMARY)
def take_in(summary_id: int) -> Answer:
    """Adds what was entered since the draft."""

    def work(session: Session, _typed: Typed) -> None:
        service.take_in(session, current_actor(), summary_id, now=now())

    return _press(summary_id, work)


def _press(summary_id: int, work: Callable[[Session, Typed], str | None], item_id: int | None = None) -> Answer:
    """Keeps what was typed on the page, does what the button says, and comes back to the item; refused, it keeps nothing."""
    typed = Typed(request.form)
    try:
        with unit_of_work() as session:
            typed.keep(session, current_actor(), summary_id, now=now())
            said = work(session, typed)
    except NotKept:
        return _editor(open_desk(summary_id), typed), 422
    except Refused as refusal:
        typed.refusals.append((f"item-{item_id}" if item_id else "", say(refusal)))
        return _editor(open_desk(summary_id), typed), 422
    if said:
        flash(said)
    return _back(summary_id, item_id)


def _editor(desk: Desk, typed: Typed | None = None) -> str:
    found = {}
    for card in desk.cards:
        form = typed.forms.get(card.item.id) if typed else None
        if form is None or not form.touched:  # what nobody typed into says what it says now
            form = ItemForm(card.item.id)
            form.show(card)
        elif typed and card.item.id in typed.theirs:
            form.version.data = str(card.item.version)
        form.belong_to(card)
        found[card.item.id] = form
    return render_template(
        "summaries/editor.html",
        desk=desk,
        forms=found,
        theirs=typed.theirs if typed else {},
        problems=typed.refusals + [pair for form in found.values() for pair in form.problems] if typed else [],
        typed=typed.open_reasons if typed else {},
        states=_states(),
        parts=service.PARTS,
        approves=desk.why_not == "",
    )


def _own(item: SummaryItem, summary_id: int) -> None:
    """An item is reached through its own summary alone."""
    if item.summary_id != summary_id:
        raise Missing


def _back(summary_id: int, item_id: int | None = None) -> BaseResponse:
    return redirect(f"/summaries/{summary_id}" + (f"#item-{item_id}" if item_id else ""), 303)


def _seen(typed: Typed) -> dict[int, int]:
    """The items that the button approves, as whoever pressed it knows them; what they have just left out is not among them."""
    keys = [whole_number(word) for word in request.form.get("seen", "").split() if "only" not in request.form]
    chosen = [*keys, whole_number(request.form.get("only"))]
    return {key: typed.version(key) for key in chosen if key is not None and not typed.leaves_out(key)}


def _filters() -> tuple[str, str]:
    month, state = "", request.args.get("state", "")
    with suppress(ValueError):
        month = str(Month.parse(request.args.get("month", "")))
    return month, state if state in queries.STATES else ""


def _states() -> dict[str, str]:
    return {"drafted": _("Draft"), "with_approver": _("With the approver"), "approved": _("Approved")}
