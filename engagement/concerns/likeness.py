"""Whether two one-line concerns are about the same matter, for the question "Already open: the same thing?"."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from engagement.concerns.categories import Category, guess_category
from engagement.core.names import fold

SAME_FROM = 0.5

_EMPTY = frozenset(
    """
    a about after again all along also always an and any are as at be been being but by can do down every few for from get gets
    getting had has have he her his i in into is it its just last left lot lots many me more most much my near new no not of off
    on one or our out outside over own people problem problems issue issues really same she so some somebody someone still such
    than that the their them there they this those through time to too two up us very was we week weeks were what when where
    which while who why will with you your night nights day days morning evening
    """.split()  # noqa: SIM905 - a hundred little words read better as a text than one to a line
)
_STREETS = {
    "rd": "road", "st": "street", "ave": "avenue", "av": "avenue", "cl": "close", "dr": "drive", "ln": "lane", "cres": "crescent",
    "gdns": "gardens", "sq": "square", "pl": "place", "pk": "park", "ct": "court",
}  # fmt: skip
_STREET_KINDS = frozenset(_STREETS.values()) | {"way", "hill", "green", "walk", "rise", "grove", "view", "mews", "terrace"}
_ENDINGS = re.compile(r"(ings?|ers?|ed|ies|es|s|y)$")


def likeness(one: str, other: str) -> float:
    """How alike two titles are, from 0 to 1: the share of their telling words that they have in common.

    Endings do not matter ("parked cars", "car parking"), nor how a street is shortened. Two titles that name
    different streets are 0. The same likely category counts as one more word; two different ones halve it, and so does
    sharing nothing but the words of the category, where each names something else: parking there is not parking here.
    """
    if (fold(one) == fold(other)) and fold(one):
        return 1.0
    streets, others = _streets(one), _streets(other)
    if streets and others and not streets & others:
        return 0.0
    left, right = _telling(one), _telling(other)
    if not left or not right:
        return 0.0
    shared = 2 * len(left & right) / (len(left) + len(right))
    kinds = {guess_category(one), guess_category(other)} - {Category.OTHER}
    return shared / 2 if len(kinds) == 2 or _elsewhere(one, other) else shared


def same_matter(one: str, other: str) -> bool:
    """Whether to ask if two concerns of one neighbourhood are the same thing. It only ever asks; people decide."""
    return likeness(one, other) >= SAME_FROM


def _elsewhere(one: str, other: str) -> bool:
    """Whether each of two titles names something beyond what kind of concern it is, and they have nothing of that in common."""
    left, right = _beyond(one), _beyond(other)
    return bool(left) and bool(right) and not left & right


def _beyond(title: str) -> set[str]:
    """The telling words of a title that do not say by themselves of which category it is."""
    category = guess_category(title)
    return {_stem(word) for word in _telling_words(title) if category is Category.OTHER or _category_of(word) is not category}


@lru_cache(maxsize=4096)
def _category_of(word: str) -> Category:
    return guess_category(word)


def _words(title: str) -> list[str]:
    return [_STREETS.get(word, word) for word in fold(title[:500]).split()]


def _streets(title: str) -> set[str]:
    """The names that stand before a word for a street: {"links"} of "Speeding, Links Rd"."""
    words = _words(title)
    return {before for before, word in pairwise(words) if word in _STREET_KINDS and before not in _EMPTY | _STREET_KINDS}


def _telling(title: str) -> set[str]:
    words = {_stem(word) for word in _telling_words(title)}
    category = guess_category(title)
    return words if category is Category.OTHER else words | {f"={category.value}"}


def _telling_words(title: str) -> list[str]:
    return [word for word in _words(title) if word not in _EMPTY and word not in _STREET_KINDS]


def _stem(word: str) -> str:
    if len(word) <= 4:
        return word.removesuffix("s") if len(word) == 4 else word
    stem = _ENDINGS.sub("", word)
    return stem if len(stem) >= 3 else word
