"""What the board's page, its sheet of paper and its spreadsheet list: the teams, the numbers, the rows in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from engagement.access.domain import Permission
from engagement.access.guard import current_actor
from engagement.board import items, queries
from engagement.board.counting import counts
from engagement.board.domain import Approval, Waiting, Wanted
from engagement.board.item_lines import Item, items_of
from engagement.board.lines import Line, clocks_of, lines_of
from engagement.board.sums import Sums, sums_of
from engagement.concerns.timing import rule
from engagement.core.errors import Missing
from engagement.db import reading
from engagement.people.covering import cover_names
from engagement.people.duty_queries import Off, off_on
from engagement.web.moment import now, today

ENTITIES: Mapping[Waiting, str] = {  # whose rows a page shows, for the record
    Waiting.PRIORITIES: "priority",
    Waiting.PROMISES: "action",
    Waiting.DORMANT: "group",
}


@dataclass(slots=True)
class Top:
    """What stands above the rows: the teams shown and every number."""

    sums: Sums
    chosen: list[tuple[int, str]]

    @property
    def teams(self) -> list[tuple[int, str]]:
        """Every team that the reader leads."""
        return self.sums.teams

    @property
    def team_ids(self) -> list[int]:
        """The teams whose rows are shown."""
        return [key for key, _name in self.chosen]

    @property
    def name(self) -> str:
        """The names of one team or two; of more, how many there are."""
        names = [name for _key, name in self.chosen]
        return " and ".join(names) if 1 <= len(names) <= 2 else _("%(n)s teams", n=len(names))

    def number(self, what: str) -> int:
        """How many wait of a kind."""
        return self.sums.numbers[what]


def read_top(wanted: Wanted) -> Top:
    """The teams that the actor leads, narrowed to the one asked for, with every count in one question; Missing for a team not theirs."""
    actor = current_actor()
    sums = sums_of(counts(reading(), actor, actor.teams(Permission.SEE_BOARD), now(), today()), wanted)
    chosen = [team for team in sums.teams if wanted.team in (None, team[0])]
    if wanted.team is not None and not chosen:
        raise Missing
    return Top(sums=sums, chosen=chosen)


def late_lines(top: Top, wanted: Wanted, *, offset: int, limit: int) -> list[Line]:
    """A page of late groups in words."""
    if not top.sums.total:
        return []
    found = queries.rows(reading(), current_actor().force_id, top.team_ids, wanted, now(), offset=offset, limit=limit)
    return lines_of(found, today())


def item_lines(top: Top, wanted: Wanted, *, offset: int, limit: int) -> list[Item]:
    """A page of one of the other lists in words; who of their owners is off is asked where it matters."""
    if not top.sums.total:
        return []
    session, what = reading(), Waiting(wanted.show)
    found = items.rows(session, current_actor(), top.team_ids, wanted, now(), today(), stray=min(top.teams)[0], offset=offset, limit=limit)
    owners = {row.officer_id for row in found if row.officer_id is not None} if what in (Waiting.CLOCKS, Waiting.PROMISES) else set()
    off: dict[int, Off] = off_on(session, owners, today()) if owners else {}
    covers = cover_names(session, off, today()) if off else {}
    return items_of(what, found, off, covers, now(), today(), rule())


def clocks_on_top(top: Top, most: int) -> list[Any]:
    """The answers that run out first, for the band above the rows."""
    found = queries.clocks(reading(), current_actor().force_id, top.team_ids, now(), today(), limit=most)
    return list(clocks_of(found, now(), today(), rule()))


def rows_shown(wanted: Wanted, rows: list[Any]) -> list[tuple[str, list[int]]]:
    """Whose rows a page or file shows, for the record: pairs of an entity and ids. Of entries left on phones it is the officers."""
    if wanted.lists_groups:
        return [("group", [row.id for row in rows])]
    if wanted.show == Waiting.UNSENT:
        return [("officer", [row.officer_id for row in rows if row.officer_id is not None])]
    if wanted.show == Waiting.APPROVE:
        kinds = {row.entity: [one.id for one in rows if one.entity == row.entity] for row in rows}
        return sorted(kinds.items()) or [(Approval.SUMMARY.entity, [])]
    return [(ENTITIES.get(Waiting(wanted.show), "concern"), [row.id for row in rows])]
