"""Where the shapes of a chart stand: pure numbers, which a template draws as SVG without style or script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engagement.measures.domain import ENOUGH_FOR_PERCENT, Share

WIDTH, HEIGHT = 360, 190
LEFT, RIGHT, TOP, BOTTOM = 48, 22, 14, 34
MOST_LABELS = 7


@dataclass(frozen=True, slots=True)
class Point:
    """One period of a trend: its short name under the line, its name in words, and its share; none where it is not shown."""

    short: str
    name: str
    share: Share | None


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of the line; `few`: of fewer than ten, so that its height says little and it is drawn hollow."""

    x: float
    y: float
    few: bool


@dataclass(frozen=True, slots=True)
class Label:
    """Words at a place, anchored at their "middle" or their "end"."""

    x: float
    y: float
    words: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Trend:
    """A line of percentages: its stretches as lists of points for `polyline`, the dots, the labels, the heights of the grid."""

    lines: list[str]
    dots: list[Dot]
    labels: list[Label]
    grid: list[float]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT


def trend(points: Sequence[Point]) -> Trend:
    """A line from 0 to 100 percent, the oldest at the left. A period of which there is nothing to show leaves a gap."""
    step = (WIDTH - LEFT - RIGHT) / max(len(points) - 1, 1)
    lines: list[list[str]] = [[]]
    dots: list[Dot] = []
    labels = [Label(LEFT - 6, _height(percent) + 4, f"{percent} %", "end") for percent in (0, 50, 100)]
    for n, point in enumerate(points):
        x = round(LEFT + n * step, 1)
        if len(points) <= MOST_LABELS or (len(points) - 1 - n) % 2 == 0:
            labels.append(Label(x, HEIGHT - 12, point.short, "middle"))
        if point.share is None or not point.share.whole:
            lines.append([])
            continue
        y = _height(100 * point.share.part / point.share.whole)
        lines[-1].append(f"{x},{y}")
        dots.append(Dot(x, y, point.share.whole < ENOUGH_FOR_PERCENT))
    grid = [_height(percent) for percent in (0, 50, 100)]
    return Trend([" ".join(line) for line in lines if len(line) > 1], dots, labels, grid)


def length(part: int, most: int) -> float:
    """How long a bar is, of 100, where the longest stands for `most`."""
    return round(100 * part / most, 1) if most else 0.0


def _height(percent: float) -> float:
    return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - percent / 100), 1)
