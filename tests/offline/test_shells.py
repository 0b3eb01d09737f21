"""The installable app: what phones are told to keep, and that no page among it is anybody's."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from engagement.core.wording import rules_as_data
from engagement.offline.shell_routes import SHELLS
from engagement.web.static_files import STATIC
from tests.builders import Town
from tests.conftest import DiaryUnderTest


def table(diary: DiaryUnderTest) -> dict[str, Any]:
    text = diary.client().get("/service-worker.js").get_data(as_text=True)
    told: dict[str, Any]
    told, _end = json.JSONDecoder().raw_decode(text, text.index("const SHELL = ") + len("const SHELL = "))
    return told


def test_everything_the_worker_keeps_is_there(diary: DiaryUnderTest) -> None:
    client, told = diary.client(), table(diary)
    assert len(told["files"]) > 20
    for address in told["files"]:
        with client.get(address) as answer:
            assert answer.status_code == 200, address
            if answer.mimetype == "text/html":  # or WebKit puts the page aside in the middle of what it writes
                assert answer.headers["Cache-Control"] == "no-store", address
    kept = {address.split("/", 3)[3] for address in told["files"] if address.startswith("/static/")}
    shipped = {p.relative_to(STATIC).as_posix() for p in STATIC.glob("js/*.mjs") if not p.name.endswith(".test.mjs")}
    assert shipped <= kept
    assert not [name for name in kept if name.endswith((".test.mjs", ".md"))]


def test_the_worker_is_asked_for_anew_each_time_and_serves_the_whole_diary(diary: DiaryUnderTest) -> None:
    answer = diary.client().get("/service-worker.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert answer.headers["Cache-Control"] in ("no-cache", "no-store")
    text = answer.get_data(as_text=True)
    for module in re.findall(r"from '([^']+)'", text):
        with diary.client().get(module) as imported:
            assert imported.status_code == 200, module


def test_its_version_is_that_of_what_it_keeps(diary: DiaryUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    first = table(diary)["version"]
    assert table(diary)["version"] == first
    monkeypatch.setattr("engagement.offline.shell_routes.release", lambda: "another")
    diary.app.extensions.pop("shell_version")
    try:
        assert table(diary)["version"] != first
    finally:
        diary.app.extensions.pop("shell_version")


def test_a_shell_is_the_same_page_for_everybody(diary: DiaryUnderTest, town: Town) -> None:
    for name in SHELLS:
        stranger = diary.client().get(f"/offline/{name}")
        assert stranger.status_code == 200
        for person in (town.pcso, town.administrator):
            theirs = diary.client(person).get(f"/offline/{name}").get_data(as_text=True)
            assert theirs == stranger.get_data(as_text=True), name
            assert person.name not in theirs
        assert "csrf_token" not in stranger.get_data(as_text=True)
        assert "</span>OFFICIAL</p>" in stranger.get_data(as_text=True), name


def test_the_address_of_a_shell_stands_for_itself(diary: DiaryUnderTest) -> None:
    told = table(diary)
    for name in SHELLS:
        assert next(shell for pattern, shell in told["pages"] if re.search(pattern, f"/offline/{name}")) == f"/offline/{name}"
    assert diary.client().get("/offline/none-such").status_code == 404


def test_the_manifest_makes_an_app_of_it(diary: DiaryUnderTest) -> None:
    answer = diary.client().get("/manifest.webmanifest")
    assert answer.mimetype == "application/manifest+json"
    told = json.loads(answer.data)
    assert (told["display"], told["start_url"], told["scope"]) == ("standalone", "/", "/")
    assert {icon["sizes"] for icon in told["icons"]} == {"192x192", "512x512"}
    for icon in told["icons"]:
        with diary.client().get(icon["src"]) as picture:
            width = int.from_bytes(picture.data[16:20], "big")
            assert (picture.mimetype, f"{width}x{width}") == ("image/png", icon["sizes"])
    page = diary.client().get("/sign-in").get_data(as_text=True)
    assert '<link rel="manifest" href="/manifest.webmanifest">' in page


def test_the_device_reads_words_by_the_same_table(diary: DiaryUnderTest) -> None:
    assert json.loads(diary.client().get("/offline/wording.json").data) == json.loads(json.dumps(rules_as_data()))
