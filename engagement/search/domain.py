"""What it means that words are found in a text, which pieces of it are shown marked, and what is asked of the index."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from engagement.core.names import LETTERS

LONGEST_TYPED = 200
MOST_WORDS = 12  # that are searched for; nobody's memory of an entry is longer
LONGEST_WORD = 40  # of a word, for the index and for who searches
EXCERPT = 180
SCOPE = "\ue000"  # before the marks of a document that say whose it is; no word that is searched for can hold it
_APOSTROPHES = "'‘ʼ\u00ad"  # with the one that `LETTERS` makes plain; and the hyphen that shows at a line's end alone
_LATIN = "\u024f"  # the last letter of the scripts whose accents SQLite's tokenizer knows
_VOWELS = ("Mn", "Mc")  # signs of scripts that write vowels above, below or beside a letter: they part no word

Word = tuple[int, int, str]  # where it begins and ends in a text, and how the index writes it


class Kind(StrEnum):
    """What is found, in the order in which it is shown."""

    GROUP = "group"
    CONCERN = "concern"
    ACTION = "action"
    ENGAGEMENT = "engagement"

    @property
    def label(self) -> str:
        """The words above what was found."""
        return {Kind.ACTION: "Promises and actions"}.get(self, f"{self.value.capitalize()}s")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a text; `hit` where it is a word that was searched for."""

    text: str
    hit: bool = False


@lru_cache(maxsize=4096)
def _letters(sign: str) -> str:
    """How the index writes one sign: without case and accents; a space where it parts words, nothing for an apostrophe."""
    plain = unicodedata.normalize("NFKD", sign.casefold().translate(LETTERS))
    kept = (c for c in plain if c not in _APOSTROPHES and not "\u0300" <= c <= "\u036f" and not "\ufe00" <= c <= "\ufe0f")
    return "".join(c if c.isalnum() or unicodedata.category(c) in _VOWELS else " " for c in kept)


def words_in(text: str) -> Iterator[Word]:
    """The words of a text in order, as the index knows them. A sign that is a word of its own, such as "&", is one."""
    start, end, word = 0, 0, ""
    for place, sign in enumerate(text):
        written = _letters(sign)
        for letter in written:
            if letter == " ":
                if word:
                    yield start, end, word
                word = ""
            elif word or letter.isalnum():
                start = start if word else place
                word, end = word + letter, place + 1
        if word and not written:
            end = place + 1  # an apostrophe, or an accent that stands on its own
    if word:
        yield start, end, word


def words_of(typed: str) -> tuple[str, ...]:
    """The words to search for, each once, as the index writes them; none where nothing typed is a letter or a number.

    >>> words_of("St. Mary's  CAFÉ")
    ('st', 'marys', 'cafe')
    """
    found = dict.fromkeys(word[:LONGEST_WORD] for _start, _end, word in words_in(typed[:LONGEST_TYPED]))
    return tuple(found)[:MOST_WORDS]


def as_typed(typed: str) -> dict[str, str]:
    """Of the words to search for, those with letters that SQLite's tokenizer does not write as the rule does (accents of other
    scripts than ours), as they were typed: a text is found by what it says, if not by other spellings of it."""
    found = {}
    for start, end, word in words_in(typed[:LONGEST_TYPED]):
        said = "".join(c for c in typed[start:end].casefold() if c not in _APOSTROPHES + "’")
        if any(c > _LATIN for c in said) and said != word:
            found[word[:LONGEST_WORD]] = said
    return found


def is_beginning(word: str) -> bool:
    """Whether a word that was typed finds those that begin with it: a single letter finds itself alone."""
    return len(word) > 1


def finds(word: str, written: str) -> bool:
    """Whether a word that was typed finds a word of a text."""
    return written.startswith(word) if is_beginning(word) else written == word


def matches(words: Collection[str], text: str) -> bool:
    """Whether a text is found: each of the words begins one of its own. What the index answers, said as a rule."""
    written = [found for _start, _end, found in words_in(text)]
    return bool(words) and all(any(finds(word, one) for one in written) for word in words)


def marked(text: str, words: Collection[str]) -> tuple[Piece, ...]:
    """The text in pieces, those apart that were found; put together they are the text again."""
    pieces, done = [], 0
    for start, end, written in words_in(text):
        if start >= done and any(finds(word, written) for word in words):
            if start > done:
                pieces.append(Piece(text[done:start]))
            pieces.append(Piece(text[start:end], hit=True))
            done = end
    if done < len(text):
        pieces.append(Piece(text[done:]))
    return tuple(pieces)


def excerpt(text: str, words: Collection[str], longest: int = EXCERPT) -> tuple[Piece, ...]:
    """The part of a text around what was found first, marked; dots stand where it was cut. Empty where nothing was found in it."""
    first = next((start for start, _end, written in words_in(text) if any(finds(word, written) for word in words)), None)
    if first is None:
        return ()
    begin = max(0, first - longest // 3)
    if begin > 0:
        begin = next((place + 1 for place in range(begin, first) if text[place].isspace()), first)
    end = min(len(text), begin + longest)
    if end < len(text):
        end = next((place for place in range(end, first, -1) if text[place].isspace()), end)
    before, after = ("… " if begin else ""), (" …" if end < len(text) else "")
    return (*((Piece(before),) if before else ()), *marked(text[begin:end], words), *((Piece(after),) if after else ()))


def whose(kind: Kind, *, force: int, teams: Iterable[int], officer: int | None) -> tuple[str, ...]:
    """The marks of the documents that somebody may be shown: all those that they may read are among these.

    A group is found by any officer of the force; an engagement by its team, by who recorded it, and by those whom a group
    that was there lets read it; a concern by its team; an action by its team and by who does it.
    """
    letters = {Kind.ENGAGEMENT: ("e", "o"), Kind.CONCERN: ("c", ""), Kind.ACTION: ("a", "p")}
    if kind is Kind.GROUP:
        return (f"{SCOPE}g{force}",)  # all that it says; what others may find is its name: see `by_name`
    of_team, of_officer = letters[kind]
    own = [f"{SCOPE}{of_officer}{officer}"] if of_officer and officer is not None else []
    wide = [f"{SCOPE}x{force}"] if kind is Kind.ENGAGEMENT else []
    return (*(f"{SCOPE}{of_team}{team}" for team in sorted(teams)), *own, *wide)


def by_name(force: int) -> tuple[str, ...]:
    """The marks of the documents that hold the names of a force's groups and nothing else of them."""
    return (f"{SCOPE}n{force}",)


MOST_TERMS = 200  # of the index that one word may stand for before it is left to the index to find them


def fts5(words: Sequence[str], terms: Mapping[str, Collection[str]], marks: Sequence[str], said: Mapping[str, str] | None = None) -> str:
    """What SQLite's index is asked: every word, and one of the marks. What is in quotes is never an operator.

    `terms` are the index's own words that a word begins, where they are few: to name them is a hundred times quicker than to have
    them looked for. `said` is how a word was typed, where that may be found as well.
    """

    def one(word: str) -> str:
        known = terms.get(word, ())
        if known and len(known) < MOST_TERMS:
            found = " OR ".join(f'"{term}"' for term in sorted(known))
        else:
            found = f'"{word}"*' if is_beginning(word) else f'"{word}"'
        return f'{found} OR "{said[word]}"*' if said and word in said else found

    return " AND ".join(f"({one_of})" for one_of in (*map(one, words), " OR ".join(f'"{mark}"' for mark in marks)))


def tsquery(words: Sequence[str], marks: Sequence[str]) -> str:
    """The same for PostgreSQL: every word, and one of the marks. A word holds neither quote nor backslash."""
    asked = [f"'{word}':*" if is_beginning(word) else f"'{word}'" for word in words]
    return " & ".join([*asked, "(" + " | ".join(f"'{mark}'" for mark in marks) + ")"])
