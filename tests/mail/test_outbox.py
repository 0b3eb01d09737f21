"""The outbox against a real SMTP server that takes, refuses, puts off, breaks off and is not there."""

from __future__ import annotations

import email.policy
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select

from engagement.core.errors import Refused
from engagement.mail.models import Letter, RefusedAddress
from engagement.mail.queries import settleable
from engagement.mail.service import LetterDraft, deliver, mark_settled, mend, post, stop


class Peer:
    """A mail server that answers by address, and keeps what it took."""

    def __init__(self) -> None:
        self.took: list[tuple[str, bytes]] = []
        self.answers: dict[str, str] = {}
        self.cut: set[str] = set()

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if answer := self.answers.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        to = envelope.rcpt_tos[0]
        if to in self.cut:
            self.cut.discard(to)
            server.transport.close()
            return "421 gone"
        if answer := self.answers.get(f"data:{to}"):
            return answer
        self.took.append((to, envelope.content))
        return "250 taken"

    def to(self) -> list[str]:
        return [to for to, _ in self.took]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def serving(peer: Peer, port: int) -> Iterator[None]:
    controller = Controller(peer, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


@pytest.fixture
def port(diary) -> Iterator[int]:
    """A port that the diary sends its mail to; nobody listens there yet."""
    before, number = diary.app.extensions["settings"], free_port()
    diary.app.extensions["settings"] = replace(before, mail_url=f"smtp://127.0.0.1:{number}")
    yield number
    diary.app.extensions["settings"] = before


@pytest.fixture
def peer(port) -> Iterator[Peer]:
    peer = Peer()
    with serving(peer, port):
        yield peer


def draft(to: str, **other) -> LetterDraft:
    values = {
        "force_id": None, "kind": "summary", "to": to, "sender": "Ashford neighbourhood team <ashford@westshire.example>",
        "reply_to": "Ashford neighbourhood team <ashford@westshire.example>", "subject": "Ashford: you said, we did",
        "text": "You said it was dark – we asked for a lamp.",
        "html": "<html><body><p>You said it was dark.</p></body></html>",
        "headers": {"List-Unsubscribe": "<https://diary.example/stop/abc>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    }  # fmt: skip
    return LetterDraft(**(values | other))


def put(diary, *to: str, **other) -> list[int]:
    with diary.work() as session:
        return [post(session, draft(one, **other), now=diary.now).id for one in to]


def send(diary, later: timedelta = timedelta(0)) -> dict[str, int]:
    with diary.app.app_context():
        return deliver(diary.now + later)


def letters(diary) -> dict[str, Letter]:
    with diary.work() as session:
        return {letter.to: letter for letter in session.scalars(select(Letter).order_by(Letter.id))}


def test_a_letter_arrives_whole(diary, peer: Peer) -> None:
    put(diary, "clerk@parish.example")
    assert send(diary) == {"sent": 1, "refused": 0, "later": 0}
    message = message_from_bytes(peer.took[0][1], policy=email.policy.default)
    kept = letters(diary)["clerk@parish.example"]
    assert (kept.state, kept.sent_at, kept.tries, kept.claimed_until) == ("sent", diary.now, 1, None)
    assert message["Message-ID"] == kept.message_id
    assert str(message["From"]) == "Ashford neighbourhood team <ashford@westshire.example>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message.get_content_type() == "multipart/alternative"
    assert "– we asked" in message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "<p>You said it was dark.</p>" in message.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert send(diary) == {"sent": 0, "refused": 0, "later": 0}


def test_one_bad_address_stops_nobody_elses(diary, peer: Peer) -> None:
    peer.answers = {"gone@parish.example": "550 5.1.1 no such mailbox", "data:spam@parish.example": "554 5.7.1 not wanted"}
    put(diary, "first@parish.example", "gone@parish.example", "spam@parish.example", "Gone@parish.example", "last@parish.example")
    assert send(diary) == {"sent": 2, "refused": 3, "later": 0}
    assert peer.to() == ["first@parish.example", "last@parish.example"]
    assert {to: letter.state for to, letter in letters(diary).items()} == {
        "first@parish.example": "sent", "gone@parish.example": "refused", "spam@parish.example": "refused",
        "Gone@parish.example": "refused", "last@parish.example": "sent",
    }  # fmt: skip
    assert letters(diary)["gone@parish.example"].answer == "550 5.1.1 no such mailbox"
    with diary.work() as session:
        assert session.scalars(select(RefusedAddress.address)).all() == ["gone@parish.example"]


def test_nothing_more_goes_to_a_refused_address_until_it_is_mended(diary, peer: Peer) -> None:
    peer.answers = {"gone@parish.example": "550 5.1.1 no such mailbox"}
    put(diary, "gone@parish.example")
    send(diary)
    peer.answers.clear()
    with diary.work() as session:
        again = post(session, draft("Gone@Parish.example"), now=diary.now)
        assert (again.state, again.answer) == ("refused", "550 5.1.1 no such mailbox")
    assert send(diary, timedelta(days=3))["sent"] == 0
    with diary.work() as session:
        mend(session, "GONE@parish.example")
    put(diary, "gone@parish.example")
    assert send(diary)["sent"] == 1


def test_what_is_put_off_is_tried_again_with_growing_waits_and_given_up_at_last(diary, peer: Peer) -> None:
    peer.answers = {"slow@parish.example": "451 4.7.1 greylisted"}
    put(diary, "slow@parish.example", "quick@parish.example")
    assert send(diary) == {"sent": 1, "refused": 0, "later": 1}
    waits, later = [], timedelta(0)
    for _ in range(6):
        kept = letters(diary)["slow@parish.example"]
        waits.append(kept.next_try_at - (diary.now + later))
        assert send(diary, later + waits[-1] - timedelta(seconds=1)) == {"sent": 0, "refused": 0, "later": 0}
        later += waits[-1]
        assert send(diary, later)["later"] == 1
    assert waits == sorted(set(waits))
    assert send(diary, later + timedelta(hours=7)) == {"sent": 0, "refused": 1, "later": 0}
    assert letters(diary)["slow@parish.example"].answer == "given up after 8 tries: 451 4.7.1 greylisted"
    with diary.work() as session:
        assert session.scalars(select(RefusedAddress)).all() == []


def test_a_server_that_is_down_costs_no_try_and_loses_nothing(diary, port: int) -> None:
    many = [f"clerk{n}@parish.example" for n in range(25)]
    put(diary, *many)
    for hours in range(30):  # more often than the most tries
        assert send(diary, timedelta(hours=hours * 2))["sent"] == 0
    assert {letter.state for letter in letters(diary).values()} == {"waiting"}
    assert {letter.tries for letter in letters(diary).values()} == {0}
    peer = Peer()
    with serving(peer, port):
        assert send(diary, timedelta(days=4))["sent"] == 25
    assert sorted(peer.to()) == sorted(many)


def test_a_connection_cut_in_mid_letter_sends_it_again_under_the_same_id(diary, peer: Peer) -> None:
    peer.cut = {"clerk@parish.example"}
    put(diary, "clerk@parish.example", "next@parish.example")
    assert send(diary) == {"sent": 1, "refused": 0, "later": 1}
    assert send(diary, timedelta(minutes=2))["sent"] == 1
    assert peer.to() == ["next@parish.example", "clerk@parish.example"]
    assert letters(diary)["clerk@parish.example"].message_id.encode() in peer.took[1][1]


def test_two_at_once_send_each_letter_once(diary, peer: Peer) -> None:
    put(diary, *[f"clerk{n}@parish.example" for n in range(60)])
    threads = [threading.Thread(target=send, args=(diary,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(peer.to()) == sorted(f"clerk{n}@parish.example" for n in range(60))


def test_letters_to_communities_leave_in_working_hours_alone(diary, peer: Peer) -> None:
    diary.clock.at = datetime(2026, 12, 24, 18, 30, tzinfo=UTC)  # Christmas Eve, after six
    put(diary, "clerk@parish.example", working_hours_only=True)
    put(diary, "officer@force.example", kind="password")
    assert send(diary)["sent"] == 1
    assert peer.to() == ["officer@force.example"]
    opening = datetime(2026, 12, 29, 9, 0, tzinfo=UTC)  # the Tuesday after Boxing Day's substitute
    assert letters(diary)["clerk@parish.example"].next_try_at == opening
    assert send(diary, opening - diary.now - timedelta(seconds=1))["sent"] == 0
    assert send(diary, opening - diary.now + timedelta(hours=10))["sent"] == 0  # a late pass waits for the next morning
    assert send(diary, opening - diary.now)["sent"] == 1


def test_a_letter_lost_by_its_cause_is_not_sent(diary, peer: Peer) -> None:
    def cause() -> None:
        with diary.work() as session:
            post(session, draft("clerk@parish.example"), now=diary.now)
            raise Refused("The cause was refused after all")

    with pytest.raises(Refused):
        cause()
    assert send(diary)["sent"] == 0


@pytest.mark.parametrize(
    "to", ["", "clerk", "a@b", "a b@parish.example", "a@parish.example, b@parish.example", "x@parish.example\r\nBcc: y@z.example"]
)
def test_what_is_no_address_is_refused(diary, to: str) -> None:
    with pytest.raises(Refused, match=r"name@parish\.example"), diary.work() as session:
        post(session, draft(to), now=diary.now)


def test_no_text_can_begin_a_header(diary, peer: Peer) -> None:
    put(diary, "clerk@parish.example", subject="Ashford\r\nBcc: everyone@z.example\x00", headers={"X-Place": "A\nB: c"})
    assert send(diary)["sent"] == 1
    message = message_from_bytes(peer.took[0][1], policy=email.policy.default)
    assert message["Bcc"] is None
    assert message["Subject"] == "Ashford Bcc: everyone@z.example"
    assert message["X-Place"] == "A B: c"


def test_what_waits_can_be_stopped(diary, peer: Peer) -> None:
    put(diary, "clerk@parish.example", "other@parish.example")
    with diary.work() as session:
        assert stop(session, address="CLERK@parish.example", kind="summary") == 1
    send(diary)
    assert peer.to() == ["other@parish.example"]


def test_its_writer_takes_note_once(diary, peer: Peer) -> None:
    peer.answers = {"gone@parish.example": "550 no"}
    ids = put(diary, "clerk@parish.example", "gone@parish.example")
    put(diary, "officer@force.example", kind="password")
    send(diary)
    with diary.work() as session:
        found = settleable(session, "summary")
        assert [(letter.id, letter.state) for letter in found] == [(ids[0], "sent"), (ids[1], "refused")]
        mark_settled(session, ids, now=diary.now)
    with diary.work() as session:
        assert settleable(session, "summary") == []
