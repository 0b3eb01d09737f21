"""Pages that change a concern itself: its words, its owner, who else raises it, how it ends aside."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from engagement.access.domain import Permission
from engagement.access.guard import allow, current_actor, shown
from engagement.concerns.checks import CLOSED, readable_concern
from engagement.concerns.domain import ConcernState
from engagement.concerns.forms import AgainForm, AsideForm, EditConcernForm, GiveForm
from engagement.concerns.models import Concern
from engagement.concerns.routes import offer_groups, officer_choices, raising_of
from engagement.concerns.service import (
    close_aside,
    edit_concern,
    give_to,
    raise_again,
)
from engagement.concerns.still_open import open_near
from engagement.core.errors import Refused
from engagement.db import reading
from engagement.web.moment import now
from engagement.web.saving import save, saved

bp = Blueprint("concern_changes", __name__)
Answer = BaseResponse | str | tuple[str, int]


def back(concern_id: int | None, said: str) -> BaseResponse:
    """To the concern's page, or to the shift for what belongs to none, with a line that says what was kept."""
    flash(said)
    return redirect(url_for("profile.concern", concern_id=concern_id) if concern_id is not None else url_for("shift.index"), 303)


@bp.get("/concerns/<int:concern_id>/edit")
@allow(Permission.WRITE_DIARY)
def edit(concern_id: int) -> Answer:
    """The words of a concern, to be changed."""
    concern = readable_concern(reading(), current_actor(), concern_id)
    if concern.state == ConcernState.CLOSED:
        return back(concern_id, _(CLOSED))
    shown("concern", [concern.id])
    form = EditConcernForm(obj=concern, override_reason="", reason="")
    form.offer()
    return render_template("concerns/edit.html", form=form, concern=concern)


@bp.post("/concerns/<int:concern_id>/edit")
@allow(Permission.WRITE_DIARY)
def change(concern_id: int) -> Answer:
    """Changes the words; the version before is kept."""
    concern = readable_concern(reading(), current_actor(), concern_id)
    form = EditConcernForm()
    form.offer()
    if saved(form, lambda session: edit_concern(session, current_actor(), form.draft(concern), now=now())):
        return back(concern_id, _("Saved. The earlier words are kept."))
    return _again(form, "concerns/edit.html", concern_id)


def _again(form: Any, template: str, concern_id: int) -> Answer:
    """The form once more, with its refusals; after a conflict it is based on what the concern says now."""
    concern = readable_concern(reading(), current_actor(), concern_id)
    if form.theirs and "version" in form:
        form.version.data = str(concern.version)
    return render_template(template, form=form, concern=concern), 422


@bp.get("/concerns/<int:concern_id>/again")
@allow(Permission.WRITE_DIARY)
def again(concern_id: int) -> str:
    """The form for another raiser of the same matter."""
    concern = readable_concern(reading(), current_actor(), concern_id)
    shown("concern", [concern.id])
    form = _again_form()
    form.begin_now(now())
    return render_template("concerns/again.html", form=form, concern=concern)


@bp.post("/concerns/<int:concern_id>/again")
@allow(Permission.WRITE_DIARY)
def raise_it_again(concern_id: int) -> Answer:
    """Adds a raising to the concern."""
    actor = current_actor()
    concern = readable_concern(reading(), actor, concern_id)
    was_closed = concern.state == ConcernState.CLOSED
    form = _again_form()
    if form.group.data:
        offer_groups(reading(), actor, form)

    def add(session: Session) -> Any:
        return raise_again(session, actor, concern_id, raising_of(session, actor, form), now=now())

    if saved(form, add):
        return back(concern_id, _("Added. The concern is open again.") if was_closed else _("Added to those who raised it."))
    return _again(form, "concerns/again.html", concern_id)


def _again_form() -> AgainForm:
    form = AgainForm()
    form.offer_raiser(officer_choices(reading(), current_actor()), current_actor().officer_id)
    return form


@bp.get("/concerns/<int:concern_id>/aside")
@allow(Permission.WRITE_DIARY)
def aside(concern_id: int) -> Answer:
    """The ways in which a concern ends beside the work on it."""
    concern = readable_concern(reading(), current_actor(), concern_id)
    if concern.state == ConcernState.CLOSED:
        return back(concern_id, _(CLOSED))
    shown("concern", [concern.id])
    form = _aside_form(concern)
    form.version.data = str(concern.version)
    return render_template("concerns/aside.html", form=form, concern=concern)


@bp.post("/concerns/<int:concern_id>/aside")
@allow(Permission.WRITE_DIARY)
def end_aside(concern_id: int) -> Answer:
    """Ends it aside; the raisers are still to be told."""
    concern = readable_concern(reading(), current_actor(), concern_id)
    form = _aside_form(concern)
    kept = save(form, lambda session: close_aside(session, current_actor(), form.draft(concern_id), now=now()))
    if kept is not None:
        closed = kept.state == ConcernState.CLOSED
        return back(concern_id, _("Closed: everybody knows.") if closed else _("Saved. Now tell those who raised it."))
    return _again(form, "concerns/aside.html", concern_id)


def _aside_form(concern: Concern) -> AsideForm:
    form = AsideForm()
    near = open_near(reading(), current_actor(), neighbourhood_ids=[concern.neighbourhood_id])
    form.offer(c for c in near if c.id != concern.id)
    return form


@bp.get("/concerns/<int:concern_id>/give")
@allow(Permission.WRITE_DIARY)
def give(concern_id: int) -> str:
    """Who should look after it."""
    concern = readable_concern(reading(), current_actor(), concern_id)
    shown("concern", [concern.id])
    form = _give_form()
    form.officer_id.data = concern.owner_id
    return render_template("concerns/give.html", form=form, concern=concern)


@bp.post("/concerns/<int:concern_id>/give")
@allow(Permission.WRITE_DIARY)
def hand_over(concern_id: int) -> Answer:
    """Gives the concern to another officer."""
    concern = readable_concern(reading(), current_actor(), concern_id)
    form = _give_form()

    def give_it(session: Session) -> Any:
        if form.officer_id.data is None:
            raise Refused("Choose an officer", field="officer_id")
        return give_to(session, current_actor(), [concern_id], form.officer_id.data, now=now())

    if saved(form, give_it):
        flash(_("Given."))
        if concern.sensitive and form.officer_id.data != current_actor().officer_id:
            return redirect(url_for("concerns.register"), 303)  # it may be closed to the giver now
        return redirect(url_for("profile.concern", concern_id=concern_id), 303)
    return _again(form, "concerns/give.html", concern_id)


def _give_form() -> GiveForm:
    form = GiveForm()
    form.offer(officer_choices(reading(), current_actor()))
    return form
