"""A whole month: drafted on the 1st, worded, approved, written, delivered by a real mail server, told or taken back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from engagement.concerns.models import Concern, Telling
from engagement.core.errors import Refused
from engagement.groups.models import Contact, ContactAgreement, Group
from engagement.mail.models import Letter, RefusedAddress
from engagement.people.models import OfficerNote
from engagement.summaries.bounces import came_back
from engagement.summaries.models import LetterItem, MonthlyLetter, Summary, SummaryItem
from engagement.summaries.service import Wording, approve, leave_out, reword, send_to_approver
from tests.builders import keep, make_contact, make_group
from tests.summaries.month import FIRST, MONDAY, approve_all, done, drafted, items, mail_server, part, raise_one, run, summaries

NOTHING = ({"written": 0, "no_address": 0, "waiting": 0}, {"sent": 0, "refused": 0, "later": 0}, {"letters": 0, "told": 0, "came_back": 0})


@pytest.fixture
def council(diary, town) -> int:
    with diary.work() as session:
        group = make_group(session, town, "Ashford Parish Council", kind="council", may_be_named=True)
        make_contact(session, group, "Asha Merrow")
        return group.id


def test_the_month_from_the_first_to_the_inbox_and_what_the_raiser_was_told(diary, town, council):
    concern = raise_one(diary, town.pcso, council)
    done(diary, town.pcso, concern)
    assert drafted(diary) == {"summaries": 1, "items": 1}
    summary = summaries(diary)[town.neighbourhood_id]
    assert (summary.month, summary.state, summary.drafter_id) == ("2026-10", "drafted", None)
    [item] = items(diary, summary.id)
    assert item.you_said.startswith("Ashford Parish Council in Ashford Central told us in October: drivers go too fast")
    with diary.work() as session:
        words = Wording(you_said=item.you_said, we_did="We checked speeds four times.", what_next=item.what_next)
        reword(session, diary.actor(town.pcso), item.id, words, version=item.version, now=MONDAY)
    with diary.work() as session:
        assert session.get_one(Concern, concern).public_said == "drivers go too fast past the school", "the record stays as it was"
    approve_all(diary, town, summary.id)
    with mail_server(diary) as peer:
        wrote, sent, settled = run(diary, MONDAY)
        assert (wrote["written"], sent["sent"], settled) == (1, 1, {"letters": 1, "told": 1, "came_back": 0})
        message = peer.message("asha.merrow@parish.example")
        assert run(diary, MONDAY + timedelta(hours=1)) == NOTHING, "running twice sends nothing twice"
    assert message["Subject"] == "Ashford Central: you said, we did, October 2026"
    assert message["From"] == message["Reply-To"] == "Ashford neighbourhood policing team <ashford@westshire.example>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert str(message["List-Unsubscribe"]).strip().startswith("<https://diary.example/stop/")
    plain = part(message, "plain")
    for said in ("OFFICIAL", "We checked speeds four times.", "PCSO Sam Okoro", "999", "101", "0800 555 111", "You raised this"):
        assert said in plain, said
    assert "We checked speeds four times." in part(message, "html")
    with diary.work() as session:
        telling = session.scalars(select(Telling).where(Telling.how == "letter")).one()
        assert (telling.kind, telling.taken_back_at) == ("outcome", None)
        assert session.get_one(Concern, concern).state == "closed"


def test_a_refused_letter_tells_nobody_and_somebody_phones_instead(diary, town, council):
    concern = raise_one(diary, town.pcso, council)
    done(diary, town.pcso, concern)
    drafted(diary)
    approve_all(diary, town, summaries(diary)[town.neighbourhood_id].id)
    with mail_server(diary) as peer:
        peer.answers["asha.merrow@parish.example"] = "550 5.1.1 no such mailbox"
        wrote, sent, settled = run(diary, MONDAY)
    assert (wrote["written"], sent["refused"], settled) == (1, 1, {"letters": 1, "told": 0, "came_back": 1})
    with diary.work() as session:
        assert session.scalar(select(func.count()).select_from(Telling).where(Telling.how == "letter")) == 0
        assert session.get_one(Concern, concern).state == "outcome_owed"
        assert session.scalars(select(Contact)).one().mail_suspended_at == MONDAY
        note = session.scalars(select(OfficerNote)).one()
        assert note.officer_id == town.pcso.officer_id
        assert note.words == "Mail to Asha Merrow (Ashford Parish Council) came back: phone instead."


def test_a_letter_that_comes_back_later_takes_its_telling_back(diary, town, council):
    concern = raise_one(diary, town.pcso, council)
    done(diary, town.pcso, concern)
    drafted(diary)
    approve_all(diary, town, summaries(diary)[town.neighbourhood_id].id)
    with mail_server(diary):
        run(diary, MONDAY)
    later = diary.clock.at = MONDAY + timedelta(hours=3)
    with diary.work() as session:
        assert session.get_one(Group, council).last_one_way_on == date(2026, 11, 2)
        letter = session.scalars(select(MonthlyLetter)).one()
        came_back(session, diary.actor(town.pcso), letter, now=later)
    with diary.work() as session:
        assert session.scalars(select(Telling).where(Telling.how == "letter")).one().taken_back_at == later
        assert session.get_one(Concern, concern).state == "outcome_owed"
        assert session.get_one(Group, council).last_one_way_on is None, "it stops counting"
        assert session.scalars(select(Contact)).one().mail_suspended_at == later


def test_a_matter_that_goes_on_is_answered_and_not_told_as_done(diary, town, council):
    concern = raise_one(diary, town.pcso, council)
    done(diary, town.pcso, concern)
    done(diary, town.pcso, concern, "We will check again", done_on=None, due_on=date(2026, 12, 9))
    drafted(diary)
    [item] = items(diary, summaries(diary)[town.neighbourhood_id].id)
    assert item.what_next == "We will check again, by Wed 9 Dec."
    approve_all(diary, town, item.summary_id)
    with mail_server(diary):
        run(diary, MONDAY)
    with diary.work() as session:
        assert session.scalars(select(Telling).where(Telling.how == "letter")).one().kind == "answer"
        assert session.get_one(Concern, concern).state == "under_way"


def test_the_clerk_who_speaks_for_three_groups_in_two_places_gets_one_letter(diary, town):
    with diary.work() as session:
        groups = [
            make_group(session, town, name, **where)
            for name, where in (
                ("Ashford Allotments", {}),
                ("Elm Green Watch", {"neighbourhood_id": town.second_neighbourhood_id}),
                ("Ashford Choir", {}),
            )
        ]
        for group, address in zip(groups, ("clerk@parish.example", " Clerk@Parish.example", "clerk@parish.example"), strict=True):
            make_contact(session, group, "Asha Merrow", email=address)
        ids = [group.id for group in groups]
    first, second = raise_one(diary, town.pcso, ids[0]), raise_one(diary, town.pcso, ids[1], "Parking on the verge", category="parking")
    done(diary, town.pcso, first)
    done(diary, town.pcso, second, "We spoke to drivers.")
    assert drafted(diary) == {"summaries": 2, "items": 2}
    both = summaries(diary)
    approve_all(diary, town, both[town.neighbourhood_id].id)
    with mail_server(diary) as peer:
        assert run(diary, MONDAY)[0] == {"written": 0, "no_address": 0, "waiting": 1}, "the letter waits for the other place"
        approve_all(diary, town, both[town.second_neighbourhood_id].id, MONDAY + timedelta(hours=1))
        wrote, _sent, settled = run(diary, MONDAY + timedelta(hours=1))
        assert wrote["written"] == 1 and settled["told"] == 2
        message = peer.message("clerk@parish.example")
        assert run(diary, MONDAY + timedelta(days=1)) == NOTHING
    assert message["Subject"] == "Ashford Central and Elm Green: you said, we did, October 2026"
    plain = part(message, "plain")
    assert "Ashford Allotments, Elm Green Watch and Ashford Choir" in " ".join(plain.split())
    assert plain.count("You raised this") == 2


def test_an_address_waits_for_another_place_no_longer_than_the_last_day_for_approval(diary, town, council):
    concern = raise_one(diary, town.pcso, council)
    done(diary, town.pcso, concern)
    with diary.work() as session:
        watch = make_group(session, town, "Elm Green Watch", neighbourhood_id=town.second_neighbourhood_id)
        make_contact(session, watch, "Asha Merrow")
        watch_id = watch.id
    other = raise_one(diary, town.pcso, watch_id, "Parking on the verge", category="parking")
    done(diary, town.pcso, other)
    drafted(diary)
    approve_all(diary, town, summaries(diary)[town.neighbourhood_id].id)
    with mail_server(diary) as peer:
        assert run(diary, datetime(2026, 11, 6, 10, tzinfo=UTC))[0]["waiting"] == 1
        assert run(diary, datetime(2026, 11, 9, 10, tzinfo=UTC))[0]["written"] == 1
        approve_all(diary, town, summaries(diary)[town.second_neighbourhood_id].id, datetime(2026, 11, 10, 9, tzinfo=UTC))
        assert run(diary, datetime(2026, 11, 10, 10, tzinfo=UTC))[0]["written"] == 0, "one letter for each address and month"
        assert peer.to() == ["asha.merrow@parish.example"]


def test_letters_leave_in_working_hours_alone(diary, town, council):
    concern = raise_one(diary, town.pcso, council)
    done(diary, town.pcso, concern)
    drafted(diary)
    approve_all(diary, town, summaries(diary)[town.neighbourhood_id].id, FIRST + timedelta(hours=6))
    with mail_server(diary) as peer:
        wrote, sent, _settled = run(diary, FIRST + timedelta(hours=7))  # Sunday noon
        assert (wrote["written"], sent["sent"]) == (1, 0)
        assert run(diary, datetime(2026, 11, 2, 8, 59, tzinfo=UTC))[1]["sent"] == 0
        assert run(diary, datetime(2026, 11, 2, 9, 0, tzinfo=UTC))[1]["sent"] == 1
        assert peer.to() == ["asha.merrow@parish.example"]


def test_a_letter_written_on_a_bank_holiday_waits_for_the_working_day(diary, town, council):
    concern = raise_one(diary, town.pcso, council)
    done(diary, town.pcso, concern)
    drafted(diary)
    approve_all(diary, town, summaries(diary)[town.neighbourhood_id].id, datetime(2026, 12, 25, 10, tzinfo=UTC))
    with mail_server(diary):
        assert run(diary, datetime(2026, 12, 25, 11, tzinfo=UTC))[1]["sent"] == 0
        assert run(diary, datetime(2026, 12, 28, 11, tzinfo=UTC))[1]["sent"] == 0  # the substitute day for the 26th
        assert run(diary, datetime(2026, 12, 29, 9, tzinfo=UTC))[1]["sent"] == 1


def test_who_is_not_to_be_written_to_is_not(diary, town):
    with diary.work() as session:
        group = make_group(session, town, "Ashford Parish Council")
        make_contact(session, group, "Right Person", email="right@parish.example")
        make_contact(session, group, "No Letters", email="a@parish.example", gets_letters=False)
        make_contact(session, group, "Leave Alone", email="b@parish.example", do_not_contact=True)
        make_contact(session, group, "Gone", email="c@parish.example", ended_on=date(2026, 9, 1))
        make_contact(session, group, "Bounced", email="d@parish.example", mail_suspended_at=FIRST)
        make_contact(session, group, "By Post", email="")
        for name, fields in (("Secret Club", {"sensitive": True}), ("Sleepy Club", {"dormant_on": date(2026, 1, 1)})):
            make_contact(session, make_group(session, town, name, **fields), name, email=f"{name[:6].lower()}@parish.example")
        far = make_group(session, town, "Brookley Club", team_id=town.other_team_id, neighbourhood_id=town.other_neighbourhood_id)
        make_contact(session, far, "Far Away", email="far@parish.example")
        group_id = group.id
    concern = raise_one(diary, town.pcso, group_id)
    done(diary, town.pcso, concern)
    drafted(diary)
    approve_all(diary, town, summaries(diary)[town.neighbourhood_id].id)
    with mail_server(diary) as peer:
        run(diary, MONDAY)
        assert peer.to() == ["right@parish.example"]


def test_a_delivered_letter_is_contact_for_a_group_that_wants_to_be_told(diary, town, council):
    with diary.work() as session:
        quiet = make_group(session, town, "Ashford Bowls", frequency="monthly")
        make_contact(session, quiet, "Bo Hale")
        quiet_id = quiet.id
        session.execute(update(ContactAgreement).where(ContactAgreement.group_id == quiet_id).values(level="inform"))
    concern = raise_one(diary, town.pcso, council)
    done(diary, town.pcso, concern)
    drafted(diary)
    approve_all(diary, town, summaries(diary)[town.neighbourhood_id].id)
    with mail_server(diary):
        run(diary, MONDAY)
    with diary.work() as session:
        group = session.get_one(Group, quiet_id)
        assert (group.last_one_way_on, group.last_two_way_on, group.next_due_on) == (date(2026, 11, 2), None, date(2026, 12, 2))
        assert session.scalar(select(func.count()).select_from(LetterItem).where(LetterItem.group_id == quiet_id)) == 0


def test_what_turns_sensitive_after_the_draft_never_leaves(diary, town, council):
    concern = raise_one(diary, town.pcso, council)
    done(diary, town.pcso, concern)
    drafted(diary)
    summary = summaries(diary)[town.neighbourhood_id]
    approve_all(diary, town, summary.id)
    with diary.work() as session:
        keep(session, session.get_one(Concern, concern)).sensitive = True
    with mail_server(diary) as peer:
        assert run(diary, MONDAY)[0]["written"] == 0
        assert peer.to() == []


def test_a_missed_month_is_made_up_and_twice_is_once(diary, town, council):
    october = raise_one(diary, town.pcso, council)
    done(diary, town.pcso, october)
    assert drafted(diary) == {"summaries": 1, "items": 1}
    assert drafted(diary, FIRST + timedelta(minutes=1)) == {"summaries": 0, "items": 0}
    november = raise_one(diary, town.pcso, council, "Litter by the green", category="litter", at=datetime(2026, 11, 5, 9, tzinfo=UTC))
    done(diary, town.pcso, november, at=datetime(2026, 11, 20, 9, tzinfo=UTC), done_on=date(2026, 11, 20))
    december = raise_one(diary, town.pcso, council, "Lights out", category="lighting", at=datetime(2026, 12, 5, 9, tzinfo=UTC))
    done(diary, town.pcso, december, at=datetime(2026, 12, 20, 9, tzinfo=UTC), done_on=date(2026, 12, 20))
    assert drafted(diary, datetime(2027, 1, 7, 4, 30, tzinfo=UTC)) == {"summaries": 2, "items": 2}, "down over two 1sts"
    with diary.work() as session:
        assert list(session.scalars(select(Summary.month).order_by(Summary.month))) == ["2026-10", "2026-11", "2026-12"]


def test_records_entered_late_make_up_a_draft_that_there_was_no_reason_for(diary, town, council):
    concern = raise_one(diary, town.pcso, council)
    assert drafted(diary) == {"summaries": 0, "items": 0}
    done(diary, town.pcso, concern, at=MONDAY)
    assert drafted(diary, MONDAY + timedelta(days=1)) == {"summaries": 1, "items": 1}


def test_an_address_that_has_refused_before_is_not_tried_again(diary, town, council):
    concern = raise_one(diary, town.pcso, council)
    done(diary, town.pcso, concern)
    drafted(diary)
    approve_all(diary, town, summaries(diary)[town.neighbourhood_id].id)
    with diary.work() as session:
        session.add(RefusedAddress(address="asha.merrow@parish.example", since=FIRST, answer="550 no"))
    with mail_server(diary) as peer:
        wrote, sent, settled = run(diary, MONDAY)
        assert (wrote["written"], sent["sent"], settled["came_back"], peer.took) == (1, 0, 1, [])
    with diary.work() as session:
        assert session.scalars(select(Contact)).one().mail_suspended_at == MONDAY


def test_a_month_of_which_nothing_is_said_is_approved_and_writes_to_nobody(diary, town, council):
    concern = raise_one(diary, town.pcso, council)
    done(diary, town.pcso, concern)
    drafted(diary)
    summary = summaries(diary)[town.neighbourhood_id]
    diary.clock.at = MONDAY
    with diary.work() as session:
        [item] = session.scalars(select(SummaryItem)).all()
        leave_out(session, diary.actor(town.pcso), item.id, "Told them all at the meeting", version=item.version, now=MONDAY)
        send_to_approver(session, diary.actor(town.pcso), summary.id, now=MONDAY)
    with diary.work() as session, pytest.raises(Refused):
        approve(session, diary.actor(town.pcso), summary.id, {}, now=MONDAY)
    with diary.work() as session:
        approve(session, diary.actor(town.sergeant), summary.id, {}, now=MONDAY)
    with mail_server(diary):
        assert run(diary, MONDAY)[0] == {"written": 0, "no_address": 0, "waiting": 0}
    with diary.work() as session:
        assert session.get_one(Summary, summary.id).lettered_at == MONDAY
        assert session.scalar(select(func.count()).select_from(Letter)) == 0
