"""The first page of a shift: what is due, today, promised."""

from __future__ import annotations

from flask import Blueprint, render_template

from engagement.access.domain import Permission
from engagement.access.guard import allow

bp = Blueprint("shift", __name__)


@bp.get("/")
@allow(Permission.SIGNED_IN, shows_nothing=True)
def index() -> str:
    """My shift; for a role without one, the pages it works from."""
    return render_template("shift/index.html")
