"""The web server's worker: it takes a request in whole before a thread is given to it, so nobody stops the service by sending slowly.

gunicorn's thread worker gives a thread to a connection once its first bytes are there, and the thread waits for the rest: as many half-sent
requests as there are threads stop everything. Here the loop that waits for connections gathers what comes; a thread reads only what was
gathered, and never from the line.
"""

from __future__ import annotations

import errno
import fcntl
import selectors
import socket
import struct
import termios
import time
from contextlib import suppress
from functools import partial
from typing import Any

from gunicorn.http import get_parser
from gunicorn.http.errors import (
    InvalidResponseHeader,
    InvalidResponseHeaderName,
    LimitRequestHeaders,
    LimitRequestLine,
    NoMoreData,
    ParseException,
)
from gunicorn.workers.gthread import TConn, ThreadWorker

from engagement.core.whole_request import LARGEST_HEAD, Arriving, seconds_allowed
from engagement.settings import load
from engagement.web.headers import ALWAYS, PAGES

_AT_ONCE = 64 * 1024  # bytes taken from one connection before the next has its turn
_MOST_HELD = 64 * 1024 * 1024  # bytes of unfinished requests in one worker
_MOST_UNREAD = 64 * 1024  # bytes of the last answer that nobody fetched, and yet asks again
_SENDING = 256 * 1024  # bytes that the system takes over from a thread, so that it need not wait for a slow reader
_SENDING_SECONDS = 60  # for a third of that to leave: longer than a phone without a signal for a moment needs
_LINGER_SECONDS = 2.0  # for the other side to close first, so that it gets the whole answer


def _answer(status: str, sentence: str) -> bytes:
    page = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{sentence}</title></head><body><p>OFFICIAL</p><main><h1>{sentence}</h1></main></body></html>"
    ).encode()
    headers = (("Connection", "close"), ("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(page))), *ALWAYS, *PAGES)
    return "\r\n".join((f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers), "", "")).encode() + page


TOO_SLOW = _answer("408 Request Timeout", "This came too slowly and was not taken. Send it again where the signal is better.")
_TOO_MUCH = _answer("503 Service Unavailable", "Too much is being sent to the diary at once. Send this again in a minute.")
_LONG_HEAD = _answer("431 Request Header Fields Too Large", "What the browser says about itself is too long.")
_LONG_LINE = _answer("414 URI Too Long", "This address is too long.")
_NO_REQUEST = _answer("400 Bad Request", "The diary did not understand what was sent.")
_FAULT = _answer("500 Internal Server Error", "The diary could not do this just now. Nothing was lost; try again in a minute.")


class _Gathered:
    """The line as a thread sees it: what was gathered, piece by piece, and there is never more on it."""

    def __init__(self) -> None:
        self._data, self._at = b"", 0

    def put(self, data: bytes) -> None:
        """Lays out what was gathered. It is not pushed back on the parser, which copies all that it holds at every small chunk of a body."""
        self._data, self._at = data, 0

    def recv(self, size: int) -> bytes:
        """The next bytes. Whoever asks for more than there is has read the length otherwise: half a body is never read as a whole one."""
        piece = self._data[self._at : self._at + size]
        if not piece:
            raise NoMoreData
        self._at += len(piece)
        return piece

    def take_rest(self) -> bytes:
        """What nobody read: the beginning of the next request."""
        rest = self._data[self._at :]
        self.put(b"")
        return rest


class Connection(TConn):
    """A connection whose requests are gathered before they are read."""

    def __init__(self, worker: GatheringWorker, sock: socket.socket, client: object, server: object) -> None:
        super().__init__(worker.cfg, sock, client, server)
        self.worker = worker
        self.line = _Gathered()
        self.parser = get_parser(worker.cfg, self.line, client)
        self.initialized = self.data_ready = True  # there is nothing that a thread would have to wait for
        self.arriving = Arriving()
        self.began = 0.0
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SENDING)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("@ll", _SENDING_SECONDS, 0))

    def close(self, graceful: bool = False) -> None:
        """Closes it; gracefully without making anybody wait."""
        if graceful:
            self.worker.let_linger(self)
        else:
            super().close()


class GatheringWorker(ThreadWorker):
    """gunicorn's thread worker, in which no thread ever waits for a sender."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        settings = load()
        self.grace_seconds = settings.number("service", "slow_request_seconds")
        self.bytes_per_second = settings.number("service", "slow_request_bytes_per_second")
        self.gathering: dict[Connection, None] = {}  # the one that began first stands first
        self.lingering: dict[Connection, None] = {}
        self._looked_at = 0.0

    def accept(self, listener: socket.socket) -> None:
        """Takes a connection; where there are as many as may be, an idle one makes room, else the one that has been sending for longest."""
        if self.nr_conns + len(self.lingering) >= self.worker_connections - 1:
            self._make_room()
        try:
            sock, client = listener.accept()
        except OSError as error:
            if error.errno in (errno.EMFILE, errno.ENFILE):
                self._make_room()
            elif error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return
        self.nr_conns += 1
        self.enqueue_req(Connection(self, sock, client, listener.getsockname()))

    def enqueue_req(self, conn: Connection) -> None:
        """A connection is there, or has bytes again: its next request begins. It goes to a thread once it is whole."""
        conn.sock.setblocking(False)
        conn.arriving, conn.began = Arriving(), time.monotonic()
        if read_ahead := conn.parser.unreader.take_buffered():
            conn.arriving.take(read_ahead)
        self.gathering[conn] = None
        self._gather(conn)
        if conn in self.gathering:
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._gather, conn))

    def on_client_socket_readable(self, conn: Connection, client: socket.socket) -> None:
        """A kept connection has bytes again, unless it made room for another in this very turn of the loop."""
        if conn in self.keepalived_conns:
            super().on_client_socket_readable(conn, client)

    def _gather(self, conn: Connection, _sock: object = None) -> None:
        if conn not in self.gathering:
            return  # it was ended in this very turn of the loop, which had seen its bytes before
        arriving = conn.arriving
        had_head = arriving.head_is_there
        if not arriving.whole:
            try:
                piece = conn.sock.recv(_AT_ONCE)
            except BlockingIOError:
                return
            except OSError:
                piece = b""
            if not piece:
                self._drop(conn)
                return
            arriving.take(piece)
        if arriving.whole:
            self._hand_over(conn)
        elif not arriving.head_is_there and len(arriving.data) > LARGEST_HEAD:
            self._give_up(conn, _LONG_HEAD)
        elif arriving.expects and not had_head and arriving.head_is_there:
            with suppress(OSError):
                conn.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        elif len(arriving.data) > _AT_ONCE:  # smaller ones do not add up to much
            self._hold_no_more_than_we_can()

    def _hand_over(self, conn: Connection) -> None:
        if _unread(conn.sock) > _MOST_UNREAD:  # it asks and asks and fetches no answer: a thread would wait for it
            self._drop(conn)
            return
        self._forget(conn)
        conn.line.put(bytes(conn.arriving.data))
        conn.arriving.data.clear()
        super().enqueue_req(conn)

    def handle(self, conn: Connection) -> object:
        """Answers in a thread; after a body that was not waited for, the connection ends."""
        lasts = super().handle(conn) and not conn.arriving.too_long
        unreader = conn.parser.unreader
        unreader.unread(unreader.take_buffered() + conn.line.take_rest())  # where the loop looks for the next request
        return lasts

    def handle_error(self, req: object, client: socket.socket, addr: object, exc: Exception) -> None:
        """Answers what is no request, or too long a one, with a page like any other, where gunicorn's own has none of our headers.

        What was sent is not written down: an address may hold a name.
        """
        match exc:
            case InvalidResponseHeader() | InvalidResponseHeaderName():
                answer = _FAULT  # ours: the application said it
            case LimitRequestLine():
                answer = _LONG_LINE
            case LimitRequestHeaders():
                answer = _LONG_HEAD
            case ParseException():
                answer = _NO_REQUEST
            case _:
                answer = _FAULT
        if answer is _FAULT:
            self.log.exception("A request could not be answered")
        else:
            self.log.warning("Refused from %s: %s", addr, type(exc).__name__)
        with suppress(OSError):
            client.sendall(answer)

    def murder_pending(self) -> None:
        """Ends what takes too long; asked after every turn of the loop, looked at once a second."""
        super().murder_pending()
        now = time.monotonic()
        if now - self._looked_at < 1.0:
            return
        self._looked_at = now
        for conn in [conn for conn in self.lingering if conn.timeout <= now]:
            self._end_lingering(conn)
        for conn in list(self.gathering):
            received = len(conn.arriving.data)
            allowed = seconds_allowed(received, grace_seconds=self.grace_seconds, bytes_per_second=self.bytes_per_second)
            if not received and not self.alive:
                self._drop(conn)
            elif now - conn.began > allowed:
                self._give_up(conn, TOO_SLOW if received else b"")

    def _hold_no_more_than_we_can(self) -> None:
        if sum(len(conn.arriving.data) for conn in self.gathering) > _MOST_HELD:
            self._give_up(max(self.gathering, key=lambda conn: len(conn.arriving.data)), _TOO_MUCH)

    def _make_room(self) -> None:
        if self.lingering:
            self._end_lingering(next(iter(self.lingering)))
        elif self.keepalived_conns:  # one that is kept for nothing goes before one that is sending
            self.keepalived_conns[0].timeout = 0.0
            self.murder_keepalived()
        elif self.gathering:
            self._drop(next(iter(self.gathering)))

    def _forget(self, conn: Connection) -> None:
        del self.gathering[conn]
        with suppress(KeyError, ValueError):
            self.poller.unregister(conn.sock)

    def _drop(self, conn: Connection) -> None:
        self._forget(conn)
        self.nr_conns -= 1
        conn.close()

    def _give_up(self, conn: Connection, answer: bytes) -> None:
        self._forget(conn)
        self.nr_conns -= 1
        with suppress(OSError):
            conn.sock.send(answer)
        conn.close(graceful=True)

    def let_linger(self, conn: Connection) -> None:
        """Ends the answer, and closes once the other side did, or after two seconds."""
        conn.timeout = time.monotonic() + _LINGER_SECONDS
        self.lingering[conn] = None
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._linger, conn))
        except OSError:
            self._end_lingering(conn)

    def _linger(self, conn: Connection, _sock: object = None) -> None:
        if conn not in self.lingering:
            return  # ended in this very turn
        with suppress(BlockingIOError):
            try:
                if conn.sock.recv(_AT_ONCE):
                    return
            except ConnectionError:
                pass
            self._end_lingering(conn)

    def _end_lingering(self, conn: Connection) -> None:
        del self.lingering[conn]
        with suppress(KeyError, ValueError):
            self.poller.unregister(conn.sock)
        conn.close()


def _unread(sock: socket.socket) -> int:
    """Bytes of earlier answers that the other side has not taken yet."""
    try:
        return int(struct.unpack("i", fcntl.ioctl(sock, termios.TIOCOUTQ, bytes(4)))[0])
    except OSError:
        return 0
