"""Every page that needs no id, for every role: on a phone and on a desk, in the light and in the dark."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.builders import Town
from tests.conftest import DiaryUnderTest
from tests.journeys.conftest import DESK, PHONE, Browse, check_reach

pytestmark = pytest.mark.journey


def addresses(app: Flask) -> list[str]:
    """Addresses of pages that stand alone."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments]
    return sorted({rule.rule for rule in rules if "." in rule.endpoint})


@pytest.mark.parametrize("role", ["stranger", "pcso", "sergeant", "inspector", "administrator", "engagement_officer", "analyst"])
@pytest.mark.parametrize(("size", "dark"), [(PHONE, False), (PHONE, True), (DESK, False)], ids=["phone", "phone in the dark", "desk"])
def test_everybody_can_use_every_page(
    diary: DiaryUnderTest, town: Town, browse: Browse, role: str, size: dict[str, int], dark: bool
) -> None:
    person = None if role == "stranger" else getattr(town, role)
    window = browse(person, size, dark=dark)
    client = diary.client(person)
    seen = 0
    for address in addresses(diary.app):
        with client.get(address) as answer:
            if answer.status_code != 200 or answer.mimetype != "text/html":
                continue
        window.goto(address)
        check_reach(window)
        seen += 1
    assert seen, f"{role} sees no page at all"
