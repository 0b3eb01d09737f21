"""The 1st of the month in a browser: worded at a desk, approved on a phone without JavaScript, delivered, stopped by its reader."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.builders import Town, make_contact, make_group
from tests.conftest import DiaryUnderTest
from tests.journeys.conftest import DESK, PHONE, Browse, check_reach
from tests.summaries.month import MONDAY, done, drafted, mail_server, raise_one, run, summaries

pytestmark = pytest.mark.journey


def drafted_october(diary: DiaryUnderTest, town: Town) -> int:
    """October of the first neighbourhood with three items; answers the summary's id."""
    for name, title in (
        ("Ashford Parish Council", "Cars race past the school"),
        ("Ashford and District Allotment Holders", "Litter by the gate"),
        ("Links Road Neighbourhood Watch", "Lights out in the alley"),
    ):
        with diary.work() as session:
            group = make_group(session, town, name, may_be_named=True)
            make_contact(session, group, f"Clerk of {name.split()[0]}")
            group_id = group.id
        done(diary, town.pcso, raise_one(diary, town.pcso, group_id, title))
    drafted(diary)
    diary.clock.at = MONDAY
    return summaries(diary)[town.neighbourhood_id].id


@pytest.mark.slow
def test_a_pcso_words_it_a_sergeant_approves_and_a_reader_stops_it(diary: DiaryUnderTest, town: Town, browse: Browse) -> None:
    summary_id = drafted_october(diary, town)
    desk = browse(town.pcso, DESK)
    desk.goto("/summaries")
    desk.get_by_role("link", name="Ashford Central, October 2026").first.click()
    first, second = desk.get_by_role("region", name="Cars race past the school"), desk.get_by_role("region", name="Litter by the gate")
    expect(first).to_be_visible()
    check_reach(desk)
    first.get_by_label("We did").fill("We spoke to 12 Links Road, and checked speeds four times.")
    first.get_by_label("Only Ashford Parish Council").check()
    first.get_by_role("button", name="Save the wording").click()
    expect(first.get_by_text("It may stand once an approver has cleared it.")).to_be_visible()
    second.get_by_text("Leave out").first.click()
    second.get_by_role("button", name="Leave out").click()
    expect(desk.get_by_role("alert").filter(has_text="Say why it is left out")).to_be_visible()
    second.get_by_label("Why?").fill("Said at the meeting")
    second.get_by_role("button", name="Leave out").click()
    expect(second).to_contain_text("Left out: Said at the meeting")
    check_reach(desk)
    desk.get_by_role("button", name="Send to approver").click()
    expect(desk.get_by_text("It is with the approver. You can still change the words.")).to_be_visible()

    phone = browse(town.sergeant, PHONE, javascript=False)
    phone.goto("/summaries")
    phone.get_by_role("link", name="Ashford Central, October 2026").first.click()
    expect(phone.get_by_text("Change or clear what is marked, then approve.")).to_be_visible()
    phone.get_by_role("button", name="Clear 12 Links Road").click()
    for address in (f"/summaries/{summary_id}/mail", f"/summaries/{summary_id}/page", f"/summaries/{summary_id}/poster"):
        phone.goto(address)
        expect(phone.get_by_text("OFFICIAL").first).to_be_visible()
    phone.goto(f"/summaries/{summary_id}")
    phone.get_by_role("button", name="Approve all 2 items").click()
    expect(phone.get_by_text("The month is approved: its letters leave on working days, from 9 to 6.")).to_be_visible()

    with mail_server(diary) as peer:
        assert run(diary, MONDAY)[0]["written"] == 2, "one clerk speaks for two of them"
        message = peer.message("clerk.of.links@parish.example")
    link = str(message["List-Unsubscribe"]).strip().strip("<>").removeprefix("https://diary.example")
    reader = browse(None, PHONE)
    reader.goto(link)
    check_reach(reader)
    reader.get_by_role("button", name="Stop the letters").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("These letters are stopped")
    reader.get_by_role("button", name="Send them to me again").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Stop these letters?")


@pytest.mark.slow
def test_every_page_of_a_summary_is_within_everybodys_reach(diary: DiaryUnderTest, town: Town, browse: Browse) -> None:
    summary_id = drafted_october(diary, town)
    for size, dark in ((PHONE, False), (PHONE, True), (DESK, False)):
        window = browse(town.pcso, size, dark=dark)
        for ending in ("", "/mail", "/page", "/poster", "/letters"):
            window.goto(f"/summaries/{summary_id}{ending}")
            check_reach(window)
