"""Pages of contact: plan, log, read, correct."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("engagements", __name__)
