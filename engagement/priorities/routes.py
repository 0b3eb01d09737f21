"""Pages of priorities: by neighbourhood, one with all that belongs to it, adopting, changing and ending one."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from engagement.access.domain import Actor, Permission
from engagement.access.guard import allow, current_actor, disclosed, shown
from engagement.concerns.checks import readable_concern
from engagement.core.errors import Refused
from engagement.core.ids import whole_number
from engagement.core.pages import page_number
from engagement.core.spreadsheets import spreadsheet
from engagement.db import reading
from engagement.groups.register import neighbourhoods_of
from engagement.priorities import service
from engagement.priorities.domain import Ended, How
from engagement.priorities.forms import AdoptForm, EditForm, EndForm
from engagement.priorities.lists import SHOW, listed, rows_for_spreadsheet
from engagement.priorities.queries import live
from engagement.priorities.whole import WholePriority, engagements_to_choose, raised_at_engagement, whole
from engagement.web.moment import now, today
from engagement.web.saving import save, saved

bp = Blueprint("priorities", __name__)
Answer = BaseResponse | str | tuple[str, int]

HEADER = (
    "Neighbourhood", "Team", "Priority", "Agreed on", "Where", "With whom", "Last told on", "Up to date until", "Ended on", "How it ended",
    "Because", "What people asked for (public)", "What we are doing (public)",
)  # fmt: skip


@bp.get("/priorities")
@allow(Permission.EDIT_SUMMARY)
def index() -> str:
    """Neighbourhoods with their priorities, the stalest first."""
    show = request.args.get("show", "all")
    found = listed(reading(), current_actor(), show, today(), page_number(request.args.get("page")))
    shown("priority", [line.id for place in found.page.rows for line in place.lines])
    return render_template("priorities/list.html", found=found, show=show if show in SHOW else "all")


@bp.get("/priorities.csv")
@allow(Permission.EDIT_SUMMARY)
def as_file() -> Response:
    """All of them as a spreadsheet, the ended ones too; what leaves is recorded as disclosed."""
    rows = rows_for_spreadsheet(reading(), current_actor())
    disclosed("priority", [row.id for row in rows], "spreadsheet")
    lines = (
        (
            row.neighbourhood, row.team, row.title, row.agreed_on, row.agreed_at, row.agreed_with, row.told_on,
            row.fresh_until if row.ended_on is None else None, row.ended_on, Ended(row.how_ended).label if row.how_ended else None,
            row.ended_because, row.issue, row.action,
        )
        for row in rows
    )  # fmt: skip
    headers = {"Content-Disposition": f'attachment; filename="priorities-{today():%Y-%m-%d}.csv"'}
    return Response(spreadsheet(("OFFICIAL " + HEADER[0], *HEADER[1:]), lines), mimetype="text/csv", headers=headers)


@bp.get("/priorities/<int:priority_id>")
@allow(Permission.EDIT_SUMMARY)
def one(priority_id: int) -> str:
    """One priority: how fresh, what is behind it, what was done and told, what anyone may read."""
    page = page_of(priority_id)
    return render_template("priorities/one.html", page=page, priority=page.row, ended=Ended, hows=How, problems=[])


def page_of(priority_id: int) -> WholePriority:
    """The priority whole, said to have been shown."""
    page = whole(reading(), current_actor(), priority_id, today())
    shown("priority", [priority_id])
    if page.concerns:
        shown("concern", [concern.id for concern in page.concerns])
    return page


def back(priority_id: int, said: str) -> BaseResponse:
    """To the priority's page, with a line that says what was kept."""
    flash(said)
    return redirect(url_for("priorities.one", priority_id=priority_id), 303)


@bp.get("/priorities/new")
@allow(Permission.WRITE_DIARY)
def new() -> Answer:
    """The form for a new priority, filled in from a concern (`?concern=`) or for a neighbourhood (`?neighbourhood=`)."""
    session, actor = reading(), current_actor()
    places = neighbourhoods_of(session, actor)
    concern_id = whole_number(request.args.get("concern"))
    asked = whole_number(request.args.get("neighbourhood"))
    form = AdoptForm()
    place = asked if asked in {key for key, _name in places} else places[0][0] if places else None
    if concern_id is not None:
        concern = readable_concern(session, actor, concern_id)
        shown("concern", [concern.id])
        if concern.sensitive:
            flash(_("This concern is OFFICIAL-SENSITIVE, and a priority is public."))
            return redirect(url_for("profile.concern", concern_id=concern.id), 303)
        place = concern.neighbourhood_id
        form.concern_id.data, form.title.data, form.issue.data = str(concern.id), concern.title, concern.public_said
    else:
        shown("concern", [])
    meetings = _offer(session, actor, form, place)
    form.neighbourhood_id.data, form.agreed_on.data = place, today()
    if meetings:
        raised = raised_at_engagement(session, concern_id) if concern_id is not None else None
        form.engagement_id.data = raised if raised in meetings else meetings[0]
    return render_template("priorities/new.html", form=form)


@bp.post("/priorities/new")
@allow(Permission.WRITE_DIARY)
def adopt() -> Answer:
    """Makes the priority."""
    form = AdoptForm()
    _offer(reading(), current_actor(), form, form.neighbourhood_id.data)
    made = save(form, lambda session: service.adopt(session, current_actor(), form.draft(), now=now()))
    if made is None:
        return render_template("priorities/new.html", form=form), 422
    if form.issue.data:
        return back(made.id, _("Adopted. Its words for everybody wait for approval: now tell those who raised it."))
    return back(made.id, _("Adopted. Now word it for everybody, and tell those who raised it."))


def _offer(session: Session, actor: Actor, form: AdoptForm, place: int | None) -> list[int]:
    """Fills the form's lists; answers the meetings that may be chosen, by id."""
    places = neighbourhoods_of(session, actor)
    mine = place if place in {key for key, _name in places} else None
    form.offer(places, [(one.id, one.title) for one in live(session, [mine])] if mine is not None else [])
    meetings = engagements_to_choose(session, actor, mine, today()) if mine is not None else []
    form.offer_meetings(meetings, today())
    return [key for key, _day, _words in meetings]


@bp.get("/priorities/<int:priority_id>/edit")
@allow(Permission.WRITE_DIARY)
def edit(priority_id: int) -> Answer:
    """The words of a priority, to be changed."""
    page = page_of(priority_id)
    if page.row.ended_on:
        return back(priority_id, _("This priority has ended."))
    form = _edit_form(page)
    form.title.data, form.version.data = page.row.title, str(page.row.version)
    form.engagement_id.data, form.agreed_on.data = page.row.agreed_engagement_id, page.row.agreed_on
    form.agreed_at.data, form.agreed_with.data = page.row.agreed_at, page.row.agreed_with
    return render_template("priorities/edit.html", form=form, page=page, priority=page.row)


@bp.post("/priorities/<int:priority_id>/edit")
@allow(Permission.WRITE_DIARY)
def change(priority_id: int) -> Answer:
    """Changes the words; what they were is kept."""
    form = _edit_form(page_of(priority_id))
    if saved(form, lambda session: service.edit(session, current_actor(), form.draft(priority_id), now=now())):
        return back(priority_id, _("Saved. The earlier words are kept."))
    return _refused("priorities/edit.html", form, priority_id)


def _refused(template: str, form: EditForm | EndForm, priority_id: int) -> Answer:
    """The form as it was filled in; where somebody was quicker, beside what stands there now, so that it can be sent again."""
    page = page_of(priority_id)
    if form.theirs:
        form.version.data = str(page.row.version)
    return render_template(template, form=form, page=page, priority=page.row), 422


def _edit_form(page: WholePriority) -> EditForm:
    form = EditForm()
    meetings = engagements_to_choose(reading(), current_actor(), page.row.neighbourhood_id, today())
    form.offer_meetings(meetings, today())
    return form


@bp.get("/priorities/<int:priority_id>/end")
@allow(Permission.WRITE_DIARY)
def ending(priority_id: int) -> Answer:
    """The ways in which a priority ends."""
    page = page_of(priority_id)
    if page.row.ended_on:
        return back(priority_id, _("This priority has ended."))
    form = _end_form(page)
    form.version.data, form.ended_on.data = str(page.row.version), today()
    return render_template("priorities/end.html", form=form, page=page, priority=page.row)


@bp.post("/priorities/<int:priority_id>/end")
@allow(Permission.WRITE_DIARY)
def end(priority_id: int) -> Answer:
    """Ends it, and frees its place."""
    form = _end_form(page_of(priority_id))
    if saved(form, lambda session: service.end(session, current_actor(), form.draft(priority_id), now=now())):
        return back(priority_id, _("Ended. Its place is free."))
    return _refused("priorities/end.html", form, priority_id)


def _end_form(page: WholePriority) -> EndForm:
    form = EndForm()
    form.offer((other.id, other.title) for other in live(reading(), [page.row.neighbourhood_id]) if other.id != page.row.id)
    return form


def refused_on(priority_id: int, refusal: Refused, said: str) -> Answer:
    """The priority's page with a refusal on top."""
    page = page_of(priority_id)
    problems = [(refusal.field or "", said)]
    return render_template("priorities/one.html", page=page, priority=page.row, ended=Ended, hows=How, problems=problems), 422
