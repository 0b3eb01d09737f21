"""Pages of notices: what happened since an officer was last on, what they are told and when, their calendar's address."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engagement.access.domain import Permission
from engagement.access.guard import allow, current_actor, shown
from engagement.concerns.timing import rule
from engagement.core.errors import Missing
from engagement.db import reading
from engagement.notices.domain import Allowed, Kind
from engagement.notices.forms import ChoiceForm
from engagement.notices.gathering import gather
from engagement.notices.meanwhile import MOST, happened
from engagement.notices.models import NoticeChoice
from engagement.notices.queries import allowed, choice_of, link_of, readers
from engagement.notices.sections import happened_line, sections_of
from engagement.notices.service import choose
from engagement.people.duty import OfficerDays, last_on
from engagement.people.queries import days_of
from engagement.web.moment import now, today
from engagement.web.saving import saved

bp = Blueprint("notices", __name__)


def _force() -> Allowed:
    return allowed(current_app.extensions["settings"])


@bp.get("/since")
@allow(Permission.READ_DIARY)
def since() -> str:
    """What happened to my groups and concerns since I was last on, newest first; and today's digest below it."""
    actor, session = current_actor(), reading()
    officer_id = actor.officer_id or 0
    begins = last_on(days_of(session, [officer_id], today()).get(officer_id) or OfficerDays(), today())
    found = happened(session, [officer_id], actor.readable_teams, begins) if begins is not None else []
    me = readers(session, [officer_id], today(), _force())
    sections, named = sections_of(gather(session, me, now())[0], now(), rule()) if me else ([], None)
    shown("group", {row.entity_id for row in found if row.entity == "group"} | (named.groups if named else set()))
    shown("concern", {row.entity_id for row in found if row.entity == "concern"} | (named.concerns if named else set()))
    return render_template(
        "notices/since.html",
        since=begins,
        lines=[(happened_line(row, today()), row.sensitive) for row in found],
        more=len(found) == MOST,
        sensitive=any(row.sensitive for row in found),
        sections=[section for section in sections if section.kind is not Kind.MEANWHILE],
    )


@bp.get("/me/notices")
@allow(Permission.READ_DIARY, shows_nothing=True)
def mine() -> str:
    """What I am told, when and how."""
    if current_actor().officer_id is None:
        raise Missing
    form = ChoiceForm(formdata=None)
    form.offer(_force())
    form.show(choice_of(reading().get(NoticeChoice, current_actor().officer_id), _force()), _force())
    return _page(form)


@bp.post("/me/notices")
@allow(Permission.READ_DIARY)
def choose_mine() -> Response | tuple[str, int]:
    """Keeps what I have chosen."""
    form = ChoiceForm()
    form.offer(_force())
    if saved(form, lambda work: choose(work, current_actor(), form.choice(_force()), _force(), now=now())):
        flash(_("Saved. It holds from the next digest on."))
        return redirect("/me/notices", 303)
    return _page(form), 422


def _page(form: ChoiceForm) -> str:
    force = _force()
    always = [kind.label for kind in Kind if kind not in force.may_switch_off]
    return render_template(
        "notices/mine.html", form=form, force=force, always=always, link=link_of(reading(), current_actor().account_id or 0)
    )
