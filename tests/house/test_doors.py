"""Every route is asked by every role and by a stranger; who gets in is what the role matrix says, line by line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import g
from werkzeug.routing import Rule

from engagement.access.domain import TABLE, Permission, Role
from engagement.access.guard import door_of
from tests.builders import Town
from tests.conftest import DiaryUnderTest

MATRIX = Path(__file__).with_name("role_matrix.txt")
ROLES = ("pcso", "sergeant", "inspector", "administrator", "engagement_officer", "analyst")


def rules(diary: DiaryUnderTest) -> list[tuple[str, Rule]]:
    """Each route once for each method that it takes."""
    return sorted(
        (
            (method, rule)
            for rule in diary.app.url_map.iter_rules()
            if rule.endpoint != "static"
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        ),
        key=lambda found: (found[1].rule, found[0]),
    )


def address(rule: Rule) -> str:
    """The route's address, with ids that are not there."""
    return re.sub(r"<(?:[^:<>]+:)?[^<>]+>", lambda m: "999999" if "int:" in m[0] else "none-such", rule.rule)


def who_may(diary: DiaryUnderTest, rule: Rule) -> str:
    door = door_of(diary.app, rule.endpoint)
    assert door is not None
    if door.permission is None:
        return "everybody"
    return " ".join(role for role in ROLES if door.permission in TABLE[Role(role)])


def test_the_role_matrix_names_every_route(diary: DiaryUnderTest) -> None:
    found = [f"{method:5}{rule.rule:60} {who_may(diary, rule)}" for method, rule in rules(diary)]
    written = [line for line in MATRIX.read_text().splitlines() if line and not line.startswith("#")]
    assert found == written, "routes and tests/house/role_matrix.txt differ"


@pytest.mark.parametrize("who", [*ROLES, "stranger"])
def test_only_who_may_gets_in(diary: DiaryUnderTest, town: Town, who: str) -> None:
    diary.app.config["WTF_CSRF_ENABLED"] = False  # the guard is asked here, not the token
    wrong = []
    try:
        for method, rule in rules(diary):
            if rule.endpoint in ("people.sign_out", "people.sign_in_now"):
                continue  # they change who asks
            client = diary.client(None if who == "stranger" else getattr(town, who))
            with client:
                answer = client.open(address(rule), method=method)
                entered = bool(g.get("entered"))
            door = door_of(diary.app, rule.endpoint)
            assert door is not None
            expected = door.permission is None or (who != "stranger" and door.permission in TABLE[Role(who)])
            turned_away = answer.status_code in (303, 401) if who == "stranger" else answer.status_code == 404
            if entered != expected or not (expected or turned_away):
                wrong.append(f"{who} at {method} {rule.rule}: {answer.status_code}")
    finally:
        diary.app.config["WTF_CSRF_ENABLED"] = True
    assert not wrong


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.ENGAGEMENT_OFFICER, Role.ANALYST])
def test_those_at_headquarters_read_no_diary(role: Role) -> None:
    assert not TABLE[role] & {Permission.READ_DIARY, Permission.WRITE_DIARY, Permission.SEE_BOARD, Permission.SEE_MEASURES}


def test_an_analyst_sees_totals_and_nothing_else() -> None:
    assert TABLE[Role.ANALYST] == {Permission.SIGNED_IN, Permission.SEE_TOTALS}


def test_an_engagement_officer_approves_and_publishes_for_the_whole_force() -> None:
    assert {Permission.EDIT_SUMMARY, Permission.APPROVE_SUMMARY, Permission.PUBLISH} <= TABLE[Role.ENGAGEMENT_OFFICER]
    assert Permission.SEE_TOTALS not in TABLE[Role.ENGAGEMENT_OFFICER]
