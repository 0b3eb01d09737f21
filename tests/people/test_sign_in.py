"""Signing in and out at the door."""

from __future__ import annotations

from engagement.people.models import Account
from engagement.people.passwords import hash_password
from tests.builders import PASSWORD, Town
from tests.conftest import DiaryUnderTest
from tests.pages import words


def with_password(diary: DiaryUnderTest, town: Town) -> None:
    hashed = hash_password(PASSWORD)
    with diary.work() as session:
        session.get_one(Account, town.pcso.account_id).password_hash = hashed


def test_the_right_password_opens_the_door(diary: DiaryUnderTest, town: Town) -> None:
    with_password(diary, town)
    answer = diary.client().fill("/sign-in", {"email": town.pcso.email.upper(), "password": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/")


def test_a_wrong_password_keeps_the_address_and_says_so(diary: DiaryUnderTest, town: Town) -> None:
    with_password(diary, town)
    answer = diary.client().fill("/sign-in", {"email": town.pcso.email, "password": "something else"})
    assert answer.status_code == 422
    assert "That e-mail and password do not fit together." in words(answer)
    assert town.pcso.email in answer.get_data(as_text=True)


def test_a_link_cannot_send_anybody_elsewhere(diary: DiaryUnderTest, town: Town) -> None:
    with_password(diary, town)
    for elsewhere in ("//evil.example", "https://evil.example", "/\\evil.example"):
        answer = diary.client().fill(f"/sign-in?next={elsewhere}", {"email": town.pcso.email, "password": PASSWORD})
        assert answer.location == "/"
