"""The wording check that forms share: warned once, saved over with a reason, never for what was not shown."""

from __future__ import annotations

from typing import Any

from flask import render_template_string
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engagement.web.forms import LongTextField, TextField
from engagement.web.wording import WordingForm
from tests.conftest import DiaryUnderTest


class NoteForm(WordingForm):
    checked = ("line", "detail")
    line = TextField("A line")
    detail = LongTextField("More")


PAGE = """{% from "components/wording.html" import wording %}{{ wording(form) }}"""


def send(diary: DiaryUnderTest, **data: str) -> tuple[bool, NoteForm, str]:
    with diary.app.test_request_context("/", method="POST", data=data):
        form = NoteForm(meta={"csrf": False})
        sound = form.validate()
        return sound, form, render_template_string(PAGE, form=form)


def test_harmless_words_pass_and_store_no_reason(diary: DiaryUnderTest) -> None:
    sound, form, page = send(diary, line="Speeding on Links Road", override_reason="typed for nothing")
    assert sound
    assert form.over_warning == ""
    assert "diary-wording" not in page


def test_what_looks_like_a_person_is_refused_beside_its_field_with_the_text_marked(diary: DiaryUnderTest) -> None:
    sound, form, page = send(diary, line="Ring him on 07700 900123 & <b>soon</b>", detail="Nothing here")
    assert not sound
    assert "07700 900123" in form.line.errors[0]
    assert form.detail.errors == () or form.detail.errors == []
    assert "<mark>07700 900123</mark> &amp; &lt;b&gt;" in page
    assert 'name="override_reason"' in page


def test_what_stands_around_a_finding_is_shown_in_whole_words(diary: DiaryUnderTest) -> None:
    _, form, _ = send(diary, line=f"{'neighbourhood ' * 9}07700 900123{' neighbourhood' * 9}")
    shown = str(form.warning_lines[0][1])
    assert shown == "… neighbourhood neighbourhood <mark>07700 900123</mark> neighbourhood neighbourhood …"


def test_a_line_in_which_much_was_found_is_shown_once_with_all_of_it_marked(diary: DiaryUnderTest) -> None:
    far = "neighbourhood " * 9
    _, form, page = send(diary, line=f"07700 900123 {far}07700 900456", detail="Ring 07700 900789 & 07700 900321")
    assert [str(line) for _id, line in form.warning_lines] == [
        "<mark>07700 900123</mark> neighbourhood neighbourhood … neighbourhood neighbourhood <mark>07700 900456</mark>",
        "Ring <mark>07700 900789</mark> &amp; <mark>07700 900321</mark>",
    ]
    assert page.count("diary-finding") == 2
    assert [len(form.line.errors), len(form.detail.errors)] == [2, 2]


def test_a_reason_saves_over_what_was_shown(diary: DiaryUnderTest) -> None:
    line = "Ring him on 07700 900123"
    _, warned, _ = send(diary, line=line)
    sound, form, _ = send(diary, line=line, warned=warned.warned.data or "", override_reason="The club prints it itself")
    assert sound
    assert form.over_warning == "The club prints it itself"


def test_a_reason_does_not_cover_what_was_typed_after_the_warning(diary: DiaryUnderTest) -> None:
    _, warned, _ = send(diary, line="Ring him on 07700 900123")
    sound, form, _ = send(
        diary, line="Ring him on 07700 900123", detail="or 07700 900456", warned=warned.warned.data or "", override_reason="It is public"
    )
    assert not sound
    assert "07700 900456" in form.detail.errors[0]


def test_a_reason_without_a_warning_shown_is_not_enough(diary: DiaryUnderTest) -> None:
    assert not send(diary, line="Ring him on 07700 900123", override_reason="because")[0]


def test_intelligence_points_to_where_it_belongs(diary: DiaryUnderTest) -> None:
    _, form, page = send(diary, line="He is dealing from the garages")
    assert form.looks_like_intelligence
    assert "Not for the diary?" in page


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(texts=st.lists(st.sampled_from(["07700 900123", "dealer", "AB12 CDE", "Links Road", "a@b.example", "\u00e9<&>"]), max_size=5))
def test_sending_a_warned_form_again_with_a_reason_always_saves(diary: DiaryUnderTest, texts: list[Any]) -> None:
    line = " and ".join(texts)
    sound, warned, _ = send(diary, line=line)
    again, form, _ = send(diary, line=line, warned=warned.warned.data or "", override_reason="Agreed with the sergeant")
    assert again
    assert bool(form.over_warning) == (not sound)
