"""Reads the letters that the demonstration's mail catcher kept."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

_NAME = re.compile(r"\d{8}T\d{12}-\d{4}-[0-9a-f]{8}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caught:
    """A letter as it would have arrived. `name` is its file without the ending; `headers` are those worth showing."""

    name: str
    at: datetime
    to: str
    sender: str
    subject: str
    headers: tuple[tuple[str, str], ...] = ()
    text: str = ""
    html: str = ""


SHOWN = ("From", "To", "Reply-To", "Date", "Subject", "Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post", "Auto-Submitted")


def letters(folder: Path, *, limit: int, skip: int = 0) -> tuple[list[Caught], int]:
    """The newest letters first, `limit` of them after `skip`, without their bodies; and how many there are in all."""
    names = sorted((file.stem for file in folder.glob("*.eml") if _NAME.fullmatch(file.stem)), reverse=True)
    found = (_read(folder, name, bodies=False) for name in names[skip : skip + limit])
    return [letter for letter in found if letter], len(names)


def letter(folder: Path, name: str) -> Caught | None:
    """One letter whole, or None when there is none of that name."""
    return _read(folder, name, bodies=True) if _NAME.fullmatch(name) else None


def _read(folder: Path, name: str, *, bodies: bool) -> Caught | None:
    try:
        content = (folder / f"{name}.eml").read_bytes()
    except FileNotFoundError:
        return None
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return Caught(
        name=name,
        at=datetime.strptime(name.split("-")[0], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC),
        to=str(message.get("X-Caught-For", "")),
        sender=str(message.get("From", "")),
        subject=str(message.get("Subject", "")),
        headers=tuple((key, str(message[key])) for key in SHOWN if message[key]),
        text=_body(message, "plain") if bodies else "",
        html=_body(message, "html") if bodies else "",
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part else ""
