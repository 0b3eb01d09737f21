"""The register of concerns and raising a new one, through the pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engagement.audit.models import AuditRow
from engagement.concerns.models import Concern, Raising, ReplyAddress, Telling
from engagement.concerns.service import Tap
from tests.builders import Town, make_group
from tests.concerns.makers import make_concern
from tests.conftest import DiaryUnderTest
from tests.counting import statements
from tests.pages import parse, words


def everything(diary: DiaryUnderTest, town: Town) -> None:
    """Five concerns of different kinds, one of another team and one for few eyes."""
    actor, other = diary.actor(town.pcso), diary.actor(town.other_pcso)
    early = diary.now - timedelta(hours=80)
    with diary.work() as session:
        group = make_group(session, town)
        make_concern(session, actor, diary.now, title="Speeding, Links Rd", group_id=group.id)
        make_concern(session, actor, diary.now, title="Parking at the school", category="school_gate", raised_at=early, group_id=group.id)
        place = town.second_neighbourhood_id
        make_concern(session, actor, diary.now, title="Litter in the park", category="litter", neighbourhood_id=place, tap=Tap.COUNCIL)
        make_concern(session, other, diary.now, title="Noise in Brookley", category="noise", neighbourhood_id=town.other_neighbourhood_id)
        make_concern(session, actor, diary.now, title="Leaflets on cars", category="hate", neighbourhood_id=town.neighbourhood_id)


@pytest.mark.parametrize(
    ("question", "there", "not_there"),
    [
        ("", "Speeding, Links Rd", "Litter in the park"),
        ("?state=all", "Litter in the park", "Noise in Brookley"),
        ("?state=closed", "Litter in the park", "Speeding"),
        ("?category=school_gate", "Parking at the school", "Speeding"),
        ("?clock=over", "Parking at the school", "Speeding"),
        ("?clock=running", "Speeding", "Parking at the school"),
        ("?q=links+speed", "Speeding", "Parking at the school"),
        ("?owner=0", "No concern of your teams is like that", "Speeding"),
        ("?mine=1&sort=title", "Leaflets on cars", "Noise"),
        ("?state=nonsense&page=-4&sort=--&neighbourhood=x", "Speeding", "Litter in the park"),
        ("?q=" + "%25" * 50, "Speeding", "Noise in Brookley"),
    ],
)
def test_the_list_is_filtered_by_its_address(diary: DiaryUnderTest, town: Town, question: str, there: str, not_there: str) -> None:
    everything(diary, town)
    answer = diary.client(town.pcso).get("/concerns" + question)
    assert answer.status_code == 200
    main = words(answer).split("Show", 2)[2]
    assert there in main
    assert not_there not in main


@pytest.mark.parametrize(
    ("question", "open_"), [("", False), ("?state=outcome_owed", False), ("?state=closed", True), ("?category=noise", True)]
)
def test_filters_are_folded_where_they_narrow_nothing(diary: DiaryUnderTest, town: Town, question: str, open_: bool) -> None:
    tree = parse(diary.client(town.pcso).get("/concerns" + question).get_data(as_text=True))
    folded = next(d for d in tree.iter("details") if any(s.get("name") == "state" for s in d.iter("select")))
    assert (folded.get("open") is not None) is open_, "a phone's first screenful is for the concerns"


def test_the_clock_is_said_in_words(diary: DiaryUnderTest, town: Town) -> None:
    everything(diary, town)
    said = words(diary.client(town.pcso).get("/concerns?sort=clock"))
    assert "8 h over" in said
    assert "72 h left" in said


def test_an_empty_register_says_how_to_begin(diary: DiaryUnderTest, town: Town) -> None:
    assert "Raise the first one" in words(diary.client(town.pcso).get("/concerns"))


def test_the_spreadsheet_holds_the_list_without_what_is_sensitive_and_is_recorded(diary: DiaryUnderTest, town: Town) -> None:
    everything(diary, town)
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        make_concern(session, actor, diary.now, title="=cmd()", neighbourhood_id=town.neighbourhood_id)
    text = diary.client(town.pcso).get("/concerns.csv?state=all").get_data(as_text=True)
    assert "Litter in the park" in text
    assert "Leaflets" not in text
    assert "'=cmd()" in text
    with diary.work() as session:
        row = session.scalars(select(AuditRow).where(AuditRow.operation == "disclosure")).one()
        assert len(row.ids) == 4


def test_a_page_of_fifty_asks_as_much_as_a_page_of_one(diary: DiaryUnderTest, town: Town) -> None:
    actor, client = diary.actor(town.pcso), diary.client(town.pcso)
    asked, answer = [], client.get("/concerns")
    for many in (1, 59):
        with diary.work() as session:
            for n in range(many):
                make_concern(session, actor, diary.now, title=f"Matter {many} {n}", neighbourhood_id=town.neighbourhood_id)
        with diary.app.app_context(), statements() as found:
            answer = client.get("/concerns")
        asked.append(len(found))
    assert "1 to 50 of 60" in words(answer)
    assert asked[0] == asked[1] <= 10
    assert "51 to 60 of 60" in words(client.get("/concerns?page=99"))


NEW = {"raiser": "resident", "title": "Cars speeding along the bypass at night", "neighbourhood_id": "1"}


def test_a_concern_is_raised_and_its_page_shows_the_clock(diary: DiaryUnderTest, town: Town) -> None:
    client = diary.client(town.pcso)
    answer = client.fill("/concerns/new", NEW)
    assert answer.status_code == 303
    page = words(client.get(answer.location))
    assert "They are owed an answer within 72 hours" in page
    assert "71 h left" in page or "72 h left" in page
    with diary.work() as session:
        concern = session.scalars(select(Concern)).one()
        assert (concern.category, concern.neighbourhood_id) == ("speeding", town.neighbourhood_id)


def test_the_same_form_twice_is_one_concern(diary: DiaryUnderTest, town: Town) -> None:
    client = diary.client(town.pcso)
    page = client.get("/concerns/new")
    first, second = client.send(page, NEW), client.send(page, NEW)
    assert first.location == second.location
    with diary.work() as session:
        assert len(session.scalars(select(Raising)).all()) == 1


def test_from_a_groups_page_the_group_stands_there_already(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        group_id = make_group(session, town).id
    answer = diary.client(town.pcso).fill(f"/concerns/new?group={group_id}", {"title": "Dog mess by the hall"}, button="Save")
    assert answer.status_code == 303
    with diary.work() as session:
        assert session.scalars(select(Raising.group_id)).one() == group_id


def test_a_group_is_found_by_part_of_its_name_and_asked_about(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        make_group(session, town, "Ashford Stroke Club")
        wanted = make_group(session, town, "Ashford Stitchers").id
    client = diary.client(town.pcso)
    asked = client.fill("/concerns/new", NEW | {"raiser": "group", "group": "ashford st"})
    assert asked.status_code == 422
    assert "Choose which group it is" in words(asked)
    assert "Ashford Stitchers, Ashford Central" in words(asked)
    assert client.send(asked, {"group_id": wanted}).status_code == 303
    nobody = client.fill("/concerns/new", NEW | {"raiser": "group", "group": "Zzz"})
    assert "No group of the force is called that" in words(nobody)


def test_another_teams_group_may_be_raised_for_and_is_not_shown(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        make_group(session, town, "Ashford Stroke Club")
    client = diary.client(town.other_pcso)
    answer = client.fill("/concerns/new", NEW | {"raiser": "group", "group": "Ashford Stroke Club", "neighbourhood_id": ""})
    assert answer.location == "/concerns"
    assert "whose diary you do not read" in words(client.get("/concerns"))


def test_what_is_open_already_is_asked_about(diary: DiaryUnderTest, town: Town) -> None:
    actor, client = diary.actor(town.pcso), diary.client(town.pcso)
    with diary.work() as session:
        first = make_concern(session, actor, diary.now, title="Racing cars on the bypass", neighbourhood_id=town.neighbourhood_id).id
    title = {"title": "Cars racing, the bypass"}
    asked = client.fill("/concerns/new", NEW | title)
    assert asked.status_code == 422
    assert "say whether it is the same thing" in words(asked)
    assert client.send(asked, {"same": first}).location == f"/concerns/{first}"
    with diary.work() as session:
        assert len(session.scalars(select(Raising).where(Raising.concern_id == first)).all()) == 2
    another = client.send(client.fill("/concerns/new", NEW | title), {"same": "no"})
    assert another.location != f"/concerns/{first}"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"title": ""}, "Say what the matter is, in a line"),
        ({"title": "x" * 300}, "100 characters too long"),
        ({"title": "a\x00b"}, "control character"),
        ({"title": "Ring her on 07700 900123"}, "telephone number"),
        ({"happened_on": "31/02/2026"}, "February 2026 has days 1 to 28"),
        ({"happened_on": "1/1/26"}, "Year must have four figures"),
        ({"happened_on": "27/11/2027"}, "now or in the past"),
        ({"happened_at": "25:00"}, "Time must be from 00:00 to 23:59"),
        ({"raiser": "martian"}, "Say who raised it"),
        ({"neighbourhood_id": "999999"}, "Choose a neighbourhood from the list"),
        ({"neighbourhood_id": ""}, "Choose the neighbourhood it is in"),
        ({"raised_to_id": "999999"}, "Choose an officer from the list"),
        ({"collar_number": "0000"}, "No officer of the force has that collar number"),
        ({"category": "nonsense"}, "Choose what it is about"),
        ({"raiser": "group", "group": ""}, "Type the name of the group"),
        ({"detail": "long " * 1000}, "characters too long"),
    ],
)
def test_bad_input_comes_back_with_a_sentence_and_all_that_was_typed(
    diary: DiaryUnderTest, town: Town, values: dict[str, str], sentence: str
) -> None:
    answer = diary.client(town.pcso).fill("/concerns/new", NEW | {"place": "<script>alert(1)</script> Zoë 🚓"} | values)
    assert answer.status_code == 422
    assert sentence in words(answer)
    text = answer.get_data(as_text=True)
    assert "&lt;script&gt;" in text
    assert "Zoë 🚓" in text
    with diary.work() as session:
        assert session.scalars(select(Concern.id)).all() == []


def test_a_warning_is_saved_over_with_a_reason(diary: DiaryUnderTest, town: Town) -> None:
    client = diary.client(town.pcso)
    warned = client.fill("/concerns/new", NEW | {"detail": "Ring the club on 07700 900123"})
    answer = client.send(warned, {"override_reason": "It is printed on their poster"})
    assert answer.status_code == 303
    assert "printed on their poster" in words(client.get(answer.location))


def test_a_tap_opens_and_closes_on_the_page(diary: DiaryUnderTest, town: Town) -> None:
    client = diary.client(town.pcso)
    page = words(client.get(client.fill("/concerns/new", NEW | {"tap": "council"}).location))
    assert "On the record, and closed: they were told." in page
    assert "Closed: with a partner" in page


def test_a_resident_is_answered_apart(diary: DiaryUnderTest, town: Town) -> None:
    client = diary.client(town.pcso)
    where = client.fill("/concerns/new", NEW | {"reply_address": "someone@home.example"}).location
    assert "someone@home.example" in words(client.get(where))
    assert "someone@home.example" in words(diary.client(town.sergeant).get(where))
    assert "someone@home.example" not in words(diary.client(town.pcso2).get(where))
    with diary.work() as session:
        assert session.scalars(select(ReplyAddress.address)).one() == "someone@home.example"
        assert session.scalars(select(Telling)).all() == []
