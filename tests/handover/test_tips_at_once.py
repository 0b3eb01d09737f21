"""What works with a group, erased by several at the same moment: it is gone once, and the record says so once."""

from __future__ import annotations

from sqlalchemy import func, select

from engagement.audit.domain import Operation
from engagement.audit.models import AuditRow
from engagement.core.errors import Missing
from engagement.handover.models import Tip
from engagement.handover.service import erase_tip, write_tip
from tests.builders import Town, make_group
from tests.concerns.test_at_once import at_once
from tests.conftest import DiaryUnderTest


def test_a_tip_that_six_erase_at_once_is_erased_once(diary: DiaryUnderTest, town: Town) -> None:
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        group_id = make_group(session, town).id
        tip_id = write_tip(session, actor, group_id, None, "Ring before ten", "", now=diary.now).id

    def erase() -> None:
        with diary.work() as session:
            erase_tip(session, actor, tip_id, now=diary.now)

    late = at_once([erase] * 6)
    assert [type(error) for error in late] == [Missing] * 5
    with diary.work() as session:
        assert session.get(Tip, tip_id) is None
        rows = select(func.count()).where(AuditRow.operation == Operation.ERASURE, AuditRow.entity == "tip")
        assert session.scalar(rows) == 1
