"""What the public addresses answer: data.police.uk's shapes to the letter, approved words alone, nothing of the diary."""

from __future__ import annotations

import json
from datetime import date
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from engagement.places.models import Neighbourhood
from engagement.priorities import service
from engagement.priorities.domain import Ended
from engagement.priorities.drafts import EndDraft, WordingDraft
from engagement.priorities.wordings import newest, seen_of
from engagement.public.domain import police_uk_priority
from tests.builders import Town, say_so
from tests.conftest import DiaryUnderTest
from tests.pages import words
from tests.priorities.makers import make_priority

PLACE = "/public/westshire/ashford-central"


@given(st.text(min_size=1), st.dates(), st.text(), st.one_of(st.none(), st.dates()))
def test_a_priority_has_four_names_with_hyphens_and_html_that_holds_no_markup_of_its_writer(
    issue: str, agreed: date, action: str, action_on: date | None
) -> None:
    made = police_uk_priority(issue, agreed, action, action_on)
    assert list(made) == ["issue", "issue-date", "action", "action-date"]
    assert (made["action"] is None) == (made["action-date"] is None)
    bare = str(made["issue"]).replace("<p>", "").replace("</p>", "")
    assert "<" not in bare
    assert "".join(unescape(bare).split()) == "".join(issue.split())
    json.dumps(made)


def publish(diary: DiaryUnderTest, town: Town, key: int) -> None:
    actor = diary.actor(town.sergeant)
    with diary.work() as session:
        service.approve(session, actor, key, seen_of(newest(session, key)), now=diary.now)


def test_only_approved_words_of_live_priorities_are_answered_exactly_as_police_uk_does(diary: DiaryUnderTest, town: Town) -> None:
    stranger = diary.client()
    assert stranger.get(f"{PLACE}/priorities").get_json() == []
    key = make_priority(
        diary, town, issue="Drivers go <too> fast & near the school.", action="We check speeds.\n\nThe council paints lines."
    )
    make_priority(diary, town, title="Bins, not for anybody yet", issue="Bins overflow.")
    assert stranger.get(f"{PLACE}/priorities").get_json() == []
    publish(diary, town, key)
    expected = [
        {
            "issue": "<p>Drivers go &lt;too&gt; fast &amp; near the school.</p>",
            "issue-date": "2026-11-17T00:00:00",
            "action": "<p>We check speeds.</p><p>The council paints lines.</p>",
            "action-date": "2026-11-24T00:00:00",
        }
    ]
    answer = stranger.get(f"{PLACE}/priorities")
    assert answer.mimetype == "application/json"
    assert answer.get_json() == expected
    with diary.work() as session:  # words that wait leave what is public as it stands
        draft = WordingDraft(priority_id=key, issue="Something else", action="", seen="1:2")
        service.write(session, diary.actor(town.pcso), draft, now=diary.now)
    assert stranger.get(f"{PLACE}/priorities").get_json() == expected
    page = words(stranger.get(PLACE))
    assert "Drivers go <too> fast & near the school." in page
    assert "Bins" not in page
    assert "Links Road" not in page  # its title is for the team
    with diary.work() as session:
        service.end(session, diary.actor(town.pcso), EndDraft(priority_id=key, version=None, how=Ended.RESOLVED), now=diary.now)
    assert stranger.get(f"{PLACE}/priorities").get_json() == []


def test_people_are_the_named_officer_and_the_teams_sergeant_and_events_are_a_list(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        session.get_one(Neighbourhood, town.neighbourhood_id).named_officer_id = town.pcso.officer_id
        say_so(session)
    people = diary.client().get(f"{PLACE}/people").get_json()
    assert all(set(one) == {"name", "rank", "bio", "contact_details"} for one in people)
    assert [one["name"] for one in people] == ["Sam Okoro", "Lee Hargreave"]
    assert people[0]["contact_details"] == {"telephone": "07700 900100", "email": "ashford@westshire.example"}
    assert diary.client().get(f"{PLACE}/events").get_json() == []


def test_a_police_uk_id_leads_to_the_own_address_and_nowhere_is_nothing(diary: DiaryUnderTest, town: Town) -> None:
    for part in ("priorities", "events", "people"):
        answer = diary.client().get(f"/public/westshire/w-A/{part}")
        assert (answer.status_code, answer.location) == (302, f"{PLACE}/{part}")
        assert diary.client().get(f"/public/westshire/none/{part}").status_code == 404
