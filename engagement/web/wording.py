"""The wording check of a form: what looks like a person is shown before it is saved, and a reason saves over it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import HiddenField

from engagement.core.errors import Refused
from engagement.core.wording import Finding, findings_in, fingerprint, uncleared
from engagement.core.wording_rules import SENTENCES
from engagement.web.forms import Form, TextField

AROUND = 40  # characters of the text that are shown before and after a finding


class WordingForm(Form):
    """A form whose free texts are read before they are saved.

    `checked` names the fields that are read; a form with lists of lines overrides `parts()`. Where something is found,
    the form does not validate: the sentences stand beside their fields and `warnings` is filled, for the macro
    `wording(form)` of `components/wording.html`, which shows them and asks for `override_reason`. Sent again with a
    reason it validates, if nothing is found that was not shown before. `over_warning` is the reason to store: empty
    where nothing was found, whatever was typed.
    """

    checked: ClassVar[tuple[str, ...]] = ()

    override_reason = TextField(_l("Why it should be saved as it stands"), longest=300)
    warned = HiddenField()  # fingerprints of the findings that the page has shown

    warnings: Sequence[tuple[str, Finding]] = ()

    def parts(self) -> Mapping[str, str]:
        """The texts to read, by the name of their field."""
        return {name: str(self._fields[name].data or "") for name in self.checked if name in self._fields}

    def validate(self, extra_validators: Any = None) -> bool:
        """As any form, then the wording; the other refusals do not hide the warnings."""
        sound = super().validate(extra_validators=extra_validators)
        return self.check_wording() and sound

    def check_wording(self) -> bool:
        """Whether the texts may be saved as they stand; else the warnings are on the form."""
        parts = {name: text for name, text in self.parts().items() if name not in self._fields or not self._fields[name].errors}
        self.warnings = findings_in(parts)  # a text that was refused, such as a megabyte, is not searched
        reason = bool((self.override_reason.data or "").strip())
        new = uncleared(parts, (self.warned.data or "").split()) if self.warnings else ()
        self.warned.data = " ".join(fingerprint(finding) for _name, finding in self.warnings)
        if not self.warnings or (reason and not new):
            return True
        for name, finding in new if reason else self.warnings:
            self.refuse(Refused(SENTENCES[finding.kind], field=name, text=finding.text))
        return False

    @property
    def over_warning(self) -> str:
        """The reason for saving over a warning, to be stored with the record; empty where there was no warning."""
        return (self.override_reason.data or "").strip() if self.warnings else ""

    @property
    def looks_like_intelligence(self) -> bool:
        """Whether one of the warnings is of what belongs in an intelligence report."""
        return any(finding.kind == "intelligence" for _name, finding in self.warnings)

    @property
    def warning_lines(self) -> list[tuple[str, Markup]]:
        """Each text in which something was found: the id of its field, and a line of it with all of that marked."""
        lines = marked_lines(self.warnings, self.parts())
        return [(self._fields[name].id if name in self._fields else "", line) for name, line in lines]


def marked_lines(warnings: Sequence[tuple[str, Finding]], parts: Mapping[str, str]) -> list[tuple[str, Markup]]:
    """Each part in which something was found, once: its name, and `marked` with all that was found in it."""
    found: dict[str, list[Finding]] = {}
    for name, finding in warnings:
        found.setdefault(name, []).append(finding)
    return [(name, marked(parts[name], findings)) for name, findings in found.items()]


def marked(text: str, findings: Sequence[Finding]) -> Markup:
    """Some of the text around what was found in it, in whole words, with each finding marked."""
    line, reached = Markup(), 0
    for finding in findings:
        line += _shortened(text[reached : finding.start], first=reached == 0) + Markup("<mark>{}</mark>").format(finding.text)
        reached = finding.end
    after = text[reached:]
    return line + (after[:AROUND].rpartition(" ")[0] + " …" if len(after) > AROUND else after)


def _shortened(words: str, *, first: bool) -> str:
    """What stands before a finding: of much, the end, and what follows the finding before it."""
    if len(words) <= (AROUND if first else 2 * AROUND):
        return words
    return ("" if first else words[:AROUND].rpartition(" ")[0] + " ") + "… " + words[-AROUND:].partition(" ")[2]
