"""What clean_text and one_line promise of every text there is."""

from __future__ import annotations

from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.core.errors import Refused
from engagement.core.texts import clean_text, one_line

ANY = st.text(st.characters(codec=None), max_size=300)


def clean(text: str | None, longest: int = 1000) -> str:
    return clean_text(text, longest=longest, field="summary", what="What happened")


@given(ANY)
def test_what_is_kept_can_be_kept_and_is_kept_again_unchanged(text: str) -> None:
    try:
        kept = clean(text)
    except Refused as refused:
        assert refused.field == "summary"
        assert str(refused).startswith("What happened ")
        return
    assert clean(kept) == kept == kept.strip()
    kept.encode("utf-8")
    assert ElementTree.fromstring(f"<said>{escape(kept)}</said>").text == (kept or None)  # Word files and their like can hold it
    assert not set(kept) & {chr(c) for c in (*range(9), *range(11, 32), 0x7F, *range(0x202A, 0x202F))}


@given(ANY)
def test_one_line_is_one_line(text: str) -> None:
    try:
        kept = one_line(text, longest=1000, field="title", what="The title")
    except Refused:
        return
    assert len(kept.splitlines()) <= 1
    assert "  " not in kept
    assert one_line(kept, longest=1000, field="title", what="The title") == kept


@given(st.integers(0, 50), st.integers(1, 60))
def test_too_long_says_by_how_many(longest: int, over: int) -> None:
    assert clean("x" * longest, longest) == "x" * longest
    with pytest.raises(Refused) as refused:
        clean("x" * (longest + over), longest)
    assert f" {over} character" in str(refused.value)
    assert f"{longest} at most" in str(refused.value)


def test_a_megabyte_is_refused_with_its_excess() -> None:
    with pytest.raises(Refused, match="999,500 characters too long: 500 at most"):
        clean("é" * 1_000_000, 500)


@pytest.mark.parametrize("text", ["👩‍👩‍👧 at the fête", "Croeso i'r Wyddgrug", "الحيّ آمن", "नमस्ते", "日本語のメモ", "e\u0301", "\u200fשלום"])
def test_any_script_and_emoji_are_fine(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize("text", ["a\x00b", "a\x07", "\x1b[2J", "pay \u202egnp.exe", "a\u2066b", "half \ud83d", "\x7f"])
def test_trickery_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        clean(text)
    with pytest.raises(Refused):
        one_line(text, longest=100, field="title", what="The title")


@pytest.mark.parametrize(
    "text", ["TOP SECRET", "SECRET", "Met the clerk\n  SECRET\nabout the fair", "UK SECRET//briefing", "SECRET - plan", "[SECRET]"]
)
def test_what_is_marked_above_official_sensitive_is_refused(text: str) -> None:
    for read in (clean, lambda typed: one_line(typed, longest=200, field="summary", what="What happened")):
        if "\n" not in text or read is clean:
            with pytest.raises(Refused, match="marked above OFFICIAL-SENSITIVE"):
                read(text)


@pytest.mark.parametrize("text", ["The secret garden party", "SECRET SANTA collection for the food bank", "Secret: it is a surprise party"])
def test_a_secret_that_is_no_marking_is_fine(text: str) -> None:
    assert clean(text) == text
    assert one_line(text, longest=200, field="summary", what="What happened") == text


def test_line_ends_are_alike() -> None:
    assert clean(" a\r\nb\rc\u2028d\n ") == "a\nb\nc\nd"
    assert one_line(" a\r\nb\t c\u2028d\n ", longest=20, field="title", what="The title") == "a b c d"
    assert clean(None) == ""
