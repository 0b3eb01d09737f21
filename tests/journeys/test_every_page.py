"""Every page that needs no id, for every role: on a phone and on a desk, in the light and in the dark."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from tests.builders import Town
from tests.conftest import DiaryUnderTest
from tests.journeys.conftest import DESK, PHONE, Browse, check_reach, check_rules

pytestmark = pytest.mark.journey


def addresses(app: Flask) -> list[str]:
    """Addresses of pages that stand alone."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments]
    return sorted({rule.rule for rule in rules if "." in rule.endpoint})


TOKENS = re.compile(r'value="[^"]{30,}"')
_looked_at: set[str] = set()  # what stands on a page between its head and its foot, whoever saw it


@pytest.mark.slow
@pytest.mark.parametrize("role", ["stranger", "pcso", "sergeant", "inspector", "administrator", "engagement_officer", "analyst"])
def test_everybody_can_use_every_page(diary: DiaryUnderTest, town: Town, browse: Browse, role: str) -> None:
    """The first page of each role is looked at whole, of the others what no other role has seen the like of."""
    person = None if role == "stranger" else getattr(town, role)
    window = browse(person, PHONE)
    client = diary.client(person)
    seen = 0
    for address in addresses(diary.app):
        with client.get(address) as answer:
            if answer.status_code != 200 or answer.mimetype != "text/html":
                continue
            body = TOKENS.sub("", answer.get_data(as_text=True).partition("<main")[2])
        seen += 1
        if seen > 1 and body in _looked_at:
            continue
        _looked_at.add(body)
        window.goto(address)
        check_reach(window)
        window.emulate_media(color_scheme="dark")
        check_rules(window, ["color-contrast"])
        window.emulate_media(color_scheme="light")
        window.set_viewport_size(DESK)
        check_reach(window)
        window.set_viewport_size(PHONE)
    assert seen, f"{role} sees no page at all"
