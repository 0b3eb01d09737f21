"""Phones that hold entries which did not come: what is known of each, and the writing-off of one that will not come back."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engagement.access.domain import Permission
from engagement.access.guard import allow, current_actor, shown
from engagement.core.errors import Missing
from engagement.db import reading, unit_of_work
from engagement.offline.devices import take_back, write_off
from engagement.offline.domain import Gone
from engagement.offline.forms import WriteOffForm
from engagement.offline.models import PhoneWriteOff
from engagement.offline.queries import led_phone, phones_of, write_offs
from engagement.web.moment import now, today
from engagement.web.saving import saved

bp = Blueprint("phones", __name__)


@bp.app_template_filter("gone")
def words_of(gone: str) -> str:
    """What is said of a phone that will not come back: "a phone that ..."."""
    return str(_(Gone(gone).told))


@bp.get("/phones")
@allow(Permission.DECIDE_OVERDUE)
def index() -> str:
    """The phones that hold entries somebody waits for, and those that were written off."""
    session, actor = reading(), current_actor()
    phones = phones_of(session, actor, today())
    gone = write_offs(session, led_phone(actor, today()), PhoneWriteOff.taken_back_at.is_(None))
    shown("device_report", [phone.id for phone in phones])
    shown("phone_write_off", [one.id for one in gone])
    return render_template("offline/phones.html", phones=phones, gone=gone)


@bp.get("/phones/<int:report_id>")
@allow(Permission.DECIDE_OVERDUE)
def one(report_id: int) -> str:
    """What is known of one phone, and the form that writes off what is unsent on it."""
    return _page(report_id, WriteOffForm(formdata=None))


def _page(report_id: int, form: WriteOffForm) -> str:
    session, actor = reading(), current_actor()
    found = phones_of(session, actor, today(), report_id=report_id)
    if not found:
        raise Missing
    history = write_offs(session, PhoneWriteOff.report_id == report_id)
    shown("device_report", [report_id])
    shown("phone_write_off", [one.id for one in history])
    standing = any(one.taken_back_at is None and one.heard_again_at is None for one in history)
    form.heard_at.data = form.heard_at.data or found[0].heard_at.isoformat()
    return render_template("offline/phone.html", phone=found[0], history=history, standing=standing, form=form)


@bp.post("/phones/<int:report_id>/write-off")
@allow(Permission.DECIDE_OVERDUE)
def write_one_off(report_id: int) -> Response | tuple[str, int]:
    """Says that the phone will not come back."""
    form = WriteOffForm()
    if saved(form, lambda session: write_off(session, current_actor(), report_id, form.draft(), now=now())):
        flash(_("It is written off. Ask for what was on it to be logged again from memory."))
        return redirect(f"/phones/{report_id}", 303)
    form.heard_at.data = ""  # what the page shows now is what is written off next
    return _page(report_id, form), 422


@bp.post("/phones/<int:report_id>/take-back")
@allow(Permission.DECIDE_OVERDUE)
def take_one_back(report_id: int) -> Response:
    """Takes the writing-off back."""
    with unit_of_work() as session:
        take_back(session, current_actor(), report_id, now=now())
    flash(_("Taken back. What the phone said last counts again."))
    return redirect(f"/phones/{report_id}", 303)
