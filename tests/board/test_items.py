"""Deciding about concerns, actions and promises: one or many, with a reason, and whom it concerns is told once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from engagement.audit.models import AuditRow
from engagement.board.models import ItemDecision
from engagement.concerns.domain import ActionBy
from engagement.concerns.models import Action, Concern
from engagement.concerns.service import ActionDraft, PromiseDraft, act, promise
from engagement.people.queries import notes_of
from tests.builders import Person, Town, make_group, say_so
from tests.concerns.makers import make_concern
from tests.conftest import DiaryUnderTest
from tests.pages import words

TODAY = date(2026, 11, 24)


def nobodys(diary: DiaryUnderTest, town: Town, *titles: str) -> list[int]:
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        made = [make_concern(session, actor, diary.now, title=title, neighbourhood_id=town.neighbourhood_id) for title in titles]
        for concern in made:
            concern.owner_id = None
        say_so(session)
        return [concern.id for concern in made]


def late_promise(diary: DiaryUnderTest, town: Town, what: str = "Bring the kit") -> int:
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        group = make_group(session, town, f"Group of {what}").id
        draft = PromiseDraft(what=what, due_on=TODAY - timedelta(days=3), group_id=group)
        return promise(session, actor, draft, now=diary.now - timedelta(days=20)).id


def notes(diary: DiaryUnderTest, person: Person) -> list[str]:
    with diary.work() as session:
        return [note.words for note in notes_of(session, person.officer_id)]


def test_concerns_of_nobody_are_given_an_owner_in_bulk_who_hears_of_it_once(diary: DiaryUnderTest, town: Town) -> None:
    ids = nobodys(diary, town, "Lights", "Bins", "Dogs", "Parking")
    client = diary.client(town.sergeant)
    chosen = "&".join(f"item={key}" for key in ids)
    page = client.get(f"/overdue/items?what=unowned&kind=give&{chosen}&back=show%3Dunowned")
    assert "Give to: 4 chosen" in words(page) and "Sam Okoro" in words(page)
    answer = client.send(page, {"reason": "On your patch", "officer_id": str(town.pcso.officer_id)})
    assert answer.headers["Location"].endswith("/overdue?show=unowned&did=" + ",".join(map(str, range(1, 5))))
    with diary.work() as session:
        assert set(session.scalars(select(Concern.owner_id).where(Concern.id.in_(ids)))) == {town.pcso.officer_id}
        assert session.query(ItemDecision).count() == 4
        assert "item_decision" in session.scalars(select(AuditRow.entity)).all()
    assert notes(diary, town.pcso) == ["Yours now: Lights; Bins; Dogs and 1 more. On your patch"]
    assert "Every open concern has an owner." in words(client.get("/overdue?show=unowned"))


def test_asking_again_rewords_the_one_note(diary: DiaryUnderTest, town: Town) -> None:
    key = late_promise(diary, town)
    client = diary.client(town.sergeant)
    for reason in ("What stands in the way?", "Please ring them today"):
        page = client.get(f"/overdue/items?what=promises&ask={key}")
        assert client.send(page, {"reason": reason}).status_code == 303
    assert notes(diary, town.pcso) == ["What about Bring the kit? Please ring them today"]
    assert "Asked Tue 24: Please ring them today" in words(client.get("/overdue?show=promises"))


def test_a_promise_moves_only_when_they_were_told_and_an_action_just_moves(diary: DiaryUnderTest, town: Town) -> None:
    key, actor = late_promise(diary, town), diary.actor(town.pcso)
    with diary.work() as session:
        concern = make_concern(session, actor, diary.now, neighbourhood_id=town.neighbourhood_id)
        draft = ActionDraft(concern_id=concern.id, by=ActionBy.OFFICER, what="Speed check", due_on=TODAY - timedelta(days=2))
        work = act(session, actor, draft, now=diary.now).id
    client = diary.client(town.sergeant)
    page = client.get(f"/overdue/items?what=promises&kind=move&item={key}&item={work}")
    refused = client.send(page, {"reason": "Nobody free", "day": "2026-11-27"})
    assert refused.status_code == 422
    assert "Say that they were told the new date" in words(refused) and "Nobody free" in refused.get_data(as_text=True)
    assert client.send(page, {"reason": "Nobody free", "day": "2026-11-27", "told": "1"}).status_code == 303
    with diary.work() as session:
        old, action = session.get_one(Action, key), session.get_one(Action, work)
        assert (old.ended, action.due_on) == ("moved", date(2026, 11, 27))
        assert session.get_one(Action, old.moved_to_id).due_on == date(2026, 11, 27)
    assert "Nothing promised is late" in words(client.get("/overdue?show=promises"))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"reason": ""}, "Say why"),
        ({"reason": "x" * 301}, "300"),
        ({"reason": "Because", "until": "27/11/2036"}, "Date must be from today to three months on"),
        ({"reason": "Because", "until": "31/02/2027"}, "February 2027 has days 1 to 28"),
        ({"reason": "Because", "until": ""}, "Enter the new day"),
    ],
)
def test_what_is_refused_comes_back_with_what_was_typed(diary: DiaryUnderTest, town: Town, fields: dict, sentence: str) -> None:
    key = late_promise(diary, town)
    client = diary.client(town.sergeant)
    page = client.get(f"/overdue/items?what=promises&move={key}")
    answer = client.send(page, {"told": "1"} | fields)
    assert answer.status_code == 422 and sentence in words(answer)
    with diary.work() as session:
        assert session.query(ItemDecision).count() == 0


def test_what_is_anothers_or_gone_is_not_decided_about(diary: DiaryUnderTest, town: Town) -> None:
    (key,) = nobodys(diary, town, "Lights")
    assert "Choose some first." in words(diary.client(town.sergeant).get("/overdue/items?what=unowned&kind=give", follow_redirects=True))
    other = diary.client(town.other_sergeant)
    assert other.get(f"/overdue/items?what=unowned&give={key}").status_code == 303
    assert diary.client(town.sergeant).get(f"/overdue/items?what=approve&give={key}").status_code == 404
    assert diary.client(town.pcso).get(f"/overdue/items?what=unowned&give={key}").status_code == 404
    client = diary.client(town.sergeant)
    page = client.get(f"/overdue/items?what=unowned&give={key}")
    refused = client.send(page, {"reason": "Because", "kind": "ask"})
    assert refused.status_code == 422 and "Nobody looks after “Lights”" in words(refused)
