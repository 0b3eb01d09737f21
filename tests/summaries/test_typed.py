"""What is typed anywhere on the editor's page is kept by whichever button is pressed, or nothing of it is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engagement.summaries.domain import mark_of
from tests.pages import words
from tests.summaries.month import items, summaries
from tests.summaries.test_pages import item_of, october, push  # noqa: F401  # a fixture

TEXT = st.text(alphabet="ab é\n\t“", max_size=12)


@given(st.tuples(TEXT, TEXT, TEXT), st.none() | st.integers(1, 3))
def test_a_browser_s_line_ends_are_no_change(said, only_for):
    sent = tuple(text.replace("\n", "\r\n") for text in said)
    assert mark_of(sent, only_for) == mark_of(tuple(f" {text}\n" for text in said), only_for)


@given(st.tuples(TEXT, TEXT, TEXT), st.tuples(TEXT, TEXT, TEXT), st.none() | st.integers(1, 3), st.none() | st.integers(1, 3))
def test_another_wording_has_another_mark(one, other, for_one, for_other):
    same = [text.strip() for text in one] == [text.strip() for text in other] and for_one == for_other
    assert (mark_of(one, for_one) == mark_of(other, for_other)) is same


def test_who_approves_an_item_approves_what_they_have_typed_into_it(diary, town, october):  # noqa: F811
    diary.client(town.pcso).fill(f"/summaries/{october}", action="/send")
    item, sergeant = item_of(diary, october), diary.client(town.sergeant)
    typed = {f"item-{item.id}-we_did": "We spoke to 12 Links Road."}
    refused = sergeant.fill(f"/summaries/{october}", typed, button="Approve this item", action="/approve")
    assert refused.status_code == 422 and "look like a person" in words(refused) and "We spoke to 12 Links Road." in words(refused)
    assert item_of(diary, october).version == item.version, "nothing half saved"
    typed = {f"item-{item.id}-we_did": "We checked speeds four times."}
    assert sergeant.fill(f"/summaries/{october}", typed, button="Approve this item", action="/approve").status_code == 303
    kept = item_of(diary, october)
    assert (kept.we_did, kept.corrected_by_id) == ("We checked speeds four times.", town.sergeant.officer_id)
    assert kept.approved_by_id == town.sergeant.officer_id
    assert summaries(diary)[town.neighbourhood_id].state == "approved"


def test_every_button_keeps_what_was_typed_elsewhere_on_the_page(diary, town, october):  # noqa: F811
    client, item = diary.client(town.pcso), item_of(diary, october)
    for words_typed, pressing in (
        ("Kept by sending.", {"action": "/send"}),
        ("Kept by leaving out.", {"action": "/leave-out"}),
        ("Kept by putting in.", {"action": "/use"}),
    ):
        typed = {f"item-{item.id}-we_did": words_typed} | ({f"reason-{item.id}": "Said last month"} if "leaving" in words_typed else {})
        assert client.fill(f"/summaries/{october}", typed, **pressing).status_code == 303
        assert item_of(diary, october).we_did == words_typed
    assert not item_of(diary, october).left_out


def test_a_reason_that_was_typed_leaves_the_item_out_and_the_rest_is_approved(diary, town, october):  # noqa: F811
    diary.client(town.pcso).fill(f"/summaries/{october}", action="/send")
    item, sergeant = item_of(diary, october), diary.client(town.sergeant)
    assert (
        sergeant.fill(f"/summaries/{october}", {f"reason-{item.id}": "Not yet"}, button="Approve the", action="/approve").status_code == 303
    )
    assert item_of(diary, october).left_out_reason == "Not yet" and item_of(diary, october).approved_at is None
    assert summaries(diary)[town.neighbourhood_id].state == "approved"


def test_what_nobody_typed_into_does_not_stand_in_the_way_of_what_somebody_else_wrote(diary, town, october):  # noqa: F811
    client, item = diary.client(town.pcso), item_of(diary, october)
    opened = client.get(f"/summaries/{october}")
    diary.client(town.pcso2).fill(f"/summaries/{october}", {f"item-{item.id}-we_did": "Theirs."})
    assert client.send(opened).status_code == 303, "it was open, and says what it said then"
    assert item_of(diary, october).we_did == "Theirs."
    refused = client.send(opened, {f"reason-{item.id}": "x" * 301})
    assert refused.status_code == 422 and "x" * 301 in refused.get_data(as_text=True)
    assert "Theirs." in words(refused) and not item_of(diary, october).left_out


def test_items_of_another_summary_are_not_kept_through_this_one(diary, town, october):  # noqa: F811
    item, client = item_of(diary, october), diary.client(town.pcso)
    sent = {f"item-{item.id}-{name}": "Other" for name in ("you_said", "we_did", "what_next", "was")} | {
        f"item-{item.id}-version": item.version
    }
    assert push(client, "/summaries/999", **sent).status_code == 404
    assert push(diary.client(town.other_pcso), f"/summaries/{october}", **sent).status_code == 404
    assert items(diary, october)[0].version == item.version
