"""Pages of the work on a priority: what was done, who was told, the concerns behind it, and its words for everybody."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from engagement.access.domain import Permission
from engagement.access.guard import allow, current_actor
from engagement.core.errors import Missing, Refused
from engagement.db import reading, unit_of_work
from engagement.priorities import service
from engagement.priorities.forms import ConcernForm, ReasonForm, ToldForm, WordsForm, WorkForm
from engagement.priorities.models import Priority, PriorityTold, PriorityWork
from engagement.priorities.routes import Answer, back, page_of, refused_on
from engagement.priorities.whole import WholePriority, concerns_to_choose, engagements_to_choose
from engagement.priorities.working import Line
from engagement.web.errors import say
from engagement.web.moment import now, today
from engagement.web.saving import saved

bp = Blueprint("priority_work", __name__)


@bp.get("/priorities/<int:priority_id>/done")
@allow(Permission.WRITE_DIARY)
def done(priority_id: int) -> str:
    """The form for a line of what was done."""
    page, form = page_of(priority_id), WorkForm()
    form.done_on.data = today()
    return render_template("priorities/done.html", form=form, page=page, priority=page.row)


@bp.post("/priorities/<int:priority_id>/done")
@allow(Permission.WRITE_DIARY)
def add_done(priority_id: int) -> Answer:
    """Adds the line."""
    form = WorkForm()
    if saved(form, lambda session: service.add_work(session, current_actor(), form.draft(priority_id), now=now())):
        return back(priority_id, _("On the record."))
    page = page_of(priority_id)
    return render_template("priorities/done.html", form=form, page=page, priority=page.row), 422


@bp.get("/priorities/<int:priority_id>/told")
@allow(Permission.WRITE_DIARY)
def telling(priority_id: int) -> str:
    """The form for when and how people were told."""
    page = page_of(priority_id)
    form = _told_form(page)
    form.told_on.data = today()
    return render_template("priorities/told.html", form=form, page=page, priority=page.row)


@bp.post("/priorities/<int:priority_id>/told")
@allow(Permission.WRITE_DIARY)
def tell(priority_id: int) -> Answer:
    """Records that people were told."""
    form = _told_form(page_of(priority_id))
    if saved(form, lambda session: service.tell(session, current_actor(), form.draft(priority_id), now=now())):
        return back(priority_id, _("On the record: people were told."))
    page = page_of(priority_id)
    return render_template("priorities/told.html", form=form, page=page, priority=page.row), 422


def _told_form(page: WholePriority) -> ToldForm:
    form = ToldForm()
    form.offer(engagements_to_choose(reading(), current_actor(), page.row.neighbourhood_id, today()), today())
    return form


@bp.get("/priorities/<int:priority_id>/concerns")
@allow(Permission.WRITE_DIARY)
def concerns(priority_id: int) -> Answer:
    """The open concerns that could stand behind it."""
    page = page_of(priority_id)
    if page.row.ended_on:
        return back(priority_id, _("This priority has ended."))
    return render_template("priorities/concern.html", form=_concern_form(page), page=page, priority=page.row)


@bp.post("/priorities/<int:priority_id>/concerns")
@allow(Permission.WRITE_DIARY)
def put_in(priority_id: int) -> Answer:
    """Puts a concern behind it."""
    form = _concern_form(page_of(priority_id))
    if saved(form, lambda session: service.put_in(session, current_actor(), priority_id, form.chosen(), now=now())):
        return back(priority_id, _("It stands behind the priority. Now tell those who raised it."))
    page = page_of(priority_id)
    return render_template("priorities/concern.html", form=form, page=page, priority=page.row), 422


def _concern_form(page: WholePriority) -> ConcernForm:
    form = ConcernForm()
    form.offer(concerns_to_choose(reading(), current_actor(), page.row.id, page.row.neighbourhood_id))
    return form


@bp.get("/priorities/<int:priority_id>/concerns/<int:concern_id>/take-out")
@allow(Permission.WRITE_DIARY)
def taking_out(priority_id: int, concern_id: int) -> str:
    """Why a concern is taken out."""
    page = page_of(priority_id)
    if concern_id not in {concern.id for concern in page.concerns}:
        raise Missing
    return _why_page(page, *_take_out_words(), ReasonForm())


@bp.post("/priorities/<int:priority_id>/concerns/<int:concern_id>/take-out")
@allow(Permission.WRITE_DIARY)
def take_out(priority_id: int, concern_id: int) -> Answer:
    """Takes a concern out."""
    return _why(
        priority_id,
        _take_out_words(),
        lambda session, why: service.take_out(session, current_actor(), priority_id, concern_id, why, now=now()),
    )


@bp.get("/priorities/done/<int:work_id>/withdraw")
@allow(Permission.WRITE_DIARY)
def withdrawing_work(work_id: int) -> str:
    """Why a line of what was done is withdrawn."""
    return _why_page(page_of(_priority_of(PriorityWork, work_id)), *_withdraw_words(), ReasonForm())


@bp.post("/priorities/done/<int:work_id>/withdraw")
@allow(Permission.WRITE_DIARY)
def withdraw_work(work_id: int) -> Answer:
    """Withdraws a line of what was done."""
    key = _priority_of(PriorityWork, work_id)
    return _why(key, _withdraw_words(), lambda session, why: service.withdraw_work(session, current_actor(), work_id, why, now=now()))


@bp.get("/priorities/told/<int:told_id>/withdraw")
@allow(Permission.WRITE_DIARY)
def withdrawing_told(told_id: int) -> str:
    """Why a telling is taken back."""
    return _why_page(page_of(_priority_of(PriorityTold, told_id)), *_told_words(), ReasonForm())


@bp.post("/priorities/told/<int:told_id>/withdraw")
@allow(Permission.WRITE_DIARY)
def withdraw_told(told_id: int) -> Answer:
    """Takes a telling back."""
    key = _priority_of(PriorityTold, told_id)
    return _why(key, _told_words(), lambda session, why: service.withdraw_told(session, current_actor(), told_id, why, now=now()))


@bp.get("/priorities/<int:priority_id>/reopen")
@allow(Permission.WRITE_DIARY)
def reopening(priority_id: int) -> Answer:
    """Why a priority that ended is taken up again."""
    page = page_of(priority_id)
    if not page.row.ended_on:
        return back(priority_id, _("This priority is live."))
    return _why_page(page, *_reopen_words(), ReasonForm())


@bp.post("/priorities/<int:priority_id>/reopen")
@allow(Permission.WRITE_DIARY)
def reopen(priority_id: int) -> Answer:
    """Makes it live again."""
    return _why(priority_id, _reopen_words(), lambda session, why: service.reopen(session, current_actor(), priority_id, why, now=now()))


@bp.get("/priorities/<int:priority_id>/words")
@allow(Permission.EDIT_SUMMARY)
def words(priority_id: int) -> Answer:
    """The words for everybody, to be written or changed."""
    page = page_of(priority_id)
    if page.row.ended_on:
        return back(priority_id, _("This priority has ended."))
    form, said = WordsForm(), page.draft or page.public
    if said is not None:
        form.issue.data, form.action.data, form.seen.data = said.issue, said.action, said.seen
    return render_template("priorities/words.html", form=form, page=page, priority=page.row)


@bp.post("/priorities/<int:priority_id>/words")
@allow(Permission.EDIT_SUMMARY)
def write(priority_id: int) -> Answer:
    """Keeps the words; somebody else approves them."""
    form = WordsForm()
    if saved(form, lambda session: service.write(session, current_actor(), form.draft(priority_id), now=now())):
        return back(priority_id, _("Saved. They are public once a sergeant, an inspector or an engagement officer approved them."))
    page = page_of(priority_id)
    if form.theirs and (said := page.draft or page.public) is not None:
        form.seen.data = said.seen
    return render_template("priorities/words.html", form=form, page=page, priority=page.row), 422


@bp.post("/priorities/<int:priority_id>/words/approve")
@allow(Permission.APPROVE_SUMMARY)
def approve(priority_id: int) -> Answer:
    """Publishes the words as they were seen."""
    seen = request.form.get("seen", "")
    return _decide(priority_id, lambda s: service.approve(s, current_actor(), priority_id, seen, now=now()), _("Approved, and public now."))


@bp.post("/priorities/<int:priority_id>/words/clear")
@allow(Permission.APPROVE_SUMMARY)
def clear(priority_id: int) -> Answer:
    """Lets one finding stand."""
    found, seen = request.form.get("finding", ""), request.form.get("seen", "")
    return _decide(priority_id, lambda s: service.clear(s, current_actor(), priority_id, found, seen, now=now()), _("Cleared."))


def _decide(priority_id: int, do: Callable[[Session], object], said: str) -> Answer:
    try:
        with unit_of_work() as session:
            do(session)
    except Refused as refusal:
        return refused_on(priority_id, refusal, say(refusal))
    return back(priority_id, said)


def _why(priority_id: int, words: tuple[str, str], do: Callable[[Session, str], Priority]) -> Answer:
    """Asks for a reason until it does what was asked, then goes back."""
    form = ReasonForm()
    if saved(form, lambda session: do(session, form.reason.data or "")):
        return back(priority_id, _("Done. The reason is kept."))
    return _why_page(page_of(priority_id), *words, form), 422


def _why_page(page: WholePriority, heading: str, said: str, form: ReasonForm) -> str:
    return render_template("priorities/why.html", form=form, page=page, priority=page.row, why=heading, said=said)


def _priority_of(table: type[Line], line_id: int) -> int:
    """The priority of a line that stands; `Missing` where the actor may not read it."""
    found: Line | None = reading().get(table, line_id)
    if found is None or found.withdrawn_at is not None:
        raise Missing
    key: int = page_of(found.priority_id).row.id  # as far as the actor may read it
    return key


def _take_out_words() -> tuple[str, str]:
    return _("Take the concern out"), _("It stands by itself again, to be worked on. Where it stood is kept.")


def _reopen_words() -> tuple[str, str]:
    return _("Take it up again"), _("It ended by mistake or too soon. It takes a free place here; how it had ended is kept.")


def _withdraw_words() -> tuple[str, str]:
    return _("Withdraw this line"), _("For what was recorded twice or in error. It stays on the page, struck out.")


def _told_words() -> tuple[str, str]:
    return _("Take this back"), _("People were not told after all. It stays on the page, struck out.")
