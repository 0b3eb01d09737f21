"""A spreadsheet of officers: read into a plan that is shown first, then taken in whole or not at all."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor, Role
from engagement.core.dates import read_date
from engagement.core.errors import Refused
from engagement.core.names import fold
from engagement.core.texts import one_line
from engagement.people.models import Account, Officer
from engagement.people.postings import SCOPES, PostingDraft, post_to
from engagement.people.queries import places_of, postings_of
from engagement.people.service import RANKS, OfficerDraft, fold_email, send_link, take_on

LAYOUT = ("Name", "Rank", "Collar number", "Telephone", "E-mail", "Role", "Team or area", "First day")
EXAMPLE = ("Jo Penrose", "PCSO", "5512", "07700 900123", "jo.penrose@force.example", "PCSO", "Ferndown", "01/04/2026")
_ROLES = {role.replace("_", " "): role for role in Role} | {"pc": Role.PCSO}
MOST_ROWS = 2000

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedOfficer:
    """A row that can be taken in; `posting` is None for somebody without a role."""

    row: int
    officer: OfficerDraft
    posting: PostingDraft | None
    place: str


@dataclass(slots=True, kw_only=True)
class OfficerPlan:
    """What a file would do: `new` rows made, `there` rows that are in the diary already, `errors` by row number."""

    new: list[PlannedOfficer] = field(default_factory=list)
    there: int = 0
    errors: list[tuple[int, str]] = field(default_factory=list)


def layout_csv() -> str:
    """The layout, with one invented officer."""
    out = io.StringIO()
    csv.writer(out).writerows([LAYOUT, EXAMPLE])
    return out.getvalue()


def officer_lines(session: Session, force_id: int, on: date) -> list[tuple[Any, ...]]:
    """Every officer in the columns of the layout, behind their id: a line for each posting on that day, one without where there is none."""
    officers = session.execute(
        select(Officer.id, Officer.name, Officer.rank, Officer.collar_number, Officer.telephone, Account.email)
        .outerjoin(Account, Account.officer_id == Officer.id)
        .where(Officer.force_id == force_id)
        .order_by(Officer.name_folded, Officer.id)
    ).all()
    postings = postings_of(session, [row.id for row in officers])
    lines = []
    for row in officers:
        held = [p for p in postings[row.id] if p.starts_on <= on and (p.ends_on is None or p.ends_on >= on)]
        roles = [(p.role.replace("_", " "), p.place, p.starts_on) for p in held] or [("", "", None)]
        lines += [(row.id, row.name, row.rank, row.collar_number, row.telephone, row.email or "", *role) for role in roles]
    return lines


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def plan_officers(session: Session, actor: Actor, content: bytes, *, today: date) -> OfficerPlan:
    """Reads a CSV file in the layout. Raises Refused where it is not one at all; errors of rows are in the plan."""
    if b"\0" in content:
        raise Refused("That is not a CSV file. In your spreadsheet choose Save as, then CSV.", field="file")
    try:
        rows = list(csv.reader(io.StringIO(_decoded(content), newline="")))
    except csv.Error:
        raise Refused("That is not a CSV file: a quotation mark is open, or a cell is too long.", field="file") from None
    header = [cell.strip() for cell in rows[0]] if rows else []
    missing = [name for name in LAYOUT[:3] if name not in header]
    if missing:
        raise Refused("The first row must name the columns; missing: {names}.", field="file", names=", ".join(missing))
    if len(rows) > MOST_ROWS + 1:
        raise Refused("That is more than {n} rows. Cut the file into parts.", field="file", n=MOST_ROWS)
    teams, areas = places_of(session, actor.force_id)
    places = {"team": {fold(t.name): t.id for t in teams}, "area": {fold(a.name): a.id for a in areas}}
    numbers = set(session.scalars(select(Officer.collar_number).where(Officer.force_id == actor.force_id)))
    mails = set(session.scalars(select(Account.email)))
    plan = OfficerPlan()
    for number, cells in enumerate(rows[1:], start=2):
        row = {name: cells[i].strip() if i < len(cells) else "" for i, name in enumerate(header)}
        if not any(row.values()):
            continue
        wrong: list[str] = []
        planned = _planned(number, row, places, today, wrong)
        if planned is not None and planned.officer.collar_number in numbers:
            plan.there += 1
            continue
        if planned is not None and planned.officer.email and planned.officer.email in mails:
            wrong.append("This e-mail has an account already.")
        if planned is not None and not wrong:
            numbers.add(planned.officer.collar_number)
            mails.add(planned.officer.email)
            plan.new.append(planned)
        plan.errors += [(number, sentence) for sentence in wrong]
    return plan


def _planned(
    number: int, row: Mapping[str, str], places: Mapping[str, Mapping[str, int]], today: date, wrong: list[str]
) -> PlannedOfficer | None:
    """What a row says, or None: then all that is wrong with it stands in `wrong`, so that the file is mended once."""

    def told(read: Callable[[], Read]) -> Read | None:
        try:
            return read()
        except Refused as refusal:
            wrong.append(str(refusal))
            return None

    name, rank, collar = told(lambda: _name(row["Name"])), told(lambda: _rank(row["Rank"])), told(lambda: _collar(row["Collar number"]))
    email = told(lambda: fold_email(row["E-mail"]) if row.get("E-mail") else "")
    phone = told(lambda: one_line(row.get("Telephone", ""), longest=40, field="file", what="The telephone number"))
    posting = told(lambda: _posting(row, places, today)) if row.get("Role") else None
    if wrong or name is None or rank is None or collar is None or email is None or phone is None:
        return None
    officer = OfficerDraft(name=name, rank=rank, collar_number=collar, telephone=phone, email=email)
    return PlannedOfficer(row=number, officer=officer, posting=posting, place=row.get("Team or area", "") if posting else "")


def _name(text: str) -> str:
    name = one_line(text, longest=120, field="file", what="The name")
    if not name:
        raise Refused("The name is missing.")
    return name


def _rank(text: str) -> str:
    rank = next((r for r in RANKS if r.casefold() == text.casefold()), None)
    if rank is None:
        raise Refused("The rank must be one of {ranks}.", ranks=", ".join(RANKS))
    return rank


def _collar(text: str) -> str:
    collar = text.upper()
    if not (collar.isalnum() and collar.isascii() and len(collar) <= 20):
        raise Refused("A collar number is letters and digits, such as 5512.")
    return collar


def _posting(row: Mapping[str, str], places: Mapping[str, Mapping[str, int]], today: date) -> PostingDraft:
    role = _ROLES.get(row["Role"].casefold())
    if role is None:
        raise Refused("The role must be PCSO, sergeant, inspector, administrator, engagement officer or analyst.")
    scope, place = SCOPES[role][0], row.get("Team or area", "")
    place_id = places.get(scope, {}).get(fold(place))
    if scope != "force" and place_id is None:
        raise Refused("There is no {scope} called “{place}”.", scope=scope, place=place)
    starts_on = read_date(row["First day"]) if row.get("First day") else today
    return PostingDraft(role=role, place_id=place_id, starts_on=starts_on)


def take_in(session: Session, actor: Actor, plan: OfficerPlan, *, public_url: str, hours: int, now: datetime) -> int:
    """Makes every planned officer, and mails each account its link; refuses a plan with errors, so that it is all or nothing."""
    if plan.errors:
        raise Refused("Mend the rows that are marked, then choose the file again. Nothing was taken in.", field="file")
    for planned in plan.new:
        officer = take_on(session, actor, planned.officer, now=now)
        if planned.posting is not None:
            post_to(session, actor, officer.id, planned.posting, now=now)
        if planned.officer.email:
            account = session.scalars(select(Account).where(Account.officer_id == officer.id)).one()
            send_link(session, actor, account.id, public_url=public_url, hours=hours, first=True, now=now)
    return len(plan.new)
