"""Pages that ask for a reason: to take a concern up again, to withdraw a raiser or an action, to take a telling back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from engagement.access.domain import Permission
from engagement.access.guard import allow, current_actor, shown
from engagement.concerns.change_routes import Answer, back
from engagement.concerns.checks import CLOSED, is_sensitive, readable_action, readable_concern, readable_raising
from engagement.concerns.domain import ConcernState
from engagement.concerns.forms import ReasonForm
from engagement.concerns.models import Telling
from engagement.concerns.service import (
    take_back_one,
    take_up_again,
    withdraw_action,
    withdraw_raising,
)
from engagement.core.errors import Missing
from engagement.db import reading
from engagement.web.moment import now
from engagement.web.saving import saved

bp = Blueprint("concern_reasons", __name__)


def _why_page(heading: str, concern_id: int | None, words: str, button: str, form: ReasonForm, group_id: int | None = None) -> str:
    return render_template(
        "concerns/why.html", form=form, heading=heading, concern_id=concern_id, words=words, button=button,
        sensitive=is_sensitive(reading(), concern_id, group_id),
    )  # fmt: skip


def _why(
    concern_id: int | None, heading: str, words: str, button: str, do: Callable[[Session, str], Any], group_id: int | None = None
) -> Answer:
    """Asks for a reason until it does what was asked, then goes back."""
    form = ReasonForm()
    if saved(form, lambda session: do(session, form.reason.data or "")):
        return back(concern_id, _("Done. It stays on the page, with the reason."))
    return _why_page(heading, concern_id, words, button, form, group_id), 422


def _take_up_words() -> tuple[str, str, str]:
    return _("Take it up again"), _("It goes back to being worked on. How it ended before is kept."), _("Take it up again")


@bp.get("/concerns/<int:concern_id>/take-up")
@allow(Permission.WRITE_DIARY)
def take_up(concern_id: int) -> Answer:
    """Why a concern that ended aside is worked on again."""
    concern = readable_concern(reading(), current_actor(), concern_id)
    if concern.state == ConcernState.CLOSED:
        return back(concern_id, _(CLOSED))
    shown("concern", [concern.id])
    heading, words, button = _take_up_words()
    return _why_page(heading, concern_id, words, button, ReasonForm())


@bp.post("/concerns/<int:concern_id>/take-up")
@allow(Permission.WRITE_DIARY)
def taken_up(concern_id: int) -> Answer:
    """Undoes the side end."""
    readable_concern(reading(), current_actor(), concern_id)
    actor = current_actor()
    return _why(concern_id, *_take_up_words(), lambda session, why: take_up_again(session, actor, concern_id, why, now=now()))


def _raising_words() -> tuple[str, str, str]:
    return _("Withdraw this raiser"), _("For what was recorded twice or in error. It stays on the page, struck out."), _("Withdraw")


@bp.get("/raisings/<int:raising_id>/withdraw")
@allow(Permission.WRITE_DIARY)
def raising(raising_id: int) -> str:
    """Why a raising is withdrawn."""
    _raising, concern = readable_raising(reading(), current_actor(), raising_id)
    shown("concern", [concern.id])
    heading, words, button = _raising_words()
    return _why_page(heading, concern.id, words, button, ReasonForm())


@bp.post("/raisings/<int:raising_id>/withdraw")
@allow(Permission.WRITE_DIARY)
def raising_withdrawn(raising_id: int) -> Answer:
    """Withdraws a raising."""
    actor = current_actor()
    _raising, concern = readable_raising(reading(), actor, raising_id)
    return _why(concern.id, *_raising_words(), lambda session, why: withdraw_raising(session, actor, raising_id, why, now=now()))


def _telling_words() -> tuple[str, str, str]:
    return _("Take this back"), _("They were not told after all. What is owed to them is owed again."), _("Take it back")


def _concern_of_telling(telling_id: int) -> int:
    told = reading().get(Telling, telling_id)
    if told is None or told.taken_back_at is not None:
        raise Missing
    return readable_raising(reading(), current_actor(), told.raising_id)[1].id


@bp.get("/tellings/<int:telling_id>/take-back")
@allow(Permission.WRITE_DIARY)
def telling(telling_id: int) -> str:
    """Why a telling is taken back."""
    concern_id = _concern_of_telling(telling_id)
    shown("concern", [concern_id])
    heading, words, button = _telling_words()
    return _why_page(heading, concern_id, words, button, ReasonForm())


@bp.post("/tellings/<int:telling_id>/take-back")
@allow(Permission.WRITE_DIARY)
def telling_taken_back(telling_id: int) -> Answer:
    """Takes a telling back."""
    actor, concern_id = current_actor(), _concern_of_telling(telling_id)
    return _why(concern_id, *_telling_words(), lambda session, why: take_back_one(session, actor, telling_id, why, now=now()))


def _action_words() -> tuple[str, str, str]:
    return _("Withdraw this"), _("For what was recorded twice or in error. It stays on the page, struck out."), _("Withdraw")


@bp.get("/actions/<int:action_id>/withdraw")
@allow(Permission.WRITE_DIARY)
def action(action_id: int) -> str:
    """Why an action or promise is withdrawn."""
    found = readable_action(reading(), current_actor(), action_id)
    shown("action", [found.id])
    heading, words, button = _action_words()
    return _why_page(heading, found.concern_id, words, button, ReasonForm(), found.promised_to_id)


@bp.post("/actions/<int:action_id>/withdraw")
@allow(Permission.WRITE_DIARY)
def action_withdrawn(action_id: int) -> Answer:
    """Withdraws an action or promise."""
    actor = current_actor()
    found = readable_action(reading(), actor, action_id)

    def withdraw(session: Session, why: str) -> Any:
        return withdraw_action(session, actor, action_id, why, now=now())

    return _why(found.concern_id, *_action_words(), withdraw, group_id=found.promised_to_id)
