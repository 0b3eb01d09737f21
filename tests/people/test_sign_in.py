"""At the door: signing in and out, waiting, resting, and the form that comes back."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from engagement.people.models import Account, LoginAttempt, Officer
from engagement.people.passwords import hash_password
from tests.builders import PASSWORD, Person, Town
from tests.conftest import DiaryUnderTest
from tests.pages import PageClient, words


def with_password(diary: DiaryUnderTest, person: Person) -> None:
    hashed = hash_password(PASSWORD)
    with diary.work() as session:
        session.get_one(Account, person.account_id).password_hash = hashed


def sign_in(client: PageClient, person: Person, password: str = PASSWORD):
    return client.fill("/sign-in", {"email": person.email, "password": password})


def test_the_right_password_opens_the_door(diary: DiaryUnderTest, town: Town) -> None:
    with_password(diary, town.pcso)
    client = diary.client()
    answer = client.fill("/sign-in", {"email": town.pcso.email.upper(), "password": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/")
    assert client.get("/").status_code == 200


def test_a_wrong_password_keeps_the_address_and_says_so(diary: DiaryUnderTest, town: Town) -> None:
    with_password(diary, town.pcso)
    answer = sign_in(diary.client(), town.pcso, "something else")
    assert answer.status_code == 422
    assert "That e-mail and password do not fit together." in words(answer)
    assert town.pcso.email in answer.get_data(as_text=True)


def test_an_account_without_a_password_and_no_account_look_the_same(diary: DiaryUnderTest, town: Town) -> None:
    nobody = diary.client().fill("/sign-in", {"email": "nobody@force.example", "password": PASSWORD})
    unset = sign_in(diary.client(), town.pcso)
    assert words(nobody) == words(unset)
    assert nobody.status_code == unset.status_code == 422


def test_a_link_cannot_send_anybody_elsewhere(diary: DiaryUnderTest, town: Town) -> None:
    with_password(diary, town.pcso)
    tricks = ("//evil.example", "https://evil.example", "/\\evil.example", "/%09/evil.example", "/%0a/evil.example", "/%0d%0aX-Evil:%201")
    for elsewhere in tricks:
        answer = diary.client().fill(f"/sign-in?next={elsewhere}", {"email": town.pcso.email, "password": PASSWORD})
        assert answer.location == "/"


def test_a_page_asked_for_before_signing_in_is_where_one_lands(diary: DiaryUnderTest, town: Town) -> None:
    with_password(diary, town.pcso)
    client = diary.client()
    asked = client.get("/me")
    assert asked.status_code == 303
    assert client.fill(asked.location, {"email": town.pcso.email, "password": PASSWORD}).location == "/me"


def test_after_five_failures_even_the_right_password_waits(diary: DiaryUnderTest, town: Town) -> None:
    with_password(diary, town.pcso)
    client = diary.client()
    for _ in range(5):
        assert sign_in(client, town.pcso, "wrong").status_code == 422
    waiting = sign_in(client, town.pcso)
    assert waiting.status_code == 429
    assert "Too many tries. Wait 15 minutes" in words(waiting)
    diary.clock.move(timedelta(minutes=16))
    assert sign_in(client, town.pcso).status_code == 303
    with diary.work() as session:
        assert len(session.scalars(select(LoginAttempt)).all()) == 6


def test_a_desk_session_rests_for_half_an_hour(diary: DiaryUnderTest, town: Town) -> None:
    client = diary.client(town.pcso)
    diary.clock.move(timedelta(minutes=29))
    assert client.get("/me").status_code == 200
    diary.clock.move(timedelta(minutes=29))
    assert client.get("/me").status_code == 200, "use keeps it awake"
    diary.clock.move(timedelta(minutes=31))
    assert client.get("/me").status_code == 303


def test_an_enrolled_phone_stays_signed_in_for_a_shift(diary: DiaryUnderTest, town: Town) -> None:
    with_password(diary, town.pcso)
    client = diary.client(town.pcso)
    assert client.fill("/me", {"phone-name": "Work phone"}, action="/me/phones").status_code == 303
    diary.clock.move(timedelta(hours=11))
    page = client.get("/me")
    assert "Work phone" in words(page)
    diary.clock.move(timedelta(hours=13))
    assert client.get("/me").status_code == 303
    assert sign_in(client, town.pcso).status_code == 303
    diary.clock.move(timedelta(hours=11))
    assert client.get("/me").status_code == 200, "signing in on the phone again finds it enrolled"


def test_removing_a_phone_ends_its_session(diary: DiaryUnderTest, town: Town) -> None:
    phone, desk = diary.client(town.pcso), diary.client(town.pcso)
    phone.fill("/me", {"phone-name": "Work phone"}, action="/me/phones")
    assert desk.fill("/me", action="/remove").status_code == 303
    assert phone.get("/me").status_code == 303
    assert desk.get("/me").status_code == 200


def test_changing_the_password_ends_the_other_sessions(diary: DiaryUnderTest, town: Town) -> None:
    with_password(diary, town.pcso)
    here, there = diary.client(town.pcso), diary.client(town.pcso)
    typed = {"password-old": PASSWORD, "password-password": "otter kettle marsh nine"}
    assert here.fill("/me", typed, action="/me/password").status_code == 303
    assert here.get("/me").status_code == 200
    assert there.get("/me").status_code == 303
    assert sign_in(diary.client(), town.pcso, "otter kettle marsh nine").status_code == 303


def test_a_copy_of_the_cookie_opens_nothing_once_its_owner_has_signed_out(diary: DiaryUnderTest, town: Town) -> None:
    with_password(diary, town.pcso)
    here, copied, other = diary.client(), diary.client(), diary.client()
    for client in (here, other):
        assert sign_in(client, town.pcso).status_code == 303
    cookie = here.get_cookie("diary")
    assert cookie is not None
    copied.set_cookie("diary", cookie.value)
    assert copied.get("/me").status_code == 200
    token = here.get("/api/session").get_json()["csrf_token"]
    assert here.post("/sign-out", data={"csrf_token": token}).status_code == 303
    assert copied.get("/me").status_code == 303
    assert other.get("/me").status_code == 200, "another browser's session goes on"


def test_a_closed_account_is_out_at_once(diary: DiaryUnderTest, town: Town) -> None:
    client = diary.client(town.pcso)
    with diary.work() as session:
        session.get_one(Account, town.pcso.account_id).disabled_at = diary.now
    assert client.get("/").status_code == 303


def test_a_form_sent_after_the_session_ended_comes_back_after_signing_in(diary: DiaryUnderTest, town: Town) -> None:
    with_password(diary, town.administrator)
    client = diary.client(town.administrator)
    page = client.get(f"/admin/officers/{town.pcso.officer_id}")
    diary.clock.move(timedelta(minutes=31))
    ended = client.send(page, {"edit-name": "Sam Okoro Bright"}, action=f"/admin/officers/{town.pcso.officer_id}")
    assert ended.status_code == 401
    assert "Nothing is lost" in words(ended)
    wrong = client.send(ended, {"email": town.administrator.email, "password": "not this one"})
    assert wrong.status_code == 422
    back = client.send(wrong, {"email": town.administrator.email, "password": PASSWORD})
    assert back.status_code == 200
    assert "Sam Okoro Bright" in words(back)
    assert client.send(back).status_code == 303
    with diary.work() as session:
        assert session.get_one(Officer, town.pcso.officer_id).name == "Sam Okoro Bright"


def test_what_one_account_typed_is_never_sent_as_another(diary: DiaryUnderTest, town: Town) -> None:
    with_password(diary, town.pcso)
    client = diary.client(town.administrator)
    diary.clock.move(timedelta(minutes=31))
    ended = client.post(f"/admin/officers/{town.pcso.officer_id}", data={"edit-name": "a secret name"})
    other = client.send(ended, {"email": town.pcso.email, "password": PASSWORD})
    assert other.status_code == 303
    assert "could not be tied to this account" in words(client.get("/"))
    assert "a secret name" not in ended.get_data(as_text=True)


def test_a_form_that_nobody_can_be_given_back_is_not_promised(diary: DiaryUnderTest, town: Town) -> None:
    client = diary.client(town.administrator)
    client.delete_cookie("diary")
    said = words(client.post(f"/admin/officers/{town.pcso.officer_id}", data={"edit-name": "typed"}))
    assert "what you typed was not sent. Go back to see it" in said and "Nothing is lost" not in said


def test_a_page_left_open_while_signing_in_again_loses_nothing(diary: DiaryUnderTest, town: Town) -> None:
    with_password(diary, town.administrator)
    client, path = diary.client(town.administrator), f"/admin/officers/{town.pcso.officer_id}"
    page = client.get(path)
    assert sign_in(client, town.administrator).status_code == 303
    stale = client.send(page, {"edit-name": "Sam Okoro Bright"}, action=path)
    assert stale.status_code == 419
    assert "Sam Okoro Bright" in words(stale)
    assert client.send(stale).status_code == 303
    with diary.work() as session:
        assert session.get_one(Officer, town.pcso.officer_id).name == "Sam Okoro Bright"
