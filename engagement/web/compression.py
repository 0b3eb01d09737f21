"""Answers made small for the road: gzip for pages and static files, where the browser takes it."""

from __future__ import annotations

import gzip
import re
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

TEXTS = frozenset(
    {
        "application/javascript",
        "application/json",
        "application/manifest+json",
        "image/svg+xml",
        "text/css",
        "text/html",
        "text/javascript",
        "text/plain",
    }
)
WORTH_IT = 1_000  # bytes: below it an answer fits in one packet either way
QUICK = 3  # a page is packed while its reader waits; a static file once, as small as it gets


def init_compression(app: Flask) -> None:
    """Packs answers of text for browsers that take it so.

    A page holds a secret (its forms' token) beside what was typed, and the packed length tells a little of both. Guessing by it
    takes many requests in the victim's name from elsewhere, and the session's cookie (SameSite=Lax) does not travel with those.
    """

    def pack(response: Response) -> Response:
        if not _takes_gzip(request.headers.get("Accept-Encoding", "")) or request.method == "HEAD":
            return response
        if (response.content_type or "").partition(";")[0] not in TEXTS or "Content-Encoding" in response.headers:
            return response
        if request.endpoint == "static":
            _pack_file(app, response)
        elif response.is_sequence and (response.content_length or 0) >= WORTH_IT:
            response.set_data(gzip.compress(response.get_data(), QUICK, mtime=0))
            response.headers["Content-Encoding"] = "gzip"
        return response

    app.after_request(pack)


@lru_cache(maxsize=256)
def _takes_gzip(accepted: str) -> bool:
    """Whether a browser that sends this takes it. There are as many such lines as there are kinds of browser."""
    return parse_accept_header(accepted, Accept)["gzip"] > 0


def _pack_file(app: Flask, response: Response) -> None:
    if response.status_code != 200 or not app.static_folder or not request.view_args:
        return
    path = Path(app.static_folder) / request.view_args["filename"]
    response.close()
    response.direct_passthrough = False
    response.set_data(_packed(path, path.stat().st_mtime_ns))
    response.headers["Content-Encoding"] = "gzip"
    tag, _ = response.get_etag()
    if tag:
        response.set_etag(tag, weak=True)


# Comments of our own scripts and styles, on lines of their own or at a line's end: a quarter of what would go over the air.
_REMARKS = {
    ".mjs": re.compile(r"^[ \t]*(?://[^\n]*|/\*\*(?:(?!\*/).)*\*/[ \t]*)\n|[ \t]+// [^\n]*$", re.MULTILINE | re.DOTALL),
    ".css": re.compile(r"^[ \t]*/\*(?:(?!\*/).)*\*/[ \t]*\n", re.MULTILINE | re.DOTALL),
}


_VENDORED = frozenset({"govuk", "leaflet"})


def without_remarks(path: Path) -> bytes:
    """A static file without the comments that are for its readers; what others wrote stays whole, with its licence."""
    pattern = _REMARKS.get(path.suffix)
    return (
        path.read_bytes()
        if pattern is None or not _VENDORED.isdisjoint(path.parts)
        else pattern.sub("", path.read_text(encoding="utf-8")).encode()
    )


@lru_cache(maxsize=128)
def _packed(path: Path, _changed_at: int) -> bytes:
    return gzip.compress(without_remarks(path), 9, mtime=0)
