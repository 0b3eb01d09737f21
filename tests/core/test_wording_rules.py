"""The table of patterns: bounded, so that no text takes long to read, and read alike by Python and by JavaScript."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engagement.core.wording import HOLDS, findings, rules_as_data
from engagement.core.wording_rules import READ_AS, RULES, SENTENCES, Rule
from tests.core.test_wording import LOOKS, PLAIN

LONGEST_MATCH = 200
LONGEST_REPEAT = 64
MOST_REPEATS_INSIDE_ONE_ANOTHER = 2


def repeats(tree: Any, depth: int = 0) -> list[tuple[int, int]]:
    """(upper bound, depth) of every repeat in a parsed expression."""
    found: list[tuple[int, int]] = []
    for op, value in tree:
        if op in (_constants.MAX_REPEAT, _constants.MIN_REPEAT):
            _low, high, inner = value
            several = depth + (1 if high > 1 else 0)
            found += [(int(high), several), *repeats(inner, several)]
        elif op is _constants.BRANCH:
            for branch in value[1]:
                found += repeats(branch, depth)
        elif op is _constants.SUBPATTERN:
            found += repeats(value[3], depth)
        elif op in (_constants.ASSERT, _constants.ASSERT_NOT):
            found += repeats(value[1], depth)
    return found


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_no_pattern_can_run_away(rule: Rule) -> None:
    """A match is bounded, and so is what is tried for it: time grows with the text and no faster."""
    tree = _parser.parse(rule.pattern)
    assert tree.getwidth()[1] <= LONGEST_MATCH or rule.kind == "email"
    for upper, depth in repeats(tree):
        assert upper <= LONGEST_REPEAT
        assert depth <= MOST_REPEATS_INSIDE_ONE_ANOTHER
    assert re.compile(rule.pattern).groups <= 1
    assert rule.pattern.isascii() or "À" in rule.pattern or "£" in rule.pattern
    assert "\\b" not in rule.pattern
    assert "\\w" not in rule.pattern


def always_in(tree: Any, signs: str) -> bool:
    """Whether whatever a parsed expression matches has one of the signs in it."""
    for op, value in tree:
        if op is _constants.LITERAL and chr(value) in signs:
            return True
        if op is _constants.IN and all(
            (inner is _constants.LITERAL and chr(one) in signs) or (inner is _constants.RANGE and {chr(one[0]), chr(one[1])} <= set(signs))
            for inner, one in value
        ):
            return True
        if op in (_constants.MAX_REPEAT, _constants.MIN_REPEAT) and value[0] and always_in(value[2], signs):
            return True
        if op is _constants.SUBPATTERN and always_in(value[3], signs):
            return True
        if op is _constants.BRANCH and all(always_in(branch, signs) for branch in value[1]):
            return True
    return False


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_finds_nothing_without_its_sign(rule: Rule) -> None:
    tree = _parser.parse(rule.pattern)
    assert always_in(tree, "0123456789") == (rule.sign == "0")
    assert always_in(tree, "@") == (rule.sign == "@")


def test_names_are_unique_and_every_kind_has_its_sentence() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert {rule.kind for rule in RULES} == set(SENTENCES)
    assert all(len(a) == len(b) == 1 for a, b in READ_AS.items())


@pytest.mark.parametrize("piece", ["a", "1 ", "Mr ", "12 Aa ", "A1", "0", "a@", "07 ", "dob ", "Flat 1, ", "12-", "a.", "(0"])
def test_hostile_text_is_read_to_its_end(piece: str) -> None:
    found = findings(piece * (200_000 // len(piece)) + "\nMr Jones")
    assert found[-1].text.endswith("Jones")


READER = """
const { table, texts } = JSON.parse(require("fs").readFileSync(0, "utf8"));
const read = (text) => [...text].map((c) => table.read_as[c] ?? c).join("");
const spans = (text) => table.rules.flatMap((rule) =>
  [...read(text).matchAll(new RegExp(rule.pattern, rule.flags + "d"))].map((m) => {
    const [start, end] = m.length > 1 ? m.indices[1] : m.indices[0];
    return [start, end, rule.kind];
  })).sort((a, b) => a[0] - b[0] || b[1] - a[1]);
console.log(JSON.stringify(texts.map((text) => {
  let reached = 0;
  return spans(text).filter(([start, end]) => start >= reached && ((reached = end), true));
})));
"""


def test_javascript_reads_the_same() -> None:
    node = shutil.which("node")
    assert node, "Node is one of the things that make installs"
    texts = [text for _kind, text in LOOKS] + PLAIN + ["\n".join(t for _k, t in LOOKS), "; ".join(PLAIN)]
    sent = json.dumps({"table": rules_as_data(), "texts": texts})
    answer = subprocess.run([node, "-e", READER], input=sent, capture_output=True, text=True, check=True, timeout=60)
    ours = [[[f.start, f.end, f.kind] for f in findings(text)] for text in texts]
    assert json.loads(answer.stdout) == ours


@pytest.mark.parametrize("rule", [rule for rule in RULES if not rule.sign], ids=lambda rule: f"{rule.kind}: {rule.name}")
def test_whatever_a_pattern_finds_holds_a_sign_of_its_kind(rule: Rule) -> None:
    """Patterns of which a text shows no sign are not tried on it."""

    @settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.from_regex(pattern := re.compile(rule.pattern, re.ASCII | (re.IGNORECASE if rule.any_case else 0))))
    def holds(text: str) -> None:
        assert all(any(sign in found[0].lower() for sign in HOLDS[rule.kind]) for found in pattern.finditer(text))

    holds()
