"""The log page that opens without a signal: the service's own form, refusing in the service's own words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.builders import Town, make_group
from tests.conftest import DiaryUnderTest
from tests.pages import fields_of, parse

LOG, SHELL = "/engagements/new", "/offline/log"


def sentences(diary: DiaryUnderTest) -> dict[str, str]:
    tree = parse(diary.client().get(SHELL).get_data(as_text=True))
    told: dict[str, str] = json.loads(next(e.get("data-sentences") or "" for e in tree.iter("div") if e.get("data-sentences")))
    return told


# What is typed, and which of the device's sentences the service says to it.
WRONG: list[tuple[str, dict[str, Any]]] = [
    ("no_kind", {"kind": ""}),
    ("nobody", {"group": ""}),
    ("no_new_name", {"group": "new", "group_name": "--"}),
    ("resident_and_name", {"group": "resident", "group_name": "Stroke Club"}),
    ("no_line", {"summary": ""}),
    ("not_told", {"outcome": "no_answer", "tell": "1:answer"}),
    ("not_known", {"outcome": "no_answer", "kept": "1"}),
    ("not_raised", {"outcome": "no_answer", "concern-0-title": "Parking on the pavement"}),
    ("no_number", {"attendance": "many"}),
    ("no_date", {"when": "another_day"}),
    ("bad_date", {"when": "another_day", "happened_on": "last week"}),
    ("no_year", {"when": "another_day", "happened_on": "3 November"}),
    ("bad_year", {"when": "another_day", "happened_on": "3/11/26"}),
    ("future", {"when": "another_day", "happened_on": "25/11/2026"}),
    ("too_old", {"when": "another_day", "happened_on": "23/11/2024"}),
    ("bad_time", {"when": "earlier_today", "happened_time": "soon"}),
    ("later", {"when": "earlier_today", "happened_time": "23:00"}),
    ("past", {"promise-0-what": "Kits", "promise-0-by": "day", "promise-0-day": "1/11/2026"}),
]


@pytest.mark.parametrize(("name", "change"), WRONG, ids=[name for name, _ in WRONG])
def test_what_the_device_refuses_the_service_refuses_in_the_same_words(
    diary: DiaryUnderTest, town: Town, name: str, change: dict[str, Any]
) -> None:
    with diary.work() as session:
        group = make_group(session, town).id
    whole = {"group": group, "kind": "visit", "outcome": "spoke", "summary": "Kits", "when": "just_now"}
    answer = diary.client(town.pcso).fill(LOG, whole | change)
    assert answer.status_code == 422
    shown = [" ".join("".join(li.itertext()).split()) for li in parse(answer.get_data(as_text=True)).iter("li")]
    assert sentences(diary)[name] in shown


def test_no_sentence_is_left_untried(diary: DiaryUnderTest) -> None:
    assert set(sentences(diary)) - {name for name, _ in WRONG} == {"refused"}


def test_it_is_the_same_form(diary: DiaryUnderTest, town: Town) -> None:
    """Every field that the service's page has stands in the one that opens without it, but for what is somebody's."""

    def names(html: str) -> set[str]:
        form = next(f for f in parse(html).iter("form") if f.get("class") == "diary-log")
        controls = {e.get("name") for e in form.iter() if e.tag in ("input", "textarea", "select", "button") and e.get("name")}
        return {name for name in controls | set(fields_of(form)) if name}

    theirs = names(diary.client(town.pcso).get(LOG).get_data(as_text=True))
    without = names(diary.client().get(SHELL).get_data(as_text=True))
    assert theirs - without <= {"csrf_token", "usual", "officer"}
    assert not without - theirs
