"""What keeps the pages quick: how many questions each asks at scale team, and that the web server can be timed beside the peers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import Engine, text

from engagement.app import create_app
from engagement.bench.cast import cast_of, cookie_of
from engagement.bench.figures import floor_of, page_figures, pages_of
from engagement.bench.over_http import PEERS, http_figures
from engagement.bench.scales import SCALES, Scale
from engagement.bench.seed import seed
from engagement.bench.timing import Browser, counted
from engagement.core.clock import SystemClock
from engagement.db import db
from engagement.settings import Settings, load

MOST = {"shift": 8, "overdue": 5, "group": 6, "log": 8}
MOST |= {"measures": 13, "measures_area": 13, "measures_force": 13, "handover": 13, "priorities": 5, "returns": 6}
MOST |= {"promises": 6, "duty": 6, "search": 9}
"""Statements of each page with its audit row; two of them are the account, and the end of its chain of the audit."""

TINY = Scale(name="tiny", forces=1, areas=1, teams=1, groups=30, engagements=200, concerns=20, overdue=10)


def diary_of(scale: Scale, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Flask, Settings]:
    monkeypatch.setitem(SCALES, scale.name, scale)
    monkeypatch.setattr("engagement.bench.seed.NEIGHBOURHOODS", {scale.name: 3})
    settings = load({"ENGAGEMENT_INSTANCE": str(folder), "ENGAGEMENT_SECRET_KEY": "a secret for tests alone, forty characters"})
    settings = replace(settings, database_url=f"sqlite:///{folder / scale.name}.sqlite")
    app = create_app(settings)
    with app.app_context():
        upgrade()
        seed(scale, now=SystemClock().now())
        db.session.remove()
    return app, settings


@pytest.mark.slow
@pytest.mark.parametrize("scale", [TINY, SCALES["team"]], ids=lambda scale: scale.name)
def test_each_page_asks_a_handful_of_questions_however_much_there_is(scale: Scale, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app, _settings = diary_of(scale, tmp_path, monkeypatch)
    asked = {name: figures.queries for name, figures in page_figures(app, runs=2).items()}
    assert {name: number for name, number in asked.items() if number > MOST[name]} == {}
    assert set(asked) == set(MOST)


@pytest.mark.slow
def test_the_web_server_is_timed_beside_the_peers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = http_figures(*diary_of(TINY, tmp_path, monkeypatch), runs=3)
    assert set(found) == set(PEERS)
    for name, figures in found.items():
        assert figures["peers_p50_ms"] == list(PEERS[name]["p50_ms"])
        assert figures["p50_ms"] > 0
        assert figures["per_second"] > 0


def test_each_floor_does_what_it_is_said_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It reads the cookie, asks the page's own list, keeps one audit row, and draws as many rows as the page."""
    app, _settings = diary_of(TINY, tmp_path, monkeypatch)
    cast = cast_of(app)
    with app.app_context():
        engine = db.engine
    for name, (path, account) in pages_of(cast).items():
        browser = Browser(app, cookie_of(app, account))
        with counted(engine) as sent:
            shown = browser.get(path)
        floor = floor_of(app, engine, name, sent, shown)
        before = audit_rows(engine)
        drawn = Browser(floor.app, browser.cookie).get(f"/{name}")
        assert audit_rows(engine) == before + 1
        assert drawn.count("<tr>") == floor.mains[name].rows >= 5
        with pytest.raises(RuntimeError, match="500"):
            Browser(floor.app, "diary=nobody").get(f"/{name}")


def audit_rows(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.scalar(text("SELECT count(*) FROM audit_row")) or 0)
