"""The ways out: an SMTP server, or a folder that keeps each letter as a file."""

from __future__ import annotations

import os
import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from engagement.mail.domain import Verdict, verdict_on_address, verdict_on_letter

_SECONDS = 30  # for each answer of the server
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an attempt came to, and what the server said."""

    verdict: Verdict
    words: str


class Way(Protocol):
    """An open way out, over which letters are sent one by one."""

    def send(self, message: EmailMessage, to: str) -> Answer:
        """Sends one message to one address. Says what came of it and never raises for what a server does."""
        ...


class FolderWay:
    """Writes each letter into a folder, under its Message-ID: sent twice, it is one file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: EmailMessage, to: str) -> Answer:
        name = re.sub(r"[^A-Za-z0-9.@-]", "", str(message["Message-ID"]))
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            part = self.folder / f"{name}.part"
            part.write_bytes(message.as_bytes())
            os.replace(part, self.folder / f"{name}.eml")
        except OSError as error:
            return Answer(verdict=Verdict.SERVER_DOWN, words=f"{self.folder}: {error.strerror}")
        return Answer(verdict=Verdict.SENT, words=f"{name}.eml")


class SmtpWay:
    """A conversation with an SMTP server; opened again after it broke."""

    def __init__(self, url: str) -> None:
        self.parts = urlsplit(url)
        self._smtp: smtplib.SMTP | None = None

    def send(self, message: EmailMessage, to: str) -> Answer:
        try:
            smtp = self._smtp or self._open()
        except (OSError, smtplib.SMTPException) as error:
            return Answer(verdict=Verdict.SERVER_DOWN, words=_words(error))
        try:
            smtp.send_message(message, to_addrs=[to])
        except smtplib.SMTPRecipientsRefused as error:
            code, words = error.recipients[to]
            return Answer(verdict=verdict_on_address(code, _text(words)), words=f"{code} {_text(words)}")
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            self.close()
            return Answer(verdict=verdict_on_letter(error.smtp_code), words=_words(error))
        except (OSError, smtplib.SMTPException, ValueError) as error:
            self.close()
            return Answer(verdict=Verdict.LATER, words=_words(error))
        return Answer(verdict=Verdict.SENT, words="taken")

    def close(self) -> None:
        """Ends the conversation, politely where that still works."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with suppress(OSError, smtplib.SMTPException):
                smtp.quit()

    def _open(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        host, port = self.parts.hostname or "localhost", self.parts.port
        if self.parts.scheme == "smtps":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(host, port or 465, timeout=_SECONDS, context=context)
        else:
            smtp = smtplib.SMTP(host, port or 25, timeout=_SECONDS)
        try:
            self._greet(smtp, context)
        except BaseException:
            smtp.close()
            raise
        self._smtp = smtp
        return smtp

    def _greet(self, smtp: smtplib.SMTP, context: ssl.SSLContext) -> None:
        """Goes over to TLS where that is asked for or offered, and signs in where there is a name to sign in with."""
        wish = parse_qs(self.parts.query).get("tls", [""])[0]
        secret = self.parts.scheme == "smtps"
        if not secret:
            smtp.ehlo_or_helo_if_needed()
            if wish != "never" and smtp.has_extn("starttls"):
                smtp.starttls(context=context)
                secret = True
            elif wish == "required":
                raise smtplib.SMTPNotSupportedError("the server offers no TLS")
        if self.parts.username:
            if not secret and self.parts.hostname not in _LOOPBACK:
                raise smtplib.SMTPNotSupportedError("the password is not sent over a connection without TLS")
            smtp.login(unquote(self.parts.username), unquote(self.parts.password or ""))


@contextmanager
def way_out(url: str) -> Iterator[Way]:
    """The way that `ENGAGEMENT_MAIL_URL` names: `smtp://` (STARTTLS where offered; `?tls=required` or `?tls=never`), `smtps://`, `file:///`."""
    if urlsplit(url).scheme == "file":
        yield FolderWay(Path(unquote(urlsplit(url).path)))
        return
    way = SmtpWay(url)
    try:
        yield way
    finally:
        way.close()


def _text(words: bytes | str) -> str:
    return (words.decode("utf-8", "replace") if isinstance(words, bytes) else words)[:500]


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return f"{type(error).__name__}: {error}"[:500]
