"""A phone and the real service, through everything that goes wrong: each entry is on the record once, or still on the phone."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import func, select

from engagement.db import reading
from engagement.engagements.models import Engagement
from engagement.offline.models import HeldEntry
from engagement.people.models import Posting
from tests.builders import Person, Town, make_group, make_person, say_so
from tests.conftest import DiaryUnderTest
from tests.offline.phone import entry, post
from tests.offline.test_session import put_out
from tests.pages import PageClient

HAPPENS = (
    "clock goes wrong", "time passes", "another takes the phone", "session ends", "signs in", "signs in", "cover ends", "cover begins",
    "account is closed", "account is closed", "account is opened",
)  # fmt: skip
LOSES = st.sampled_from(["nothing", "nothing", "the way there", "the way back", "the token"])


class PhoneAndServer(RuleBasedStateMachine):
    """The phone is a model (an outbox that forgets on a receipt alone, a clock, whoever is signed in); the server is real."""

    diary: DiaryUnderTest
    town: Town
    groups: list[int]
    made = 0

    @initialize()
    def hand_out(self) -> None:
        """Two officers of one team share a phone."""
        self.outbox: dict[str, dict[str, Any]] = {}
        self.saved: set[str] = set()
        self.confirmed: set[str] = set()
        self.ahead = timedelta(0)
        self.people: list[Person] = []
        self.clients: list[PageClient] = []
        self.tokens: list[str] = []
        self.closed: set[int] = set()
        with self.diary.work() as session:
            for _ in range(2):
                type(self).made += 1
                name = f"Officer {type(self).made}"
                self.people.append(make_person(session, self.town.force_id, name, "PCSO", "pcso", team_id=self.town.team_id))
        for person in self.people:
            client = self.diary.client(person)
            self.clients.append(client)
            self.tokens.append(client.get("/api/session").get_json()["hand_in"])
        self.here = 0
        self.csrf: dict[int, str] = {}  # of each session, for as long as it lasts
        self.looked = True  # whether the record was looked at since somebody spoke with the service

    @property
    def who(self) -> Person:
        return self.people[self.here]

    @property
    def client(self) -> PageClient:
        return self.clients[self.here]

    def now_on_phone(self) -> str:
        return (self.diary.now + self.ahead).isoformat()

    @rule(group=st.integers(0, 2), named=st.booleans(), concern=st.booleans(), wrong=st.integers(0, 5).map(lambda n: n == 5))
    def save_one(self, group: int, named: bool, concern: bool, wrong: bool) -> None:
        self.save(group, named, concern, wrong)

    def save(self, group: int, named: bool, concern: bool, wrong: bool) -> None:
        """Somebody types an entry and saves it: it is on the phone."""
        at = self.now_on_phone()
        said: dict[str, Any] = {"typed_at": at, "happened_at": at, "summary": f"Talk {len(self.saved)}"}
        said |= {"group_name": f"Choir {group}"} if named else {"group_ids": [str(self.groups[group])]}
        said |= {"concerns": [{"title": f"Parking by gate {len(self.saved)}"}]} if concern else {}
        said |= {"kind": "flight"} if wrong else {}
        draft = entry(self.who, **said)
        self.outbox[draft["client_ref"]] = draft
        self.saved.add(draft["client_ref"])

    @rule(what=st.sampled_from(HAPPENS), days=st.sampled_from([-1, 0, 1]), minutes=st.integers(1, 300))
    def something_happens(self, what: str, days: int, minutes: int) -> None:
        """One rule for all of it, so that saving and sending stay what is done most."""
        if what == "clock goes wrong":
            self.clock_goes_wrong(days)
        elif what == "time passes":
            self.time_passes(minutes)
        else:
            getattr(self, what.replace(" ", "_"))()

    def clock_goes_wrong(self, days: int) -> None:
        self.ahead = timedelta(days=days)

    def time_passes(self, minutes: int) -> None:
        self.diary.clock.move(timedelta(minutes=minutes))
        self.csrf.clear()
        for person, client in zip(self.people, self.clients, strict=True):
            if person.account_id not in self.closed:
                client.sign_in_as(self.diary.actor(person), self.diary.now)  # they used it meanwhile

    def another_takes_the_phone(self) -> None:
        self.here = 1 - self.here

    def cover_begins(self) -> None:
        with self.diary.work() as session:
            for posting in session.scalars(select(Posting).where(Posting.officer_id == self.who.officer_id)):
                posting.ends_on = None
            say_so(session)

    def session_ends(self) -> None:
        self.csrf.pop(self.here, None)
        with self.client.session_transaction() as session:
            session.clear()

    def signs_in(self) -> None:
        if self.who.account_id not in self.closed:
            self.csrf.pop(self.here, None)
            self.client.sign_in_as(self.diary.actor(self.who), self.diary.now)

    @precondition(lambda self: self.outbox)
    @rule(lost=LOSES, everybodys=st.booleans())
    def send_some(self, lost: str, everybodys: bool) -> None:
        self.send(lost, everybodys)

    def send(self, lost: str, everybodys: bool) -> None:
        """Sends, and loses signal before or after the service has kept it; or sends with a token of long ago."""
        drafts = [d for d in self.outbox.values() if everybodys or d["owner"] == str(self.who.account_id)]
        if lost == "the way there":
            return
        token = "stale" if lost == "the token" else self.token()
        self.looked = False
        answer = post(self.client, {"sent_at": self.now_on_phone(), "drafts": drafts}, token=token)
        assert answer.status_code in (200, 401, 419), answer.get_data(as_text=True)[:300]
        if lost == "the token":
            assert answer.status_code in (401, 419)
        if lost != "the way back" and answer.status_code == 200:
            self.file(answer.get_json()["receipts"], drafts)
        elif answer.status_code == 401 and answer.get_json()["reason"] == "disabled":
            self.hand_in(lost)

    def token(self) -> str:
        """The token of the session that the phone has."""
        if self.here not in self.csrf:
            self.csrf[self.here] = (self.client.get("/api/session").get_json() or {}).get("csrf_token", "none")
        return self.csrf[self.here]

    def file(self, receipts: list[dict[str, Any]], drafts: list[dict[str, Any]]) -> None:
        assert [r["client_ref"] for r in receipts] == [d["client_ref"] for d in drafts]
        for receipt, draft in zip(receipts, drafts, strict=True):
            theirs = draft["owner"] != str(self.who.account_id)
            assert (receipt["outcome"] == "not_yours") == theirs
            assert receipt["outcome"] != "kept" or not receipt.get("differs")
            if receipt["outcome"] == "kept":
                self.confirmed.add(receipt["client_ref"])
                self.outbox.pop(receipt["client_ref"])

    def hand_in(self, lost: str) -> None:
        drafts = [d for d in self.outbox.values() if d["owner"] == str(self.who.account_id)]
        body = {"sent_at": self.now_on_phone(), "hand_in": self.tokens[self.here], "drafts": drafts}
        answer = self.diary.client().post("/sync/hand-in", json=body)
        assert answer.status_code == 200, answer.get_data(as_text=True)[:300]
        if lost == "nothing":
            self.file(answer.get_json()["receipts"], drafts)

    @rule(groups=st.lists(st.integers(0, 2), min_size=1, max_size=4), named=st.booleans(), concern=st.booleans(), lost=LOSES)
    def save_and_send(self, groups: list[int], named: bool, concern: bool, lost: str) -> None:
        """A stretch of a patrol, and then signal."""
        for group in groups:
            self.save(group=group, named=named, concern=concern, wrong=False)
        self.send(lost=lost, everybodys=False)

    @rule()
    def comes_back_and_sends(self) -> None:
        """Signs in afresh and sends what is left, with nothing in the way."""
        self.signs_in()
        if self.outbox:
            self.send(lost="nothing", everybodys=True)

    @precondition(lambda self: self.outbox)
    @rule()
    def two_tabs_send_at_once(self) -> None:
        """Both send the same, each behind a session of its own; no answer arrives."""
        if self.who.account_id in self.closed:
            return
        drafts = [d for d in self.outbox.values() if d["owner"] == str(self.who.account_id)]
        body = {"sent_at": self.now_on_phone(), "drafts": drafts}
        self.looked = False
        tabs = [self.diary.client(self.who) for _ in range(2)]
        statuses: list[int] = []
        threads = [threading.Thread(target=lambda tab=tab: statuses.append(post(tab, body).status_code)) for tab in tabs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert statuses == [200, 200]

    @precondition(lambda self: any("group_ids" in d and "concerns" not in d for d in self.outbox.values()))
    @rule()
    def the_form_goes_as_well(self) -> None:
        """The page posts the form under the same reference, and its answer is lost."""
        mine = [d for d in self.outbox.values() if d["owner"] == str(self.who.account_id) and "group_ids" in d and "concerns" not in d]
        mine = [d for d in mine if len(set(d["group_ids"])) == 1]  # the form as it is typed below says as much as these
        if mine and self.who.account_id not in self.closed and mine[0]["kind"] == "visit":
            self.looked = False
            draft, tab = mine[0], self.diary.client(self.who)
            token = tab.get("/api/session").get_json()["csrf_token"]
            typed = {
                "client_ref": draft["client_ref"],
                "group": draft["group_ids"][0],
                "kind": "visit",
                "outcome": "spoke",
                "summary": draft["summary"],
            }
            at = draft["happened_at"]
            typed |= {"when": "another_day", "happened_on": at[:10], "happened_time": at[11:16], "csrf_token": token, "apart": ""}
            tab.post("/engagements/new", data=typed)

    def cover_ends(self) -> None:
        """From today on the officer has no posting; what they typed before was theirs to write."""
        with self.diary.work() as session:
            for posting in session.scalars(select(Posting).where(Posting.officer_id == self.who.officer_id)):
                posting.ends_on = self.diary.now.date() - timedelta(days=1)
            say_so(session)

    def account_is_closed(self) -> None:
        if self.who.account_id not in self.closed:
            put_out(self.diary, self.town, self.who)
            self.closed.add(self.who.account_id)

    def account_is_opened(self) -> None:
        if self.who.account_id in self.closed:
            put_out(self.diary, self.town, self.who, off=False)
            self.closed.discard(self.who.account_id)

    @invariant()
    def each_is_there_once_or_on_the_phone(self) -> None:
        if not hasattr(self, "saved") or not self.saved:
            return
        assert self.saved == self.confirmed | set(self.outbox), "neither sent nor on the phone"
        if self.looked:
            return  # nobody has spoken with the service since
        self.looked = True
        with self.diary.app.app_context():
            session = reading()
            on_record = dict(
                session.execute(
                    select(Engagement.client_ref, func.count()).where(Engagement.client_ref.in_(self.saved)).group_by(Engagement.client_ref)
                ).all()
            )
            held = set(session.scalars(select(HeldEntry.client_ref).where(HeldEntry.client_ref.in_(self.saved))))
            session.close()
        assert all(number == 1 for number in on_record.values()), "there twice"
        assert self.confirmed <= set(on_record) | held, "forgotten by the phone and nowhere"


def test_each_entry_is_on_the_record_once_or_on_the_phone(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        groups = [make_group(session, town, f"Group {n}").id for n in range(3)]
    PhoneAndServer.diary, PhoneAndServer.town, PhoneAndServer.groups = diary, town, groups
    few = settings(
        max_examples=14, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True, database=None
    )
    run_state_machine_as_test(PhoneAndServer, settings=few)
