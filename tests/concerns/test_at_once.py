"""Two people at one concern in the same moment: both are kept, and the stored state is the rule's."""

from __future__ import annotations

import threading
from collections.abc import Callable

from engagement.concerns.domain import ConcernState, Raiser, TellingKind
from engagement.concerns.models import Concern, Raising
from engagement.concerns.service import ConcernDraft, RaisingDraft, raise_again, raise_concern
from tests.builders import Town
from tests.concerns.makers import make_concern, told
from tests.conftest import DiaryUnderTest

REF = "0b5a6b7e-6f42-4f2c-9d0e-3b1a5c7d9e10"


def at_once(work: list[Callable[[], None]]) -> list[BaseException]:
    """Begins all of it at the same moment; answers what failed."""
    start, failed = threading.Barrier(len(work)), []

    def run(one: Callable[[], None]) -> None:
        start.wait()
        try:
            one()
        except BaseException as error:  # noqa: BLE001 - whatever it is, the test must say so
            failed.append(error)

    threads = [threading.Thread(target=run, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return failed


def test_ten_raisers_told_by_ten_officers_at_once_close_it(diary: DiaryUnderTest, town: Town) -> None:
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        which = make_concern(session, actor, diary.now, neighbourhood_id=town.neighbourhood_id).id
        for _ in range(9):
            raise_again(session, actor, which, RaisingDraft(raiser=Raiser.BUSINESS, raised_at=diary.now), now=diary.now)
        raisings = [row.id for row in session.query(Raising).all()]

    def tell_one(raising_id: int) -> None:
        with diary.work() as session:
            told(session, actor, session.get_one(Raising, raising_id), TellingKind.OUTCOME, diary.now)

    assert not at_once([lambda key=key: tell_one(key) for key in raisings])  # type: ignore[misc]
    with diary.work() as session:
        concern = session.get_one(Concern, which)
        assert (concern.state, concern.answer_due_at) == (ConcernState.CLOSED, None)


def test_one_form_sent_eight_times_at_once_is_one_concern(diary: DiaryUnderTest, town: Town) -> None:
    actor = diary.actor(town.pcso)
    raising = RaisingDraft(raiser=Raiser.RESIDENT, raised_at=diary.now, client_ref=REF)
    draft = ConcernDraft(title="Speeding", category="speeding", raising=raising, neighbourhood_id=town.neighbourhood_id, client_ref=REF)

    def send() -> None:
        with diary.work() as session:
            raise_concern(session, actor, draft, now=diary.now)

    failed = at_once([send] * 8)
    with diary.work() as session:
        assert session.query(Concern).count() == 1
    assert not failed
