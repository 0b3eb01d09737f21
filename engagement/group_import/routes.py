"""Pages that take a spreadsheet of groups: choose, look at the plan, take it in."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as BaseResponse

from engagement.access.domain import Permission
from engagement.access.guard import allow, current_actor, shown
from engagement.core.errors import Refused
from engagement.core.ids import whole_number
from engagement.db import reading, unit_of_work
from engagement.group_import import service
from engagement.group_import.columns import COLUMNS, layout_csv
from engagement.group_import.domain import Plan
from engagement.group_import.forms import FileForm, TakeForm
from engagement.group_import.queries import neighbourhoods_to_import, taken_before
from engagement.group_import.sheet import Rows, fingerprint, open_sheet, pack, unpack
from engagement.groups.vocabulary import characteristics, kinds
from engagement.web.moment import now

bp = Blueprint("group_import", __name__)

Answer = str | BaseResponse | tuple[str, int]
SHOWN_AT_MOST = 200


@bp.get("/groups/import")
@allow(Permission.IMPORT_GROUPS, shows_nothing=True)
def choose() -> str:
    """Where a file is chosen, and the layout is explained."""
    return _choose_page(FileForm())


@bp.get("/groups/import/layout.csv")
@allow(Permission.IMPORT_GROUPS, shows_nothing=True)
def layout() -> Response:
    """The layout as a file with one example row."""
    places = neighbourhoods_to_import(reading(), current_actor())
    content = layout_csv(places[0][1] if places else "")
    return Response(content, mimetype="text/csv", headers={"Content-Disposition": 'attachment; filename="groups-layout.csv"'})


@bp.post("/groups/import")
@allow(Permission.IMPORT_GROUPS)
def look() -> Answer:
    """Shows what the file would do."""
    form = FileForm()
    if form.validate_on_submit():
        chosen: FileStorage | None = form.file.data or None
        try:
            rows = open_sheet(chosen.read() if chosen else b"")
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return _read_plan(form, rows, (chosen.filename if chosen else "") or "")
        finally:
            if chosen:
                chosen.close()
    return _choose_page(form), 422


@bp.post("/groups/import/take")
@allow(Permission.IMPORT_GROUPS)
def take() -> Answer:
    """Does what the plan said, all of it or nothing."""
    form = TakeForm()
    usual = whole_number(form.usual.data)
    if not form.validate_on_submit():
        return _choose_page(FileForm()), 422
    try:
        rows = unpack(form.packed.data or "")
    except Refused as refusal:
        again = FileForm()
        again.refuse(refusal)
        return _choose_page(again), 422
    try:
        with unit_of_work() as session:
            done = service.apply(
                session, current_actor(), rows, file_name=form.file_name.data or "", usual=usual, mark=form.mark.data or "", now=now()
            )
    except Refused as refusal:
        return _plan_page(rows, usual, form.file_name.data or "", refusal=refusal), 422
    if not current_actor().may(Permission.READ_DIARY):  # what the register lacked is not theirs to know
        flash(_("Done: what the file says and the register lacked is in it now."))
    elif done.again or not (done.made or done.changed):
        flash(_("Nothing to do: everything in that file is in the register already."))
    else:
        made = ngettext("%(num)s group was made.", "%(num)s groups were made.", done.made)
        filled = ngettext("%(num)s group was filled in.", "%(num)s groups were filled in.", done.changed)
        flash(" ".join(said for said, number in ((made, done.made), (filled, done.changed)) if number))
    return redirect(url_for("groups.index") if current_actor().may(Permission.READ_DIARY) else url_for("group_import.choose"), 303)


def _read_plan(form: FileForm, rows: Rows, file_name: str) -> Answer:
    try:
        return _plan_page(rows, form.usual_id, file_name)
    except Refused as refusal:
        form.refuse(refusal)
        return _choose_page(form), 422


def _choose_page(form: FileForm) -> str:
    form.offer(neighbourhoods_to_import(reading(), current_actor()))
    return render_template(
        "group_import/choose.html", form=form, columns=COLUMNS, kinds=kinds().values(), communities=characteristics().values()
    )


def _plan_page(rows: Rows, usual: int | None, file_name: str, *, refusal: Refused | None = None) -> str:
    session, actor = reading(), current_actor()
    plan = service.preview(session, actor, rows, usual=usual, now=now())
    form = TakeForm(formdata=None, data={"packed": pack(rows), "usual": usual or "", "mark": plan.mark, "file_name": file_name[:200]})
    if refusal is not None:
        form.refuse(refusal)
    readable = [change for change in plan.changes if change.readable]
    shown("group", [change.group_id for change in readable])
    return render_template(
        "group_import/plan.html",
        form=form,
        plan=plan,
        file_name=file_name,
        before=taken_before(session, actor.force_id, fingerprint(rows, usual)),
        makes=plan.makes[:SHOWN_AT_MOST],
        changes=readable[:SHOWN_AT_MOST],
        unread=plan.unread[:SHOWN_AT_MOST],
        same=plan.same - sum(1 for change in plan.unread if change.empty),
        changed=len(readable),
        errors=plan.errors[:SHOWN_AT_MOST],
        names=_names(plan),
        kinds=kinds(),
    )


def _names(plan: Plan) -> dict[int, str]:
    """The names of the neighbourhoods that the plan makes groups in."""
    wanted = {made.group.neighbourhood_id for made in plan.makes}
    return {key: name for key, name in neighbourhoods_to_import(reading(), current_actor()) if key in wanted}
