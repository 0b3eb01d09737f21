"""What in free text looks like a person or like intelligence, and so should stay out of the diary.

Measured on the 1,572 titles that the public of Bath gave their reports on FixMyStreet: 10 were flagged (0.6 %), each
rightly (six house numbers with their street, three full postcodes, one vehicle mark). A name without a title cannot
be told from a street or a village, and is not looked for.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from engagement.core.wording_rules import READ_AS, RULES, SENTENCES, Kind

_READ_AS = str.maketrans(READ_AS)
_COMPILED = tuple((rule, re.compile(rule.pattern, re.ASCII | (re.IGNORECASE if rule.any_case else 0))) for rule in RULES)

_FIGURE = re.compile("[0-9]")
# Where a rule has no one sign: what a text holds, in lower case, wherever anything of its kind is found. Most lines hold none of it.
HOLDS: Mapping[Kind, tuple[str, ...]] = {
    "address": ("lives", "living", "resid", "stay"),
    "person": ("mr", "miss", "ms", "mx", "dr", "prof"),
    "intelligence": (
        "deal", "sell", "sold", "suppl", "runs", "running", "moving", "inform", "intel", "told", "grass", "known", "suspect", "warrant",
        "cuckoo", "bail", "tag", "stash",
    ),
}  # fmt: skip
_SIGNS = tuple((sign, kind) for kind, signs in HOLDS.items() for sign in signs)


@lru_cache(maxsize=256)
def _finders(signs: frozenset[str]) -> tuple[tuple[Kind, int, Callable[[str], Iterator[re.Match[str]]]], ...]:
    """What may find anything in a text with signs of these rules or kinds, in the rules' order; looked up once, not for each text."""
    return tuple(
        (rule.kind, 1 if pattern.groups else 0, pattern.finditer) for rule, pattern in _COMPILED if (rule.sign or rule.kind) in signs
    )


def _signs(read: str) -> frozenset[str]:
    """The signs and kinds of rules that may find anything in a text: a figure ("0"), an at sign, a word of a kind."""
    lower = read.lower()
    signs = {kind for sign, kind in _SIGNS if sign in lower} | ({"@"} if "@" in read else set())
    return frozenset(signs | {"0"} if _FIGURE.search(read) else signs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A stretch of a text, `text[start:end]`, that looks like what should stay out.

    `nth` counts the same finding from 1 through the text, so that a second "dealer" is not cleared with the first.
    """

    kind: Kind
    start: int
    end: int
    text: str
    nth: int = 1

    @property
    def sentence(self) -> str:
        """What it looks like, and what to do about it; the template is in `SENTENCES`, for translation."""
        return SENTENCES[self.kind].format(text=self.text)


def findings(text: str) -> tuple[Finding, ...]:
    """Everything in the text that looks like a person or like intelligence, in the order it stands there.

    No two overlap: of two that begin together the longer is kept. Takes time in proportion to the text.
    """
    return _numbered(_spans(text), defaultdict(int))


def found_nothing(text: str) -> bool:
    """Whether there is no finding in the text."""
    return not _spans(text)


def findings_in(parts: Mapping[str, str]) -> tuple[tuple[str, Finding], ...]:
    """The findings of several texts that are one wording, each with the name of its part, counted through them all."""
    seen: dict[tuple[Kind, str], int] = defaultdict(int)
    return tuple((name, finding) for name, text in parts.items() for finding in _numbered(_spans(text), seen))


def fingerprint(finding: Finding) -> str:
    """A key by which a finding that was cleared is known again.

    It holds while the text changes elsewhere, and no longer once what was found changes by a single letter.
    """
    return hashlib.sha256(f"{finding.kind}\0{finding.nth}\0{finding.text}".encode()).hexdigest()[:32]


def uncleared(parts: Mapping[str, str], cleared: Collection[str]) -> tuple[tuple[str, Finding], ...]:
    """The findings of a wording whose fingerprints nobody has cleared."""
    known = frozenset(cleared)
    return tuple((name, finding) for name, finding in findings_in(parts) if fingerprint(finding) not in known)


def looks_like_intelligence(text: str) -> bool:
    """Whether the text reads like who commits crime or who says so, which belongs in an intelligence report."""
    read = text.translate(_READ_AS)
    return any(pattern.search(read) for rule, pattern in _COMPILED if rule.kind == "intelligence")


def rules_as_data() -> dict[str, object]:
    """The whole table as JSON can hold it, for the device: `rules`, `sentences`, `read_as`."""
    return {
        "rules": [{"kind": r.kind, "name": r.name, "pattern": r.pattern, "flags": "gi" if r.any_case else "g"} for r in RULES],
        "sentences": dict(SENTENCES),
        "read_as": dict(READ_AS),
    }


def _spans(text: str) -> list[tuple[Kind, int, int, str]]:
    if not text:
        return []
    read = text.translate(_READ_AS)
    found: list[tuple[int, int, Kind]] = []
    for kind, group, finditer in _finders(_signs(read)):
        for match in finditer(read):
            found.append((match.start(group), match.end(group), kind))  # noqa: PERF401  a list for each rule that finds nothing takes longer
    if not found:
        return []
    found.sort(key=lambda span: (span[0], -span[1]))
    kept: list[tuple[Kind, int, int, str]] = []
    reached = 0
    for start, end, kind in found:
        if start >= reached:
            kept.append((kind, start, end, text[start:end]))
            reached = end
    return kept


def _numbered(spans: list[tuple[Kind, int, int, str]], seen: dict[tuple[Kind, str], int]) -> tuple[Finding, ...]:
    numbered = []
    for kind, start, end, text in spans:
        seen[kind, text] += 1
        numbered.append(Finding(kind=kind, start=start, end=end, text=text, nth=seen[kind, text]))
    return tuple(numbered)
