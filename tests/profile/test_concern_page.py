"""The page of one concern: where it stands, whether the raisers know, and the one next step."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from engagement.concerns.domain import ActionBy, Raiser, TellingKind
from engagement.concerns.models import Action, Concern, Raising, Telling
from engagement.concerns.service import ActionDraft, How, PromiseDraft, RaisingDraft, act, promise, raise_again
from tests.builders import Town, make_group
from tests.concerns.makers import first_raising, make_concern, told
from tests.conftest import DiaryUnderTest
from tests.counting import statements
from tests.pages import PageClient, parse, words


def opened(diary: DiaryUnderTest, town: Town, **fields: Any) -> tuple[int, PageClient]:
    """A concern of a group, and its owner's browser."""
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        group = make_group(session, town)
        which = make_concern(session, actor, diary.now, group_id=group.id, **fields).id
    return which, diary.client(town.pcso)


def main_button(client: PageClient, which: int) -> tuple[str, str]:
    """The words and the address of the page's one main button."""
    tree = parse(client.get(f"/concerns/{which}").get_data(as_text=True))
    found = [(" ".join("".join(a.itertext()).split()), a.get("href", "")) for a in tree.iter("a") if a.get("class") == "govuk-button"]
    assert len(found) <= 1
    return found[0] if found else ("", "")


def test_the_main_button_leads_through_the_whole_life(diary: DiaryUnderTest, town: Town) -> None:
    which, client = opened(diary, town)
    label, href = main_button(client, which)
    assert label == "Answer the raiser"
    assert client.fill(href, {"how": "engagement", "words": "We will stand there on Friday"}).status_code == 303
    label, href = main_button(client, which)
    assert label == "Say what will be done"
    assert client.fill(href, {"what": "Speed check"}).status_code == 303
    label, href = main_button(client, which)
    assert label == "Record what was done"
    assert client.fill(href, {"result_number": "3", "result": "of 212 drivers were over 35"}).status_code == 303
    label, href = main_button(client, which)
    assert label == "Tell the outcome"
    done = client.fill(href, {"how": "telephone"})
    assert "Closed: everybody who raised it knows." in words(client.get(done.location))
    assert main_button(client, which) == ("", "")
    page = words(client.get(f"/concerns/{which}"))
    for said in ("Speed check", "Told the outcome", "“We will stand there on Friday”", "Raised Tue 24 Nov", "Closed Tue 24 Nov"):
        assert said in page


def test_a_partners_part_is_asked_after(diary: DiaryUnderTest, town: Town) -> None:
    which, client = opened(diary, town)
    client.fill(f"/concerns/{which}/tell", {"how": "engagement"})
    answer = client.fill(
        f"/concerns/{which}/act", {"by": "partner", "what": "Paint the lines again", "partner": "highways", "reference": "H/77"}
    )
    assert answer.status_code == 303
    assert "With Highways, H/77" in words(client.get(f"/concerns/{which}"))
    label, href = main_button(client, which)
    assert label == "Ask the partner what was done"
    client.fill(href, {"partner_outcome": "Painted on the 20th"})
    assert "Highways: Painted on the 20th" in words(client.get(f"/concerns/{which}"))


def test_a_breached_clock_is_said_in_hours(diary: DiaryUnderTest, town: Town) -> None:
    which, client = opened(diary, town, raised_at=diary.now - timedelta(hours=74, minutes=10))
    assert "Answer owed: 2 h over" in words(client.get(f"/concerns/{which}"))


def test_who_left_no_way_is_told_in_public(diary: DiaryUnderTest, town: Town) -> None:
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        concern = make_concern(session, actor, diary.now, neighbourhood_id=town.neighbourhood_id)
        act(
            session,
            actor,
            ActionDraft(concern_id=concern.id, what="Swept", by=ActionBy.COMMUNITY, done_on=date(2026, 11, 24)),
            now=diary.now,
        )
        which = concern.id
    client = diary.client(town.pcso)
    label, href = main_button(client, which)
    assert label == "Tell the outcome in public"
    refused = client.fill(href)
    assert "Say where it was made public" in words(refused)
    assert client.send(refused, {"where": "the notice board"}).status_code == 303
    assert "in public: the notice board" in words(client.get(f"/concerns/{which}"))


def test_telling_several_is_all_or_nothing(diary: DiaryUnderTest, town: Town) -> None:
    which, client = opened(diary, town)
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        raise_again(session, actor, which, RaisingDraft(raiser=Raiser.COUNCILLOR, raised_at=diary.now), now=diary.now)
        ids = list(session.scalars(select(Raising.id)))
    page = client.get(f"/concerns/{which}/tell")
    refused = client.send(page, {"raisings": [*ids, 999], "how": "engagement"})
    assert refused.status_code == 422
    assert "Told nothing yet." in words(client.get(f"/concerns/{which}"))
    assert client.send(page, {"raisings": ids, "how": "engagement"}).status_code == 303
    assert "Told nothing yet." not in words(client.get(f"/concerns/{which}"))
    assert "Say who was told" in words(client.fill(f"/concerns/{which}/tell", {"how": "engagement"}, untick=("raisings",)))


def test_promising_to_report_and_ending_promises(diary: DiaryUnderTest, town: Town) -> None:
    which, client = opened(diary, town)
    client.fill(f"/concerns/{which}/tell", {"how": "engagement", "report_by": "9/12/2026"})
    assert "Report back: Speeding past the school" in words(client.get(f"/concerns/{which}"))
    client.fill(f"/concerns/{which}/promise", {"what": "Bring the speed gun", "due_on": "30/11/2026"})
    with diary.work() as session:
        promised = session.scalars(select(Action.id).where(Action.reports.is_(False))).one()
    untold = client.fill(f"/promises/{promised}/end?end=moved", {"new_due_on": "1/12/2026"})
    assert "Say that they were told the new date" in words(untold)
    assert client.send(untold, {"told": "y"}).status_code == 303
    page = words(client.get(f"/concerns/{which}"))
    assert "moved" in page
    assert "by Tue 1 Dec" in page


def test_a_promise_to_somebody_needs_no_concern(diary: DiaryUnderTest, town: Town) -> None:
    client = diary.client(town.pcso)
    nobody = client.fill("/promises/new", {"what": "A marking kit", "due_on": "27/11/2026"})
    assert "Say who was promised" in words(nobody)
    assert client.send(nobody, {"to": "the lady at the corner shop"}).location == "/"
    with diary.work() as session:
        assert session.scalars(select(Action.promised_to)).one() == "the lady at the corner shop"
        past = PromiseDraft(what="x", due_on=date(2026, 11, 1), to="y")
        assert past.due_on < diary.now.date()
    early = client.fill("/promises/new", {"what": "A kit", "to": "him", "due_on": "1/11/2026"})
    assert "today or in the future" in words(early)


def test_it_ends_aside_and_is_taken_up_again(diary: DiaryUnderTest, town: Town) -> None:
    which, client = opened(diary, town)
    refused = client.fill(f"/concerns/{which}/aside", {"end": "cannot_do"})
    assert "Say why, as the raisers will be told" in words(refused)
    client.send(refused, {"reason": "The road is private"})
    assert "Cannot do, because: The road is private" in words(client.get(f"/concerns/{which}"))
    assert main_button(client, which)[0] == "Tell the outcome"
    assert client.fill(f"/concerns/{which}/take-up", {"reason": "The council adopted it"}).status_code == 303
    assert "Cannot do" not in words(client.get(f"/concerns/{which}")).split("How this record")[0]


def test_what_is_the_same_as_another_names_it_once(diary: DiaryUnderTest, town: Town) -> None:
    which, client = opened(diary, town)
    with diary.work() as session:
        other = make_concern(
            session, diary.actor(town.pcso), diary.now, title="Lorries on the hill", neighbourhood_id=town.neighbourhood_id
        ).id
    for reason, said in (
        ("Lorries on the hill", "another: Lorries on the hill "),
        ("Raised twice", "another: Raised twice: Lorries on the hill "),
    ):
        assert client.fill(f"/concerns/{which}/aside", {"end": "same_as", "same_as_id": other, "reason": reason}).status_code == 303
        page = words(client.get(f"/concerns/{which}"))
        assert f"The same as {said}" in page and "hill Lorries" not in page, page
        client.fill(f"/concerns/{which}/take-up", {"reason": "It is another road"})


def test_two_editors_see_both_versions(diary: DiaryUnderTest, town: Town) -> None:
    which, client = opened(diary, town)
    mine, theirs = client.get(f"/concerns/{which}/edit"), diary.client(town.pcso2)
    theirs.fill(f"/concerns/{which}/edit", {"title": "Lorries past the school"})
    both = client.send(mine, {"title": "Vans past the school"})
    assert both.status_code == 422
    assert "Lorries past the school" in words(both)
    assert 'value="Vans past the school"' in both.get_data(as_text=True)
    assert client.send(both).status_code == 303
    page = words(client.get(f"/concerns/{which}"))
    assert "It said: What the matter is: “Lorries past the school”" in page


def test_a_closed_concern_says_why_it_cannot_be_changed(diary: DiaryUnderTest, town: Town) -> None:
    which, client = opened(diary, town)
    form = client.get(f"/concerns/{which}/edit")
    client.fill(f"/concerns/{which}/tell", {"kind": "outcome", "how": "engagement"})
    late = client.send(form, {"title": "Something else"})
    assert late.status_code == 422
    assert "If it has come back, record who raised it again." in words(late)
    assert 'value="Something else"' in late.get_data(as_text=True)
    for path in ("edit", "aside", "take-up", "act", "promise"):
        assert client.get(f"/concerns/{which}/{path}").location == f"/concerns/{which}"
    assert client.fill(f"/concerns/{which}/again", {"raiser": "business"}).status_code == 303
    assert client.get(f"/concerns/{which}/edit").status_code == 200


def test_what_is_taken_back_or_withdrawn_stays_struck_out(diary: DiaryUnderTest, town: Town) -> None:
    which, client = opened(diary, town)
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        raising = first_raising(session, session.get_one(Concern, which))
        telling = told(session, actor, raising, TellingKind.ANSWER, diary.now, how=How.EMAIL).id
        action = act(session, actor, ActionDraft(concern_id=which, what="Stood there", by=ActionBy.OFFICER), now=diary.now).id
        made = promise(session, actor, PromiseDraft(what="Kits", due_on=date(2026, 12, 1), to="her", concern_id=which), now=diary.now).id
    refused = client.fill(f"/tellings/{telling}/take-back")
    assert "Say why it is taken back" in words(refused)
    client.send(refused, {"reason": "The wrong mailbox"})
    client.fill(f"/actions/{action}/withdraw", {"reason": "Another road"})
    client.fill(f"/actions/{made}/withdraw", {"reason": "Never said"})
    assert "Say why it is withdrawn" in words(client.fill(f"/raisings/{raising.id}/withdraw"))
    client.fill(f"/raisings/{raising.id}/withdraw", {"reason": "Typed for another town"})
    page = words(client.get(f"/concerns/{which}"))
    for said in (
        "taken back: The wrong mailbox",
        "Withdrawn Tue 24 Nov: Another road",
        "Withdrawn Tue 24 Nov: Never said",
        "nobody stands by it",
    ):
        assert said in page
    assert client.get(f"/tellings/{telling}/take-back").status_code == 404


def test_giving_it_to_somebody(diary: DiaryUnderTest, town: Town) -> None:
    which, client = opened(diary, town)
    assert "Choose an officer" in words(client.fill(f"/concerns/{which}/give", {"officer_id": ""}))
    client.fill(f"/concerns/{which}/give", {"officer_id": town.pcso2.officer_id})
    with diary.work() as session:
        assert session.get_one(Concern, which).owner_id == town.pcso2.officer_id


def test_what_is_not_yours_is_not_there(diary: DiaryUnderTest, town: Town) -> None:
    which, _client = opened(diary, town)
    stranger = diary.client(town.other_pcso)
    for path in ("", "/edit", "/tell", "/act", "/promise", "/again", "/aside", "/give", "/take-up"):
        here, nowhere = stranger.get(f"/concerns/{which}{path}"), stranger.get(f"/concerns/999999{path}")
        assert (here.status_code, nowhere.status_code) == (404, 404)
        assert words(here) == words(nowhere)


def test_a_sensitive_page_says_so(diary: DiaryUnderTest, town: Town) -> None:
    which, client = opened(diary, town, sensitive=True)
    assert "OFFICIAL-SENSITIVE" in words(client.get(f"/concerns/{which}"))
    assert diary.client(town.pcso2).get(f"/concerns/{which}").status_code == 404


def test_the_page_asks_as_much_for_many_raisers_as_for_one(diary: DiaryUnderTest, town: Town) -> None:
    which, client = opened(diary, town)
    actor = diary.actor(town.pcso)
    asked = []
    for many in (0, 25):
        with diary.work() as session:
            for n in range(many):
                moment = diary.now - timedelta(minutes=n)
                raising = raise_again(session, actor, which, RaisingDraft(raiser=Raiser.RESIDENT, raised_at=moment), now=diary.now)
                told(session, actor, raising, TellingKind.RECEIVED, diary.now)
                act(session, actor, ActionDraft(concern_id=which, what=f"Check {n}", by=ActionBy.OFFICER), now=diary.now)
        with diary.app.app_context(), statements() as found:
            client.get(f"/concerns/{which}")
        asked.append(len(found))
    assert asked[0] == asked[1] <= 14


def test_the_same_telling_sent_twice_is_told_once(diary: DiaryUnderTest, town: Town) -> None:
    which, client = opened(diary, town)
    page = client.get(f"/concerns/{which}/tell")
    for _ in range(2):
        assert client.send(page, {"how": "engagement", "report_by": "9/12/2026"}).status_code == 303
    with diary.work() as session:
        assert len(session.scalars(select(Telling)).all()) == 1
        assert len(session.scalars(select(Action)).all()) == 1
