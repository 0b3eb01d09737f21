"""Addresses made from the address of the page that is shown: pages, filters, sorting."""

from __future__ import annotations

from urllib.parse import quote

from flask import Flask, Request, Response, abort, request
from werkzeug.routing import IntegerConverter, Map


class KeyConverter(IntegerConverter):
    """The `int` of an address: a number that a key can be. A longer one is no page, rather than a database's error."""

    def __init__(self, map: Map, *args: object, **kwargs: object) -> None:  # noqa: A002 - the name that Werkzeug uses
        super().__init__(map, max=2**63 - 1)


def init_links(app: Flask) -> None:
    """Refuses an address that asks for a NUL: no browser types one, and no text of a database holds one."""

    def refuse_nul() -> None:
        asked: Request = request._get_current_object()  # type: ignore[attr-defined]
        if b"%00" in asked.query_string or "\x00" in asked.path:
            abort(400)

    app.before_request(refuse_nul)


def see_other(address: str) -> Response:
    """Sends the browser on to an address of ours, after a form was kept. Every browser follows: nobody reads a page on the way."""
    return Response(status=303, headers={"Location": address}, content_type="text/html; charset=utf-8")


def address_with(**changes: object) -> str:
    """This page's own address with some of its question changed: for links of pages, filters and sorting."""
    args = request.args.to_dict(flat=False) if request.query_string else {}
    for name, value in changes.items():
        if value is None:
            args.pop(name, None)
        else:
            args[name] = [str(value)]
    query = "&".join(f"{_quoted(k)}={_quoted(v)}" for k, values in args.items() for v in values)
    return f"{request.path}?{query}" if query else request.path


def _quoted(text: str) -> str:
    return text if text.isascii() and text.isalnum() else quote(text, safe="")
