"""The files of a return hold what was typed, whatever it is, as text and nothing else."""

from __future__ import annotations

import io
import re
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from docx import Document
from pypdf import PdfReader

from engagement.places.models import Team
from tests.builders import Town, say_so
from tests.conftest import DiaryUnderTest
from tests.pages import words
from tests.returns.makers import a_quarter, drafted

HOSTILE = (
    '<img src="https://evil.example/a.png"><script>x()</script> {{ 7 * 7 }} &amp;',
    '=HYPERLINK("https://evil.example")',
    "مرحبا بالعالم, שלום",
    "Cafe\u0301 na\u0308chst 👍🏽 👩‍👩‍👧 🇬🇧",
    "w" * 4000,
)


def test_what_no_document_can_hold_is_refused_at_the_form_and_kept_there(diary: DiaryUnderTest, town: Town) -> None:
    a_quarter(diary, town)
    page, sergeant = f"/returns/{drafted(diary, town)}", diary.client(town.sergeant)
    for typed, said in (
        ("Seen\0here", "control character"),
        ("Seen\x0bhere\x1b", "control character"),
        ("Seen\ufffe", "half a character"),
        ("Turned \u202eback", "direction of writing"),
        ("y" * 20_000, "12,000 characters too long: 8000 at most"),
    ):
        for form, field in (("introduction", "introduction"), ("parts/1", "work"), ("parts/1", "evidence")):
            answer = sergeant.fill(f"{page}/{form}", {field: typed})
            assert (answer.status_code, said in words(answer)) == (422, True), (form, said)
    assert sergeant.fill(f"{page}/introduction", {"introduction": "y" * 20_000}).text.count("y" * 20_000) == 1


@pytest.fixture
def hostile(diary: DiaryUnderTest, town: Town) -> str:
    """The address of a return whose every text is hostile, of a team whose name is; typed where it can be."""
    with diary.work() as session:
        session.get_one(Team, town.team_id).name = 'Ashford "North"; ../\r\nSet-Cookie: a=b <b>'
        say_so(session)
    a_quarter(diary, town)
    page, sergeant = f"/returns/{drafted(diary, town)}", diary.client(town.sergeant)
    text = "\n".join(HOSTILE)
    reason = {"override_reason": "Checked"}
    for form, fields in (("introduction", ("introduction",)), ("parts/1", ("agreed", "work", "evidence"))):
        typed = dict.fromkeys(fields, text)
        first = sergeant.fill(f"{page}/{form}", typed)
        answer = first if first.status_code == 303 else sergeant.send(first, typed | reason)
        assert answer.status_code == 303, words(answer)
    return page


def test_both_files_say_hostile_words_as_words(diary: DiaryUnderTest, town: Town, hostile: str) -> None:
    client = diary.client(town.inspector)
    answers = {kind: client.get(f"{hostile}/file?as={kind}&for=%22Cox%22%0d%0a<b>") for kind in ("pdf", "docx")}
    for kind, answer in answers.items():
        assert answer.status_code == 200, words(answer)
        named = re.fullmatch(r'attachment; filename="([a-z0-9-]+)-2026-Q3\.' + kind + '"', answer.headers["Content-Disposition"])
        assert named is not None
        assert "Set-Cookie" not in str(answer.headers.get("Set-Cookie", ""))
    with ZipFile(io.BytesIO(answers["docx"].data)) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(archive.read(name))
        assert b"evil.example" not in b"".join(archive.read(name) for name in archive.namelist() if name.endswith(".rels"))
    texts = [paragraph.text for paragraph in Document(io.BytesIO(answers["docx"].data)).paragraphs]
    assert all(texts.count(one) == 4 for one in HOSTILE)
    file = PdfReader(io.BytesIO(answers["pdf"].data))
    said = "".join(page.extract_text() for page in file.pages).replace("\0", "")  # of glyphs of several fonts
    assert said.count('=HYPERLINK("https://evil.example")') == 4
    assert said.count("{{ 7 * 7 }} &amp;") == 4
    assert said.count("w") >= 4 * 4000  # no line runs off the sheet
    assert not [page for page in file.pages if page.get("/Annots")]  # no link came of any of it
