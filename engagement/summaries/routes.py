"""Pages of You said ... We did: wording, approval, the page that stops letters."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("summaries", __name__)
