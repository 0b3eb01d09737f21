"""The page of a neighbourhood for anyone: who looks after it, its priorities, what was said and done; and the same as police.uk's JSON."""

from __future__ import annotations

from flask import Blueprint, abort, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engagement.access.guard import public
from engagement.core.errors import Missing
from engagement.db import reading
from engagement.engagements.domain import Kind
from engagement.public.domain import police_uk_event, police_uk_person, police_uk_priority
from engagement.public.queries import PublicPlace, head_of, meetings_of, months_of, people_of, place_of, priorities_of
from engagement.web.moment import now, today

bp = Blueprint("public", __name__)


@bp.get("/public/<force>/<neighbourhood>")
@public
def place(force: str, neighbourhood: str) -> str | Response:
    """The public page; a police.uk id leads to the neighbourhood's own address, which stays when that id changes."""
    found = _place(force, neighbourhood)
    head = head_of(reading(), found.id, today())
    return render_template(
        "public/place.html",
        place=found,
        force=force,
        head=head,
        priorities=priorities_of(reading(), found.id),
        meetings=[(_said_of(Kind(row.kind))[0], row) for row in meetings_of(reading(), found.id, now())],
        months=months_of(reading(), found.id, today()),
    )


@bp.get("/public/<force>/<neighbourhood>/priorities")
@public
def priorities(force: str, neighbourhood: str) -> Response:
    """The live priorities as data.police.uk publishes them: hyphens in their names, HTML in their texts, moments without a zone."""
    found = _place(force, neighbourhood)
    return jsonify([police_uk_priority(row.issue, row.agreed_on, row.action, row.action_on) for row in priorities_of(reading(), found.id)])


@bp.get("/public/<force>/<neighbourhood>/events")
@public
def events(force: str, neighbourhood: str) -> Response:
    """What anyone may come to, as data.police.uk publishes it."""
    found = _place(force, neighbourhood)
    return jsonify(
        [
            police_uk_event(*_said_of(Kind(row.kind)), row.place, row.planned_for, row.telephone, row.email)
            for row in meetings_of(reading(), found.id, now())
        ]
    )


@bp.get("/public/<force>/<neighbourhood>/people")
@public
def people(force: str, neighbourhood: str) -> Response:
    """Who looks after the area, as data.police.uk publishes it."""
    found = _place(force, neighbourhood)
    return jsonify([police_uk_person(**person) for person in people_of(reading(), found.id, today())])


def _said_of(kind: Kind) -> tuple[str, str]:
    """The title and the description of what is open to anyone: nothing that an officer typed."""
    title = {Kind.OUR_MEETING: _("Meeting with your neighbourhood team"), Kind.SURGERY: _("Surgery: ask your officers")}
    return title.get(kind, _("Your officers at a stall or event")), _("Anyone may come. Tell your officers what matters to you.")


def _place(force: str, neighbourhood: str) -> PublicPlace:
    """The neighbourhood; where it was asked for by another of its names, the answer is its own address."""
    found = place_of(reading(), force, neighbourhood)
    if found is None:
        raise Missing
    if found.slug != neighbourhood:
        abort(redirect(url_for(str(request.endpoint), force=force, neighbourhood=found.slug), 302))
    return found
