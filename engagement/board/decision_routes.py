"""Deciding from the board: one page for one group or many, taking back, and cover for somebody who is off."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from engagement.access.domain import Permission
from engagement.access.guard import allow, current_actor, shown
from engagement.board.domain import board_question, days_to_book
from engagement.board.forms import CoverForm, DecisionForm
from engagement.board.lines import day_of
from engagement.core.dates import days_over
from engagement.core.errors import Missing, Refused
from engagement.core.months import add_months
from engagement.db import reading, unit_of_work
from engagement.overdue.domain import DecisionKind
from engagement.overdue.queries import LateGroup, late_groups
from engagement.overdue.service import MOST_AT_ONCE, decide, undo
from engagement.people.covering import cover, officer_who_is_off, who_may_cover
from engagement.people.duty_queries import off_on
from engagement.people.queries import officers_of
from engagement.web.moment import now, today

bp = Blueprint("decisions", __name__)

Answer = str | Response | tuple[str, int]


@bp.get("/overdue/decide")
@allow(Permission.DECIDE_OVERDUE)
def choose() -> Answer:
    """What to do about the groups chosen, as far filled in as can be: one more tap decides."""
    kind, ids = _asked(request.args)
    back = board_question(request.args.get("back", ""))
    groups = late_groups(reading(), current_actor(), ids, today())
    shown("group", [group.id for group in groups])
    if kind is None or not groups:
        flash(_("They are not overdue any more, or not yours to decide about.") if ids else _("Choose the groups first."))
        return to_board(back)
    form = DecisionForm(formdata=None)
    form.kind.data, form.back.data, form.seen.data = kind.value, back, str(max(group.last_decision_id for group in groups))
    form.reason.data = _reason(kind, groups)
    form.until.data = add_months(today(), 1) if kind is DecisionKind.PAUSE else None
    return _page(form, kind, groups)


@bp.post("/overdue/decide")
@allow(Permission.DECIDE_OVERDUE)
def decide_now() -> Answer:
    """Decides, or says what stands in the way with everything typed still there."""
    form = DecisionForm()
    ids = numbers(request.form.getlist("group"))
    if form.validate_on_submit():
        sent = request.form
        draft = form.draft(ids, sent.get("officer_id", ""), sent.get("day", ""), sent.get("preset", "")[:100], today())
        try:
            with unit_of_work() as session:
                made = [one.id for one in decide(session, current_actor(), draft, now=now())]
        except Refused as refusal:
            beside = None if refusal.field in ("kind", "seen", "groups") else refusal.field  # these are not on the page
            form.refuse(Refused(refusal.sentence, field=beside, **refusal.values))
            form.reason.data = draft.reason
        else:
            return to_board(board_question(form.back.data or ""), made)
    groups = late_groups(reading(), current_actor(), ids, today())
    if not groups or form.kind.data not in list(DecisionKind):
        raise Missing
    form.seen.data = str(max(group.last_decision_id for group in groups))
    return _page(form, DecisionKind(form.kind.data), groups), 422


@bp.post("/overdue/undo")
@allow(Permission.DECIDE_OVERDUE)
def take_back() -> Response:
    """Takes decisions back."""
    with unit_of_work() as session:
        groups = undo(session, current_actor(), numbers(request.form.getlist("decision")), now=now())
    flash(_("Taken back. It is to decide again.") if len(groups) == 1 else _("Taken back. They are to decide again."))
    return to_board(board_question(request.form.get("back", "")))


@bp.get("/overdue/cover/<int:officer_id>")
@allow(Permission.DECIDE_OVERDUE)
def choose_cover(officer_id: int) -> str:
    """Who covers for an officer who is off."""
    form = CoverForm(formdata=None)
    form.back.data = board_question(request.args.get("back", ""))
    return _cover_page(form, officer_id)


@bp.post("/overdue/cover/<int:officer_id>")
@allow(Permission.DECIDE_OVERDUE)
def cover_now(officer_id: int) -> Answer:
    """Sets who covers, and tells them."""
    form = CoverForm()
    if form.validate_on_submit():
        chosen = numbers([request.form.get("cover_id", "")])
        try:
            with unit_of_work() as session:
                _officer, off = officer_who_is_off(session, current_actor(), officer_id, today())
                cover(session, current_actor(), officer_id, chosen[0] if chosen else None, today(), off.ends_on, now=now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            flash(_("Covered. They see it on their shift."))
            return to_board(board_question(form.back.data or ""))
    return _cover_page(form, officer_id), 422


def _asked(args: MultiDict[str, str]) -> tuple[DecisionKind | None, list[int]]:
    """Which decision about which groups: a row's own button, or the bar's about the rows chosen."""
    for kind in DecisionKind:
        if kind.value in args:
            return kind, numbers([args[kind.value]])
    kind_asked = args.get("kind")
    return (DecisionKind(kind_asked) if kind_asked in list(DecisionKind) else None), numbers(args.getlist("group"))


def numbers(texts: list[str]) -> list[int]:
    """The ids among what a form sent, as many as are decided about at once and one more."""
    return [int(text) for text in texts[: MOST_AT_ONCE + 1] if text.isascii() and text.isdigit() and len(text) < 16]


def to_board(back: str, made: list[int] | None = None, name: str = "done") -> Response:
    """Back to the board as it was filtered, with what was just decided: `name` is "done" of groups, "did" of anything else."""
    question = "&".join(filter(None, (back, f"{name}=" + ",".join(map(str, made)) if made else "")))
    return redirect(f"/overdue?{question}" if question else "/overdue", 303)


def _reason(kind: DecisionKind, groups: list[LateGroup]) -> str:
    """A reason that is true as it stands, for what needs no other; empty where only the sergeant knows."""
    match kind:
        case DecisionKind.ASK:
            return str(_("What stands in the way, and when will you see them?"))
        case DecisionKind.BOOK:
            return str(_("Left too long"))
        case DecisionKind.GIVE:
            owners = {group.owner_id for group in groups if group.owner_id is not None}
            off = off_on(reading(), owners, today()) if len(owners) == 1 else {}
            for absence in off.values():
                return str(_("%(who)s is off, back %(day)s", who=groups[0].owner, day=day_of(absence.back_on, today())))
            return str(_("Left too long"))
        case _:
            return ""


def _page(form: DecisionForm, kind: DecisionKind, groups: list[LateGroup]) -> str:
    """The page of one decision; its groups, and what a button may answer."""
    officers: list[Any] = []
    if kind is DecisionKind.BOOK:
        form.until.label.text = _("Another day")
    if kind is DecisionKind.GIVE:
        people = officers_of(reading(), {group.team_id for group in groups}, today())
        off = off_on(reading(), [person.id for person in people], today())
        owners = {group.owner_id for group in groups}
        officers = [
            (p.id, p.name, _("off, back %(day)s", day=day_of(off[p.id].back_on, today())) if p.id in off else "")
            for p in people
            if owners != {p.id}
        ]
    return render_template(
        "board/decide.html",
        form=form,
        kind=kind,
        groups=[(g.id, g.name, days_over((today() - g.due_on).days), g.frequency_words.lower(), g.owner) for g in groups],
        officers=officers,
        days=[(day.isoformat(), day_of(day, today())) for day in days_to_book(today())],
        others=[k for k in DecisionKind if k is not kind],
        presets=_presets(kind),
    )


def _presets(kind: DecisionKind) -> list[str]:
    match kind:
        case DecisionKind.PAUSE:
            return [_("They asked us to wait"), _("Closed for the season"), _("Their contact is away")]
        case DecisionKind.DORMANT:
            return [_("No reply for two periods"), _("No longer meets"), _("Merged with another")]
        case DecisionKind.SNOOZE:
            return [_("A visit is agreed by word of mouth"), _("Nobody is free before then")]
        case _:
            return []


def _cover_page(form: CoverForm, officer_id: int) -> str:
    officer, theirs = officer_who_is_off(reading(), current_actor(), officer_id, today())
    people = who_may_cover(reading(), officer, today())
    off = off_on(reading(), [person.id for person in people], today())
    shown("officer", [officer.id])
    return render_template(
        "board/cover.html",
        form=form,
        officer=officer,
        back=theirs.back_on,
        people=[(p.id, p.name, "" if p.home else p.team) for p in people if p.id not in off],
    )
