"""The service's secret is changed: what was signed or sealed under the one before holds while that is named, and no longer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from engagement.app import create_app
from engagement.audit.chains import init_chains
from engagement.audit.verify import seal_day, verify
from engagement.db import reading
from engagement.notices.service import make_link
from engagement.people.carry import pack, unpack
from engagement.settings import BadSetting, Settings, load
from engagement.summaries.models import Stop
from engagement.web.sessions import RememberedSignatures
from tests.builders import Town, say_so
from tests.conftest import DiaryUnderTest
from tests.offline.phone import entry, send
from tests.offline.test_session import put_out
from tests.pages import words

NEW = "another secret, of forty characters or so"


@contextmanager
def changed(diary: DiaryUnderTest, *, named: bool) -> Iterator[None]:
    """The service as it starts again under a new secret; `named` where the one before is said to be a former one."""
    app, old = diary.app, diary.app.extensions["settings"]

    def start(settings: Settings) -> None:
        app.extensions["settings"] = settings
        app.config.update(SECRET_KEY=settings.secret_key, SECRET_KEY_FALLBACKS=list(settings.former_keys))
        app.session_interface = RememberedSignatures(app)
        init_chains(app, settings.secret_key)

    start(replace(old, secret_key=NEW, former_keys=(old.secret_key,) if named else ()))
    try:
        yield
    finally:
        start(old)


@pytest.mark.parametrize("named", [True, False])
def test_a_session_goes_on(diary: DiaryUnderTest, town: Town, named: bool) -> None:
    phone = diary.client(town.pcso)
    with changed(diary, named=named):
        assert phone.get("/").status_code == (200 if named else 303)


def test_a_form_that_was_open_is_taken(diary: DiaryUnderTest, town: Town) -> None:
    client = diary.client(town.pcso)
    opened = client.get("/me")
    with changed(diary, named=True):
        assert client.send(opened, {"phone-name": "Work phone"}, action="/me/phones").status_code == 303


@pytest.mark.parametrize("named", [True, False])
def test_a_phone_is_given_the_former_key_and_hands_in(diary: DiaryUnderTest, town: Town, named: bool) -> None:
    phone = diary.client(town.pcso)
    before = phone.get("/api/session").get_json()
    assert before["former_keys"] == []
    with changed(diary, named=named):
        if named:
            after = phone.get("/api/session").get_json()
            assert (after["former_keys"], after["key"] != before["key"]) == ([before["key"]], True)
        put_out(diary, town, town.pcso)
        body = {"sent_at": diary.now.isoformat(), "hand_in": before["hand_in"], "drafts": [entry(town.pcso)]}
        assert diary.client().post("/sync/hand-in", json=body).status_code == (200 if named else 401)


@pytest.mark.parametrize("named", [True, False])
def test_a_form_that_is_carried_through_sign_in_is_opened(diary: DiaryUnderTest, town: Town, named: bool) -> None:
    with diary.app.test_request_context("/groups/new", method="POST", data={"name": "The Stroke Club"}) as here:
        here.session["was"] = "1:x"
        carried = pack()
    with changed(diary, named=named), diary.app.test_request_context("/sign-in"):
        found = unpack(carried, "1")
        assert (found is not None and found.words == ["The Stroke Club"]) == named


@pytest.mark.parametrize("named", [True, False])
def test_the_record_is_proved(diary: DiaryUnderTest, town: Town, named: bool) -> None:
    send(diary, town.pcso, entry(town.pcso, group_name="Ashford Choir"))
    with diary.work() as session:
        seal_day(session, diary.now.date())
    with changed(diary, named=named), diary.app.app_context():
        faults = verify(reading()).faults
        assert any("not signed by this service" in fault for fault in faults) != named
        assert any("seal of" in fault for fault in faults) != named


def test_links_in_letters_and_calendars_hang_on_no_secret(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        session.add(Stop(force_id=town.force_id, address="clerk@council.example", token="t" * 43))
        calendar = make_link(session, diary.actor(town.pcso), now=diary.now)
        say_so(session)
    with changed(diary, named=False):
        stranger = diary.client()
        assert "Stop these letters?" in words(stranger.get(f"/stop/{'t' * 43}"))
        assert stranger.get(f"/calendar/{calendar}.ics").status_code == 200


def test_former_secrets_are_variables_of_their_own(tmp_path: Path) -> None:
    environ = {"ENGAGEMENT_INSTANCE": str(tmp_path), "ENGAGEMENT_SECRET_KEY": "s" * 40}
    former = {"ENGAGEMENT_FORMER_SECRET_KEY": "one, with blanks: forty characters of it", "ENGAGEMENT_FORMER_SECRET_KEY_2": "t" * 40}
    assert load(environ).secret_keys == ("s" * 40,)
    assert load(environ | former).secret_keys == ("s" * 40, "one, with blanks: forty characters of it", "t" * 40)
    assert create_app(load(environ | former)).config["SECRET_KEY_FALLBACKS"] == list(former.values())
    for wrong, sentence in (("short", "at least 32 characters"), ("s" * 40, "is the secret key of today")):
        with pytest.raises(BadSetting, match=sentence):
            load(environ | {"ENGAGEMENT_FORMER_SECRET_KEY": wrong})
