"""The benchmark's diary is a true one: as large as it says, and standing as the rules say."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from engagement.bench.scales import SCALES
from engagement.bench.seed import seed
from engagement.concerns.models import Concern
from engagement.core.errors import Refused
from engagement.db import reading
from engagement.engagements.models import Engagement
from engagement.groups.models import Group
from engagement.groups.service import drifted
from tests.conftest import DiaryUnderTest


def test_a_seeded_team_is_as_large_as_it_says_and_true(diary: DiaryUnderTest) -> None:
    scale = SCALES["team"]
    with diary.app.app_context():
        seed(scale, now=diary.now)
        session, today = reading(), diary.now.date()
        counted = [session.scalar(select(func.count()).select_from(model)) for model in (Group, Engagement, Concern)]
        assert counted == [scale.groups, scale.engagements, scale.concerns]
        assert session.scalar(select(func.count()).select_from(Group).where(Group.next_due_on <= today)) == scale.overdue
        assert drifted(session, session.scalars(select(Group.id)).all(), today=today) == []
        with pytest.raises(Refused):
            seed(scale, now=diary.now)
