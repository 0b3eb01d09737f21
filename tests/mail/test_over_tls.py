"""Letters to a mail server that speaks TLS: from the first byte, or after STARTTLS; to one whose certificate nobody vouches for, none."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from engagement.mail.domain import Verdict
from engagement.mail.senders import way_out
from tests.mail.test_outbox import Peer, free_port


class Implicit(Controller):
    """A server that speaks TLS from the first byte. Asks itself whether it is there as a client would that knows its authority."""

    def _trigger_server(self) -> None:
        client = ssl.create_default_context()
        with socket.create_connection((self.hostname, self.port)) as bare, client.wrap_socket(bare, server_hostname=self.hostname) as tls:
            tls.recv(100)


def knows(server: object, session: object, envelope: object, mechanism: str, data: LoginPassword) -> AuthResult:
    """Lets in whoever has the password."""
    return AuthResult(success=(data.login, data.password) == (b"diary", b"p@ss word"), handled=False)


@pytest.fixture
def authority(tmp_path, monkeypatch) -> trustme.CA:
    """Who vouches for the server, known to this machine as any other authority would be."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    return authority


@pytest.fixture
def proof(authority) -> ssl.SSLContext:
    """What the server proves itself with."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    return context


@pytest.fixture
def implicit(proof) -> Iterator[tuple[Peer, int]]:
    """A server behind `smtps://`."""
    yield from running(Implicit, ssl_context=proof)


@pytest.fixture
def starting(proof) -> Iterator[tuple[Peer, int]]:
    """A server that offers STARTTLS, asks for a password, and takes it over TLS alone."""
    yield from running(Controller, tls_context=proof, authenticator=knows, auth_required=True, auth_require_tls=True)


def running(kind: type[Controller], **how: Any) -> Iterator[tuple[Peer, int]]:
    peer, port = Peer(), free_port()
    controller = kind(peer, hostname="localhost", port=port, **how)
    controller.start()
    yield peer, port
    controller.stop()


def sent(url: str) -> Verdict:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "team@diary.example", "clerk@council.example", "October"
    message["Message-ID"] = "<1@diary.example>"
    message.set_content("You said, we did")
    with way_out(url) as way:
        return way.send(message, "clerk@council.example").verdict


def test_a_letter_goes_over_tls_from_the_first_byte(implicit) -> None:
    peer, port = implicit
    assert sent(f"smtps://localhost:{port}") is Verdict.SENT
    assert peer.to() == ["clerk@council.example"]


def test_starttls_is_used_where_it_is_offered_and_the_password_goes_over_it(starting) -> None:
    peer, port = starting
    assert sent(f"smtp://diary:p%40ss%20word@localhost:{port}?tls=required") is Verdict.SENT
    assert peer.to() == ["clerk@council.example"]


def test_a_wrong_password_holds_the_letter_back(starting) -> None:
    peer, port = starting
    assert sent(f"smtp://diary:guess@localhost:{port}") is Verdict.SERVER_DOWN
    assert peer.took == []


@pytest.mark.parametrize("scheme", ["smtps", "smtp"])
def test_a_server_nobody_vouches_for_gets_no_letter(implicit, starting, monkeypatch, tmp_path, scheme: str) -> None:
    peer, port = implicit if scheme == "smtps" else starting
    trustme.CA().cert_pem.write_to_path(tmp_path / "another.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "another.pem"))
    assert sent(f"{scheme}://diary:p%40ss%20word@localhost:{port}") is Verdict.SERVER_DOWN
    assert peer.took == []
