"""Pages that take a spreadsheet of groups."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("group_import", __name__)
