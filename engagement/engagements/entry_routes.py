"""Pages of one entry: read, correct, withdraw, take back, add oneself; and the list of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.access.domain import Permission
from engagement.access.guard import allow, current_actor, disclosed, shown
from engagement.audit.domain import altered
from engagement.audit.models import Version
from engagement.core.clock import LONDON, london_day
from engagement.core.dates import say_date, say_time
from engagement.core.errors import Conflict, Refused
from engagement.core.ids import is_ref
from engagement.core.pages import page_number
from engagement.core.spreadsheets import spreadsheet
from engagement.core.texts import one_line
from engagement.db import reading, unit_of_work
from engagement.engagements import service
from engagement.engagements.changing import said
from engagement.engagements.correction_form import CorrectionForm
from engagement.engagements.domain import Direction, Kind, Outcome
from engagement.engagements.drafts import Correction
from engagement.engagements.queries import EntryView, brought_by, entry, groups_of, mine, versions_of
from engagement.engagements.typed import WHOLE
from engagement.engagements.writing import REASON_LONGEST
from engagement.web.errors import say
from engagement.web.moment import now, today

bp = Blueprint("entries", __name__)

Answer = str | Response | tuple[str, int]

MOST_ROWS = 10_000  # of a spreadsheet
OWN_HEADER = ("OFFICIAL Day", "Kind", "Outcome", "State", "With", "Place", "Headcount", "What happened", "Logged by")


@bp.get("/engagements/mine")
@allow(Permission.WRITE_DIARY)
def own() -> str:
    """My entries and those by others that I was at, latest first; mine of the last day can be taken back."""
    page = mine(reading(), current_actor(), page_number(request.args.get("page")))
    groups = groups_of(reading(), [row.id for row in page.rows])
    shown("engagement", [row.id for row in page.rows])
    young = now() - service.TAKE_BACK_WITHIN
    narrow = any(row.sensitive or any(group.sensitive for group in groups[row.id]) for row in page.rows)
    return render_template(
        "engagements/mine.html", page=page, groups=groups, young=young, kinds=Kind, outcomes=Outcome, sensitive=narrow,
        me=current_actor().officer_id,
    )  # fmt: skip


@bp.get("/engagements/mine.csv")
@allow(Permission.WRITE_DIARY)
def own_file() -> Response:
    """My entries as a spreadsheet, all of them; what is OFFICIAL-SENSITIVE stays behind."""
    found = mine(reading(), current_actor(), size=MOST_ROWS).rows
    groups = groups_of(reading(), [row.id for row in found])
    rows = [row for row in found if not (row.sensitive or any(group.sensitive for group in groups[row.id]))]
    disclosed("engagement", [row.id for row in rows], "spreadsheet")
    lines = (
        (
            row.happened_on or london_day(row.planned_for), Kind(row.kind).label, Outcome(row.outcome).label if row.outcome else "",
            row.state, "; ".join(group.name for group in groups[row.id]) or _("A resident"), row.place, row.attendance, row.summary,
            row.recorded_by,
        )
        for row in rows
    )  # fmt: skip
    headers = {"Content-Disposition": f'attachment; filename="my-entries-{today():%Y-%m-%d}.csv"'}
    return Response(spreadsheet(OWN_HEADER, lines), mimetype="text/csv", headers=headers)


@bp.get("/engagements/<int:engagement_id>")
@allow(Permission.READ_DIARY)
def read(engagement_id: int) -> str:
    """One entry whole, with what it said before each correction."""
    return _page(entry(reading(), current_actor(), engagement_id))


def _page(view: EntryView, problem: str = "", reason: str = "") -> str:
    session, actor = reading(), current_actor()
    shown("engagement", [view.row.id])
    concerns, promises = brought_by(session, actor, view.row.id)
    return render_template(
        "engagements/entry.html", view=view, row=view.row, versions=_before(view, versions_of(session, view.row.id)), concerns=concerns,
        promises=promises, may_change=service.may_change(actor, view), problem=problem, reason=reason, instead_of=_instead_of(),
        may_take_back=service.may_take_back(actor, view.row, now()),
        there=any(o.officer_id == actor.officer_id for o in view.officers), kinds=Kind, outcomes=Outcome,
    )  # fmt: skip


def _instead_of() -> str:
    """The reference of what the reader had typed before they added themselves to this entry instead."""
    ref = request.args.get("instead_of", "")
    return ref if is_ref(ref) else ""


def _before(view: EntryView, versions: Sequence[Version]) -> list[tuple[Version, list[tuple[str, str]]]]:
    """Each kept version, newest first, with what the change after it altered and nothing that stayed as it was."""
    changes = altered([version.content for version in versions], said(view))
    return [(version, _said(was, empty=_("nothing"))) for version, was in zip(versions, changes, strict=True)]


NAMES = {
    "kind": _l("How"), "outcome": _l("What came of it"), "direction": _l("Who began it"), "happened_at": _l("When"),
    "planned_for": _l("Booked for"), "summary": _l("What happened"), "place": _l("Place"), "attendance": _l("How many were there"),
    "groups": _l("With"), "officers": _l("Officers"),
}  # fmt: skip


def _said(content: dict[str, Any], empty: str = "") -> list[tuple[str, str]]:
    """What a kept version says, for people: each field's name and words; empty ones are left out, or said to be `empty`."""
    lines = []
    for name, value in content.items():
        words = ", ".join(value) if isinstance(value, list) else str(value)
        if name in ("happened_at", "planned_for") and words:
            at = datetime.fromisoformat(words).astimezone(LONDON)
            words = f"{say_date(at.date(), today())} {say_time(at.time())}"
        if words or empty:
            lines.append((str(NAMES.get(name, name)), words or empty))
    return lines


@bp.get("/engagements/<int:engagement_id>/correct")
@allow(Permission.WRITE_DIARY)
def correct(engagement_id: int) -> str:
    """The form with all that the entry says."""
    view = entry(reading(), current_actor(), engagement_id)
    if not service.may_change(current_actor(), view) or view.row.state != "happened":
        raise Refused("Only who was there, who recorded it, or their sergeant can correct it")
    return _correction(CorrectionForm(view))


def _both(theirs: dict[str, str], asked: Correction) -> list[tuple[str, str, str]]:
    """What an entry says now beside what was typed, where they differ; who was there is shown as it is now, and typed below."""
    typed = {
        "kind": asked.kind.label, "outcome": asked.outcome.label, "direction": asked.direction.label,
        "happened_at": asked.happened_at.isoformat(), "summary": asked.summary, "place": asked.place,
        "attendance": "" if asked.attendance is None else str(asked.attendance),
    }  # fmt: skip
    now_said, yours = dict(_said(theirs, empty="–")), dict(_said(typed, empty="–"))
    rows = [(name, now_said[name], words) for name, words in yours.items() if words != now_said[name]]
    return [*rows, *((str(NAMES[name]), now_said[str(NAMES[name])], _("as below")) for name in ("groups", "officers"))]


def _correction(form: CorrectionForm, theirs: list[tuple[str, str, str]] | None = None) -> str:
    shown("engagement", [form.view.row.id])
    return render_template(
        "engagements/correct.html", form=form, view=form.view, theirs=theirs, kinds=Kind, outcomes=Outcome, directions=Direction
    )


@bp.post("/engagements/<int:engagement_id>/correct")
@allow(Permission.WRITE_DIARY)
def correct_now(engagement_id: int) -> Answer:
    """Puts the entry right, keeping what it said."""
    form = CorrectionForm(entry(reading(), current_actor(), engagement_id), request.form)
    asked = form.read(reading(), current_actor(), now=now())
    if asked is None:
        return _correction(form), 422
    try:
        with unit_of_work() as session:
            changed = service.correct(session, current_actor(), engagement_id, asked, now=now())
    except Conflict as conflict:
        form.refuse(conflict)
        return _correction(form, _both(conflict.theirs, asked)), 422
    except Refused as refusal:
        refusal.field = "group_name" if refusal.field == "group" else refusal.field
        form.refuse(refusal)
        return _correction(form), 422
    flash(_("Corrected. What it said before is kept.") if changed else _("Nothing was changed."))
    return redirect(f"/engagements/{engagement_id}", 303)


@bp.post("/engagements/<int:engagement_id>/withdraw")
@allow(Permission.WRITE_DIARY)
def withdraw(engagement_id: int) -> Answer:
    """Strikes the entry out, with a reason."""
    typed, version = request.form.get("reason", ""), request.form.get("version", "")
    try:
        reason = one_line(typed, longest=REASON_LONGEST, field="reason", what="Why")
        with unit_of_work() as session:
            known = int(version) if WHOLE.fullmatch(version) else None
            service.withdraw(session, current_actor(), engagement_id, reason, now=now(), version=known)
    except Refused as refusal:
        return _page(entry(reading(), current_actor(), engagement_id), say(refusal), typed.replace("\x00", "\ufffd")), 422
    flash(_("Withdrawn. It stays to be read, struck out, and does not count."))
    return redirect(f"/engagements/{engagement_id}", 303)


@bp.post("/engagements/<int:engagement_id>/take-back")
@allow(Permission.WRITE_DIARY)
def take_back(engagement_id: int) -> Answer:
    """Takes one's own entry back within a day."""
    with unit_of_work() as session:
        service.take_back(session, current_actor(), engagement_id, now=now())
    flash(_("Taken back. It stays to be read, struck out, and does not count."))
    return redirect("/engagements/mine", 303)
