"""The first wording of an item: who is named, what is said of actions, what stays out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.core.errors import Refused
from engagement.core.months import Month
from engagement.core.wording import findings, findings_in, fingerprint
from engagement.summaries.composing import compose
from engagement.summaries.domain import (
    ActionFacts,
    ConcernFacts,
    RaisingFacts,
    blocking_findings,
    has_something_to_say,
    left_out_by_default,
    tells,
    unfinished,
)

OCTOBER = Month(2026, 10)
DAYS = st.dates(date(2026, 7, 1), date(2026, 12, 31))
MAYBE_DAYS = st.none() | DAYS

RAISINGS = st.builds(
    RaisingFacts,
    raiser=st.sampled_from(["group", "resident", "business", "councillor", "partner", "meeting"]),
    raised_on=DAYS,
    group_id=st.none() | st.integers(1, 4),
    group_name=st.sampled_from(["", "Barrington Stroke Club"]),
    may_be_named=st.booleans(),
)
ACTIONS = st.builds(
    ActionFacts,
    by=st.sampled_from(["officer", "partner", "community"]),
    public_wording=st.sampled_from(
        ["", "We checked speeds in Links Road", "Residents painted the shelter.", "4 checks: 3 of 212 drivers over 35"]
    ),
    partner=st.sampled_from(["", "Dorset Council"]),
    passed_on=MAYBE_DAYS,
    due_on=MAYBE_DAYS,
    done_on=MAYBE_DAYS,
    result_number=st.none() | st.integers(0, 500),
)
CONCERNS = st.builds(
    ConcernFacts,
    category=st.sampled_from(["speeding", "drugs", "neighbour_dispute", "hate", "parking"]),
    matter=st.just("speeding and road safety"),
    ward=st.sampled_from(["", "Heatherlands"]),
    raisings=st.lists(RAISINGS, min_size=1, max_size=5),
    actions=st.lists(ACTIONS, max_size=4),
    public_said=st.sampled_from(["", "drivers go too fast past the school"]),
    answered_on=MAYBE_DAYS,
    ending=st.sampled_from([None, "done", "cannot", "partner", "elsewhere", "priority", "same"]),
    ended_on=MAYBE_DAYS,
    because=st.sampled_from(["", "the road belongs to the county"]),
    sensitive=st.booleans(),
)


def raised(raiser: str = "resident", on: date = date(2026, 9, 3), **more: object) -> RaisingFacts:
    return RaisingFacts(raiser=raiser, raised_on=on, **more)  # type: ignore[arg-type]


def concern(*raisings: RaisingFacts, **more: object) -> ConcernFacts:
    told: dict[str, object] = {"category": "speeding", "matter": "speeding and road safety", "ward": "Heatherlands", **more}
    return ConcernFacts(raisings=raisings or (raised(),), **told)  # type: ignore[arg-type]


@given(CONCERNS)
def test_every_draft_is_whole_sentences_that_name_nobody_who_may_not_be(facts: ConcernFacts) -> None:
    if facts.sensitive:
        assert not has_something_to_say(facts, OCTOBER)
        with pytest.raises(Refused):
            compose(facts, OCTOBER)
        return
    draft = compose(facts, OCTOBER)
    for text in (draft.you_said, draft.we_did, draft.what_next):
        assert text[0].isupper() or text[0].isdigit()
        assert text.endswith((".", "!", "?"))
        assert "  " not in text
        assert "None" not in text
        assert findings(text) == ()
    named = any(r.raiser == "group" and r.may_be_named and r.group_name for r in facts.raisings)
    if not named:
        assert "Stroke Club" not in draft.you_said + draft.we_did + draft.what_next
    assert draft.left_out == bool(draft.left_out_reason)


@given(CONCERNS, st.integers(0, 5))
def test_something_to_say_is_something_that_happened_that_month(facts: ConcernFacts, number: int) -> None:
    month = Month(2026, 7).plus(number)
    if has_something_to_say(facts, month):
        happened = [facts.answered_on, facts.ended_on, *(d for a in facts.actions for d in (a.done_on, a.passed_on))]
        assert any(day is not None and day in month for day in happened)
        assert min(r.raised_on for r in facts.raisings) <= month.last
        assert facts.ending != "same"


@given(st.sampled_from(["drugs", "drugs_general", "neighbour_dispute", "hate", "hate_and_tension"]), st.integers(1, 4))
def test_one_raiser_of_a_quiet_matter_is_left_out_however_often_they_spoke(category: str, times: int) -> None:
    same_group = [raised("group", group_id=7) for _ in range(times)]
    assert compose(concern(*same_group, category=category), OCTOBER).left_out
    assert left_out_by_default(concern(*same_group, raised(), category=category)) == ""
    assert left_out_by_default(concern(raised("meeting"), category=category)) == ""
    assert left_out_by_default(concern(raised(), category="parking")) == ""


def test_what_a_month_says() -> None:
    facts = concern(
        raised("group", group_name="Barrington Town Council", group_id=1, may_be_named=True),
        raised("group", group_name="Barrington Stroke Club", group_id=2),
        raised(),
        raised(),
        actions=[
            ActionFacts(by="officer", public_wording="We did four checks: 3 of 212 drivers were over 35", done_on=date(2026, 10, 9)),
            ActionFacts(by="partner", partner="Dorset Council", public_wording="new signs are up", done_on=date(2026, 10, 20)),
            ActionFacts(by="community", public_wording="Residents began a speedwatch", done_on=date(2026, 10, 25), result_number=6),
            ActionFacts(by="officer", public_wording="we check again", due_on=date(2026, 12, 9)),
        ],
    )
    draft = compose(facts, OCTOBER)
    assert draft.you_said == (
        "Barrington Town Council, a local group and residents in Heatherlands told us in September about speeding and road safety."
    )
    assert draft.we_did == (
        "We did four checks: 3 of 212 drivers were over 35. With Dorset Council: new signs are up. "
        "Together, residents began a speedwatch (result: 6)."
    )
    assert draft.what_next == "We check again, by Wed 9 Dec."
    assert draft.gaps == ()
    assert not draft.left_out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Cleared by the path volunteers.", "Together, cleared by the path volunteers."),
        ("Residents painted the shelter", "Together, residents painted the shelter."),
        ("Ferndown Scouts picked litter.", "Together, Ferndown Scouts picked litter."),
    ],
)
def test_what_the_community_did_reads_as_one_sentence(words: str, said: str) -> None:
    facts = concern(actions=[ActionFacts(by="community", public_wording=words, done_on=date(2026, 10, 25))])
    assert compose(facts, OCTOBER).we_did == said


def test_what_goes_on_is_an_answer_and_what_ended_by_the_months_end_an_outcome() -> None:
    assert tells(concern(), OCTOBER) == "answer"
    assert tells(concern(ending="done", ended_on=date(2026, 10, 31)), OCTOBER) == "outcome"
    assert tells(concern(ending="done", ended_on=date(2026, 11, 1)), OCTOBER) == "answer"


@pytest.mark.parametrize(
    ("next_words", "parts"), [("because ...", ("what_next",)), ("Because…", ("what_next",)), ("because the road is the county's", ())]
)
def test_a_reason_that_nobody_gave_is_unfinished(next_words: str, parts: tuple[str, ...]) -> None:
    assert unfinished({"you_said": "a", "we_did": "b", "what_next": next_words}) == parts
    assert unfinished({"you_said": " ", "we_did": "b", "what_next": "c"}) == ("you_said",)


def test_we_cannot_because() -> None:
    facts = concern(ending="cannot", ended_on=date(2026, 10, 2), because="the road belongs to the county")
    draft = compose(facts, OCTOBER)
    assert has_something_to_say(facts, OCTOBER)
    assert draft.what_next == "We can't do what was asked, because the road belongs to the county."
    assert compose(concern(ending="cannot", ended_on=date(2026, 10, 2)), OCTOBER).gaps == ("Say why it cannot be done",)


def test_what_comes_later_is_not_told_yet() -> None:
    later = concern(
        ending="done", ended_on=date(2026, 11, 3), actions=[ActionFacts(by="officer", public_wording="Signs up", done_on=date(2026, 11, 2))]
    )
    assert not has_something_to_say(later, OCTOBER)
    assert "Signs" not in compose(later, OCTOBER).we_did
    assert compose(later, OCTOBER).what_next == "We are continuing, and will report back."
    assert has_something_to_say(later, OCTOBER.next)
    assert compose(later, OCTOBER.next).we_did == "Signs up."


def test_a_partner_who_was_asked_and_a_year_that_turned() -> None:
    waiting = ActionFacts(by="partner", partner="Dorset Council", passed_on=date(2026, 12, 20), due_on=date(2027, 2, 1))
    draft = compose(concern(raised(on=date(2026, 12, 1)), actions=[waiting]), Month(2027, 1))
    assert draft.you_said.startswith("A resident in Heatherlands told us in December 2026 ")
    assert draft.we_did == "We passed this to Dorset Council in December 2026, and expect an answer by Mon 1 Feb."
    assert draft.what_next == "We are waiting for Dorset Council, and will tell you what they say."


def test_an_action_without_public_words_is_told_without_its_private_ones() -> None:
    draft = compose(concern(actions=[ActionFacts(by="officer", done_on=date(2026, 10, 1) + timedelta(days=n)) for n in (0, 1)]), OCTOBER)
    assert draft.we_did == "Our neighbourhood team acted on this in October. Our neighbourhood team acted on this in October."
    assert draft.gaps == ("2 actions have no public wording yet",)


def test_findings_block_until_each_is_cleared() -> None:
    parts = {"you_said": "Fast past 12 Links Rd.", "we_did": "Mr Jones moved the van AB12 CDE.", "what_next": "Done."}
    found = blocking_findings(parts, [])
    assert [(name, f.kind) for name, f in found] == [("you_said", "address"), ("we_did", "person"), ("we_did", "vehicle")]
    cleared: list[str] = []
    for step, (_name, finding) in enumerate(findings_in(parts), start=1):
        cleared.append(fingerprint(finding))
        assert len(blocking_findings(parts, cleared)) == 3 - step
