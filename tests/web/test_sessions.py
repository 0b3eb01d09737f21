"""A cookie is trusted for its signature and its age, each time; what a request puts into its session stays with it."""

from __future__ import annotations

import time
from datetime import timedelta

from flask import Flask, Request, session
from itsdangerous import TimestampSigner

from engagement.web.sessions import RememberedSignatures, csrf_token
from tests.builders import Town
from tests.conftest import DiaryUnderTest


def opened(app: Flask, cookie: str) -> dict[str, object]:
    request = Request({"HTTP_COOKIE": f"diary={cookie}", "REQUEST_METHOD": "GET"})
    found = app.session_interface.open_session(app, request)
    assert found is not None
    return dict(found)


def cookie_of(app: Flask, **values: object) -> str:
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return str(signer.dumps(values))


def test_a_cookie_of_ours_is_read_each_time_and_any_other_is_not(diary: DiaryUnderTest) -> None:
    app = diary.app
    assert isinstance(app.session_interface, RememberedSignatures)
    good = cookie_of(app, a=1)
    for _ in range(2):
        assert opened(app, good) == {"a": 1}
        for bad in (good[:-1], good + "x", good[1:], "", "no.such.thing", "é"):
            assert opened(app, bad) == {}


def test_a_cookie_grows_too_old_though_its_signature_is_known(diary: DiaryUnderTest, monkeypatch) -> None:
    app = diary.app
    cookie = cookie_of(app, a=1)
    assert opened(app, cookie) == {"a": 1}
    later = time.time() + app.permanent_session_lifetime.total_seconds() + timedelta(minutes=1).total_seconds()
    monkeypatch.setattr(time, "time", lambda: later)
    assert TimestampSigner("x").get_timestamp() >= int(later)
    assert opened(app, cookie) == {}


def test_what_one_request_changes_no_other_sees(diary: DiaryUnderTest) -> None:
    cookie = cookie_of(diary.app, a=1, said=[["message", "Saved."]])
    for _ in range(2):
        found = opened(diary.app, cookie)
        assert found["said"] == [["message", "Saved."]]
        found["a"] = 2
        said = found["said"]
        assert isinstance(said, list)
        said.clear()


def test_a_form_is_let_in_with_its_sessions_token_alone(diary: DiaryUnderTest, town: Town) -> None:
    diary.app.config["WTF_CSRF_ENABLED"] = True
    pcso, other = diary.client(town.pcso), diary.client(town.sergeant)
    pages = [client.get("/me") for client in (pcso, other)]
    tokens = [page.get_data(as_text=True).partition('name="csrf_token" value="')[2].partition('"')[0] for page in pages]
    assert tokens[0] != tokens[1]
    assert pcso.post("/sign-out", data={"csrf_token": tokens[1]}).status_code == 419
    assert pcso.post("/sign-out", data={}).status_code == 419
    assert pcso.post("/sign-out", data={"csrf_token": tokens[0]}).status_code == 303


def test_a_session_has_one_token(diary: DiaryUnderTest) -> None:
    with diary.app.test_request_context("/"):
        csrf_token()
        raw = session["csrf_token"]
    with diary.app.test_request_context("/"):
        session["csrf_token"] = raw
        second = csrf_token()
        assert csrf_token() == second
    with diary.app.test_request_context("/"):
        session["csrf_token"] = raw
        assert csrf_token() == second
