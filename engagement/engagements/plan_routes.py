"""Pages of what is to come: booking an engagement, and "Did it happen?"."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engagement.access.domain import Permission
from engagement.access.guard import allow, current_actor, shown
from engagement.core.errors import Conflict, Missing, Refused
from engagement.core.ids import is_ref, new_ref
from engagement.db import reading, unit_of_work
from engagement.engagements import service
from engagement.engagements.about import about_group, colleagues_of
from engagement.engagements.domain import CancelReason, Kind, planned_when
from engagement.engagements.drafts import Became, EndOfPlan, PlanDraft
from engagement.engagements.queries import EntryView, entry
from engagement.engagements.typed import WHOLE, Typed
from engagement.engagements.writing import LINE_LONGEST, PLACE_LONGEST
from engagement.web.moment import now, today

bp = Blueprint("plans", __name__)

Answer = str | Response | tuple[str, int]


@bp.get("/engagements/book")
@allow(Permission.WRITE_DIARY)
def book() -> str:
    """The form that books a contact with a group."""
    group = request.args.get("group", "")
    return _booking(Typed(None, {"group": group, "client_ref": new_ref(), "kind": Kind.VISIT.value}))


def _booking(form: Typed) -> str:
    group_id = form.id_of("group")
    if group_id is None:
        raise Missing
    about = about_group(reading(), current_actor(), group_id, today())
    shown("group", [group_id])
    colleagues = colleagues_of(reading(), current_actor(), today())
    return render_template("engagements/book.html", form=form, about=about, colleagues=colleagues, kinds=Kind)


@bp.post("/engagements/book")
@allow(Permission.WRITE_DIARY)
def book_now() -> Answer:
    """Books it."""
    form, actor = Typed(request.form), current_actor()
    ref, kind = form.sent.get("client_ref", ""), form.sent.get("kind", "")
    at = form.attempt(lambda: planned_when(form.sent.get("planned_on", ""), form.sent.get("planned_time", ""), now()))
    place, summary = form.line("place", "Place", PLACE_LONGEST), form.line("summary", "What for", LINE_LONGEST)
    if kind not in set(Kind):
        form.refuse(Refused("Choose how", field="kind"))
    open_to_all = form.has("open_to_all", "1")
    if open_to_all and not form.sent.get("planned_time", "").strip():
        form.refuse(Refused("Say at what time it begins: it stands on the public page", field="planned_time"))
    form.check_wording({"place": place, "summary": summary})
    group_id = form.id_of("group")
    if form.errors or at is None or group_id is None:
        return _booking(form), 422
    officers = tuple(int(v) for v in form.sent.getlist("officer") if WHOLE.fullmatch(v))
    draft = PlanDraft(
        client_ref=ref.lower() if is_ref(ref) else new_ref(), kind=Kind(kind), planned_for=at, group_ids=(group_id,),
        officer_ids=officers, place=place, summary=summary, override_reason=form.override_reason, open_to_all=open_to_all,
    )  # fmt: skip
    try:
        with unit_of_work() as session:
            service.plan(session, actor, draft, now=now())
    except Refused as refusal:
        form.refuse(refusal)
        return _booking(form), 422
    flash(_("Booked. It stands on Shift, and counts once it has happened."))
    return redirect("/", 303)


@bp.get("/engagements/<int:engagement_id>/happened")
@allow(Permission.WRITE_DIARY)
def happened(engagement_id: int) -> str:
    """Did it happen? Yes leads to the log form; the other answers are here."""
    view = entry(reading(), current_actor(), engagement_id)
    return _question(view, Typed(None, {"version": str(view.row.version)}))


def _question(view: EntryView, form: Typed) -> str:
    if view.row.state != "planned":
        raise Refused("Somebody has already said what became of this")
    shown("engagement", [view.row.id])
    return render_template("engagements/happened.html", view=view, row=view.row, form=form, reasons=CancelReason, kinds=Kind)


@bp.post("/engagements/<int:engagement_id>/happened")
@allow(Permission.WRITE_DIARY)
def happened_not(engagement_id: int) -> Answer:
    """It was cancelled or moved."""
    view, form = entry(reading(), current_actor(), engagement_id), Typed(request.form)
    said, reason = form.sent.get("became", ""), form.sent.get("cancel_reason", "")
    if said not in set(Became):
        form.refuse(Refused("Choose what became of it", field="became"))
        return _question(view, form), 422
    moved_to = None
    if said == Became.MOVED:
        moved_to = form.attempt(lambda: planned_when(form.sent.get("planned_on", ""), form.sent.get("planned_time", ""), now()))
    if form.errors:
        return _question(view, form), 422
    end = EndOfPlan(
        became=Became(said), cancel_reason=CancelReason(reason) if reason in set(CancelReason) else None, moved_to=moved_to,
        version=form.id_of("version"),
    )  # fmt: skip
    try:
        with unit_of_work() as session:
            service.did_it_happen(session, current_actor(), engagement_id, end, now=now())
    except Conflict:
        raise
    except Refused as refusal:
        form.refuse(refusal)
        return _question(view, form), 422
    flash(_("Moved.") if said == Became.MOVED else _("Cancelled: it stays to be read and does not count."))
    return redirect("/", 303)
