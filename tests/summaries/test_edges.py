"""What goes wrong around a letter: an address that is none, a raising taken back, a mail server that is down, a month re-run."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import func, select

from engagement.concerns.models import Concern, Raising, Telling
from engagement.groups.models import Contact
from engagement.ledger.domain import Result
from engagement.mail.models import Letter
from engagement.people.models import OfficerNote
from engagement.places.models import Team
from engagement.scheduler import job_named, run_job
from engagement.summaries.models import MonthlyLetter, Summary, SummaryItem
from engagement.summaries.service import Wording, parts_of, reword
from tests.builders import keep, make_contact, make_group
from tests.summaries.month import FIRST, MONDAY, approve_all, done, drafted, items, mail_server, raise_one, run, summaries


def approved(diary, town, **contact) -> tuple[int, int]:
    """An approved October raised by one group; answers the ids of group and concern."""
    with diary.work() as session:
        group = make_group(session, town, "Ashford Parish Council")
        make_contact(session, group, **contact)
        group_id = group.id
    concern = raise_one(diary, town.pcso, group_id)
    done(diary, town.pcso, concern)
    drafted(diary)
    approve_all(diary, town, summaries(diary)[town.neighbourhood_id].id)
    return group_id, concern


def test_an_address_that_is_none_is_suspended_and_somebody_phones(diary, town):
    approved(diary, town, email="not an address")
    with mail_server(diary) as peer:
        assert run(diary, MONDAY)[0] == {"written": 0, "no_address": 1, "waiting": 0}
        assert run(diary, MONDAY)[0] == {"written": 0, "no_address": 0, "waiting": 0}
        assert peer.took == []
    with diary.work() as session:
        assert session.scalars(select(Contact)).one().mail_suspended_at == MONDAY
        assert "phone instead" in session.scalars(select(OfficerNote)).one().words
        assert session.scalars(select(Summary)).one().lettered_at == MONDAY


def test_letters_of_a_team_without_an_address_wait_until_it_has_one(diary, town):
    approved(diary, town)
    with diary.work() as session:
        team = session.get_one(Team, town.team_id)
        kept, team.email = team.email, ""
    with mail_server(diary) as peer:
        assert run(diary, MONDAY)[0] == {"written": 0, "no_address": 0, "waiting": 1}
        with diary.work() as session:
            session.get_one(Team, town.team_id).email = kept
        assert run(diary, MONDAY)[0] == {"written": 1, "no_address": 0, "waiting": 0}
        assert len(peer.took) == 1


def test_nobody_owns_the_group_so_its_sergeants_are_told(diary, town):
    with diary.work() as session:
        make_contact(session, make_group(session, town, "Orphan Club", owner_id=None), "Bo Hale")
    approved(diary, town, do_not_contact=True)
    with mail_server(diary) as peer:
        peer.answers["bo.hale@parish.example"] = "550 5.1.1 no such mailbox"
        run(diary, MONDAY)
    with diary.work() as session:
        assert session.scalars(select(OfficerNote)).one().officer_id == town.sergeant.officer_id


def test_a_mail_server_that_is_down_keeps_the_letter_and_tells_nobody(diary, town):
    _group, concern = approved(diary, town)
    before = diary.app.extensions["settings"]
    diary.app.extensions["settings"] = replace(before, mail_url="smtp://127.0.0.1:9")
    try:
        assert run(diary, MONDAY)[1:] == ({"sent": 0, "refused": 0, "later": 1}, {"letters": 0, "told": 0, "came_back": 0})
    finally:
        diary.app.extensions["settings"] = before
    with mail_server(diary) as peer:
        assert run(diary, MONDAY + timedelta(hours=2))[2]["told"] == 1
        assert len(peer.took) == 1
    with diary.work() as session:
        assert session.get_one(Concern, concern).state == "closed"


def test_a_letter_refused_for_its_content_suspends_nobodys_address(diary, town):
    approved(diary, town)
    with mail_server(diary) as peer:
        peer.answers["asha.merrow@parish.example"] = "550 5.7.1 refused by policy"
        run(diary, MONDAY)
    with diary.work() as session:
        assert session.scalars(select(Contact)).one().mail_suspended_at is None, "one filter must not silence a whole force"
        assert "phone instead" in session.scalars(select(OfficerNote)).one().words
        assert session.scalars(select(MonthlyLetter)).one().came_back_at == MONDAY


def test_an_item_for_one_group_that_took_its_raising_back_goes_to_nobody(diary, town):
    with diary.work() as session:
        group = make_group(session, town, "Ashford Parish Council")
        make_contact(session, group)
        group_id = group.id
    concern = raise_one(diary, town.pcso, group_id)
    done(diary, town.pcso, concern)
    drafted(diary)
    summary_id = summaries(diary)[town.neighbourhood_id].id
    [item] = items(diary, summary_id)
    with diary.work() as session:
        words = Wording(**parts_of(item), only_for=group_id)
        reword(session, diary.actor(town.pcso), item.id, words, version=item.version, now=MONDAY)
    approve_all(diary, town, summary_id)
    with diary.work() as session:
        keep(session, session.scalars(select(Raising)).one()).withdrawn_at = MONDAY
    with mail_server(diary) as peer:
        assert run(diary, MONDAY)[0]["written"] == 0
        assert peer.took == []


def test_who_asked_not_to_be_told_gets_the_letter_and_no_telling(diary, town):
    _group, concern = approved(diary, town)
    with diary.work() as session:
        raising = keep(session, session.scalars(select(Raising).where(Raising.concern_id == concern)).one())
        raising.wants_to_hear, raising.not_told = False, "asked_not"
    with mail_server(diary) as peer:
        assert run(diary, MONDAY)[2] == {"letters": 1, "told": 0, "came_back": 0}
        assert len(peer.took) == 1
    with diary.work() as session:
        assert session.scalar(select(func.count()).select_from(Telling).where(Telling.how == "letter")) == 0


def test_the_timetable_does_the_whole_month_and_each_run_once(diary, town):
    with diary.work() as session:
        group = make_group(session, town, "Ashford Parish Council")
        make_contact(session, group)
        group_id = group.id
    done(diary, town.pcso, raise_one(diary, town.pcso, group_id))
    drafting, mail = job_named("draft-summaries"), job_named("send-mail")
    assert drafting is not None and mail is not None
    first = run_job(diary.app, drafting, FIRST)
    assert (first.result, first.counts["summaries"]) == (Result.DONE, 1)
    assert run_job(diary.app, drafting, FIRST).result is Result.ALREADY_DONE
    approve_all(diary, town, summaries(diary)[town.neighbourhood_id].id)
    with mail_server(diary) as peer:
        counts = run_job(diary.app, mail, MONDAY).counts
        assert (counts["written"], counts["sent"], counts["told"]) == (1, 1, 1)
        assert run_job(diary.app, mail, MONDAY + timedelta(minutes=1)).counts["sent"] == 0
        assert peer.to() == ["asha.merrow@parish.example"]
    with diary.work() as session:
        assert session.scalar(select(func.count()).select_from(Letter)) == 1
        assert session.scalar(select(func.count()).select_from(SummaryItem)) == 1
