"""The pages of summaries as people use them: list, editor, approval, previews, bad input, what each may see."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from engagement.core.clock import london_day
from engagement.people.models import Absence, OfficerNote
from engagement.summaries.models import SummaryItem
from tests.builders import keep, make_contact, make_group
from tests.counting import statements
from tests.pages import words
from tests.summaries.month import MONDAY, approve_all, done, drafted, items, mail_server, raise_one, run, summaries


@pytest.fixture
def october(diary, town) -> int:
    """A drafted October of one item, raised by a council; answers the summary's id."""
    with diary.work() as session:
        group = make_group(session, town, "Ashford Parish Council", kind="council", may_be_named=True)
        make_contact(session, group)
        group_id = group.id
    concern = raise_one(diary, town.pcso, group_id)
    done(diary, town.pcso, concern)
    drafted(diary)
    diary.clock.at = MONDAY
    return summaries(diary)[town.neighbourhood_id].id


def push(client, address: str, **data: object):
    """Posts to an address that no button on the page leads to, with the form token of the page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/summaries").get_data(as_text=True) or "")
    return client.post(address, data={"csrf_token": found[1] if found else "", **data})


def item_of(diary, summary_id: int, n: int = 0) -> SummaryItem:
    return items(diary, summary_id)[n]


def test_an_empty_list_says_what_will_appear(diary, town):
    assert "On the 1st of each month the diary drafts here" in words(diary.client(town.pcso).get("/summaries"))


def test_the_list_filters_and_leaves_as_a_spreadsheet(diary, town, october):
    client = diary.client(town.pcso)
    said = words(client.get("/summaries"))
    assert "Waiting for you Ashford Central, October 2026 Draft 1 item" in said
    assert "No summary is like that" in words(client.get("/summaries?state=approved"))
    assert "No summary is like that" in words(client.get("/summaries?month=2026-09"))
    assert "Ashford Central" in words(client.get("/summaries?month=nonsense&state=nonsense&page=x"))
    sheet = client.get("/summaries.csv?month=2026-10").get_data(as_text=True)
    assert "2026-10,Ashford Central,Ashford,Draft,1,0" in sheet
    assert "Waiting for you" not in words(diary.client(town.sergeant).get("/summaries"))
    assert "Ashford Central" not in words(diary.client(town.other_pcso).get("/summaries"))


def test_the_editor_shows_records_beside_wording_and_saves_words(diary, town, october):
    client, item = diary.client(town.pcso), item_of(diary, october)
    said = words(client.get(f"/summaries/{october}"))
    for there in (
        "October 2026, Ashford Central", "approve by Sat 7 Nov", "1 address, one letter", "Ashford Parish Council, Tue 6 Oct: not told yet",
        "Checks with the speed gun (Sam Okoro), done Tue 20 Oct", "Worded from the records, by nobody yet", "Send to approver",
        "Who can approve: Sergeant Lee Hargreave, Inspector Chris Cox, Ellis Moran.", "Only Ashford Parish Council",
    ):  # fmt: skip
        assert there in said, there
    answer = client.fill(f"/summaries/{october}", {f"item-{item.id}-we_did": "We checked speeds four times."}, button="Save the wording")
    assert (answer.status_code, answer.location) == (303, f"/summaries/{october}#item-{item.id}")
    assert item_of(diary, october).we_did == "We checked speeds four times."
    assert "Worded by PCSO Sam Okoro" in words(client.get(f"/summaries/{october}"))


def test_an_approver_who_is_off_is_named_as_off(diary, town, october):
    with diary.work() as session:
        day = london_day(diary.now)
        keep(session, Absence(force_id=town.force_id, officer_id=town.sergeant.officer_id, starts_on=day, ends_on=day))
    said = words(diary.client(town.pcso).get(f"/summaries/{october}"))
    assert "Who can approve: Sergeant Lee Hargreave (off today), Inspector Chris Cox, Ellis Moran." in said


def test_a_bad_wording_keeps_what_was_typed(diary, town, october):
    client, item = diary.client(town.pcso), item_of(diary, october)
    for typed, sentence in (
        ({"you_said": "", "we_did": "Kept text"}, "Say something under “You said”"),
        ({"you_said": "x" * 1_000_000, "we_did": "Kept text"}, "characters too long: 2000 at most"),
        ({"you_said": "a\x00b", "we_did": "Kept text"}, "control character"),
        ({"audience": "999", "we_did": "Kept text"}, "Choose everyone, or a group that raised it"),
        ({"audience": "<script>", "we_did": "Kept text"}, "Choose everyone, or a group that raised it"),
    ):
        answer = client.fill(f"/summaries/{october}", {f"item-{item.id}-{name}": said for name, said in typed.items()})
        assert answer.status_code == 422
        assert sentence in words(answer) and "Kept text" in words(answer)
    answer = client.fill(f"/summaries/{october}", {f"item-{item.id}-we_did": "<b>Bold</b> 🚓 “quoted”"})
    assert answer.status_code == 303
    assert "&lt;b&gt;Bold&lt;/b&gt; 🚓" in client.get(f"/summaries/{october}").get_data(as_text=True)


def test_two_who_change_one_item_are_shown_both(diary, town, october):
    client, item = diary.client(town.pcso), item_of(diary, october)
    open_page = client.get(f"/summaries/{october}")
    diary.client(town.pcso2).fill(f"/summaries/{october}", {f"item-{item.id}-we_did": "Theirs."})
    answer = client.send(open_page, {f"item-{item.id}-we_did": "Mine."})
    assert answer.status_code == 422
    said = words(answer)
    assert "It says now:" in said and "Theirs." in said and "Mine." in said and "Somebody else changed this item" in said
    assert client.send(answer).status_code == 303
    assert item_of(diary, october).we_did == "Mine."


def test_from_send_to_approval_with_a_finding_cleared_and_a_correction_shown(diary, town, october):
    pcso, sergeant, item = diary.client(town.pcso), diary.client(town.sergeant), item_of(diary, october)
    pcso.fill(f"/summaries/{october}", {f"item-{item.id}-we_did": "We spoke to 12 Links Road."})
    said = words(pcso.get(f"/summaries/{october}"))
    assert "12 Links Road" in said and "It may stand once an approver has cleared it" in said
    assert pcso.fill(f"/summaries/{october}", action="/send").status_code == 303
    assert "for you to approve" in words(sergeant.get("/summaries"))
    opened = sergeant.get(f"/summaries/{october}")
    assert "Change or clear what is marked, then approve" in words(opened)
    refused = push(sergeant, f"/summaries/{october}/approve", seen=item.id, **{f"item-{item.id}-version": item_of(diary, october).version})
    assert refused.status_code == 422 and "look like a person" in words(refused)
    assert sergeant.send(opened, action="/clear").status_code == 303
    changed = sergeant.fill(f"/summaries/{october}", {f"item-{item.id}-what_next": "Sam reports on 9 December."})
    assert changed.status_code == 303, words(changed)
    said = words(pcso.get(f"/summaries/{october}"))
    assert "Sergeant Lee Hargreave changed this." in said, said
    assert "by nobody yet" not in said, said
    assert "What happens next, now Sam reports on 9 December." in said
    assert push(pcso, f"/summaries/{october}/approve", seen="").status_code == 404
    answer = sergeant.fill(f"/summaries/{october}", button="Approve this item", action="/approve")
    if answer.status_code != 303:
        raise AssertionError(words(answer))
    said = words(sergeant.get(f"/summaries/{october}"))
    assert "Approved by Sergeant Lee Hargreave on Mon 2 Nov" in said and "Save the wording" not in said
    assert push(pcso, f"/summaries/{october}/items/{item.id}/use", version="9").status_code == 422


def test_the_engagement_officer_approves_for_any_team_and_opens_no_record(diary, town, october):
    sent = diary.client(town.pcso).fill(f"/summaries/{october}", action="/send")
    assert sent.status_code == 303
    client = diary.client(town.engagement_officer)
    opened = client.get(f"/summaries/{october}")
    assert "Open the concern" not in words(opened)
    concern_id = item_of(diary, october).concern_id
    assert client.get(f"/concerns/{concern_id}").status_code == client.get("/overdue").status_code == 404
    assert client.fill(f"/summaries/{october}", button="Approve this item", action="/approve").status_code == 303
    assert item_of(diary, october).approved_by_id == town.engagement_officer.officer_id


def test_leaving_out_needs_a_reason_and_using_puts_it_back(diary, town, october):
    client, item = diary.client(town.pcso), item_of(diary, october)
    answer = client.fill(f"/summaries/{october}", {f"reason-{item.id}": " "}, action="/leave-out")
    assert answer.status_code == 422 and "Say why it is left out" in words(answer)
    assert client.fill(f"/summaries/{october}", {f"reason-{item.id}": "Said last month"}, action="/leave-out").status_code == 303
    assert "Left out: Said last month" in words(client.get(f"/summaries/{october}"))
    assert client.fill(f"/summaries/{october}", action="/use").status_code == 303
    assert not item_of(diary, october).left_out
    stale = push(
        client, f"/summaries/{october}/items/{item.id}/leave-out", **{f"reason-{item.id}": "Kept reason", f"item-{item.id}-version": "1"}
    )
    assert stale.status_code == 422 and "Kept reason" in stale.get_data(as_text=True)
    assert "Read it as it is now, then decide" in words(stale)


def test_what_was_entered_since_is_shown_and_taken_in(diary, town, october):
    with diary.work() as session:
        group_id = make_group(session, town, "Ashford Choir").id
    concern = raise_one(diary, town.pcso, group_id, "Litter by the green", category="litter", at=MONDAY.replace(day=1, hour=5))
    raised_in_october = raise_one(diary, town.pcso, group_id, "Dogs on the pitch", category="dogs")
    done(diary, town.pcso, raised_in_october, at=MONDAY)
    done(diary, town.pcso, concern, at=MONDAY)
    client = diary.client(town.pcso)
    assert "+1 concern since the draft has something to say." in words(client.get(f"/summaries/{october}"))
    assert client.fill(f"/summaries/{october}", action="/take-in").status_code == 303
    said = words(client.get(f"/summaries/{october}"))
    assert "Dogs on the pitch" in said and "since the draft has something to say" not in said
    assert "Litter by the green" not in said, "raised in November"


def test_previews_of_mail_page_and_poster(diary, town, october):
    client = diary.client(town.pcso)
    said = words(client.get(f"/summaries/{october}/mail"))
    for there in (
        "Subject Ashford Central: you said, we did, October 2026", "a…w@parish.example", "Cars race past the school they raised it",
        "You raised this", "PCSO Sam Okoro", "0800 555 111",
    ):  # fmt: skip
        assert there in said, there
    assert "asha.merrow@parish.example" not in said
    assert client.get(f"/summaries/{october}/mail?group=999999999999999999999999").status_code == 200
    for kind in ("page", "poster"):
        said = words(client.get(f"/summaries/{october}/{kind}"))
        assert "Ashford Central: you said, we did" in said and "3 of 212 drivers" in said and "Draft" in said


def test_what_is_not_there_and_not_yours_look_the_same(diary, town, october):
    item = item_of(diary, october)
    for who, address in (
        (town.other_pcso, f"/summaries/{october}"), (town.pcso, "/summaries/999"), (town.pcso, "/summaries/x"),
        (town.administrator, f"/summaries/{october}"), (town.other_sergeant, f"/summaries/{october}/mail"),
        (town.other_pcso, f"/summaries/{october}/poster"),
    ):  # fmt: skip
        assert diary.client(who).get(address).status_code == 404, address
    for address in (f"/summaries/{october}/items/{item.id}/use", f"/summaries/{october}/send", f"/summaries/{october}/take-in"):
        assert push(diary.client(town.other_pcso), address, version=item.version).status_code == 404, address
    pcso = diary.client(town.pcso)
    for wrong in (f"/summaries/999/items/{item.id}/use", f"/summaries/{october}/items/999/use"):
        assert push(pcso, wrong, version=item.version).status_code == 404, wrong
    with diary.work() as session:
        assert session.scalars(select(SummaryItem)).one().version == item.version, "nothing half saved"


def test_the_editor_asks_as_much_for_many_items_as_for_few(diary, town, october):
    client = diary.client(town.pcso)

    def asked() -> int:
        with diary.app.app_context(), statements() as found:
            client.get(f"/summaries/{october}")
        return len(found)

    few = asked()
    for n in range(8):
        with diary.work() as session:
            group = make_group(session, town, f"Group {n}")
            make_contact(session, group, f"Person {n}")
            group_id = group.id
        done(diary, town.pcso, raise_one(diary, town.pcso, group_id, f"Matter {n}"))
    diary.clock.at = MONDAY
    client.fill(f"/summaries/{october}", action="/take-in")
    assert len(items(diary, october)) == 9
    assert asked() == few <= 45
    assert london_day(diary.now).day == 2


def test_who_got_the_letter_and_one_that_came_back(diary, town, october):
    approve_all(diary, town, october)
    client = diary.client(town.pcso)
    assert "No letter has been written yet" in words(client.get(f"/summaries/{october}/letters"))
    with mail_server(diary):
        run(diary, MONDAY)
        said = words(client.get(f"/summaries/{october}/letters"))
        assert "Asha Merrow, Ashford Parish Council delivered Mon 2 Nov" in said
        answer = client.fill(f"/summaries/{october}/letters", action="/came-back")
        assert answer.status_code == 303
    assert "came back: phone instead" in words(client.get(f"/summaries/{october}/letters"))
    assert "Mail to Asha Merrow (Ashford Parish Council) came back" in "".join(n.words for n in notes(diary))
    assert push(client, f"/summaries/{october}/letters/999/came-back").status_code == 404


def notes(diary) -> list[OfficerNote]:
    with diary.work() as session:
        return list(session.scalars(select(OfficerNote)))
