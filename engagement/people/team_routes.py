"""Pages of the administrator: teams, the area each belongs to, and how people reach them."""

from __future__ import annotations

import json

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engagement.access.domain import Permission
from engagement.access.guard import allow, current_actor, shown
from engagement.db import reading
from engagement.people.forms import TeamForm
from engagement.people.queries import places_of
from engagement.people.teams import TeamDraft, edit_team, make_team, neighbourhoods_of, team_of, teams_of
from engagement.web.moment import now
from engagement.web.saving import saved

bp = Blueprint("teams", __name__, url_prefix="/admin/teams")

Answer = Response | str | tuple[str, int]


@bp.get("")
@allow(Permission.ADMINISTER)
def index() -> str:
    """Every team of the force, with its area, its neighbourhoods and how people reach it."""
    rows = teams_of(reading(), current_actor().force_id)
    ids = [row.id for row in rows]
    shown("team", ids)
    return render_template("people/teams.html", rows=rows, neighbourhoods=neighbourhoods_of(reading(), ids))


@bp.get("/new")
@allow(Permission.ADMINISTER, shows_nothing=True)
def new() -> str:
    """The form for a new team."""
    return _page(TeamForm(formdata=None), _("Add a team"))


@bp.post("/new")
@allow(Permission.ADMINISTER)
def make() -> Answer:
    """Makes a team."""
    form = TeamForm()
    if saved(form, lambda work: make_team(work, current_actor(), _draft(form), now=now())):
        return _to_teams(_("Team %(name)s is in the diary.", name=form.name.data))
    return _page(form, _("Add a team")), 422


@bp.get("/<int:team_id>")
@allow(Permission.ADMINISTER)
def team(team_id: int) -> str:
    """The form that changes a team."""
    said = team_of(reading(), current_actor(), team_id)
    shown("team", [team_id])
    return _page(TeamForm(formdata=None, obj=said, read=_packed(said)), _("Team %(name)s", name=said.name))


@bp.post("/<int:team_id>")
@allow(Permission.ADMINISTER)
def change(team_id: int) -> Answer:
    """Changes name, area, e-mail and telephone."""
    form = TeamForm()
    said = team_of(reading(), current_actor(), team_id)
    if saved(form, lambda work: edit_team(work, current_actor(), team_id, _draft(form), read=_unpacked(form.read.data), now=now())):
        return _to_teams(_("Saved."))
    if form.theirs:
        form.read.data = _packed(said)
    return _page(form, _("Team %(name)s", name=said.name)), 422


def _page(form: TeamForm, heading: str) -> str:
    areas = [row.name for row in places_of(reading(), current_actor().force_id)[1]]
    return render_template("people/team.html", form=form, heading=heading, areas=areas)


def _to_teams(words: str) -> Response:
    flash(words)
    return redirect(url_for("teams.index"), 303)


def _draft(form: TeamForm) -> TeamDraft:
    name, area, telephone = form.name.data or "", form.area.data or "", form.telephone.data or ""
    return TeamDraft(name=name, area=area, email=form.email.data or "", telephone=telephone)


def _packed(said: TeamDraft) -> str:
    """What the form was shown with, so that the second of two people is told."""
    return json.dumps([said.name, said.area, said.email, said.telephone])


def _unpacked(text: str | None) -> TeamDraft:
    """The same again; what makes no sense says nothing, and so differs from what any team says."""
    try:
        parts = json.loads(text or "")
        name, area, email, telephone = (str(part) for part in parts)
    except (ValueError, TypeError):
        return TeamDraft(name="", area="", email="", telephone="")
    return TeamDraft(name=name, area=area, email=email, telephone=telephone)
