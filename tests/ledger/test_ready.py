"""What machines ask: alive, and ready; and what the log keeps of a request."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from flask_migrate import upgrade
from sqlalchemy import text

from engagement.app import create_app
from engagement.db import db, unit_of_work
from engagement.ledger.service import run_once
from engagement.settings import load


def test_ready_is_database_migrations_and_scheduler(diary) -> None:
    client = diary.client()
    assert client.get("/healthz").get_json() == {"alive": True}
    early = client.get("/readyz")
    assert (early.status_code, early.get_json()) == (503, {"database": True, "migrations": True, "scheduler": False})
    with diary.app.app_context():
        run_once("send-mail", "2026-11-24T10:00", dict)
    assert (client.get("/readyz").status_code, client.get("/readyz").get_json()["scheduler"]) == (200, True)
    with diary.work() as session:
        session.execute(text("UPDATE job_run SET started_at = '2026-01-01 00:00:00'"))
    assert client.get("/readyz").get_json()["scheduler"] is False


def test_a_database_without_tables_or_behind_is_not_ready(new_database: Callable[[], str], tmp_path: Path) -> None:
    app = create_app(
        load({"ENGAGEMENT_DATABASE_URL": new_database(), "ENGAGEMENT_INSTANCE": str(tmp_path), "ENGAGEMENT_SECRET_KEY": "x" * 40})
    )
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.get_json()) == (503, {"database": True, "migrations": False, "scheduler": False})
    with app.app_context():
        upgrade(revision="0001")
        db.session.remove()
    assert app.test_client().get("/readyz").get_json()["migrations"] is False
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_a_database_that_is_gone_is_not_ready(tmp_path: Path) -> None:
    url = "postgresql://nobody@127.0.0.1:1/none"
    app = create_app(load({"ENGAGEMENT_DATABASE_URL": url, "ENGAGEMENT_INSTANCE": str(tmp_path), "ENGAGEMENT_SECRET_KEY": "x" * 40}))
    client = app.test_client()
    assert client.get("/healthz").status_code == 200
    assert (client.get("/readyz").status_code, client.get("/readyz").get_json()["database"]) == (503, False)


def test_the_access_log_names_no_one(diary, town, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="engagement.access")
    client = diary.client(town.pcso)
    client.get("/groups/4711?q=Sam+Okoro", headers={"User-Agent": "Sams Phone"})
    client.get("/set-password/secret-token")
    lines = "\n".join(caplog.messages)
    assert "GET /groups/<int:group_id> 404" in lines
    assert "GET /set-password/<token>" in lines
    assert not any(word in lines for word in ("4711", "Okoro", "Phone", "127.0.0.1", "secret-token"))


def test_behind_a_proxy_tries_are_counted_by_the_callers_address(new_database: Callable[[], str], tmp_path: Path) -> None:
    (tmp_path / "proxy.toml").write_text("[service]\nbehind_proxy = true\n")
    environ = {"ENGAGEMENT_DATABASE_URL": new_database(), "ENGAGEMENT_INSTANCE": str(tmp_path), "ENGAGEMENT_SECRET_KEY": "x" * 40}
    seen = {}
    for behind in (True, False):
        app = create_app(load(environ | ({"ENGAGEMENT_CONFIG": str(tmp_path / "proxy.toml")} if behind else {})))
        app.config["WTF_CSRF_ENABLED"] = False
        with app.app_context():
            upgrade()
            with unit_of_work() as session:
                session.execute(text("DELETE FROM login_attempt"))
        form = {"email": "a@b.example", "password": "not the one"}
        app.test_client().post("/sign-in", data=form, headers={"X-Forwarded-For": "203.0.113.9"})
        with app.app_context():
            seen[behind] = db.session.scalar(text("SELECT address FROM login_attempt"))
            db.session.remove()
            db.engine.dispose()
    assert seen == {True: "203.0.113.9", False: "127.0.0.1"}
