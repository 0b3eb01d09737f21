"""What was decided about concerns, actions and promises is taken back with one tap: one or many, and only what nobody changed since."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from engagement.board.models import ItemDecision
from engagement.board.taking_back import take_back_items
from engagement.concerns.domain import ActionBy
from engagement.concerns.models import Action, Concern
from engagement.concerns.service import ActionDraft, EndDraft, Ending, PromiseEnd, act, end_promise, give_to
from engagement.core.errors import Missing
from tests.board.test_items import TODAY, late_promise, nobodys, notes
from tests.builders import Town
from tests.concerns.makers import make_concern
from tests.conftest import DiaryUnderTest
from tests.pages import PageClient, words


def late_action(diary: DiaryUnderTest, town: Town) -> int:
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        concern = make_concern(session, actor, diary.now, neighbourhood_id=town.neighbourhood_id)
        draft = ActionDraft(concern_id=concern.id, by=ActionBy.OFFICER, what="Speed check", due_on=TODAY - timedelta(days=2))
        return act(session, actor, draft, now=diary.now).id


def decided(client: PageClient, what: str, kind: str, ids: list[int], **fields: str) -> str:
    """Decides on the page, and answers where it leads: the board that says what was decided."""
    page = client.get(f"/overdue/items?what={what}&kind={kind}&{'&'.join(f'item={key}' for key in ids)}&back=show%3D{what}")
    answer = client.send(page, {"reason": "Nobody free"} | fields)
    assert answer.status_code == 303
    return answer.location


def taken_back(client: PageClient, location: str, **fields: str) -> str:
    answer = client.send(client.get(location), fields, action="/overdue/items/undo")
    assert answer.status_code == 303
    return words(client.get(answer.location))


def test_many_given_at_once_go_back_to_nobody_with_the_note(diary: DiaryUnderTest, town: Town) -> None:
    ids = nobodys(diary, town, "Lights", "Bins")
    client = diary.client(town.sergeant)
    location = decided(client, "unowned", "give", ids, officer_id=str(town.pcso.officer_id))
    board = words(client.get(location))
    assert "Lights: Given Tue 24" in board and "Bins: Given Tue 24" in board
    assert notes(diary, town.pcso)
    assert "Taken back. All 2 are as they were before." in taken_back(client, location)
    with diary.work() as session:
        assert set(session.scalars(select(Concern.owner_id).where(Concern.id.in_(ids)))) == {None}
        assert None not in session.scalars(select(ItemDecision.undone_at)).all()
    assert notes(diary, town.pcso) == []
    assert "Lights" in words(client.get("/overdue?show=unowned"))


def test_a_moved_promise_and_action_are_due_on_their_old_day_again(diary: DiaryUnderTest, town: Town) -> None:
    key, work = late_promise(diary, town), late_action(diary, town)
    client = diary.client(town.sergeant)
    location = decided(client, "promises", "move", [key, work], day="2026-11-27", told="1")
    assert "Nothing promised is late" in words(client.get("/overdue?show=promises"))
    assert "Taken back." in taken_back(client, location)
    with diary.work() as session:
        old, action = session.get_one(Action, key), session.get_one(Action, work)
        assert (old.ended, old.ended_on, old.moved_to_id, old.due_on) == (None, None, None, TODAY - timedelta(days=3))
        assert action.due_on == TODAY - timedelta(days=2)
        new = session.scalars(select(Action).where(Action.is_promise, Action.id > key, Action.id != work)).one()
        assert (new.withdrawn_at, new.due_on) == (diary.now, date(2026, 11, 27))
    page = words(client.get("/overdue?show=promises"))
    assert "Bring the kit" in page and "Speed check" in page


def test_a_question_is_taken_back_from_its_row_and_an_earlier_one_stands_again(diary: DiaryUnderTest, town: Town) -> None:
    key = late_promise(diary, town)
    client = diary.client(town.sergeant)
    for reason in ("What stands in the way?", "Please ring them today"):
        decided(client, "promises", "ask", [key], reason=reason)
    assert "Please ring them today" in words(client.get("/overdue?show=promises"))
    taken_back(client, "/overdue?show=promises", decision="2")
    assert "What stands in the way?" in words(client.get("/overdue?show=promises"))
    assert len(notes(diary, town.pcso)) == 1, "the question before left the same note"
    taken_back(client, "/overdue?show=promises", decision="1")
    assert notes(diary, town.pcso) == []


def test_what_somebody_changed_since_stays_as_they_made_it(diary: DiaryUnderTest, town: Town) -> None:
    (lights,) = nobodys(diary, town, "Lights")
    key, client = late_promise(diary, town), diary.client(town.sergeant)
    given = decided(client, "unowned", "give", [lights], officer_id=str(town.pcso.officer_id))
    moved = decided(client, "promises", "move", [key], day="2026-11-27", told="1")
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        give_to(session, actor, [lights], town.pcso2.officer_id, now=diary.now)
        new = session.scalars(select(Action).where(Action.is_promise, Action.ended.is_(None))).one()
        ending = Ending(end=PromiseEnd.KEPT, told=True, done_on=TODAY)
        end_promise(session, actor, EndDraft(action_id=new.id, ending=ending), now=diary.now)
    taken_back(client, given)
    refused = client.send(client.get(moved), action="/overdue/items/undo")
    assert refused.status_code == 409 and "has ended since" in words(refused)
    with diary.work() as session:
        assert session.get_one(Concern, lights).owner_id == town.pcso2.officer_id
        assert session.get_one(Action, key).ended == "moved"


def test_the_later_decision_comes_first_and_nobody_takes_back_anothers(diary: DiaryUnderTest, town: Town) -> None:
    key, client = late_action(diary, town), diary.client(town.sergeant)
    first = decided(client, "promises", "give", [key], officer_id=str(town.pcso2.officer_id))
    second = decided(client, "promises", "ask", [key])
    refused = client.send(client.get(first), action="/overdue/items/undo")
    assert refused.status_code == 409 and "take that back first" in words(refused)
    other = diary.client(town.other_sergeant)
    assert "Take back" not in words(other.get(second))
    actor = diary.actor(town.other_sergeant)
    with diary.work() as session, pytest.raises(Missing):
        take_back_items(session, actor, [1], now=diary.now)
    taken_back(client, second)
    taken_back(client, first)
    with diary.work() as session:
        assert session.get_one(Action, key).officer_id == town.pcso.officer_id
