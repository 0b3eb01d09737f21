"""Plain entries read the short way: what the log form would make of them, to the letter, or nothing at all.

Most of what phones send is a visit to a group and a line. Reading that by the whole form costs as much as writing it does. What is
here takes only what it is sure of; whatever else there is (a name, a line of a list, a warning, a refusal) is the form's to read.
That both say the same is a property that `tests/offline/test_plain_entry.py` holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from engagement.core.errors import Refused
from engagement.core.ids import is_ref
from engagement.core.texts import one_line
from engagement.core.wording import found_nothing
from engagement.engagements.domain import Direction, Kind, Outcome, When, check_moment, happened_when
from engagement.engagements.drafts import Attending, EngagementDraft
from engagement.engagements.typed import WHOLE
from engagement.engagements.writing import LINE_LONGEST, PLACE_LONGEST
from engagement.offline.moments import by_its_clock, said_moment
from engagement.offline.sending import MOST_FIELDS, MOST_LINES, fingerprint

_KINDS = {one.value: one for one in Kind}
_OUTCOMES = {one.value: one for one in Outcome}
_WHENS = {one.value: one for one in When}
_TEXTS = ("kind", "outcome", "direction", "summary", "place", "contact_id", "neighbourhood_id")
_TEXT_OR_NONE = {str, type(None)}
_READ = frozenset({*_TEXTS, "client_ref", "owner", "typed_at", "happened_at", "attendance", "group_ids", "officers"})
_NOTHING: dict[str, Any] = {  # by the name of a field that is not read here: how it says nothing
    **{name: [] for name in ("concerns", "tellings", "promises", "also", "collar_numbers")},
    **dict.fromkeys(("group_name", "new_kind", "for_officer", "override_reason", "raised_to", "planned_id", "usual_id"), ""),
    "with_resident": False,
    "parts": {},
}
_OF_FORM = ("kind", "outcome", "direction", "summary", "place", "contact", "neighbourhood")
_TYPED = frozenset({*_OF_FORM, "attendance", "group", "when", "happened_on", "happened_time"})
# What matters only where a name was typed, no group chosen, or something in the words was found.
_NO_MATTER = frozenset(("client_ref", "csrf_token", "do", "usual", "new_kind", "warned", "apart", "override_reason"))
_MATTER = ("-title", "-what", "-name", "-group")  # a line of a list without one of these is none


class Short(NamedTuple):
    """A plain entry: when it was typed, by a clock that is right, and what the form would put on the record."""

    typed_at: datetime
    draft: EngagementDraft


class _Read(NamedTuple):
    """What both ways of sending come to: texts as they were typed, ids as texts, nothing as an empty text."""

    texts: Sequence[str]  # kind, outcome, direction, summary, place, contact, neighbourhood
    happened_at: datetime
    groups: Sequence[str]
    officers: Sequence[str]
    attendance: int | None
    said_when: str
    said: str


def read_plain(sent: Any, offset: timedelta, now: datetime) -> Short | None:
    """The entry as `read_draft` and the log form would read it; None where they must.

    What it answers is behind every rule of the form that needs no question to the database; whether group, contact,
    officers and neighbourhood are there is asked as the entry is written, as it is for the form's.
    """
    if not isinstance(sent, dict):
        return None
    ref, owner = sent.get("client_ref"), sent.get("owner")
    if not (isinstance(ref, str) and isinstance(owner, str) and owner and is_ref(ref)):
        return None
    try:
        typed_at = by_its_clock(sent.get("typed_at"), "typed_at", offset, now)
        draft = _of_form(sent, typed_at) if sent.get("fields") is not None else _of_interface(sent, typed_at, offset, now)
    except Refused:
        return None
    return None if draft is None else Short(typed_at, draft)


def _of_interface(sent: Mapping[str, Any], typed_at: datetime, offset: timedelta, now: datetime) -> EngagementDraft | None:
    if not sent.keys() <= _READ and not all(_says_nothing(name, value) for name, value in sent.items() if name not in _READ):
        return None
    ids, officers, attendance = sent.get("group_ids"), sent.get("officers"), sent.get("attendance")
    texts = [sent.get(name) for name in _TEXTS]
    if not ids or not _are_ids(ids) or not (officers is None or _are_ids(officers)):
        return None
    if not {type(text) for text in texts} <= _TEXT_OR_NONE:
        return None
    if attendance is not None and not (type(attendance) is int and 0 <= attendance < 10**9):
        return None
    happened_at = check_moment(said_moment(sent.get("happened_at"), "when", offset) or typed_at, now)
    read = _Read([text or "" for text in texts], happened_at, ids, officers or (), attendance, "||", fingerprint(sent))
    return _draft(sent["client_ref"], read)


def _says_nothing(name: str, value: Any) -> bool:
    return value is None or (name in _NOTHING and type(value) is type(_NOTHING[name]) and not value)


def _of_form(sent: Mapping[str, Any], typed_at: datetime) -> EngagementDraft | None:
    fields = sent["fields"]
    if not isinstance(fields, list) or len(fields) > MOST_FIELDS:
        return None
    said: dict[str, str] = {}
    officers = []
    for pair in fields:
        if not (isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str) and isinstance(pair[1], str)):
            return None
        name, value = pair
        if name == "officer":
            officers.append(value)
        elif name in _TYPED:
            said.setdefault(name, value)
        elif value != "" and name not in _NO_MATTER and not _empty_line(name, value):
            return None
    attendance = said.get("attendance", "")
    if attendance and not WHOLE.fullmatch(attendance):
        return None
    when, day, at = (said.get(name, "") for name in ("when", "happened_on", "happened_time"))
    choice = _WHENS.get(when, When.JUST_NOW)
    if choice is When.JUST_NOW and day.strip():
        choice = When.ANOTHER_DAY
    texts = [said.get(name, "") for name in _OF_FORM]
    happened_at, number = happened_when(choice, day, at, typed_at), int(attendance) if attendance else None
    read = _Read(texts, happened_at, [said.get("group", "")], officers, number, f"{when}|{day}|{at}", "")
    return _draft(sent["client_ref"], read)


def _empty_line(name: str, value: str) -> bool:
    """Whether a field is of a line of a list that nobody filled in: only its choices stand as the page set them."""
    kind = name.partition("-")[0]
    return kind in ("also", "concern", "promise") and not name.endswith(_MATTER) and not (kind == "also" and value == "host")


def _are_ids(values: Any) -> bool:
    return isinstance(values, list) and len(values) <= MOST_LINES and all(isinstance(one, str) and WHOLE.fullmatch(one) for one in values)


def _draft(client_ref: str, read: _Read) -> EngagementDraft | None:
    said_kind, said_outcome, direction, summary, place, contact, neighbourhood = read.texts
    kind, outcome = _KINDS.get(said_kind), _OUTCOMES.get(said_outcome or Outcome.SPOKE)
    ids = [one for one in (*read.groups, contact, neighbourhood) if one]
    if kind is None or outcome is None or not read.groups[0] or not all(map(WHOLE.fullmatch, ids)):
        return None
    groups = [int(one) for one in read.groups]
    if len(set(groups)) < len(groups):
        return None
    summary = summary and one_line(summary, longest=LINE_LONGEST, field="summary", what="What happened")
    place = place and one_line(place, longest=PLACE_LONGEST, field="place", what="Place")
    if not (found_nothing(summary) and found_nothing(place)):
        return None
    first = Attending(group_id=groups[0], host=kind is Kind.THEIR_MEETING, contact_id=int(contact) if contact else None)
    return EngagementDraft(
        client_ref=client_ref.lower(), kind=kind, outcome=outcome, happened_at=read.happened_at, summary=summary,
        direction=Direction.THEIRS if direction == Direction.THEIRS else Direction.OURS,
        groups=(first, *(Attending(group_id=one) for one in groups[1:])), neighbourhood_id=int(neighbourhood or 0) or None,
        officer_ids=tuple(int(one) for one in read.officers if WHOLE.fullmatch(one) and int(one)), place=place, attendance=read.attendance,
        said_when=read.said_when, said=read.said,
    )  # fmt: skip
