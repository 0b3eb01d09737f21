"""What somebody typed into a form of many optional parts: kept as it came, with sentences beside what was refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TypeVar

from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from engagement.core.errors import Refused
from engagement.core.texts import one_line
from engagement.core.wording import Finding, findings_in, fingerprint, uncleared
from engagement.core.wording_rules import SENTENCES
from engagement.web.errors import say
from engagement.web.wording import marked_lines

Value = TypeVar("Value")
_UNSHOWABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_NUMBERED = re.compile(r"([a-z]+)-([0-9]{1,2})-\w+")
WHOLE = re.compile("[0-9]{1,9}")


class Typed:
    """The fields of a form as they were sent. `errors` has the sentences by field name, "" for the whole form.

    It is plain on purpose: the log form has some forty fields, nearly all of them left alone, and is what officers
    open most; a field object for each of them would cost more than everything else on the page.
    """

    def __init__(self, sent: MultiDict[str, str] | None = None, given: Mapping[str, str] | None = None) -> None:
        self.sent: MultiDict[str, str] = MultiDict(given or {}) if sent is None else sent
        self.errors: dict[str, list[str]] = {}
        self.warnings: Sequence[tuple[str, Finding]] = ()
        self.warned = ""

    def text(self, name: str, default: str = "") -> str:
        """What was typed into a field, to be shown in it again: what no page can hold becomes a mark."""
        return _UNSHOWABLE.sub("\ufffd", self.sent.get(name, default))

    def has(self, name: str, value: str) -> bool:
        """Whether a choice was made."""
        return value in self.sent.getlist(name)

    def rows(self, prefix: str) -> int:
        """How many numbered lines of a kind were sent, empty ones included; 60 at most."""
        return min(self._rows.get(prefix, 0), 60)

    @cached_property
    def _rows(self) -> dict[str, int]:
        """How many numbered lines of each kind were sent, as `rows` says."""
        found: dict[str, int] = {}
        for name in self.sent:
            if "-" in name and (m := _NUMBERED.fullmatch(name)):
                found[m[1]] = max(found.get(m[1], 0), int(m[2]) + 1)
        return found

    def refuse(self, refusal: Refused) -> None:
        """Puts a refusal beside its field."""
        self.errors.setdefault(refusal.field or "", []).append(say(refusal))

    def attempt(self, do: Callable[[], Value]) -> Value | None:
        """The answer, or None with the refusal on its field."""
        try:
            return do()
        except Refused as refusal:
            self.refuse(refusal)
            return None

    def line(self, name: str, what: str, longest: int) -> str:
        """A text on one line, cleaned; what does not fit is refused beside the field."""
        typed = self.sent.get(name, "")
        return self.attempt(lambda: one_line(typed, longest=longest, field=name, what=what)) or "" if typed else ""

    def number(self, name: str, sentence: str) -> int | None:
        """A whole number, or None where nothing was typed."""
        typed = self.sent.get(name, "").strip().replace(",", "")
        if typed and not WHOLE.fullmatch(typed):
            self.refuse(Refused(sentence, field=name))
            return None
        return int(typed) if typed else None

    def id_of(self, name: str) -> int | None:
        """An id from a choice; what is none was not chosen here."""
        typed = self.sent.get(name, "")
        return int(typed) if WHOLE.fullmatch(typed) else None

    def ids_of(self, name: str) -> tuple[int, ...]:
        """The ids of all that was ticked of one name."""
        return tuple(int(value) for value in self.sent.getlist(name) if WHOLE.fullmatch(value))

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Every sentence with the id of its field, for the summary at the top of the page."""
        return [(name, sentence) for name, sentences in self.errors.items() for sentence in sentences]

    def check_wording(self, parts: Mapping[str, str]) -> None:
        """Reads the free texts: what looks like a person is refused until the words change or a reason is given.

        A reason saves only over what was shown before: `warned` carries its fingerprints through the page.
        """
        self.warnings = findings_in(parts)
        reason = bool(self.sent.get("override_reason", "").strip())
        new = uncleared(parts, self.sent.get("warned", "").split()) if self.warnings else ()
        self.warned = " ".join(fingerprint(finding) for _name, finding in self.warnings)
        self._parts = parts
        if self.warnings and (new or not reason):
            for name, finding in new if reason else self.warnings:
                self.refuse(Refused(SENTENCES[finding.kind], field=name, text=finding.text))

    @property
    def override_reason(self) -> str:
        """The reason for saving over a warning; empty where there was none."""
        return self.line("override_reason", "Why it should be saved as it stands", 300) if self.warnings else ""

    @property
    def looks_like_intelligence(self) -> bool:
        """Whether one of the warnings is of what belongs in an intelligence report."""
        return any(finding.kind == "intelligence" for _name, finding in self.warnings)

    @property
    def warning_lines(self) -> list[tuple[str, Markup]]:
        """Each text in which something was found: the id of its field, and a line of it with all of that marked."""
        return marked_lines(self.warnings, self._parts)
