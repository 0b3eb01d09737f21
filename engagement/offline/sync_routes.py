"""`POST /sync`: what a phone kept, sent when there is signal again; a receipt for each entry, once it is on the record."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError

from engagement.access.domain import Permission
from engagement.access.guard import allow, current_actor
from engagement.core.errors import Refused
from engagement.db import unit_of_work
from engagement.offline.domain import Receipt
from engagement.offline.sending import Sending, read_sending
from engagement.offline.taking import take
from engagement.settings import current
from engagement.web.errors import say
from engagement.web.moment import now

bp = Blueprint("sync", __name__)
TRIES = 3  # of two sendings that wait for each other the database ends one, which then is taken from the start


@bp.post("/sync")
@allow(Permission.SIGNED_IN)
def sync() -> Response:
    """Takes what whoever is signed in has kept: all that may be kept in one transaction, answered after it."""
    sending = _sending()
    if isinstance(sending, Response):
        return sending
    receipts = _taken(sending)
    return _answer(200, receipts=[receipt.as_json() for receipt in receipts])


def _sending() -> Sending | Response:
    try:
        body = json.loads(request.get_data(cache=False), parse_constant=_no_number)
        sending = read_sending(body, now())
    except Refused as refusal:
        return _answer(400, reason=say(refusal))
    except (ValueError, RecursionError):
        return _answer(400, reason=_("This is not JSON"))
    most = current().number("offline", "most_drafts")
    if len(sending.drafts) > most:
        return _answer(413, reason=_("Send at most %(most)s entries at once", most=most))
    return sending


def _taken(sending: Sending) -> list[Receipt]:
    for left in reversed(range(TRIES)):
        try:
            with unit_of_work() as session:
                return take(session, current_actor(), sending.drafts, sending.offset, now=now())
        except OperationalError as error:
            if not left or getattr(error.orig, "sqlstate", None) not in ("40P01", "40001"):
                raise
    raise AssertionError("unreachable")


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _answer(status: int, **said: Any) -> Response:
    answer = jsonify(said)
    answer.status_code = status
    return answer
