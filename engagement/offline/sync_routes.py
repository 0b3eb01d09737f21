"""`POST /sync`: what a phone kept, sent when there is signal again; a receipt for each entry, once it is on the record."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask_babel import gettext as _
from sqlalchemy.exc import DataError, IntegrityError, OperationalError

from engagement.access.domain import Permission
from engagement.access.guard import allow, current_actor
from engagement.core.errors import Refused
from engagement.db import unit_of_work
from engagement.offline.devices import hear
from engagement.offline.domain import Outcome, Receipt
from engagement.offline.moments import right_moment
from engagement.offline.sending import Sending, Waiting, owner_of, read_sending, ref_of
from engagement.offline.service import opened
from engagement.offline.taking import take
from engagement.settings import current
from engagement.web.errors import say
from engagement.web.moment import now

bp = Blueprint("sync", __name__)
DEVICE = "X-Device"
TRIES = 3  # of two sendings that wait for each other the database ends one, which then is taken from the start


@bp.post("/sync")
@allow(Permission.SIGNED_IN)
def sync() -> Response:
    """Takes what whoever is signed in has kept: all that may be kept in one transaction, answered after it."""
    body = sending_of()
    if isinstance(body, Response):
        return body
    receipts = _taken(body[1])
    return answer(200, receipts=[receipt.as_json() for receipt in receipts])


def sending_of() -> tuple[dict[str, Any], Sending] | Response:
    """The body of the request and what it sends, or the answer that it cannot be taken: then nothing of it is."""
    try:
        body = json.loads(request.get_data(cache=False), parse_constant=_no_number)
        sending = read_sending(body, now())
    except Refused as refusal:
        return answer(400, reason=say(refusal))
    except (ValueError, RecursionError):
        return answer(400, reason=_("This is not JSON"))
    most = current().number("offline", "most_drafts")
    if len(sending.drafts) > most:
        return answer(413, reason=_("Send at most %(most)s entries at once", most=most))
    return body, sending


def text_of_device() -> str:
    """What a device calls itself: a random word that it made."""
    return request.headers.get(DEVICE, "")


def _taken(sending: Sending) -> list[Receipt]:
    """The receipts, once all is on the record that may be: plain entries together, or each by itself where the database would not."""
    account, together = current_actor(), True
    for left in reversed(range(TRIES)):
        try:
            with unit_of_work() as session:
                receipts = take(session, account, sending.drafts, sending.offset, now=now(), together=together)
                if sending.views:
                    opened(session, account, sending.views, now=now())
                if sending.waiting is not None and text_of_device():
                    hear(session, account, text_of_device(), [*sending.waiting, *_still_there(sending, receipts)], now=now())
                return receipts
        except OperationalError as error:
            if not left or getattr(error.orig, "sqlstate", None) not in ("40P01", "40001"):
                raise
        except (IntegrityError, DataError):  # of a row; or two sendings of one device at once, each of which reports for the first time
            if not left:
                raise
            together = False
    raise AssertionError("unreachable")


def _still_there(sending: Sending, receipts: Sequence[Receipt]) -> list[Waiting]:
    """What stays on the device after this sending, since it was not kept."""
    return [
        Waiting(owner=owner_of(draft), kept_at=right_moment(draft.get("typed_at"), sending.offset, now()), ref=ref_of(draft))
        for draft, receipt in zip(sending.drafts, receipts, strict=True)
        if receipt.outcome is not Outcome.KEPT and isinstance(draft, dict)
    ]


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def answer(status: int, **said: Any) -> Response:
    """An answer in JSON."""
    made = jsonify(said)
    made.status_code = status
    return made
