"""The demonstration's own mail server: takes every letter, delivers none, and keeps each as a file that can be looked at."""

from __future__ import annotations

import hashlib
import itertools
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

REFUSED_ADDRESS = "clerk@west-parley-parish-council.example"
REFUSAL = f"550 5.1.1 <{REFUSED_ADDRESS}>: mailbox unavailable"
KEPT = 500
_COUNT = itertools.count()
_PERMITTED = re.compile(r"[^@\s<>]+@[^@\s<>]+\.example", re.IGNORECASE)


class Keeper:
    """What the server does with each letter: one file in `folder`, of which the newest 500 are kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    async def handle_RCPT(  # noqa: N802  (aiosmtpd looks for this name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        """Refuses the clerk whose mailbox is gone, and whoever is not invented."""
        if address.lower() == REFUSED_ADDRESS:
            return REFUSAL
        if not _PERMITTED.fullmatch(address):
            return "550 5.7.1 the demonstration takes mail for .example addresses alone"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 kept"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keeps the letter; the answer comes after the file is whole, so nothing answered for is lost."""
        body = envelope.content or b""
        content = body if isinstance(body, bytes) else body.encode("utf-8", "surrogateescape")
        keep(self.folder, content, ", ".join(envelope.rcpt_tos), datetime.now(UTC))
        self._forget_the_oldest()
        return "250 2.0.0 kept"

    def _forget_the_oldest(self) -> None:
        for old in sorted(self.folder.glob("*.eml"), reverse=True)[KEPT:]:
            old.unlink(missing_ok=True)


def keep(folder: Path, content: bytes, to: str, at: datetime) -> None:
    """Keeps a letter as a file named after the moment it was caught; it is whole as soon as it is there."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{at:%Y%m%dT%H%M%S%f}-{next(_COUNT) % 10_000:04}-{hashlib.sha256(content).hexdigest()[:8]}"
    part = folder / f"{name}.part"
    part.write_bytes(b"X-Caught-For: " + to.encode() + b"\r\n" + content)
    os.replace(part, folder / f"{name}.eml")


@contextmanager
def catching(folder: Path, *, host: str = "127.0.0.1", port: int) -> Iterator[str]:
    """Runs the catcher in a thread for as long as the block lasts; yields the address for `ENGAGEMENT_MAIL_URL`."""
    controller = Controller(Keeper(folder), hostname=host, port=port, ident="demonstration")
    controller.start()
    try:
        yield f"smtp://{host}:{port}"
    finally:
        controller.stop()
