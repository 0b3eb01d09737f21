"""Taking in a spreadsheet of groups: a plan that is shown first, then all of it or nothing, and the same file twice changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor, Permission, Role
from engagement.audit.domain import Operation
from engagement.audit.service import keep_version, record
from engagement.core.clock import london_day, london_moment
from engagement.core.errors import Refused
from engagement.engagements.models import Engagement, EngagementGroup
from engagement.engagements.service import recount
from engagement.group_import.domain import Change, Make, Plan, plan
from engagement.group_import.queries import existing, places_of, taken_before
from engagement.group_import.reading import read_rows
from engagement.group_import.sheet import Rows, fingerprint, open_sheet
from engagement.groups.agreeing import add_agreement
from engagement.groups.contacting import new_contact
from engagement.groups.models import Contact, Group, ImportBatch
from engagement.groups.queries import agreements_of
from engagement.groups.service import create_groups, hold, settle
from engagement.people.models import Account, Posting
from engagement.people.queries import load_actor
from engagement.places.models import Force

NOON = 12
ONE_DAY = timedelta(days=1)
REACHABLE = ("telephone", "mobile", "email")
COULD_NOT = "Mend the rows that are marked, then choose the file again: nothing was taken in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What an import did; `again` says that the same file had been taken in before, so that nothing was done."""

    made: int
    changed: int
    again: bool = False


def preview(session: Session, actor: Actor, rows: Rows, *, usual: int | None = None, now: datetime) -> Plan:
    """What the rows of a file would do. Raises Refused, beside `file`, where it is not in the layout at all.

    Rows are for neighbourhoods of the actor's teams (an administrator's: of the force); others are errors of the plan.

    `usual` is the neighbourhood for rows that name none and whose postcode tells none. Changes nothing.
    """
    today = london_day(now)
    said, errors, left_out = read_rows(rows, places_of(session, actor, usual), today)
    found = plan(said, existing(session, actor, {row.key for row in said}), errors, today=today)
    found.left_out = left_out
    return found


def apply(
    session: Session, actor: Actor, rows: Rows, *, file_name: str, usual: int | None = None, mark: str | None = None, now: datetime
) -> Applied:
    """Does what the rows say: everything, or Refused with nothing done. The same rows again do nothing.

    `mark` is the plan that somebody looked at: where another has come of it since, Refused asks to look again.
    """
    sha256 = fingerprint(rows, usual)
    session.execute(select(Force.id).where(Force.id == actor.force_id).with_for_update(key_share=True))  # one import at a time
    if taken_before(session, actor.force_id, sha256) is not None:
        return Applied(made=0, changed=0, again=True)
    found = preview(session, actor, rows, usual=usual, now=now)
    if found.errors:
        raise Refused(COULD_NOT, field="file")
    if mark is not None and found.mark != mark:
        raise Refused("The register changed since you looked: look at the plan again", field="file")
    if found.empty:
        return Applied(made=0, changed=0)
    groups = create_groups(session, actor, [made.group for made in found.makes], now=now) if found.makes else []
    lasts = _fill_makes(session, actor, groups, found.makes, now)
    lasts |= _fill_changes(session, actor, found.changes, now)
    _keep_last_contacts(session, actor, lasts, now)
    batch = ImportBatch(
        force_id=actor.force_id,
        what="groups",
        sha256=sha256,
        file_name=Path(file_name).name[:200],
        rows=len(rows),
        made=len(found.makes),
        changed=len(found.changes),
        at=now,
        by_id=actor.officer_id,
    )
    session.add(batch)
    session.flush()
    record(session, actor, Operation.COLLECTION, "import_batch", [batch.id], now=now)
    return Applied(made=len(found.makes), changed=len(found.changes))


def _fill_makes(session: Session, actor: Actor, groups: Sequence[Group], makes: Sequence[Make], now: datetime) -> dict[int, date]:
    """Adds the contacts of the groups that were made; answers their last contacts."""
    people = [new_contact(session, g, c, now=now) for g, made in zip(groups, makes, strict=True) for c in made.contacts]
    session.flush()
    if people:
        record(session, actor, Operation.COLLECTION, "contact", [c.id for c in people], now=now)
    return {g.id: made.last_contact for g, made in zip(groups, makes, strict=True) if made.last_contact}


def _fill_changes(session: Session, actor: Actor, changes: Sequence[Change], now: datetime) -> dict[int, date]:
    """Adds to groups of the register what they lack; answers their last contacts."""
    ids = hold(session, [change.group_id for change in changes])
    groups = {
        g.id: g for start in range(0, len(ids), 500) for g in session.scalars(select(Group).where(Group.id.in_(ids[start : start + 500])))
    }
    people: list[Contact] = []
    for change in changes:
        group = groups[change.group_id]
        if change.fill:
            keep_version(session, actor, "group", group.id, {name: getattr(group, name) for name in change.fill}, now=now)
        for name, text in change.fill.items():
            setattr(group, name, text)
        people += [new_contact(session, group, contact, now=now) for contact in change.contacts]
        _fill_contacts(session, actor, change.fill_contacts, now)
        if change.agreement is not None:
            _take_over(session, actor, group, change, now)
    session.flush()
    if people:
        record(session, actor, Operation.COLLECTION, "contact", [c.id for c in people], now=now)
    if ids:
        record(session, actor, Operation.ALTERATION, "group", ids, fields=["import"], now=now)
        settle(session, ids, today=london_day(now))
    return {change.group_id: change.last_contact for change in changes if change.last_contact}


def _fill_contacts(session: Session, actor: Actor, blanks: Mapping[int, Mapping[str, str]], now: datetime) -> None:
    for contact_id, texts in blanks.items():
        contact = session.get_one(Contact, contact_id)
        keep_version(session, actor, "contact", contact_id, {name: getattr(contact, name) for name in texts}, now=now)
        for name, text in texts.items():
            setattr(contact, name, text)
            if name in REACHABLE and name not in contact.channels:
                contact.channels = [*contact.channels, name]
        record(session, actor, Operation.ALTERATION, "contact", [contact_id], fields=sorted(texts), now=now)


def _take_over(session: Session, actor: Actor, group: Group, change: Change, now: datetime) -> None:
    """An agreement of the file in the place of an assumed one. It begins no earlier than what it replaces."""
    assert change.agreement is not None
    present = agreements_of(session, [group.id]).get(group.id)
    starts_on = change.agreement.starts_on or london_day(now)
    if present is not None:
        starts_on = max(starts_on, present.starts_on)
        present.ends_on = starts_on - ONE_DAY
        session.flush()
    add_agreement(session, actor, group, replace(change.agreement, starts_on=starts_on), now=now)
    session.flush()


def _keep_last_contacts(session: Session, actor: Actor, lasts: Mapping[int, date], now: datetime) -> None:
    """Keeps each last contact as an engagement marked "before the diary", which counts."""
    if not lasts:
        return
    if actor.officer_id is None:
        raise Refused("Last contacts are kept in an officer's name: sign in to take the file in", field="file")
    ids = sorted(lasts)
    teams = {row.id: row for row in session.execute(select(Group.id, Group.team_id, Group.neighbourhood_id).where(Group.id.in_(ids)))}
    entries = []
    for group_id in ids:
        day = lasts[group_id]
        entry = Engagement(
            force_id=actor.force_id,
            team_id=teams[group_id].team_id,
            neighbourhood_id=teams[group_id].neighbourhood_id,
            state="happened",
            kind="visit",
            outcome="spoke",
            direction="ours",
            happened_at=min(london_moment(day, NOON), now),
            happened_on=day,
            before_the_diary=True,
            recorded_at=now,
            recorded_by_id=actor.officer_id,
        )
        entries.append(entry)
    session.add_all(entries)
    session.flush()
    links = [
        {"force_id": actor.force_id, "engagement_id": entry.id, "group_id": group_id, "counts": True, "happened_on": lasts[group_id]}
        for entry, group_id in zip(entries, ids, strict=True)
    ]
    session.execute(insert(EngagementGroup), links)
    record(session, actor, Operation.COLLECTION, "engagement", [entry.id for entry in entries], now=now)
    recount(session, ids, today=london_day(now))


def open_file(path: Path) -> Rows:
    """The rows of a file on this machine, for the command line; Refused with a sentence where it is not one."""
    try:
        return open_sheet(path.read_bytes())
    except OSError as error:
        raise Refused("{path} cannot be read: {why}", path=path, why=error.strerror or error) from None


def actor_of_the_command(session: Session, *, now: datetime) -> Actor:
    """In whose name the command line imports: the administrator who was made first. Refused where there is none."""
    today = london_day(now)
    asked = (
        select(Account.id)
        .join(Posting, Posting.officer_id == Account.officer_id)
        .where(Posting.role == Role.ADMINISTRATOR.value, Account.disabled_at.is_(None))
        .order_by(Account.id)
    )
    for account_id in session.scalars(asked):
        actor = load_actor(session, account_id, today)
        if actor is not None and actor.may(Permission.IMPORT_GROUPS):
            return actor
    raise Refused("There is no administrator in whose name to import: make one with create-administrator")
