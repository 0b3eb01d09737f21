"""Pages of the register of concerns: the list, its spreadsheet, and raising a new one."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from engagement.access.domain import Actor, Permission
from engagement.access.guard import allow, current_actor, disclosed, shown
from engagement.concerns.categories import Category
from engagement.concerns.domain import ConcernState, Raiser
from engagement.concerns.drafts import RaisingDraft
from engagement.concerns.forms import NewConcernForm, RaiserForm
from engagement.concerns.models import Concern
from engagement.concerns.queries import raised_before, usual_neighbourhood
from engagement.concerns.register import ALL, CLOCKS, OPEN, SORTS, Wanted, all_of, counts_of, page_of
from engagement.concerns.service import raise_again, raise_concern
from engagement.concerns.still_open import similar_open
from engagement.core.clock import london_day
from engagement.core.errors import Refused
from engagement.core.names import fold
from engagement.core.pages import page_number
from engagement.core.spreadsheets import spreadsheet
from engagement.db import reading
from engagement.groups.queries import Found, find_by_name, names_in_force
from engagement.groups.register import neighbourhoods_of, neighbourhoods_of_force, owners_of
from engagement.people.queries import find_officers
from engagement.web.forms import number_of
from engagement.web.links import address_with
from engagement.web.moment import now, today
from engagement.web.saving import save

bp = Blueprint("concerns", __name__)
Answer = BaseResponse | str | tuple[str, int]

SORT_LABELS = {
    "newest": "Newest first", "oldest": "Oldest first", "clock": "By the clock", "changed": "Last changed", "title": "By title",
}  # fmt: skip
HEADER = (
    "Concern", "What is the matter", "About", "State", "Neighbourhood", "Place", "Owner", "Raised by", "Raisers", "First raised",
    "Answer", "Last changed", "Closed",
)  # fmt: skip


@bp.get("/concerns")
@allow(Permission.READ_DIARY)
def register() -> str:
    """The register: filters, sorting, pages of 50, an address that can be shared."""
    actor, session = current_actor(), reading()
    wanted = Wanted.read(request.args)
    page = page_of(session, actor, wanted, now(), page_number(request.args.get("page")))
    shown("concern", [line.id for line in page.rows])
    states = [(OPEN, _("Open")), *((str(s), _(s.label)) for s in ConcernState), (ALL, _("Open and closed"))]
    clocks = dict(zip(CLOCKS, (_("Running"), _("Over 72 hours")), strict=True))
    return render_template(
        "concerns/register.html",
        page=page,
        wanted=wanted,
        counts=counts_of(session, actor, now()),
        states=states,
        categories=[(str(c), _(c.label)) for c in Category],
        neighbourhoods=neighbourhoods_of(session, actor),
        owners=[(0, _("Nobody")), *owners_of(session, actor, today())],
        clocks=[*clocks.items()],
        sorts=[(code, _(SORT_LABELS[code])) for code in SORTS],
        spreadsheet=address_with(page=None).replace("/concerns", url_for("concerns.register_file"), 1),
    )


@bp.get("/concerns.csv")
@allow(Permission.READ_DIARY)
def register_file() -> Response:
    """The same list as a spreadsheet; what leaves is recorded as disclosed. OFFICIAL-SENSITIVE concerns stay behind."""
    lines = [line for line in all_of(reading(), current_actor(), Wanted.read(request.args), now()) if not line.sensitive]
    disclosed("concern", [line.id for line in lines], "spreadsheet")
    rows = (
        (
            line.id, line.title, line.category, line.state, line.neighbourhood, line.place, line.owner, line.raised_by, line.raisers,
            london_day(line.raised_at), line.clock.words if line.clock else None, london_day(line.changed_at),
            london_day(line.closed_at) if line.closed_at else None,
        )
        for line in lines
    )  # fmt: skip
    headers = {"Content-Disposition": f'attachment; filename="concerns-{today():%Y-%m-%d}.csv"'}
    return Response(spreadsheet(("OFFICIAL " + HEADER[0], *HEADER[1:]), rows), mimetype="text/csv", headers=headers)


@bp.get("/concerns/new")
@allow(Permission.WRITE_DIARY, shows_nothing=True)
def new() -> str:
    """The form for a new concern, from a group (`?group=`) or from a resident."""
    actor, session = current_actor(), reading()
    form = _new_form(session, actor)
    form.begin_now(now())
    group_id = number_of(request.args.get("group"))
    name = names_in_force(session, actor, [group_id]).get(group_id) if group_id is not None else None
    form.raiser.data = str(Raiser.GROUP if name else Raiser.RESIDENT)
    if name is not None and group_id is not None:
        form.which_group([(group_id, name)])
        form.group.data, form.group_id.data = name, group_id
    else:
        form.neighbourhood_id.data = usual_neighbourhood(session, actor)
    return render_template("concerns/new.html", form=form)


@bp.post("/concerns/new")
@allow(Permission.WRITE_DIARY)
def raise_one() -> Answer:
    """Records the concern, or another raising of one that is open already."""
    actor = current_actor()
    form = _new_form(reading(), actor)
    if (made := raised_before(reading(), actor, form.ref)) is not None:
        return redirect(url_for("profile.concern", concern_id=made), 303)
    _offer_again(reading(), actor, form)
    kept = save(form, lambda session: _raise(session, actor, form))
    if kept is None:
        shown("concern", form.asked)
        return render_template("concerns/new.html", form=form), 422
    if kept.team_id not in actor.readable_teams:
        flash(_("Recorded: “%(title)s”. It is with the team there, whose diary you do not read.", title=kept.title))
        return redirect(url_for("concerns.register"), 303)
    flash(_saved(kept))
    return redirect(url_for("profile.concern", concern_id=kept.id), 303)


def _new_form(session: Session, actor: Actor) -> NewConcernForm:
    form = NewConcernForm()
    form.offer(neighbourhoods_of_force(session, actor))
    form.offer_raiser(officer_choices(session, actor), actor.officer_id)
    return form


def _offer_again(session: Session, actor: Actor, form: NewConcernForm) -> None:
    """Offers again what was asked on the page that was sent, in case it comes back for another reason."""
    if form.group.data:
        offer_groups(session, actor, form)
    if form.same.data:
        places = [form.neighbourhood_id.data] if form.neighbourhood_id.data is not None else []
        groups = [form.group_id.data] if form.group_id.data is not None else []
        form.ask_same(similar_open(session, actor, form.title.data or "", neighbourhood_ids=places, group_ids=groups), now())


def _raise(session: Session, actor: Actor, form: NewConcernForm) -> Concern:
    raising = raising_of(session, actor, form)
    draft = form.draft(raising)
    places = [draft.neighbourhood_id] if draft.neighbourhood_id is not None else []
    groups = [raising.group_id] if raising.group_id is not None else []
    alike = similar_open(session, actor, draft.title, neighbourhood_ids=places, group_ids=groups)
    chosen = form.same.data
    if alike:
        form.ask_same(alike, now())
    if alike and chosen not in {"no", *(str(concern.id) for concern in alike)}:
        raise Refused("This may be open already: say whether it is the same thing", field="same")
    if alike and chosen != "no":
        raise_again(session, actor, int(chosen), raising, now=now())
        return session.get_one(Concern, int(chosen))
    return raise_concern(session, actor, draft, now=now())


def _saved(concern: Concern) -> str:
    if concern.state == ConcernState.CLOSED:
        said: str = _("On the record, and closed: they were told.")
    elif concern.answer_due_at is not None and concern.answer_due_at > now():
        said = _("On the record. They are owed an answer within 72 hours of raising it.")
    else:
        said = _("On the record.")
    return said


def officer_choices(session: Session, actor: Actor) -> list[tuple[int, str]]:
    """The officers that forms offer: those posted to the actor's teams, and the actor."""
    return owners_of(session, actor, today(), also=actor.officer_id)


def raising_of(session: Session, actor: Actor, form: RaiserForm) -> RaisingDraft:
    """The raising that a form describes, its group found by name and its officer by collar number."""
    return form.raising_draft(now(), group_id=_group_of(session, actor, form), raised_to_id=_raised_to(session, actor, form))


def _group_of(session: Session, actor: Actor, form: RaiserForm) -> int | None:
    """The group whose name was typed: at once where it is the whole name of one, else after asking which."""
    if form.raiser.data not in (Raiser.GROUP, Raiser.MEETING):
        return None
    typed = form.group.data or ""
    if not typed:
        if form.raiser.data == Raiser.GROUP:
            raise Refused("Type the name of the group, or part of it", field="group")
        return None
    found = offer_groups(session, actor, form)
    if form.group_id.data in {group.id for group in found}:
        chosen: int = form.group_id.data
        return chosen
    whole = [group.id for group in found if fold(group.name) == fold(typed)]
    if len(whole) == 1:
        form.group_id.data = whole[0]
        return whole[0]
    if not found:
        raise Refused("No group of the force is called that: check the name, or choose another raiser", field="group")
    raise Refused("Choose which group it is", field="group_id")


def offer_groups(session: Session, actor: Actor, form: RaiserForm) -> list[Found]:
    """Offers the groups of the force that the typed name may mean, and answers them."""
    found = find_by_name(session, actor, form.group.data or "", limit=8)
    form.which_group([(group.id, f"{group.name}, {group.neighbourhood}") for group in found])
    return found


def _raised_to(session: Session, actor: Actor, form: RaiserForm) -> int | None:
    number = form.collar_number.data or ""
    if not number:
        chosen: int | None = form.raised_to_id.data
        return chosen
    found: Sequence[int] = [o.id for o in find_officers(session, actor.force_id, number) if o.collar_number == number.strip().upper()]
    if not found:
        raise Refused("No officer of the force has that collar number", field="collar_number")
    return found[0]
