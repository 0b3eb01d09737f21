"""Pages that show everything about one group or one concern."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("profile", __name__)
