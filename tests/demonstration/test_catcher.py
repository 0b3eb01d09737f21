"""The mail catcher, spoken to as any mail server is."""

from __future__ import annotations

import smtplib
import socket
from email.message import EmailMessage
from pathlib import Path

import pytest

from engagement.demonstration import mailbox
from engagement.demonstration.catcher import REFUSED_ADDRESS, catching
from engagement.demonstration.source import people


@pytest.fixture
def server(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with catching(tmp_path / "mail", port=port):
        yield port, tmp_path / "mail"


def _letter(to: str, subject: str = "Ferndown: what you said in October") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Ferndown team <ferndown@dorset.example>", to, subject
    message["List-Unsubscribe"] = "<https://diary.example/stop/abc>"
    message.set_content("You said … we did.")
    message.add_alternative("<p>You said … <script>alert(1)</script></p>", subtype="html")
    return message


def test_a_letter_is_kept_whole(server) -> None:
    port, folder = server
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        smtp.send_message(_letter("chair@ferndown-town-council.example"))
        smtp.send_message(_letter("clerk@ferndown-town-council.example", subject="Ferndown: café"))
    found, total = mailbox.letters(folder, limit=1)
    assert total == 2
    assert [(one.to, one.subject) for one in found] == [("clerk@ferndown-town-council.example", "Ferndown: café")]
    whole = mailbox.letter(folder, found[0].name)
    assert whole is not None
    assert whole.text.strip() == "You said … we did."
    assert "<script>" in whole.html
    assert ("List-Unsubscribe", "<https://diary.example/stop/abc>") in whole.headers


def test_the_clerk_whose_mailbox_is_gone_is_refused(server) -> None:
    port, folder = server
    with smtplib.SMTP("127.0.0.1", port) as smtp, pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        smtp.send_message(_letter(REFUSED_ADDRESS))
    assert refused.value.recipients[REFUSED_ADDRESS][0] == 550
    assert mailbox.letters(folder, limit=9) == ([], 0)
    assert [person.role for person in people() if person.email == REFUSED_ADDRESS] == ["clerk"]


def test_nobody_real_can_be_written_to(server) -> None:
    port, _ = server
    with smtplib.SMTP("127.0.0.1", port) as smtp, pytest.raises(smtplib.SMTPRecipientsRefused):
        smtp.send_message(_letter("somebody@dorset.test"))


@pytest.mark.parametrize("name", ["", "..", "../../etc/passwd", "20261101T090000000000-0000-zzzzzzzz"])
def test_only_letters_can_be_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "passwd.eml").write_text("Subject: no\n\n")
    assert mailbox.letter(tmp_path, name) is None
