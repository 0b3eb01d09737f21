"""Pages of the register: lists, a group's details, contacts, agreements."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("groups", __name__)
