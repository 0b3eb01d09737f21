"""The pages of returns, and the files that leave: tagged, marked on every page, on record with who they are for."""

from __future__ import annotations

import io
from typing import Any
from zipfile import ZipFile

from docx import Document
from pypdf import PdfReader
from sqlalchemy import select
from werkzeug.test import TestResponse

from engagement.audit.models import AuditRow
from engagement.returns.models import ReturnPart
from tests.builders import Town, say_so
from tests.conftest import DiaryUnderTest
from tests.pages import words
from tests.returns.makers import SECRET, a_quarter, drafted


def pdf(answer: TestResponse) -> PdfReader:
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    return PdfReader(io.BytesIO(answer.data))


def test_a_return_is_asked_for_edited_and_signed_by_two(diary: DiaryUnderTest, town: Town) -> None:
    a_quarter(diary, town)
    sergeant, inspector = diary.client(town.sergeant), diary.client(town.inspector)
    made = sergeant.fill("/returns", {"quarter": "2026-Q3", "team_id": town.team_id})
    assert made.status_code == 303
    page = made.location
    assert sergeant.fill(f"{page}/introduction", {"introduction": "A busy summer."}).status_code == 303
    assert sergeant.fill(f"{page}/parts/1", {"work": "Seen at 12 Links Road"}).status_code == 422  # the wording check
    assert sergeant.fill(f"{page}/parts/1", {"work": "Speed checks each week."}).status_code == 303
    assert "A sergeant of the team signs it first." in words(inspector.get(page))
    assert "The quarter runs until" not in words(inspector.get(page))
    running = sergeant.fill("/returns", {"quarter": "2026-Q4", "team_id": town.team_id}).location
    assert "The quarter runs until Thu 31 Dec" in words(sergeant.get(running))
    assert sergeant.fill(page, action="sign").status_code == 303
    shown = words(sergeant.get(page))
    assert "Signed by Sergeant Lee Hargreave (sergeant), Thu 1 Oct, 10:00." in shown
    assert "You have signed it: somebody else signs next." in shown
    stale = inspector.get(page)
    assert "Saving a change takes the signatures back" in words(sergeant.get(f"{page}/introduction"))
    assert sergeant.fill(f"{page}/introduction", {"introduction": "A busy, wet summer."}).status_code == 303
    refused = inspector.send(stale, action="sign")
    assert refused.status_code == 422
    assert "A sergeant of the team signs it first" in words(refused)
    assert "The signature of Sergeant Lee Hargreave" in words(refused)
    assert sergeant.fill(page, action="sign").status_code == 303
    assert inspector.fill(page, action="sign").status_code == 303
    assert "signed by both" in words(inspector.get("/returns"))
    assert diary.client(town.other_sergeant).get(page).status_code == 404


def test_the_pdf_holds_it_all_tagged_and_marked_on_every_page(diary: DiaryUnderTest, town: Town) -> None:
    a_quarter(diary, town)
    key = drafted(diary, town)
    with diary.work() as session:
        session.get_one(ReturnPart, 1).work = "\n".join(f"{day} August 2026: Speeds checked." for day in range(1, 120))
        say_so(session)
    client = diary.client(town.sergeant)
    file = pdf(client.get(f"/returns/{key}/file?as=pdf&for=Inspector+Cox"))
    texts = [page.extract_text() for page in file.pages]
    whole = " ".join(" ".join(texts).split())
    assert len(texts) > 2
    assert all(text.count("OFFICIAL") >= 2 for text in texts)  # at its head and at its foot
    for said in (
        "Quarterly engagement return: Ashford, July to September 2026",
        "Speeding in Links Road",
        "Parish magazine",
        "DRAFT: not signed",
    ):
        assert said in whole
    assert SECRET not in whole
    root: Any = file.trailer["/Root"].get_object()
    assert root["/Lang"] == "en-GB"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert file.metadata is not None
    assert file.metadata.title == "Quarterly engagement return: Ashford, July to September 2026"
    with diary.work() as session:
        note = session.scalar(select(AuditRow.note).where(AuditRow.operation == "disclosure", AuditRow.entity == "quarterly_return"))
    assert note == "PDF for Inspector Cox"


def test_the_word_file_holds_the_same_with_its_mark_title_and_language(diary: DiaryUnderTest, town: Town) -> None:
    a_quarter(diary, town)
    answer = diary.client(town.inspector).get(f"/returns/{drafted(diary, town)}/file?as=docx&for=Priya+Castle")
    assert answer.status_code == 200
    assert 'filename="return-ashford-2026-Q3.docx"' in answer.headers["Content-Disposition"]
    document = Document(io.BytesIO(answer.data))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert "Ashford Central: Speeding in Links Road" in texts
    assert "10 August 2026: Checked speeds with the parish." in texts
    assert [document.sections[0].footer.paragraphs[0].text, document.sections[0].header.paragraphs[0].text] == ["OFFICIAL", "OFFICIAL"]
    assert document.core_properties.title == "Quarterly engagement return: Ashford, July to September 2026"
    (table,) = document.tables
    assert [cell.text for cell in table.rows[0].cells][:2] == ["Neighbourhood", "Engagements"]
    assert [row.cells[0].text for row in table.rows][1:3] == ["Ashford Central", "Elm Green"]
    with ZipFile(io.BytesIO(answer.data)) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert b'w:lang w:val="en-GB"' in everything
    assert SECRET.encode() not in everything


def test_a_file_for_nobody_is_refused_beside_its_field(diary: DiaryUnderTest, town: Town) -> None:
    key = drafted(diary, town)
    answer = diary.client(town.sergeant).get(f"/returns/{key}/file?as=pdf")
    assert answer.status_code == 422
    assert "Say who the file is for" in words(answer)
    with diary.work() as session:
        assert session.scalar(select(AuditRow.id).where(AuditRow.operation == "disclosure")) is None


def test_an_engagement_officer_reads_and_takes_away_what_both_signed_and_changes_nothing(diary: DiaryUnderTest, town: Town) -> None:
    a_quarter(diary, town)
    key = drafted(diary, town)
    reader, page = diary.client(town.engagement_officer), f"/returns/{key}"
    assert "Returns stand here once" in words(reader.get("/returns"))
    assert reader.get(page).status_code == 404
    for person, label in ((town.sergeant, "Sign as sergeant"), (town.inspector, "Sign as inspector")):
        assert reader.get(page).status_code == 404
        assert diary.client(person).fill(page, button=label, action="sign").status_code == 303
    assert "July to September 2026" in words(reader.get("/returns"))
    said = words(reader.get(page))
    assert "Signed by" in said and "Edit" not in said and "Draft one now" not in words(reader.get("/returns"))
    assert "Quarterly returns" in words(reader.get("/priorities"))
    assert reader.get(f"{page}/file?for=The+chief&as=docx").status_code == 200
    for address in (f"{page}/introduction", f"{page}/sign", f"{page}/take-in"):
        assert reader.get(address).status_code in (404, 405)
    diary.client(town.sergeant).fill(f"{page}/introduction", {"introduction": "A dry summer."})
    assert reader.get(page).status_code == 404  # a change takes the signatures back
