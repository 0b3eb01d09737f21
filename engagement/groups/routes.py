"""Pages of the register: the list, finding by name, making and changing a group, its owner, its sleep."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from engagement.access.domain import Permission
from engagement.access.guard import allow, current_actor, disclosed, shown
from engagement.core.errors import Refused
from engagement.core.ids import whole_number
from engagement.core.pages import page_number
from engagement.core.spreadsheets import spreadsheet
from engagement.db import reading, unit_of_work
from engagement.groups import register, service
from engagement.groups.drafts import GroupDraft
from engagement.groups.forms import DormantForm, GroupForm, NewGroupForm, OwnerForm
from engagement.groups.frequency import Frequency
from engagement.groups.history import Changed, history
from engagement.groups.models import Group
from engagement.groups.queries import LONGEST_TYPED, find_by_name, group_to_read, visible_to
from engagement.groups.standing import Standing
from engagement.groups.vocabulary import characteristics, kinds
from engagement.web.moment import now, today
from engagement.web.saving import save, saved

bp = Blueprint("groups", __name__)

Answer = str | BaseResponse | tuple[str, int]
FOUND_AT_MOST = 20


@bp.get("/groups")
@allow(Permission.READ_DIARY)
def index() -> str:
    """The register, filtered, sorted and paged by its address."""
    actor, session = current_actor(), reading()
    wanted = register.Wanted.read(request.args)
    page = register.page_of(session, actor, wanted, today(), page_number(request.args.get("page")))
    shown("group", [line.id for line in page.rows])
    return render_template(
        "groups/index.html",
        page=page,
        wanted=wanted,
        neighbourhoods=register.neighbourhoods_of(session, actor),
        officers=register.owners_of(session, actor, today(), also=wanted.owner),
        kinds=kinds(),
        characteristics=characteristics(),
        standings=[(register.LATE, _("Overdue, all")), *((s.value, s.label) for s in Standing)],
        frequencies=[(f.value, f.label) for f in Frequency],
        quick={register.LATE: _("Overdue"), "due_soon": _("Due soon"), "never_contacted": _("Never contacted")},
        mine=actor.officer_id,
        may_import=actor.may(Permission.IMPORT_GROUPS),
    )


@bp.get("/groups.csv")
@allow(Permission.READ_DIARY)
def download() -> Response:
    """The filtered list as a spreadsheet; OFFICIAL-SENSITIVE groups stay behind."""
    wanted = register.Wanted.read(request.args)
    lines = [line for line in register.all_of(reading(), current_actor(), wanted, today()) if not line.sensitive]
    disclosed("group", [line.id for line in lines], "spreadsheet of the register")
    header = ("group", "kind", "neighbourhood", "owner", "how often", "assumed", "standing", "last contact", "next due")
    rows = ((x.name, x.kind, x.neighbourhood, x.owner, x.how_often, x.assumed, x.badge.words, x.last_on, x.next_due_on) for x in lines)
    return Response(
        spreadsheet(header, rows),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="groups-{today():%Y-%m-%d}-OFFICIAL.csv"'},
    )


@bp.get("/groups/find")
@allow(Permission.WRITE_DIARY)
def find() -> str | Response:
    """Any group of the force by part of its name: a page of links, or JSON where that is asked for."""
    typed = request.args.get("q", "")
    found = find_by_name(reading(), current_actor(), typed, FOUND_AT_MOST)
    shown("group", [group.id for group in found])
    words = kinds()
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        rows = [{"id": str(g.id), "name": g.name, "neighbourhood": g.neighbourhood, "kind": words.get(g.kind, g.kind)} for g in found]
        return jsonify(groups=rows)
    readable = set(reading().scalars(select(Group.id).where(Group.id.in_([g.id for g in found]), visible_to(current_actor()))))
    return render_template("groups/find.html", typed=typed[:LONGEST_TYPED], found=found, readable=readable, kinds=words)


@bp.get("/groups/new")
@allow(Permission.WRITE_DIARY, shows_nothing=True)
def new() -> str:
    """The form for a group that is not in the register."""
    form = NewGroupForm()
    form.show_agreement(None)
    form.name.data = request.args.get("name", "")[:200]
    _offer(form, new=True)
    return render_template("groups/new.html", form=form)


@bp.post("/groups/new")
@allow(Permission.WRITE_DIARY)
def create() -> Answer:
    """Makes the group."""
    form = NewGroupForm()
    _offer(form, new=True)
    actor = current_actor()
    group_id = save(form, lambda session: service.create_group(session, actor, form.draft(agreement=form.agreement()), now=now()).id)
    if group_id is not None:
        flash(_("The group is in the register. Add who speaks for it."))
        return _to_group(group_id)
    return render_template("groups/new.html", form=form), 422


@bp.get("/groups/<int:group_id>/edit")
@allow(Permission.WRITE_DIARY)
def edit(group_id: int) -> str:
    """The form with what the register says of a group."""
    session = reading()
    group = group_to_read(session, current_actor(), group_id)
    content = service.facts(session, group)
    form = GroupForm()
    form.show(group, content["spans"], content["characteristics"])
    _offer(form, also=group.owner_id)
    shown("group", [group.id])
    return render_template("groups/edit.html", form=form, group=group, changes=_changes(form, history(session, group, content)))


@bp.post("/groups/<int:group_id>/edit")
@allow(Permission.WRITE_DIARY)
def change(group_id: int) -> Answer:
    """Changes the group; where somebody else was quicker, shows both versions."""
    group = group_to_read(reading(), current_actor(), group_id)
    form, differing = GroupForm(), []
    _offer(form, also=group.owner_id)
    version = whole_number(form.version.data) or 0
    if saved(form, lambda session: service.edit_group(session, current_actor(), group_id, form.draft(), version=version, now=now())):
        flash(_("Saved."))
        return _to_group(group_id)
    if form.theirs:
        group = group_to_read(reading(), current_actor(), group_id)
        differing = _differing(form, form.draft())
        form.version.data = str(group.version)
    return render_template("groups/edit.html", form=form, group=group, differing=differing), 422


def _changes(form: GroupForm, found: list[Changed]) -> list[tuple[Changed, list[tuple[str, str]]]]:
    """Each change with the labels of the form beside what was said before."""
    labels = {"dormant_on": _("Dormant since"), "dormant_reason": _("Why it is dormant")}
    return [(one, [(str(form[n].label.text) if n in form else labels.get(n, n), words) for n, words in one.before]) for one in found]


def _differing(form: GroupForm, draft: GroupDraft) -> list[tuple[str, str, str]]:
    """Label, theirs and yours of every fact in which the two differ."""
    with suppress(Refused):
        draft = draft.checked()
    typed: dict[str, Any] = {name: getattr(draft, name) for name in service.PLAIN}
    mine = service.said(reading(), typed | {"spans": list(draft.spans), "characteristics": list(draft.characteristics)})
    return [(str(form[name].label.text), theirs, mine[name]) for name, theirs in form.theirs.items() if mine[name] != theirs]


@bp.get("/groups/<int:group_id>/owner")
@allow(Permission.WRITE_DIARY)
def owner(group_id: int) -> str:
    """Who looks after the group."""
    group = group_to_read(reading(), current_actor(), group_id)
    form = OwnerForm(data={"owner_id": group.owner_id})
    form.offer(register.owners_of(reading(), current_actor(), today(), also=group.owner_id))
    shown("group", [group.id])
    return render_template("groups/owner.html", form=form, group=group)


@bp.post("/groups/<int:group_id>/owner")
@allow(Permission.WRITE_DIARY)
def give(group_id: int) -> Answer:
    """Gives the group to an officer."""
    group = group_to_read(reading(), current_actor(), group_id)
    form = OwnerForm()
    form.offer(register.owners_of(reading(), current_actor(), today(), also=group.owner_id))
    if saved(form, lambda session: service.give_to(session, current_actor(), [group_id], form.owner_id.data, now=now())):
        flash(_("Saved."))
        return _to_group(group_id)
    return render_template("groups/owner.html", form=form, group=group), 422


@bp.get("/groups/<int:group_id>/dormant")
@allow(Permission.WRITE_DIARY)
def dormant(group_id: int) -> str:
    """The form that puts a group to sleep."""
    group = group_to_read(reading(), current_actor(), group_id)
    shown("group", [group.id])
    form = DormantForm(formdata=None)
    form.reason.data = request.args.get("why", "")[:200]
    return render_template("groups/dormant.html", form=form, group=group)


@bp.post("/groups/<int:group_id>/dormant")
@allow(Permission.WRITE_DIARY)
def sleep(group_id: int) -> Answer:
    """Puts the group to sleep."""
    group = group_to_read(reading(), current_actor(), group_id)
    form = DormantForm()
    if saved(form, lambda session: service.go_dormant(session, current_actor(), group_id, form.reason.data or "", now=now())):
        flash(_("It is dormant: kept, and never due."))
        return _to_group(group_id)
    return render_template("groups/dormant.html", form=form, group=group), 422


@bp.post("/groups/<int:group_id>/dormant/confirm")
@allow(Permission.WRITE_DIARY)
def sleeps_on(group_id: int) -> BaseResponse:
    """A dormant group was asked again: it sleeps on."""
    with unit_of_work() as session:
        service.still_dormant(session, current_actor(), group_id, now=now())
    flash(_("Saved: ask again in a year."))
    return _to_group(group_id)


@bp.post("/groups/<int:group_id>/wake")
@allow(Permission.WRITE_DIARY)
def wake(group_id: int) -> BaseResponse:
    """Wakes the group."""
    with unit_of_work() as session:
        service.wake(session, current_actor(), group_id, now=now())
    flash(_("It is among the groups to contact again."))
    return _to_group(group_id)


def _offer(form: GroupForm, *, new: bool = False, also: int | None = None) -> None:
    session, actor = reading(), current_actor()
    form.offer(register.neighbourhoods_of_force(session, actor), register.owners_of(session, actor, today(), also=also), new=new)


def _to_group(group_id: int) -> BaseResponse:
    """To the group's page, or to the list where it is not for this officer to read."""
    readable = reading().scalar(select(Group.id).where(Group.id == group_id, visible_to(current_actor())))
    return redirect(f"/groups/{group_id}" if readable else url_for("groups.index"), 303)
