"""What the register and the map already know of the groups that a file names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.core.names import fold
from engagement.group_import.domain import FILLABLE, REACH, Existing, Known
from engagement.group_import.reading import Places
from engagement.groups.models import Contact, ContactAgreement, Group, ImportBatch
from engagement.groups.queries import agreements_of
from engagement.groups.vocabulary import KEY_INDIVIDUAL
from engagement.people.models import Officer
from engagement.places.models import Neighbourhood, Postcode

BATCH = 500


def places_of(session: Session, force_id: int, usual: int | None) -> Places:
    """What a row of a file may name, within a force."""
    named: dict[str, int] = {}
    for row in session.execute(
        select(Neighbourhood.id, Neighbourhood.name, Neighbourhood.slug, Neighbourhood.police_uk_id)
        .where(Neighbourhood.force_id == force_id)
        .order_by(Neighbourhood.id.desc())
    ):
        named |= {fold(word): row.id for word in (row.police_uk_id, row.slug, row.name) if word}
    postcodes = select(Postcode.code, Postcode.neighbourhood_id).where(Postcode.neighbourhood_id.in_(sorted(set(named.values()))))
    officers = select(Officer.id, Officer.collar_number).where(Officer.force_id == force_id)
    return Places(
        neighbourhoods=named,
        postcodes={row.code: row.neighbourhood_id for row in session.execute(postcodes)},
        officers={fold(row.collar_number): row.id for row in session.execute(officers)},
        usual=usual if usual in named.values() else None,
    )


def existing(session: Session, keys: Collection[tuple[int, str]]) -> dict[tuple[int, str], Existing]:
    """Those of the groups that are in the register, by neighbourhood and folded name."""
    places, names = sorted({place for place, _ in keys}), sorted({name for _, name in keys})
    groups: list[Group] = []
    for some in _batches(names):
        asked = select(Group).where(Group.neighbourhood_id.in_(places), Group.name_folded.in_(some))
        groups += [group for group in session.scalars(asked) if (group.neighbourhood_id, group.name_folded) in keys]
    ids = sorted(group.id for group in groups)
    contacts: dict[int, dict[str, Known]] = defaultdict(dict)
    agreements: dict[int, ContactAgreement] = {}
    for start in range(0, len(ids), BATCH):
        part = ids[start : start + BATCH]
        agreements |= agreements_of(session, part)
        for contact in session.scalars(select(Contact).where(Contact.group_id.in_(part))):  # those that ended are not made again
            contacts[contact.group_id][contact.name_folded] = Known(id=contact.id, texts={n: getattr(contact, n) for n in REACH})
    return {
        (group.neighbourhood_id, group.name_folded): Existing(
            id=group.id,
            name=group.name,
            texts={name: getattr(group, name) for name in FILLABLE},
            assumed=group.id not in agreements or agreements[group.id].assumed,
            first_due_on=agreements[group.id].first_due_on if group.id in agreements else None,
            last_on=group.last_two_way_on,
            contacts=contacts[group.id],
            one_contact_only=group.kind == KEY_INDIVIDUAL,
        )
        for group in groups
    }


def taken_before(session: Session, force_id: int, sha256: str) -> ImportBatch | None:
    """When the same file was taken in, if it was."""
    return session.scalar(
        select(ImportBatch).where(ImportBatch.force_id == force_id, ImportBatch.what == "groups", ImportBatch.sha256 == sha256)
    )


def _batches(items: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
