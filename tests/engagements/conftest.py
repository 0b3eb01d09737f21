"""What most tests of engagements begin with: a group of the town, and a PCSO's phone."""

from __future__ import annotations

import pytest

from tests.builders import Town, make_group
from tests.conftest import DiaryUnderTest
from tests.pages import PageClient


@pytest.fixture
def club(diary: DiaryUnderTest, town: Town) -> int:
    """The id of a group of the town."""
    with diary.work() as session:
        return make_group(session, town).id


@pytest.fixture
def phone(diary: DiaryUnderTest, town: Town) -> PageClient:
    """The pages as a PCSO of the town sees them."""
    return diary.client(town.pcso)
