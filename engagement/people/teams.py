"""What an administrator does with teams: name, area, and the address and telephone that a team's letters carry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.audit.domain import Operation
from engagement.audit.service import record
from engagement.core.errors import Conflict, Missing, Refused
from engagement.people.service import fold_email
from engagement.places.models import Area, Neighbourhood, Team


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamDraft:
    """What is said of a team. An area that is not there yet is made."""

    name: str
    area: str
    email: str
    telephone: str


def teams_of(session: Session, force_id: int) -> Sequence[Any]:
    """The force's teams by area and name: (id, name, area, email, telephone)."""
    rows = select(Team.id, Team.name, Area.name.label("area"), Team.email, Team.telephone).join(Area, Area.id == Team.area_id)
    return session.execute(rows.where(Team.force_id == force_id).order_by(Area.name, Team.name)).all()


def neighbourhoods_of(session: Session, team_ids: Sequence[int]) -> dict[int, list[str]]:
    """The names of each team's neighbourhoods."""
    rows = select(Neighbourhood.team_id, Neighbourhood.name).where(Neighbourhood.team_id.in_(team_ids)).order_by(Neighbourhood.name)
    found: dict[int, list[str]] = {team_id: [] for team_id in team_ids}
    for team_id, name in session.execute(rows):
        found[team_id].append(name)
    return found


def team_of(session: Session, actor: Actor, team_id: int) -> TeamDraft:
    """What is said of a team now; Missing for another force's."""
    row = session.execute(
        select(Team.name, Area.name, Team.email, Team.telephone)
        .join(Area, Area.id == Team.area_id)
        .where(Team.id == team_id, Team.force_id == actor.force_id)
    ).one_or_none()
    if row is None:
        raise Missing
    return TeamDraft(name=row[0], area=row[1], email=row[2], telephone=row[3])


def make_team(session: Session, actor: Actor, draft: TeamDraft, *, now: datetime) -> Team:
    """A new team, without a neighbourhood yet."""
    team = Team(force_id=actor.force_id)
    _put(session, actor, team, draft)
    session.add(team)
    session.flush()
    record(session, actor, Operation.COLLECTION, "team", [team.id], now=now)
    return team


def edit_team(session: Session, actor: Actor, team_id: int, draft: TeamDraft, *, read: TeamDraft, now: datetime) -> Team:
    """Changes a team; `read` is what it said when the form was shown. The second of two people is shown what the first wrote."""
    team = session.scalar(select(Team).where(Team.id == team_id, Team.force_id == actor.force_id).with_for_update())
    if team is None:
        raise Missing
    said = team_of(session, actor, team_id)
    if said != read:
        theirs = {"Name": said.name, "Area": said.area, "E-mail": said.email, "Telephone": said.telephone}
        raise Conflict("Somebody else changed this team while you were typing. Below is what it says now.", theirs=theirs)
    _put(session, actor, team, draft, team_id)
    record(session, actor, Operation.ALTERATION, "team", [team.id], fields=["name", "area", "email", "telephone"], now=now)
    return team


def _put(session: Session, actor: Actor, team: Team, draft: TeamDraft, team_id: int | None = None) -> None:
    email = fold_email(draft.email)
    same_name = select(Team.id).where(Team.force_id == actor.force_id, func.lower(Team.name) == draft.name.lower())
    if set(session.scalars(same_name)) - {team_id}:
        raise Refused("There is a team {name} already.", field="name", name=draft.name)
    area = session.scalar(select(Area).where(Area.force_id == actor.force_id, func.lower(Area.name) == draft.area.lower()))
    if area is None:
        area = Area(force_id=actor.force_id, name=draft.area)
        session.add(area)
        session.flush()
    team.name, team.area_id, team.email, team.telephone = draft.name, area.id, email, draft.telephone
