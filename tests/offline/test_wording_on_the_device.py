"""The device finds in free text exactly what the service finds: the same stretches, sentences and fingerprints."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engagement.core.wording import findings_in, fingerprint, rules_as_data
from engagement.core.wording_rules import READ_AS

DEVICE = Path(__file__).with_name("wording_on_the_device.mjs")
NODE = shutil.which("node")

FOUND = (
    "ab12 cde", "AB12 CDE", "a123bcd", "ABC 12D", "reg ABC 1", "07700 900123", "+44 7700 900123", "(01632) 960123", "ring 960 123", "tel: 960123",
    "qq 12 34 56 c", "QQ123456C", "sam.lee@ferndown.example", "12 Links Road", "Flat 3b", "7a mill lane", "lives at", "BH22 9AB", "bh22 9ab",
    "d.o.b. 3/4/1990", "born 3 May 1990", "03.04.1990", "Mr Smith", "mrs & mr o'neill", "Ms Šmíd", "met Dr Field", "Prof. X. Żak", "dealer",
    "car dealer", "is dealing", "is dealing with", "sells weed", "supplies", "food supplies", "told me in confidence", "on bail for", "a stash of ket",
)  # fmt: skip
BETWEEN = (
    " ", "  ", ", ", ". ", "\n", "; ", "(", ")", "-", "/", ":", "’", "é", "Ł", "ɓ", "ſ", "K", "İ", "ı", "\u0130", "𝒜", "👮", "0", "a", "Z",
    "the ", "and ", "with ", "saw ", "PC ", "Sgt ", "19", "£", *list(READ_AS)[::3],
)  # fmt: skip
WORDS = st.one_of(
    st.sampled_from(FOUND), st.sampled_from(FOUND).map(str.upper), st.sampled_from(FOUND).map(str.lower), st.sampled_from(BETWEEN)
)
TEXTS = st.one_of(
    st.lists(WORDS, max_size=12).map("".join),
    st.lists(WORDS, max_size=8).map(" ".join),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
)
WORDINGS = st.lists(
    st.dictionaries(st.sampled_from(["summary", "place", "concern-0-title"]), TEXTS, min_size=1, max_size=3), min_size=40, max_size=80
)


def on_the_device(wordings: list[dict[str, str]]) -> list[list[list[object]]]:
    assert NODE is not None
    asked = json.dumps({"data": rules_as_data(), "wordings": wordings})
    said = subprocess.run([NODE, DEVICE], input=asked, capture_output=True, text=True, encoding="utf-8", check=True).stdout
    told: list[list[list[object]]] = json.loads(said)
    return told


def by_the_service(parts: dict[str, str]) -> list[list[object]]:
    return [[name, f.kind, f.start, f.end, f.text, f.nth, f.sentence, fingerprint(f)] for name, f in findings_in(parts)]


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example])
@given(WORDINGS)
def test_the_device_finds_what_the_service_finds(wordings: list[dict[str, str]]) -> None:
    for parts, told in zip(wordings, on_the_device(wordings), strict=True):
        assert told == by_the_service(parts), parts


def test_every_word_of_the_corpus_alone_and_in_a_sentence() -> None:
    sentences = [
        {"summary": f"{before}{word}{after}"} for word in FOUND for before in ("", "We heard: ", "x") for after in ("", ". Rang back", "9")
    ]
    told = on_the_device(sentences)
    assert [by_the_service(parts) for parts in sentences] == told
    assert sum(1 for found in told if found) > len(sentences) / 3
