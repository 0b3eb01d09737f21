"""Runs the benchmark at a scale, in databases of its own under instance/, and writes its file."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade

from engagement.app import create_app
from engagement.bench.figures import RUNS, as_json, job_figures, page_figures
from engagement.bench.over_http import http_figures
from engagement.bench.scales import SCALES, Scale
from engagement.bench.seed import Progress, seed
from engagement.bench.sync import sync_figures
from engagement.core.clock import SystemClock
from engagement.db import db
from engagement.settings import Settings

BESIDE_PEERS = "peers"


def run(scale: Scale, file: Path, settings: Settings, *, progress: Progress, runs: int = RUNS) -> dict[str, object]:
    """Seeds the scale afresh, takes every figure, writes the file, and answers what it wrote.

    `growth` compares with scale `team`, taken in the same run. At scale `peers` the pages are asked over HTTP as well,
    since that is how the peers were measured. Jobs come last: they change what pages show.
    """
    at_team = page_figures(_seeded(SCALES["team"], settings, progress), runs=runs)
    app = _seeded(scale, settings, progress)
    pages = at_team if scale.name == "team" else page_figures(app, runs=runs)
    over_http = http_figures(app, _settings_of(scale, settings), runs=runs) if scale.name == BESIDE_PEERS else None
    phone = sync_figures(app)
    found = as_json(scale, pages, job_figures(app, SystemClock().now()), at_team) | {"sync": phone}
    if over_http is not None:
        found["http"] = over_http
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(found, indent=2) + "\n")
    return found


def _file_of(scale: Scale, settings: Settings) -> Path:
    return settings.instance / f"bench-{scale.name}.sqlite"


def _settings_of(scale: Scale, settings: Settings) -> Settings:
    return replace(settings, database_url=f"sqlite:///{_file_of(scale, settings)}")


def _seeded(scale: Scale, settings: Settings, progress: Progress) -> Flask:
    """The service on a new database of a scale."""
    path = _file_of(scale, settings)
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    app = create_app(_settings_of(scale, settings))
    with app.app_context():
        upgrade()
        seed(scale, now=SystemClock().now(), progress=progress)
        db.session.remove()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    os.sync()  # else the system writes the new database to disk while the first page's times are taken
    return app
