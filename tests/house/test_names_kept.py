"""What scripts, phones and operators rely on by name: JSON shapes, headers, and what a cover posting opens."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from engagement.app import create_app
from engagement.groups.models import Group
from engagement.people.models import Posting
from engagement.web.headers import POLICY
from tests.builders import Town, make_group, say_so
from tests.conftest import DiaryUnderTest
from tests.pages import PageClient
from tests.people.test_sign_in import sign_in, with_password


def test_who_is_signed_in_is_told_with_a_token_that_works(diary: DiaryUnderTest, town: Town) -> None:
    client = diary.client(town.pcso)
    told = client.get("/api/session").get_json()
    kept = {"account", "name", "csrf_token", "expires_at"}
    assert set(told) == kept | {"key", "former_keys", "pack_hours", "hand_in"}
    assert all(isinstance(told[name], str) for name in kept)
    assert (told["account"], told["name"]) == (str(town.pcso.account_id), town.pcso.name)
    assert datetime.fromisoformat(told["expires_at"]) == diary.now + timedelta(minutes=30)
    sent = client.post("/engagements/not-for-the-diary", data={"kind": "crime"}, headers={"X-CSRFToken": told["csrf_token"]})
    assert sent.status_code == 303


def test_a_stranger_is_told_401_and_not_led_to_a_page(diary: DiaryUnderTest, town: Town) -> None:
    assert diary.client().get("/api/session").status_code == 401


@pytest.mark.parametrize("path", ["/sign-in", "/", "/groups", "/none-such", "/healthz", "/groups.csv"])
def test_every_answer_carries_the_headers(diary: DiaryUnderTest, town: Town, path: str) -> None:
    for client in (diary.client(), diary.client(town.sergeant)):
        headers = client.get(path).headers
        assert headers["Content-Security-Policy"] == POLICY
        assert "unsafe" not in POLICY and "default-src 'none'" in POLICY and "frame-ancestors 'none'" in POLICY
        assert headers["X-Content-Type-Options"] == "nosniff" and headers["Referrer-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"


def test_over_https_the_cookie_and_the_browser_stay_there(diary: DiaryUnderTest, town: Town) -> None:
    settings = replace(diary.app.extensions["settings"], public_url="https://diary.force.example")
    app = create_app(settings, diary.clock, pooled=False)
    app.config["PREFERRED_URL_SCHEME"] = "https"
    browser = PageClient(app, app.response_class)
    browser.environ_base["HTTP_REFERER"] = "https://localhost/"
    with_password(diary, town.pcso)
    answers = [browser.get("/sign-in"), sign_in(browser, town.pcso)]
    assert answers[1].status_code == 303 and browser.get("/").status_code == 200
    answers.append(browser.fill("/me", {"phone-name": "Blue case"}, action="/me/phones"))
    assert all(answer.headers["Strict-Transport-Security"].startswith("max-age=") for answer in answers)
    cookies = [one for answer in answers for one in answer.headers.getlist("Set-Cookie")]
    assert {one.partition("=")[0] for one in cookies} == {"__Host-diary", "__Host-diary_known", "__Host-diary_phone"}
    for one in cookies:
        assert all(part in one.split("; ") for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/")) and "Domain" not in one


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_machines_ask_without_signing_in(diary: DiaryUnderTest, path: str) -> None:
    answer = diary.client().get(path)
    assert answer.status_code in (200, 503) and answer.is_json


def test_a_cover_posting_opens_the_team_from_its_first_day_to_its_last(diary: DiaryUnderTest, town: Town) -> None:
    today = diary.now.date()
    with diary.work() as session:
        group_id = make_group(session, town).id
        posting = {"role": "sergeant", "scope": "team", "team_id": town.team_id, "kind": "cover"}
        days = {"starts_on": today + timedelta(days=1), "ends_on": today + timedelta(days=3)}
        session.add(Posting(force_id=town.force_id, officer_id=town.other_sergeant.officer_id, **posting, **days))
        say_so(session)
    opened = []
    for day in range(6):
        diary.clock.at += timedelta(days=1 if day else 0)
        client = diary.client(town.other_sergeant)
        board = "Ashford" in client.get("/overdue").get_data(as_text=True)
        opened.append((client.get(f"/groups/{group_id}").status_code, board))
    assert opened == [(404, False), (200, True), (200, True), (200, True), (404, False), (404, False)]
    with diary.work() as session:
        assert session.scalar(select(Group.id)) == group_id
