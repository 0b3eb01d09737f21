"""Deciding from the board's other lists: concerns, actions and promises, one or many at once."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from engagement.access.domain import Permission
from engagement.access.guard import allow, current_actor, shown
from engagement.board.decision_routes import numbers, to_board
from engagement.board.domain import ItemKind, board_question, days_to_book
from engagement.board.forms import ItemForm
from engagement.board.lines import day_of
from engagement.board.service import Item, decide_items, entity_of, items_to_decide
from engagement.board.taking_back import take_back_items
from engagement.core.errors import Missing
from engagement.db import reading, unit_of_work
from engagement.people.duty_queries import off_on
from engagement.people.queries import officers_of
from engagement.web.moment import now, today
from engagement.web.saving import save

bp = Blueprint("board_items", __name__)

Answer = str | Response | tuple[str, int]


@bp.get("/overdue/items")
@allow(Permission.DECIDE_OVERDUE)
def choose() -> Answer:
    """What to do about the rows chosen."""
    kind, ids = _asked(request.args)
    what, back = request.args.get("what", ""), board_question(request.args.get("back", ""))
    items = items_to_decide(reading(), current_actor(), what, ids)
    shown(entity_of(what), [item.id for item in items])
    if kind is None or not items:
        flash(_("They are not there any more, or not yours to decide about.") if ids else _("Choose some first."))
        return to_board(back)
    form = ItemForm(formdata=None)
    form.what.data, form.kind.data, form.back.data = what, kind.value, back
    if kind is ItemKind.ASK:
        form.reason.data = _("What stands in the way?")
    return _page(form, kind, items)


@bp.post("/overdue/items")
@allow(Permission.DECIDE_OVERDUE)
def decide_now() -> Answer:
    """Decides, or says what stands in the way with everything typed still there."""
    form, sent = ItemForm(), request.form
    ids = numbers(sent.getlist("item"))
    draft = form.draft(ids, sent.get("officer_id", ""), sent.get("day", ""))
    made = save(form, lambda session: decide_items(session, current_actor(), draft, now=now()))
    if made is not None:
        return to_board(board_question(form.back.data or ""), [one.id for one in made], "did")
    items = items_to_decide(reading(), current_actor(), form.what.data or "", ids)
    if not items or form.kind.data not in list(ItemKind):
        raise Missing
    return _page(form, ItemKind(form.kind.data), items), 422


@bp.post("/overdue/items/undo")
@allow(Permission.DECIDE_OVERDUE)
def take_back() -> Response:
    """Takes decisions back."""
    with unit_of_work() as session:
        made = take_back_items(session, current_actor(), numbers(request.form.getlist("decision")), now=now())
    flash(ngettext("Taken back. It is as it was before.", "Taken back. All %(num)s are as they were before.", len(made)))
    return to_board(board_question(request.form.get("back", "")))


def _asked(args: MultiDict[str, str]) -> tuple[ItemKind | None, list[int]]:
    """Which decision about which rows: a row's own button, or the bar's about the rows chosen."""
    for kind in ItemKind:
        if kind.value in args:
            return kind, numbers([args[kind.value]])
    asked = args.get("kind")
    return (ItemKind(asked) if asked in list(ItemKind) else None), numbers(args.getlist("item"))


def _page(form: ItemForm, kind: ItemKind, items: list[Item]) -> str:
    officers: list[Any] = []
    if kind is ItemKind.GIVE:
        people = officers_of(reading(), {item.team_id for item in items}, today())
        off = off_on(reading(), [person.id for person in people], today())
        officers = [(p.id, p.name, _("off, back %(day)s", day=day_of(off[p.id].back_on, today())) if p.id in off else "") for p in people]
    return render_template(
        "board/decide_items.html",
        form=form,
        kind=kind,
        items=items,
        officers=officers,
        days=[(day.isoformat(), day_of(day, today())) for day in days_to_book(today())],
        promises=any(item.is_promise for item in items),
    )
