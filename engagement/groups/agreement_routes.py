"""Pages of a group's contact agreement: agreeing, its history, asking again, pausing and resuming."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from engagement.access.domain import Permission
from engagement.access.guard import allow, current_actor, shown
from engagement.core.ids import whole_number
from engagement.db import reading, unit_of_work
from engagement.groups import service
from engagement.groups.agreeing import agreement_history, in_words
from engagement.groups.forms import AgreementForm, PauseForm
from engagement.groups.models import Group
from engagement.groups.queries import agreements_of, group_to_read, pauses_of
from engagement.web.moment import now, today
from engagement.web.saving import saved

bp = Blueprint("agreements", __name__)

Answer = str | BaseResponse | tuple[str, int]
LABELS = {"level": "What does it want of us?", "frequency": "How often", "agreed_with": "Agreed with", "starts_on": "From"}


@bp.get("/groups/<int:group_id>/agreement")
@allow(Permission.READ_DIARY)
def show(group_id: int) -> str:
    """The agreement in force as a form, and what was agreed before."""
    group = group_to_read(reading(), current_actor(), group_id)
    form = AgreementForm()
    form.show_agreement(agreements_of(reading(), [group.id]).get(group.id))
    shown("group", [group.id])
    return _page(form, group)


@bp.post("/groups/<int:group_id>/agreement")
@allow(Permission.WRITE_DIARY)
def agree(group_id: int) -> Answer:
    """Ends the agreement in force and begins the next."""
    group = group_to_read(reading(), current_actor(), group_id)
    form = AgreementForm()
    replaces = whole_number(form.replaces.data)
    if saved(form, lambda session: service.agree(session, current_actor(), group_id, form.agreement(), now=now(), replaces=replaces)):
        flash(_("Saved: the agreement holds from today."))
        return redirect(f"/groups/{group_id}", 303)
    if form.theirs:
        group = group_to_read(reading(), current_actor(), group_id)
        present = agreements_of(reading(), [group_id]).get(group_id)
        form.replaces.data = str(present.id) if present else ""
    return _page(form, group), 422


def _page(form: AgreementForm, group: Group) -> str:
    history = [(row, in_words(row)) for row in agreement_history(reading(), group.id)]
    theirs = {_(LABELS[name]): words for name, words in form.theirs.items()}
    return render_template("groups/agreement.html", form=form, group=group, history=history, theirs=theirs)


@bp.post("/groups/<int:group_id>/agreement/confirm")
@allow(Permission.WRITE_DIARY)
def confirm(group_id: int) -> BaseResponse:
    """An on-request group was asked: this is still right."""
    with unit_of_work() as session:
        service.confirm(session, current_actor(), group_id, now=now())
    flash(_("Saved: ask again in a year."))
    return redirect(f"/groups/{group_id}", 303)


@bp.get("/groups/<int:group_id>/pause")
@allow(Permission.READ_DIARY)
def pause(group_id: int) -> str:
    """The form that pauses a group, and its pauses so far."""
    group = group_to_read(reading(), current_actor(), group_id)
    shown("group", [group.id])
    return _pause_page(PauseForm(data={"starts_on": today()}), group)


@bp.post("/groups/<int:group_id>/pause")
@allow(Permission.WRITE_DIARY)
def begin_pause(group_id: int) -> Answer:
    """Pauses the group."""
    group = group_to_read(reading(), current_actor(), group_id)
    form = PauseForm()
    actor, first, last = current_actor(), form.starts_on, form.until
    if saved(
        form,
        lambda session: service.pause(
            session, actor, group_id, reason=form.reason.data or "", starts_on=first.data, until=last.data, now=now()
        ),
    ):
        flash(_("Saved: it is not due while it is paused."))
        return redirect(f"/groups/{group_id}", 303)
    return _pause_page(form, group), 422


def _pause_page(form: PauseForm, group: Group) -> str:
    past = pauses_of(reading(), [group.id]).get(group.id, [])
    return render_template("groups/pause.html", form=form, group=group, pauses=sorted(past, key=lambda p: p.starts_on, reverse=True))


@bp.post("/groups/<int:group_id>/pause/end")
@allow(Permission.WRITE_DIARY)
def end_pause(group_id: int) -> BaseResponse:
    """Ends the pause."""
    with unit_of_work() as session:
        service.end_pause(session, current_actor(), group_id, now=now())
    flash(_("The pause is over."))
    return redirect(f"/groups/{group_id}", 303)
