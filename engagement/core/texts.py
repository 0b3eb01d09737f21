"""Text as people type it, made fit to keep: line ends alike, no invisible trickery, no longer than there is room for."""

from __future__ import annotations

import re

from engagement.core.errors import Refused

# Control characters but for tab and line feed; marks that turn the direction of what follows; halves of a character.
# Left-to-right and right-to-left marks, and the joiners of emoji and of Indian scripts, are ordinary text.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_TURNED = re.compile("[\u202a-\u202e\u2066-\u2069]")
_BROKEN = re.compile("[\ud800-\udfff\ufffe\uffff]")  # the last two are no characters, and no document may hold them
_BLANK = "\ufeff" + "".join(chr(c) for c in range(0x3001) if chr(c).isspace())
# A marking, as it is written: in capitals, and on a line of its own unless it says TOP or is followed as markings are.
_ABOVE = re.compile(r"\bTOP[ -]SECRET\b|\bUK SECRET\b|^\W*SECRET\W*$|\bSECRET ?(?://|[-\u2013\u2014:])", re.MULTILINE)
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


def clean_text(text: str | None, *, longest: int, field: str, what: str) -> str:
    """The text with its line ends as line feeds and no blank space around it; an absent text is an empty one.

    `longest` is counted in characters (Unicode code points), after cleaning. `what` names the text in the sentence
    of a refusal, such as "What happened". Raises Refused, beside `field`, for a text that is too long, and for one
    with control characters, with marks that turn the direction of writing, with broken characters, or with a
    classification that the diary may not hold.
    Every script and every emoji is fine. Cleaning a clean text changes nothing.
    """
    cleaned = _LINE_END.sub("\n", text or "")
    if _CONTROL.search(cleaned):
        raise Refused(
            "{what} contains a control character that cannot be kept. Type it again, or paste it as plain text.",
            field=field,
            what=what,
        )
    if _TURNED.search(cleaned):
        raise Refused(
            "{what} contains an invisible mark that changes the direction of writing. Take it out.",
            field=field,
            what=what,
        )
    if _BROKEN.search(cleaned):
        raise Refused("{what} contains half a character. Type it again.", field=field, what=what)
    cleaned = cleaned.strip(_BLANK)
    if _ABOVE.search(cleaned):
        raise Refused(
            "{what} is marked above OFFICIAL-SENSITIVE. The diary may not hold it: take it out, and tell your security officer.",
            field=field,
            what=what,
        )
    over = len(cleaned) - longest
    if over == 1:
        raise Refused("{what} is 1 character too long: {longest} at most.", field=field, what=what, longest=longest)
    if over > 0:
        raise Refused(
            "{what} is {over} characters too long: {longest} at most.",
            field=field,
            what=what,
            over=f"{over:,}",
            longest=longest,
        )
    return cleaned


def one_line(text: str | None, *, longest: int, field: str, what: str) -> str:
    """The text on a single line: line ends, tabs and runs of blanks become one blank. Otherwise as `clean_text`."""
    if text and len(text) <= longest and text.isascii() and text.isprintable() and "SECRET" not in text:
        return " ".join(text.split(None))  # nothing else in it can want cleaning
    return clean_text(" ".join(_LINE_END.sub(" ", text or "").split(None)), longest=longest, field=field, what=what)
