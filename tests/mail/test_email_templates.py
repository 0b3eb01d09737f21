"""Every e-mail reads the same in its two parts, loads nothing, names its marking, and needs only what it says it needs."""

from __future__ import annotations

import itertools
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from jinja2 import UndefinedError

from engagement.mail.paper import both_parts
from tests.mail.email_samples import ALL, DIGEST, LETTER, PASSWORD_LINK


class Read(HTMLParser):
    """What a reader of the HTML part meets: tags with their attributes, text, addresses of links."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.hidden = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.hidden = tag if tag in {"style", "title"} else ""

    def handle_endtag(self, tag: str) -> None:
        self.hidden = ""

    def handle_data(self, data: str) -> None:
        self.text += "" if self.hidden else data

    def links(self) -> list[str]:
        return [attrs["href"] or "" for tag, attrs in self.tags if tag == "a"]


def render(name: str, values: dict[str, Any]) -> str:
    stem, part = name.split(".")
    plain, html = both_parts(stem, **values)
    return html if part == "html" else plain


def plain_words(text: str) -> str:
    return " ".join(text.split()).casefold()


@pytest.mark.parametrize("name", ALL)
def test_the_html_part_is_one_column_that_loads_nothing(name: str) -> None:
    html = render(f"{name}.html", ALL[name])
    page = Read(html)
    tags = [tag for tag, _ in page.tags]
    assert tags.count("h1") == tags.count("title") == 1
    assert not {"img", "script", "link", "iframe", "form", "object"} & set(tags)
    assert not re.search(r"url\(|@import|src=", html)
    assert ("html", {"lang": "en"}) in page.tags
    assert page.text.count("OFFICIAL") == 2
    levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert all(attrs.get("role") == "presentation" or "counts" in (attrs.get("class") or "") for tag, attrs in page.tags if tag == "table")
    assert "prefers-color-scheme: dark" in html
    assert 'style="' in html
    assert len(html) < 60_000  # Gmail cuts a message at 102 kB


@pytest.mark.parametrize("name", ALL)
def test_the_plain_part_has_every_link_and_no_markup(name: str) -> None:
    text, html = render(f"{name}.txt", ALL[name]), Read(render(f"{name}.html", ALL[name]))
    assert "&#39;" not in text
    assert "&amp;" not in text
    assert not re.search(r"</?(p|div|a|table|strong)\b", text)
    assert text.count("OFFICIAL") == 2
    assert "\n\n\n\n" not in text
    assert max(len(line) for line in text.splitlines()) < 200
    counted = {count["url"] for count in DIGEST["counts"]}  # the board's own link leads there too
    for link in set(html.links()) - counted:
        assert link in text or link.startswith("tel:")


def test_the_letter_says_all_that_a_reader_is_promised() -> None:
    for part in (render("letter.txt", LETTER), Read(render("letter.html", LETTER)).text):
        words = plain_words(part)
        for item in LETTER["items"]:
            for said in (item["you_said"], item["we_did"], item["what_next"]):
                assert plain_words(said) in words
        for promised in (
            "Heatherlands: you said, we did", "October 2026", "PCSO Sam Carter", "01632 960123", "999", "101", "Crimestoppers", "0800 555 111",
            "Stop these e-mails", "stops the monthly letter to this address alone", "You can reply to this e-mail",
            "for Ferndown Town Council and Heatherlands Neighbourhood Watch", "Read 3 more on our page", "clerk@ferndown-council.example",
        ):  # fmt: skip
            assert plain_words(promised) in words
        assert words.count("you raised this") == 1
    assert LETTER["stop_url"] in Read(render("letter.html", LETTER)).links()


def test_markup_in_wording_stays_words() -> None:
    item = {"you_said": "<script>alert(1)</script> & so", "we_did": "<b>bold</b>", "what_next": "Done.", "own": False}
    html = render("letter.html", {**LETTER, "items": [item], "place": "<i>Here</i>", "more_on_page": 0})
    assert "<script" not in html
    assert "<b>" not in html
    assert "<i>" not in html
    assert "<b>bold</b>" in render("letter.txt", {**LETTER, "items": [item]})


def test_an_empty_part_of_the_digest_is_not_mentioned() -> None:
    bare = {**DIGEST, "clocks": [], "rows": [], "more_rows": 0, "approvals": [], "own": [], "bounced": [], "figures": None}
    for part in (render("digest.txt", bare), Read(render("digest.html", bare)).text):
        for heading in ("Answers owed", "Left longest", "To approve", "Mail refused", "Your team in", "Yours:"):
            assert heading.casefold() not in part.casefold()
        assert "28" in part


@pytest.mark.parametrize(("first", "says"), [(True, "is ready for you"), (False, "your password stays as it is")])
def test_a_password_link_says_why_it_came(first: bool, says: str) -> None:
    for name in ("password_link.txt", "password_link.html"):
        part = render(name, {**PASSWORD_LINK, "first": first})
        assert says in plain_words(part)
        assert PASSWORD_LINK["link"] in part


@pytest.mark.parametrize(("name", "missing"), [(name, key) for name, values in ALL.items() for key in values])
def test_no_letter_leaves_with_a_hole_in_it(name: str, missing: str) -> None:
    with pytest.raises(UndefinedError):
        both_parts(name, **{key: value for key, value in ALL[name].items() if key != missing})
