"""Who may word, leave out, clear and approve; what blocks approval; what an approver's correction leaves behind."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from engagement.audit.models import Version
from engagement.concerns.models import Concern
from engagement.core.errors import Conflict, Missing, Refused
from engagement.core.wording import fingerprint
from engagement.people.models import OfficerNote, Posting
from engagement.summaries.domain import blocking_findings
from engagement.summaries.jobs import remind_approvers
from engagement.summaries.models import Summary, SummaryItem
from engagement.summaries.queries import approvers, waiting_for
from engagement.summaries.service import (
    CORRECTED,
    Wording,
    approve,
    clear,
    leave_out,
    parts_of,
    reword,
    send_to_approver,
    take_in,
    use,
)
from tests.builders import keep, make_contact, make_group
from tests.summaries.month import MONDAY, done, drafted, items, raise_one, summaries


class Draft:
    """A drafted October of one item, and ways to act on it as somebody."""

    def __init__(self, diary, town, **concern) -> None:
        self.diary, self.town = diary, town
        with diary.work() as session:
            group = make_group(session, town, "Ashford Parish Council", may_be_named=True)
            make_contact(session, group)
            self.group_id = group.id
        self.concern_id = raise_one(diary, town.pcso, self.group_id, **concern)
        done(diary, town.pcso, self.concern_id)
        drafted(diary)
        self.summary_id = summaries(diary)[town.neighbourhood_id].id
        diary.clock.at = MONDAY

    @property
    def item(self) -> SummaryItem:
        return items(self.diary, self.summary_id)[0]

    @property
    def summary(self) -> Summary:
        with self.diary.work() as session:
            found: Summary = session.get_one(Summary, self.summary_id)
            return found

    def word(self, who, version=None, **parts) -> None:
        item = self.item
        words = {**parts_of(item), **parts}
        with self.diary.work() as session:
            reword(session, self.diary.actor(who), item.id, Wording(**words), version=version or item.version, now=self.diary.now)

    def send(self, who=None) -> None:
        with self.diary.work() as session:
            send_to_approver(session, self.diary.actor(who or self.town.pcso), self.summary_id, now=self.diary.now)

    def approve(self, who, version=None) -> None:
        item = self.item
        with self.diary.work() as session:
            approve(session, self.diary.actor(who), self.summary_id, {item.id: version or item.version}, now=self.diary.now)

    def do(self, what, who, *args) -> None:
        item = self.item
        with self.diary.work() as session:
            what(session, self.diary.actor(who), item.id, *args, version=item.version, now=self.diary.now)


@pytest.fixture
def draft(diary, town) -> Draft:
    return Draft(diary, town)


def test_who_wrote_it_or_sent_it_does_not_approve_it(draft, town):
    draft.word(town.sergeant, we_did="We checked speeds.")
    draft.send()
    with pytest.raises(Refused, match="You wrote this"):
        draft.approve(town.sergeant)
    with pytest.raises(Refused, match="A sergeant of the team"):
        draft.approve(town.pcso)
    draft.approve(town.inspector)
    assert draft.summary.state == "approved" and draft.summary.approved_by_id == town.inspector.officer_id


def test_who_sends_an_untouched_draft_has_it_approved_by_somebody_else(draft, town):
    draft.send(town.sergeant)
    with pytest.raises(Refused, match="You wrote this"):
        draft.approve(town.sergeant)
    draft.approve(town.inspector)


def test_a_draft_is_not_approved_before_it_is_sent_nor_by_another_team(draft, town):
    with pytest.raises(Refused, match="a draft still"):
        draft.approve(town.sergeant)
    draft.send()
    with pytest.raises(Missing):
        draft.approve(town.other_sergeant)


def test_a_sergeant_who_covers_approves_while_the_cover_lasts(draft, diary, town):
    draft.send()
    with diary.work() as session:
        keep(
            session,
            Posting(
                force_id=town.force_id, officer_id=town.other_sergeant.officer_id, role="sergeant", scope="team", team_id=town.team_id,
                kind="cover", starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 8),
            ),
        )  # fmt: skip
        who = approvers(session, [town.team_id], date(2026, 11, 2))[town.team_id]
        assert [(a.said, a.cover) for a in who] == [
            ("Sergeant Lee Hargreave", False), ("Sergeant Dana Frost", True), ("Inspector Chris Cox", False), ("Ellis Moran", False),
        ]  # fmt: skip
    draft.approve(town.other_sergeant)
    assert draft.summary.state == "approved"


def test_an_approver_corrects_what_somebody_wrote_and_may_approve_it(draft, diary, town):
    draft.word(town.pcso, we_did="We checked speeds.")
    draft.send()
    draft.word(town.sergeant, we_did="We checked speeds four times.")
    item = draft.item
    assert (item.written_by_id, item.corrected_by_id) == (town.pcso.officer_id, town.sergeant.officer_id)
    with diary.work() as session:
        kept = session.scalars(select(Version).where(Version.entity == "summary_item", Version.reason == CORRECTED)).one()
        assert kept.content["we_did"] == "We checked speeds."
    draft.approve(town.sergeant)


def test_a_change_takes_approval_back_and_an_approved_month_is_not_changed(draft, diary, town):
    other = raise_one(diary, town.pcso, draft.group_id, "Litter", category="litter")
    done(diary, town.pcso, other)
    diary.clock.at = MONDAY
    with diary.work() as session:
        assert len(take_in(session, diary.actor(town.pcso), draft.summary_id, now=MONDAY)) == 1
        assert take_in(session, diary.actor(town.pcso), draft.summary_id, now=MONDAY) == []
    draft.send()
    draft.approve(town.sergeant)
    assert draft.item.approved_at is not None and draft.summary.state == "with_approver"
    draft.word(town.pcso, we_did="Something else.")
    assert draft.item.approved_at is None
    draft.approve(town.sergeant)
    second = items(diary, draft.summary_id)[1]
    with diary.work() as session:
        leave_out(session, diary.actor(town.sergeant), second.id, "Said in September", version=second.version, now=MONDAY)
    with diary.work() as session:
        approve(session, diary.actor(town.sergeant), draft.summary_id, {}, now=MONDAY)
    assert draft.summary.state == "approved"
    with pytest.raises(Refused, match="goes out as it stands"):
        draft.word(town.pcso, we_did="Too late.")


def test_words_that_look_like_a_person_are_cleared_one_by_one_by_an_approver(draft, town):
    draft.word(town.pcso, we_did="We spoke to 12 Links Road and to 14 Links Road.")
    draft.send()
    with pytest.raises(Refused, match="look like a person"):
        draft.approve(town.sergeant)
    first, second = (fingerprint(f) for _part, f in blocking_findings(parts_of(draft.item), []))
    with pytest.raises(Refused, match="A sergeant of the team"):
        draft.do(clear, town.pcso, first)
    draft.do(clear, town.sergeant, first)
    with pytest.raises(Refused, match="look like a person"):
        draft.approve(town.sergeant)
    draft.do(clear, town.sergeant, second)
    draft.word(town.pcso, we_did="We spoke to 12 Links Road and to 15 Links Road.")
    with pytest.raises(Refused, match="look like a person"):
        draft.approve(town.sergeant)
    with pytest.raises(Refused, match="not in the text any more"):
        draft.do(clear, town.sergeant, second)


def test_a_version_that_is_older_is_shown_what_the_other_wrote(draft, town):
    version = draft.item.version
    draft.word(town.pcso2, we_did="Theirs.")
    with pytest.raises(Conflict) as conflict:
        draft.word(town.pcso, version=version, we_did="Mine.")
    assert conflict.value.theirs["we_did"] == "Theirs."
    draft.send()
    with pytest.raises(Conflict):
        draft.approve(town.sergeant, version=version)


def test_refusals_of_a_wording_name_their_field(draft, town):
    for parts, field in (({"you_said": " "}, "you_said"), ({"we_did": "x" * 2001}, "we_did"), ({"what_next": "a\x00b"}, "what_next")):
        with pytest.raises(Refused) as refused:
            draft.word(town.pcso, **parts)
        assert refused.value.field == field
    with pytest.raises(Refused) as refused:
        draft.word(town.pcso, only_for=999_999)
    assert refused.value.field == "audience"
    draft.word(town.pcso, only_for=draft.group_id)
    assert (draft.item.audience, draft.item.audience_group_id) == ("group", draft.group_id)


def test_cannot_do_needs_its_reason_in_public_words(draft, town):
    draft.word(town.pcso, what_next="We can't do what was asked, because ....")
    draft.send()
    with pytest.raises(Refused, match="not finished"):
        draft.approve(town.sergeant)


def test_drugs_raised_by_one_alone_stay_out_until_an_approver_puts_them_in(diary, town):
    draft = Draft(diary, town, category="drugs")
    assert draft.item.left_out
    with pytest.raises(Refused, match="only an approver"):
        draft.do(use, town.pcso)
    draft.do(leave_out, town.pcso, "Not this month")
    with pytest.raises(Refused, match="only an approver"):
        draft.do(use, town.pcso)
    draft.do(use, town.sergeant)
    assert not draft.item.left_out


def test_a_concern_that_turns_sensitive_vanishes_from_the_summary(draft, diary, town):
    with diary.work() as session:
        keep(session, session.get_one(Concern, draft.concern_id)).sensitive = True
    draft.send()
    with pytest.raises(Missing):
        draft.word(town.pcso, we_did="Something.")
    with pytest.raises(Missing):
        draft.approve(town.sergeant)


def test_what_waits_is_told_to_whom_it_waits_for(draft, diary, town):
    with diary.work() as session:
        assert [w.place for w in waiting_for(session, diary.actor(town.pcso))] == ["Ashford Central"]
        assert waiting_for(session, diary.actor(town.sergeant)) == []
        assert waiting_for(session, diary.actor(town.other_pcso)) == []
    draft.send()
    with diary.work() as session:
        assert waiting_for(session, diary.actor(town.pcso)) == []
        assert [w.used for w in waiting_for(session, diary.actor(town.inspector))] == [1]


def test_the_8th_reminds_and_the_15th_gives_it_to_the_inspector_each_once(draft, diary, town):
    def remind(day: int) -> dict[str, int]:
        diary.clock.at = datetime(2026, 11, day, 7, tzinfo=UTC)
        with diary.app.app_context():
            return remind_approvers(diary.now)

    def notes() -> list[tuple[int, str]]:
        with diary.work() as session:
            return [(n.officer_id, n.words) for n in session.scalars(select(OfficerNote).order_by(OfficerNote.id))]

    assert remind(7) == {"reminded": 0, "escalated": 0}
    assert remind(8) == {"reminded": 1, "escalated": 0}
    assert remind(9) == {"reminded": 0, "escalated": 0}
    assert notes() == [(town.sergeant.officer_id, "October 2026, Ashford Central: you said, we did has not been sent to you yet.")]
    assert remind(15) == {"reminded": 0, "escalated": 1}
    assert remind(16) == {"reminded": 0, "escalated": 0}
    assert notes()[1:] == [
        (town.inspector.officer_id, "October 2026, Ashford Central: you said, we did is with you: nobody has approved it.")
    ]
    assert draft.summary.state == "with_approver"
    draft.approve(town.inspector)
    assert remind(28) == {"reminded": 0, "escalated": 0}


def test_a_month_found_late_reminds_and_escalates_in_one_go(draft, diary, town):
    diary.clock.at = MONDAY + timedelta(days=60)
    with diary.app.app_context():
        assert remind_approvers(diary.now) == {"reminded": 1, "escalated": 1}
    with diary.work() as session:
        notes = {note.officer_id: note.words for note in session.scalars(select(OfficerNote))}
    assert "waits for your approval" in notes[town.sergeant.officer_id], "as it does once the inspector has it"
