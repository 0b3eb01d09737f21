"""The application's own class: Flask without what no page of the diary uses, and forms that are quick to ask.

Flask looks at each function it calls whether that is a coroutine, and works out for each request what its host means to
addresses with sub-domains. Ours has neither; together that is as long as two questions of a page.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Flask, Request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import BadHost
from werkzeug.routing import MapAdapter
from werkzeug.sansio.utils import get_host

from engagement.core.whole_request import LARGEST_BODY

KEPT_HOSTS = 64  # names under which the service is asked for, of which a process remembers that they can be one


class Fields(ImmutableMultiDict[str, str]):
    """The fields of a form or of an address. Asked for one that was not sent it answers at once: most of a form's were not."""

    def get(self, key: str, default: Any = None, type: Callable[[str], Any] | None = None) -> Any:  # type: ignore[override]  # noqa: A002
        """The first value of a field, or the default."""
        if type is not None:
            return super().get(key, default, type)
        found: Any = dict.get(self, key)
        return found[0] if found else default


class DiaryRequest(Request):
    """A request whose fields are `Fields`, and how much one may bring."""

    parameter_storage_class = Fields
    max_content_length = LARGEST_BODY
    max_form_memory_size = 4 * 1024 * 1024  # bytes of one field
    max_form_parts = 1_000  # fields


class DiaryFlask(Flask):
    """Flask, in which every function is an ordinary one and every address is of the one host that was asked."""

    request_class = DiaryRequest

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself: none of ours is a coroutine."""
        return func

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """What finds the view of a request, and addresses for its answer."""
        if request is None:
            return super().create_url_adapter(None)
        request.host, name = _host_of(request.scheme, request.headers.get("host"), request.server)
        asked = request.query_string.decode(errors="replace")
        return MapAdapter(self.url_map, name, request.root_path or "/", "", request.scheme, request.path, request.method, asked)


@lru_cache(maxsize=KEPT_HOSTS)
def _host_of(scheme: str, header: str | None, server: tuple[str, int | None] | None) -> tuple[str, str]:
    """The host that a request asks, and the same as addresses have it. Raises BadHost where it can be none."""
    host = get_host(scheme, header, server)
    name, colon, port = host.lower().partition(":")
    try:
        return host, name.encode("idna").decode("ascii") + colon + port
    except UnicodeError as error:
        raise BadHost from error
