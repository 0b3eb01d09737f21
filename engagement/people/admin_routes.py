"""Pages of the administrator: officers, accounts, postings, days off. No diary content."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from engagement.access.domain import Permission, Role
from engagement.access.guard import allow, current_actor, disclosed, shown
from engagement.core.errors import Refused
from engagement.core.ids import whole_number
from engagement.core.pages import page_number
from engagement.core.spreadsheets import spreadsheet
from engagement.db import reading, unit_of_work
from engagement.people.absence import put_off
from engagement.people.duty_queries import absences_of
from engagement.people.forms import AbsenceForm, EditOfficerForm, OfficerForm, OfficersFileForm, PostingForm
from engagement.people.officer_import import LAYOUT, OfficerPlan, layout_csv, officer_lines, plan_officers, take_in
from engagement.people.postings import SCOPES, PostingDraft, end_posting, post_to
from engagement.people.queries import account_row, officer_page, places_of, postings_of
from engagement.people.service import (
    OfficerDraft,
    account_of,
    disable,
    edit_officer,
    officer_of,
    open_account,
    send_link,
    take_on,
)
from engagement.settings import Settings
from engagement.web.forms import options
from engagement.web.moment import now, today
from engagement.web.saving import save, saved

bp = Blueprint("admin", __name__, url_prefix="/admin")


@bp.app_template_filter("role")
def role_words(role: str) -> str:
    """A role as people say it."""
    return "PCSO" if role == Role.PCSO else role.replace("_", " ").capitalize()


Answer = BaseResponse | str | tuple[str, int]


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


def _link_terms() -> tuple[str, int]:
    settings = _settings()
    return settings.public_url, settings.number("sign_in", "password_link_hours")


@bp.get("")
@allow(Permission.ADMINISTER)
def index() -> str:
    """Every officer of the force: rank, e-mail, postings."""
    text = request.args.get("q", "")[:120]
    actor, session = current_actor(), reading()
    page = officer_page(session, actor.force_id, text, page_number(request.args.get("page")), today())
    ids = [row.id for row in page.rows]
    shown("officer", ids)
    return render_template("people/officers.html", page=page, postings=postings_of(session, ids), q=text, today=today())


@bp.get("/officers.csv")
@allow(Permission.ADMINISTER)
def officers_list() -> Response:
    """Every officer as a spreadsheet in the layout in which officers are taken in, a line for each posting of today."""
    rows = officer_lines(reading(), current_actor().force_id, today())
    disclosed("officer", {row[0] for row in rows}, "spreadsheet")
    headers = {"Content-Disposition": f'attachment; filename="officers-{today():%Y-%m-%d}.csv"'}
    return Response(spreadsheet(LAYOUT, (row[1:] for row in rows)), mimetype="text/csv", headers=headers)


@bp.get("/officers/new")
@allow(Permission.ADMINISTER, shows_nothing=True)
def new_officer() -> str:
    """The form for a new officer."""
    return render_template("people/new_officer.html", form=OfficerForm(formdata=None))


@bp.post("/officers/new")
@allow(Permission.ADMINISTER)
def make_officer() -> Answer:
    """Takes an officer on; one with an e-mail gets the link that sets a password."""
    form = OfficerForm()

    def take_them_on(work: Session) -> int:
        draft = OfficerDraft(
            name=form.name.data or "",
            rank=form.rank.data,
            collar_number=form.collar_number.data or "",
            telephone=form.telephone.data or "",
            email=form.email.data or "",
        )
        officer = take_on(work, current_actor(), draft, now=now())
        if draft.email:
            _mail_link(work, officer.id)
        return officer.id

    officer_id = save(form, take_them_on)
    if officer_id is not None:
        return _to_officer(officer_id, _("%(name)s is in the diary. Say where they are posted.", name=form.name.data))
    return render_template("people/new_officer.html", form=form), 422


def _to_officer(officer_id: int, words: str) -> BaseResponse:
    """Back to the officer's page, which says what was done."""
    flash(words)
    return redirect(url_for("admin.officer", officer_id=officer_id), 303)


def _mail_link(work: Session, officer_id: int) -> None:
    account = account_of(work, current_actor(), officer_id)
    public_url, hours = _link_terms()
    send_link(work, current_actor(), account.id, public_url=public_url, hours=hours, first=account.password_hash is None, now=now())


@bp.get("/officers/<int:officer_id>")
@allow(Permission.ADMINISTER)
def officer(officer_id: int) -> str:
    """One officer: account, postings, days off."""
    return _officer_page(officer_id)


def _officer_page(officer_id: int, **forms: Any) -> str:
    session, actor = reading(), current_actor()
    found = officer_of(session, actor, officer_id)
    shown("officer", [officer_id])
    teams, areas = places_of(session, actor.force_id)
    posting = PostingForm(formdata=None, prefix="posting", starts_on=today())
    page: dict[str, Any] = {
        "edit": EditOfficerForm(formdata=None, prefix="edit", obj=found),
        "posting": posting,
        "absence": AbsenceForm(formdata=None, prefix="absence"),
    } | forms
    choices = [("", _("The whole force"))] + [(f"t{t.id}", _("Team %(n)s", n=t.name)) for t in teams]
    page["posting"].place.choices = options(choices + [(f"a{a.id}", _("Area %(n)s", n=a.name)) for a in areas])
    return render_template(
        "people/officer.html",
        officer=found,
        account=account_row(session, officer_id),
        postings=postings_of(session, [officer_id])[officer_id],
        absences=absences_of(session, officer_id, today()),
        today=today(),
        **page,
    )


@bp.post("/officers/<int:officer_id>")
@allow(Permission.ADMINISTER)
def change_officer(officer_id: int) -> Answer:
    """Changes name, rank, telephone."""
    form = EditOfficerForm(prefix="edit")
    version = form.version.data or 0

    def edit(work: Session) -> None:
        draft = OfficerDraft(name=form.name.data or "", rank=form.rank.data, collar_number="", telephone=form.telephone.data or "")
        edit_officer(work, current_actor(), officer_id, draft, version=version, now=now())

    if saved(form, edit):
        return _to_officer(officer_id, _("Saved."))
    if form.theirs:
        form.version.raw_data = None
        form.version.data = officer_of(reading(), current_actor(), officer_id).version
    return _officer_page(officer_id, edit=form, theirs=form.theirs), 422


@bp.post("/officers/<int:officer_id>/postings")
@allow(Permission.ADMINISTER)
def make_posting(officer_id: int) -> Answer:
    """Posts an officer."""
    form = PostingForm(prefix="posting")
    form.place.choices = []
    if saved(form, lambda work: post_to(work, current_actor(), officer_id, _posting(form), now=now())):
        return _to_officer(officer_id, _("Posted."))
    return _officer_page(officer_id, posting=form), 422


def _posting(form: PostingForm) -> PostingDraft:
    place, role = form.place.data or "", Role(form.role.data)
    fits = place[:1] == {"team": "t", "area": "a", "force": ""}[SCOPES[role][0]]
    return PostingDraft(
        role=role,
        place_id=whole_number(place[1:]) if fits else None,
        starts_on=form.starts_on.data or today(),
        ends_on=form.ends_on.data,
        cover=form.cover.data,
    )


@bp.post("/postings/<int:posting_id>/end")
@allow(Permission.ADMINISTER)
def finish_posting(posting_id: int) -> BaseResponse:
    """Ends a posting today."""
    with unit_of_work() as work:
        officer_id = end_posting(work, current_actor(), posting_id, last_day=today(), now=now()).officer_id
    return _to_officer(officer_id, _("The posting ends today."))


@bp.post("/officers/<int:officer_id>/absences")
@allow(Permission.ADMINISTER)
def make_absence(officer_id: int) -> Answer:
    """Says that an officer is off."""
    form = AbsenceForm(prefix="absence")

    def put_them_off(work: Session) -> None:
        first, last = form.starts_on.data, form.ends_on.data
        assert first is not None
        assert last is not None
        put_off(work, current_actor(), officer_id, first, last, reason=form.reason.data, now=now())

    if saved(form, put_them_off):
        return _to_officer(officer_id, _("Saved."))
    return _officer_page(officer_id, absence=form), 422


@bp.post("/officers/<int:officer_id>/account")
@allow(Permission.ADMINISTER)
def change_account(officer_id: int) -> Answer:
    """Opens an account, sends a link, closes the account or opens it again."""
    what = request.form.get("what", "")
    with unit_of_work() as work:
        actor = current_actor()
        if what == "open":
            officer_of(work, actor, officer_id)
            open_account(work, actor, officer_id, request.form.get("email", ""), now=now())
        if what in ("open", "link"):
            _mail_link(work, officer_id)
        elif what in ("close", "reopen"):
            disable(work, actor, officer_id, off=what == "close", now=now())
        else:
            raise Refused("Choose one of the buttons.")
    said = {"close": _("The account is closed; its sessions have ended."), "reopen": _("The account is open again.")}
    return _to_officer(officer_id, said.get(what, _("A link is on its way to them.")))


@bp.get("/officers/layout.csv")
@allow(Permission.ADMINISTER, shows_nothing=True)
def officers_layout() -> Response:
    """The layout of the spreadsheet, with one invented officer."""
    answer = Response(layout_csv(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = "attachment; filename=officers.csv"
    return answer


@bp.get("/officers/import")
@allow(Permission.ADMINISTER, shows_nothing=True)
def officers_file() -> str:
    """Asks for a spreadsheet of officers."""
    return render_template("people/officers_file.html", form=OfficersFileForm(formdata=None), plan=None)


@bp.post("/officers/import")
@allow(Permission.ADMINISTER)
def import_officers() -> Answer:
    """Shows what the file would do; with the second button takes it in, all or nothing."""
    form = OfficersFileForm()
    plan: OfficerPlan | None = None
    actor = current_actor()
    try:
        content = form.content()
        if form.sure.data:
            public_url, hours = _link_terms()
            with unit_of_work() as work:
                made = take_in(
                    work, actor, plan_officers(work, actor, content, today=today()), public_url=public_url, hours=hours, now=now()
                )
            flash(_("%(n)s officers are in the diary; those with an e-mail get a link.", n=made))
            return redirect(url_for("admin.index"), 303)
        plan = plan_officers(reading(), actor, content, today=today())
        form.keep(content)
    except Refused as refusal:
        form.refuse(refusal)
    status = 422 if form.problems or (plan and plan.errors) else 200
    return render_template("people/officers_file.html", form=form, plan=plan), status
