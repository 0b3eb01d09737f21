"""The pack on paper: a long one, and one whose words are hostile, is made whole, with words as words."""

from __future__ import annotations

from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.builders import Town, make_contact, make_group
from tests.conftest import DiaryUnderTest
from tests.handover.makers import begun, make_patch
from tests.pages import words

MARKUP = '<img src="file:///etc/hostname">{{ 7 * 7 }}&amp; =SUM(A1)'


@pytest.mark.slow
def test_three_hundred_people_of_a_group_and_hostile_words_stand_on_paper(diary: DiaryUnderTest, town: Town) -> None:
    patch, sam = make_patch(diary, town), diary.client(town.pcso)
    with diary.work() as session:
        crowd = make_group(session, town, f"Crowd {MARKUP}", address="Hall " + "x" * 400)
        for number in range(300):
            make_contact(session, crowd, f"Chair {number:03} بالعالم 👍🏽", role=MARKUP[:80], best_times="e\u0301vening")
    page = f"/groups/{patch.club}/tips"
    for typed, said in (("Ring\0twice", "control character"), ("Ring " * 4000, "characters too long: 300 at most")):
        answer = sam.fill(page, {"words": typed}, action=page)
        assert (answer.status_code, said in words(answer)) == (422, True)
    assert sam.fill(page, {"words": f"Bring kits {MARKUP}"}, action=page).status_code == 303
    here = f"/handover/{begun(diary, town)}"
    assert sam.get(here).text.count("Chair ") == 300
    paper = sam.get(f"{here}/pack.pdf")
    assert (paper.status_code, paper.mimetype) == (200, "application/pdf")
    pages = [page.extract_text().replace("\0", "") for page in PdfReader(BytesIO(paper.data)).pages]
    said = "".join(pages)
    assert all(text.count("OFFICIAL") >= 2 for text in pages)
    assert [number for number in range(300) if f"Chair {number:03}" not in said] == []
    assert said.count("{{ 7 * 7 }}") >= 300
    assert said.count("x") >= 400
