"""A browser without JavaScript for tests: signs in, fills in forms as they stand on the page, and checks every page's manners."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engagement.access.domain import Actor


class PageClient(FlaskClient):
    """Every HTML answer is checked as it arrives; `fill()` sends a form with what the page put into it."""

    def sign_in_as(self, actor: Actor, now: datetime) -> None:
        """Puts a session for the account into the cookie jar, as sign-in does."""
        with self.session_transaction() as session:
            session["_user_id"] = f"{actor.account_id}:{actor.nonce}"
            session["_fresh"] = True
            session["seen_at"] = now.timestamp()

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        whole = "X-Part" not in response.headers  # a part of a page is put into one by a script
        if whole and response.mimetype == "text/html" and response.data and not 300 <= response.status_code < 400:
            check_manners(response.get_data(as_text=True), response.request.path)
        return response

    def fill(
        self,
        page: str,
        values: Mapping[str, Any] | None = None,
        *,
        button: str | None = None,
        action: str | None = None,
        untick: tuple[str, ...] = (),
    ) -> TestResponse:
        """Opens a page and sends its form with `values` typed into it; `action` picks the form, or the button, whose address contains it.

        A list as a value sends several. `button` presses the button whose text or value contains it.
        """
        opened = self.get(page)
        assert opened.status_code == 200, f"{page} answered {opened.status_code}"
        return self.send(opened, values, button=button, action=action, untick=untick)

    def send(
        self,
        opened: TestResponse,
        values: Mapping[str, Any] | None = None,
        *,
        button: str | None = None,
        action: str | None = None,
        untick: tuple[str, ...] = (),
    ) -> TestResponse:
        """As `fill()`, from a page that is already open (such as one that came back with refusals)."""
        tree = parse(opened.get_data(as_text=True))
        address = opened.request.path + (f"?{opened.request.query_string.decode()}" if opened.request.query_string else "")
        ways = [way for way in ways_of(tree) if action is None or action in way[1]]
        if action is not None:
            ways = [way for way in ways if way[1] == action] or ways
        if button is not None:
            ways = [way for way in ways if way[2] is None or _says(way[2], button)]
        assert ways, f"{address} has no such form"
        form, target, pressed = ways[0]
        data = {name: kept for name, kept in fields_of(form).items() if name not in untick}
        if button is not None and pressed is None:
            pressed = next((b for b in form.iter("button") if _says(b, button)), None)
            assert pressed is not None, f"{address} has no button {button!r}"
            target = pressed.get("formaction") or target
        if pressed is not None and pressed.get("name"):
            data[pressed.get("name", "")] = [pressed.get("value", "")]
        for name, value in (values or {}).items():
            data[name] = [str(v) for v in value] if isinstance(value, (list, tuple)) else [str(value)]
        return self.post(urljoin(address, target or address), data=data)


def ways_of(tree: Element) -> list[tuple[Element, str, Element | None]]:
    """The ways in which a page posts, in its order: a form, the address, and the button that has an address of its own."""
    forms = [f for f in tree.iter("form") if f.get("method", "get").lower() == "post" and "sign-out" not in f.get("action", "")]
    own = [(f, b.get("formaction", ""), b) for f in forms for b in f.iter("button") if b.get("formaction")]
    return [*((f, f.get("action", ""), None) for f in forms), *own]


def _says(button: Element, words: str) -> bool:
    return words in "".join(button.itertext()) or words == button.get("value")


def parse(html: str) -> Element:
    """The page as a tree, read as browsers read it."""
    tree: Element = html5lib.parse(html, namespaceHTMLElements=False)
    return tree


def fields_of(form: Element) -> dict[str, list[str]]:
    """What the form would send as it stands, by field name."""
    data: dict[str, list[str]] = {}
    for element in form.iter():
        name = element.get("name")
        if not name or element.get("disabled") is not None:
            continue
        if element.tag == "textarea":
            data.setdefault(name, []).append("".join(element.itertext()))
        elif element.tag == "select":
            options = list(element.iter("option"))
            chosen = [o for o in options if o.get("selected") is not None] or options[:1]
            data.setdefault(name, []).extend(o.get("value", "".join(o.itertext())) for o in chosen)
        elif element.tag == "input":
            kind = element.get("type", "text")
            if (kind in ("checkbox", "radio") and element.get("checked") is None) or kind in ("submit", "button", "file"):
                continue
            data.setdefault(name, []).append(element.get("value", "on" if kind == "checkbox" else ""))
    return data


def words(response: TestResponse) -> str:
    """The words of a page, white space folded."""
    body = parse(response.get_data(as_text=True)).find("body")
    assert body is not None
    return " ".join("".join(body.itertext()).split())


def check_manners(html: str, where: str) -> None:
    """What every page owes its readers; fails with the page's address and what is wrong."""
    tree = parse(html)
    wrong: list[str] = []
    if not tree.get("lang"):
        wrong.append("no language")
    headings = [" ".join("".join(h.itertext()).split()) for h in tree.iter("h1")]
    head = tree.find("head/title")
    title = " ".join("".join(head.itertext()).split()) if head is not None else ""
    if len(headings) != 1:
        wrong.append(f"{len(headings)} first headings")
    elif not title.startswith(headings[0]):
        wrong.append(f"title {title!r} does not begin with {headings[0]!r}")
    twice = [i for i, n in Counter(e.get("id") for e in tree.iter() if e.get("id")).items() if n > 1]
    if twice:
        wrong.append(f"ids used twice: {twice}")
    ids = {e.get("id") for e in tree.iter()}
    labelled = {e.get("for") for e in tree.iter("label")}
    for e in tree.iter():
        if e.tag in ("input", "select", "textarea") and e.get("type") not in ("hidden", "submit", "button"):
            if e.get("id") not in labelled and not e.get("aria-label") and not e.get("aria-labelledby"):
                wrong.append(f"field {e.get('name')!r} has no label")
        if e.tag == "input" and e.get("type", "text") in ("text", "email", "tel", "search", "url") and not e.get("autocomplete"):
            wrong.append(f"a browser may keep what is typed into {e.get('name')!r}")
        wrong += [
            f"{a} points at nothing: {r}" for a in ("aria-describedby", "aria-labelledby") for r in (e.get(a) or "").split() if r not in ids
        ]
        wrong += [f"inline {a} on {e.tag}" for a in e.attrib if a == "style" or re.fullmatch(r"on[a-z]+", str(a))]
        if e.tag == "style" or (e.tag == "script" and "".join(e.itertext()).strip()):
            wrong.append(f"inline {e.tag}")
        if e.tag == "img" and e.get("alt") is None:
            wrong.append("a picture without words")
        if e.tag in ("a", "button") and not "".join(e.itertext()).strip() and not e.get("aria-label"):
            wrong.append(f"a {e.tag} without words: {e.get('href')}")
    if "OFFICIAL" not in "".join("".join(e.itertext()) for e in tree.iter("p") if "diary-classification" in (e.get("class") or "")):
        wrong.append("no classification")
    assert not wrong, f"{where}: " + "; ".join(wrong)
