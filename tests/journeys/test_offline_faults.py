"""Faults of a day on patrol, each on a real browser and a real line: an entry is on the record once, or seen to wait on the phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.builders import Town, make_contact, make_group
from tests.conftest import DiaryUnderTest
from tests.engagements.drafts import put, visit
from tests.journeys.line import Line
from tests.journeys.phones import (
    LOG,
    Phone,
    expect_kept,
    expect_nothing_waits,
    installed,
    kept,
    lines_on_record,
    save,
    write,
)

pytestmark = pytest.mark.journey


@pytest.fixture(autouse=True)
def club(diary: DiaryUnderTest, town: Town) -> int:
    with diary.work() as session:
        group = make_group(session, town)
        make_contact(session, group)
        club = group.id
    put(diary, town.pcso, visit([club], diary.now, summary="Before"))
    return club


def test_signal_lost_and_found(diary: DiaryUnderTest, town: Town, phone: Phone, line: Line) -> None:
    window = phone(town.pcso)
    installed(window)
    write(window, "Signal lost before Save")
    line.close()
    save(window)
    expect_kept(window)
    expect(window.get_by_text("1 waiting")).to_be_visible()
    window.goto(LOG)  # a new page, from the phone itself
    expect(window.get_by_text("No signal: what you save is kept")).to_be_visible()
    write(window, "Opened without a signal")
    save(window)
    expect_kept(window)
    expect(window.get_by_text("2 waiting")).to_be_visible()
    assert lines_on_record(diary) == ["Before"]
    line.open()
    window.get_by_role("button", name="Send now").click()
    expect_nothing_waits(window)
    assert lines_on_record(diary) == ["Before", "Opened without a signal", "Signal lost before Save"]
    assert kept(window) == []
