"""Pages of dip-samples: the months with what was read, and one month's entries."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engagement.access.domain import Permission
from engagement.access.guard import allow, current_actor, shown
from engagement.core.errors import Missing
from engagement.core.months import Month
from engagement.db import reading
from engagement.dip_sample.forms import CommentForm
from engagement.dip_sample.models import DipEntry
from engagement.dip_sample.queries import entries_of, sample_of, samples_of
from engagement.dip_sample.service import mark_read
from engagement.web.moment import now
from engagement.web.saving import saved

bp = Blueprint("dip_samples", __name__)


@bp.get("/dip-samples")
@allow(Permission.DECIDE_OVERDUE)
def index() -> str:
    """The samples of the teams that the reader leads, newest month first, with what was read of each."""
    rows = samples_of(reading(), current_actor())
    shown("dip_sample", [row.id for row in rows])
    return render_template("dip_sample/index.html", rows=[(row, Month.parse(row.month).name) for row in rows])


@bp.get("/dip-samples/<int:sample_id>")
@allow(Permission.DECIDE_OVERDUE)
def sample(sample_id: int) -> str:
    """The entries that were drawn, to read and comment on."""
    return _page(sample_id)


@bp.post("/dip-samples/entries/<int:entry_id>")
@allow(Permission.DECIDE_OVERDUE)
def read(entry_id: int) -> Response | tuple[str, int]:
    """Keeps that an entry was read, and what is said about it."""
    form = CommentForm()
    if saved(form, lambda session: mark_read(session, current_actor(), entry_id, form.words.data or "", now=now())):
        flash(_("Read: they find your words on their shift.") if form.words.data else _("Read."))
        return redirect(f"/dip-samples/{_sample_of(entry_id)}#entry-{entry_id}", 303)
    return _page(_sample_of(entry_id), entry_id, form), 422


def _sample_of(entry_id: int) -> int:
    entry = reading().get(DipEntry, entry_id)
    if entry is None:
        raise Missing
    return entry.sample_id


def _page(sample_id: int, refused_id: int | None = None, refused: CommentForm | None = None) -> str:
    actor, session = current_actor(), reading()
    found = sample_of(session, actor, sample_id)
    entries = entries_of(session, actor, sample_id)
    for entity in ("engagement", "concern", "action"):
        shown(entity, [one.entity_id for one in entries if one.entity == entity])
    return render_template(
        "dip_sample/sample.html",
        sample=found,
        month=Month.parse(found.month).name,
        entries=entries,
        theirs=[one for one in entries if one.officer_id != actor.officer_id],
        form=refused or CommentForm(formdata=None),
        refused_id=refused_id,
        me=actor.officer_id,
        sensitive=any(one.sensitive for one in entries),
    )
