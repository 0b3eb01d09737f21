"""Pages of handovers: all of them, one with its pack and its checklist, the pack on paper, what works with whom."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from engagement.access.domain import Permission
from engagement.access.guard import allow, current_actor, disclosed, shown
from engagement.core.errors import Missing
from engagement.core.ids import whole_number
from engagement.db import reading
from engagement.groups.queries import contacts_of, group_to_read
from engagement.handover import moving, service
from engagement.handover.domain import Side, Step
from engagement.handover.forms import ApartForm, BareForm, TermsForm, TipForm
from engagement.handover.models import Handover
from engagement.handover.pack import Pack, pack_of
from engagement.handover.page import HandoverPage, page_of
from engagement.handover.queries import apart_of, handover_to_change, handover_to_read, leads, listed, tips_of, who_may_take_over
from engagement.people.queries import officers_of
from engagement.settings import current
from engagement.web.moment import now, today
from engagement.web.pdf import pdf_of
from engagement.web.saving import save, saved

bp = Blueprint("handover", __name__)
Answer = BaseResponse | str | tuple[str, int]


@bp.get("/handover")
@allow(Permission.WRITE_DIARY)
def index() -> str:
    """Handovers under way and over, and the officers whose patch could be handed over."""
    session, actor = reading(), current_actor()
    rows = listed(session, actor)
    shown("handover", [row.id for row in rows])
    officers = officers_of(session, actor.teams(Permission.DECIDE_OVERDUE), today())
    return render_template("handover/index.html", rows=rows, officers=officers, form=BareForm(), own=actor.officer_id)


@bp.post("/handover")
@allow(Permission.WRITE_DIARY)
def begin() -> Answer:
    """Begins a handover, of one's own patch or of somebody of one's team."""
    actor, form = current_actor(), BareForm()
    officer_id = whole_number(request.form.get("officer_id"))
    if officer_id is None:
        raise Missing
    made = save(form, lambda session: service.begin(session, actor, officer_id, now=now()))
    if made is None:
        rows = listed(reading(), actor)
        officers = officers_of(reading(), actor.teams(Permission.DECIDE_OVERDUE), today())
        return render_template("handover/index.html", rows=rows, officers=officers, form=form, own=actor.officer_id), 422
    return redirect(f"/handover/{made.id}", 303)


@bp.get("/handover/<int:handover_id>")
@allow(Permission.WRITE_DIARY)
def one(handover_id: int) -> str:
    """One handover: where it stands, who signs, the checklist, and the pack."""
    return _page(handover_id, BareForm())


def _page(handover_id: int, form: BareForm) -> str:
    session, actor = reading(), current_actor()
    page = page_of(session, actor, handover_id, now())
    return render_template("handover/one.html", page=page, pack=_shown_pack(session, page), form=form)


def _shown_pack(session: Session, page: HandoverPage, *, on_paper: bool = False) -> Pack:
    """What the leaver holds, said to have been shown."""
    pack = pack_of(session, current_actor(), page.row.officer_id, today(), on_paper=on_paper)
    shown("handover", [page.row.id])
    shown("group", [group.row.id for group in pack.groups])
    shown("concern", [row.id for row in pack.concerns])
    return pack


@bp.get("/handover/<int:handover_id>/pack.pdf")
@allow(Permission.WRITE_DIARY)
def paper(handover_id: int) -> Response:
    """The pack on paper: without anything OFFICIAL-SENSITIVE; what leaves is recorded as disclosed."""
    session = reading()
    page = page_of(session, current_actor(), handover_id, now())
    pack = _shown_pack(session, page, on_paper=True)
    disclosed("handover", [handover_id], "pdf")
    html = render_template("handover/paper.html", page=page, pack=pack, actor_name=current_actor().name, printed_at=now())
    headers = {"Content-Disposition": f'attachment; filename="handover-{handover_id}.pdf"'}
    return Response(pdf_of(html), mimetype="application/pdf", headers=headers)


@bp.get("/handover/<int:handover_id>/terms")
@allow(Permission.WRITE_DIARY)
def terms(handover_id: int) -> Answer:
    """The form for who takes over, and when."""
    handover = _to_lead(handover_id)
    form = _terms_form(handover)
    form.successor_id.data, form.moves_on.data, form.version.data = handover.successor_id, handover.moves_on, str(handover.version)
    shown("handover", [handover.id])
    return render_template("handover/terms.html", form=form, page=page_of(reading(), current_actor(), handover_id, now()))


@bp.post("/handover/<int:handover_id>/terms")
@allow(Permission.WRITE_DIARY)
def agree(handover_id: int) -> Answer:
    """Sets who takes over, and when."""
    form = _terms_form(_to_lead(handover_id))
    if saved(form, lambda session: service.agree(session, current_actor(), handover_id, form.terms(), now=now())):
        return redirect(f"/handover/{handover_id}", 303)
    page = page_of(reading(), current_actor(), handover_id, now())
    if form.theirs:
        form.version.data = str(page.row.version)
        form.theirs = {"successor_id": page.successor, "moves_on": str(page.row.moves_on or "")}
    return render_template("handover/terms.html", form=form, page=page), 422


def _terms_form(handover: Handover) -> TermsForm:
    form = TermsForm()
    form.offer(who_may_take_over(reading(), handover.force_id, handover.officer_id, today()))
    return form


def _to_lead(handover_id: int) -> Handover:
    """A handover of a team that the actor leads; Missing otherwise."""
    handover = handover_to_read(reading(), current_actor(), handover_id)
    if not leads(current_actor(), handover.team_id):
        raise Missing
    return handover


@bp.get("/handover/<int:handover_id>/groups/<int:group_id>")
@allow(Permission.WRITE_DIARY)
def apart(handover_id: int, group_id: int) -> str:
    """The form that gives one group to somebody else."""
    form, handover = ApartForm(), _to_lead(handover_id)
    form.offer(who_may_take_over(reading(), handover.force_id, handover.officer_id, today()))
    form.officer_id.data = apart_of(reading(), handover.id).get(group_id)
    return _apart_page(handover, group_id, form)


@bp.post("/handover/<int:handover_id>/groups/<int:group_id>")
@allow(Permission.WRITE_DIARY)
def set_apart(handover_id: int, group_id: int) -> Answer:
    """Gives one group of the patch to somebody else than the successor."""
    form, handover = ApartForm(), _to_lead(handover_id)
    form.offer(who_may_take_over(reading(), handover.force_id, handover.officer_id, today()))
    if saved(form, lambda s: service.set_apart(s, current_actor(), handover_id, group_id, form.officer_id.data, now=now())):
        return redirect(f"/handover/{handover_id}#group-{group_id}", 303)
    return _apart_page(_to_lead(handover_id), group_id, form), 422


def _apart_page(handover: Handover, group_id: int, form: ApartForm) -> str:
    group = group_to_read(reading(), current_actor(), group_id)
    if group.owner_id != handover.officer_id:
        raise Missing
    shown("group", [group.id])
    return render_template("handover/apart.html", form=form, group=group, handover=handover)


def _pressed(handover_id: int, do: Callable[[Session], object], said: str, where: str) -> Answer:
    """Does what a button says, and goes where that is seen; a refusal stands on the handover's page."""
    form = BareForm()
    if not saved(form, do):
        return _page(handover_id, form), 422
    if said:
        flash(said)
    return redirect(where, 303)


@bp.post("/handover/<int:handover_id>/steps/<side>")
@allow(Permission.WRITE_DIARY)
def tick(handover_id: int, side: str) -> Answer:
    """Keeps which lines of one side's checklist are done, and then signs where that was pressed."""
    if side not in set(Side):
        raise Missing
    whose, steps = Side(side), frozenset(Step(step) for step in request.form.getlist("step") if step in set(Step))
    here, signs = f"/handover/{handover_id}", request.form.get("do") == "sign"
    said = "" if signs else _("Kept.")
    kept = _pressed(handover_id, lambda s: service.tick(s, current_actor(), handover_id, steps, whose, now=now()), said, here)
    if not signs or isinstance(kept, tuple):
        return kept
    return _pressed(handover_id, lambda s: service.sign(s, current_actor(), handover_id, whose, now=now()), _("Signed."), here)


@bp.post("/handover/<int:handover_id>/move")
@allow(Permission.WRITE_DIARY)
def move(handover_id: int) -> Answer:
    """Hands everything over now, where its day has come and both have signed."""
    _to_lead(handover_id)
    here, said = f"/handover/{handover_id}", _("Everything changed hands. It can be taken back for a day.")
    return _pressed(
        handover_id, lambda s: moving.move(s, current_actor(), handover_to_change(s, current_actor(), handover_id), now=now()), said, here
    )


@bp.post("/handover/<int:handover_id>/take-back")
@allow(Permission.WRITE_DIARY)
def take_back(handover_id: int) -> Answer:
    """Undoes the move, within a day of it."""
    here, said = f"/handover/{handover_id}", _("Taken back. What somebody changed since has stayed, and is marked.")
    return _pressed(handover_id, lambda s: moving.take_back(s, current_actor(), handover_id, now=now()), said, here)


@bp.post("/handover/<int:handover_id>/call-off")
@allow(Permission.WRITE_DIARY)
def call_off(handover_id: int) -> Answer:
    """Ends a handover in which nothing changed hands."""
    said = _("Called off. Nothing changed hands.")
    return _pressed(handover_id, lambda s: service.call_off(s, current_actor(), handover_id, now=now()), said, "/handover")


@bp.get("/groups/<int:group_id>/tips")
@allow(Permission.WRITE_DIARY)
def tips(group_id: int) -> str:
    """What works with a group and its people, and the form for more."""
    return _tips_page(group_id, _tip_form(group_id))


@bp.post("/groups/<int:group_id>/tips")
@allow(Permission.WRITE_DIARY)
def write_tip(group_id: int) -> Answer:
    """Keeps what works with them."""
    form, actor = _tip_form(group_id), current_actor()
    if saved(
        form, lambda s: service.write_tip(s, actor, group_id, form.contact_id.data, form.words.data or "", form.over_warning, now=now())
    ):
        flash(_("Kept."))
        return redirect(f"/groups/{group_id}/tips", 303)
    return _tips_page(group_id, form), 422


@bp.post("/groups/<int:group_id>/tips/<int:tip_id>/erase")
@allow(Permission.WRITE_DIARY)
def erase_tip(group_id: int, tip_id: int) -> Answer:
    """Erases a tip: nothing of it is kept."""
    form = _tip_form(group_id)
    if saved(BareForm(), lambda s: service.erase_tip(s, current_actor(), tip_id, now=now())):
        flash(_("Erased."))
        return redirect(f"/groups/{group_id}/tips", 303)
    return _tips_page(group_id, form), 422


def _tip_form(group_id: int) -> TipForm:
    group, form = group_to_read(reading(), current_actor(), group_id), TipForm()
    form.offer((card.id, card.name) for card in contacts_of(reading(), [group.id]).get(group.id, []))
    return form


def _tips_page(group_id: int, form: TipForm) -> str:
    group = group_to_read(reading(), current_actor(), group_id)
    shown("group", [group.id])
    people = {card.id: card.name for card in contacts_of(reading(), [group.id]).get(group.id, [])}
    found = tips_of(reading(), [group.id]).get(group.id, [])
    months = current().number("retention", "group_tip_months")
    return render_template("handover/tips.html", form=form, group=group, people=people, tips=found, months=months)
