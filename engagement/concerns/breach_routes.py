"""Pages of the answers that came too late: the list of a month, its spreadsheet, and the recourse that a raiser is given."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from engagement.access.domain import Permission
from engagement.access.guard import allow, current_actor, disclosed, shown
from engagement.concerns.breaches import Breach, breaches, still_owed, untold
from engagement.concerns.drafts import How
from engagement.concerns.forms import RecourseForm
from engagement.concerns.recourse import ON_PAPER, Recourse, give_recourse, recourse_of, wordings
from engagement.concerns.timing import rule
from engagement.core.addresses import ticked
from engagement.core.clock import london_day
from engagement.core.months import Month
from engagement.core.pages import Page, page_number
from engagement.core.spreadsheets import spreadsheet
from engagement.db import reading
from engagement.web.moment import now, today
from engagement.web.saving import saved

bp = Blueprint("breaches", __name__)

SIZE, MONTHS = 50, 12
HEADER = (
    "Concern",
    "What is the matter",
    "Neighbourhood",
    "Raised by",
    "Raised",
    "Owed by",
    "Answered",
    "Hours over",
    "Owner",
    "Recourse given",
    "How",
    "By",
)


@dataclass(slots=True)
class Asked:
    """What the list's address asks for: a month, of which perhaps only those without an answer yet, or not told of the recourse."""

    month: Month
    owed: bool
    untold: bool

    @classmethod
    def read(cls) -> Asked:
        """From the address; a month that is none is this one."""
        try:
            month = Month.parse(request.args.get("month", ""))
        except ValueError:
            month = Month.of(today())
        return cls(month=month, owed=ticked(request.args, "owed"), untold=ticked(request.args, "untold"))

    def found(self) -> tuple[list[Breach], int, int]:
        """The rows, how many of the month have no answer yet, and how many of them nobody told of the recourse."""
        actor = current_actor()
        every = breaches(
            reading(), actor.force_id, actor.readable_teams, self.month.first, self.month.last, now=now(), actor=actor
        )  # fmt: skip
        owed, quiet = still_owed(every), untold(every)
        rows = [one for one in every if (one.answered_at is None or not self.owed) and (one.recourse_at is None or not self.untold)]
        return rows, len(owed), len(quiet)


@bp.get("/concerns/breaches")
@allow(Permission.READ_DIARY)
def index() -> str:
    """The answers of a month that were not given in time, the latest first."""
    asked, number = Asked.read(), page_number(request.args.get("page"))
    rows, owed, quiet = asked.found()
    page = Page(rows=rows[(number - 1) * SIZE : number * SIZE], number=number, size=SIZE, total=len(rows))
    shown("concern", [row.concern_id for row in page.rows])
    this = Month.of(today())
    return render_template(
        "concerns/breaches.html",
        page=page, asked=asked, owed=owed, untold=quiet, hours=rule().hours, sensitive=any(row.sensitive for row in page.rows),
        wordings=wordings(reading(), {row.team_id for row in page.rows}),
        hows={how.value: how.label for how in How},
        months=[(str(month), month.name) for month in (this.plus(-n) for n in range(MONTHS))],
    )  # fmt: skip


@bp.get("/concerns/breaches.csv")
@allow(Permission.READ_DIARY)
def download() -> Response:
    """The same as a spreadsheet, but for OFFICIAL-SENSITIVE concerns, which stay behind."""
    asked = Asked.read()
    rows = [row for row in asked.found()[0] if not row.sensitive]
    disclosed("concern", [row.concern_id for row in rows], "spreadsheet of late answers")
    cells = (
        (
            row.concern_id, row.title, row.neighbourhood, row.by, london_day(row.raised_at), london_day(row.due_at),
            london_day(row.answered_at) if row.answered_at else None, row.hours_over, row.owner,
            london_day(row.recourse_at) if row.recourse_at else None, How(row.recourse_how).label if row.recourse_how else "", row.recourse_by,
        )
        for row in rows
    )  # fmt: skip
    name = f"late-answers-{asked.month}-OFFICIAL.csv"
    return Response(
        spreadsheet(("OFFICIAL " + HEADER[0], *HEADER[1:]), cells),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@bp.get("/concerns/recourse/<int:raising_id>")
@allow(Permission.READ_DIARY)
def choose(raising_id: int) -> str:
    """What the raiser of a breach is told, and how they can be told it."""
    return _page(RecourseForm(formdata=None), _shown(raising_id))


@bp.post("/concerns/recourse/<int:raising_id>")
@allow(Permission.WRITE_DIARY)
def give(raising_id: int) -> BaseResponse | tuple[str, int]:
    """Keeps that they were given it; mails it, or opens the sheet to print."""
    form = RecourseForm()
    how, address = (request.form.get("how", "").partition(":")[i] for i in (0, 2))
    if saved(form, lambda session: give_recourse(session, current_actor(), raising_id, how, address, now=now())):
        if how == ON_PAPER:
            return redirect(f"/concerns/recourse/{raising_id}/sheet", 303)
        flash(_("It is on its way to them.") if how == How.EMAIL else _("On the record: they know what they can do."))
        return redirect("/concerns/breaches", 303)
    return _page(form, _shown(raising_id)), 422


@bp.get("/concerns/recourse/<int:raising_id>/sheet")
@allow(Permission.READ_DIARY)
def sheet(raising_id: int) -> str:
    """The recourse on a sheet of paper."""
    found = recourse_of(reading(), current_actor(), raising_id, now=now())
    disclosed("raising", [raising_id], "print of the recourse")
    return render_template("concerns/recourse_sheet.html", found=found, sensitive=found.breach.sensitive)


def _shown(raising_id: int) -> Recourse:
    found = recourse_of(reading(), current_actor(), raising_id, now=now())
    shown("concern", [found.breach.concern_id])
    return found


def _page(form: RecourseForm, found: Recourse) -> str:
    ways = [
        (How.ENGAGEMENT.value, _("Told them face to face")), (How.TELEPHONE.value, _("Told them by telephone")), (ON_PAPER, _("Print it")),
    ]  # fmt: skip
    mails = [(f"{How.EMAIL.value}:{address}", _("Mail it to %(whom)s", whom=whom)) for address, whom in found.addresses.items()]
    return render_template("concerns/recourse.html", form=form, found=found, ways=[*ways, *mails], sensitive=found.breach.sensitive)
