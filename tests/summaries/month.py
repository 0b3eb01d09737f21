"""A month of a town's concerns for tests of summaries, and a mail server that refuses one address."""

from __future__ import annotations

import email.policy
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from sqlalchemy import select

from engagement.concerns.domain import ActionBy, Raiser
from engagement.concerns.drafts import ActionDraft, ConcernDraft, RaisingDraft
from engagement.concerns.service import act, raise_concern
from engagement.mail.service import deliver
from engagement.summaries.jobs import draft_summaries, settle_letters, write_letters
from engagement.summaries.models import Summary, SummaryItem
from engagement.summaries.service import approve, send_to_approver
from tests.builders import Person, Town
from tests.conftest import DiaryUnderTest

RAISED = datetime(2026, 10, 6, 18, 0, tzinfo=UTC)
DONE = datetime(2026, 10, 20, 15, 0, tzinfo=UTC)
FIRST = datetime(2026, 11, 1, 4, 30, tzinfo=UTC)  # a Sunday
MONDAY = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)


class Peer:
    """A mail server that answers by address, and keeps what it took."""

    def __init__(self) -> None:
        self.took: list[tuple[str, EmailMessage]] = []
        self.answers: dict[str, str] = {}

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if answer := self.answers.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        message = message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.took.append((envelope.rcpt_tos[0], message))
        return "250 taken"

    def to(self) -> list[str]:
        return sorted(to for to, _message in self.took)

    def message(self, to: str) -> EmailMessage:
        found = [message for address, message in self.took if address == to]
        assert len(found) == 1, f"{to} got {len(found)} letters"
        return found[0]


@contextmanager
def mail_server(diary: DiaryUnderTest) -> Iterator[Peer]:
    """A peer that the diary sends its mail to."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = int(taken.getsockname()[1])
    before, peer = diary.app.extensions["settings"], Peer()
    diary.app.extensions["settings"] = replace(before, mail_url=f"smtp://127.0.0.1:{port}", public_url="https://diary.example")
    controller = Controller(peer, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield peer
    finally:
        controller.stop()
        diary.app.extensions["settings"] = before


def raise_one(diary: DiaryUnderTest, who: Person, group_id: int | None, title: str = "Cars race past the school", **more: Any) -> int:
    """A concern raised in October by a group, or by an unnamed resident; answers its id."""
    diary.clock.at = more.pop("at", RAISED)
    actor = diary.actor(who)
    raising = RaisingDraft(raiser=Raiser.GROUP if group_id else Raiser.RESIDENT, raised_at=diary.now, group_id=group_id)
    values: dict[str, Any] = {"category": "speeding", "public_said": "drivers go too fast past the school"} | more
    with diary.work() as session:
        return raise_concern(session, actor, ConcernDraft(title=title, raising=raising, **values), now=diary.now).id


def done(
    diary: DiaryUnderTest, who: Person, concern_id: int, words: str = "We checked speeds: 3 of 212 drivers over 35.", **more: Any
) -> None:
    """Something done about it in October, with public wording."""
    diary.clock.at = more.pop("at", DONE)
    actor = diary.actor(who)
    values: dict[str, Any] = {"by": ActionBy.OFFICER, "done_on": date(2026, 10, 20), "public_wording": words} | more
    with diary.work() as session:
        act(session, actor, ActionDraft(concern_id=concern_id, what="Checks with the speed gun", **values), now=diary.now)


def drafted(diary: DiaryUnderTest, at: datetime = FIRST) -> dict[str, int]:
    """Runs the job of the 1st."""
    diary.clock.at = at
    with diary.app.app_context():
        return draft_summaries(at)


def run(diary: DiaryUnderTest, at: datetime) -> tuple[dict[str, int], dict[str, int], dict[str, int]]:
    """Writes, sends and settles letters at a moment."""
    diary.clock.at = at
    with diary.app.app_context():
        return write_letters(at), deliver(at), settle_letters(at)


def summaries(diary: DiaryUnderTest) -> dict[int, Summary]:
    """Every summary by its neighbourhood (of one month)."""
    with diary.work() as session:
        return {s.neighbourhood_id: s for s in session.scalars(select(Summary))}


def items(diary: DiaryUnderTest, summary_id: int) -> list[SummaryItem]:
    """The items of a summary in order."""
    with diary.work() as session:
        return list(session.scalars(select(SummaryItem).where(SummaryItem.summary_id == summary_id).order_by(SummaryItem.position)))


def approve_all(diary: DiaryUnderTest, town: Town, summary_id: int, at: datetime = MONDAY, by: Person | None = None) -> None:
    """The first PCSO sends it, and the sergeant approves all that is used."""
    diary.clock.at = at
    pcso, sergeant = diary.actor(town.pcso), diary.actor(by or town.sergeant)
    seen = {item.id: item.version for item in items(diary, summary_id) if not item.left_out}
    with diary.work() as session:
        send_to_approver(session, pcso, summary_id, now=at)
    with diary.work() as session:
        approve(session, sergeant, summary_id, seen, now=at)


def part(message: EmailMessage, kind: str) -> str:
    """The plain or the HTML part of a letter."""
    body = message.get_body((kind,))
    assert isinstance(body, EmailMessage)
    return str(body.get_content())
