"""Rules of what a phone keeps and sends: its clock put right, receipts, which group a name means, outlines small enough to carry, why a
phone will not come back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

Point = tuple[float, float]

MOST_POINTS = 60  # of an outline on a phone


def outline(ring: Sequence[Point], most: int = MOST_POINTS) -> list[Point]:
    """A closed ring with `most` points at most, its first and last among them: those that matter least for the area go first.

    A ring that is small enough already stays as it is. What is left stands in the order it had.
    """
    points = list(ring)
    while len(points) > max(most, 2):
        spare = len(points) - max(most, 2)
        worth = sorted(range(1, len(points) - 1), key=lambda i: (_area(points[i - 1], points[i], points[i + 1]), i))
        gone: set[int] = set()
        for i in worth:  # no two neighbours in one go: the worth of each depends on the other
            if len(gone) == spare:
                break
            if i - 1 not in gone and i + 1 not in gone:
                gone.add(i)
        points = [point for i, point in enumerate(points) if i not in gone]
    return points


def _area(a: Point, b: Point, c: Point) -> float:
    """Twice the area of a triangle."""
    return abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1]))


TRUSTED = timedelta(minutes=1)  # a clock that differs by less is left alone: the way here takes time as well


def clock_offset(sent_at: datetime | None, now: datetime) -> timedelta:
    """What to add to a phone's times: nothing where its clock differs from ours by a minute at most, or where it did not say."""
    if sent_at is None:
        return timedelta(0)
    ahead = now - sent_at
    return ahead if abs(ahead) > TRUSTED else timedelta(0)


class Outcome(StrEnum):
    """What became of one entry of a sending."""

    KEPT = "kept"
    NEEDS_WORK = "needs_work"
    NOT_YOURS = "not_yours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The answer to one entry. `kept` is final; `needs_work` names a field of the log form and says why."""

    client_ref: str
    outcome: Outcome
    engagement_id: int | None = None
    field: str | None = None
    reason: str | None = None
    differs: bool = False

    def as_json(self) -> dict[str, str | bool]:
        """The shape that is answered: what there is nothing to say of is left out."""
        said: dict[str, str | bool] = {"client_ref": self.client_ref, "outcome": self.outcome.value}
        if self.engagement_id is not None:
            said["engagement_id"] = str(self.engagement_id)
        said |= {name: value for name, value in (("field", self.field), ("reason", self.reason)) if value is not None}
        return said | ({"differs": True} if self.differs else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A group of the force that has exactly the name typed."""

    id: int
    neighbourhood_id: int
    team_id: int


def which_group(named: Sequence[Named], neighbourhood_id: int | None, teams: Collection[int]) -> int | None:
    """The group that a name typed without signal means, or None: then it is a new one.

    The only one of that name; else the only one of the entry's neighbourhood, else of the officer's own teams.
    """
    here = [one for one in named if one.neighbourhood_id == neighbourhood_id]
    ours = [one for one in named if one.team_id in teams]
    return next((some[0].id for some in (named, here, ours) if len(some) == 1), None)


class Gone(StrEnum):
    """Why a phone that holds entries will not come back."""

    LOST = "lost"
    BROKEN = "broken"
    WIPED = "wiped"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The answer to "What became of it?"."""
        return _GONE[self][0]

    @property
    def told(self) -> str:
        """What is said of the phone once its entries were written off: "a phone that ..."."""
        return _GONE[self][1]


_GONE: Mapping[Gone, tuple[str, str]] = {
    Gone.LOST: ("It is lost or was stolen", "was lost"),
    Gone.BROKEN: ("It is broken", "was broken"),
    Gone.WIPED: ("It was wiped or given out anew", "was wiped"),
    Gone.OTHER: ("Something else", "will not come back"),
}
