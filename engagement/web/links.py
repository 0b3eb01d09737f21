"""Addresses made from the address of the page that is shown: pages, filters, sorting."""

from __future__ import annotations

from urllib.parse import quote

from flask import request


def address_with(**changes: object) -> str:
    """This page's own address with some of its question changed: for links of pages, filters and sorting."""
    args = request.args.to_dict(flat=False)
    for name, value in changes.items():
        if value is None:
            args.pop(name, None)
        else:
            args[name] = [str(value)]
    query = "&".join(f"{_quoted(k)}={_quoted(v)}" for k, values in args.items() for v in values)
    return f"{request.path}?{query}" if query else request.path


def _quoted(text: str) -> str:
    return quote(text, safe="")
