"""A browser with which an account has signed in is counted apart: wrong passwords from elsewhere do not shut its officer out."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from engagement.mail.models import Letter
from engagement.people.known import COOKIE
from engagement.people.service import disable, send_link
from engagement.people.tries import note_try
from engagement.settings import current
from tests.builders import PASSWORD, Town
from tests.conftest import DiaryUnderTest
from tests.pages import PageClient
from tests.people.test_sign_in import sign_in, with_password


def leave(client: PageClient) -> None:
    client.post("/sign-out", data={"csrf_token": client.get("/api/session").get_json()["csrf_token"]})


def test_wrong_passwords_from_elsewhere_do_not_shut_an_officer_out(diary: DiaryUnderTest, town: Town) -> None:
    with_password(diary, town.pcso)
    own, elsewhere = diary.client(), diary.client()
    assert sign_in(own, town.pcso).status_code == 303
    leave(own)
    for _ in range(5):
        assert sign_in(elsewhere, town.pcso, "wrong").status_code == 422
    assert sign_in(elsewhere, town.pcso).status_code == 429, "who is not known waits, the right password or not"
    assert sign_in(own, town.pcso).status_code == 303


def test_a_whole_station_behind_one_address_does_not_shut_out_those_who_are_known(diary: DiaryUnderTest, town: Town) -> None:
    with_password(diary, town.pcso)
    own, elsewhere = diary.client(), diary.client()
    assert sign_in(own, town.pcso).status_code == 303
    leave(own)
    with diary.app.app_context():
        for n in range(current().number("sign_in", "tries_per_address")):
            note_try(f"nobody{n}@force.example", "127.0.0.1", succeeded=False, now=diary.now)
    assert sign_in(elsewhere, town.pcso).status_code == 429
    assert sign_in(own, town.pcso).status_code == 303


def test_a_known_browser_has_no_more_tries_than_any_other(diary: DiaryUnderTest, town: Town) -> None:
    with_password(diary, town.pcso)
    own = diary.client()
    assert sign_in(own, town.pcso).status_code == 303
    leave(own)
    for _ in range(5):
        assert sign_in(own, town.pcso, "wrong").status_code == 422
    assert sign_in(own, town.pcso).status_code == 429
    diary.clock.move(timedelta(minutes=16))
    assert sign_in(own, town.pcso).status_code == 303


def test_it_is_known_for_the_account_that_signed_in_and_for_no_other(diary: DiaryUnderTest, town: Town) -> None:
    with_password(diary, town.pcso)
    with_password(diary, town.pcso2)
    thief, forger = diary.client(), diary.client()
    assert sign_in(thief, town.pcso2).status_code == 303
    leave(thief)
    forger.set_cookie(COOKIE, "WyJhIiwiYiJd.made.up")
    for client in (thief, forger):
        for _ in range(5):
            sign_in(client, town.pcso, "wrong")
        assert sign_in(client, town.pcso).status_code == 429
        assert town.pcso.email not in str(client.get_cookie(COOKIE))


def test_a_link_that_was_sent_before_opens_nothing_after_the_account_was_closed_or_its_password_changed(
    diary: DiaryUnderTest, town: Town
) -> None:
    with_password(diary, town.pcso)
    administrator = diary.actor(town.administrator)

    def sent() -> str:
        with diary.work() as session:
            send_link(session, administrator, town.pcso.account_id, public_url="https://x.example", hours=72, first=False, now=diary.now)
            return str(session.scalars(select(Letter.text).order_by(Letter.id.desc())).first()).partition("/set-password/")[2].split()[0]

    def opens(token: str) -> bool:
        return diary.client().get(f"/set-password/{token}").status_code == 200

    first = sent()
    assert opens(first)
    own = diary.client()
    assert sign_in(own, town.pcso).status_code == 303
    typed = {"password-old": PASSWORD, "password-password": "otter kettle marsh nine"}
    assert own.fill("/me", typed, action="/me/password").status_code == 303
    assert not opens(first)
    second = sent()
    for off in (True, False):
        with diary.work() as session:
            disable(session, administrator, town.pcso.officer_id, off=off, now=diary.now)
    assert not opens(second)
