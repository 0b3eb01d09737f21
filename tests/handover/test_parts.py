"""Where groups of a patch go to several, each signs for theirs; who gets one more than they signed for signs anew."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engagement.core.errors import Refused
from engagement.handover import service
from engagement.handover.domain import Side, State, Step, state
from engagement.handover.models import Handover, HandoverPart
from engagement.handover.queries import facts_of
from engagement.handover.service import Terms
from engagement.people.models import OfficerNote
from tests.builders import Town
from tests.conftest import DiaryUnderTest
from tests.handover.makers import begun, make_patch, sign_both, sign_part
from tests.pages import words


def stands(diary: DiaryUnderTest, handover_id: int) -> tuple[State, int, int]:
    """Where it stands, and how many of those who get single groups have signed, of how many."""
    with diary.work() as session:
        facts = facts_of(session, session.get_one(Handover, handover_id), diary.now)
        return state(facts), facts.others_signed, facts.others


def give(diary: DiaryUnderTest, town: Town, handover_id: int, group_id: int, officer_id: int | None) -> None:
    with diary.work() as session:
        service.set_apart(session, diary.actor(town.sergeant), handover_id, group_id, officer_id, now=diary.now)


def test_each_signs_for_theirs_and_anew_for_one_more(diary: DiaryUnderTest, town: Town) -> None:
    patch, handover_id, robin = make_patch(diary, town), begun(diary, town), town.other_pcso.officer_id
    give(diary, town, handover_id, patch.watch, robin)
    sign_both(diary, town, handover_id)
    assert stands(diary, handover_id) == (State.OPEN, 0, 1)
    sign_part(diary, town.other_pcso, handover_id)
    assert stands(diary, handover_id) == (State.AGREED, 1, 1)
    give(diary, town, handover_id, patch.watch, robin)  # said twice, nothing changed
    assert stands(diary, handover_id) == (State.AGREED, 1, 1)
    give(diary, town, handover_id, patch.club, robin)
    assert stands(diary, handover_id) == (State.OPEN, 0, 1)
    sign_part(diary, town.other_pcso, handover_id)
    give(diary, town, handover_id, patch.club, None)  # the successor gets one more than they signed for
    assert stands(diary, handover_id) == (State.OPEN, 1, 1)
    give(diary, town, handover_id, patch.watch, None)
    assert stands(diary, handover_id) == (State.OPEN, 0, 0)


def test_who_gets_a_group_is_told_reads_the_pack_and_signs_on_its_page(diary: DiaryUnderTest, town: Town) -> None:
    patch, handover_id = make_patch(diary, town), begun(diary, town)
    client, address = diary.client(town.other_pcso), f"/handover/{handover_id}"
    assert client.get(address).status_code == 404
    give(diary, town, handover_id, patch.watch, town.other_pcso.officer_id)
    with diary.work() as session:
        told = session.scalars(select(OfficerNote.words).where(OfficerNote.officer_id == town.other_pcso.officer_id)).all()
    assert any("Groups of a patch go to you" in said for said in told)
    page = words(client.get(address))
    assert f"{town.other_pcso.name}, for 1 group" in page and "0 of 3 have signed" in page
    lines = [step.value for step in Step if step.side is Side.SUCCESSOR]
    refused = client.fill(address, {"step": lines[:2], "do": "sign"}, action=f"{address}/steps/successor")
    assert refused.status_code == 422 and "Some lines of the checklist are not ticked" in words(refused)
    assert client.fill(address, {"step": lines, "do": "sign"}, action=f"{address}/steps/successor").status_code == 303
    assert "1 of 3 have signed" in words(client.get(address)) and "1 of 3 have signed" in words(client.get("/handover"))
    assert client.fill(address, {"step": lines[1:], "do": "keep"}, action=f"{address}/steps/successor").status_code == 303
    assert stands(diary, handover_id) == (State.OPEN, 0, 1)


def test_another_successor_or_day_is_signed_anew_by_everybody(diary: DiaryUnderTest, town: Town) -> None:
    patch, handover_id, robin = make_patch(diary, town), begun(diary, town), town.other_pcso.officer_id
    give(diary, town, handover_id, patch.watch, robin)
    sign_both(diary, town, handover_id)
    sign_part(diary, town.other_pcso, handover_id)

    def agree(successor_id: int | None, days: int) -> None:
        with diary.work() as session:
            version = session.get_one(Handover, handover_id).version
            terms = Terms(successor_id=successor_id, moves_on=diary.now.date() + timedelta(days=days), version=version)
            service.agree(session, diary.actor(town.sergeant), handover_id, terms, now=diary.now)

    agree(town.pcso2.officer_id, 3)
    assert stands(diary, handover_id) == (State.OPEN, 0, 1)
    agree(robin, 3)  # who had one group gets all of them
    assert stands(diary, handover_id) == (State.OPEN, 0, 0)
    with diary.work() as session:
        assert session.scalars(select(HandoverPart)).all() == []
    agree(town.pcso2.officer_id, 3)
    assert stands(diary, handover_id) == (State.OPEN, 0, 1)
    with pytest.raises(Refused, match="not ticked"), diary.work() as session:
        service.sign(session, diary.actor(town.other_pcso), handover_id, Side.SUCCESSOR, now=diary.now)
