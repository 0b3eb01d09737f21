"""The patch on a phone whose signal is really gone: read before walking in, near me, too old, signed out, another officer's."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Geolocation, Page, expect
from sqlalchemy import select

from engagement.audit.models import AuditRow
from engagement.concerns.models import Action, Telling
from engagement.engagements.drafts import Promised, RaisedConcern
from engagement.engagements.models import EngagementGroup
from engagement.offline.service import OPENED
from engagement.places.models import Neighbourhood
from engagement.web.static_files import asset
from tests.builders import Town, make_contact, make_group
from tests.conftest import DiaryUnderTest
from tests.engagements.drafts import put, visit
from tests.journeys.conftest import Browse, check_reach, sign_in
from tests.journeys.line import Line
from tests.journeys.phones import CARRIED, Phone, expect_kept, expect_nothing_waits, kept, lines_on_record, save, until

pytestmark = pytest.mark.journey

HERE: Geolocation = {"latitude": 50.80411, "longitude": -1.89422}
# A browser without a telephone asks what to do about a call, and swallows taps meanwhile: here nobody is really rung.
NO_TELEPHONE = "addEventListener('click', event => event.target.closest('a[href^=\"tel:\"]') && event.preventDefault())"
RING = [[-1.91, 50.79], [-1.88, 50.79], [-1.88, 50.82], [-1.91, 50.82], [-1.91, 50.79]]
# What of the patch lies on the phone: whose rows, and whether there is a key.
ON_THE_PHONE = """async () => {
  const { Shelf } = await import('%s')
  const shelf = await Shelf.open()
  const rows = await shelf.all('pack')
  return { packs: rows.filter((row) => row.box).map((row) => row.owner), views: (await shelf.all('views')).length, key: Boolean((await shelf.get('account', 'current'))?.key) }
}"""
SENT = """async () => {
  const { Shelf } = await import('%s')
  const shelf = await Shelf.open()
  for (let i = 0; i < 200; i += 1) {
    if (!(await shelf.all('outbox')).length && !(await shelf.all('views')).length) return
    await new Promise((done) => setTimeout(done, 50))
  }
  throw new Error('something waits still')
}"""


def carried(window: Page, whose: str = "Sam Okoro") -> None:
    """Waits until the app is installed and the patch of that officer is on the phone."""
    window.evaluate(CARRIED % asset("js/pack.mjs"), whose)


def on_the_phone(window: Page) -> dict[str, object]:
    """What lies in the phone's database."""
    found: dict[str, object] = window.evaluate(ON_THE_PHONE % asset("js/shelf.mjs"))
    return found


@pytest.fixture
def patch(diary: DiaryUnderTest, town: Town) -> dict[str, int]:
    """Groups of the first PCSO at known distances: one late and near, one late and far, one nowhere, two of others due soon."""
    today = diary.now.date()
    late: dict[str, Any] = {
        "next_due_on": today - timedelta(days=9),
        "longest_on": today + timedelta(days=6),
        "last_two_way_on": today - timedelta(days=40),
    }
    soon: dict[str, Any] = {
        "next_due_on": today + timedelta(days=2),
        "longest_on": today + timedelta(days=20),
        "last_two_way_on": today - timedelta(days=28),
    }
    others = town.pcso2.officer_id
    with diary.work() as session:
        groups = {
            "far": make_group(session, town, "Far-off Choir", latitude=50.81, longitude=-1.80, **late),
            "near": make_group(session, town, "Stroke Club", latitude=50.8042, longitude=-1.8945, sergeant_first=True, **late),
            "nowhere": make_group(session, town, "Wandering Band", **late),
            "soon": make_group(session, town, "Garden Society", latitude=50.805, longitude=-1.895, owner_id=others, **soon),
            "later": make_group(session, town, "Bowling Club", latitude=50.85, longitude=-1.895, owner_id=others, **soon),
        }
        make_contact(session, groups["near"], access_needs="A quiet room helps")
        session.get_one(Neighbourhood, town.neighbourhood_id).boundary = [RING]
        return {name: group.id for name, group in groups.items()}


def test_a_group_is_picked_and_read_with_no_signal(
    diary: DiaryUnderTest, town: Town, phone: Phone, line: Line, patch: dict[str, int]
) -> None:
    window = phone(town.pcso)
    window.goto("/")
    carried(window)
    line.close()
    window.goto("/")
    expect(window.get_by_text("No signal: as it was at")).to_be_visible()
    expect(window.locator("[data-cards] .diary-card__title").first).to_have_text("Far-off Choir")
    check_reach(window)
    window.get_by_label("On a phone").get_by_role("link", name="Groups").click()
    expect(window.get_by_text("5 groups", exact=True)).to_be_visible()
    window.get_by_label("Name", exact=True).press_sequentially("club stro")
    expect(window.get_by_text("1 group", exact=True)).to_be_visible()
    check_reach(window)
    window.get_by_role("link", name="Stroke Club", exact=True).click()
    expect(window.get_by_role("heading", level=1, name="Stroke Club")).to_be_visible()
    expect(window.get_by_text("Speak to the sergeant before visiting")).to_be_visible()
    expect(window.get_by_text("9 days over")).to_be_visible()
    expect(window.get_by_role("link", name="07700 900321")).to_have_attribute("href", "tel:07700900321")
    expect(window.get_by_role("link", name="asha.merrow@parish.example")).to_be_visible()
    expect(window.get_by_text("A quiet room helps")).to_be_visible()
    check_reach(window)
    assert on_the_phone(window)["views"] == 1
    window.goto("/groups/99999")
    expect(window.get_by_text("This group is not among those on this phone")).to_be_visible()
    check_reach(window)
    window.goto("/concerns")
    expect(window.get_by_text("The page you asked for needs a signal; this is your shift.")).to_be_visible()


def test_it_is_logged_in_three_taps_and_a_line_with_no_signal_and_goes_by_itself(
    diary: DiaryUnderTest, town: Town, phone: Phone, line: Line, patch: dict[str, int]
) -> None:
    window = phone(town.pcso)
    window.add_init_script(NO_TELEPHONE)
    window.goto("/")
    carried(window)
    line.close()
    window.goto(f"/groups/{patch['near']}")
    log = window.get_by_role("main").get_by_role("link", name="Log Stroke Club")
    where = log.bounding_box()
    assert where is not None
    assert where["y"] > 320, "out of the thumb's reach"
    log.click()  # one
    expect(window.get_by_role("radio", name="Stroke Club")).to_be_checked()
    window.get_by_role("radio", name="Visit", exact=True).click()  # two
    window.get_by_label("What happened, in a line").focus()
    window.keyboard.insert_text("Tea with the new chair")
    save(window)  # three
    expect_kept(window)
    window.goto(f"/groups/{patch['near']}")
    window.get_by_role("link", name="07700 900321").click()
    window.reload()  # back from the telephone: the phone had put the page away
    window.get_by_role("link", name="No answer").click()
    expect(window.get_by_role("radio", name="Phone", exact=True)).to_be_checked()
    expect(window.get_by_role("radio", name="No answer", exact=True)).to_be_checked()
    save(window)
    expect_kept(window)
    assert on_the_phone(window)["views"] == 3
    line.open()
    window.goto("/")  # the next page that opens sends what waits
    window.evaluate(SENT % asset("js/shelf.mjs"))
    expect_nothing_waits(window)
    assert lines_on_record(diary) == ["", "Tea with the new chair"]
    with diary.work() as session:
        assert set(session.scalars(select(EngagementGroup.group_id))) == {patch["near"]}
        opened = session.scalars(select(AuditRow).where(AuditRow.operation == "consultation", AuditRow.note == OPENED)).all()
        assert [(row.entity, row.ids) for row in opened] == [("group", [patch["near"]])] * 3


def test_a_promise_is_kept_and_an_answer_given_in_a_hall_without_a_signal(
    diary: DiaryUnderTest, town: Town, phone: Phone, line: Line, patch: dict[str, int]
) -> None:
    raised = (RaisedConcern(title="Parking at the gate"),)
    put(diary, town.pcso, visit([patch["near"]], diary.now, concerns=raised, promises=(Promised(what="Marking kits"),)))
    window = phone(town.pcso)
    window.goto("/")
    carried(window)
    line.close()
    for link, ticked in (("Kept ?: Marking kits", "Marking kits"), ("Answer Stroke Club", "Parking at the gate: what we will do")):
        window.goto("/")
        window.get_by_role("link", name=re.compile(link)).click()
        expect(window.get_by_role("radio", name="Stroke Club")).to_be_checked()
        expect(window.get_by_role("checkbox", name=ticked)).to_be_checked()
        check_reach(window)
        window.get_by_role("radio", name="Visit", exact=True).click()
        save(window)
        expect_kept(window)
    line.open()
    window.evaluate("() => dispatchEvent(new Event('online'))")
    expect_nothing_waits(window)
    until(window, lambda: kept(window) == [])
    with diary.work() as session:
        assert session.scalars(select(Action.ended).where(Action.what == "Marking kits")).one() == "kept"
        assert session.scalars(select(Telling.kind).where(Telling.kind != "received")).all() == ["answer"]


def test_near_me_sorts_on_the_phone_and_tells_nobody_where_it_is(
    diary: DiaryUnderTest, town: Town, phone: Phone, line: Line, patch: dict[str, int]
) -> None:
    """All that are due are sorted, not only the worst that the page shows: here twenty others, far away, are later than the nearest."""
    later: dict[str, Any] = {"next_due_on": diary.now.date() - timedelta(days=60), "longest_on": diary.now.date() - timedelta(days=40)}
    with diary.work() as session:
        for n in range(20):
            make_group(session, town, f"Inland Club {n + 1}", latitude=51.5, longitude=-1.9, **later)
    window = phone(town.pcso)
    sent: list[str] = []
    window.context.on("request", lambda r: sent.append(f"{r.url} {r.all_headers()} {r.post_data}"))
    window.context.grant_permissions(["geolocation"], origin=line.address)
    window.context.set_geolocation(HERE)
    window.goto("/")
    carried(window)
    names = window.locator("[data-cards] .diary-card__title")
    expect(names.first).to_contain_text("Inland Club 1")
    window.get_by_role("button", name="Near me").click()
    expect(names.nth(1)).to_have_text("Far-off Choir 4.1 mi")
    expect(names.first).to_have_text("Stroke Club 0.0 mi")
    expect(names).to_have_count(20)
    expect(window.get_by_text("The nearest 20 of 23 that are due")).to_be_visible()
    expect(window.locator("[data-cards] > li").first).to_contain_text("9 days over")
    others = window.get_by_role("heading", name="While you are here").locator("..")
    expect(others.get_by_role("link", name="Log")).to_have_count(2)
    expect(others).to_contain_text("Garden Society 0.1 mi")
    check_reach(window)
    window.goto("/groups/map")
    expect(window.locator(".diary-map__here")).to_be_visible()  # the choice is remembered, and the device answers unasked
    line.close()
    window.goto("/")
    expect(window.get_by_text("No signal: as it was at")).to_be_visible()
    expect(names.first).to_have_text("Stroke Club 0.0 mi")
    expect(names).to_have_count(20)
    expect(window.get_by_role("heading", name="While you are here")).to_be_visible()
    window.get_by_role("button", name="Near me").click()
    expect(names.first).to_have_text("Inland Club 1")
    assert len(sent) > 20
    told = [one for one in sent if any(str(abs(number))[:6] in one for number in (HERE["latitude"], HERE["longitude"]))]
    assert not told, told[0]


def test_a_phone_that_does_not_say_where_it_is_changes_nothing(
    diary: DiaryUnderTest, town: Town, browse: Browse, patch: dict[str, int]
) -> None:
    window = browse(town.pcso)
    window.goto("/")
    window.get_by_role("button", name="Near me").click()
    expect(window.get_by_text("This phone does not say where it is")).to_be_visible()
    expect(window.locator("[data-cards] .diary-card__title").first).to_have_text("Far-off Choir")
    check_reach(window)


def test_an_expired_patch_is_hidden_and_comes_back_with_the_signal(
    diary: DiaryUnderTest, town: Town, phone: Phone, line: Line, patch: dict[str, int]
) -> None:
    window = phone(town.pcso)
    window.goto("/")
    carried(window)
    line.close()
    window.clock.set_fixed_time(window.evaluate("Date.now()") + 12 * 3600 * 1000 + 1000)
    for address in ("/", "/groups", f"/groups/{patch['near']}", "/groups/map"):
        window.goto(address)
        expect(window.get_by_text("the patch on this phone is too old to be shown")).to_be_visible()
        expect(window.get_by_text("what you have saved is safe on this phone")).to_be_visible()
        expect(window.locator("body")).not_to_contain_text("Stroke Club")
        expect(window.locator(".diary-classification")).to_have_text("Classification: OFFICIAL")
    check_reach(window)
    assert on_the_phone(window)["packs"] == []
    line.open()
    window.get_by_role("link", name="Try again").click()
    expect(window.get_by_role("button", name="Near me")).to_be_visible()
    carried(window)


def test_signing_out_and_another_officer_leave_nothing_of_the_patch(
    diary: DiaryUnderTest, town: Town, phone: Phone, line: Line, patch: dict[str, int]
) -> None:
    window = phone(town.pcso)
    window.goto("/")
    carried(window)
    assert on_the_phone(window) == {"packs": [str(town.pcso.account_id)], "views": 0, "key": True}
    window.get_by_role("button", name="Sign out").click()
    expect(window.get_by_label("Password")).to_be_visible()
    assert on_the_phone(window) == {"packs": [], "views": 0, "key": False}
    line.close()
    window.goto(f"/groups/{patch['near']}")
    expect(window.get_by_text("Nobody is signed in on this phone")).to_be_visible()
    expect(window.locator("body")).not_to_contain_text("Stroke Club")


def test_another_officer_on_the_phone_has_their_own_patch_alone(
    diary: DiaryUnderTest, town: Town, phone: Phone, line: Line, patch: dict[str, int]
) -> None:
    window = phone(town.pcso)
    window.goto("/")
    carried(window)
    sign_in(window.context, diary, town.other_pcso, line.address)
    window.goto("/")
    expect(window.locator(f'body[data-account="{town.other_pcso.account_id}"]')).to_be_attached()
    carried(window, "Robin Vale")
    assert on_the_phone(window)["packs"] == [str(town.other_pcso.account_id)]
    line.close()
    window.goto(f"/groups/{patch['near']}")
    expect(window.get_by_text("This group is not among those on this phone")).to_be_visible()
    expect(window.locator("header")).to_contain_text("Robin Vale")  # whose entries this phone would keep


def test_the_map_works_by_keyboard_and_says_what_the_list_says(
    diary: DiaryUnderTest, town: Town, phone: Phone, line: Line, patch: dict[str, int]
) -> None:
    window = phone(town.pcso, color_scheme="dark")
    window.goto("/groups/map")
    carried(window)
    for lost in (False, True):
        if lost:
            line.close()
            window.goto("/groups/map")
            expect(window.get_by_text("No signal: as it was at")).to_be_visible()
        expect(window.locator(".diary-map__outline")).to_have_count(1)
        mark = window.get_by_role("button", name="2 groups here: Stroke Club, Garden Society")
        mark.focus()
        window.keyboard.press("Enter")
        picked = window.locator("[data-picked]")
        expect(picked.get_by_role("link", name="Stroke Club", exact=True)).to_be_visible()
        expect(picked.get_by_role("listitem")).to_have_count(2)
        expect(window.locator("[data-cards] > li")).to_have_count(5)
        check_reach(window)
