"""Puts the answers of the database together: the counts and waits of whoever is asked for, summed, compared and kept small where they must be."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from engagement.concerns.clock import ClockRule
from engagement.core.clock import london_day, london_moment
from engagement.measures import queries
from engagement.measures.domain import Outcome, Share, answer, days_late, middle, outcome
from engagement.measures.items import Asked, months_of
from engagement.measures.periods import ONE_DAY, Period
from engagement.measures.suppression import LEAST, Parts, hidden, small

FORCE = "force"
THE_PLACE_S = -1  # the owner of what belongs to no officer, but to the place itself

# What is shown or hidden together: the parts of one whole.
FAMILIES: dict[str, tuple[str, ...]] = {
    "on_time": ("kept", "late"),
    "assumed": ("kept_assumed", "late_assumed"),
    "contacts": ("contacts",),
    "met": ("met",),
    "changed": ("changed_agreement", "changed_pause"),
    "answers": ("answer_in_time", "answer_late", "answer_owed", "answer_running"),
    "opened": ("opened",),
    "closed": ("closed",),
    "open": ("open_0", "open_1", "open_2", "open_3", "open_4"),
    "outcomes": ("outcome_told", "outcome_owed"),
    "promises": ("promise_kept", "promise_kept_late", "promise_moved", "promise_could_not", "promise_open"),
    "dormant": ("dormant",),
    "priorities": ("fresh", "stale"),
}
FAMILY_OF = {name: family for family, names in FAMILIES.items() for name in names}
# Of which family the waits are.
WAITS = {"days_late": "on_time", "days_late_assumed": "assumed", "hours": "answers", "days_to_outcome": "outcomes"}


@dataclass(slots=True)
class Figures:
    """The counts of some officers or teams by name, and what they waited; `gone` are the families that are not shown."""

    counts: Counter[str] = field(default_factory=Counter)
    waits: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    gone: frozenset[str] = frozenset()

    def shows(self, family: str) -> bool:
        """Whether the counts of a family may be seen."""
        return family not in self.gone

    def number(self, *names: str) -> int | None:
        """The sum of some counts; None where one of them is not shown."""
        return sum(self.counts[name] for name in names) if all(self.shows(FAMILY_OF[name]) for name in names) else None

    def share(self, family: str, *part: str, without: tuple[str, ...] = ()) -> Share | None:
        """Some counts of a family out of all of it, but for those left out; None where it is not shown."""
        if not self.shows(family):
            return None
        whole = sum(self.counts[name] for name in FAMILIES[family] if name not in without)
        return Share(sum(self.counts[name] for name in part), whole)

    @property
    def on_time(self) -> Share | None:
        """Groups and months kept, out of those kept and late, under an agreed frequency."""
        return self.share("on_time", "kept")

    @property
    def on_time_assumed(self) -> Share | None:
        """The same under a frequency that was only assumed."""
        return self.share("assumed", "kept_assumed")

    @property
    def answered(self) -> Share | None:
        """Raisers answered in time, out of all whose hours are over or were stopped."""
        return self.share("answers", "answer_in_time", without=("answer_running",))

    @property
    def told(self) -> Share | None:
        """Raisers told the outcome, out of those told and those owed it at the end."""
        return self.share("outcomes", "outcome_told")

    @property
    def promises(self) -> Share | None:
        """Promises kept by their day, out of all that were due."""
        return self.share("promises", "promise_kept")

    @property
    def priorities(self) -> Share | None:
        """Live priorities that people were told about within three months, out of all that are live."""
        return self.share("priorities", "fresh")

    @property
    def open(self) -> int | None:
        """Concerns still open at the end."""
        return self.number(*FAMILIES["open"])

    def middle(self, wait: str) -> float | None:
        """The median of a wait; None of nothing, and of too few where counts under five are kept back."""
        values = self.waits.get(wait, [])
        if self.gone and (not self.shows(WAITS[wait]) or len(values) < LEAST):
            return None
        return middle(values)

    def longest(self, wait: str) -> float | None:
        """The longest of a wait, which is somebody's own: None where anything is kept back."""
        return None if self.gone else max(self.waits.get(wait, []), default=None)


Whose = tuple[int, int | None]  # team, officer
Months = dict[tuple[date, date], dict[Whose, Counter[str]]]


@dataclass(slots=True)
class Book:
    """All that was found: figures by period (0, or 1 the one before), team and officer; and what keeps small counts back.

    `tree` and `secret` are of who may see totals only: which places make up which, and the families hidden of each place and
    period. `months` are the contacts on time of single months, for the trend.
    """

    asked: Asked
    places: Sequence[Any]
    cells: dict[int, dict[Whose, Figures]] = field(default_factory=lambda: {0: defaultdict(Figures), 1: defaultdict(Figures)})
    months: Months = field(default_factory=dict)
    totals_only: bool = False
    secret: dict[int, dict[str, frozenset[str]]] = field(default_factory=dict)

    def of(self, p: int = 0, *, place: str = FORCE, officer: int | None = None, everybody: bool = True) -> Figures:
        """The figures of a place ("force", "a3", "t7") in a period, or there of one officer (None with `everybody` False: nobody's)."""
        teams = self.teams_of(place)
        found = Figures(gone=self.secret.get(p, {}).get(place, frozenset()))
        for (team_id, owner_id), cell in self.cells[p].items():
            if team_id in teams and (everybody or owner_id == officer):
                found.counts.update(cell.counts)
                for wait, values in cell.waits.items():
                    found.waits[wait].extend(values)
        return found

    def teams_of(self, place: str) -> frozenset[int]:
        """The ids of the teams in a place."""
        if place == FORCE:
            return frozenset(row.id for row in self.places)
        number = int(place[1:])
        return frozenset(row.id for row in self.places if (row.area_id if place[0] == "a" else row.id) == number)

    @property
    def tree(self) -> dict[str, list[str]]:
        """The force with its areas, each area with its teams."""
        return tree_of(self.places)

    @property
    def officers(self) -> list[int | None]:
        """Who has figures in the period, in the teams asked for; None is nobody."""
        return sorted({owner for _team, owner in self.cells[0]} - {THE_PLACE_S}, key=lambda owner: (owner is None, owner or 0))


def tree_of(places: Sequence[Any]) -> dict[str, list[str]]:
    """The force with its areas, each area with its teams, by their keys."""
    tree: dict[str, list[str]] = {FORCE: []}
    for row in places:
        area = f"a{row.area_id}"
        if area not in tree:
            tree[FORCE].append(area)
            tree[area] = []
        tree[area].append(f"t{row.id}")
    return tree


def secrets_of(places: Sequence[Any], counts: Callable[[int], Mapping[str, int]]) -> dict[str, frozenset[str]]:
    """The families that are not shown of each place, from every team's counts; one "" among them says that counts are kept back.

    Concerns open as a period began, with those opened and without those closed, are those open at its end: of three that are shown
    the fourth could be had. So how many are open is shown of the force alone; and where one of them has to be kept back of the
    force, all are, of every place.
    """
    tree, gone = tree_of(places), defaultdict(set)
    everywhere = (*tree, *(f"t{row.id}" for row in places))
    for family, names in FAMILIES.items():
        if family == "open":
            continue
        leaves: dict[str, Parts] = {f"t{row.id}": tuple(counts(row.id)[name] for name in names) for row in places}
        for place in hidden(FORCE, tree, leaves):
            gone[place].add(family)
    whole = tuple(sum(counts(row.id)[name] for row in places) for name in (*_BALANCE, *FAMILIES["open"]))
    if small(whole) or gone[FORCE] & {"opened", "closed"}:
        gone[FORCE].add("open")
        for place in everywhere:
            gone[place] |= {"opened", "closed"}
    for place in everywhere:
        gone[place] |= {""} if place == FORCE else {"", "open"}
    return {place: frozenset(gone[place]) for place in everywhere}


_BALANCE = ("opened", "closed", "open_before")


def read_months(session: Session, asked: Asked, periods: Sequence[Period], today: date, *, by_owner: bool) -> Months:
    """The contacts on time of every month of some periods, as far as they have come; in one question."""
    months = months_of(periods, today)
    found: Months = {month: defaultdict(Counter) for month in months}
    for row in queries.on_time(session, asked, months, by_owner=by_owner):
        found[months[row.p]][row.team_id, row.owner_id][row.what] += row.number
    return found


def read_book(
    session: Session,
    asked: Asked,
    places: Sequence[Any],
    periods: tuple[Period, Period],
    *,
    now: datetime,
    rule: ClockRule,
    totals_only: bool,
    run_up: Sequence[Period] = (),
) -> Book:
    """Asks for everything of both periods, in a number of questions that does not grow with what is found; `run_up` are the
    periods of the trend, which the book has the `months` of."""
    today = london_day(now)
    months = read_months(session, asked, (*periods, *run_up), today, by_owner=not totals_only)
    book = Book(asked=asked, places=places, totals_only=totals_only, months=months)
    for p, period in enumerate(periods):
        for month in period.until(today).months:
            for whose, counts in months[month].items():
                book.cells[p][whose].counts.update(counts)
    for row in queries.tally(session, asked, periods, today, befores=totals_only):
        cell = book.cells[row.p][row.team_id, row.owner_id]
        cell.counts[row.what] += row.number
        if row.what == "contacts":
            cell.counts["met"] += row.different
    _read_waits(session, book, periods, now, rule)
    for row in queries.freshness(session, asked, today):
        for p in (0, 1):
            book.cells[p][row.team_id, THE_PLACE_S].counts.update(
                {"fresh": row.fresh, "stale": row.stale, "no_priority": not row.fresh + row.stale}
            )
    if totals_only:
        for p in (0, 1):
            by_team: dict[int, Counter[str]] = defaultdict(Counter)
            for (team_id, _owner), cell in book.cells[p].items():
                by_team[team_id].update(cell.counts)
            book.secret[p] = secrets_of(places, by_team.__getitem__)
    return book


def _read_waits(session: Session, book: Book, periods: tuple[Period, Period], now: datetime, rule: ClockRule) -> None:
    today, asked = london_day(now), book.asked
    cuts = [period.until(today) for period in periods]
    for row in queries.late_dates(session, asked, periods, today):
        wait = "days_late_assumed" if row.assumed else "days_late"
        book.cells[row.p][row.team_id, row.owner_id].waits[wait].append(days_late(row.due_on, row.cleared_on, cuts[row.p].last))
    begins = london_moment(min(cut.first for cut in cuts))
    for row, p in _by_period(queries.answers(session, asked, begins, london_moment(cuts[0].last + ONE_DAY)), cuts):
        what, hours = answer(row.raised_at, row.answered_at, now, rule)
        cell = book.cells[p][row.team_id, row.owner_id]
        cell.counts[what.value] += 1
        if what != "answer_running":
            cell.waits["hours"].append(hours)
    for row in queries.outcomes(session, asked, cuts):
        for p, cut in enumerate(cuts):
            if found := outcome_of(row, cut, p):
                cell = book.cells[p][row.team_id, row.owner_id]
                cell.counts[found[0].value] += 1
                cell.waits["days_to_outcome"].append(found[1])


def _by_period(rows: Iterable[Any], cuts: Sequence[Period]) -> Iterable[tuple[Any, int]]:
    """Each row with the period in which it was raised."""
    for row in rows:
        day = london_day(row.raised_at)
        for p, cut in enumerate(cuts):
            if cut.first <= day <= cut.last:
                yield row, p


def outcome_of(row: Any, cut: Period, p: int = 0) -> tuple[Outcome, int] | None:
    """`domain.outcome` of a row of `queries.outcomes` in the period of that place. A matter ended when it was set aside, or with the last of what was to be done."""
    aside, closed = (london_day(moment) if moment is not None else None for moment in (row.side_end_at, row.closed_at))
    return outcome(row.raised_at, row.told_at, aside or row.done_on, closed, cut.first, cut.last, shut=bool(getattr(row, f"shut{p}")))
