"""Handing in what the phone of a disabled account still holds, and the page on which a sergeant decides about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from engagement.access.domain import Permission, system
from engagement.access.guard import allow, current_actor, public, shown
from engagement.core.clock import london_day
from engagement.core.errors import Missing, Refused
from engagement.core.ids import is_ref
from engagement.db import reading, unit_of_work
from engagement.engagements.typed import Typed
from engagement.offline.accepting import accept, waiting_for
from engagement.offline.devices import hear
from engagement.offline.domain import Outcome, Receipt
from engagement.offline.keys import holder_of
from engagement.offline.moments import right_moment
from engagement.offline.queries import handed_in_since
from engagement.offline.sending import View, fingerprint, owner_of, ref_of
from engagement.offline.service import HandedIn, hand_in, opened, refuse
from engagement.offline.session_routes import signed_out_device
from engagement.offline.sync_routes import answer, sending_of, text_of_device
from engagement.people.models import Account
from engagement.people.queries import actor_as_of
from engagement.people.tries import must_wait, note_try
from engagement.settings import current
from engagement.web.errors import say
from engagement.web.moment import now

bp = Blueprint("held", __name__)

MOST_IN_AN_HOUR = 600  # entries of one account; no phone holds as many
TRIES, WINDOW = 20, timedelta(minutes=15)
LARGEST = 64_000  # characters of one entry
Answer = str | BaseResponse | tuple[str, int]


@bp.post("/sync/hand-in")
@public
def sync_hand_in() -> Response:
    """Takes what a phone holds of a disabled account into the sergeant's hands. Nothing readable comes back."""
    who = f"hand in from {request.remote_addr or ''}"
    if must_wait(reading(), who, "", per_account=TRIES, per_address=TRIES, window=WINDOW, now=now()):
        return answer(429, reason=_("Too many tries. Wait a few minutes."))
    body = sending_of()
    if isinstance(body, Response):
        return body
    token, sending = body[0].get("hand_in"), body[1]
    account_id = holder_of(reading(), current().secret_keys, token, now=now()) if isinstance(token, str) else None
    if account_id is None:
        reading().close()
        note_try(who, "", succeeded=False, now=now())
        return signed_out_device()
    if sending.views:  # each is a row on the record: as many as a phone has to say, not as many as a thief of its token likes
        reading().close()
        note_try(who, "", succeeded=False, now=now())
    if handed_in_since(reading(), account_id, now() - timedelta(hours=1)) + len(sending.drafts) > MOST_IN_AN_HOUR:
        return answer(429, reason=_("Too many tries. Wait a few minutes."))
    receipts: list[Receipt] = []
    entries: list[HandedIn] = []
    for draft in sending.drafts:
        receipt = _receipt(draft, account_id)
        receipts.append(receipt)
        if receipt.outcome is Outcome.KEPT:
            typed_at = right_moment(draft.get("typed_at"), sending.offset, now())
            kept = draft | {"client_ref": receipt.client_ref}
            if (happened := draft.get("happened_at")) is not None:
                kept["happened_at"] = right_moment(happened, sending.offset, now()).isoformat()
            entries.append(HandedIn(client_ref=receipt.client_ref, content=kept, content_hash=fingerprint(draft), typed_at=typed_at))
    try:
        with unit_of_work() as session:
            hand_in(session, account_id, entries, text_of_device(), now=now())
            _put_openings_on_record(session, account_id, sending.views)
            if sending.waiting is not None:
                force_id = session.get_one(Account, account_id).force_id
                hear(session, system("phone of a disabled account", force_id), text_of_device(), sending.waiting, now=now())
    except Missing:
        return signed_out_device()
    return answer(200, receipts=[receipt.as_json() for receipt in receipts])


def _put_openings_on_record(session: Session, account_id: int, views: Sequence[View]) -> None:
    """What was read on the phone of a disabled account without a signal, as what its officer might read on the day."""
    reader = actor_as_of(session, account_id, london_day(now())) if views else None
    if reader is not None:
        opened(session, reader, views, now=now(), on_a_day=actor_as_of)


def _receipt(draft: object, account_id: int) -> Receipt:
    ref = ref_of(draft)
    if not isinstance(draft, dict) or not is_ref(ref):
        return Receipt(
            client_ref=ref, outcome=Outcome.NEEDS_WORK, field="client_ref", reason=_("An entry must have a client_ref, which is a UUID")
        )
    if owner_of(draft) != str(account_id):
        return Receipt(client_ref=ref.lower(), outcome=Outcome.NOT_YOURS)
    try:
        large = len(repr(draft)) > LARGEST
    except RecursionError:
        large = True
    if large:
        return Receipt(client_ref=ref.lower(), outcome=Outcome.NEEDS_WORK, field="summary", reason=_("This entry is too long"))
    return Receipt(client_ref=ref.lower(), outcome=Outcome.KEPT)


@bp.get("/held")
@allow(Permission.DECIDE_OVERDUE)
def page() -> str:
    """The entries that phones of disabled accounts have handed in, to be accepted or refused."""
    return _page()


def _page(wrong: int | None = None, problem: tuple[str, str] | None = None) -> str:
    entries = waiting_for(reading(), current_actor())
    shown("held_entry", [entry.id for entry in entries])
    return render_template("offline/held.html", entries=entries, wrong=wrong, problem=problem, typed=Typed(request.form))


@bp.post("/held/<int:held_id>/accept")
@allow(Permission.DECIDE_OVERDUE)
def accept_one(held_id: int) -> Answer:
    """Puts it on the record as the officer's own."""
    try:
        with unit_of_work() as session:
            engagement_id = accept(session, current_actor(), held_id, request.form.get("override_reason", ""), now=now())
    except Refused as refusal:
        return _page(held_id, ("override_reason", say(refusal))), 422
    flash(_("It is on the record."))
    return redirect(f"/engagements/{engagement_id}", 303)


@bp.post("/held/<int:held_id>/refuse")
@allow(Permission.DECIDE_OVERDUE)
def refuse_one(held_id: int) -> Answer:
    """Ends it without putting it on the record; what it said is erased."""
    try:
        with unit_of_work() as session:
            refuse(session, current_actor(), held_id, request.form.get("reason", ""), now=now())
    except Refused as refusal:
        return _page(held_id, ("reason", say(refusal))), 422
    flash(_("It was refused, and what it said is erased."))
    return redirect(url_for("held.page"), 303)
