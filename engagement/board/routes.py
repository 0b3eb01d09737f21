"""The sergeant's board: who has been left too long, what else waits, as a page, on paper and as a spreadsheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _

from engagement.access.domain import Permission
from engagement.access.guard import allow, current_actor, disclosed, shown
from engagement.board import queries
from engagement.board.domain import Wanted, board_question
from engagement.board.lines import Line, Sums, clocks_of, lines_of, said, sums_of
from engagement.concerns.timing import rule
from engagement.core.clock import london_day
from engagement.core.errors import Missing
from engagement.core.pages import Page, page_number
from engagement.core.spreadsheets import spreadsheet
from engagement.db import reading
from engagement.overdue.queries import decisions
from engagement.summaries.queries import awaiting_approval
from engagement.web.moment import now, today

bp = Blueprint("board", __name__)

CLOCKS_ON_TOP = 5


@dataclass(slots=True)
class Top:
    """What stands above the rows: the teams, the counts, the clocks."""

    teams: list[queries.TeamCounts]
    chosen: list[queries.TeamCounts]
    sums: Sums
    clocks: int
    tell: int
    approve: int

    @property
    def team_ids(self) -> list[int]:
        """The teams whose rows are shown."""
        return [team.id for team in self.chosen]

    @property
    def name(self) -> str:
        """The names of one team or two; of more, how many there are."""
        names = [team.name for team in self.chosen]
        return " and ".join(names) if 1 <= len(names) <= 2 else _("%(n)s teams", n=len(names))


def read_top(wanted: Wanted) -> Top:
    """The teams that the actor leads, narrowed to the one asked for, with every count; Missing for a team that is not theirs."""
    actor, session = current_actor(), reading()
    teams = queries.team_counts(session, actor.teams(Permission.SEE_BOARD), now())
    chosen = [team for team in teams if wanted.team in (None, team.id)]
    if wanted.team is not None and not chosen:
        raise Missing
    cube = queries.cube(session, actor.force_id, [team.id for team in chosen], today())
    return Top(
        teams=teams,
        chosen=chosen,
        sums=sums_of(cube, wanted),
        clocks=sum(team.clocks for team in chosen),
        tell=sum(team.tell for team in chosen),
        approve=sum(team.approve for team in chosen),
    )


def late_lines(top: Top, wanted: Wanted, *, offset: int, limit: int) -> list[Line]:
    """A page of late groups in words."""
    if not top.sums.total:
        return []
    found = queries.rows(reading(), current_actor().force_id, top.team_ids, wanted, today(), offset=offset, limit=limit)
    return lines_of(found, today())


@bp.get("/overdue")
@allow(Permission.SEE_BOARD)
def index() -> str:
    """The board, filtered, sorted and paged by its address."""
    wanted = Wanted.read(request.args)
    top, number = read_top(wanted), page_number(request.args.get("page"))
    rows, page = _page_of(top, wanted, number)
    urgent = _clocks(top, CLOCKS_ON_TOP) if top.clocks and wanted.show != "clocks" else []
    if urgent:
        shown("concern", [clock.id for clock in urgent])
    said_done = _numbers(request.args.get("done"))
    done = decisions(reading(), current_actor(), said_done) if said_done else []
    return render_template(
        "board/index.html",
        sensitive=any(getattr(row, "sensitive", False) for row in rows),
        top=top,
        wanted=wanted,
        rows=rows,
        page=page,
        clocks=urgent,
        done=[(one.id, one.group, said(one.kind, one.officer, one.until, today())) for one in done],
        today=today(),
        back=back_here(),
    )


def back_here() -> str:
    """The question of this board's address, without what was only said once."""
    return board_question(request.query_string.decode("utf-8", "replace"))


def _page_of(top: Top, wanted: Wanted, number: int) -> tuple[list[Any], Page[Any]]:
    """The rows that were asked for, of groups, answers, outcomes or summaries, and where in the list they stand."""
    session, actor, size = reading(), current_actor(), queries.SIZE
    offset = (number - 1) * size
    match wanted.show:
        case "clocks":
            total = top.clocks
            rows: list[Any] = _clocks(top, size, offset)
            shown("concern", [row.id for row in rows])
        case "tell":
            total = top.tell
            owed = queries.to_tell(session, actor.force_id, top.team_ids, limit=size, offset=offset)
            rows = [(row.id, row.title, london_day(row.first_raised_at), row.owner) for row in owed]
            shown("concern", [row[0] for row in rows])
        case "approve":
            waiting = awaiting_approval(session, top.team_ids)
            total, rows = len(waiting), list(waiting[offset : offset + size])
            shown("summary", [row.summary_id for row in rows])
        case _:
            total = top.sums.total
            rows = late_lines(top, wanted, offset=offset, limit=size)
            shown("group", [row.id for row in rows])
    return rows, Page(rows=rows, number=number, size=size, total=total)


def _clocks(top: Top, limit: int, offset: int = 0) -> list[Any]:
    found = queries.clocks(reading(), current_actor().force_id, top.team_ids, now(), today(), limit=limit, offset=offset)
    return list(clocks_of(found, now(), today(), rule()))


def _numbers(text: str | None) -> list[int]:
    """The numbers of "12,13"; nothing else is one."""
    parts = (text or "")[:2000].split(",")
    return [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 16]


@bp.get("/overdue/print")
@allow(Permission.SEE_BOARD)
def on_paper() -> str:
    """Every row of the list that was asked for, on A4; who printed it is on the sheet and on the record."""
    wanted = Wanted.read(request.args)
    top = read_top(wanted)
    rows = late_lines(top, wanted, offset=0, limit=queries.MOST)
    disclosed("group", [row.id for row in rows], "print of the overdue board")
    return render_template("board/print.html", top=top, wanted=wanted, rows=rows, today=today(), back=back_here())


@bp.get("/overdue.csv")
@allow(Permission.SEE_BOARD)
def download() -> Response:
    """The same as a spreadsheet, but for OFFICIAL-SENSITIVE groups, which stay behind."""
    wanted = Wanted.read(request.args)
    top = read_top(wanted)
    rows = [row for row in late_lines(top, wanted, offset=0, limit=queries.MOST) if not row.sensitive]
    disclosed("group", [row.id for row in rows], "spreadsheet of the overdue board")
    header = ("group", "owner", "standing", "tried", "last contact", "owed", "booked", "decision", "because")
    cells = ((x.name, x.owner, x.standing, x.tried, x.last, x.owed, x.booked, x.decided, x.reason) for x in rows)
    return Response(
        spreadsheet(header, cells),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="overdue-{today():%Y-%m-%d}-OFFICIAL.csv"'},
    )
