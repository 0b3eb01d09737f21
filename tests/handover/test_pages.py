"""The pages of a handover, as a sergeant, a leaver and a successor use them without JavaScript."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

from pypdf import PdfReader
from sqlalchemy import select

from engagement.audit.models import AuditRow
from engagement.groups.models import Group
from engagement.handover.models import Handover, Tip
from tests.builders import Town, make_contact, make_group
from tests.conftest import DiaryUnderTest
from tests.counting import statements
from tests.handover.makers import begun, holders, make_patch, moved

LEAVER, SUCCESSOR = ("promises", "contacts", "tips", "phones", "drafts"), ("read", "met", "careful", "places")


def test_a_patch_is_handed_over_from_the_first_page_to_the_last(diary: DiaryUnderTest, town: Town) -> None:
    patch = make_patch(diary, town)
    sergeant, sam, jo = (diary.client(person) for person in (town.sergeant, town.pcso, town.pcso2))
    started = sergeant.fill("/handover", {"officer_id": town.pcso.officer_id}, action="/handover")
    here = started.headers["Location"]
    agreed = sergeant.fill(f"{here}/terms", {"successor_id": town.pcso2.officer_id, "moves_on": "24/11/2026"})
    assert agreed.status_code == 303
    for client, told in ((sam, "Your patch goes to somebody else"), (jo, "You take over a patch")):
        shift = client.get("/").text
        assert told in shift and f'href="{here}"' in shift
    early = sam.fill(here, {"step": ["promises"]}, action=f"{here}/steps/leaver", button="sign")
    refused = sam.get(early.headers["Location"]) if early.status_code == 303 else early
    assert refused.status_code == 422
    assert "Some lines of the checklist are not ticked." in refused.text
    assert 'value="promises" checked' in refused.text  # what was ticked is kept
    sam.fill(here, {"step": LEAVER}, action=f"{here}/steps/leaver", button="sign")
    signed = jo.fill(here, {"step": SUCCESSOR}, action=f"{here}/steps/successor", button="sign")
    assert signed.status_code == 303
    assert sergeant.fill(here, action=f"{here}/move").status_code == 303
    assert set(holders(diary, patch).values()) == {town.pcso2.officer_id}
    page = sergeant.get(here).text
    assert all(name in page for name in ("What changed hands", "Ashford Stroke Club", "Bring marking kits", "Take it back, until"))
    assert ">Visit</a>, Thu 26 Nov, 10:00" in page
    assert sergeant.fill(here, action=f"{here}/take-back").status_code == 303
    assert set(holders(diary, patch).values()) == {town.pcso.officer_id}
    assert "went back to PCSO Sam Okoro" in sergeant.get(here).text


def test_bad_input_gets_a_sentence_and_keeps_what_was_typed(diary: DiaryUnderTest, town: Town) -> None:
    make_patch(diary, town)
    here, sergeant = f"/handover/{begun(diary, town)}", diary.client(town.sergeant)
    for value, sentence in (("31/02/2026", "February"), ("1/1/2020", "today or within a year"), ("", "Say from which day")):
        answer = sergeant.fill(f"{here}/terms", {"moves_on": value})
        assert (answer.status_code, sentence in answer.text) == (422, True), answer.text
    assert sergeant.fill(f"{here}/terms", {"successor_id": "", "moves_on": "25/11/2026"}).status_code == 422
    assert sergeant.fill(f"{here}/terms", {"successor_id": "999999", "moves_on": "25/11/2026"}).status_code == 422


def test_two_who_change_it_at_once_see_both(diary: DiaryUnderTest, town: Town) -> None:
    here = f"/handover/{begun(diary, town)}"
    sergeant = diary.client(town.sergeant)
    open_page = sergeant.get(f"{here}/terms")
    sergeant.fill(f"{here}/terms", {"moves_on": "26/11/2026"})
    answer = sergeant.send(open_page, {"moves_on": "27/11/2026"})
    assert answer.status_code == 422
    assert "Somebody else changed this handover" in answer.text
    assert "27/11/2026" in answer.text


def test_it_is_read_by_who_leaves_who_comes_and_who_leads(diary: DiaryUnderTest, town: Town) -> None:
    make_patch(diary, town)
    here = f"/handover/{begun(diary, town)}"
    readers = [
        person for person in (town.pcso, town.pcso2, town.sergeant, town.inspector) if diary.client(person).get(here).status_code == 200
    ]
    assert readers == [town.pcso, town.pcso2, town.sergeant, town.inspector]
    for person in (town.other_pcso, town.other_sergeant):
        assert diary.client(person).get(here).status_code == 404
        assert diary.client(person).get(f"{here}/pack.pdf").status_code == 404
    assert diary.client(town.pcso).get(f"{here}/terms").status_code == 404  # only who leads the team chooses


def test_what_is_official_sensitive_stays_off_the_paper(diary: DiaryUnderTest, town: Town) -> None:
    make_patch(diary, town)
    with diary.work() as session:
        make_group(session, town, "Quiet House", sensitive=True)
        make_group(session, town, "Links Hall", sergeant_first=True)
    here, sam = f"/handover/{begun(diary, town)}", diary.client(town.pcso)
    assert "Quiet House" in sam.get(here).text
    answer = sam.get(f"{here}/pack.pdf")
    words = " ".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)
    assert "Ashford Stroke Club" in words
    assert "Bring marking kits" in words
    assert words.count("Speak to the sergeant before visiting") == sam.get(here).text.count("Speak to the sergeant before visiting") == 1
    assert "OFFICIAL" in words
    assert "Quiet House" not in words
    with diary.work() as session:
        row = session.scalars(select(AuditRow).where(AuditRow.operation == "disclosure").order_by(AuditRow.id.desc())).first()
        assert row is not None
        assert row.entity == "handover"


def test_what_works_is_written_down_checked_and_erased(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        group = make_group(session, town)
        group_id, contact_id = group.id, make_contact(session, group).id
    sam, here = diary.client(town.pcso), f"/groups/{group_id}/tips"
    assert sam.fill(here, {"words": ""}, action=here).status_code == 422
    warned = sam.fill(here, {"words": "Lives at 12 Links Road, ring first", "contact_id": contact_id}, action=here)
    assert warned.status_code == 422
    assert "Lives at 12 Links Road, ring first" in warned.text
    assert sam.fill(here, {"words": "Ring twice, then come", "contact_id": contact_id}, action=here).status_code == 303
    assert "Ring twice, then come" in sam.get(here).text
    with diary.work() as session:
        tip_id = session.scalars(select(Tip.id)).one()
    assert diary.client(town.other_pcso).post(f"{here}/{tip_id}/erase").status_code in (400, 404, 419)
    assert sam.fill(here, action=f"{here}/{tip_id}/erase").status_code == 303
    with diary.work() as session:
        assert session.scalars(select(Tip)).all() == []


def test_the_pack_says_what_its_reader_may_not_read(diary: DiaryUnderTest, town: Town) -> None:
    make_patch(diary, town)
    handover_id = begun(diary, town)
    with diary.work() as session:
        session.get_one(Handover, handover_id).successor_id = town.other_pcso.officer_id
        make_group(session, town, "Another")
    page = diary.client(town.other_pcso).get(f"/handover/{handover_id}").text
    assert "3 more groups stand open to the sergeant alone" in page
    assert "Ashford Stroke Club" not in page


def test_a_group_on_request_says_so_once(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        make_group(session, town, frequency="on_request", frequency_words="On request", on_request=True)
        make_group(session, town, "Elm Green Watch", frequency_words="Monthly")
    page = diary.client(town.sergeant).get(f"/handover/{begun(diary, town)}").text
    assert (page.count("On request"), page.count("· Monthly")) == (1, 1)


def test_the_questions_are_as_many_however_large_the_patch(diary: DiaryUnderTest, town: Town) -> None:
    make_patch(diary, town)
    here = f"/handover/{begun(diary, town)}"
    few = asked(diary, town, here)
    with diary.work() as session:
        for number in range(30):
            make_contact(session, make_group(session, town, f"Group {number}"))
    assert asked(diary, town, here) == few


def asked(diary: DiaryUnderTest, town: Town, here: str) -> int:
    """How many questions the page asks."""
    client = diary.client(town.pcso)
    client.get(here)
    with diary.app.app_context(), statements() as found:
        client.get(here)
    return len(found)


def test_after_the_move_the_groups_stand_with_the_successor(diary: DiaryUnderTest, town: Town) -> None:
    patch = make_patch(diary, town)
    moved(diary, town)
    assert "looked after by Jo Penrose" in diary.client(town.sergeant).get(f"/groups/{patch.club}").text
    diary.clock.at = diary.now + timedelta(days=2)
    page = diary.client(town.sergeant).get("/handover").text
    assert "handed over" in page
    with diary.work() as session:
        assert session.get_one(Group, patch.club).owner_id == town.pcso2.officer_id
