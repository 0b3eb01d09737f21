"""A promise that is kept in an entry: offered on the form of its group, ended with the save, open again once that is taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engagement.concerns.models import Action
from engagement.engagements.drafts import EngagementDraft
from engagement.engagements.service import Promised, take_back
from tests.builders import Town, make_contact, make_group
from tests.conftest import DiaryUnderTest
from tests.engagements.drafts import put, visit
from tests.offline.phone import entry, send
from tests.pages import PageClient, words

LOG = "/engagements/new"


@pytest.fixture
def promised(diary: DiaryUnderTest, town: Town, club: int) -> str:
    """The id of a promise to the club, made yesterday."""
    with diary.work() as session:
        make_contact(session, make_group(session, town, "Another Club"))
    put(diary, town.pcso, visit([club], diary.now - timedelta(days=1), promises=(Promised(what="Marking kits"),)))
    with diary.work() as session:
        return str(session.scalars(select(Action.id)).one())


def ended(diary: DiaryUnderTest) -> tuple[str | None, object, str]:
    with diary.work() as session:
        row = session.scalars(select(Action)).one()
        return row.ended, row.done_on, row.result


def test_it_is_offered_with_its_group_and_ends_with_the_save(diary: DiaryUnderTest, phone: PageClient, club: int, promised: str) -> None:
    page = words(phone.get(f"{LOG}?group={club}"))
    assert "Promised to them: tick what is done, and they know Marking kits" in page
    asked = f"{LOG}?group={club}&kept={promised}"
    assert f'value="{promised}" checked' in phone.get(asked).get_data(as_text=True)
    answer = phone.fill(LOG, {"group": club, "kind": "visit", "summary": "Brought the kits", "kept": promised})
    assert answer.status_code == 303
    assert ended(diary) == ("kept", diary.now.date(), "Brought the kits")
    assert "Marking kits" not in words(phone.get(f"{LOG}?group={club}"))
    again = phone.fill(LOG, {"group": club, "kind": "phone", "summary": "Said it again", "kept": promised})
    assert again.status_code == 303  # two officers may keep one promise
    assert ended(diary)[2] == "Brought the kits"


def test_nobody_spoken_with_knows_of_nothing_kept(diary: DiaryUnderTest, phone: PageClient, club: int, promised: str) -> None:
    answer = phone.fill(LOG, {"group": club, "kind": "visit", "outcome": "no_answer", "kept": promised})
    assert answer.status_code == 422
    assert "Nobody was spoken with, so nobody can know that it was kept" in words(answer)
    early = phone.fill(LOG, {"group": club, "kind": "visit", "kept": promised, "when": "another_day", "happened_on": "1/11/2026"})
    assert "Date must be on or after the day it was promised" in words(early)
    assert ended(diary)[0] is None


def test_taken_back_it_is_open_again_and_only_what_was_kept_there(diary: DiaryUnderTest, town: Town, club: int, promised: str) -> None:
    other = put(diary, town.pcso, visit([club], diary.now)).engagement_id
    kept = put(diary, town.pcso, visit([club], diary.now, kept=(int(promised),))).engagement_id
    assert ended(diary)[0] == "kept"
    for engagement_id, then in ((other, "kept"), (kept, None)):
        with diary.work() as session:
            take_back(session, diary.actor(town.pcso), engagement_id, now=diary.now)
        assert ended(diary)[0] == then
    assert ended(diary) == (None, None, "")


def test_a_phone_says_it_in_both_shapes(diary: DiaryUnderTest, town: Town, club: int, promised: str) -> None:
    (receipt,) = send(diary, town.pcso, entry(town.pcso, group_ids=[str(club)], kept=[promised]))
    assert (receipt["outcome"], ended(diary)[0]) == ("kept", "kept")
    with diary.work() as session:
        take_back(session, diary.actor(town.pcso), int(receipt["engagement_id"]), now=diary.now)
    fields = [["group", str(club)], ["kind", "visit"], ["outcome", "spoke"], ["summary", ""], ["kept", promised]]
    (receipt,) = send(diary, town.pcso, entry(town.pcso, kind=..., outcome=..., summary=..., fields=fields))
    assert (receipt["outcome"], ended(diary)[0]) == ("kept", "kept")


def test_what_is_not_theirs_to_see_is_left_as_it_is(diary: DiaryUnderTest, town: Town, club: int, promised: str) -> None:
    put(diary, town.other_pcso, visit([club], diary.now, kept=(int(promised), 999)))
    assert ended(diary)[0] is None


def test_an_entry_that_keeps_nothing_has_the_fingerprint_it_always_had(diary: DiaryUnderTest, club: int) -> None:
    plain = visit([club], diary.now)
    kept = EngagementDraft(**{name: getattr(plain, name) for name in EngagementDraft.__dataclass_fields__} | {"kept": (7,)})
    assert plain.content_hash == visit([club], diary.now, client_ref=plain.client_ref).content_hash != kept.content_hash
