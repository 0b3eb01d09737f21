"""Pages of quarterly returns: the list, one with its parts, editing, signing, and the files that leave."""

from __future__ import annotations

import re

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from engagement.access.domain import Permission
from engagement.access.guard import allow, current_actor, disclosed, shown
from engagement.core.errors import Missing, Refused
from engagement.core.ids import whole_number
from engagement.core.names import fold
from engagement.core.pages import page_number
from engagement.core.texts import one_line
from engagement.db import reading, unit_of_work
from engagement.returns import queries, service
from engagement.returns.domain import CLASSIFICATION, Quarter
from engagement.returns.figures import FIGURES
from engagement.returns.forms import AskForm, IntroductionForm, PartForm
from engagement.returns.models import ReturnPart
from engagement.returns.queries import WholeReturn
from engagement.returns.word_file import TYPE, standing_of, title_of, word_file
from engagement.web.errors import say
from engagement.web.moment import now, today
from engagement.web.pdf import pdf_of
from engagement.web.saving import save, saved

bp = Blueprint("returns", __name__)
Answer = BaseResponse | str | tuple[str, int]


@bp.get("/returns")
@allow(Permission.READ_RETURN)
def index() -> str:
    """The returns that one may read, and for whoever edits some the form that asks for one."""
    form = _ask_form()
    form.quarter.data = str(Quarter.of(today()).previous)
    return _list(form)


@bp.post("/returns")
@allow(Permission.SEE_BOARD)
def draft() -> Answer:
    """Drafts a return from the records, or leads to the one that is there."""
    form = _ask_form()
    made = save(form, lambda session: service.draft(session, current_actor(), *form.chosen(), now=now()))
    if made is None:
        return _list(form), 422
    return redirect(url_for("returns.one", return_id=made.id), 303)


def _ask_form() -> AskForm:
    form = AskForm()
    form.offer(queries.teams_to_choose(reading(), current_actor()), queries.quarters_to_choose(today()))
    return form


def _list(form: AskForm) -> str:
    page = queries.list_page(reading(), current_actor(), page_number(request.args.get("page")))
    shown("quarterly_return", [line.id for line in page.rows])
    return render_template("returns/list.html", page=page, form=form, asks=current_actor().may(Permission.SEE_BOARD))


@bp.get("/returns/<int:return_id>")
@allow(Permission.READ_RETURN)
def one(return_id: int) -> str:
    """A return: its parts, its figures, who signed it, what came since."""
    return _one(return_id)


def _one(return_id: int, problems: list[tuple[str, str]] | None = None) -> str:
    found = _whole(return_id)
    runs_until = found.quarter.last if found.quarter.last >= today() else None
    return render_template(
        "returns/one.html", found=found, figures=FIGURES, problems=problems or [], typed=request.args.get("for", ""), runs_until=runs_until
    )


def _whole(return_id: int) -> WholeReturn:
    found = queries.whole(reading(), current_actor(), return_id)
    shown("quarterly_return", [return_id])
    return found


@bp.post("/returns/<int:return_id>/take-in")
@allow(Permission.SEE_BOARD)
def take_in(return_id: int) -> Answer:
    """Takes in what was recorded since the draft."""
    with unit_of_work() as session:
        service.take_in(session, current_actor(), return_id, now=now())
    return _back(return_id, _("Taken in. What somebody edited stays as it was edited."))


@bp.post("/returns/<int:return_id>/sign")
@allow(Permission.SEE_BOARD)
def sign(return_id: int) -> Answer:
    """Signs it as it was shown."""
    try:
        with unit_of_work() as session:
            service.sign(session, current_actor(), return_id, request.form.get("seal", ""), now=now())
    except Refused as refusal:
        return _one(return_id, [("", say(refusal))]), 422
    return _back(return_id, _("Signed. A change from now on takes the signature back."))


@bp.get("/returns/<int:return_id>/introduction")
@allow(Permission.SEE_BOARD)
def introduction(return_id: int) -> str:
    """The words that it opens with."""
    found, form = _whole(return_id), IntroductionForm()
    form.introduction.data, form.version.data = found.row.introduction, str(found.row.version)
    return render_template("returns/introduction.html", form=form, found=found)


@bp.post("/returns/<int:return_id>/introduction")
@allow(Permission.SEE_BOARD)
def introduce(return_id: int) -> Answer:
    """Changes the words that it opens with."""
    form = IntroductionForm()

    def keep(session: Session) -> object:
        version = whole_number(form.version.data)
        words, why = form.introduction.data or "", form.over_warning
        return service.introduce(session, current_actor(), return_id, words, version=version, now=now(), override_reason=why)

    if saved(form, keep):
        return _back(return_id, _("Saved. The earlier words are kept."))
    found = _whole(return_id)
    if form.theirs:
        form.version.data = str(found.row.version)
    return render_template("returns/introduction.html", form=form, found=found), 422


@bp.get("/returns/<int:return_id>/parts/<int:part_id>")
@allow(Permission.SEE_BOARD)
def part(return_id: int, part_id: int) -> str:
    """What it says of one priority."""
    found, form = _whole(return_id), PartForm()
    form.show(_part(found, part_id))
    return render_template("returns/part.html", form=form, found=found, part=_part(found, part_id))


@bp.post("/returns/<int:return_id>/parts/<int:part_id>")
@allow(Permission.SEE_BOARD)
def change_part(return_id: int, part_id: int) -> Answer:
    """Changes what it says of one priority."""
    form = PartForm()
    _part(_whole(return_id), part_id)  # it is reached through its own return alone
    if saved(form, lambda session: service.edit_part(session, current_actor(), form.draft(part_id), now=now())):
        return _back(return_id, _("Saved. The earlier words are kept, and the records stay as they are."))
    found = _whole(return_id)
    if form.theirs:
        form.version.data = str(_part(found, part_id).version)
    return render_template("returns/part.html", form=form, found=found, part=_part(found, part_id)), 422


def _part(found: WholeReturn, part_id: int) -> ReturnPart:
    for one in found.parts:
        if one.id == part_id:
            return one
    raise Missing


@bp.get("/returns/<int:return_id>/file")
@allow(Permission.READ_RETURN)
def file(return_id: int) -> Answer | Response:
    """The return as a PDF or Word file, for somebody who is named: it is on the record as disclosed to them."""
    kind = "docx" if request.args.get("as") == "docx" else "pdf"
    try:
        whom = one_line(request.args.get("for"), longest=120, field="for", what="Who it is for")
        if not whom:
            raise Refused("Say who the file is for: it is kept on the record", field="for")
        found = queries.whole(reading(), current_actor(), return_id)
        content = word_file(found, now()) if kind == "docx" else pdf_of(_printed(found))
    except Refused as refusal:
        return _one(return_id, [(refusal.field or "", say(refusal))]), 422
    disclosed("quarterly_return", [return_id], f"{kind.upper()} for {whom}")
    team = re.sub(r"[^a-z0-9]+", "-", fold(found.team)).strip("-")
    name = f"return-{team}-{found.quarter}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype=TYPE if kind == "docx" else "application/pdf", headers=headers)


def _printed(found: WholeReturn) -> str:
    return render_template(
        "returns/print.html",
        found=found,
        title=title_of(found),
        standing=standing_of(found),
        figures=FIGURES,
        mark=CLASSIFICATION,
        now=now(),
    )


def _back(return_id: int, said: str) -> BaseResponse:
    flash(said)
    return redirect(url_for("returns.one", return_id=return_id), 303)
