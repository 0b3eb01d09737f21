"""The inspector's own decisions about what sergeants left: set a day, or ask why."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from engagement.access.domain import Permission
from engagement.access.guard import allow, current_actor, shown
from engagement.board.decision_routes import numbers, to_board
from engagement.board.domain import board_question, days_to_book
from engagement.board.forms import AskForm
from engagement.core.dates import days_over
from engagement.core.errors import Missing
from engagement.db import reading
from engagement.overdue.asking import Ask, AskDraft, Left, ask_sergeants, left_undecided
from engagement.overdue.queries import history_in_words
from engagement.web.moment import now, today
from engagement.web.saving import save

bp = Blueprint("escalation", __name__)

Answer = str | Response | tuple[str, int]


@bp.get("/overdue/asks")
@allow(Permission.ASK_SERGEANTS)
def choose() -> Answer:
    """What to ask the sergeants about the groups chosen, with what was decided before."""
    kind, ids = _asked(request.args)
    back = board_question(request.args.get("back", ""))
    groups = left_undecided(reading(), current_actor(), ids, today())
    shown("group", [group.id for group in groups])
    if kind is None or not groups:
        flash(_("They have been decided about meanwhile, or are not yours to ask about.") if ids else _("Choose the groups first."))
        return to_board(back)
    form = AskForm(formdata=None)
    form.kind.data, form.back.data = kind.value, back
    form.words.data = _("Please see them, or say who will") if kind is Ask.DATE else _("What stood in the way?")
    form.decide_by.data = days_to_book(today())[0]
    return _page(form, kind, groups)


@bp.post("/overdue/asks")
@allow(Permission.ASK_SERGEANTS)
def ask_now() -> Answer:
    """Asks, or says what stands in the way with everything typed still there."""
    form, ids = AskForm(), numbers(request.form.getlist("group"))
    draft = AskDraft(
        group_ids=tuple(ids), kind=form.kind.data or "", words=form.words.data or "", decide_by=form.decide_by.data
    )  # fmt: skip
    made = save(form, lambda session: ask_sergeants(session, current_actor(), draft, now=now()))
    if made is not None:
        flash(_("Asked: the sergeants see it on their shift and on the board."))
        return to_board(board_question(form.back.data or ""))
    groups = left_undecided(reading(), current_actor(), ids, today())
    if not groups or form.kind.data not in list(Ask):
        raise Missing
    return _page(form, Ask(form.kind.data), groups), 422


def _asked(args: MultiDict[str, str]) -> tuple[Ask | None, list[int]]:
    for kind in Ask:
        if kind.value in args:
            return kind, numbers([args[kind.value]])
    asked = args.get("kind")
    return (Ask(asked) if asked in list(Ask) else None), numbers(args.getlist("group"))


def _page(form: AskForm, kind: Ask, groups: list[Left]) -> str:
    history = history_in_words(reading(), [group.id for group in groups])
    return render_template(
        "board/ask.html",
        form=form,
        kind=kind,
        groups=[(g.id, g.name, days_over((today() - g.due_on).days), history.get(g.id, [])) for g in groups],
    )
