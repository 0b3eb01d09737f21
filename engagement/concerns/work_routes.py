"""Pages of the work on a concern: tell, act, record a result, promise, end a promise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.access.domain import Permission
from engagement.access.guard import allow, current_actor, shown
from engagement.concerns.change_routes import Answer, back
from engagement.concerns.checks import CLOSED, is_sensitive, readable_action, readable_concern
from engagement.concerns.domain import ConcernState, Raiser, TellingKind
from engagement.concerns.drafts import How
from engagement.concerns.facts import raisers_of
from engagement.concerns.models import Action, Concern
from engagement.concerns.promises import PromiseEnd
from engagement.concerns.routes import officer_choices
from engagement.concerns.service import act, end_action, end_promise, promise, tell
from engagement.concerns.work_forms import ActForm, EndPromiseForm, PromiseForm, ResultForm, TellForm
from engagement.core.errors import Missing, Refused
from engagement.db import reading
from engagement.groups.models import Group
from engagement.groups.queries import names_in_force
from engagement.web.forms import number_of
from engagement.web.moment import now, today
from engagement.web.saving import save, saved

bp = Blueprint("concern_work", __name__)


@bp.get("/concerns/<int:concern_id>/tell")
@allow(Permission.WRITE_DIARY)
def telling(concern_id: int) -> str:
    """Who was told what; begins with whoever is owed it (`?kind=`, `?how=`, `?raising=`)."""
    concern = readable_concern(reading(), current_actor(), concern_id)
    shown("concern", [concern.id])
    form = _tell_form(concern_id)
    form.begin_now(now())
    kind = request.args.get("kind", "")
    usual = TellingKind.OUTCOME if concern.state == ConcernState.OUTCOME_OWED else TellingKind.ANSWER
    form.kind.data = kind if kind in set(TellingKind) else str(usual)
    form.how.data = request.args.get("how") if request.args.get("how") in set(How) else None
    owing = [raiser.id for raiser in raisers_of(reading(), current_actor(), concern_id) if form.kind.data in raiser.owes]
    asked = number_of(request.args.get("raising"))
    form.raisings.data = [asked] if asked is not None else owing
    return render_template("concerns/tell.html", form=form, concern=concern)


@bp.post("/concerns/<int:concern_id>/tell")
@allow(Permission.WRITE_DIARY)
def told(concern_id: int) -> Answer:
    """Records the tellings, all or none."""
    actor = current_actor()
    concern = readable_concern(reading(), actor, concern_id)
    form = _tell_form(concern_id)

    def tell_all(session: Session) -> str:
        drafts = form.drafts(now())
        if not {draft.raising_id for draft in drafts} <= {key for key, _label in _raiser_choices(session, concern_id)}:
            raise Refused("Say who was told", field="raisings")
        for draft in drafts:
            tell(session, actor, draft, now=now())
        return session.get_one(Concern, concern_id).state

    state = save(form, tell_all)
    if state is not None:
        return back(
            concern_id, _("Closed: everybody who raised it knows.") if state == ConcernState.CLOSED else _("They were told: saved.")
        )
    return render_template("concerns/tell.html", form=form, concern=concern), 422


def _tell_form(concern_id: int) -> TellForm:
    form = TellForm()
    form.offer(_raiser_choices(reading(), concern_id))
    return form


def _raiser_choices(session: Session, concern_id: int) -> list[tuple[int, str]]:
    return [(raiser.id, raiser.name or _(Raiser(raiser.raiser).label)) for raiser in raisers_of(session, current_actor(), concern_id)]


@bp.get("/concerns/<int:concern_id>/act")
@allow(Permission.WRITE_DIARY)
def acting(concern_id: int) -> Answer:
    """The form for what was or will be done."""
    concern = readable_concern(reading(), current_actor(), concern_id)
    if concern.state == ConcernState.CLOSED:
        return back(concern_id, _(CLOSED))
    shown("concern", [concern.id])
    return render_template("concerns/act.html", form=_act_form(concern), concern=concern)


@bp.post("/concerns/<int:concern_id>/act")
@allow(Permission.WRITE_DIARY)
def acted(concern_id: int) -> Answer:
    """Records it."""
    actor = current_actor()
    concern = readable_concern(reading(), actor, concern_id)
    form = _act_form(concern)
    if saved(form, lambda session: act(session, actor, form.draft(concern_id), now=now())):
        return back(concern_id, _("Saved."))
    return render_template("concerns/act.html", form=form, concern=concern), 422


def _act_form(concern: Concern) -> ActForm:
    form, actor = ActForm(), current_actor()
    form.offer(officer_choices(reading(), actor), actor.officer_id, concern.category)
    return form


@bp.get("/actions/<int:action_id>/result")
@allow(Permission.WRITE_DIARY)
def result(action_id: int) -> str:
    """How an action went; opened again it corrects what was recorded."""
    action = _plain_action(action_id)
    shown("action", [action.id])
    form = ResultForm(obj=action)
    form.done_on.data = action.done_on or today()
    form.result_number.data = "" if action.result_number is None else str(action.result_number)
    return render_template("concerns/result.html", form=form, action=action, sensitive=is_sensitive(reading(), action.concern_id))


@bp.post("/actions/<int:action_id>/result")
@allow(Permission.WRITE_DIARY)
def resulted(action_id: int) -> Answer:
    """Records the result."""
    action = _plain_action(action_id)
    form = ResultForm()
    kept = save(form, lambda session: end_action(session, current_actor(), form.draft(action), now=now()))
    if kept is not None:
        return back(kept.concern_id, _("Saved. Tell those who raised it what came of it."))
    if form.theirs:
        form.version.data = str(_plain_action(action_id).version)
    return render_template("concerns/result.html", form=form, action=action, sensitive=is_sensitive(reading(), action.concern_id)), 422


def _plain_action(action_id: int) -> Action:
    action = readable_action(reading(), current_actor(), action_id)
    if action.is_promise:
        raise Missing
    return action


@bp.get("/concerns/<int:concern_id>/promise")
@allow(Permission.WRITE_DIARY)
def promising(concern_id: int) -> Answer:
    """The form for a promise about a concern."""
    concern = readable_concern(reading(), current_actor(), concern_id)
    if concern.state == ConcernState.CLOSED:
        return back(concern_id, _(CLOSED))
    shown("concern", [concern.id])
    form = _promise_form(_groups_of(concern_id))
    return render_template("concerns/promise.html", form=form, concern=concern)


@bp.post("/concerns/<int:concern_id>/promise")
@allow(Permission.WRITE_DIARY)
def promised(concern_id: int) -> Answer:
    """Records a promise about a concern."""
    actor = current_actor()
    concern = readable_concern(reading(), actor, concern_id)
    form = _promise_form(_groups_of(concern_id))
    if saved(form, lambda session: promise(session, actor, form.draft(concern=concern), now=now())):
        return back(concern_id, _("Promised. It is on your shift until it is kept."))
    return render_template("concerns/promise.html", form=form, concern=concern), 422


@bp.get("/promises/new")
@allow(Permission.WRITE_DIARY, shows_nothing=True)
def new_promise() -> str:
    """The form for a promise that belongs to no concern (`?group=`)."""
    return render_template("concerns/promise.html", form=_promise_form(_asked_group()), concern=None)


@bp.post("/promises/new")
@allow(Permission.WRITE_DIARY)
def make_promise() -> Answer:
    """Records a promise that belongs to no concern."""
    form = _promise_form(_asked_group())
    if saved(form, lambda session: promise(session, current_actor(), form.draft(), now=now())):
        return back(None, _("Promised. It is on your shift until it is kept."))
    return render_template("concerns/promise.html", form=form, concern=None), 422


def _promise_form(groups: Sequence[tuple[int, str]]) -> PromiseForm:
    form = PromiseForm()
    form.offer(groups)
    return form


def _groups_of(concern_id: int) -> list[tuple[int, str]]:
    found = {r.group_id: r.name for r in raisers_of(reading(), current_actor(), concern_id) if r.group_id is not None and r.name}
    return list(found.items())


def _asked_group() -> list[tuple[int, str]]:
    group_id = number_of(request.args.get("group"))
    return list(names_in_force(reading(), current_actor(), [group_id]).items()) if group_id is not None else []


@bp.get("/promises/<int:action_id>/end")
@allow(Permission.WRITE_DIARY)
def ending(action_id: int) -> str:
    """How a promise ended; `?end=` is the way that was tapped."""
    action = _open_promise(action_id)
    shown("action", [action.id])
    form = _end_form(request.args.get("end", ""))
    form.version.data = str(action.version)
    return _end_page(form, action)


@bp.post("/promises/<int:action_id>/end")
@allow(Permission.WRITE_DIARY)
def ended(action_id: int) -> Answer:
    """Ends the promise: kept, moved or not kept."""
    action = _open_promise(action_id)
    form = _end_form("")
    kept = save(form, lambda session: end_promise(session, current_actor(), form.draft(action), now=now()))
    if kept is not None:
        said = {PromiseEnd.KEPT: _("Kept."), PromiseEnd.MOVED: _("Moved."), PromiseEnd.COULD_NOT: _("Recorded, with the reason.")}
        return back(kept.concern_id, said[PromiseEnd(form.end.data)])
    if form.theirs:
        form.version.data = str(_open_promise(action_id).version)
    return _end_page(form, action), 422


def _open_promise(action_id: int) -> Action:
    action = readable_action(reading(), current_actor(), action_id)
    if not action.is_promise:
        raise Missing
    return action


def _end_form(end: str) -> EndPromiseForm:
    form = EndPromiseForm()
    form.offer(today(), end)
    return form


def _end_page(form: Any, action: Action) -> str:
    to = reading().scalar(select(Group.name).where(Group.id == action.promised_to_id)) if action.promised_to_id else action.promised_to
    cancel = url_for("profile.concern", concern_id=action.concern_id) if action.concern_id else url_for("shift.index")
    narrow = is_sensitive(reading(), action.concern_id, action.promised_to_id)
    return render_template("concerns/end_promise.html", form=form, action=action, to=to or "", cancel=cancel, sensitive=narrow)
