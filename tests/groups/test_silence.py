"""A group that does not answer: another way after three tries, dormancy after two periods, and no group that is lost."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from engagement.audit.models import Version
from engagement.engagements.domain import Kind, Outcome
from engagement.groups.channels import Channel
from engagement.groups.domain import Agreement, due_on
from engagement.groups.frequency import Frequency
from engagement.groups.models import Group
from engagement.groups.service import go_dormant, settle
from engagement.groups.silence import MOST_SUGGESTED, TRIES, Reach, another_way, ask_dormant_again_on, offers_dormant, silent_since
from tests.builders import Town, make_contact, make_group
from tests.conftest import DiaryUnderTest
from tests.engagements.drafts import put, visit
from tests.overdue.makers import late_ids
from tests.pages import words

TODAY = date(2026, 11, 24)
WAYS = st.lists(st.builds(Reach, person=st.integers(0, 3), channel=st.sampled_from(list(Channel))), max_size=8).map(
    lambda ways: sorted(ways, key=lambda way: way.person)
)


@given(WAYS, st.frozensets(st.sampled_from(list(Channel))), st.integers(0, 6))
def test_another_way_is_never_the_one_that_failed(ways: list[Reach], tried: frozenset[str], tries: int) -> None:
    found = another_way(ways, tried, tries)
    assert len(found) == len(set(found)) <= MOST_SUGGESTED
    if tries < TRIES:
        assert found == []
        return
    first = ways[0].person if ways else 0
    assert not any(ways[n].person == first and ways[n].channel in tried for n in found)
    assert sum(1 for n in found if ways[n].person != first) == len({ways[n].person for n in found} - {first}), "each other contact once"
    if any(way.person != first for way in ways):
        assert found, "somebody else is always worth a try"


@given(
    st.sampled_from([f for f in Frequency if f not in (Frequency.PER_MEETING,)]),
    st.integers(0, 900),
    st.integers(0, 5),
    st.integers(0, 900),
)
def test_dormancy_is_offered_after_two_periods_in_which_somebody_tried_and_stays_offered(
    frequency: Frequency, ago: int, tries: int, later: int
) -> None:
    every = 3 if frequency.counted else None
    agreement = Agreement(frequency=frequency, every=every, starts_on=date(2024, 1, 1))
    last = TODAY - timedelta(days=ago)
    since = silent_since(agreement, last)
    if frequency is Frequency.ON_REQUEST:
        assert since is None
        return
    due = due_on(agreement, last)
    assert since is not None and due is not None and since > due
    offered = offers_dormant(since, tries, TODAY)
    assert offered == (tries > 0 and since <= TODAY)
    assert not offered or offers_dormant(since, tries + 1, TODAY + timedelta(days=later))


def test_who_sleeps_is_asked_again_each_year() -> None:
    assert ask_dormant_again_on(date(2026, 2, 28), None) == date(2027, 2, 28)
    assert ask_dormant_again_on(date(2026, 2, 28), date(2028, 3, 1)) == date(2028, 3, 1)
    assert ask_dormant_again_on(date(2026, 2, 28), date(2025, 1, 1)) == date(2027, 2, 28), "left from another agreement"


def tried(diary: DiaryUnderTest, town: Town, group: int, *days: int, kind: Kind = Kind.PHONE) -> None:
    for ago in days:
        put(diary, town.pcso, visit([group], diary.now - timedelta(days=ago), kind=kind, outcome=Outcome.NO_ANSWER, summary=""))


def test_three_tries_offer_another_way_on_group_shift_and_board_and_then_dormancy(diary: DiaryUnderTest, town: Town) -> None:
    (key,) = late_ids(diary, town, "Stroke Club", days=40)
    with diary.work() as session:
        group = session.get_one(Group, key)
        make_contact(session, group)
        make_contact(session, group, "Bela Finch", role="chair", mobile="07700 900322", channels=["mobile"])
    tried(diary, town, key, 9, 6)
    client = diary.client(town.pcso)
    assert "without an answer" not in words(client.get(f"/groups/{key}"))
    tried(diary, town, key, 2)
    page = client.get(f"/groups/{key}")
    said = words(page)
    assert "Tried 3 times without an answer. Another way: Asha Merrow, asha.merrow@parish.example" in said
    assert "Bela Finch, 07700 900322" in said and 'href="tel:07700900322"' in page.get_data(as_text=True)
    assert "No reply for two of its periods. Make it dormant" in said
    assert "Call chair" in words(client.get("/"))
    assert f'href="/groups/{key}#another-way"' in client.get("/").get_data(as_text=True)
    assert f'href="/groups/{key}#another-way"' in diary.client(town.sergeant).get("/overdue").get_data(as_text=True)
    form = client.get(f"/groups/{key}/dormant?why=No+reply+for+two+periods")
    assert "No reply for two periods" in form.get_data(as_text=True)
    assert client.send(form, {}).status_code == 303
    board = diary.client(town.sergeant)
    assert "1 dormant" in words(board.get("/overdue"))
    assert "dormant since Tue 24: No reply for two periods" in words(board.get("/overdue?show=dormant"))


def test_two_periods_without_a_reply_offer_dormancy_whoever_tried_but_once(diary: DiaryUnderTest, town: Town) -> None:
    (key,) = late_ids(diary, town, "Stroke Club", days=40)
    client = diary.client(town.pcso)
    assert "Make it dormant" not in words(client.get(f"/groups/{key}")).partition("About")[0], "nobody tried"
    tried(diary, town, key, 6)
    page = client.get(f"/groups/{key}")
    assert "No reply for two of its periods. Make it dormant" in words(page) and "nobody else is known" not in words(page)
    assert "dormant?why=No%20reply%20for%20two%20periods%2C%20tried%20once" in page.get_data(as_text=True)


def test_where_no_other_way_is_known_it_asks_for_one_before_two_periods_are_over(diary: DiaryUnderTest, town: Town) -> None:
    (key,) = late_ids(diary, town, "Stroke Club", days=2)
    with diary.work() as session:
        make_contact(session, session.get_one(Group, key), email="", channels=["mobile"])
    tried(diary, town, key, 9, 6)
    client = diary.client(town.pcso)
    assert "nobody else is known" not in words(client.get(f"/groups/{key}"))
    tried(diary, town, key, 2)
    said = words(client.get(f"/groups/{key}"))
    assert "Tried 3 times without an answer, and nobody else is known. Add a contact" in said
    assert "No reply for two of its periods" not in said


def test_speaking_with_it_wakes_it_and_an_older_entry_does_not(diary: DiaryUnderTest, town: Town) -> None:
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        key = make_group(session, town).id
        settle(session, [key], today=diary.now.date())
        go_dormant(session, actor, key, "No longer meets", now=diary.now)
        assert session.get_one(Group, key).ask_again_on == date(2027, 11, 24)
    put(diary, town.pcso2, visit([key], diary.now - timedelta(days=3)))
    diary.clock.move(timedelta(days=2))
    tried(diary, town, key, 0)
    with diary.work() as session:
        assert session.get_one(Group, key).dormant_on == date(2026, 11, 24)
    put(diary, town.other_pcso, visit([key], diary.now))
    with diary.work() as session:
        group = session.get_one(Group, key)
        assert (group.dormant_on, group.ask_again_on, group.next_due_on) == (None, None, date(2026, 12, 26))
        assert "Spoken with" in session.scalars(select(Version.reason).where(Version.entity == "group")).all()


def test_after_a_year_somebody_asks_and_it_sleeps_on_or_wakes(diary: DiaryUnderTest, town: Town) -> None:
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        key = make_group(session, town).id
        go_dormant(session, actor, key, "No longer meets", now=diary.now)
    client, board = diary.client(town.pcso), diary.client(town.sergeant)
    assert "ask them again" not in words(client.get(f"/groups/{key}"))
    diary.clock.move(timedelta(days=366))
    client, board = diary.client(town.pcso), diary.client(town.sergeant)
    page = client.get(f"/groups/{key}")
    assert "Asleep for a year: ask them again." in words(page)
    assert "ask again: No longer meets" in words(board.get("/overdue?show=dormant"))
    token = str(page.get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0])
    assert client.post(f"/groups/{key}/dormant/confirm", data={"csrf_token": token}).status_code == 303
    assert "ask them again" not in words(client.get(f"/groups/{key}"))
    with diary.work() as session:
        assert session.get_one(Group, key).ask_again_on == date(2028, 11, 25)


def test_a_sergeant_makes_it_dormant_from_the_board_and_takes_it_back(diary: DiaryUnderTest, town: Town) -> None:
    (key,) = late_ids(diary, town, "Stroke Club", days=40)
    client = diary.client(town.sergeant)
    page = client.get(f"/overdue/decide?kind=dormant&group={key}")
    assert client.send(page, {"reason": "", "preset": "No longer meets"}).status_code == 303
    with diary.work() as session:
        assert session.get_one(Group, key).dormant_reason == "No longer meets"
    board = client.get("/overdue")
    assert "0 to decide" in words(board) and "1 dormant" in words(board)
