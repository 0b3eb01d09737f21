"""The short way of reading an entry says exactly what the log form says, or leaves it to the form."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from hypothesis import assume, example, given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.core.ids import is_ref, new_ref
from engagement.core.wording import findings
from engagement.engagements.domain import Direction, Kind, Outcome, When
from engagement.engagements.drafts import EngagementDraft
from engagement.offline.phone_form import PhoneForm
from engagement.offline.plain_entry import read_plain
from engagement.offline.sending import read_draft

NOW = datetime(2026, 11, 24, 10, 0, 30, tzinfo=UTC)
NOBODY, NOTHING = cast(Session, None), cast(Actor, None)  # what the short way takes asks the database nothing

REF = "5F0C7E6E-0000-4000-8000-00000000000a"
IDS = st.sampled_from(["1", "07", "7", "0", "12", "999999999", "1000000000", "x", "", "1 "]) | st.integers(-1, 20)
MOMENTS = st.none() | st.integers(-900, 3).map(lambda hours: (NOW + timedelta(hours=hours)).isoformat()) | st.sampled_from(
    ["2026-11-24T09:00:00Z", "2026-11-24T09:00", "2026-11-24T11:59:59+02:00", "noon", "", "1999-01-01T00:00:00Z"]
)  # fmt: skip
TEXTS = st.sampled_from(
    ["", " ", "Talked", " Two  words\n and a third ", "Ring me on 07700 900123", "x" * 300, "x" * 301, "a\x00b", "Café\u202e", "\ud800", "Sant\u00e9 \U0001f600"]
) | st.text(max_size=30)  # fmt: skip
ODD: st.SearchStrategy[Any] = st.sampled_from([None, "", [], {}, 0, False, True, 7, 1.5, "x", ["x"], [[]], {"a": 1}])


def one_of(*values: object) -> st.SearchStrategy[Any]:
    return st.sampled_from([*values, "", "flight"])


FACTS: dict[str, st.SearchStrategy[Any]] = {
    "typed_at": MOMENTS, "happened_at": MOMENTS, "kind": one_of(*Kind), "outcome": one_of(*Outcome), "direction": one_of(*Direction),
    "summary": TEXTS, "place": TEXTS, "attendance": st.none() | st.integers(-2, 40) | st.sampled_from([10**9, "12", "1,200", True]),
    "group_ids": st.lists(IDS, max_size=3), "officers": st.lists(IDS, max_size=3), "contact_id": IDS, "neighbourhood_id": IDS,
}  # fmt: skip
OTHERS = (
    "concerns", "tellings", "promises", "also", "collar_numbers", "group_name", "new_kind", "for_officer", "override_reason", "raised_to",
    "planned_id", "usual_id", "with_resident", "parts", "fields", "device",
)  # fmt: skip
LIKELY: dict[str, Any] = {"client_ref": REF, "owner": "1", "kind": "visit", "summary": "Talked", "group_ids": ["7"]}


@st.composite
def as_the_interface_has_it(draw: st.DrawFn) -> Any:
    """A likely entry with some of its facts said in another way, and some others said beside them."""
    said = dict(LIKELY)
    for name in draw(st.lists(st.sampled_from(sorted(FACTS)), max_size=5, unique=True)):
        said[name] = draw(FACTS[name])
    for name in draw(st.lists(st.sampled_from([*OTHERS, *FACTS, "owner", "client_ref"]), max_size=2, unique=True)):
        said[name] = draw(ODD)
    return said


NAMED: dict[str, st.SearchStrategy[str]] = {
    "group": st.sampled_from(["7", "07", "resident", "new", "", "x"]), "kind": one_of(*Kind), "outcome": one_of(*Outcome),
    "direction": one_of(*Direction), "summary": TEXTS, "place": TEXTS, "attendance": st.sampled_from(["", "12", "1,200", " 4", "many"]),
    "contact": st.sampled_from(["", "3", "0", "x"]), "neighbourhood": st.sampled_from(["", "3", "0", "x"]), "when": one_of(*When, "now"),
    "happened_on": st.sampled_from(["", " ", "23/11/2026", "2026-11-20", "25/12/2030", "soon"]),
    "happened_time": st.sampled_from(["", "09:15", "23:59", "late"]), "officer": st.sampled_from(["3", "0", "x", "04"]),
}  # fmt: skip
BESIDE = (
    "usual", "new_kind", "warned", "apart", "override_reason", "planned", "officers", "for_officer", "group_name", "do", "client_ref",
    "tell", "raised_to", "also-0-name", "also-0-group", "also-0-part", "concern-0-title", "concern-0-tap", "concern-0-detail",
    "concern-1-same", "promise-0-what", "promise-0-by", "promise-0-day", "version", "also", "x-csrf_token",
)  # fmt: skip


@st.composite
def as_the_page_has_it(draw: st.DrawFn) -> Any:
    """The form's fields as they stood on the page, most of them left alone."""
    pairs = [
        ["group", "7"],
        ["kind", "visit"],
        ["summary", "Talked"],
        ["when", "just_now"],
        ["happened_on", ""],
        ["promise-0-by", "friday"],
    ]
    changed = draw(st.lists(st.sampled_from(sorted(NAMED)), max_size=6))
    pairs = [[name, draw(NAMED[name])] for name in changed] + pairs
    pairs += [[name, draw(st.sampled_from(["", "", "3", "host", "x"]))] for name in draw(st.lists(st.sampled_from(BESIDE), max_size=3))]
    return {"client_ref": REF, "owner": "1", "typed_at": draw(MOMENTS), "fields": draw(st.permutations(pairs) | st.just(pairs) | ODD)}


def as_the_form_reads(sent: Any, offset: timedelta) -> tuple[datetime, EngagementDraft | None]:
    read = read_draft(sent, offset, NOW)
    form = PhoneForm(read, now=NOW, make=lambda *_: 0)
    assert not form.names
    return read.typed_at, form.draft(NOBODY, NOTHING, now=read.typed_at)


@given(
    sent=as_the_interface_has_it() | as_the_page_has_it() | ODD,
    offset=st.sampled_from([timedelta(0), timedelta(days=-1), timedelta(hours=30)]),
)
@example(sent=LIKELY | {"parts": {}, "with_resident": False, "concerns": [], "group_name": ""}, offset=timedelta(0))
@example(
    sent={"client_ref": REF, "owner": "1", "fields": [["group", "7"], ["kind", "their_meeting"], ["also-0-part", "host"]]},
    offset=timedelta(0),
)
def test_what_is_read_the_short_way_is_what_the_form_makes_of_it(sent: Any, offset: timedelta) -> None:
    short = read_plain(sent, offset, NOW)
    if short is not None:
        typed_at, draft = as_the_form_reads(sent, offset)
        assert draft is not None
        assert (short.typed_at, short.draft) == (typed_at, draft)
        assert short.draft.content_hash == draft.content_hash


@given(
    kind=st.sampled_from(list(Kind)), outcome=st.sampled_from(list(Outcome)), line=st.text(alphabet="abc DEF,.", max_size=60),
    groups=st.lists(st.integers(1, 10**9 - 1).map(str), min_size=1, max_size=4, unique=True), hours=st.integers(0, 900),
)  # fmt: skip
def test_an_ordinary_entry_is_read_the_short_way(kind: Kind, outcome: Outcome, line: str, groups: list[str], hours: int) -> None:
    assume(not findings(line))
    at = (NOW - timedelta(hours=hours)).isoformat()
    said = {"client_ref": REF, "owner": "1", "typed_at": at}
    facts = {"kind": kind.value, "outcome": outcome.value, "summary": line}
    assert read_plain(said | facts | {"group_ids": groups, "happened_at": at}, timedelta(0), NOW) is not None
    page = [["group", groups[0]], *map(list, facts.items()), ["when", "just_now"], ["concern-0-title", ""], ["concern-0-tap", "find_out"]]
    short = read_plain(said | {"fields": page}, timedelta(0), NOW)
    assert short is not None
    assert short.draft == replace(short.draft, client_ref=REF.lower(), kind=kind, outcome=outcome, attendance=None)


@given(
    text=st.text(max_size=40)
    | st.uuids().map(str)
    | st.uuids().map(lambda one: one.hex)
    | st.from_regex(r"[0-9a-fA-F-]{36}", fullmatch=True)
)
def test_a_reference_is_a_uuid_in_its_usual_form(text: str) -> None:
    try:
        usual = str(uuid.UUID(text)) == text.lower()
    except ValueError:
        usual = False
    assert is_ref(text) == usual
    assert is_ref(new_ref())
