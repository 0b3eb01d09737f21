"""Pages of concerns: raise, act, promise, tell."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("concerns", __name__)
