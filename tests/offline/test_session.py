"""Who is signed in, as a phone asks it: the key of what it keeps, the token to hand it in, and why nobody is."""

from __future__ import annotations

import base64
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from engagement.db import reading
from engagement.offline.keys import hand_in_token, holder_of, key_of
from engagement.people.service import disable
from tests.builders import Person, Town
from tests.conftest import DiaryUnderTest

SECRET = "a secret for tests alone, forty characters"


def put_out(diary: DiaryUnderTest, town: Town, who: Person, *, off: bool = True) -> None:
    """Disables somebody's account."""
    administrator = diary.actor(town.administrator)
    with diary.work() as session:
        disable(session, administrator, who.officer_id, off=off, now=diary.now)


def test_it_says_who_and_gives_a_key_that_stays(diary: DiaryUnderTest, town: Town) -> None:
    said = diary.client(town.pcso).get("/api/session").get_json()
    assert (said["account"], said["name"], said["pack_hours"]) == (str(town.pcso.account_id), "Sam Okoro", 12)
    assert len(base64.urlsafe_b64decode(said["key"] + "=")) == 32
    assert diary.client(town.pcso).get("/api/session").get_json()["key"] == said["key"]
    assert diary.client(town.pcso2).get("/api/session").get_json()["key"] != said["key"]
    assert diary.client(town.administrator).get("/api/session").status_code == 200


def test_a_stranger_is_told_that_nobody_is_signed_in(diary: DiaryUnderTest, town: Town) -> None:
    answer = diary.client().get("/api/session")
    assert (answer.status_code, answer.mimetype, answer.get_json()) == (401, "application/json", {"reason": "signed_out"})


def test_a_session_that_rested_too_long_is_signed_out(diary: DiaryUnderTest, town: Town) -> None:
    client = diary.client(town.pcso)
    diary.clock.move(timedelta(hours=20))
    assert client.get("/api/session").get_json() == {"reason": "signed_out"}


def test_that_an_account_is_disabled_is_told_to_its_holder_alone(diary: DiaryUnderTest, town: Town) -> None:
    phone, other = diary.client(town.pcso), diary.client(town.pcso2)
    token = phone.get("/api/session").get_json()["hand_in"]
    others = other.get("/api/session").get_json()["hand_in"]
    put_out(diary, town, town.pcso)
    assert phone.get("/api/session").get_json() == {"reason": "disabled"}
    assert phone.get("/api/patch").get_json() == {"reason": "disabled"}
    stranger = diary.client()
    assert stranger.get("/api/session", headers={"X-Hand-In": token}).get_json() == {"reason": "disabled"}
    for wrong in (others, "", "x", token[:-1], token.replace(".", ".9", 1), "9" * 300, "1.2.3", "١.٢.٣"):
        assert stranger.get("/api/session", headers={"X-Hand-In": wrong.encode().decode("latin-1")}).get_json() == {"reason": "signed_out"}
    put_out(diary, town, town.pcso, off=False)
    assert stranger.get("/api/session", headers={"X-Hand-In": token}).get_json() == {"reason": "signed_out"}


def test_a_token_is_good_for_its_days_and_its_account(diary: DiaryUnderTest, town: Town) -> None:
    token = diary.client(town.pcso).get("/api/session").get_json()["hand_in"]
    with diary.app.app_context():
        secret = str(diary.app.secret_key)
        assert holder_of(reading(), [secret], token, now=diary.now + timedelta(days=89)) == town.pcso.account_id
        assert holder_of(reading(), [secret], token, now=diary.now + timedelta(days=91)) is None
        assert holder_of(reading(), [secret + "!"], token, now=diary.now) is None
        assert holder_of(reading(), [secret + "!", secret], token, now=diary.now) == town.pcso.account_id
        account, until, mac = token.split(".")
        assert holder_of(reading(), [secret], f"{town.pcso2.account_id}.{until}.{mac}", now=diary.now) is None
        assert holder_of(reading(), [secret], f"{account}.{int(until) + 1}.{mac}", now=diary.now) is None


@given(st.text(max_size=60), st.text(max_size=60))
def test_two_accounts_never_have_one_key(one: str, other: str) -> None:
    assert (key_of(SECRET, one) == key_of(SECRET, other)) == (one == other)


def test_a_token_says_no_more_than_whose_it_is(diary: DiaryUnderTest) -> None:
    assert hand_in_token(SECRET, 7, "salt", diary.now).split(".")[:2] == ["7", str(int(diary.now.timestamp()))]
