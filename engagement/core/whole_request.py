"""Whether all of an HTTP/1.1 request is there, and how long its sender may take over it."""

from __future__ import annotations

import re

LARGEST_BODY = 6 * 1024 * 1024  # bytes; the service refuses a longer one by its announced length
LARGEST_HEAD = 64 * 1024
LONGEST_SECONDS = 600

_FIELD = re.compile(rb"\r\n(content-length|transfer-encoding|expect)[ \t]*:[ \t]*([^\r\n]*)", re.IGNORECASE)
_END = b"\r\n\r\n"


def seconds_allowed(received: int, *, grace_seconds: int, bytes_per_second: int) -> float:
    """For how long a request may go on arriving, from its beginning, of which so many bytes came: a slow line goes on, a silent one ends."""
    return min(float(LONGEST_SECONDS), grace_seconds + received / bytes_per_second)


class Arriving:
    """What came of one request so far. It is a guess at where the request ends: whoever reads it must not wait for more."""

    __slots__ = ("_at", "_body", "_chunked", "data", "expects", "too_long", "whole")

    def __init__(self) -> None:
        self.data = bytearray()
        self.whole = False  # nothing of it is missing, or enough is there to refuse it
        self.too_long = False  # its body is, or is announced, longer than the service takes; the rest was not waited for
        self.expects = False  # its sender waits for "100 Continue" before it sends the body
        self._body: int | None = None  # where the body begins
        self._chunked = False
        self._at = 0  # where the end is looked for, or the next chunk begins; with an announced length, where the request ends

    @property
    def head_is_there(self) -> bool:
        """Whether every header has come."""
        return self._body is not None

    def take(self, piece: bytes) -> None:
        """Adds the next bytes."""
        self.data += piece
        if self._body is None:
            self._look_for_head()
        if self._body is not None:
            self.too_long = self.too_long or len(self.data) - self._body > LARGEST_BODY
            self.whole = self.too_long or (self._chunks_are_there() if self._chunked else len(self.data) >= self._at)

    def _look_for_head(self) -> None:
        found = self.data.find(_END, self._at)
        if found < 0:
            self._at = max(0, len(self.data) - len(_END) + 1)
            return
        self._body = self._at = found + len(_END)
        fields = {name.lower(): value.strip().lower() for name, value in _FIELD.findall(bytes(self.data[:found]))}
        self.expects = fields.get(b"expect") == b"100-continue"
        self._chunked = b"transfer-encoding" in fields
        length = fields.get(b"content-length", b"0")
        if not self._chunked and length.isdigit():  # else there is no body to wait for, and the parser refuses it
            announced = int(length.lstrip(b"0")[:20] or b"0")
            self.too_long = announced > LARGEST_BODY
            self._at += min(announced, LARGEST_BODY + 1)

    def _chunks_are_there(self) -> bool:
        while (line := self.data.find(b"\r\n", self._at)) >= 0:
            try:
                size = int(bytes(self.data[self._at : line]).split(b";")[0], 16)
            except ValueError:
                return True  # no chunk: the parser says so
            if size < 0:
                return True
            if size == 0:
                ended = self.data.startswith(b"\r\n", line + 2) or self.data.find(_END, line) >= 0
                return ended or len(self.data) - line > LARGEST_HEAD
            self._at = line + 2 + size + 2
        return len(self.data) - self._at > LARGEST_HEAD
