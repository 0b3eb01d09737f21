"""The page of measures put together: whose and when, out of an address; figures, trend, ages, reach and the comparison by officer or place."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from engagement.access.domain import Actor, Permission
from engagement.concerns.clock import ClockRule
from engagement.core.clock import london_day
from engagement.core.errors import Missing, Refused
from engagement.core.ids import whole_number
from engagement.core.months import Month
from engagement.groups.vocabulary import characteristics
from engagement.measures import queries
from engagement.measures.charts import Point
from engagement.measures.domain import Share
from engagement.measures.figures import FORCE, Book, Figures, Months, read_book, read_months, tree_of
from engagement.measures.items import NOBODY, Asked
from engagement.measures.lines import say_level
from engagement.measures.periods import Period, before, of_year, own, quarter_of, quarters_up, run_up, usual, written
from engagement.measures.rows import NONE_STATED
from engagement.measures.suppression import Parts, hidden

MOST_COLUMNS = 8


@dataclass(slots=True)
class View:
    """Whose measures, and when: what an address asked for, within what its reader may see."""

    actor: Actor
    places: Sequence[Any]
    period: Period
    place: str
    officer: int | None
    officer_name: str
    totals_only: bool
    problem: Refused | None
    typed: tuple[str, str]

    @property
    def team_ids(self) -> tuple[int, ...]:
        """The teams of the place."""
        return tuple(row.id for row in self.places if _in(row, self.place))

    @property
    def asked(self) -> Asked:
        """Whose rows are asked for: where small counts are kept back always all, so that the same are kept back in every view."""
        teams = tuple(row.id for row in self.places) if self.totals_only else self.team_ids
        return Asked(self.actor.force_id, teams, self.officer)

    @property
    def top(self) -> str:
        """The place within what was asked for: the one that is shown."""
        return self.place if self.totals_only else FORCE

    @property
    def name(self) -> str:
        """Whose measures they are, in words."""
        if self.officer_name:
            return self.officer_name
        inside = [row for row in self.places if _in(row, self.place)]
        areas = {row.area for row in inside}
        whole = {row.name for row in inside} if len(inside) == 1 else areas
        return str(whole.pop() if len(whole) == 1 else _("All areas"))

    def days(self, today: date) -> tuple[Period, Period]:
        """The period, and the one that it is compared with."""
        return self.period, before(self.period, today)


def _in(row: Any, place: str) -> bool:
    return place == FORCE or place in (f"t{row.id}", f"a{row.area_id}")


def read_view(session: Session, actor: Actor, args: Mapping[str, str], today: date) -> View:
    """What an address asks for. A place or an officer that is not theirs is Missing; days that are none are a problem to be said."""
    teams = actor.teams(Permission.SEE_TOTALS)
    totals_only = not teams <= actor.teams(Permission.SEE_MEASURES)
    places = queries.places(session, sorted(teams))
    if not places:
        raise Missing
    place = args.get("place") or FORCE
    if place not in {FORCE, *tree_of(places), *(f"t{row.id}" for row in places)}:
        raise Missing
    officer, name = (None, "") if totals_only else _officer(session, actor, args.get("officer"))
    typed = (args.get("from", "")[:40], args.get("to", "")[:40])
    period, problem = (quarter_before(today), None) if totals_only else (usual(today), None)
    chosen = args.get("period", "")
    if chosen == "own" and not totals_only:
        try:
            period = own(*typed, today)
        except Refused as refusal:
            problem = refusal
    elif (found := written(chosen, today)) and (not totals_only or ("Q" in found.key and found.last < today)):
        period = found
    return View(actor, places, period, place, officer, name, totals_only, problem, typed)


def quarter_before(today: date) -> Period:
    """The last whole quarter."""
    return quarters_up(quarter_of(today), today)[-2]


def _officer(session: Session, actor: Actor, text: str | None) -> tuple[int | None, str]:
    key = whole_number(text)
    if key is None:
        return None, ""
    if key == NOBODY:
        return NOBODY, _("Nobody’s groups and concerns")
    name = queries.names(session, [key], actor.force_id).get(key)
    if name is None:
        raise Missing
    return key, name


def periods_offered(view: View, today: date) -> list[tuple[str, str]]:
    """The periods of the list to choose from: (as in the address, in words)."""
    months = [] if view.totals_only else run_up(Period("own", today, today), today)[::-1]
    quarters = quarters_up(quarter_of(today), today)[::-1]
    years = [] if view.totals_only else [of_year(today.year - back) for back in range(3)]
    found = [*months, *(quarters[1:] if view.totals_only else quarters), *years]
    if view.period.key != "own" and view.period not in found:
        found.append(view.period)
    return [(period.key, period.name + (_(" so far") if period.last >= today else "")) for period in found]


def places_offered(view: View) -> list[tuple[str, str]]:
    """The places of the list to choose from, areas with their teams; none where there is but one."""
    if len(view.places) < 2:
        return []
    found: list[tuple[str, str]] = []
    areas = {row.area_id for row in view.places}
    for row in view.places:
        if len(areas) > 1 and (f"a{row.area_id}", row.area) not in found:
            found.append((f"a{row.area_id}", row.area))
        found.append((f"t{row.id}", _("Team %(name)s", name=row.name)))
    return [("", _("All areas") if len(areas) > 1 else view.places[0].area), *found]


def open_book(session: Session, view: View, *, now: datetime, rule: ClockRule) -> Book:
    """All the figures of the view, and of the period before."""
    return read_book(
        session,
        view.asked,
        view.places if view.totals_only else [row for row in view.places if row.id in view.team_ids],
        view.days(london_day(now)),
        now=now,
        rule=rule,
        totals_only=view.totals_only,
        run_up=run_up_of(view, london_day(now)),
    )


def months_of_trend(session: Session, view: View, today: date) -> Months:
    """The contacts on time of the months of the trend alone."""
    return read_months(session, view.asked, run_up_of(view, today), today, by_owner=not view.totals_only)


def run_up_of(view: View, today: date) -> list[Period]:
    """The periods of the trend: the twelve months up to the period's end; five quarters where small counts are kept back."""
    return quarters_up(view.period, today, 5) if view.totals_only else run_up(view.period, today)


def trend_of(view: View, months: Months, today: date) -> list[Point]:
    """The contacts on time of each period of the trend, from those of its months."""
    points = []
    for period in run_up_of(view, today):
        by_team: dict[int, Counter[str]] = defaultdict(Counter)
        for month in period.until(today).months:
            for (team_id, _owner), counts in months[month].items():
                by_team[team_id].update(counts)
        kept, late = (sum(by_team[team][what] for team in view.team_ids) for what in ("kept", "late"))
        leaves: dict[str, Parts] = {f"t{row.id}": (by_team[row.id]["kept"], by_team[row.id]["late"]) for row in view.places}
        secret = view.totals_only and view.place in hidden(FORCE, tree_of(view.places), leaves)
        points.append(Point(_short(period), period.name, None if secret else Share(kept, kept + late)))
    return points


def _short(period: Period) -> str:
    if "Q" in period.key:
        return f"{period.key[-2:]} {period.key[2:4]}"
    return Month.of(period.first).name[:3]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A community's row: its name, and for each place in words, with the shade and how many groups and contacted."""

    key: str
    name: str
    cells: list[tuple[str, str, int | None, int | None]]  # words, shade, groups, met


def reach_of(session: Session, view: View, today: date) -> tuple[list[str], list[Reached]]:
    """The columns' names and the rows of the reach matrix, every community that the force knows, noughts and all."""
    by_place = len(view.team_ids) == 1 and not view.totals_only
    counts: dict[str, dict[int, Parts]] = defaultdict(dict)
    for row in queries.reach(session, view.asked, view.period, today, by_place=by_place):
        counts[row.characteristic or NONE_STATED][row.place_id] = (row.met, row.groups - row.met)
    columns = _columns(session, view, by_place, today)
    rows = []
    for key, name in (*characteristics().items(), (NONE_STATED, _("No community stated"))):
        found = counts.get(key, {})
        secret: frozenset[str] = frozenset()
        if view.totals_only:
            secret = hidden(FORCE, tree_of(view.places), {f"t{row.id}": found.get(row.id, (0, 0)) for row in view.places})
        cells: list[tuple[str, str, int | None, int | None]] = []
        for place, _label, ids in columns:
            met, unmet = (sum(found.get(i, (0, 0))[part] for i in ids) for part in (0, 1))
            if place in secret:
                cells.append((_("some contacted") if met else _("none contacted"), "few" if met else "nobody", None, None))
            else:
                cells.append((*say_level(met + unmet, met), met + unmet, met))
        rows.append(Reached(key=key, name=str(name), cells=cells))
    return [label for _place, label, _ids in columns], rows


def _columns(session: Session, view: View, by_place: bool, today: date) -> list[tuple[str, str, list[int]]]:
    """Each column as (place, name, the ids that it sums up), the whole first."""
    if by_place:
        spots = queries.freshness(session, replace(view.asked, team_ids=view.team_ids), today)
        inner = [("", spot.name, [spot.id]) for spot in spots]
    else:
        teams = [row for row in view.places if row.id in view.team_ids]
        inner = [(f"t{row.id}", row.name, [row.id]) for row in teams]
        if len(teams) > MOST_COLUMNS:
            areas = {row.area_id: row.area for row in teams}
            inner = [(f"a{key}", name, [row.id for row in teams if row.area_id == key]) for key, name in areas.items()]
    whole = [key for _place, _name, ids in inner for key in ids]
    return [(view.place, _("All"), whole), *inner] if len(inner) > 1 else inner


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """One line of the comparison: an officer, a team or an area, with its figures and how the address narrows to it."""

    name: str
    figures: Figures
    narrows: dict[str, str]


def compared(session: Session, view: View, book: Book) -> tuple[str, list[Beside]]:
    """The figures beside one another, by officer in a team, else by team or area: ("officer", lines)."""
    if view.officer is not None:
        return "officer", []
    inside = [row for row in view.places if row.id in view.team_ids]
    areas = {row.area_id: row.area for row in inside}
    if len(inside) > 1 or view.totals_only:
        kind = "area" if len(areas) > 1 else "team"
        keys = [(f"a{key}", name) for key, name in areas.items()] if kind == "area" else [(f"t{row.id}", row.name) for row in inside]
        return kind, [Beside(name=name, figures=book.of(place=key), narrows={"place": key}) for key, name in keys]
    officers = book.officers
    names = queries.names(session, [key for key in officers if key], view.actor.force_id)
    lines = [Beside(name=name, figures=book.of(officer=key, everybody=False), narrows={"officer": str(key)}) for key, name in names.items()]
    if None in officers and (nobodys := book.of(officer=None, everybody=False)).counts.total():
        lines.append(Beside(name=_("Nobody"), figures=nobodys, narrows={"officer": str(NOBODY)}))
    return "officer", lines
