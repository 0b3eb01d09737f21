"""Pages of logging: the form, what it asks while it is filled in, what it says afterwards, and what is not for the diary."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from engagement.access.domain import Actor, Permission
from engagement.access.guard import allow, current_actor, shown
from engagement.concerns.categories import Category, guess_category
from engagement.concerns.drafts import Tap
from engagement.concerns.still_open import similar_open
from engagement.core.clock import LONDON
from engagement.core.errors import Missing, Refused
from engagement.core.ids import is_ref, whole_number
from engagement.db import reading, unit_of_work
from engagement.engagements import service
from engagement.engagements.about import about_group, offered
from engagement.engagements.changing import has_it_all
from engagement.engagements.domain import QUICK_KINDS, Kind, Outcome, When
from engagement.engagements.drafts import EngagementDraft, Logged, told_there
from engagement.engagements.forms import LogForm, next_friday
from engagement.engagements.log_queries import groups_to_log
from engagement.engagements.queries import brought_by, entry
from engagement.engagements.typed import WHOLE
from engagement.groups.vocabulary import kinds as group_kinds
from engagement.web.links import see_other
from engagement.web.moment import now, today

bp = Blueprint("engagements", __name__)

Answer = str | Response | BaseResponse | tuple[str, int]
QUICK_OUTCOMES = (Outcome.SPOKE, Outcome.NO_ANSWER, Outcome.MESSAGE_LEFT)
MORE_KINDS = tuple(kind for kind in Kind if kind not in QUICK_KINDS)
TAKEN_FROM_LINKS = ("group", "group_name", "kind", "outcome", "planned", "tell", "kept")


@bp.get("/engagements/new")
@allow(Permission.WRITE_DIARY)
def new() -> str:
    """The log form; a link may fill in a group, a kind, an outcome, or what was planned."""
    form = LogForm(given={name: request.args[name] for name in TAKEN_FROM_LINKS if name in request.args})
    if form.sent.get("planned"):
        _from_plan(form)
    return _form(form)


@bp.post("/engagements/new")
@allow(Permission.WRITE_DIARY)
def create() -> Answer:
    """Puts it on the record, or shows the form again with what is to be mended and all that was typed."""
    form = LogForm(request.form)
    if form.sent.get("do"):
        return _form(form)  # more lines, or what the group is owed: nothing is saved, nothing is lost
    actor, moment = current_actor(), now()
    draft = form.draft(reading(), actor, now=moment)
    logged = None
    try:
        logged = _log(form, actor, draft, moment) if draft is not None else None
    except Refused as refusal:
        form.refuse_line(refusal)
    if logged is None:
        return _form(form), 422
    return see_other(f"/engagements/{logged.engagement_id}/saved")


def _log(form: LogForm, actor: Actor, draft: EngagementDraft, moment: datetime) -> Logged | None:
    try:
        logged = _kept(actor, draft, moment, unless_met=True)
    except service.MetByAnother:
        if form.ask_twin(reading(), actor, draft):
            return None
        logged = _kept(actor, draft, moment)
    if logged.differs:
        form.begin_afresh(logged.engagement_id)
        return None
    return logged


def _kept(actor: Actor, draft: EngagementDraft, moment: datetime, *, unless_met: bool = False) -> Logged:
    with unit_of_work() as session:
        return service.log(session, actor, draft, now=moment, unless_met=unless_met)


@bp.post("/engagements/<int:engagement_id>/add-yourself")
@allow(Permission.WRITE_DIARY)
def add_yourself(engagement_id: int) -> Answer:
    """Says that I was there as well. What the log form holds beside it goes on that entry, or the form comes back with all of it."""
    form, actor, moment = LogForm(request.form), current_actor(), now()
    view = entry(reading(), actor, engagement_id)
    told, kept = told_there(form.sent.getlist("tell")), form.ids_of("kept")
    if not (form.lines or told or kept) or has_it_all(reading(), actor, view, form.lines, told=told, kept=kept):
        return _added(form, actor, engagement_id, None, moment)
    form.twin = SimpleNamespace(id=view.row.id, by=view.recorded_by, kind=view.row.kind, summary=view.row.summary)
    if form.kind is None:
        form.sent = form.sent.copy()
        form.sent["kind"] = view.row.kind
    draft = form.draft(reading(), actor, now=moment)
    if draft is None:
        return _form(form), 422
    try:
        return _added(form, actor, engagement_id, draft, moment)
    except Refused as refusal:
        form.refuse_line(refusal)
        return _form(form), 422


def _added(form: LogForm, actor: Actor, engagement_id: int, typed: EngagementDraft | None, moment: datetime) -> Response:
    with unit_of_work() as session:
        service.add_yourself(session, actor, engagement_id, now=moment, typed=typed)
    flash(_("You are on this entry now, with what you typed and ticked.") if typed else _("You are on this entry now."))
    ref = form.sent.get("client_ref", "")  # of what this took the place of: the phone forgets it now that it is done
    return see_other(url_for("entries.read", engagement_id=engagement_id, instead_of=ref if is_ref(ref) else None))


def _form(form: LogForm) -> str:
    session, actor = reading(), current_actor()
    chosen = form.sent.get("group", "")
    group_id = int(chosen) if WHOLE.fullmatch(chosen) else None
    offer = offered(session, actor, group_id, today())
    shown("group", [group_id] if group_id is not None else [])
    if offer.about is not None and offer.about.owed:
        shown("concern", [o.concern_id for o in offer.about.owed])
    if form.twin is not None:
        shown("engagement", [form.twin.id])
    return render_template("engagements/new.html", form=form, offer=offer, about=offer.about, friday=next_friday(today()), **log_choices())


def log_choices() -> dict[str, Any]:
    """What the log form offers to everybody alike."""
    return {
        "outcomes": QUICK_OUTCOMES, "quick_kinds": QUICK_KINDS, "more_kinds": MORE_KINDS, "whens": When, "taps": Tap,
        "categories": Category, "group_kinds": group_kinds(), "kinds": Kind,
    }  # fmt: skip


def _from_plan(form: LogForm) -> None:
    """Fills in what was planned: its groups, kind, place and moment."""
    planned = form.id_of("planned")
    view = entry(reading(), current_actor(), planned or 0)
    if view.row.state != "planned" or view.row.planned_for is None:
        raise Missing
    at = min(view.row.planned_for, now()).astimezone(LONDON)
    given = {"kind": view.row.kind, "place": view.row.place, "when": "another_day"}
    given |= {"happened_on": f"{at.day}/{at.month}/{at.year}", "happened_time": f"{at:%H:%M}"}
    if view.groups:
        given["group"] = str(view.groups[0].group_id)
    for i, there in enumerate(view.groups[1:]):
        given |= {f"also-{i}-name": there.name, f"also-{i}-group": str(there.group_id), f"also-{i}-part": "with"}
    form.sent.update(given)


def _part(template: str, **values: object) -> Response:
    """A part of a page, for the script that puts it there."""
    return Response(render_template(template, **values), mimetype="text/html", headers={"X-Part": "1"})


@bp.get("/engagements/about-group")
@allow(Permission.WRITE_DIARY)
def about() -> Answer:
    """A part of the form: what the group just chosen is owed, and who speaks for it."""
    group_id = whole_number(request.args.get("group"))
    if group_id is None:
        raise Missing
    found = about_group(reading(), current_actor(), group_id, today())
    shown("group", [group_id])
    shown("concern", [o.concern_id for o in found.owed])
    return _part("engagements/_about_group.html", about=found, form=LogForm())


@bp.post("/engagements/concern-line")
@allow(Permission.WRITE_DIARY)
def concern_line() -> Answer:
    """A part of the form: what a line seems to be about, and whether that is open already. It changes nothing."""
    form = LogForm(request.form)
    number = whole_number(request.args.get("n")) or 0
    title, session, actor = form.text(f"concern-{number}-title")[:200], reading(), current_actor()
    group_id, place_id = form.id_of("group"), form.id_of("neighbourhood") or form.id_of("usual")
    if group_id is not None and not form.id_of("neighbourhood"):
        place_id = groups_to_log(session, actor, [group_id])[group_id].neighbourhood_id
    alike = similar_open(session, actor, title, neighbourhood_ids=[place_id] if place_id else [], group_ids=[group_id] if group_id else [])
    shown("concern", [concern.id for concern in alike])
    return _part("engagements/_concern_guess.html", i=number, form=form, guess=guess_category(title), alike=alike, categories=Category)


@bp.get("/engagements/<int:engagement_id>/saved")
@allow(Permission.WRITE_DIARY)
def saved(engagement_id: int) -> str:
    """One line that it is on the record, when each group is due next, and what to do now."""
    view = entry(reading(), current_actor(), engagement_id)
    concerns, promises = brought_by(reading(), current_actor(), engagement_id)
    shown("engagement", [engagement_id])
    shown("concern", [concern.id for concern in concerns])
    may = service.may_take_back(current_actor(), view.row, now())
    return render_template("engagements/saved.html", view=view, may_take_back=may, concerns=concerns, promises=promises, this_day=today())


ELSEWHERE = (
    ("intelligence", "Who commits crime", "An intelligence report (3x5x2). The diary keeps the day alone, tied to no group and no place."),
    (
        "crime",
        "A crime or an incident",
        "Crime or incident recording: in progress 999, otherwise through the control room or the form on your device.",
    ),
    ("person_at_risk", "A person at risk", "A public protection notice to the safeguarding hub, today. In danger now: 999."),
    (
        "asb_victim",
        "A victim of anti-social behaviour",
        "The vulnerable victim matrix. The diary keeps the day it was done, and its reference.",
    ),
    ("tension", "Tension in a community", "A tension report, today. Terrorism or extremism: Prevent, and nothing here."),
)


@bp.get("/engagements/not-for-the-diary")
@allow(Permission.WRITE_DIARY, shows_nothing=True)
def not_for_the_diary() -> str:
    """Where the things go that must not be typed here; asked before typing."""
    return render_template(
        "engagements/not_for_the_diary.html",
        elsewhere=ELSEWHERE,
        kept=request.args.get("kept") == "1",
        with_reference=service.WITH_REFERENCE,
    )


@bp.post("/engagements/not-for-the-diary")
@allow(Permission.WRITE_DIARY)
def keep_elsewhere() -> Answer:
    """Keeps that one went where it belongs: what kind and which day, and nothing else."""
    try:
        with unit_of_work() as session:
            service.keep_elsewhere(
                session, current_actor(), request.form.get("kind", ""), now=now(), reference=request.form.get("reference", "")
            )
    except Refused as refusal:
        wrong = refusal.field == "reference"
        page = render_template(
            "engagements/not_for_the_diary.html", elsewhere=ELSEWHERE, kept=False, problem=_(refusal.sentence),
            wrong=request.form["kind"] if wrong else "", typed=request.form.get("reference", "")[:200] if wrong else "",
            with_reference=service.WITH_REFERENCE,
        )  # fmt: skip
        return page, 422
    of = "intelligence" if request.form.get("kind") == "intelligence" else None  # the page then takes the words off the device
    return redirect(url_for("engagements.not_for_the_diary", kept=1, of=of), 303)
