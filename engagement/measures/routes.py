"""Pages of measures: the figures of a period, the rows behind one, and both as spreadsheets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _

from engagement.access.domain import Permission
from engagement.access.guard import allow, current_actor, disclosed, shown
from engagement.concerns.domain import ConcernState
from engagement.concerns.timing import rule
from engagement.core.errors import Missing
from engagement.core.pages import Page, page_number
from engagement.core.spreadsheets import spreadsheet
from engagement.db import reading
from engagement.engagements.domain import Kind
from engagement.groups.vocabulary import characteristics
from engagement.measures import desk
from engagement.measures.charts import length, trend
from engagement.measures.figures import Book, Figures
from engagement.measures.found import Found, Row, Wanted
from engagement.measures.lines import AGES, FIGURES, cards, say_days, say_hours, say_number, say_share, sections
from engagement.measures.rows import ANSWERS, KNOWN, NONE_STATED, OUTCOMES, read_rows
from engagement.overdue.domain import Cleared
from engagement.web.errors import say
from engagement.web.moment import now, today

bp = Blueprint("measures", __name__)

SIZE, MOST = 50, 5000


@bp.get("/measures")
@allow(Permission.SEE_TOTALS)
def index() -> str | tuple[str, int]:
    """Are we keeping our promises? The figures of whoever may be looked at, for a period, beside the one before."""
    session, actor = reading(), current_actor()
    view = desk.read_view(session, actor, request.args, today())
    book = desk.open_book(session, view, now=now(), rule=rule())
    here, before = book.of(0, place=view.top), book.of(1, place=view.top)
    points = desk.trend_of(view, book.months, today())
    columns, reached = desk.reach_of(session, view, today())
    kind, beside = desk.compared(session, view, book)
    shown("team", view.team_ids)
    period, earlier = view.days(today())
    page = render_template(
        "measures/index.html",
        view=view,
        period=period,
        earlier=earlier,
        so_far=period.last > today(),
        question=question_here(),
        cards=cards(here, before, earlier.name, rule().hours),
        sections=sections(here, before),
        figures=here,
        ages=_ages(here, before),
        points=points,
        chart=trend(points),
        columns=columns,
        reached=reached,
        kind=kind,
        beside=beside,
        periods=desk.periods_offered(view, today()),
        places=desk.places_offered(view),
        opens=not view.totals_only,
        problem=(view.problem.field, say(view.problem)) if view.problem else None,
        say_share=say_share,
        say_days=say_days,
        say_hours=say_hours,
        say_number=say_number,
    )
    return (page, 422) if view.problem else page


def question_here() -> str:
    """The question of this page's address, for the links to rows and spreadsheets."""
    return request.query_string.decode("utf-8", "replace")


def _ages(here: Figures, before: Figures) -> list[tuple[str, str, int | None, int | None, float]]:
    """The open concerns by age: (figure, words, now, before, length of the bar)."""
    most = max([here.counts[name] for name in AGES] + [1])
    words = (_("up to 1 week"), _("1 to 4 weeks"), _("1 to 3 months"), _("3 to 6 months"), _("longer than 6 months"))
    numbers = [(here.number(name), before.number(name)) for name in AGES]
    return [(n, w, a, b, length(a or 0, most)) for n, w, (a, b) in zip(AGES, words, numbers, strict=True)]


@bp.get("/measures/rows")
@allow(Permission.SEE_MEASURES)
def rows() -> str:
    """The rows behind one figure, fifty to a page."""
    number = page_number(request.args.get("page"))
    view, wanted, found = _rows(offset=(number - 1) * SIZE, limit=SIZE)
    for entity in sorted({row.entity for row in found.rows}) or ["team"]:
        shown(entity, [row.id for row in found.rows if row.entity == entity])
    return render_template(
        "measures/rows.html",
        view=view,
        wanted=wanted,
        title=_title(wanted),
        rows=found.rows,
        page=Page(rows=found.rows, number=number, size=SIZE, total=found.total),
        says=_says,
        days=_days_of(wanted.figure),
        sensitive=any(row.sensitive for row in found.rows),
        question=question_here(),
    )


@bp.get("/measures/rows.csv")
@allow(Permission.SEE_MEASURES)
def rows_file() -> Response:
    """The same as a spreadsheet, but for what is OFFICIAL-SENSITIVE, which stays behind."""
    view, wanted, found = _rows(offset=0, limit=MOST)
    kept = [row for row in found.rows if not row.sensitive]
    for entity in sorted({row.entity for row in kept}) or ["team"]:
        disclosed(entity, [row.id for row in kept if row.entity == entity], f"spreadsheet of measures: {wanted.figure}")
    lines = ((row.title, _says(row), row.day, row.until) for row in kept)
    return _file(f"measures-{wanted.figure}", (view.name, view.period.name, *_days_of(wanted.figure)), lines)


def _rows(*, offset: int, limit: int) -> tuple[desk.View, Wanted, Found]:
    session, actor = reading(), current_actor()
    view = desk.read_view(session, actor, request.args, today())
    figure = request.args.get("figure", "")
    community = request.args.get("community", "")
    if view.totals_only or figure not in KNOWN or (figure == "reach" and community not in {NONE_STATED, *characteristics()}):
        raise Missing
    wanted = Wanted(figure, community, request.args.get("met", "") if request.args.get("met") in ("yes", "no") else "")
    found = read_rows(session, actor, view.asked, view.period, wanted, now=now(), rule=rule(), offset=offset, limit=limit)
    return view, wanted, found


def _title(wanted: Wanted) -> str:
    if wanted.figure != "reach":
        return str(FIGURES[wanted.figure])
    name = str(characteristics().get(wanted.community, _("No community stated")))
    said = {"yes": _("%(name)s: groups contacted", name=name), "no": _("%(name)s: groups not contacted", name=name)}
    return str(said.get(wanted.met, name))


def _days_of(figure: str) -> tuple[str, str]:
    """What the two days of a row are: the first, and the one that ended it."""
    if figure in ("late", "late_assumed"):
        return _("Due"), _("Ended")
    if figure.startswith("promise"):
        return _("Due"), _("Ended")
    if figure.startswith("changed"):
        return _("Due"), _("Changed")
    if figure in (*ANSWERS, *OUTCOMES, "opened", "closed") or figure.startswith("open"):
        return _("Raised"), _("Closed")
    if figure in ("contacts", "dormant"):
        return _("Day"), ""
    return (_("Last told"), "") if figure in ("fresh", "stale") else (_("Last contact"), "")


def _says(row: Row) -> str:
    """What there is to say of a row beside its title and its day."""
    if row.what in ANSWERS:
        return str(_("waited %(time)s", time=say_hours(row.number)))
    if row.what in OUTCOMES:
        return str(_("%(time)s since it was raised", time=say_days(row.number)))
    if row.what in ("late", "late_assumed"):
        how = Cleared(row.kind).label.lower() if row.kind else _("not contacted yet")
        return str(_("%(time)s late, %(how)s", time=say_days(row.number), how=how))
    if row.what == "contacts":
        return Kind(row.kind).label if row.kind else str(_("Last contact"))
    if row.entity == "concern":
        return ConcernState(row.kind).label
    return str(FIGURES.get(row.what, ""))


@bp.get("/measures.csv")
@allow(Permission.SEE_TOTALS)
def download() -> Response:
    """One table of the page as a spreadsheet: the figures, the trend, the ages, the reach or the comparison."""
    session, actor = reading(), current_actor()
    view = desk.read_view(session, actor, request.args, today())
    table = request.args.get("table", "figures")
    if table not in TABLES:
        raise Missing
    disclosed("team", view.team_ids, f"spreadsheet of measures: {table}")
    if table == "trend":
        points = desk.trend_of(view, desk.months_of_trend(session, view, today()), today())
        lines: Iterable[Sequence[object]] = [(p.name, *_parts(p.share)) for p in points]
        return _file("measures-trend", (_("period"), _("on time"), _("of"), _("percent")), lines)
    if table == "reach":
        columns, reached = desk.reach_of(session, view, today())
        head = (_("community"), *(f"{name}: {part}" for name in columns for part in (_("groups contacted"), _("groups"))))
        return _file("measures-reach", head, ((r.name, *(_cell(n) for c in r.cells for n in (c[3], c[2]))) for r in reached))
    return _figures_file(view, desk.open_book(session, view, now=now(), rule=rule()), table)


TABLES = ("figures", "trend", "ages", "reach", "beside")


def _figures_file(view: desk.View, book: Book, table: str) -> Response:
    here, before = book.of(0, place=view.top), book.of(1, place=view.top)
    _period, earlier = view.days(today())
    if table == "ages":
        head = (_("age of open concerns"), view.period.name, earlier.name)
        return _file("measures-ages", head, ((w, _cell(a), _cell(b)) for _n, w, a, b, _l in _ages(here, before)))
    if table == "beside":
        _kind, beside = desk.compared(reading(), view, book)
        names = [name for name in FIGURES if name not in ("open", "no_priority", "reach")]
        rows = ((line.name, *(_cell(line.figures.number(name)) for name in names)) for line in beside)
        return _file("measures-compared", (_("whose"), *(str(FIGURES[name]) for name in names)), rows)
    found = ((section.title, line.label, line.now, line.before) for section in sections(here, before) for line in section.lines)
    return _file("measures", (view.name, _("figure"), view.period.name, earlier.name), found)


def _parts(share: Any) -> tuple[object, object, object]:
    return (_("not shown"),) * 3 if share is None else (share.part, share.whole, share.percent)


def _cell(number: int | None) -> object:
    return _("not shown") if number is None else number


def _file(name: str, head: Sequence[str], lines: Iterable[Sequence[object]]) -> Response:
    return Response(
        spreadsheet(head, lines),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}-{today():%Y-%m-%d}-OFFICIAL.csv"'},
    )
