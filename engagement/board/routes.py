"""The sergeant's board: who has been left too long, what else waits, as a page, on paper and as a spreadsheet."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request

from engagement.access.domain import Permission
from engagement.access.guard import allow, current_actor, disclosed, shown
from engagement.board import queries
from engagement.board.domain import Wanted, board_question
from engagement.board.item_lines import decided_in_words
from engagement.board.lines import said
from engagement.board.listing import Top, clocks_on_top, item_lines, late_lines, read_top, rows_shown
from engagement.board.taking_back import items_decided
from engagement.concerns.timing import rule
from engagement.core.pages import Page, page_number
from engagement.core.spreadsheets import spreadsheet
from engagement.db import reading
from engagement.overdue.domain import DecisionKind
from engagement.overdue.queries import decisions, history_in_words
from engagement.web.moment import today

bp = Blueprint("board", __name__)

CLOCKS_ON_TOP = 5


@bp.get("/overdue")
@allow(Permission.SEE_BOARD)
def index() -> str:
    """The board, filtered, sorted and paged by its address."""
    wanted = Wanted.read(request.args)
    top, number = read_top(wanted), page_number(request.args.get("page"))
    page = _page_of(top, wanted, number)
    urgent = clocks_on_top(top, CLOCKS_ON_TOP) if top.number("clocks") and wanted.show != "clocks" else []
    if urgent:
        shown("concern", [clock.id for clock in urgent])
    history = history_in_words(reading(), [row.id for row in page.rows]) if wanted.show == "escalated" else {}
    return render_template(
        "board/index.html",
        sensitive=any(getattr(row, "sensitive", False) for row in page.rows),
        top=top,
        wanted=wanted,
        rows=page.rows,
        page=page,
        clocks=urgent,
        clock_rule=rule(),
        decision_kinds=DecisionKind,
        asks_sergeants=current_actor().may(Permission.ASK_SERGEANTS),
        history=history,
        done=_done(),
        did=_did(),
        today=today(),
        back=back_here(),
    )


def back_here() -> str:
    """The question of this board's address, without what was only said once."""
    return board_question(request.query_string.decode("utf-8", "replace"))


def _page_of(top: Top, wanted: Wanted, number: int) -> Page[Any]:
    """The rows that were asked for, and where in the list they stand."""
    size = queries.SIZE
    lines = late_lines if wanted.lists_groups else item_lines
    rows: list[Any] = list(lines(top, wanted, offset=(number - 1) * size, limit=size))
    for entity, ids in rows_shown(wanted, rows):
        shown(entity, ids)
    return Page(rows=rows, number=number, size=size, total=top.sums.total)


def _done() -> list[tuple[int, str, str]]:
    """What was just decided about groups, and may be taken back."""
    ids = _numbers(request.args.get("done"))
    rows = decisions(reading(), current_actor(), ids) if ids else []
    return [(one.id, one.group, said(one.kind, one.officer, one.until, today())) for one in rows]


def _did() -> list[tuple[int, str, str]]:
    """The same about concerns, actions and promises."""
    ids = _numbers(request.args.get("did"))
    rows = items_decided(reading(), current_actor(), ids) if ids else []
    return [(one.id, one.title, decided_in_words(one.kind, one.decided_at, today())) for one in rows]


def _numbers(text: str | None) -> list[int]:
    """The numbers of "12,13"; nothing else is one."""
    parts = (text or "")[:2000].split(",")
    return [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 16]


def _whole_list(wanted: Wanted) -> tuple[Top, list[Any]]:
    top = read_top(wanted)
    lines = late_lines if wanted.lists_groups else item_lines
    return top, list(lines(top, wanted, offset=0, limit=queries.MOST))


def _left(wanted: Wanted, rows: list[Any], how: str) -> None:
    for entity, ids in rows_shown(wanted, rows):
        disclosed(entity, ids, how)


@bp.get("/overdue/print")
@allow(Permission.SEE_BOARD)
def on_paper() -> str:
    """Every row of the list that was asked for, on A4; who printed it is on the sheet and on the record."""
    wanted = Wanted.read(request.args)
    top, rows = _whole_list(wanted)
    _left(wanted, rows, "print of the board")
    return render_template("board/print.html", top=top, wanted=wanted, rows=rows, today=today(), back=back_here())


@bp.get("/overdue.csv")
@allow(Permission.SEE_BOARD)
def download() -> Response:
    """The same as a spreadsheet, but for what is OFFICIAL-SENSITIVE, which stays behind."""
    wanted = Wanted.read(request.args)
    rows = [row for row in _whole_list(wanted)[1] if not row.sensitive]
    _left(wanted, rows, "spreadsheet of the board")
    if wanted.lists_groups:
        name: str = "overdue"
        header: tuple[str, ...] = (
            "group",
            "owner",
            "standing",
            "tried",
            "last contact",
            "owed",
            "booked",
            "decision",
            "because",
            "inspector",
        )
        cells: Any = ((x.name, x.owner, x.standing, x.tried, x.last, x.owed, x.booked, x.decided, x.reason, x.asked) for x in rows)
    else:
        name, header = wanted.show, ("what", "where", "standing", "officer", "decision", "because")
        cells = ((x.title, x.where, x.standing, x.officer, x.decided, x.reason) for x in rows)
    return Response(
        spreadsheet(header, cells),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}-{today():%Y-%m-%d}-OFFICIAL.csv"'},
    )
