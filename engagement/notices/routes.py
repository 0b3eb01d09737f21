"""Pages of notices: what happened since an officer was last on, what they are told and when, their calendar's address."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, session
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from engagement.access.domain import Permission
from engagement.access.guard import allow, current_actor, disclosed, public, shown
from engagement.concerns.timing import rule
from engagement.core.errors import Missing
from engagement.db import reading, unit_of_work
from engagement.notices.calendar import calendar_of
from engagement.notices.domain import Allowed, Kind
from engagement.notices.feed import feed_of
from engagement.notices.forms import ChoiceForm
from engagement.notices.gathering import gather
from engagement.notices.meanwhile import MOST, happened
from engagement.notices.models import NoticeChoice
from engagement.notices.queries import allowed, choice_of, link_of, readers
from engagement.notices.sections import happened_line, sections_of
from engagement.notices.service import choose, make_link, revoke_link
from engagement.people.duty import OfficerDays, last_on
from engagement.people.duty_queries import days_of
from engagement.settings import Settings
from engagement.web.moment import now, today
from engagement.web.saving import saved

bp = Blueprint("notices", __name__)


def _force() -> Allowed:
    return allowed(current_app.extensions["settings"])


@bp.get("/since")
@allow(Permission.READ_DIARY)
def since() -> str:
    """What happened to my groups and concerns since I was last on, newest first; and today's digest below it."""
    actor, diary = current_actor(), reading()
    officer_id = actor.officer_id or 0
    begins = last_on(days_of(diary, [officer_id], today()).get(officer_id) or OfficerDays(), today())
    found = happened(diary, actor.force_id, [officer_id], actor.readable_teams, begins) if begins is not None else []
    me = readers(diary, [officer_id], today(), _force())
    sections, named = sections_of(gather(diary, me, now())[0], now(), rule()) if me else ([], None)
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
    token = session.pop("calendar", "")
    return _own_page(f"{current_app.extensions['settings'].public_url}/calendar/{token}.ics" if token else "")


@bp.post("/me/notices")
@allow(Permission.READ_DIARY)
def choose_mine() -> BaseResponse | tuple[str, int]:
    """Keeps what I have chosen."""
    form = ChoiceForm()
    form.offer(_force())
    if saved(form, lambda work: choose(work, current_actor(), form.choice(_force()), _force(), now=now())):
        flash(_("Saved. It holds from the next digest on."))
        return redirect("/me/notices", 303)
    return _page(form), 422


@bp.post("/me/calendar")
@allow(Permission.READ_DIARY)
def make_calendar() -> BaseResponse:
    """Makes the address of my calendar, which the next page shows, once; the one before stops working."""
    with unit_of_work() as work:
        token = make_link(work, current_actor(), now=now())
    session["calendar"] = token
    return redirect("/me/notices#calendar", 303)


@bp.post("/me/calendar/revoke")
@allow(Permission.READ_DIARY)
def revoke_calendar() -> BaseResponse:
    """Revokes the address of my calendar."""
    with unit_of_work() as work:
        revoke_link(work, current_actor(), now=now())
    flash(_("Revoked. A program that still asks for the calendar gets nothing any more."))
    return redirect("/me/notices", 303)


@bp.get("/calendar/<token>.ics")
@public
def calendar(token: str) -> Response:
    """The calendar behind a token, for a program without a session; each reading is on record as a disclosure to its owner."""
    feed = feed_of(reading(), token, now())
    if feed is None:
        raise Missing
    g.actor = feed.actor  # who reads, for the record: the token's owner, whoever else may be signed in here
    disclosed("group", sorted(feed.group_ids), "calendar")
    settings: Settings = current_app.extensions["settings"]
    host = settings.public_url.partition("://")[2].partition("/")[0].partition(":")[0]
    name = f"{settings.text('service', 'name')}: {feed.actor.name}"
    answer = Response(calendar_of(name, host, feed.entries, now()), mimetype="text/calendar")
    answer.headers["Content-Disposition"] = "inline; filename=diary.ics"
    return answer


def _own_page(address: str = "") -> str:
    """The page with what is chosen now; `address` is the calendar's, shown once."""
    form = ChoiceForm(formdata=None)
    form.offer(_force())
    form.show(choice_of(reading().get(NoticeChoice, current_actor().officer_id), _force()), _force())
    return _page(form, address)


def _page(form: ChoiceForm, address: str = "") -> str:
    force, link = _force(), link_of(reading(), current_actor().account_id or 0)
    always = [kind.label for kind in Kind if kind not in force.may_switch_off]
    return render_template("notices/mine.html", form=form, force=force, always=always, link=link, address=address)
