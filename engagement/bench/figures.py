"""The benchmark itself: each page and job beside its floor, in one process, in turn; the shape that `bench --json` writes."""

from __future__ import annotations

import re
import resource
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from time import perf_counter
from typing import Any

from flask import Flask
from sqlalchemy import Engine

from engagement.bench.cast import Cast, cast_of, cookie_of, entries
from engagement.bench.floors import FLAGS, SUMMARIES, Floor, Main, Plain
from engagement.bench.scales import Scale
from engagement.bench.timing import Browser, Figures, counted, in_turn
from engagement.core.clock import london_day
from engagement.core.months import Month
from engagement.db import db
from engagement.overdue.jobs import flag_overdue
from engagement.summaries.jobs import draft_summaries

RUNS = 150
SELDOM = 15  # runs of a page that is asked for once a quarter, and takes as long as a hundred others


def page_figures(app: Flask, *, runs: int = RUNS) -> dict[str, Figures]:
    """Each page in turn with its floor: shift and group as a PCSO, the board as an inspector, a save of the log form; measures of a
    team, an area and a force; a handover with its pack, priorities and returns;
    the board's promises past their day, and who is on; a search for a word that a quarter of all entries have."""
    cast = cast_of(app)
    with app.app_context():
        engine = db.engine
    found = {}
    for name, (path, account) in pages_of(cast).items():
        cookie = cookie_of(app, account)
        browser = Browser(app, cookie)
        browser.get(path)
        with counted(engine) as sent:
            shown = browser.get(path)
        beneath = Browser(floor_of(app, engine, name, sent, shown).app, cookie)
        times = min(runs, SELDOM) if name == "measures_force" else runs
        found[name] = in_turn(_getting(browser, path), _getting(beneath, f"/{name}"), runs=times, queries=len(sent))
    found["log"] = _log_figures(app, engine, cookie_of(app, cast.pcso), cast, runs)
    return found


def pages_of(cast: Cast) -> dict[str, tuple[str, int]]:
    """The pages that are read, by name: the address, and whose account."""
    return {
        "shift": ("/", cast.pcso),
        "overdue": ("/overdue", cast.inspector),
        "group": (f"/groups/{cast.group}", cast.pcso),
        "measures": ("/measures", cast.sergeant),
        "measures_area": ("/measures", cast.inspector),
        "measures_force": ("/measures", cast.analyst),
        "handover": ("/handover/1", cast.sergeant),
        "priorities": ("/priorities", cast.inspector),
        "returns": ("/returns", cast.inspector),
        "promises": ("/overdue?show=promises", cast.inspector),
        "duty": ("/duty", cast.inspector),
        "search": ("/search?q=parking", cast.pcso),
    }


def _getting(browser: Browser, path: str) -> Callable[[], str]:
    return lambda: browser.get(path)


# What each page is about, as its question begins: who to see, the late groups, what happened with the group; the contacts on time of
# every group and month, the groups of the pack, the priorities, the returns; the
# rows of a list of the board, the officers; the engagements with a word that a quarter of all have.
MAIN = {
    "shift": "WITH page AS",
    "overdue": "WITH page AS",
    "group": "SELECT engagement.id",
    "measures": "WITH month AS",
    "measures_area": "WITH month AS",
    "measures_force": "WITH month AS",
    "handover": "SELECT community_group.id, community_group.team_id",
    "priorities": "SELECT priority.id",
    "returns": "SELECT quarterly_return.id",
    "promises": "SELECT rows.id",
    "duty": "SELECT officer.id, officer.name",
    "search": "WITH found_engagement AS",
}
_ROW = re.compile(r"<(?:tr|li)\b")


def floor_of(app: Flask, engine: Engine, name: str, sent: Sequence[tuple[str, Any]], shown: str) -> Floor:
    """The floor of a page: its main question as it sent it, and as many rows as it showed in all its lists and tables."""
    rows = len(_ROW.findall(shown.partition("<main")[2].partition("</main>")[0]))
    return Floor(engine, app.config["SECRET_KEY"], {name: Main(*main_question(name, sent), rows=rows)})


def main_question(name: str, sent: Sequence[tuple[str, Any]]) -> tuple[str, Any]:
    """The page's main query with its values, as the page itself gave it to the driver: there is one that begins as it does."""
    [found] = [(words, values) for words, values in sent if words.lstrip().startswith(MAIN[name])]
    return found


def _log_figures(app: Flask, engine: Engine, cookie: str, cast: Cast, runs: int) -> Figures:
    browser, path = Browser(app, cookie), "/engagements/new"
    typed = entries(browser.get(path), cast)
    floor = Floor(engine, app.config["SECRET_KEY"], {})
    beneath = Browser(floor.app, browser.cookie)
    browser.post(path, next(typed))
    with counted(engine) as sent:
        browser.post(path, next(typed))
    return in_turn(
        lambda: browser.post(path, next(typed)),
        lambda: beneath.post("/log", next(typed)),
        runs=runs,
        queries=len(sent),
    )


def job_figures(app: Flask, now: datetime) -> dict[str, dict[str, float]]:
    """The two large jobs beside the same rows made by one statement, which is rolled back before the job runs."""
    day = london_day(now)
    month = Month.of(day).previous
    values = {"today": day, "now": now, "month": str(month), "first": month.first, "after": month.next.first}
    found = {}
    jobs: Mapping[str, tuple[Callable[[datetime], Any], str]] = {
        "flag_overdue": (flag_overdue, FLAGS),
        "draft_summaries": (draft_summaries, SUMMARIES),
    }
    with app.app_context():
        for name, (job, statement) in jobs.items():
            floor = _seconds_of(db.engine, statement, values)
            began = perf_counter()
            job(now)
            taken = perf_counter() - began
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            found[name] = {
                "seconds": round(taken, 3),
                "floor_seconds": round(floor, 3),
                "ratio": round(taken / floor, 2),
                "peak_mb": round(peak, 1),
            }
    return found


def _seconds_of(engine: Engine, statement: str, values: Mapping[str, Any]) -> float:
    plain = Plain(engine)
    connection = engine.raw_connection()
    cursor = connection.cursor()
    try:
        plain.begin(cursor, writing=True)
        began = perf_counter()
        plain.run(cursor, statement, values)
        return perf_counter() - began
    finally:
        connection.rollback()
        cursor.close()
        connection.close()


def as_json(scale: Scale, pages: Mapping[str, Figures], jobs: Mapping[str, Any], at_team: Mapping[str, Figures]) -> dict[str, Any]:
    """The benchmark file."""
    return {
        "scale": {"name": scale.name, "groups": scale.groups, "engagements": scale.engagements, "concerns": scale.concerns},
        "pages": {name: figures.as_json() for name, figures in pages.items()},
        "growth": {name: round(figures.p50_ms / at_team[name].p50_ms, 2) for name, figures in pages.items()},
        "jobs": dict(jobs),
    }
