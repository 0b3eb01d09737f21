"""Makes the demonstration ready to be run: its password, its database, who can sign in."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from flask_migrate import downgrade
from sqlalchemy import inspect

from engagement.core.errors import Refused
from engagement.db import db
from engagement.demonstration import source
from engagement.demonstration.build import is_here
from engagement.demonstration.routes import mail_folder
from engagement.settings import Settings

WORDS = ("amber", "bridge", "copper", "drift", "ember", "fern", "garden", "harbour", "ivy", "juniper", "kestrel", "lantern", "meadow", "orchard", "pebble", "thistle")  # fmt: skip
RUNNING = "demonstration.json"
ROLES = {
    "pcso": "PCSO",
    "sergeant": "sergeant",
    "inspector": "inspector",
    "administrator": "administrator",
    "engagement_officer": "engagement officer",
    "analyst": "analyst",
}


def password(settings: Settings) -> str:
    """The password of all the demonstration's accounts: `ENGAGEMENT_DEMO_PASSWORD`, or one made once and kept in the instance."""
    given = os.environ.get("ENGAGEMENT_DEMO_PASSWORD")
    if given:
        return given
    kept = settings.instance / "demo_password"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text("-".join([*(secrets.choice(WORDS) for _ in range(3)), str(secrets.randbelow(9000) + 1000)]))
    return kept.read_text().strip()


@contextmanager
def running(settings: Settings, environ: Mapping[str, str]) -> Iterator[None]:
    """While the demonstration runs, tells a command typed beside it where its mail is caught and how its pages are reached."""
    told = settings.instance / RUNNING
    told.write_text(json.dumps(dict(environ)))
    try:
        yield
    finally:
        told.unlink(missing_ok=True)


def join_running(settings: Settings, environ: MutableMapping[str, str]) -> None:
    """Gives a command the addresses of the demonstration that runs on this instance, where nobody named others."""
    try:
        told = json.loads((settings.instance / RUNNING).read_text())
    except FileNotFoundError:
        return
    for name, value in told.items():
        environ.setdefault(name, value)


def forget(app: Flask, settings: Settings) -> None:
    """Empties the database and the mail folder, so that the demonstration is made afresh; refused where it holds anything else."""
    with app.app_context():
        tables = inspect(db.engine).get_table_names()
        if "force" in tables and not is_here() and _holds_a_force():
            raise Refused("This database holds something else than the demonstration, and is left as it is.")
        db.session.remove()
        sqlite, path = db.engine.dialect.name == "sqlite", Path(db.engine.url.database or "")
        if not sqlite and tables:
            downgrade(revision="base")
        db.engine.dispose()
    if sqlite:
        for ending in ("", "-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
    shutil.rmtree(mail_folder(settings), ignore_errors=True)


def _holds_a_force() -> bool:
    with db.engine.connect() as connection:
        return connection.execute(db.metadata.tables["force"].select().limit(1)).first() is not None


def who_can_sign_in() -> list[str]:
    """One line for each of the accounts to try: e-mail, name, what they are."""
    known = ("pcso@", "pcso2@", "sergeant@", "inspector@", "administrator@", "engagement@", "analyst@")
    people = [officer for officer in source.officers() if officer.email.startswith(known)]
    width = max(len(officer.email) for officer in people)
    return [f"{o.email:<{width}}  {o.name}, {ROLES[o.role]}, {o.place}" for o in people]
