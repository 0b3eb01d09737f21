"""The page of caught mail: there in the demonstration alone, and safe whatever a letter holds."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engagement.app import create_app
from engagement.core.clock import FixedClock
from engagement.settings import load
from tests.conftest import NOW
from tests.pages import PageClient, words

NAME = "20261124T093000000000-0001-0a1b2c3d"


def _app(tmp_path: Path, *, demonstration: bool) -> Flask:
    settings = load({"ENGAGEMENT_INSTANCE": str(tmp_path), "ENGAGEMENT_PUBLIC_URL": "http://localhost:8000"}, demonstration=demonstration)
    app = create_app(settings, FixedClock(NOW))
    app.testing = True
    app.test_client_class = PageClient
    return app


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "demo-mail").mkdir()
    return tmp_path / "demo-mail"


def _put(folder: Path) -> None:
    message = EmailMessage()
    message["X-Caught-For"] = "clerk@ferndown-town-council.example"
    message["Subject"] = "Ferndown <b>Central</b>: October"
    message["List-Unsubscribe"] = "<http://localhost:8000/stop/abc>"
    message.set_content(
        "Stop these mails: http://localhost:8000/stop/abc. Elsewhere: https://elsewhere.example/x\n<script>alert(1)</script>"
    )
    message.add_alternative("<p>Hello<script>alert(2)</script></p>", subtype="html")
    (folder / f"{NAME}.eml").write_bytes(message.as_bytes())


def test_an_empty_page_says_what_will_appear(tmp_path: Path, folder: Path) -> None:
    answer = _app(tmp_path, demonstration=True).test_client().get("/demonstration/mail")
    assert "Nothing has been caught yet" in words(answer)


def test_letters_are_listed_and_read(tmp_path: Path, folder: Path) -> None:
    _put(folder)
    client = _app(tmp_path, demonstration=True).test_client()
    listed = client.get("/demonstration/mail")
    assert "Ferndown <b>Central</b>: October" in words(listed)
    assert "Tue 24 Nov, 09:30" in words(listed)
    one = client.get(f"/demonstration/mail/{NAME}")
    html = one.get_data(as_text=True)
    assert "&lt;script&gt;alert(1)" in html
    assert "alert(2)" not in html
    assert 'href="http://localhost:8000/stop/abc"' in html
    assert 'href="https://elsewhere.example' not in html


def test_the_html_part_can_do_nothing(tmp_path: Path, folder: Path) -> None:
    _put(folder)
    app = _app(tmp_path, demonstration=True)
    app.test_client_class = FlaskClient
    policy = app.test_client().get(f"/demonstration/mail/{NAME}/html").headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "script" not in policy


@pytest.mark.parametrize("path", ["", f"/{NAME}", f"/{NAME}/html"])
def test_there_is_no_such_page_where_it_is_not_there(tmp_path: Path, folder: Path, path: str) -> None:
    if path:
        assert _app(tmp_path, demonstration=True).test_client().get(f"/demonstration/mail{path}").status_code == 404
    else:
        assert _app(tmp_path, demonstration=False).test_client().get("/demonstration/mail").status_code == 404
