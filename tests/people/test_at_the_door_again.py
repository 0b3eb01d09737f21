"""The door under attack: a link used twice at once, what can be measured from outside, and a clock that was set back."""

from __future__ import annotations

import re
import threading
from collections import Counter
from datetime import timedelta

import argon2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from engagement.core.errors import Refused
from engagement.db import unit_of_work
from engagement.mail.models import Letter
from engagement.people.domain import SKEW, wait_until
from engagement.people.models import Account, PasswordLink
from engagement.people.passwords import hash_password
from engagement.people.service import set_password
from tests.builders import PASSWORD, Town
from tests.concerns.test_at_once import at_once
from tests.conftest import DiaryUnderTest
from tests.counting import statements
from tests.people.test_domain import NOW, WINDOW, tries
from tests.people.test_sign_in import sign_in, with_password


def link_for(diary: DiaryUnderTest, email: str) -> str:
    diary.client().fill("/forgotten", {"email": email})
    with diary.work() as session:
        text = session.scalars(select(Letter.text).order_by(Letter.id.desc())).first()
    found = re.search(r"/set-password/(\S+)", text or "")
    assert found is not None
    return found[1]


def test_of_two_who_use_a_link_at_once_one_sets_the_password(diary: DiaryUnderTest, town: Town) -> None:
    token, actor = link_for(diary, town.pcso.email), diary.actor(town.pcso)
    ready, refused = threading.Barrier(4), []

    def use(number: int) -> None:
        with diary.app.app_context():
            try:
                ready.wait()
                with unit_of_work() as session:
                    set_password(session, token, f"hash of {number}", actor=actor, now=diary.now)
            except Refused as refusal:
                refused.append(str(refusal))

    assert not at_once([lambda n=n: use(n) for n in range(4)])  # type: ignore[misc]
    assert len(refused) == 3 and all("is too old" in sentence for sentence in refused)
    with diary.work() as session:
        assert session.scalar(select(func.count()).select_from(PasswordLink).where(PasswordLink.used_at.is_(None))) == 0


def test_a_link_that_was_replaced_stays_so_when_the_clock_is_set_back(diary: DiaryUnderTest, town: Town) -> None:
    first, second = link_for(diary, town.pcso.email), link_for(diary, town.pcso.email)
    diary.clock.move(timedelta(days=-1))
    assert diary.client().get(f"/set-password/{first}").status_code == 409
    assert diary.client().get(f"/set-password/{second}").status_code == 200


def test_signing_in_compares_a_hash_once_for_anybody(diary: DiaryUnderTest, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, not timed: the real comparison is done, and each is written down."""
    with_password(diary, town.pcso)
    done: Counter[str] = Counter()
    verify, now_for = argon2.PasswordHasher.verify, ""

    def counted(self, stored, typed):
        done[now_for] += 1
        assert argon2.extract_parameters(stored) == argon2.extract_parameters(hash_password("any"))
        return verify(self, stored, typed)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", counted)
    people = {"wrong": town.pcso.email, "never set": town.pcso2.email, "nobody": "nobody@force.example", "odd": "not an address"}
    questions = {}
    for now_for, email in people.items():
        with diary.app.app_context(), statements() as asked:
            answer = diary.client().fill("/sign-in", {"email": email, "password": "something else"})
        assert answer.status_code == 422
        questions[now_for] = len(asked)
    assert done == Counter(people.keys())
    assert len(set(questions.values())) == 1, questions


def test_asking_for_a_link_is_the_same_work_for_anybody(diary: DiaryUnderTest, town: Town) -> None:
    written = {}
    for email in (town.pcso.email, "nobody@force.example", town.pcso.email, "nobody@force.example"):
        with diary.app.app_context(), statements() as asked:
            diary.client().fill("/forgotten", {"email": email})
        written[email] = Counter(" ".join(s.split()[:3]) for s in asked if "audit" not in s and not s.startswith("BEGIN"))
    assert written[town.pcso.email] == written["nobody@force.example"]
    with diary.work() as session:
        assert {letter.to for letter in session.scalars(select(Letter))} == {town.pcso.email}
        assert session.scalar(select(func.count()).select_from(PasswordLink)) == 2


@given(tries, st.integers(-2, 2))
def test_tries_of_before_a_clock_was_set_back_lock_nobody_out(made, days: int) -> None:
    now = NOW - timedelta(days=abs(days), minutes=61) - SKEW
    assert wait_until(made, most=5, window=WINDOW, now=now) is None


def test_a_clock_set_back_by_a_day_signs_nobody_out_and_locks_nobody_out(diary: DiaryUnderTest, town: Town) -> None:
    with_password(diary, town.pcso)
    signed_in = diary.client()
    sign_in(signed_in, town.pcso)
    for _ in range(5):
        sign_in(diary.client(), town.pcso, "something else")
    assert sign_in(diary.client(), town.pcso).status_code == 429
    diary.clock.move(timedelta(days=-1))
    assert signed_in.get("/").status_code == 200
    assert sign_in(diary.client(), town.pcso, PASSWORD).status_code == 303
    diary.clock.move(timedelta(minutes=31))
    assert signed_in.get("/me").status_code == 303  # it rested, by the clock that holds now
    with diary.work() as session:
        assert session.get_one(Account, town.pcso.account_id).disabled_at is None
