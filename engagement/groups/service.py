"""What people do to the register: make and change groups, give them to an officer.

Agreements and pauses are in `agreeing`, contacts in `contacting`, groups that sleep in `dormancy`, the worked-out
columns in `settling`; other features call all of them from here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, insert, not_, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from engagement.access.domain import Actor
from engagement.audit.domain import Operation
from engagement.audit.service import keep_version, record
from engagement.core.clock import london_day
from engagement.core.errors import Conflict, Refused
from engagement.core.names import fold
from engagement.groups.agreeing import add_agreement
from engagement.groups.agreeing import agree as agree
from engagement.groups.agreeing import confirm as confirm
from engagement.groups.agreeing import end_pause as end_pause
from engagement.groups.agreeing import pause as pause
from engagement.groups.contacting import add_contact as add_contact
from engagement.groups.contacting import edit_contact as edit_contact
from engagement.groups.contacting import end_contact as end_contact
from engagement.groups.contacting import resume_mail as resume_mail
from engagement.groups.contacting import suspend_mail as suspend_mail
from engagement.groups.dormancy import go_dormant as go_dormant
from engagement.groups.dormancy import still_dormant as still_dormant
from engagement.groups.dormancy import wake as wake
from engagement.groups.dormancy import wake_contacted as wake_contacted
from engagement.groups.drafts import AgreementDraft as AgreementDraft
from engagement.groups.drafts import ContactDraft as ContactDraft
from engagement.groups.drafts import GroupDraft as GroupDraft
from engagement.groups.models import Group, GroupCharacteristic, GroupNeighbourhood
from engagement.groups.queries import group_to_change, kept_from, visible_to
from engagement.groups.settling import contacted as contacted
from engagement.groups.settling import drifted as drifted
from engagement.groups.settling import hold as hold
from engagement.groups.settling import settle as settle
from engagement.groups.settling import worked_out as worked_out
from engagement.groups.vocabulary import characteristics, kinds, named_by_default
from engagement.people.models import Officer
from engagement.places.models import Neighbourhood, Postcode

PLAIN = (
    "name", "kind", "neighbourhood_id", "owner_id", "may_be_named", "sergeant_first", "sensitive", "about", "address",
    "postcode", "website",
)  # fmt: skip


def create_group(session: Session, actor: Actor, draft: GroupDraft, *, now: datetime) -> Group:
    """Makes a group, with its agreement or an assumed one; the same `client_ref` again answers the group it made.

    Any officer may make one in any neighbourhood of the force. Raises Refused beside the draft's field; a second
    group of the same name in the same neighbourhood is refused beside `name`.
    """
    if draft.client_ref and (made := session.scalar(select(Group).where(Group.client_ref == draft.client_ref))):
        return made
    return create_groups(session, actor, [draft], now=now)[0]


def create_groups(session: Session, actor: Actor, drafts: Sequence[GroupDraft], *, now: datetime) -> list[Group]:
    """Makes many groups in a few statements, in the order of the drafts; as `create_group`, all of them or Refused."""
    checked = [draft.checked() for draft in drafts]
    places = {place for draft in checked for place in (draft.neighbourhood_id, *draft.spans)}
    teams = _teams(session, actor, places)
    owners = _officers(session, actor, {d.owner_id for d in checked if d.owner_id is not None})
    _refuse_known_names(session, actor, checked)
    spots = _spots(session, {d.postcode for d in checked if d.postcode})
    groups = []
    for draft in checked:
        if draft.neighbourhood_id not in teams:
            raise Refused("Choose a neighbourhood", field="neighbourhood_id")
        team_id = teams[draft.neighbourhood_id]
        if draft.owner_id is not None and draft.owner_id not in owners:
            raise Refused("Choose an officer", field="owner_id")
        owner_id = actor.officer_id if draft.owner_id is None and team_id in actor.own_teams else draft.owner_id
        group = Group(
            force_id=actor.force_id,
            created_at=now,
            created_by_id=actor.officer_id,
            client_ref=draft.client_ref,
            to_confirm=draft.to_confirm,
        )
        _apply(group, draft, team_id, owner_id, spots.get(draft.postcode))
        groups.append(group)
    session.add_all(groups)
    session.flush()
    for group, draft in zip(groups, checked, strict=True):
        _check_spans(draft, teams)
        add_agreement(session, actor, group, (draft.agreement or AgreementDraft()).checked(london_day(now)), now=now)
    _add_links(session, list(zip(groups, checked, strict=True)))
    ids = [group.id for group in groups]
    record(session, actor, Operation.COLLECTION, "group", ids, now=now)
    settle(session, ids, today=london_day(now))
    return groups


def edit_group(session: Session, actor: Actor, group_id: int, draft: GroupDraft, *, version: int, now: datetime) -> Group:
    """Changes a group's own facts (not its contacts or agreement). The earlier ones are kept as a version.

    Raises Missing where it is not theirs to read, Conflict with what it says now where somebody changed it since
    `version` was read, Refused beside a field that does not fit.
    """
    group = group_to_change(session, actor, group_id)
    before = facts(session, group)
    if group.version != version:
        raise Conflict("Somebody else changed this group while you had it open.", theirs=said(session, before))
    draft = draft.checked()
    teams = _teams(session, actor, {draft.neighbourhood_id, *draft.spans})
    if draft.neighbourhood_id not in teams:
        raise Refused("Choose a neighbourhood", field="neighbourhood_id")
    _check_spans(draft, teams)
    _refuse_known_names(session, actor, [draft], but=group.id)
    owner_id = group.owner_id if draft.owner_id == group.owner_id else _officer(session, actor, draft.owner_id)
    _apply(group, draft, teams[draft.neighbourhood_id], owner_id, _spots(session, {draft.postcode}).get(draft.postcode))
    group.to_confirm = False
    for table in (GroupNeighbourhood, GroupCharacteristic):
        session.execute(delete(table).where(table.group_id == group.id))
    _add_links(session, [(group, draft)])
    after = facts(session, group)
    changed = [name for name in after if after[name] != before[name]]
    if changed:
        keep_version(session, actor, "group", group.id, before, now=now)
        flag_modified(group, "name")  # its links count as the group: the version moves with them
        record(session, actor, Operation.ALTERATION, "group", [group.id], fields=changed, now=now)
        session.flush()
    if group.sensitive and not session.scalar(select(Group.id).where(Group.id == group.id, visible_to(actor))):
        raise Refused("Only its owner or a sergeant can mark a group as sensitive", field="sensitive")
    return group


def give_to(session: Session, actor: Actor, group_ids: Iterable[int], officer_id: int | None, *, now: datetime) -> list[int]:
    """Gives groups to an officer of the force, or to nobody; answers the ids that changed hands."""
    owner_id = _officer(session, actor, officer_id)
    given = []
    for group_id in sorted(set(group_ids)):
        group = group_to_change(session, actor, group_id)
        if group.owner_id != owner_id:
            keep_version(session, actor, "group", group.id, {"owner_id": group.owner_id}, now=now)
            group.owner_id = owner_id
            given.append(group.id)
    if given:
        record(session, actor, Operation.ALTERATION, "group", given, fields=["owner_id"], now=now)
    return given


def facts(session: Session, group: Group) -> dict[str, Any]:
    """A group's own facts as JSON, by field name: what a version keeps."""
    spans = session.scalars(select(GroupNeighbourhood.neighbourhood_id).where(GroupNeighbourhood.group_id == group.id))
    speaks = session.scalars(select(GroupCharacteristic.characteristic).where(GroupCharacteristic.group_id == group.id))
    return {name: getattr(group, name) for name in PLAIN} | {"spans": sorted(spans), "characteristics": sorted(speaks)}


def said(session: Session, content: Mapping[str, Any]) -> dict[str, str]:
    """The facts in words, for whoever is shown both versions."""
    places = [i for i in (*content["spans"], content["neighbourhood_id"]) if i is not None]
    named = {r.id: r.name for r in session.execute(select(Neighbourhood.id, Neighbourhood.name).where(Neighbourhood.id.in_(places)))}
    owner = session.get(Officer, content["owner_id"]) if content["owner_id"] else None
    words = {name: _yes_or_words(content[name]) for name in PLAIN}
    return words | {
        "kind": kinds().get(content["kind"], content["kind"]),
        "neighbourhood_id": named.get(content["neighbourhood_id"], ""),
        "owner_id": owner.name if owner else "Nobody",
        "spans": ", ".join(named.get(i, "") for i in content["spans"]),
        "characteristics": ", ".join(characteristics().get(c, c) for c in content["characteristics"]),
    }


def _yes_or_words(value: object) -> str:
    return ("Yes" if value else "No") if isinstance(value, bool) else str(value if value is not None else "")


def _teams(session: Session, actor: Actor, neighbourhoods: Iterable[int]) -> dict[int, int]:
    """The team of each of the neighbourhoods, as far as they are of the actor's force."""
    wanted = sorted(set(neighbourhoods))
    ours = and_(Neighbourhood.id.in_(wanted), Neighbourhood.force_id == actor.force_id)
    return {row.id: row.team_id for row in session.execute(select(Neighbourhood.id, Neighbourhood.team_id).where(ours))}


def _officers(session: Session, actor: Actor, officers: Iterable[int]) -> set[int]:
    wanted = sorted(set(officers))
    return set(session.scalars(select(Officer.id).where(Officer.id.in_(wanted), Officer.force_id == actor.force_id))) if wanted else set()


def _officer(session: Session, actor: Actor, officer_id: int | None) -> int | None:
    if officer_id is not None and not _officers(session, actor, [officer_id]):
        raise Refused("Choose an officer", field="owner_id")
    return officer_id


def _spots(session: Session, postcodes: Iterable[str]) -> dict[str, Postcode]:
    wanted = sorted(set(postcodes) - {""})
    return {spot.code: spot for spot in session.scalars(select(Postcode).where(Postcode.code.in_(wanted)))} if wanted else {}


def _refuse_known_names(session: Session, actor: Actor, drafts: Sequence[GroupDraft], *, but: int | None = None) -> None:
    """Two groups of one neighbourhood do not have the same name, in the register or among the drafts.

    But for an OFFICIAL-SENSITIVE one that is kept from the actor: to refuse its name would say that it is there.
    """
    asked: set[tuple[int, str]] = set()
    for draft in drafts:
        key = (draft.neighbourhood_id, fold(draft.name)[:200])
        if key in asked:
            raise Refused("{name} is there twice", field="name", name=draft.name)
        asked.add(key)
    here, names = {place for place, _ in asked}, sorted({name for _, name in asked})
    for start in range(0, len(names), 500):
        known = select(Group.neighbourhood_id, Group.name_folded, Group.name).where(
            Group.neighbourhood_id.in_(here),
            Group.name_folded.in_(names[start : start + 500]),
            Group.id != (but or 0),
            not_(kept_from(actor)),
        )
        for row in session.execute(known):
            if (row.neighbourhood_id, row.name_folded) in asked:
                raise Refused("{name} is in the register of that neighbourhood already", field="name", name=row.name)


def _apply(group: Group, draft: GroupDraft, team_id: int, owner_id: int | None, spot: Postcode | None) -> None:
    moved = group.postcode != draft.postcode or group.latitude is None
    named = named_by_default(draft.kind) if draft.may_be_named is None else draft.may_be_named
    values: dict[str, Any] = {name: getattr(draft, name) for name in PLAIN} | {
        "owner_id": owner_id,
        "may_be_named": named,
        "team_id": team_id,
        "name_folded": fold(draft.name)[:200],
    }
    if draft.latitude is not None and draft.longitude is not None:
        values |= {"latitude": draft.latitude, "longitude": draft.longitude}
    elif moved:
        values |= {"latitude": spot.latitude if spot else None, "longitude": spot.longitude if spot else None}
    for name, value in values.items():
        setattr(group, name, value)


def _check_spans(draft: GroupDraft, teams: Mapping[int, int]) -> None:
    if set(draft.spans) - set(teams):
        raise Refused("Choose neighbourhoods from the list", field="spans")


def _add_links(session: Session, pairs: Sequence[tuple[Group, GroupDraft]]) -> None:
    """Keeps the neighbourhoods that groups span and the communities they speak for."""
    here = [({"group_id": group.id, "force_id": group.force_id}, draft) for group, draft in pairs]
    if spans := [at | {"neighbourhood_id": place} for at, draft in here for place in draft.spans]:
        session.execute(insert(GroupNeighbourhood), spans)
    if speaks := [at | {"characteristic": c} for at, draft in here for c in draft.characteristics]:
        session.execute(insert(GroupCharacteristic), speaks)
