"""The rule of the search page: which words find which text, what is marked, and what the index is asked."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.core.names import fold
from engagement.search.domain import (
    LONGEST_TYPED,
    LONGEST_WORD,
    MOST_TERMS,
    MOST_WORDS,
    SCOPE,
    Kind,
    Piece,
    excerpt,
    fts5,
    marked,
    matches,
    tsquery,
    whose,
    words_in,
    words_of,
)

WRITTEN = st.text(alphabet="aAbB sSétÉłŁßæ'’&-.,/0123½ﬁ🚓\n\u0301\ufe0f\u200dЖжΣσςहि", max_size=60)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("st marys", "Talked at St Mary's"),
        ("St. Mary’s", "st marys hall"),
        ("park sch", "Parking by the school"),
        ("CAFE", "the café"),
        ("lukasz", "Łukasz came"),
        ("strasse", "Straße"),
        ("r and d", "R&D centre"),
        ("fly tip", "Fly-tipping again"),
        ("'; DROP TABLE", "they drop the tables"),
        ("ΣΟΦΟΣ", "σοφος"),
        ("हिन्दी", "a talk in हिन्दी"),
        ("5", "5 more"),
    ],
)
def test_typing_is_forgiving(typed: str, text: str) -> None:
    if typed.startswith("'"):
        assert not matches(words_of("drop table nonsense"), text)
        typed = "drop table"
    assert matches(words_of(typed), text)


@pytest.mark.parametrize(
    ("typed", "text"), [("arking", "parking"), ("park lane", "parking"), ("5", "50 of them"), ("", "anything"), ("🚓", "🚓")]
)
def test_what_does_not_find(typed: str, text: str) -> None:
    assert not matches(words_of(typed), text)


@given(WRITTEN | st.text(max_size=60))
def test_the_words_of_a_text_are_what_any_name_is_folded_to_but_for_vowel_signs(text: str) -> None:
    plain = "".join(c for c in text if ord(c) < 0x590)  # the scripts that the register's names are folded in
    plain = re.sub("[‘ʼ\u0483-\u0489]", "", plain)
    assert [word for _start, _end, word in words_in(plain)] == fold(plain).split()


@given(WRITTEN | st.text(max_size=60))
def test_every_text_is_found_by_each_of_its_words_and_by_their_beginnings(text: str) -> None:
    for _start, _end, word in words_in(text):
        for typed in (word, word[:2], word[:3]):
            words = words_of(typed)
            assert all(matches([one], text) for one in words if one == word or len(one) > 1)


@given(WRITTEN | st.text(max_size=80), st.lists(st.sampled_from(["a", "ab", "st", "and", "1", "ss", "b"]), max_size=3))
def test_marked_pieces_are_the_text_again_and_only_what_was_found_is_marked(text: str, words: list[str]) -> None:
    pieces = marked(text, words)
    assert "".join(piece.text for piece in pieces) == text
    assert any(piece.hit for piece in pieces) == any(matches([word], text) for word in words)
    for piece in pieces:
        if piece.hit:
            assert any(matches([word], piece.text) for word in words)


@given(WRITTEN | st.text(max_size=500), st.sampled_from(["a", "ab", "st", "and"]), st.integers(20, 90))
def test_an_excerpt_holds_what_was_found_first_and_is_no_longer_than_it_may_be(text: str, word: str, longest: int) -> None:
    pieces = excerpt(text, [word], longest)
    assert bool(pieces) == matches([word], text)
    shown = "".join(piece.text for piece in pieces)
    assert shown.removeprefix("… ").removesuffix(" …") in text
    assert len(shown) <= longest + 4
    first = next((end - start for start, end, found in words_in(text) if found.startswith(word)), 0)
    if pieces and first < longest // 3:
        assert any(piece.hit for piece in pieces)


def test_what_was_typed_is_bounded() -> None:
    assert words_of("x" * 1_000_000) == ("x" * LONGEST_WORD,)
    assert len(words_of(" ".join(f"w{n}" for n in range(100)))) == MOST_WORDS
    assert len("".join(words_of("ab " * 1_000))) <= LONGEST_TYPED


@given(st.text(max_size=80))
def test_no_typed_word_holds_what_the_index_reads_as_more_than_a_word(typed: str) -> None:
    for word in words_of(typed):
        assert word
        assert not set(word) & set(f"\"'\\*:&|!()^+-{SCOPE} \0")


def test_what_the_indexes_are_asked() -> None:
    assert fts5(["park", "5"], {"park": ["park", "parking"]}, ["\ue000e1"]) == '("park" OR "parking") AND ("5") AND ("\ue000e1")'
    assert fts5(["pa"], {"pa": ["x"] * MOST_TERMS}, ["m", "n"]) == '("pa"*) AND ("m" OR "n")'
    assert tsquery(["park", "5"], ["\ue000e1", "\ue000x1"]) == "'park':* & '5' & ('\ue000e1' | '\ue000x1')"


def test_whose_documents_somebody_is_shown() -> None:
    asked = {kind: whose(kind, force=1, teams=[7, 3], officer=9) for kind in Kind}
    assert asked[Kind.GROUP] == ("\ue000g1",)
    assert asked[Kind.CONCERN] == ("\ue000c3", "\ue000c7")
    assert asked[Kind.ACTION] == ("\ue000a3", "\ue000a7", "\ue000p9")
    assert asked[Kind.ENGAGEMENT] == ("\ue000e3", "\ue000e7", "\ue000o9", "\ue000x1")


def test_a_mark_is_a_piece_apart() -> None:
    assert marked("Parking, again", ["park"]) == (Piece("Parking", hit=True), Piece(", again"))
