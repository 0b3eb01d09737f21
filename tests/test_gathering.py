"""The web server beside people who send slowly, or fetch nothing: everybody else is answered at once."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from time import monotonic, sleep

import pytest

from tests.builders import Town, make_group, say_so
from tests.conftest import DiaryUnderTest
from tests.offline.phone import entry
from tests.offline.server import HOST, PATIENCE, Line, Server, ask, served

GRACE = 6  # seconds; twenty where nothing else is said
POST = b"POST /sync HTTP/1.1\r\nHost: diary.example\r\nContent-Type: application/json\r\n"
ASK = b"GET /healthz HTTP/1.1\r\nHost: diary.example\r\n\r\n"


@pytest.fixture
def server(diary: DiaryUnderTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    (tmp_path / "slow.toml").write_text(f"[service]\nslow_request_seconds = {GRACE}\n", encoding="utf-8")
    monkeypatch.setenv("ENGAGEMENT_CONFIG", str(tmp_path / "slow.toml"))
    with served(diary) as running:
        yield running


def line(stack: ExitStack, server: Server, *pieces: bytes) -> socket.socket:
    """A connection over which these bytes were sent."""
    made = stack.enter_context(socket.create_connection((HOST, server.port), timeout=PATIENCE))
    for piece in pieces:
        made.sendall(piece)
    return made


def all_of(end: socket.socket) -> bytes:
    """What comes until the other side closes."""
    came = b""
    while piece := end.recv(65536):
        came += piece
    return came


def stop_nobody(server: Server) -> None:
    """Who sends half a request, or nothing, or fetches no answer, keeps nobody waiting."""
    with ExitStack() as stack:
        began = monotonic()
        heads = [line(stack, server, b"GET / HTTP/1.1\r\nX-Slow: ") for _ in range(20)]
        bodies = [line(stack, server, POST + b"Content-Length: 500\r\n\r\n{") for _ in range(20)]
        silent = [line(stack, server) for _ in range(10)]
        for _ in range(10):  # asks for a style sheet again and again, and reads nothing
            deaf = stack.enter_context(socket.socket())
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            deaf.connect((HOST, server.port))
            deaf.sendall(b"GET /static/govuk/govuk.css HTTP/1.1\r\nHost: diary.example\r\n\r\n" * 40)
        waits = []
        while monotonic() - began < GRACE - 3:
            asked = monotonic()
            answer = ask(server.port, "GET", "/sign-in")
            waits.append(monotonic() - asked)
            assert answer is not None
            assert answer[0] == 200
            for end in (*heads, *bodies):
                end.sendall(b"x")  # never silent
            sleep(0.1)
        assert max(waits) < GRACE - 1, "a page waits for nobody who trickles"
        for end in heads + bodies:
            said = all_of(end)
            assert said.startswith(b"HTTP/1.1 408 "), said[:80]
            assert b"X-Content-Type-Options: nosniff" in said and b"Cache-Control: no-store" in said
            assert b"<h1>This came too slowly and was not taken. Send it again where the signal is better.</h1>" in said
        assert [all_of(end) for end in silent] == [b""] * 10
        assert monotonic() - began < GRACE + PATIENCE
        assert ask(server.port, "GET", "/healthz") == (200, {"alive": True}, "")


def take_a_slow_phone(server: Server, diary: DiaryUnderTest, town: Town) -> None:
    """Who is slow but steady gets through."""
    with diary.work() as session:
        group = make_group(session, town).id
        say_so(session)
    phone = Line(diary, server.port, town.pcso.account_id)
    assert phone.send([]) == []
    drafts = [entry(town.pcso, group_ids=[str(group)], summary="Talked about the crossing by the school. " * 7) for _ in range(75)]
    body = json.dumps({"drafts": drafts}).encode()
    assert len(body) > 25_000
    head = f"Cookie: {phone.cookie}\r\nX-CSRFToken: {phone.token}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()
    with ExitStack() as stack:
        end = line(stack, server, POST + head)
        began = monotonic()
        for at in range(0, len(body), len(body) // 12):
            sleep((GRACE + 1) / 12)
            end.sendall(body[at : at + len(body) // 12])
        assert monotonic() - began > GRACE, "it took longer than a silent one may"
        said = all_of(end)
    assert said.startswith(b"HTTP/1.1 200 "), said[:300]
    assert said.count(b'"kept"') == len(drafts)


def answer_every_shape(server: Server) -> None:
    """Whatever shape a request comes in, it is answered once."""
    with ExitStack() as stack:
        twice = line(stack, server, ASK + ASK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        assert all_of(twice).count(b"HTTP/1.1 200 ") == 2
        byte_by_byte = line(stack, server, *(bytes([byte]) for byte in ASK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")))
        assert all_of(byte_by_byte).count(b"HTTP/1.1 200 ") == 1
        head = POST + b"Connection: close\r\n"
        in_chunks = line(stack, server, head + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", b"0\r\n\r\n")
        assert all_of(in_chunks).startswith(b"HTTP/1.1 401 ")
        asks_first = line(stack, server, head + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        assert asks_first.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        asks_first.sendall(b"{}")
        assert b"HTTP/1.1 401 " in all_of(asks_first)
        form = head.replace(b"/sync", b"/sign-in").replace(b"application/json", b"application/x-www-form-urlencoded")
        no_chunk = line(stack, server, form + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n")
        assert all_of(no_chunk).startswith(b"HTTP/1.1 400 "), "the sender's fault"
        posing = line(stack, server, ASK.replace(b"\r\n\r\n", b"\r\nSCRIPT_NAME: /x\r\nPATH_INFO: /sign-in\r\nConnection: close\r\n\r\n"))
        assert b'{"alive"' in all_of(posing), "where we are is not for a header to say"
        too_long = line(stack, server, POST + b"Content-Length: 9999999\r\n\r\n{")
        assert b"HTTP/1.1 4" in all_of(too_long), "refused by its length, and nobody waits for it"
        endless = line(stack, server, b"GET / HTTP/1.1\r\nX-Long: " + b"x" * 70_000)
        assert all_of(endless).startswith(b"HTTP/1.1 431 ")
        nonsense = line(stack, server, b"\x16\x03\x01 no request\r\n\r\n")
        long_line = line(stack, server, b"GET /" + b"x" * 9_000 + b" HTTP/1.1\r\nHost: diary.example\r\n\r\n")
        many = line(stack, server, b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n")
        for end, status in ((nonsense, b"400"), (long_line, b"414"), (many, b"431")):
            said = all_of(end)
            assert said.startswith(b"HTTP/1.1 " + status) and b"frame-ancestors 'none'" in said and b"no-store" in said, said[:300]


@pytest.mark.slow
def test_who_sends_slowly_stops_nobody_and_gets_through(server: Server, diary: DiaryUnderTest, town: Town) -> None:
    answer_every_shape(server)
    take_a_slow_phone(server, diary, town)
    stop_nobody(server)
