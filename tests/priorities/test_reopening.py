"""A priority that was ended by mistake is taken up again: it gets a free place, and how it had ended is kept."""

from __future__ import annotations

import pytest

from engagement.core.errors import Missing, Refused
from engagement.priorities import service
from engagement.priorities.domain import MOST, Ended
from engagement.priorities.drafts import EndDraft
from engagement.priorities.models import Priority
from engagement.priorities.queries import of_concern
from tests.builders import Town
from tests.concerns.makers import make_concern
from tests.conftest import DiaryUnderTest
from tests.pages import words
from tests.priorities.makers import make_priority


def ended(diary: DiaryUnderTest, town: Town, key: int) -> int:
    """Ends a priority."""
    with diary.work() as session:
        draft = EndDraft(priority_id=key, version=None, how=Ended.CANNOT_DO, because="The council owns it")
        service.end(session, diary.actor(town.pcso), draft, now=diary.now)
    return key


def test_it_is_live_again_with_a_reason_and_says_how_it_had_ended(diary: DiaryUnderTest, town: Town) -> None:
    key = ended(diary, town, make_priority(diary, town))
    sam, page = diary.client(town.pcso), f"/priorities/{key}"
    assert "Take it up again" in words(sam.get(page))
    refused = sam.fill(f"{page}/reopen", {"reason": " "})
    assert refused.status_code == 422
    assert "Say why it is taken up again" in words(refused)
    assert sam.fill(f"{page}/reopen", {"reason": "I ended the wrong one"}).status_code == 303
    said = words(sam.get(page))
    assert "I ended the wrong one" in said
    assert "It had ended: Cannot do. The council owns it" in said
    assert "Take it up again" not in said
    with diary.work() as session:
        priority = session.get_one(Priority, key)
        assert (priority.slot, priority.ended_on, priority.how_ended, priority.ended_by_id) == (1, None, None, None)
    assert sam.get(f"{page}/reopen").status_code == 303  # it is live: back to its page
    assert diary.client(town.other_pcso).get(f"{page}/reopen").status_code == 404


def test_a_fourth_does_not_come_about_by_it(diary: DiaryUnderTest, town: Town) -> None:
    key = ended(diary, town, make_priority(diary, town, title="The first"))
    for number in range(MOST):
        make_priority(diary, town, title=f"Another {number}")
    with pytest.raises(Refused, match="three priorities here already") as refused, diary.work() as session:
        service.reopen(session, diary.actor(town.pcso), key, "It came back", now=diary.now)
    assert refused.value.field == "reason"
    with pytest.raises(Missing), diary.work() as session:
        service.reopen(session, diary.actor(town.other_pcso), key, "Not theirs", now=diary.now)


def test_a_concern_that_another_live_priority_has_by_now_stays_there(diary: DiaryUnderTest, town: Town) -> None:
    sam = diary.actor(town.pcso)
    with diary.work() as session:
        concern = make_concern(session, sam, diary.now, neighbourhood_id=town.neighbourhood_id).id
    first, second = make_priority(diary, town, concern_ids=(concern,)), make_priority(diary, town, title="Parking by the school")
    ended(diary, town, first)
    with diary.work() as session:
        service.put_in(session, sam, second, concern, now=diary.now)
    for _twice in range(2):
        with diary.work() as session:
            service.reopen(session, sam, first, "It came back", now=diary.now)
    with diary.work() as session:
        assert of_concern(session, concern).id == second
