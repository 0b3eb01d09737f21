"""Pages for machines: is the service alive, and is it ready to be used."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

from alembic.script import ScriptDirectory
from flask import Blueprint, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from engagement.access.guard import public
from engagement.db import database_time, reading
from engagement.ledger.queries import last_started
from engagement.settings import ROOT, current

MISSED = 5  # runs of the mail, the most frequent job; without one for so long the scheduler is taken for dead

bp = Blueprint("ledger", __name__)


@bp.get("/healthz")
@public
def alive() -> Response:
    """Alive: the process answers. It asks nobody."""
    return jsonify(alive=True)


@bp.get("/readyz")
@public
def ready() -> tuple[Response, int]:
    """Ready: database there, migrations in, and the scheduler seen of late. 200, or 503 with what is missing."""
    found = {"database": False, "migrations": False, "scheduler": False}
    try:
        session = reading()
        at = database_time(session)
        found["database"] = True
        found["migrations"] = session.scalar(text("SELECT version_num FROM alembic_version")) == newest_migration()
        last = last_started(session)
        found["scheduler"] = last is not None and at - last < MISSED * timedelta(
            minutes=current().number("jobs", "send_mail_every_minutes")
        )
    except SQLAlchemyError:  # no database, or none of ours: what was found so far is the answer
        pass
    return jsonify(found), 200 if all(found.values()) else 503


@cache
def newest_migration() -> str:
    """The migration that this code is written for."""
    head = ScriptDirectory(str(ROOT / "migrations")).get_current_head()
    assert head is not None
    return head
