"""What a phone sends, read into plain values: the sending as a whole, each entry as the log form's fields, each in its own words refused."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engagement.core.errors import Refused
from engagement.core.ids import is_ref
from engagement.offline.domain import clock_offset
from engagement.offline.moments import by_its_clock, moment_of, said_moment

Pairs = list[tuple[str, str]]

MOST_LINES = 40  # of one list of an entry
MOST_FIELDS = 600
MOST_VIEWS, MOST_WAITING = 2000, 5000
_TEXTS = ("kind", "outcome", "direction", "summary", "place", "override_reason", "new_kind")
_NOT_SAID = frozenset({"typed_at", "owner", "client_ref"})
_CANONICAL = json.JSONEncoder(sort_keys=True, default=str).encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One entry that stays on the device: whose, and since when. Nothing of what it says."""

    owner: str
    kept_at: datetime
    ref: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A record that was opened without signal."""

    entity: str
    id: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """One POST of a phone. Its moments are put right; each of `drafts` is still as it was sent."""

    offset: timedelta
    drafts: Sequence[Any]
    views: Sequence[View] = ()
    waiting: Sequence[Waiting] | None = None  # None: it did not say


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One entry of a sending: the log form's fields as they were typed, and when, by a clock that is right."""

    client_ref: str
    owner: str
    typed_at: datetime
    fields: Pairs
    happened_at: datetime | None = None  # None: the fields say it
    said: str = ""  # a fingerprint of what was sent, where the fields are made of it
    concern_refs: tuple[str | None, ...] = ()
    promise_refs: tuple[str | None, ...] = ()


def read_sending(body: Any, now: datetime) -> Sending:
    """The sending, or Refused with a sentence where it is none: then nothing of it is taken."""
    if not isinstance(body, dict) or not isinstance(body.get("drafts"), list):
        raise Refused("Send an object with a list of drafts")
    sent_at = moment_of(body["sent_at"], "sent_at") if body.get("sent_at") is not None else None
    offset = clock_offset(sent_at, now)
    waiting = body.get("waiting")
    return Sending(
        offset=offset,
        drafts=body["drafts"],
        views=[_view(one, offset, now) for one in _list(body.get("views"), "views", MOST_VIEWS)],
        waiting=None if waiting is None else [_waiting(one, offset, now) for one in _list(waiting, "waiting", MOST_WAITING)],
    )


def ref_of(draft: Any) -> str:
    """The reference by which a draft is answered: as it was sent, or empty where it has none that could be answered."""
    ref = draft.get("client_ref") if isinstance(draft, dict) else None
    return ref[:60] if isinstance(ref, str) else ""


def owner_of(draft: Any) -> str:
    """Whose entry it is said to be: the id of an account."""
    owner = draft.get("owner") if isinstance(draft, dict) else None
    return owner if isinstance(owner, str) else str(owner) if isinstance(owner, int) and not isinstance(owner, bool) else ""


def read_draft(draft: Any, offset: timedelta, now: datetime) -> Sent:
    """One entry. Raises Refused beside the field of the log form that makes no sense; it stops nobody else's."""
    if not isinstance(draft, dict):
        raise Refused("An entry must be an object", field="client_ref")
    ref = draft.get("client_ref")
    if not isinstance(ref, str) or not is_ref(ref):
        raise Refused("An entry must have a client_ref, which is a UUID", field="client_ref")
    owner = owner_of(draft)
    if not owner:
        raise Refused("An entry must name its owner", field="owner")
    typed_at = by_its_clock(draft.get("typed_at"), "typed_at", offset, now)
    if draft.get("fields") is not None:
        return Sent(client_ref=ref.lower(), owner=owner, typed_at=typed_at, fields=_typed_fields(draft["fields"]))
    return Sent(
        client_ref=ref.lower(),
        owner=owner,
        typed_at=typed_at,
        fields=_fields(draft),
        happened_at=said_moment(draft.get("happened_at"), "when", offset) or typed_at,
        said=fingerprint(draft),
        concern_refs=tuple(_nested_ref(c, f"concern-{i}-title") for i, c in enumerate(_objects(draft, "concerns", "concern-0-title"))),
        promise_refs=tuple(_nested_ref(p, f"promise-{i}-what") for i, p in enumerate(_objects(draft, "promises", "promise-0-what"))),
    )


def fingerprint(draft: Mapping[str, Any]) -> str:
    """What a draft says, whenever it was typed: two sends that say the same have the same; it never looks like a form's."""
    said = {name: value for name, value in draft.items() if name not in _NOT_SAID and value not in (None, "", [])}
    return "s" + hashlib.sha256(_CANONICAL(said).encode()).hexdigest()[:63]


def _typed_fields(fields: Any) -> Pairs:
    """The fields of the log form as the page had them."""
    if not isinstance(fields, list) or len(fields) > MOST_FIELDS:
        raise Refused("The fields of an entry must be a list of names and values", field="client_ref")
    pairs: Pairs = []
    for pair in fields:
        if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair)):
            raise Refused("The fields of an entry must be a list of names and values", field="client_ref")
        if not pair[0].endswith("csrf_token"):
            pairs.append((pair[0], pair[1]))
    return pairs


def _fields(draft: Mapping[str, Any]) -> Pairs:
    """The same entry as the log form would send it: so one set of rules reads both."""
    pairs = [(name, _text(draft, name)) for name in _TEXTS]
    pairs += _groups(draft)
    place = _id(draft.get("neighbourhood_id"), "neighbourhood")
    pairs += [("neighbourhood", place)] if place else []
    pairs += [("usual", usual)] if (usual := _id(draft.get("usual_id"), "neighbourhood")) else []
    attendance = draft.get("attendance")
    if attendance is not None and (isinstance(attendance, bool) or not isinstance(attendance, (int, str))):
        raise Refused("Headcount must be a whole number", field="attendance")
    pairs.append(("attendance", "" if attendance is None else str(attendance)))
    pairs += [("officer", _some_id(one, "officers")) for one in _list_of(draft, "officers", "officers")]
    pairs += [("officers", " ".join(_word(one, "officers") for one in _list_of(draft, "collar_numbers", "officers")))]
    pairs += [("for_officer", _text(draft, "for_officer"))]
    pairs += [("raised_to", raised)] if (raised := _id(draft.get("raised_to"), "officers")) else []
    pairs += [("planned", planned)] if (planned := _id(draft.get("planned_id"), "when")) else []
    for i, concern in enumerate(_objects(draft, "concerns", "concern-0-title")):
        pairs += _concern(concern, i)
    for i, promise in enumerate(_objects(draft, "promises", "promise-0-what")):
        pairs += _promise(promise, i)
    pairs += [("kept", _some_id(one, "kept")) for one in _list_of(draft, "kept", "kept")]
    for told in _objects(draft, "tellings", "tell"):
        kind = told.get("kind")
        if kind not in ("answer", "outcome"):
            raise Refused("Choose what they were told: an answer or the outcome", field="tell")
        pairs.append(("tell", f"{_some_id(told.get('raising_id'), 'tell')}:{kind}"))
    return pairs


def _groups(draft: Mapping[str, Any]) -> Pairs:
    ids = [_some_id(one, "group") for one in _list_of(draft, "group_ids", "group")]
    name, parts = _text(draft, "group_name", field="group"), draft.get("parts") or {}
    if not isinstance(parts, dict):
        raise Refused("Choose their part", field="group")
    first, others = (None, ids) if name.strip() and ids else (ids[:1], ids[1:])
    pairs: Pairs = [("group", one) for one in first or ()] + [("group_name", name)]
    resident = draft.get("with_resident")
    if resident not in (None, False, True):
        raise Refused("Say who it was with", field="group")
    nobody_but_a_place = not (ids or name.strip() or draft.get("also")) and _id(draft.get("neighbourhood_id"), "neighbourhood")
    if resident or (resident is None and nobody_but_a_place):
        pairs = [("group", "resident")]
    if contact := _id(draft.get("contact_id"), "contact"):
        pairs.append(("contact", contact))
    for i, other in enumerate(others):
        part = parts.get(other, "with")
        pairs += [(f"also-{i}-group", other), (f"also-{i}-part", part if isinstance(part, str) else "with")]
    for i, also in enumerate(_objects(draft, "also", "group"), start=len(others)):
        part = also.get("part", "with")
        pairs += [(f"also-{i}-name", _text(also, "name", field="group")), (f"also-{i}-part", part if isinstance(part, str) else "with")]
        pairs += [(f"also-{i}-group", there)] if (there := _id(also.get("group_id"), "group")) else []
    return pairs


def _concern(concern: Mapping[str, Any], i: int) -> Pairs:
    title = f"concern-{i}-title"
    raiser = concern.get("raiser")
    if isinstance(raiser, dict):
        raiser = f"group:{_some_id(raiser.get('group_id'), title)}" if raiser.get("group_id") is not None else raiser.get("kind")
    if raiser is not None and not isinstance(raiser, str):
        raise Refused("Say who raised it", field=title)
    texts = {"title": title, "category": title, "detail": f"concern-{i}-detail", "tap": title}
    pairs = [(f"concern-{i}-{name}", _text(concern, name, field=field)) for name, field in texts.items()]
    if same := _id(concern.get("same_as"), title):
        pairs.append((f"concern-{i}-same", same))
    return [*pairs, (f"concern-{i}-raiser", raiser or "")]


def _promise(promise: Mapping[str, Any], i: int) -> Pairs:
    what = f"promise-{i}-what"
    due = promise.get("due_on")
    if due is not None and not isinstance(due, str):
        raise Refused("Enter a date, such as 27/3/2026", field=f"promise-{i}-day")
    by = "day" if due else _text(promise, "by", field=what) or "friday"
    return [(what, _text(promise, "what", field=what)), (f"promise-{i}-by", by), (f"promise-{i}-day", due or "")]


def _nested_ref(line: Mapping[str, Any], field: str) -> str | None:
    ref = line.get("client_ref")
    if ref is None:
        return None
    if not isinstance(ref, str) or not is_ref(ref):
        raise Refused("Each line must have a client_ref that is a UUID, or none", field=field)
    return ref.lower()


def _text(of: Mapping[str, Any], name: str, *, field: str | None = None) -> str:
    value = of.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Refused("This must be a text", field=field or name)
    return value


def _word(value: Any, field: str) -> str:
    if not isinstance(value, str):
        raise Refused("This must be a text", field=field)
    return value


def _id(value: Any, field: str) -> str:
    """An id as a text of figures, or nothing."""
    if value is None or value == "":
        return ""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise Refused("An id must be a text of figures", field=field)
    return text


def _some_id(value: Any, field: str) -> str:
    if not (found := _id(value, field)):
        raise Refused("An id must be a text of figures", field=field)
    return found


def _list_of(draft: Mapping[str, Any], name: str, field: str) -> list[Any]:
    value = draft.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > MOST_LINES:
        raise Refused("This must be a list of {most} at most", field=field, most=MOST_LINES)
    return value


def _objects(draft: Mapping[str, Any], name: str, field: str) -> list[dict[str, Any]]:
    found = _list_of(draft, name, field)
    if not all(isinstance(one, dict) for one in found):
        raise Refused("Each of these must be an object", field=field)
    return found


def _list(value: Any, name: str, most: int) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > most:
        raise Refused("{name} must be a list of {most} at most", name=name, most=most)
    return value


def _view(one: Any, offset: timedelta, now: datetime) -> View:
    if not isinstance(one, dict) or not isinstance(one.get("entity"), str):
        raise Refused("Each view must name what was opened")
    return View(entity=one["entity"][:40], id=int(_some_id(one.get("id"), "views")), at=by_its_clock(one.get("at"), "views", offset, now))


def _waiting(one: Any, offset: timedelta, now: datetime) -> Waiting:
    if not isinstance(one, dict):
        raise Refused("Each that waits must say since when")
    return Waiting(owner=owner_of(one), kept_at=by_its_clock(one.get("kept_at"), "waiting", offset, now), ref=ref_of(one))
