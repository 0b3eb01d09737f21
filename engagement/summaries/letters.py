"""Who gets which items: one letter for each address and month, its own groups' items first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engagement.core.months import Month

ITEMS_IN_A_LETTER = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedItem:
    """An approved item, as far as it matters who gets it. `only_for` is the raising group where nobody else may see it."""

    item_id: int
    neighbourhood_id: int
    position: int = 0
    raised_by: frozenset[int] = frozenset()
    only_for: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """A contact who gets the mail for a group, and the neighbourhoods (id, name) that the group is in, home first."""

    address: str
    contact_id: int
    group_id: int
    neighbourhoods: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterPlan:
    """One letter: the items it carries in order, how many more are on the page, and whom it is for."""

    address: str
    places: tuple[str, ...]
    items: tuple[ApprovedItem, ...]
    more_on_page: int
    addressees: tuple[Addressee, ...]

    def told(self) -> tuple[tuple[int, int, int], ...]:
        """What its delivery tells: (item id, contact id, group id), for each addressee whose group raised the item."""
        return tuple((i.item_id, a.contact_id, a.group_id) for i in self.items for a in self.addressees if a.group_id in i.raised_by)


def fold_address(address: str) -> str:
    """An e-mail address as it is compared and stored: without blanks around it, in lower case."""
    return address.strip().casefold()


def letters(addressees: Iterable[Addressee], items: Sequence[ApprovedItem], most: int = ITEMS_IN_A_LETTER) -> tuple[LetterPlan, ...]:
    """One letter for each address that something is to be said to, by address; addresses differ by more than case."""
    by_address: dict[str, list[Addressee]] = {}
    for addressee in addressees:
        by_address.setdefault(fold_address(addressee.address), []).append(addressee)
    plans = (letter(address, people, items, most) for address, people in sorted(by_address.items()))
    return tuple(plan for plan in plans if plan is not None)


def letter(address: str, people: Sequence[Addressee], items: Sequence[ApprovedItem], most: int = ITEMS_IN_A_LETTER) -> LetterPlan | None:
    """The letter of one address, which may speak for several groups and neighbourhoods; None with nothing to say.

    Every item that one of its groups raised comes first and is in the letter, since its delivery tells that group
    and an item for one group is on no page. Others fill it up to `most`; the rest are on the page.
    """
    groups = {person.group_id for person in people}
    places = dict(pair for person in people for pair in person.neighbourhoods)
    open_to_it = [
        i for i in items if i.only_for in groups or (i.only_for is None and (i.neighbourhood_id in places or i.raised_by & groups))
    ]
    own = sorted((i for i in open_to_it if i.raised_by & groups or i.only_for is not None), key=_order)
    others = sorted((i for i in open_to_it if i not in own), key=_order)
    if not open_to_it:
        return None
    room = max(0, most - len(own))
    carried = (*own, *others[:room])
    spoken_of = {i.neighbourhood_id for i in carried}
    named = tuple(name for key, name in places.items() if key in spoken_of) or tuple(places.values())[:1]
    return LetterPlan(
        address=fold_address(address), places=named, items=carried, more_on_page=len(others) - len(others[:room]), addressees=tuple(people)
    )


def subject(places: Sequence[str], month: Month) -> str:
    """The subject of a letter, which begins with the place: "Ferndown Town: you said, we did, October 2026"."""
    names = [" ".join(place.split()) for place in places]
    if not names:
        raise ValueError("a letter is about a place")
    place = " and ".join(names) if len(names) <= 2 else f"{names[0]} and {len(names) - 1} more places"
    return f"{place}: you said, we did, {month.name}"


def _order(item: ApprovedItem) -> tuple[int, int]:
    return (item.position, item.item_id)
