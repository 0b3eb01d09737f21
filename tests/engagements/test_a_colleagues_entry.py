"""An entry by a colleague at which one was as well: what is ticked while adding oneself is done, and it is among one's own."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from engagement.audit.models import Version
from engagement.concerns.models import Action, Raising, Telling
from engagement.engagements.models import Engagement, EngagementOfficer
from engagement.engagements.queries import mine
from engagement.engagements.service import Promised, RaisedConcern, add_yourself
from tests.builders import Town, make_group
from tests.conftest import DiaryUnderTest
from tests.engagements.drafts import put, visit
from tests.pages import PageClient, words

LOG = "/engagements/new"
ANSWER = Telling.kind == "answer"


def token_of(page: PageClient) -> str:
    return page.get(LOG).text.split('name="csrf_token" value="')[1].split('"')[0]


def test_ticks_alone_are_done_on_the_entry_that_one_is_on_already(diary: DiaryUnderTest, town: Town, phone: PageClient, club: int) -> None:
    before = visit(
        [club], diary.now - timedelta(days=2), concerns=(RaisedConcern(title="Speeding"),), promises=(Promised(what="Leaflets"),)
    )
    put(diary, town.pcso, before)
    entry = put(diary, town.pcso2, visit([club], diary.now, officer_ids=(town.pcso.officer_id,))).engagement_id
    with diary.work() as session:
        raising, promise = session.scalar(select(Raising.id)), session.scalar(select(Action.id).where(Action.what == "Leaflets"))
    typed = {"csrf_token": token_of(phone), "group": club, "outcome": "spoke", "tell": f"{raising}:answer", "kept": f"{promise}"}
    for _once_and_again in range(2):
        assert phone.post(f"/engagements/{entry}/add-yourself", data=typed).status_code == 303
        with diary.work() as session:
            told = session.execute(select(Telling.raising_id, Telling.kind, Telling.engagement_id, Telling.told_by_id).where(ANSWER)).one()
            ended = session.scalar(select(Action.ended).where(Action.id == promise))
            versions = session.scalar(select(func.count()).select_from(Version).where(Version.entity == "engagement"))
        assert tuple(told) == (raising, "answer", entry, town.pcso.officer_id)
        assert ended == "kept"
        assert versions == 0  # no word of the entry is another


def test_what_was_ticked_goes_with_who_adds_themselves(diary: DiaryUnderTest, town: Town, phone: PageClient, club: int) -> None:
    put(diary, town.pcso, visit([club], diary.now - timedelta(days=2), concerns=(RaisedConcern(title="Speeding"),)))
    entry = put(diary, town.pcso2, visit([club], diary.now)).engagement_id
    with diary.work() as session:
        raising = session.scalar(select(Raising.id))
    typed = {"csrf_token": token_of(phone), "group": club, "outcome": "spoke", "tell": f"{raising}:answer"}
    assert phone.post(f"/engagements/{entry}/add-yourself", data=typed).status_code == 303
    with diary.work() as session:
        there = set(session.scalars(select(EngagementOfficer.officer_id).where(EngagementOfficer.engagement_id == entry)))
        assert there == {town.pcso.officer_id, town.pcso2.officer_id}
        assert session.scalars(select(Telling.engagement_id).where(ANSWER)).all() == [entry]


def test_no_question_of_an_entry_that_cannot_be_read(diary: DiaryUnderTest, town: Town, phone: PageClient, club: int) -> None:
    """A colleague's entry at which a group was that is closed to the asker is not offered: adding oneself would come to nothing."""
    with diary.work() as session:
        narrow = make_group(session, town, "Elm Green Support", sensitive=True, owner_id=town.sergeant.officer_id).id
    put(diary, town.sergeant, visit([club, narrow], diary.now))
    assert phone.fill(LOG, {"group": club, "kind": "visit", "summary": "Kits"}).status_code == 303


def test_what_others_logged_with_me_on_it_is_among_mine(diary: DiaryUnderTest, town: Town, phone: PageClient, club: int) -> None:
    own = put(diary, town.pcso, visit([club], diary.now, summary="By me")).engagement_id
    theirs = put(diary, town.pcso2, visit([club], diary.now, summary="By Jo")).engagement_id
    assert "By Jo" not in words(phone.get("/engagements/mine"))
    with diary.work() as session:
        add_yourself(session, diary.actor(town.pcso), theirs, now=diary.now)
    page = phone.get("/engagements/mine")
    assert "logged by Jo Penrose" in words(page)
    assert words(page).count("logged by") == 1
    assert f"/engagements/{own}/take-back" in page.text
    assert f"/engagements/{theirs}/take-back" not in page.text  # theirs to take back; mine to correct, as somebody who was there
    assert phone.get(f"/engagements/{theirs}/correct").status_code == 200
    rows = phone.get("/engagements/mine.csv").text.splitlines()
    assert [row.rsplit(",", 1)[-1] for row in rows[1:]] == ["Jo Penrose", "Sam Okoro"]


def test_an_entry_that_was_narrowed_since_is_not_among_mine(diary: DiaryUnderTest, town: Town, club: int) -> None:
    theirs = put(diary, town.sergeant, visit([club], diary.now, officer_ids=(town.pcso2.officer_id,))).engagement_id
    actor = diary.actor(town.pcso2)
    with diary.work() as session:
        assert [row.id for row in mine(session, actor).rows] == [theirs]
        session.get_one(Engagement, theirs).sensitive = True
        session.flush()
        found = mine(session, actor)
        assert (list(found.rows), found.total) == ([], 0)
        session.rollback()
