"""The application's own class answers what Flask and Werkzeug would: the host, the address, the fields of a form."""

from __future__ import annotations

from typing import Any

from flask import Flask
from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.test import EnvironBuilder

from engagement.web.application import DiaryFlask, DiaryRequest, Fields
from tests.conftest import DiaryUnderTest

PLAIN, OURS = Flask("plain"), DiaryFlask("ours")
KNOWN = ("server_name", "script_name", "subdomain", "url_scheme", "path_info", "default_method", "query_args")
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)


def bound(app: Flask, environ: dict[str, Any]) -> object:
    """Everything by which a request finds its view, and its host; or the error that it gets instead."""
    request = DiaryRequest(dict(environ))
    try:
        adapter = app.create_url_adapter(request)
    except HTTPException as error:
        return type(error)
    assert adapter is not None
    adapter.path_info = "/" + adapter.path_info.lstrip("/")  # as it is matched
    return request.host, [getattr(adapter, name) for name in KNOWN]


@given(
    host=st.one_of(
        st.none(), st.sampled_from(["Diary.Force.Example", "localhost:80", "[::1]:8000", "x" * 70, "a b", "é.example", ""]), WORDS
    ),
    path=WORDS,
    query=WORDS,
    root=st.sampled_from(["", "/", "/diary", "/diary/"]),
    scheme=st.sampled_from(["http", "https"]),
)
@example(host=None, path="//overdue", query="a=%ff", root="", scheme="http")
def test_a_request_is_bound_as_flask_would(host: str | None, path: str, query: str, root: str, scheme: str) -> None:
    environ = EnvironBuilder("/", method="POST").get_environ()
    environ |= {"wsgi.url_scheme": scheme, "SCRIPT_NAME": root, "PATH_INFO": f"/{path}".encode().decode("latin-1")}
    environ["QUERY_STRING"] = query.encode().decode("latin-1")
    environ.pop("HTTP_HOST")
    if host is not None:
        environ["HTTP_HOST"] = host.encode().decode("latin-1")
    ours, plain = bound(OURS, environ), bound(PLAIN, environ)
    assert ours == plain


@given(st.lists(st.tuples(st.sampled_from("abc"), WORDS), max_size=6), st.sampled_from("abcd"), st.sampled_from([None, "", "none"]))
def test_a_field_is_read_as_werkzeug_would(sent: list[tuple[str, str]], name: str, default: str | None) -> None:
    ours, plain = Fields(sent), ImmutableMultiDict(sent)
    assert ours.get(name, default) == plain.get(name, default)
    assert ours.get(name, type=int) == plain.get(name, type=int)
    assert ours.getlist(name) == plain.getlist(name)


def test_what_is_too_large_is_refused_in_a_sentence(diary: DiaryUnderTest) -> None:
    answer = diary.client().post("/sign-in", data={"email": "x" * (DiaryRequest.max_content_length + 1)})
    assert answer.status_code == 413
    assert "too much at once" in answer.get_data(as_text=True)
