"""What leaves of a summary, on screen: the letter of a chosen group, the page, the poster, and who got the letter."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from engagement.access.domain import Permission
from engagement.access.guard import allow, current_actor, disclosed, shown
from engagement.core.months import Month
from engagement.core.pages import page_number
from engagement.db import reading, unit_of_work
from engagement.summaries import bounces, preview, queries
from engagement.summaries.editor import Desk, desk_of
from engagement.web.moment import now

bp = Blueprint("leaving", __name__)


def open_desk(summary_id: int) -> Desk:
    """The desk of a summary of theirs, noted as shown."""
    session, actor = reading(), current_actor()
    desk = desk_of(session, actor, queries.summary_to_read(session, actor, summary_id), now=now())
    shown("summary", [summary_id])
    shown("concern", [card.item.concern_id for card in desk.cards])
    return desk


def month_name(month: str) -> str:
    """A stored month in words."""
    return Month.parse(month).name


@bp.get("/summaries/<int:summary_id>/mail")
@allow(Permission.EDIT_SUMMARY)
def mail(summary_id: int) -> str:
    """The letter as a chosen group would get it."""
    desk = open_desk(summary_id)
    groups = preview.groups_of(desk)
    asked = request.args.get("group", "")
    chosen = int(asked) if asked.isascii() and asked.isdigit() and int(asked[:18]) in groups else next(iter(groups), None)
    letter = preview.mail_to(reading(), desk, chosen, now=now()) if chosen is not None else None
    return render_template("summaries/mail.html", desk=desk, groups=groups, chosen=chosen, letter=letter)


@bp.get("/summaries/<int:summary_id>/page")
@allow(Permission.EDIT_SUMMARY)
def page(summary_id: int) -> str:
    """The page for everybody as it would be published."""
    desk = open_desk(summary_id)
    head = preview.head_of(reading(), desk, now=now())
    return render_template("summaries/page.html", desk=desk, cards=preview.for_everyone(desk), head=head)


@bp.get("/summaries/<int:summary_id>/poster")
@allow(Permission.EDIT_SUMMARY)
def poster(summary_id: int) -> str:
    """A poster for a notice board, to print on A4."""
    desk = open_desk(summary_id)
    cards = preview.for_everyone(desk, at_most=preview.ON_A_POSTER)
    head = preview.head_of(reading(), desk, now=now())
    if desk.summary.state == "approved":
        disclosed("summary_item", [card.item.id for card in cards], "poster to print")
    return render_template("summaries/poster.html", desk=desk, cards=cards, head=head)


@bp.get("/summaries/<int:summary_id>/letters")
@allow(Permission.EDIT_SUMMARY)
def letters(summary_id: int) -> str:
    """Who got the letter, and what became of it."""
    session = reading()
    summary = queries.summary_to_read(session, current_actor(), summary_id)
    page = queries.letters_of(session, summary, number=page_number(request.args.get("page")))
    shown("summary", [summary_id])
    shown("group", {row.group_id for row in page.rows})
    return render_template(
        "summaries/letters.html", summary=summary, page=page, month_name=month_name, heading=queries.place_of(session, summary)
    )


@bp.post("/summaries/<int:summary_id>/letters/<int:letter_id>/came-back")
@allow(Permission.EDIT_SUMMARY)
def letter_came_back(summary_id: int, letter_id: int) -> BaseResponse:
    """Notes that a letter came back after it had been taken: nobody was told, and somebody phones."""
    with unit_of_work() as session:
        summary = queries.summary_to_read(session, current_actor(), summary_id)
        bounces.came_back(session, current_actor(), queries.letter_of(session, summary, letter_id), now=now())
    flash(_("Noted: what it told is taken back, and the owner is asked to phone instead."))
    return redirect(f"/summaries/{summary_id}/letters", 303)
