"""Where a request ends, whatever pieces it comes in, and how long it may take."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from engagement.core.whole_request import LARGEST_BODY, LONGEST_SECONDS, Arriving, seconds_allowed

HEAD = b"POST /sync HTTP/1.1\r\nHost: diary.example\r\n"
BODIES = st.binary(max_size=300)


def arrived(pieces: list[bytes]) -> list[bool]:
    """After each piece: is all of it there?"""
    arriving = Arriving()
    whole = []
    for piece in pieces:
        arriving.take(piece)
        whole.append(arriving.whole)
    assert bytes(arriving.data) == b"".join(pieces)
    return whole


def chunked(parts: list[bytes], trailer: bytes) -> bytes:
    coded = b"".join(b"%x;why=none\r\n%b\r\n" % (len(part), part) for part in parts if part)
    return coded + b"0\r\n" + trailer + b"\r\n"


@st.composite
def requests(draw: st.DrawFn) -> bytes:
    """A request: with an announced length, in chunks, or without a body."""
    kind = draw(st.sampled_from(["length", "chunks", "none"]))
    if kind == "length":
        body = draw(BODIES)
        name = draw(st.sampled_from([b"Content-Length", b"content-length", b"CONTENT-LENGTH"]))
        return HEAD + name + b": %d\r\n\r\n" % len(body) + body
    if kind == "chunks":
        trailer = draw(st.sampled_from([b"", b"X-Sum: 1\r\n"]))
        return HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(draw(st.lists(BODIES, max_size=4)), trailer)
    return HEAD + b"\r\n"


@given(requests(), st.lists(st.integers(0, 1400), max_size=12))
def test_a_request_is_whole_at_its_last_byte_and_not_before(request_: bytes, cuts: list[int]) -> None:
    at = sorted({0, *(cut for cut in cuts if cut < len(request_)), len(request_) - 1, len(request_)})
    whole = arrived([request_[start:end] for start, end in pairwise(at)])
    assert whole[-1]
    assert not any(whole[:-1])


@given(requests(), st.binary(min_size=1, max_size=50))
def test_what_follows_a_request_does_not_hide_its_end(request_: bytes, more: bytes) -> None:
    assert arrived([request_ + more]) == [True]


@given(st.integers(LARGEST_BODY + 1, 10**30))
def test_a_body_that_is_too_long_is_not_waited_for(length: int) -> None:
    arriving = Arriving()
    arriving.take(HEAD + b"Content-Length: %d\r\n\r\n" % length)
    assert (arriving.whole, arriving.too_long) == (True, True)


@given(st.integers(0, 300), st.integers(0, 60))
def test_noughts_before_a_length_say_nothing(length: int, noughts: int) -> None:
    whole = HEAD + b"Content-Length: " + b"0" * noughts + b"%d\r\n\r\n" % length + bytes(length)
    assert arrived([whole[:-1], whole[-1:]]) == [False, True]


def test_a_trailer_without_an_end_and_a_chunk_of_less_than_nothing_are_not_waited_for() -> None:
    assert arrived([HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + b"X: y\r\n" * 12_000]) == [True]
    assert arrived([HEAD + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nabcde"]) == [True]


def test_a_body_without_an_announced_length_is_cut_where_it_gets_too_long() -> None:
    arriving = Arriving()
    arriving.take(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    for _ in range(7):
        arriving.take(b"100000\r\n" + bytes(0x100000) + b"\r\n")
    assert (arriving.whole, arriving.too_long) == (True, True)


@given(st.binary(max_size=200), st.lists(st.binary(max_size=60), max_size=6))
def test_bytes_that_are_no_request_break_nothing(start: bytes, pieces: list[bytes]) -> None:
    arrived([start, *pieces, b"\r\n\r\n", *pieces])
    arrived([HEAD + b"Content-Length: -5, x\r\n\r\n", *pieces])
    arrived([HEAD + b"Transfer-Encoding: chunked\r\n\r\n", start, *pieces])


def test_the_sender_that_waits_to_be_told_is_known() -> None:
    arriving = Arriving()
    arriving.take(HEAD + b"Expect: 100-Continue\r\nContent-Length: 5\r\n\r\n")
    assert (arriving.expects, arriving.whole, arriving.head_is_there) == (True, False, True)


@given(st.integers(0, LARGEST_BODY), st.integers(1, 1000), st.integers(1, 100_000), st.integers(1, 100_000))
def test_whoever_sends_more_has_longer_and_nobody_has_for_ever(received: int, more: int, grace: int, rate: int) -> None:
    now, later = (seconds_allowed(count, grace_seconds=grace, bytes_per_second=rate) for count in (received, received + more))
    assert min(grace, LONGEST_SECONDS) <= now <= later <= LONGEST_SECONDS


def test_a_sync_of_sixty_kilobytes_gets_through_on_2g_as_the_settings_stand() -> None:
    seconds = 60_000 / 600  # half of what GPRS sends with one slot
    assert seconds < seconds_allowed(60_000, grace_seconds=20, bytes_per_second=250)
    assert all(sent / 600 < seconds_allowed(int(sent), grace_seconds=20, bytes_per_second=250) for sent in range(0, 60_001, 1_000))
