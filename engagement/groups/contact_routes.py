"""Pages of the people who speak for a group: add, change, end, write again to an address that bounced."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from engagement.access.domain import Permission
from engagement.access.guard import allow, current_actor, shown
from engagement.core.ids import whole_number
from engagement.db import reading, unit_of_work
from engagement.groups import service
from engagement.groups.contacting import contact_to_read
from engagement.groups.forms import ContactForm
from engagement.groups.queries import group_to_read
from engagement.web.moment import now
from engagement.web.saving import saved

bp = Blueprint("contacts", __name__)

Answer = str | BaseResponse | tuple[str, int]


@bp.get("/groups/<int:group_id>/contacts/new")
@allow(Permission.WRITE_DIARY)
def new(group_id: int) -> str:
    """The form for somebody who speaks for the group."""
    group = group_to_read(reading(), current_actor(), group_id)
    shown("group", [group.id])
    return render_template("groups/contact.html", form=ContactForm(data={"gets_letters": True}), group=group, contact=None)


@bp.post("/groups/<int:group_id>/contacts/new")
@allow(Permission.WRITE_DIARY)
def add(group_id: int) -> Answer:
    """Adds the contact."""
    group = group_to_read(reading(), current_actor(), group_id)
    form = ContactForm()
    if saved(form, lambda session: service.add_contact(session, current_actor(), group_id, form.draft(), now=now())):
        flash(_("Saved."))
        return redirect(f"/groups/{group_id}", 303)
    return render_template("groups/contact.html", form=form, group=group, contact=None), 422


@bp.get("/groups/<int:group_id>/contacts/<int:contact_id>")
@allow(Permission.WRITE_DIARY)
def edit(group_id: int, contact_id: int) -> str:
    """The form with what is known of a contact."""
    group = group_to_read(reading(), current_actor(), group_id)
    contact = contact_to_read(reading(), current_actor(), contact_id, group_id=group_id)
    form = ContactForm()
    form.show(contact)
    shown("contact", [contact.id])
    return render_template("groups/contact.html", form=form, group=group, contact=contact)


@bp.post("/groups/<int:group_id>/contacts/<int:contact_id>")
@allow(Permission.WRITE_DIARY)
def change(group_id: int, contact_id: int) -> Answer:
    """Changes the contact; where somebody else was quicker, shows both versions."""
    group = group_to_read(reading(), current_actor(), group_id)
    contact = contact_to_read(reading(), current_actor(), contact_id, group_id=group_id)
    form, differing = ContactForm(), []
    version = whole_number(form.version.data) or 0
    if saved(form, lambda session: service.edit_contact(session, current_actor(), contact_id, form.draft(), version=version, now=now())):
        flash(_("Saved."))
        return redirect(f"/groups/{group_id}", 303)
    if form.theirs:
        contact = contact_to_read(reading(), current_actor(), contact_id)
        differing = _differing(form)
        form.version.data = str(contact.version)
    return render_template("groups/contact.html", form=form, group=group, contact=contact, differing=differing), 422


def _differing(form: ContactForm) -> list[tuple[str, str, str]]:
    """Label, theirs and yours of every fact in which the two differ."""
    found = []
    for name, theirs in form.theirs.items():
        if name in form and name != "ended":
            typed = form[name].data
            mine = ("Yes" if typed else "No") if isinstance(typed, bool) else str(typed or "")
            if mine != theirs:
                found.append((str(form[name].label.text), theirs, mine))
        elif name == "ended":
            found.append((_("Contact"), theirs, ""))
    return found


@bp.post("/groups/<int:group_id>/contacts/<int:contact_id>/end")
@allow(Permission.WRITE_DIARY)
def end(group_id: int, contact_id: int) -> BaseResponse:
    """They no longer speak for the group."""
    with unit_of_work() as session:
        contact_to_read(session, current_actor(), contact_id, group_id=group_id)
        service.end_contact(session, current_actor(), contact_id, now=now())
    flash(_("Saved: they are no longer a contact of this group."))
    return redirect(f"/groups/{group_id}", 303)


@bp.post("/groups/<int:group_id>/contacts/<int:contact_id>/resume-mail")
@allow(Permission.WRITE_DIARY)
def resume_mail(group_id: int, contact_id: int) -> BaseResponse:
    """Their address works again."""
    with unit_of_work() as session:
        contact_to_read(session, current_actor(), contact_id, group_id=group_id)
        service.resume_mail(session, current_actor(), contact_id, now=now())
    flash(_("Saved: letters go to this address again."))
    return redirect(f"/groups/{group_id}", 303)
