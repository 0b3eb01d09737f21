"""The board's numbers, added up from one question: on top, in the lists that filter, and by officer and neighbourhood."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from engagement.board.domain import NOBODY, Waiting, Wanted

BAR_WIDTH = 160  # of the longest bar
MOST_ROWS = 15
LONG = "long"  # counted beside what waits: the late groups that are long overdue
Numbers = defaultdict[str, int]  # how many, by kind; of what is not there none
# As texts: asking an enumeration for its value takes longer than adding a row up.
TEAM, LATE, CLOCKS, APPROVE, PRIORITIES = (
    what.value for what in (Waiting.TEAM, Waiting.LATE, Waiting.CLOCKS, Waiting.APPROVE, Waiting.PRIORITIES)
)
OF_NO_OFFICER = frozenset({APPROVE, PRIORITIES})
COLUMNS = (Waiting.LATE.value, LONG, Waiting.CLOCKS.value, Waiting.TELL.value, Waiting.PROMISES.value)


def _none() -> Numbers:
    return defaultdict(int)


@dataclass(slots=True)
class Breakdown:
    """What waits with one officer, or in one neighbourhood: its id, name and numbers by kind."""

    id: int
    name: str
    numbers: Numbers = field(default_factory=_none)

    @property
    def late(self) -> int:
        """How many groups are overdue."""
        return self.numbers[LATE]

    def bar(self, most: int) -> tuple[int, int]:
        """The widths of its bars: all that are overdue, and of them the long overdue."""
        return BAR_WIDTH * self.late // most, BAR_WIDTH * self.numbers[LONG] // most


@dataclass(slots=True)
class Sums:
    """What the board counts. `total` is the rows of the list that was asked for, under its filters."""

    teams: list[tuple[int, str]]  # every team that the reader leads, by name
    numbers: Numbers  # of the teams shown, by kind: the numbers on top
    decided: int
    escalated: int
    breached: int
    total: int
    officers: list[Breakdown]  # most overdue first; NOBODY for what nobody looks after
    places: list[Breakdown]  # by name

    @property
    def late(self) -> int:
        """How many groups are overdue."""
        return self.numbers[LATE]

    @property
    def to_decide(self) -> int:
        """How many wait for a decision."""
        return self.late - self.decided

    @property
    def most(self) -> int:
        """The longest bar, in groups; at least one."""
        return max((one.late for one in self.officers), default=0) or 1

    @property
    def busiest(self) -> list[Breakdown]:
        """The officers of the table: those with most, of those with anything that it counts."""
        return [one for one in self.officers if any(one.numbers[name] for name in COLUMNS)][:MOST_ROWS]

    @property
    def busiest_places(self) -> list[Breakdown]:
        """The neighbourhoods of the table, by name: those with most, where there are many."""
        most = sorted(self.places, key=lambda one: -sum(one.numbers[name] for name in COLUMNS))[:MOST_ROWS]
        return sorted(most, key=lambda one: one.name)


def sums_of(rows: Iterable[Any], wanted: Wanted) -> Sums:
    """Adds up the rows of `counting.counts` for what was asked for."""
    teams: dict[int, str] = {}
    numbers = _none()
    decided = escalated = breached = total = 0
    officers: dict[int, Breakdown] = {}
    places: dict[int, Breakdown] = {}
    nobody = _("Nobody")
    kind = LATE if wanted.lists_groups else wanted.show
    for what, team_id, place_id, officer_id, assumed, is_decided, long, is_escalated, number, team, place, officer in rows:
        if what == TEAM:
            teams[team_id] = team
            continue
        if wanted.team is not None and team_id != wanted.team:
            continue
        numbers[what] += number
        late = what == LATE
        if late:
            decided += number if is_decided else 0
            escalated += number if is_escalated else 0
        elif long and what == CLOCKS:
            breached += number
        whose = officer_id or NOBODY
        for key, name, found in ((whose, officer or nobody, officers), (place_id, place, places)):
            if key is not None and not (found is officers and what in OF_NO_OFFICER):
                one = found.get(key)
                if one is None:
                    one = found[key] = Breakdown(key, name)
                one.numbers[what] += number
                if late and long:
                    one.numbers[LONG] += number
        if (
            what == kind
            and (wanted.officer is None or wanted.officer == whose)
            and (wanted.place is None or wanted.place == place_id)
            and (not late or _is_wanted(wanted, bool(assumed), bool(is_decided), bool(long), bool(is_escalated)))
        ):
            total += number
    return Sums(
        teams=sorted(teams.items(), key=lambda pair: pair[1]),
        numbers=numbers,
        decided=decided,
        escalated=escalated,
        breached=breached,
        total=total,
        officers=sorted(officers.values(), key=lambda one: (-one.late, -sum(one.numbers.values()), one.name)),
        places=sorted(places.values(), key=lambda one: one.name),
    )


def _is_wanted(wanted: Wanted, assumed: bool, decided: bool, long: bool, escalated: bool) -> bool:
    """Whether late groups like these are in the list, as `queries.rows` asks it."""
    shown = {"all": True, "decide": not decided, "decided": decided, "escalated": escalated}[wanted.show]
    return shown and (not wanted.standing or long is (wanted.standing == "long_overdue")) and (assumed or not wanted.assumed)
