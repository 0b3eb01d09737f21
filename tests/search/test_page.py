"""The search page: what it shows to whom, what it says where there is nothing, and that nothing typed breaks it."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import select, update

from engagement.audit.models import AuditRow
from engagement.concerns.drafts import PromiseDraft
from engagement.concerns.service import promise
from engagement.engagements.changing import correct, withdraw
from engagement.engagements.domain import Direction, Kind, Outcome
from engagement.engagements.drafts import Attending, Correction, PlanDraft
from engagement.engagements.queries import entry
from engagement.engagements.service import plan
from engagement.groups.models import Group
from tests.builders import Town, make_group, say_so
from tests.concerns.makers import make_concern
from tests.conftest import DiaryUnderTest
from tests.counting import statements
from tests.engagements.drafts import put, visit
from tests.house.hostile import TEXTS
from tests.pages import words

MARKED = re.compile(r"<mark>([^<]*)</mark>")


@pytest.fixture
def club(diary: DiaryUnderTest, town: Town) -> int:
    """A group of the first team, with an entry, a concern and a promise, all of "parking" near St Mary's."""
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        key = make_group(session, town, "St Mary's Stroke Club", about="Meets by the parking of the <hall>").id
        make_concern(session, actor, diary.now, title="Parking on Church Rd", detail="Cars & vans", group_id=key)
        promise(session, actor, PromiseDraft(what="Ask about parking tickets", due_on=diary.now.date(), group_id=key), now=diary.now)
    put(diary, town.pcso, visit([key], diary.now - timedelta(days=2), summary="Talked about parking <b>by</b> the school"))
    return key


def searched(diary: DiaryUnderTest, town: Town, typed: str, person: str = "pcso", **more: object) -> str:
    address = f"/search?q={quote(typed)}" + "".join(f"&{name}={value}" for name, value in more.items())
    found = diary.client(getattr(town, person)).get(address)
    assert found.status_code == 200
    return found.get_data(as_text=True)


def test_what_is_found_says_its_kind_where_and_when_with_its_words_marked(diary: DiaryUnderTest, town: Town, club: int) -> None:
    page = searched(diary, town, "PARK")
    assert MARKED.findall(page) == ["parking", "Parking", "parking", "parking"]
    assert "Meets by the <mark>parking</mark> of the &lt;hall&gt;" in page
    assert "Talked about <mark>parking</mark> &lt;b&gt;by&lt;/b&gt; the school" in page
    said = words(diary.client(town.pcso).get("/search?q=park"))
    for expected in (
        "Groups 1", "Concerns 1", "Promises and actions 1", "Engagements 1", "Visit, spoke · Ashford Central · Sam Okoro · Sun 22 Nov",
        "Promise to St Mary's Stroke Club · Sam Okoro · due Tue 24 Nov", "Speeding and road safety · Ashford Central · Raised · raised Tue 24 Nov",
    ):  # fmt: skip
        assert expected in said
    assert f'href="/groups/{club}"' in page


@pytest.mark.parametrize("typed", ["st marys", "St. Mary’s", "mary's STROKE", "club ST"])
def test_names_are_found_however_they_are_typed(diary: DiaryUnderTest, town: Town, club: int, typed: str) -> None:
    assert f'href="/groups/{club}"' in searched(diary, town, typed)


def test_every_word_must_be_there(diary: DiaryUnderTest, town: Town, club: int) -> None:
    assert "<mark>vans</mark>" in searched(diary, town, "church vans")
    assert "Nothing that you may read has all of those words" in searched(diary, town, "church lorries")


def test_another_teams_diary_is_found_by_nobody_else_but_for_the_names_of_its_groups(diary: DiaryUnderTest, town: Town, club: int) -> None:
    assert "Nothing that you may read" in searched(diary, town, "parking", "other_pcso")
    page = searched(diary, town, "stroke", "other_pcso")
    assert "of another team" in page
    assert f'href="/groups/{club}"' not in page
    assert f'href="/engagements/new?group={club}"' in page
    assert "Nothing that you may read" in searched(diary, town, "stroke parking", "other_pcso")  # the name has one word of them
    assert "Concerns <b>1</b>" in searched(diary, town, "parking", "inspector")


def test_what_is_narrowed_is_neither_found_nor_counted_by_others(diary: DiaryUnderTest, town: Town, club: int) -> None:
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        quiet = make_group(session, town, "Parking Circle", sensitive=True, owner_id=town.pcso.officer_id).id
        make_concern(session, actor, diary.now, title="Parking that is hushed", sensitive=True, neighbourhood_id=town.neighbourhood_id)
        promise(session, actor, PromiseDraft(what="Parking for them alone", due_on=diary.now.date(), group_id=quiet), now=diary.now)
    put(diary, town.pcso, visit([quiet], diary.now, summary="Parking with few"))
    put(diary, town.pcso, visit([club], diary.now, summary="Parking for few eyes", sensitive=True))
    counts = {
        who: re.findall(r"<b>(\d+)</b>", searched(diary, town, "parking", who)) for who in ("pcso", "pcso2", "sergeant", "other_pcso")
    }
    assert counts == {"pcso": list("2223"), "sergeant": list("2223"), "pcso2": list("1111"), "other_pcso": []}
    for who in ("pcso", "sergeant"):
        assert "diary-classification--sensitive" in searched(diary, town, "parking", who)
    assert "SENSITIVE" not in searched(diary, town, "parking", "pcso2")


def test_an_entry_of_ones_own_says_whom_it_was_with_and_is_marked_once_the_group_was_narrowed(
    diary: DiaryUnderTest, town: Town, club: int
) -> None:
    put(diary, town.pcso2, visit([club], diary.now, summary="Talked of mopeds"))
    with diary.work() as session:
        session.execute(update(Group).where(Group.id == club).values(sensitive=True, owner_id=town.pcso.officer_id))
        say_so(session)
    page = searched(diary, town, "mopeds", "pcso2")  # as the entry's own page does
    assert "diary-classification--sensitive" in page
    assert "Stroke Club" in page
    assert "A resident" not in page
    assert "Nothing that you may read" in searched(diary, town, "stroke", "pcso2")


def test_an_entry_is_found_by_what_it_says_now_and_struck_out_once_withdrawn(diary: DiaryUnderTest, town: Town, club: int) -> None:
    actor = diary.actor(town.pcso)
    key = put(diary, town.pcso, visit([club], diary.now, summary="Talked of mopeds")).engagement_id
    with diary.work() as session:
        row = entry(session, actor, key).row
        now_says = Correction(
            version=row.version, kind=Kind.VISIT, outcome=Outcome.SPOKE, direction=Direction.OURS, happened_at=diary.now, summary="Talked of scooters",
            place="", attendance=None, groups=(Attending(group_id=club),), officer_ids=(town.pcso.officer_id,), reason="Wrong word", override_reason="",
        )  # fmt: skip
        correct(session, actor, key, now_says, now=diary.now)
    assert "Nothing that you may read" in searched(diary, town, "mopeds")
    assert "<mark>scooters</mark>" in searched(diary, town, "scooters")
    with diary.work() as session:
        withdraw(session, actor, key, "Another day", now=diary.now)
    assert re.search(r'diary-withdrawn">.*<mark>scooters</mark>', searched(diary, town, "scooters"))


def test_what_is_booked_is_found_by_its_group_and_said_to_be_booked(diary: DiaryUnderTest, town: Town, club: int) -> None:
    with diary.work() as session:
        booked = PlanDraft(
            client_ref=None, kind=Kind.VISIT, planned_for=diary.now + timedelta(days=2), group_ids=(club,), place="Jubilee Hall"
        )
        plan(session, diary.actor(town.pcso), booked, now=diary.now)
    assert "booked for Thu 26 Nov" in searched(diary, town, "jubilee")


def test_many_are_counted_to_a_hundred_and_shown_page_by_page(diary: DiaryUnderTest, town: Town, club: int) -> None:
    for n in range(103):
        put(diary, town.pcso, visit([club], diary.now - timedelta(hours=n), summary=f"Fireworks no {n}"))
    assert "Engagements <b>100+</b>" in searched(diary, town, "firework")
    first, last = (searched(diary, town, "firework", kind="engagement", page=page) for page in (1, 5))
    assert [len(MARKED.findall(page)) for page in (first, last)] == [20, 20]
    assert "Fireworks</mark> no 0<" in first
    assert "Fireworks</mark> no 99<" in last
    assert "There are more than 100" in last
    assert "Fireworks</mark> no 99<" in searched(diary, town, "firework", kind="engagement", page=99)
    assert "no <mark>7</mark><" in searched(diary, town, "firework 7", kind="engagement", page=4)  # there is one page of it
    assert "Others do: choose above" in searched(diary, town, "firework", kind="concern")


def test_the_questions_are_as_many_however_much_is_found(diary: DiaryUnderTest, town: Town, club: int) -> None:
    client = diary.client(town.pcso)

    def asked() -> int:
        with diary.app.app_context(), statements() as sent:
            assert client.get("/search?q=park").status_code == 200
        return len(sent)

    asked()
    few = asked()
    with diary.work() as session:
        others = [make_group(session, town, f"Park group {n}").id for n in range(12)]
    for key in others:
        put(diary, town.pcso, visit([key, club], diary.now, summary="Parking again"))
    assert asked() == few <= 10


def test_a_search_is_a_consultation_of_what_it_showed_and_keeps_no_word(diary: DiaryUnderTest, town: Town, club: int) -> None:
    def rows(typed: str) -> list[tuple[str, list[int]]]:
        with diary.work() as session:
            last = max(session.scalars(select(AuditRow.id)), default=0)
        searched(diary, town, typed)
        with diary.work() as session:
            new = session.scalars(select(AuditRow).where(AuditRow.id > last).order_by(AuditRow.id)).all()
            assert all(row.operation == "consultation" and row.note == "" and row.fields == [] for row in new)
            return [(row.entity, row.ids) for row in new]

    assert rows("parking") == [("group", [club]), ("concern", [1]), ("action", [1]), ("engagement", [1])]
    assert rows("nothing at all") == [("group", [])]


OPERATORS = (
    '"',
    "*",
    "park*",
    'NEAR("a" "b")',
    "words:park",
    "park OR",
    "(",
    "'",
    "a:*",
    "!",
    "<->",
    "^p",
    "-",
    "\ue000e1",
    "😀",
    "x" * 1_000_000,
)


def test_nothing_that_is_typed_breaks_it(diary: DiaryUnderTest, town: Town, club: int) -> None:
    client = diary.client(town.pcso)
    for typed in (*TEXTS, *OPERATORS):
        answer = client.get("/search", query_string={"q": typed})
        assert answer.status_code == (400 if "\0" in typed else 200), typed[:40]
        assert "<svg/onload" not in answer.get_data(as_text=True)
    for more in ("kind=group&page=3", "kind=nothing&page=-1", "page=99999999999", "kind=action&page=x"):
        assert client.get(f"/search?q=park&{more}").status_code == 200


def test_without_words_it_says_what_it_finds(diary: DiaryUnderTest, town: Town) -> None:
    assert "any group of the force by its name" in searched(diary, town, "")
    assert "Type a letter or a number" in searched(diary, town, "?!")
    assert diary.client(town.administrator).get("/search?q=park").status_code == 404
    assert 'action="/search"' in diary.client(town.sergeant).get("/").get_data(as_text=True)
    assert 'href="/search"' not in diary.client(town.administrator).get("/admin").get_data(as_text=True)
