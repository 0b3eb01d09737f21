"""The loop that gathers: what ends within a turn, what makes room, and what a thread reads of it."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from selectors import DefaultSelector

import pytest
from gunicorn.config import Config
from gunicorn.http.errors import NoMoreData

from engagement.gathering import Connection, GatheringWorker

HALF = b"GET / HTTP/1.1\r\nX-Slow: "
CHUNKED = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.fixture
def worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GatheringWorker]:
    """A worker with room for two, whose loop the test turns."""
    monkeypatch.setenv("ENGAGEMENT_INSTANCE", str(tmp_path))
    settings = Config()
    settings.set("worker_connections", 3)
    settings.set("threads", 1)
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as threads, DefaultSelector() as poller:
        made = GatheringWorker(1, 0, [listener], None, 30, settings, logging.getLogger("test"))
        made.tpool, made.poller = threads, poller
        made.set_accept_enabled(True)
        yield made
        for conn in (*made.gathering, *made.lingering, *made.keepalived_conns):
            conn.close()
        made.tmp.close()


def sender(stack: ExitStack, worker: GatheringWorker, sent: bytes = HALF) -> socket.socket:
    """Somebody who has connected, and sent."""
    end = stack.enter_context(socket.create_connection(worker.sockets[0].getsockname(), timeout=30))
    end.sendall(sent)
    return end


def turn(worker: GatheringWorker) -> None:
    worker.wait_for_and_dispatch_events(10)


def connection(worker: GatheringWorker, stack: ExitStack) -> Connection:
    here, there = socket.socketpair()
    stack.enter_context(there)
    return Connection(worker, stack.enter_context(here), ("127.0.0.1", 1), ("127.0.0.1", 2))


def test_one_that_makes_room_may_have_sent_more_in_the_same_turn(worker: GatheringWorker) -> None:
    with ExitStack() as stack:
        first, second = sender(stack, worker), None
        turn(worker)
        second = sender(stack, worker)
        turn(worker)
        assert len(worker.gathering) == 2
        sender(stack, worker)  # is there before the first goes on
        first.sendall(b"more")
        turn(worker)  # takes the third, for which the first makes room, and finds the first one's bytes
        assert len(worker.gathering) == worker.nr_conns == 2
        second.sendall(b"y")
        turn(worker)
        assert [bytes(conn.arriving.data) for conn in worker.gathering] == [HALF + b"y", HALF]


def test_one_that_lingers_and_one_that_is_kept_make_room_as_well(worker: GatheringWorker) -> None:
    with ExitStack() as stack:
        ends = []
        for _ in range(2):
            ends.append(sender(stack, worker))
            turn(worker)
        lingers, kept = worker.gathering
        worker._give_up(lingers, b"")
        worker._forget(kept)
        kept.set_timeout()
        worker.keepalived_conns.append(kept)
        worker.poller.register(kept.sock, 1, lambda sock: worker.on_client_socket_readable(kept, sock))
        for left, end in zip((lingers, kept), ends, strict=True):
            sender(stack, worker)
            end.sendall(b"more")
            turn(worker)
            assert left.sock.fileno() == -1
        assert len(worker.gathering) == worker.nr_conns == 2
        assert not worker.lingering
        assert not worker.keepalived_conns


def test_the_parser_takes_of_a_body_what_it_asks_for_and_no_more(worker: GatheringWorker) -> None:
    """It copies all that it holds at each chunk: with a body of a million chunks in its hands it would be busy for an hour."""
    with ExitStack() as stack:
        conn = connection(worker, stack)
        body = b"1\r\nx\r\n" * 100_000
        conn.line.put(CHUNKED + body + b"0\r\n\r\n" + HALF)
        request = next(conn.parser)
        assert request.body.read(10) == b"x" * 10
        rest = conn.line.take_rest()
        assert len(rest) > len(body) - 32_768
        conn.line.put(rest)
        assert request.body.read() == b"x" * 99_990
        assert conn.parser.unreader.take_buffered() + conn.line.take_rest() == HALF


def test_half_a_body_is_never_read_as_a_whole_one(worker: GatheringWorker) -> None:
    with ExitStack() as stack:
        conn = connection(worker, stack)
        conn.line.put(b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf")
        request = next(conn.parser)
        with pytest.raises(NoMoreData):
            request.body.read()
        assert not conn.parser.finish_body(), "nor is anything after it"
