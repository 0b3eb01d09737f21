"""Roles, permissions and one table of who may do what."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Role(StrEnum):
    """What a posting makes of an officer."""

    PCSO = "pcso"
    SERGEANT = "sergeant"
    INSPECTOR = "inspector"
    ADMINISTRATOR = "administrator"
    ENGAGEMENT_OFFICER = "engagement_officer"
    ANALYST = "analyst"


class Permission(StrEnum):
    """Something that a view or a service asks for."""

    READ_DIARY = "read the diary"
    WRITE_DIARY = "write in the diary"
    DECIDE_OVERDUE = "decide about overdue groups"
    SEE_BOARD = "see the board"
    ASK_SERGEANTS = "ask sergeants about what they left undecided"
    EDIT_SUMMARY = "word summaries"
    APPROVE_SUMMARY = "approve summaries"
    PUBLISH = "publish and mail what was approved"
    READ_RETURN = "read returns that were signed"
    SEE_TOTALS = "see measures as totals"
    SEE_MEASURES = "open measures to their rows"
    IMPORT_GROUPS = "import groups"
    ADMINISTER = "administer officers and postings"
    SEE_REPLY_ADDRESS = "see where a resident can be answered"
    SIGNED_IN = "be signed in"


TABLE: dict[Role, frozenset[Permission]] = {
    Role.PCSO: frozenset({Permission.SIGNED_IN, Permission.READ_DIARY, Permission.WRITE_DIARY, Permission.EDIT_SUMMARY}),
    Role.SERGEANT: frozenset(set(Permission) - {Permission.ADMINISTER, Permission.ASK_SERGEANTS}),
    Role.INSPECTOR: frozenset(set(Permission) - {Permission.ADMINISTER}),
    Role.ADMINISTRATOR: frozenset({Permission.SIGNED_IN, Permission.ADMINISTER, Permission.IMPORT_GROUPS}),
    Role.ENGAGEMENT_OFFICER: frozenset(
        {Permission.SIGNED_IN, Permission.EDIT_SUMMARY, Permission.APPROVE_SUMMARY, Permission.PUBLISH, Permission.READ_RETURN}
    ),
    Role.ANALYST: frozenset({Permission.SIGNED_IN, Permission.SEE_TOTALS}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One posting that holds today: a role over some teams."""

    role: Role
    scope: str
    team_ids: frozenset[int]
    area_id: int | None = None
    cover: bool = False
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Whoever acts: an account with the postings that hold today, or a job of the service itself."""

    account_id: int | None
    officer_id: int | None
    force_id: int
    name: str
    places: tuple[Place, ...] = ()
    nonce: str = field(default="", repr=False)
    roles: frozenset[Role] = field(init=False, repr=False, compare=False)  # every role held today
    _may: frozenset[Permission] = field(init=False, repr=False, compare=False)
    _known: int = field(init=False, repr=False, compare=False)  # the hash: pages look their questions up by it many times

    def __post_init__(self) -> None:
        roles = frozenset(place.role for place in self.places)
        signed_in = {Permission.SIGNED_IN} if self.account_id is not None else set()
        object.__setattr__(self, "roles", roles)
        object.__setattr__(self, "_may", frozenset(signed_in.union(*(TABLE[role] for role in roles))))
        object.__setattr__(self, "_known", hash((self.account_id, self.officer_id, self.force_id, self.name, self.places, self.nonce)))

    def __hash__(self) -> int:
        return self._known

    def may(self, permission: Permission) -> bool:
        """Whether any role held today allows it, wherever; to be signed in takes an account and no role."""
        return permission in self._may

    def teams(self, permission: Permission) -> frozenset[int]:
        """The teams over which it is allowed."""
        return frozenset(t for place in self.places if permission in TABLE[place.role] for t in place.team_ids)

    def teams_as(self, role: Role) -> frozenset[int]:
        """The teams over which a role is held, at home or as cover."""
        return frozenset(t for place in self.places if place.role is role for t in place.team_ids)

    @property
    def readable_teams(self) -> frozenset[int]:
        """The teams whose diary may be read."""
        return self.teams(Permission.READ_DIARY)

    @property
    def own_teams(self) -> frozenset[int]:
        """The teams of today's postings of the narrowest scope, home before cover: where new records go."""
        home = [p for p in self.places if Permission.READ_DIARY in TABLE[p.role] and p.scope == "team"]
        return frozenset(t for p in home for t in p.team_ids)


def system(name: str, force_id: int) -> Actor:
    """The actor of a job: allowed nothing through a door, named in the audit."""
    return Actor(account_id=None, officer_id=None, force_id=force_id, name=name)
