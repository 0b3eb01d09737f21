"""Pages of rest days, leave and cover: one's own, an officer's, and the team's month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engagement.access.domain import Permission
from engagement.access.guard import allow, current_actor, shown
from engagement.core.dates import say_date
from engagement.core.errors import Missing
from engagement.core.ids import whole_number
from engagement.core.months import Month
from engagement.db import reading, unit_of_work
from engagement.people.absence import begin_pattern, note_days_off, officer_whose_days, take_back_days_off
from engagement.people.cover_ending import end_cover
from engagement.people.covering import cover, covered_by, covers_of, who_may_cover
from engagement.people.duty import OfficerDays, back_on, hours_on, next_duty_day, off_until, on_duty, why_off
from engagement.people.duty_forms import CoverForm, DaysOffForm, PatternForm
from engagement.people.duty_month import Standin, cells, say_pattern, standin_on, weeks_of
from engagement.people.duty_queries import absences_of, days_of
from engagement.people.queries import home_officers
from engagement.web.forms import options
from engagement.web.moment import now, today
from engagement.web.saving import saved

bp = Blueprint("duty", __name__)

Answer = str | Response | tuple[str, int]


@bp.get("/me/duty")
@allow(Permission.READ_DIARY)
def mine() -> str:
    """My rest days and leave."""
    if current_actor().officer_id is None:
        raise Missing
    return _page(current_actor().officer_id or 0)


@bp.get("/duty")
@allow(Permission.DECIDE_OVERDUE)
def team() -> str:
    """The month of the teams that the actor leads, officer by officer."""
    month, session, led = _month(), reading(), current_actor().teams(Permission.DECIDE_OVERDUE)
    people = home_officers(session, led, today())
    ids, weeks = [person.id for person in people], weeks_of(month)
    set_up = covers_of(session, ids, min(month.first, today()), teams=led)
    days, covers = _days_and_covers(session, ids, set_up, month.first)
    left = [one for one in set_up if one.officer_id not in days and one.ends_on >= today()]
    rows = [(p, cells(days[p.id], weeks, month, today(), covers.get(p.id, ()))) for p in people]
    off = [(p, back_on(days[p.id], today()), standin_on(covers.get(p.id, ()), today())) for p in people if not on_duty(days[p.id], today())]
    shown("officer", ids)
    return render_template("people/team_duty.html", month=month, weeks=weeks, rows=rows, off=off, left=left)


@bp.get("/duty/<int:officer_id>")
@allow(Permission.READ_DIARY)
def officer(officer_id: int) -> str:
    """An officer's rest days and leave: my own, or of somebody of a team that I lead."""
    return _page(officer_id)


@bp.post("/duty/<int:officer_id>/pattern")
@allow(Permission.READ_DIARY)
def begin(officer_id: int) -> Answer:
    """A pattern begins."""
    form = PatternForm(prefix="pattern")
    if saved(form, lambda work: begin_pattern(work, current_actor(), officer_id, form.draft(), now=now())):
        return _back(officer_id, _("The pattern holds from that day on."))
    return _page(officer_id, pattern=form), 422


@bp.post("/duty/<int:officer_id>/off")
@allow(Permission.READ_DIARY)
def add_days_off(officer_id: int) -> Answer:
    """Notes days off."""
    form = DaysOffForm(prefix="off")

    def note(work: Session) -> None:
        first = form.starts_on.data
        assert first is not None
        note_days_off(work, current_actor(), officer_id, first, form.ends_on.data or first, reason=form.reason.data, now=now())

    if saved(form, note):
        return _back(officer_id, _("Saved. What is due meanwhile goes to whoever covers; clocks keep running."))
    return _page(officer_id, days_off=form), 422


@bp.post("/duty/off/<int:absence_id>/back")
@allow(Permission.READ_DIARY)
def take_back(absence_id: int) -> Response:
    """Takes days off back from today on."""
    with unit_of_work() as work:
        officer_id = take_back_days_off(work, current_actor(), absence_id, now=now()).officer_id
    return _back(officer_id, _("Taken back from today on."))


@bp.post("/duty/<int:officer_id>/cover")
@allow(Permission.DECIDE_OVERDUE)
def set_cover(officer_id: int) -> Answer:
    """Sets who covers, and says on which days nobody is there."""
    form, alone = CoverForm(prefix="cover"), 0

    def put(work: Session) -> None:
        nonlocal alone
        first, last = form.starts_on.data, form.ends_on.data
        assert first is not None
        assert last is not None
        _made, alone = cover(work, current_actor(), officer_id, whole_number(form.cover_id.data), first, last, now=now())

    if saved(form, put):
        said = _("Covered. They see it on their shift.")
        if alone:
            said += " " + _("On %(n)s of these days both are off, and nobody covers.", n=alone)
        return _back(officer_id, said)
    return _page(officer_id, cover_form=form), 422


@bp.post("/duty/cover/<int:cover_id>/end")
@allow(Permission.READ_DIARY)
def finish_cover(cover_id: int) -> Response:
    """Ends a cover now, and the access with it; back to whose days these are, or to the team's where they have left it."""
    said = _("The cover has ended, and the access that came with it.")
    with unit_of_work() as work:
        officer_id = end_cover(work, current_actor(), cover_id, now=now()).officer_id
        led = home_officers(work, current_actor().teams(Permission.DECIDE_OVERDUE), today())
    if officer_id in {current_actor().officer_id, *(person.id for person in led)}:
        return _back(officer_id, said)
    flash(said)
    return redirect("/duty", 303)


def _page(
    officer_id: int, *, pattern: PatternForm | None = None, days_off: DaysOffForm | None = None, cover_form: CoverForm | None = None
) -> str:
    session, actor, month = reading(), current_actor(), _month()
    person = officer_whose_days(session, actor, officer_id, today())
    since = min(month.first, today())
    set_up = covers_of(session, [officer_id], since)
    known, covers = _days_and_covers(session, [officer_id], set_up, since)
    days, standins = known[officer_id], covers.get(officer_id, [])
    leads = bool(actor.teams(Permission.DECIDE_OVERDUE))
    shown("officer", [officer_id])
    return render_template(
        "people/duty.html",
        officer=person,
        own=officer_id == actor.officer_id,
        leads=leads,
        month=month,
        weeks=cells(days, weeks_of(month), month, today(), standins),
        off=why_off(days, today()),
        until=off_until(days, today()),
        next_on=next_duty_day(days, today()),
        hours=hours_on(days, today()),
        pattern_words=say_pattern(days, today()),
        absences=[one for one in absences_of(session, officer_id, today()) if one.ends_on >= one.starts_on],
        covers=[one for one in set_up if one.ends_on >= today()],
        covered_by=covered_by(session, officer_id, today()),
        pattern=pattern or PatternForm(formdata=None, prefix="pattern", kind="cycle"),
        days_off=days_off or DaysOffForm(formdata=None, prefix="off"),
        cover_form=_with_people(session, person, cover_form, days) if leads else None,
    )


def _with_people(session: Session, person: Any, form: CoverForm | None, days: Any) -> CoverForm:
    """The form of cover with who may cover; fresh, it proposes the time off that runs."""
    if form is None:
        form = CoverForm(formdata=None, prefix="cover")
        until = off_until(days, today())
        form.starts_on.data, form.ends_on.data = (today(), until) if until is not None else (None, None)
    people = who_may_cover(session, person, today())
    theirs = days_of(session, [p.id for p in people], today())
    form.cover_id.choices = options(
        [("", _("Choose an officer")), *((str(p.id), _name(p, back_on(theirs[p.id], today()))) for p in people)]
    )
    return form


def _name(person: Any, back: date | None) -> str:
    said = person.name if person.home else f"{person.name}, {person.team}"
    return said + (" " + _("(off, back %(day)s)", day=_day(back)) if back is not None else "")


def _days_and_covers(
    session: Session, officer_ids: list[int], covers: Sequence[Any], since: date
) -> tuple[dict[int, OfficerDays], dict[int, list[Standin]]]:
    """The days of some officers, and who stands in for each with days of their own, in one question."""
    theirs = [row for row in covers if row.officer_id in set(officer_ids)]
    days = days_of(session, {*officer_ids, *(row.cover_officer_id for row in theirs)}, since)
    found: dict[int, list[Standin]] = {}
    for row in theirs:
        one = Standin(starts_on=row.starts_on, ends_on=row.ends_on, name=row.name, days=days[row.cover_officer_id])
        found.setdefault(row.officer_id, []).append(one)
    return {key: days[key] for key in officer_ids}, found


def _day(day: date) -> str:
    return say_date(day, today())


def _month() -> Month:
    """The month that the address asks for; this one where it asks for none, or for one far away."""
    here = Month.of(today())
    try:
        asked = Month.parse(request.args.get("month", ""))
    except ValueError:
        return here
    return asked if here.plus(-24) <= asked <= here.plus(24) else here


def _back(officer_id: int, said: str) -> Response:
    flash(said)
    return redirect("/me/duty" if officer_id == current_actor().officer_id else f"/duty/{officer_id}", 303)
