"""Every route, with whatever can be typed or forged, as everybody: it answers with a page, never with a breakdown."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

import pytest
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import Table, func, select
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect, Rule

from engagement.audit.verify import verify
from engagement.core.ids import new_ref
from engagement.db import Model, reading
from tests.builders import Person, Town
from tests.conftest import DiaryUnderTest
from tests.house.hostile import ALONE, HOSTILE_KEYS, HOSTILE_WORDS, MARK, VALUES, asked_names, filled, parts_of
from tests.house.test_doors import ROLES, rules, who_may
from tests.house.world import make_world
from tests.pages import fields_of, parse

PARTS = 8
THIN = 1 if os.environ.get("ENGAGEMENT_HOSTILE") == "all" else 8
Fields = dict[str, list[str]]
ENDS_THE_SESSION = {"people.sign_out", "people.sign_in_now", "people.change_my_password", "people.remove_phone", "people.enrol_phone"}


@dataclass
class Attack:
    """Sends as somebody, and keeps what broke."""

    diary: DiaryUnderTest
    who: Person | None
    broken: list[str] = field(default_factory=list)
    client: FlaskClient = field(init=False)
    token: str = field(init=False)

    def __post_init__(self) -> None:
        self.token = str(URLSafeTimedSerializer(str(self.diary.app.secret_key), salt="wtf-csrf-token").dumps("of this test"))
        self.sign_in()

    def sign_in(self) -> None:
        """A client without the page checks of the other tests, which take their time."""
        self.client = FlaskClient(self.diary.app, self.diary.app.response_class)
        if self.who is not None:
            actor = self.diary.actor(self.who)
            with self.client.session_transaction() as session:
                session["_user_id"] = f"{actor.account_id}:{actor.nonce}"
                session["seen_at"] = self.diary.now.timestamp()
        with self.client.session_transaction() as session:
            session["csrf_token"] = "of this test"

    def send(self, method: str, address: str, what: str, fields: Mapping[str, list[str]] | None = None, **more: Any) -> str:
        """The page that answers, empty where none does."""
        if fields is not None:
            more["query_string" if method == "GET" else "data"] = MultiDict((n, v) for n, values in fields.items() for v in values)
        more["headers"] = {"X-CSRFToken": self.token, **more.get("headers", {})}
        said = f"{method} {address[:90]} with {what}"
        try:
            answer = self.client.open(address, method=method, **more)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what these tests look for
            self.broken.append(f"{said}: {type(error).__name__}: {str(error)[:300]}")
            return ""
        body = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
        if answer.status_code >= 500 and not address.startswith("/readyz"):
            self.broken.append(f"{said}: {answer.status_code}")
        elif MARK in body:
            self.broken.append(f"{said}: the markup went through")
        elif answer.location and urlsplit(answer.location).netloc not in ("", "localhost"):
            self.broken.append(f"{said}: leads to {answer.location}")
        return body


@pytest.fixture
def world(diary: DiaryUnderTest, town: Town) -> Town:
    """A town with something of everything."""
    make_world(diary, town)
    return town


def table_of(part: str) -> Table | None:
    """The table that a part of an address is named after, as far as there is one."""
    name = part.removesuffix("_id")
    named = [t for t in Model.metadata.sorted_tables if (t.name == name or t.name.endswith(f"_{name}")) and "id" in t.c]
    return min(named, key=lambda t: len(t.name), default=None)


def key_of(diary: DiaryUnderTest, part: str) -> str:
    """The key of a row of that table."""
    table = table_of(part)
    with diary.work() as session:
        return str(session.scalar(select(func.min(table.c.id))) or 1) if table is not None else "1"


def real_address(diary: DiaryUnderTest, rule: Rule) -> str:
    return filled(rule.rule, {name: key_of(diary, name) if kind == "int" else "none-such" for kind, name in parts_of(rule.rule)})


def plausible(form: Element) -> Fields:
    """What the form would send with its empty fields filled in as a person might."""
    values = fields_of(form)
    for element in form.iter():
        name = element.get("name") or ""
        if element.tag == "select" and values.get(name) == [""]:
            choices = [o.get("value") or "" for o in element.iter("option")]
            values[name] = [next((c for c in choices if c), "")]
        elif element.tag == "input" and element.get("type") in ("radio", "checkbox"):
            values.setdefault(name, [element.get("value", "on")])
        elif element.tag in ("input", "textarea") and values.get(name) == [""] and element.get("type") != "hidden":
            values[name] = [_likely(name)]
    return values


def _likely(name: str) -> str:
    last = name.rpartition("-")[2]
    if last.endswith(("_on", "_by", "until", "date", "day")):
        return "24/11/2026"
    named = {
        "email": "kit@parish.example",
        "happened_at": "09:30",
        "every": "3",
        "password": "seven blue umbrellas",
        "collar_number": "7788",
    }
    return named.get(last, "Something plausible")


FORMS: dict[str, list[tuple[str, Fields]]] = {}


def forms_of(diary: DiaryUnderTest, world: Town) -> dict[str, list[tuple[str, Fields]]]:
    """The forms of the world's pages. Every world has the same keys, so its pages are read once."""
    if not FORMS:
        FORMS.update(read_forms(diary, world))
    return FORMS


def read_forms(diary: DiaryUnderTest, world: Town) -> dict[str, list[tuple[str, Fields]]]:
    """The forms that the pages offer, by the endpoint and method they go to: address and what they would send."""
    forms: dict[str, list[tuple[str, Fields]]] = {}
    adapter = diary.app.url_map.bind("localhost")
    for role in ("sergeant", "pcso", "administrator", None):
        attack = Attack(diary, getattr(world, role) if role else None)
        for method, rule in rules(diary):
            if method != "GET":
                continue
            page = real_address(diary, rule)
            for form in parse(attack.send("GET", page, "nothing") or "<p>").iter("form"):
                to = urljoin(page, form.get("action") or page)
                verb = form.get("method", "get").upper()
                try:
                    endpoint, _values = adapter.match(urlsplit(to).path, verb)
                except (HTTPException, RequestRedirect):
                    continue
                kept = forms.setdefault(f"{verb} {endpoint}", [])
                if len(kept) < 2 and all(set(fields) != set(fields_of(form)) for _to, fields in kept):
                    kept.append((to, plausible(form)))
    return forms


def attacks_on(names: Sequence[str], base: Fields, turn: int) -> Iterator[tuple[str, Fields]]:
    """The sharpest values in all fields at once, and in each field alone; the others by turns, so that each field of the
    service meets some of them and each of them meets many fields. `ENGAGEMENT_HOSTILE=all` sends everything everywhere.
    """
    for value in (*ALONE, *VALUES[turn % THIN :: THIN]):
        yield f"{value[:40]!r} in every field", {name: [value] for name in {*names, *base}}
    for number, name in enumerate(dict.fromkeys([*base, *names])):
        some = ALONE if THIN == 1 else [ALONE[(turn + number + n) % len(ALONE)] for n in range(2)]
        for value in (*some, *VALUES[(turn + number * 7) % (6 * THIN) :: 6 * THIN]):
            yield f"{name}={value[:40]!r}", {**base, name: [value]}
        yield f"{name} twice", {**base, name: [*base.get(name, [""]), "1", "zwei", ""]}
    yield "nothing filled in", {}


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_no_value_in_any_field_of_any_route_breaks_it(diary: DiaryUnderTest, world: Town, part: int) -> None:
    """Each route is attacked as the first role that may enter it, with the forms that the pages offer for it."""
    forms = forms_of(diary, world)
    mine = [found for number, found in enumerate(rules(diary)) if number % PARTS == part and found[1].endpoint != "people.sign_out"]
    broken = []
    for turn, (method, rule) in enumerate(mine):
        may = who_may(diary, rule).split()
        role = "sergeant" if "sergeant" in may else may[0]
        attack = Attack(diary, None if role == "everybody" else getattr(world, role))
        with asked_names(diary.app) as names:
            attack.send(method, real_address(diary, rule), "nothing", {})
            for address, base in forms.get(f"{method} {rule.endpoint}", [(real_address(diary, rule), {})]):
                attack.send(method, address, "what stands there", base)
                for what, fields in attacks_on(sorted(names), base, turn + part):
                    for ref in (n for n in fields if n.endswith("client_ref") and fields[n] == base.get(n)):
                        fields[ref] = [new_ref()]  # else it is the same form sent twice
                    if rule.endpoint in ENDS_THE_SESSION:
                        attack.sign_in()
                    attack.send(method, address, what, fields)
        broken += attack.broken
    pages_after(diary, world, broken)
    assert not broken, f"{len(broken)} broke:\n" + "\n".join(broken)[:12_000]


def pages_after(diary: DiaryUnderTest, world: Town, broken: list[str]) -> None:
    """What was kept is shown: no page breaks on it, and the record of it all is whole."""
    for role in ("sergeant", "administrator"):
        attack = Attack(diary, getattr(world, role))
        for method, rule in rules(diary):
            if method == "GET" and role in who_may(diary, rule):
                attack.send(method, real_address(diary, rule), "what was kept")
        broken += attack.broken
    with diary.app.app_context():
        broken += verify(reading()).faults


@pytest.mark.slow
@pytest.mark.parametrize("who", [*ROLES, "stranger"])
def test_no_key_in_an_address_breaks_it(diary: DiaryUnderTest, world: Town, who: str) -> None:
    attack = Attack(diary, None if who == "stranger" else getattr(world, who))
    for method, rule in rules(diary):
        parts = parts_of(rule.rule)
        real = {n: key_of(diary, n) if k == "int" else "none-such" for k, n in parts}
        for kind, name in parts:
            for value in HOSTILE_KEYS if kind == "int" else HOSTILE_WORDS:
                attack.send(method, filled(rule.rule, real | {name: value}), "a forged key", {})
    assert not attack.broken, "\n".join(attack.broken)[:8000]


@pytest.mark.slow
@pytest.mark.parametrize("who", ["sergeant", "administrator", "stranger"])
def test_no_way_of_sending_breaks_a_route(diary: DiaryUnderTest, world: Town, who: str) -> None:
    """Other methods, bodies that are not what they say, headers that lie, a page far away, a megabyte of text."""
    attack = Attack(diary, None if who == "stranger" else getattr(world, who))
    for method, rule in rules(diary):
        if rule.endpoint == "people.sign_out":
            continue
        address = real_address(diary, rule)
        if method == "GET":
            attack.send("GET", address, "pages far away", {"page": ["1000000000"], "sort": ["x"], "q": ["\0"]})
            attack.send("GET", address, "strange headers", headers={"Accept": "\xff;q=x", "Accept-Language": "*;q=9", "Range": "bytes=9-1"})
            attack.send("GET", f"{address}?%ff%fe=%00&a[]=b&&=&;x", "a broken question")
            for other in ("HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE"):
                attack.send(other, address, "another method")
            continue
        attack.send("POST", address, "JSON", json={"a": [1, None, {"b": "\0"}]})
        attack.send("POST", address, "half of JSON", data=b'{"a": [', content_type="application/json")
        attack.send("POST", address, "bytes", data=b"\xff\xfe\x00" * 50, content_type="application/x-www-form-urlencoded")
        attack.send("POST", address, "a boundary that never comes", data=b"--y\r\nx", content_type="multipart/form-data; boundary=z")
        attack.send("POST", address, "no boundary", data=b"--y\r\nx", content_type="multipart/form-data")
        attack.send(
            "POST",
            address,
            "another alphabet",
            data="a=é".encode("utf-16"),
            content_type="application/x-www-form-urlencoded; charset=utf-16",
        )
        attack.send("POST", address, "more than a thousand fields", {f"lines-{n}-title": ["x"] for n in range(1001)})
        attack.send(
            "POST",
            address,
            "indices far away",
            {"lines-99999999999999999999-title": ["x"], "concerns--1-title": ["x"], "concerns-x": ["y"]},
        )
    assert not attack.broken, "\n".join(attack.broken)[:8000]
