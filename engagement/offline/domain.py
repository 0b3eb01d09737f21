"""Rules of what a phone keeps: its clock put right, outlines small enough to carry. No table, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

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
