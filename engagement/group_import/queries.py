"""What the register and the map already know of the groups that a file names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import ColumnElement, not_, select, true
from sqlalchemy.orm import Session

from engagement.access.domain import Actor, Permission
from engagement.core.names import fold
from engagement.group_import.domain import FILLABLE, REACH, Existing, Known
from engagement.group_import.reading import Places
from engagement.groups.models import Contact, ContactAgreement, Group, ImportBatch
from engagement.groups.queries import agreements_of, kept_from, visible_to
from engagement.groups.vocabulary import KEY_INDIVIDUAL
from engagement.people.models import Officer
from engagement.places.models import Neighbourhood, Postcode

BATCH = 500


def taking_in(actor: Actor) -> ColumnElement[bool]:
    """The neighbourhoods for whose groups somebody may take rows in: those of the teams they read, an administrator all of the force's."""
    return true() if actor.may(Permission.ADMINISTER) else Neighbourhood.team_id.in_(sorted(actor.teams(Permission.IMPORT_GROUPS)))


def neighbourhoods_to_import(session: Session, actor: Actor) -> list[tuple[int, str]]:
    """The same as (id, name), in the order of their names."""
    theirs = (Neighbourhood.force_id == actor.force_id, taking_in(actor))
    return [
        (row.id, row.name)
        for row in session.execute(select(Neighbourhood.id, Neighbourhood.name).where(*theirs).order_by(Neighbourhood.name))
    ]


def places_of(session: Session, actor: Actor, usual: int | None) -> Places:
    """What a row of a file may name within the force, and for which neighbourhoods the actor may take rows in."""
    force_id = actor.force_id
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
        open_to=frozenset(key for key, _name in neighbourhoods_to_import(session, actor)),
    )


def existing(session: Session, actor: Actor, keys: Collection[tuple[int, str]]) -> dict[tuple[int, str], Existing]:
    """Those of the groups that are in the register, by neighbourhood and folded name.

    An OFFICIAL-SENSITIVE group that is kept from the actor is not there: a row of its name is the row of another group.
    """
    places, names = sorted({place for place, _ in keys}), sorted({name for _, name in keys})
    groups: list[Group] = []
    for some in _batches(names):
        asked = select(Group).where(Group.neighbourhood_id.in_(places), Group.name_folded.in_(some), not_(kept_from(actor)))
        asked = asked.order_by(Group.sensitive.desc(), Group.id.desc())  # of two of one name, the last read is kept: the older open one
        groups += [group for group in session.scalars(asked) if (group.neighbourhood_id, group.name_folded) in keys]
    ids = sorted(group.id for group in groups)
    readable: set[int] = set()
    contacts: dict[int, dict[str, Known]] = defaultdict(dict)
    agreements: dict[int, ContactAgreement] = {}
    for start in range(0, len(ids), BATCH):
        part = ids[start : start + BATCH]
        agreements |= agreements_of(session, part)
        readable |= set(session.scalars(select(Group.id).where(Group.id.in_(part), visible_to(actor))))
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
            readable=group.id in readable,
            within_reach=group.id in readable or actor.may(Permission.ADMINISTER),
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
