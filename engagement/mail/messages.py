"""Turns a letter into the message that leaves: its headers, and plain text with HTML beside it."""

from __future__ import annotations

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from engagement.mail.domain import one_line
from engagement.mail.models import Letter


def message_of(letter: Letter, now: datetime) -> EmailMessage:
    """The message of a letter. Its Message-ID is the row's, so a letter sent twice is recognised as one."""
    message = EmailMessage(policy=SMTP)
    message["From"] = _mailbox(letter.sender)
    message["To"] = letter.to
    if letter.reply_to:
        message["Reply-To"] = _mailbox(letter.reply_to)
    message["Subject"] = one_line(letter.subject)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"
    for name, value in letter.headers.items():
        message[one_line(name)] = one_line(str(value))
    message.set_content(letter.text)
    if letter.html:
        message.add_alternative(letter.html, subtype="html")
    return message


def _mailbox(text: str) -> Address | str:
    name, address = parseaddr(one_line(text))
    return Address(display_name=name, addr_spec=address) if address else one_line(text)
