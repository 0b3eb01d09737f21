"""Many people adopting at the same moment: three are live, and each of the others is told so."""

from __future__ import annotations

import threading

from engagement.core.errors import Refused
from engagement.db import db, unit_of_work
from engagement.priorities.queries import live
from tests.builders import Town
from tests.conftest import DiaryUnderTest
from tests.priorities.makers import adopted

MANY = 8


def test_eight_people_at_once_make_three_priorities_and_five_hear_that_there_is_no_place(diary: DiaryUnderTest, town: Town) -> None:
    actor, gate = diary.actor(town.pcso), threading.Barrier(MANY)
    refused: list[str] = []

    def one(number: int) -> None:
        with diary.app.app_context():
            gate.wait()
            try:
                with unit_of_work() as session:
                    adopted(session, actor, town, f"Priority {number}", now=diary.now)
            except Refused as refusal:
                refused.append(refusal.sentence)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(MANY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with diary.work() as session:
        assert [found.slot for found in live(session, [town.neighbourhood_id])] == [1, 2, 3]
    assert len(refused) == MANY - 3
    assert all("three priorities" in sentence for sentence in refused)
