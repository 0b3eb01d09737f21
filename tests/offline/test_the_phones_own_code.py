"""The phone's own modules and the real service, through every fault of a day on patrol: each entry is on the record once, or on the phone."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from engagement.db import reading
from engagement.engagements.models import Engagement
from engagement.offline.models import HeldEntry
from engagement.people.models import Posting
from tests.builders import Person, Town, make_group, make_person, say_so
from tests.conftest import DiaryUnderTest
from tests.offline.phone import ref
from tests.offline.phone_process import PhoneProcess
from tests.offline.server import dying
from tests.offline.test_session import put_out

FATES = (
    "no signal", "the reply is lost", "killed in its commit", "the token is stale", "the session has ended", "the tab is closed",
    "the service breaks",
)  # fmt: skip
# What befalls what is sent, request by request; after these nothing does.
FAULTS = st.lists(st.sampled_from((*FATES, "nothing")), max_size=2)
SELDOM = st.integers(0, 4).map(lambda n: n == 4)
HAPPENS = (
    "the clock goes wrong", "time passes", "the cover ends", "the cover begins", "the account is closed", "the account is opened",
    "there is room again", "there is room again", "the app is updated", "signs in", "the session ends",
)  # fmt: skip


class OnPatrol(RuleBasedStateMachine):
    """Two officers of one team share a phone. Nothing here is a model of the phone: what it keeps and sends is up to its own code."""

    diary: DiaryUnderTest
    town: Town
    group: int
    phone: PhoneProcess
    made = 0

    @initialize()
    def hand_out(self) -> None:
        """A new phone, and two officers whom nobody else knows."""
        self.people: list[Person] = []
        with self.diary.work() as session:
            for _ in range(2):
                type(self).made += 1
                name = f"Constable {type(self).made}"
                self.people.append(make_person(session, self.town.force_id, name, "PCSO", "pcso", team_id=self.town.team_id))
        self.owners: dict[str, Person] = {}  # of what was saved
        self.typed: set[str] = set()
        self.faults: list[str] = []
        self.ahead, self.here, self.release = timedelta(0), 0, 1
        self.asked, self.gone = (
            True,
            set[str](),
        )  # whether the service was asked for anything since the record was looked at; what was found there
        self.closed: set[int] = set()
        self.locked = False  # somebody has signed out, and the service does not know
        self.phone.answer = self.answer
        self.phone.do("new")
        self.client = self.diary.client(self.who)
        self.open_a_page()

    @property
    def who(self) -> Person:
        return self.people[self.here]

    def do(self, what: str, faults: list[str] | None = None, **more: Any) -> tuple[Any, str | None]:
        self.faults = list(faults or ())
        at = int((self.diary.now + self.ahead).timestamp() * 1000)
        return self.phone.do(what, at=at, **more)

    def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        """What the service says to one request of the phone, or that nothing was heard of it."""
        sends = asked["method"] == "POST"
        assert not self.locked or asked["address"] in ("/api/session", "/sign-out"), asked["address"]
        fate = self.faults.pop(0) if self.faults and (sends or self.faults[0] == "no signal") else "nothing"
        if fate == "no signal":
            return {"lost": True}
        if fate == "the service breaks":
            return {"status": 500, "body": None}
        if fate == "the session has ended":
            self.the_session_ends()
        headers = asked["headers"] | ({"X-CSRFToken": "stale"} if fate == "the token is stale" else {})
        with dying() if fate == "killed in its commit" else nullcontext():
            answer = self.client.open(asked["address"], method=asked["method"], headers=headers, data=asked["body"])
        if fate in ("the reply is lost", "the tab is closed", "killed in its commit"):
            return {"lost": True, "closes": fate == "the tab is closed"}
        return {"status": answer.status_code, "body": answer.get_json(silent=True)}

    # ---- what an officer does

    @rule()
    def open_a_page(self) -> None:
        """Another tab, of the release that the phone has by now."""
        if len(self.phone.open) < 3:
            self.do("open", account=str(self.who.account_id), release=self.release)

    def page(self, n: int) -> int:
        """A page that is open, by its place: one of theirs who has the phone, opened where there is none; for 3, the oldest, whosever."""
        if n == 3 and self.phone.open:
            return 0
        theirs = [place for place, account in enumerate(self.phone.open) if account == str(self.who.account_id)]
        if not theirs:
            self.do("open", account=str(self.who.account_id), release=self.release)
            return len(self.phone.open) - 1
        return theirs[n % len(theirs)]

    def owner(self, tab: int) -> Person:
        return next(person for person in self.people if str(person.account_id) == self.phone.open[tab])

    @rule(n=st.integers(0, 3), save=st.booleans(), wrong=SELDOM, full=SELDOM)
    def write(self, n: int, save: bool, wrong: bool, full: bool) -> None:
        """Something is typed, and perhaps saved. On a full phone, or once somebody else is signed in on it, that fails, and is said."""
        tab, mine = self.page(n), ref()
        if full:
            self.the_phone_is_full()
        owner, words = self.owner(tab), f"Talk {len(self.owners)}"
        self.do("type", tab=tab, id=mine, words=words)
        if any(row["id"] == mine for row in self.rows()):
            self.typed.add(mine)
        if save:
            self.save(tab, mine, owner, words, "flight" if wrong else "visit")

    def save(self, tab: int, mine: str, owner: Person, words: str, kind: str) -> None:
        fields = [["group", str(self.group)], ["kind", kind], ["outcome", "spoke"], ["when", "just_now"], ["summary", words]]
        _, failed = self.do("save", tab=tab, id=mine, fields=fields, state="waiting")
        if failed is None:
            self.owners[mine] = owner
            self.typed.discard(mine)
        else:
            assert failed in ("QuotaExceededError", "Locked"), failed

    @rule(n=st.integers(0, 3), faults=FAULTS)
    def send(self, n: int, faults: list[str]) -> None:
        self.asked = True
        self.do("send", faults, tab=self.page(n))

    @rule(faults=FAULTS)
    def all_tabs_send_at_once(self, faults: list[str]) -> None:
        self.asked = True
        self.do("send_all", faults)

    @rule(how_many=st.integers(1, 4), faults=FAULTS)
    def a_stretch_without_signal(self, how_many: int, faults: list[str]) -> None:
        for n in range(how_many):
            self.write(n, save=True, wrong=False, full=False)
        self.send(0, faults)

    @rule(n=st.integers(0, 3))
    def close_a_tab(self, n: int) -> None:
        self.do("close", tab=self.page(n))

    @rule(properly=st.booleans(), faults=FAULTS)
    def another_takes_the_phone(self, properly: bool, faults: list[str]) -> None:
        """The first signs out, or did not; the second signs in. Pages of the first may still be open."""
        if properly:
            self.asked = True
            self.do("sign_out", faults, tab=self.page(0))
        self.here = 1 - self.here
        self.signs_in()

    @rule(faults=FAULTS)
    def locked_without_a_signal(self, faults: list[str]) -> None:
        """The cookie is still there: what asks the service next ends its session before anything else, and nobody has a key before."""
        self.asked = True
        whose, _ = self.do("lock", tab=self.page(0))
        self.locked = whose == str(self.who.account_id)  # else the phone has not heard of them, and shows no button
        if not self.locked:
            return
        for said in (faults, []):
            self.do("send", said, tab=self.page(0))
        assert self.do("may_ask", tab=self.page(0)) == (True, None)
        assert self.client.get("/api/session").status_code == 401
        self.locked, self.here = False, 1 - self.here
        self.signs_in()

    def signs_in(self) -> None:
        if self.who.account_id not in self.closed:
            self.client = self.diary.client(self.who)
        else:
            self.asked, self.client = True, self.diary.client()  # nobody is let in; what the page's script does about that
            self.do("at_the_door", tab=self.page(0))

    # ---- what happens meanwhile

    @rule(what=st.sampled_from(HAPPENS), days=st.sampled_from([-1, 0, 1]), hours=st.integers(1, 30))
    def something_happens(self, what: str, days: int, hours: int) -> None:
        """One rule for all of it, so that writing and sending stay what is done most."""
        if what == "the clock goes wrong":
            self.ahead = timedelta(days=days)
        elif what == "time passes":
            self.diary.clock.move(timedelta(hours=hours))
        else:
            getattr(self, what.replace(" ", "_"))()

    def the_session_ends(self) -> None:
        with self.client.session_transaction() as session:
            session.clear()

    def the_phone_is_full(self) -> None:
        self.do("full", full=True)

    def there_is_room_again(self) -> None:
        self.do("full", full=False)

    def the_app_is_updated(self) -> None:
        """Pages that are open stay of the release before."""
        self.release += 1

    def the_cover_ends(self, last: date | None = None) -> None:
        """After today the officer has no posting."""
        with self.diary.work() as session:
            for posting in session.scalars(select(Posting).where(Posting.officer_id == self.who.officer_id)):
                posting.ends_on = last or self.diary.now.date()
            say_so(session)

    def the_cover_begins(self) -> None:
        self.the_cover_ends(date.max)

    def the_account_is_closed(self) -> None:
        if self.who.account_id not in self.closed:
            put_out(self.diary, self.town, self.who)
            self.closed.add(self.who.account_id)

    def the_account_is_opened(self) -> None:
        if self.who.account_id in self.closed:
            put_out(self.diary, self.town, self.who, off=False)
            self.closed.remove(self.who.account_id)

    # ---- what holds all the same

    def rows(self) -> list[dict[str, str]]:
        found, failed = self.do("look")
        assert failed is None
        return list(found)

    def on_record(self) -> tuple[dict[str, tuple[int, int]], set[str]]:
        """What was saved and is on the record, (how often, by whom), and what waits for a sergeant."""
        with self.diary.app.app_context():
            session = reading()
            ours = Engagement.client_ref.in_(self.owners)
            asked = (
                select(Engagement.client_ref, func.count(), func.min(Engagement.recorded_by_id)).where(ours).group_by(Engagement.client_ref)
            )
            there = {str(row[0]): (row[1], row[2]) for row in session.execute(asked)}
            held = set(session.scalars(select(HeldEntry.client_ref).where(HeldEntry.client_ref.in_(self.owners))))
            session.close()
        return there, held

    @invariant()
    def each_is_there_once_or_on_the_phone(self) -> None:
        if not hasattr(self, "gone"):
            return
        rows = self.rows()
        here = {row["id"] for row in rows}
        assert self.typed <= here, "what was typed is gone"
        there, held = self.on_record() if self.asked else ({}, set())
        assert all(number == 1 for number, _who in there.values()), "there twice"
        assert all(self.owners[mine].officer_id == who for mine, (_number, who) in there.items()), "in another's name"
        if self.asked:
            self.gone = set(there) | held
        assert set(self.owners) - here <= self.gone, "neither sent nor on the phone"
        self.asked = False

    def teardown(self) -> None:
        """In the end nothing is in the way: what waits is mended, and all of it is on the record."""
        if not hasattr(self, "gone"):
            return
        self.there_is_room_again()
        self.ahead = timedelta(0)
        for self.here in (0, 1):
            self.the_account_is_opened()
            self.the_cover_begins()
            self.signs_in()
            while self.phone.open:
                self.do("close", tab=0)
            self.open_a_page()
            self.send(0, [])
            mine = str(self.who.account_id)
            for row in self.rows():
                if row["owner"] == mine and row["id"] in self.owners and row["state"] == "needs_work":
                    self.save(0, row["id"], self.who, "Mended", "visit")
            self.send(0, [])
        there, held = self.on_record()
        assert set(self.owners) == set(there) | held
        assert {row["state"] for row in self.rows() if row["store"] == "outbox"} <= {"differs"}


def test_each_entry_is_on_the_record_once_or_on_the_phone(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        OnPatrol.group = make_group(session, town, "Stroke Club").id
    OnPatrol.diary, OnPatrol.town, OnPatrol.phone = diary, town, PhoneProcess(lambda _asked: {"lost": True})
    few = settings(
        max_examples=12,
        stateful_step_count=25,
        phases=[Phase.generate],
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
        database=None,
    )
    try:
        run_state_machine_as_test(OnPatrol, settings=few)
    finally:
        OnPatrol.phone.close()
