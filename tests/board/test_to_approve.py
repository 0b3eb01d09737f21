"""Everything that waits for approval is counted on the board, opens from it, and is in the digest of who may approve it."""

from __future__ import annotations

from datetime import timedelta

from engagement.access.domain import Permission
from engagement.audit.models import AuditRow
from engagement.board.jobs import send_digests
from engagement.mail.models import Letter
from engagement.offline.models import HeldEntry
from engagement.people.models import Posting
from engagement.priorities import service as priorities
from engagement.priorities.wordings import newest, seen_of
from engagement.returns.models import ReturnSignature
from engagement.returns.queries import whole
from engagement.returns.service import sign
from engagement.summaries.models import Summary
from tests.board.test_counting import listed
from tests.builders import LONG_AGO, Person, Town, keep, say_so
from tests.conftest import DiaryUnderTest
from tests.pages import words
from tests.priorities.makers import make_priority
from tests.returns.makers import drafted

ALL = ["Speeding in Links Road", "Return of July to September 2026", "Entry from Sam Okoro's phone", "Ashford Central, October 2026"]


def held(diary: DiaryUnderTest, town: Town, ref: str, team_id: int | None) -> int:
    with diary.work() as session:
        entry = HeldEntry(
            force_id=town.force_id, account_id=town.pcso.account_id, officer_id=town.pcso.officer_id, team_id=team_id,
            client_ref=f"00000000-0000-4000-8000-0000000000{ref}", content={"kind": "visit"}, content_hash="0" * 64,
            typed_at=diary.now - timedelta(days=2), handed_in_at=diary.now,
        )  # fmt: skip
        return keep(session, entry).id


def all_kinds(diary: DiaryUnderTest, town: Town) -> tuple[int, int]:
    """One of each kind; answers the priority's id and the return's."""
    with diary.work() as session:
        place = {"force_id": town.force_id, "team_id": town.team_id, "neighbourhood_id": town.neighbourhood_id}
        keep(session, Summary(**place, month="2026-10", drafted_at=diary.now, submitted_at=diary.now, state="with_approver"))
    priority = make_priority(diary, town, issue="Drivers go too fast.")
    unsigned = drafted(diary, town)
    held(diary, town, "01", town.team_id)
    return priority, unsigned


def digest(diary: DiaryUnderTest, person: Person) -> str:
    with diary.app.app_context():
        send_digests(diary.now)
    with diary.work() as session:
        return "\n".join(letter.text for letter in session.query(Letter).filter_by(to=person.email).order_by(Letter.id))


def test_all_that_waits_is_one_count_that_opens_its_rows(diary: DiaryUnderTest, town: Town) -> None:
    priority, unsigned = all_kinds(diary, town)
    client = diary.client(town.sergeant)
    page = client.get("/overdue?show=approve")
    assert "4 to approve" in words(client.get("/overdue"))
    assert sorted(listed(page)) == sorted(ALL)
    for address in (f"/priorities/{priority}", f"/returns/{unsigned}", "/held#held-1"):
        assert f'href="{address}"' in page.get_data(as_text=True)
        assert client.get(address.partition("#")[0]).status_code == 200
    assert "waits for your signature" in words(page)
    assert sorted(listed(client.get(f"/overdue?show=approve&officer={town.pcso.officer_id}"))) == sorted([ALL[0], ALL[2]])
    assert len(listed(client.get(f"/overdue?show=approve&place={town.neighbourhood_id}&sort=name"))) == 2
    with diary.work() as session:
        seen = {row.entity for row in session.query(AuditRow).filter_by(operation="consultation")}
        assert {"summary", "priority", "quarterly_return", "held_entry"} <= seen
    assert listed(diary.client(town.other_sergeant).get("/overdue?show=approve")) == []


def test_what_is_approved_signed_or_decided_goes(diary: DiaryUnderTest, town: Town) -> None:
    priority, unsigned = all_kinds(diary, town)
    sergeant, inspector = diary.actor(town.sergeant), diary.actor(town.inspector)
    with diary.work() as session:
        priorities.approve(session, sergeant, priority, seen_of(newest(session, priority)), now=diary.now)
        sign(session, sergeant, unsigned, whole(session, sergeant, unsigned).seal, now=diary.now)
        session.query(HeldEntry).one().ended = "refused"
        session.query(Summary).one().state = "approved"
    client = diary.client(town.inspector)
    page = client.get("/overdue?show=approve")
    assert listed(page) == [ALL[1]] and "waits for your signature" in words(page)
    with diary.work() as session:
        sign(session, inspector, unsigned, whole(session, inspector, unsigned).seal, now=diary.now)
    assert "Nothing waits for approval." in words(client.get("/overdue?show=approve"))


def test_a_return_waits_for_who_may_sign_it_and_for_nobody_else(diary: DiaryUnderTest, town: Town) -> None:
    """The board's question and the rule agree, whoever reads and whoever has signed; an inspector who signed as sergeant included."""
    unsigned = drafted(diary, town)
    with diary.work() as session:
        inspector = {"officer_id": town.inspector.officer_id, "role": "sergeant", "scope": "team", "team_id": town.team_id, "kind": "cover"}
        keep(session, Posting(force_id=town.force_id, starts_on=LONG_AGO, ends_on=diary.now.date(), **inspector))
    readers = (town.sergeant, town.inspector, town.other_sergeant)
    orders: tuple[tuple[Person, ...], ...] = ((), (town.sergeant,), (town.inspector,), (town.sergeant, town.inspector))
    for order in orders:
        with diary.work() as session:
            session.query(ReturnSignature).delete()
            say_so(session)
        for signer in order:
            with diary.work() as session:
                sign(session, diary.actor(signer), unsigned, whole(session, diary.actor(signer), unsigned).seal, now=diary.now)
        for reader in readers:
            actor = diary.actor(reader)
            with diary.work() as session:
                theirs = town.team_id in actor.teams(Permission.SEE_BOARD)
                expected = theirs and not whole(session, actor, unsigned).why_not
            page = diary.client(reader).get("/overdue?show=approve")
            assert listed(page) == ([ALL[1]] if expected else []), (reader.name, [one.name for one in order])
            assert f"{int(expected)} to approve" in words(page) or not expected
            assert ("Read and sign" in words(page)) is expected


def test_who_worded_a_priority_does_not_wait_for_themselves(diary: DiaryUnderTest, town: Town) -> None:
    make_priority(diary, town, person=town.sergeant, issue="Drivers go too fast.")
    assert listed(diary.client(town.sergeant).get("/overdue?show=approve")) == []
    assert listed(diary.client(town.inspector).get("/overdue?show=approve")) == [ALL[0]]


def test_an_entry_of_no_team_stands_once_under_the_first_team_of_each_leader(diary: DiaryUnderTest, town: Town) -> None:
    held(diary, town, "02", None)
    for person in (town.sergeant, town.other_sergeant, town.inspector):
        client = diary.client(person)
        assert "1 to approve" in words(client.get("/overdue"))
        assert listed(client.get("/overdue?show=approve")) == [ALL[2]]
    counted = [len(listed(diary.client(town.inspector).get(f"/overdue?show=approve&team={t}"))) for t in (town.team_id, town.other_team_id)]
    assert counted == [1, 0]


def test_the_digest_names_what_its_reader_may_approve(diary: DiaryUnderTest, town: Town) -> None:
    _priority, unsigned = all_kinds(diary, town)
    text = digest(diary, town.sergeant)
    assert "4  to approve" in text
    assert all(f"* {what}: " in text for what in ALL)
    assert "Return of" not in digest(diary, town.inspector)
    sergeant = diary.actor(town.sergeant)
    with diary.work() as session:
        sign(session, sergeant, unsigned, whole(session, sergeant, unsigned).seal, now=diary.now)
    diary.clock.move(timedelta(days=1))
    assert "* Return of July to September 2026: Ashford, to sign" in digest(diary, town.inspector)
