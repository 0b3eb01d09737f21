"""Who walks through the pages of the benchmark, with which cookie, and what they type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import bindparam, select

from engagement.core.ids import new_ref
from engagement.db import db
from engagement.groups.models import Group
from engagement.people.models import Account, Posting

LINE = "Talked about parking by the school"
Fields = list[tuple[str, str]]
_WITH_ROLE = (
    select(Account.id).join(Posting, Posting.officer_id == Account.officer_id).where(Posting.role == bindparam("role")).order_by(Account.id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """A PCSO with the groups that are theirs, the first sergeant, inspector and analyst, by their accounts."""

    pcso: int
    sergeant: int
    inspector: int
    analyst: int
    groups: tuple[int, ...]

    @property
    def group(self) -> int:
        """The group whose page is read."""
        return self.groups[0]


def cast_of(app: Flask) -> Cast:
    """The first PCSO who owns groups, the sergeant of the first team, the inspector of the first area, an analyst of the first force."""
    with app.app_context():
        session = db.session
        owner = session.scalars(select(Group.owner_id).where(Group.owner_id.is_not(None)).order_by(Group.id)).first()
        groups = session.scalars(select(Group.id).where(Group.owner_id == owner).order_by(Group.id)).all()
        pcso = session.scalars(select(Account.id).where(Account.officer_id == owner)).one()
        first = {role: session.scalars(_WITH_ROLE, {"role": role}).first() for role in ("sergeant", "inspector", "analyst")}
        return Cast(pcso=pcso, groups=tuple(groups), **{role: account for role, account in first.items() if account is not None})


def cookie_of(app: Flask, account_id: int) -> str:
    """A session cookie for an account, as signing in makes it."""
    with app.app_context():
        nonce = db.session.scalar(select(Account.nonce).where(Account.id == account_id))
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    values = {"_user_id": f"{account_id}:{nonce}", "_fresh": True, "seen_at": datetime.now(UTC).timestamp()}
    return f"diary={signer.dumps(values)}"


def entries(form: str, cast: Cast) -> Iterator[Fields]:
    """Log forms filled in one after another from the page that was got, with each of the PCSO's groups in turn.

    Nobody visits one group hundreds of times a day, and what is asked of a group grows with its entries of the day.
    """
    token = re.search(r'name="csrf_token" value="([^"]+)"', form)
    assert token is not None
    for group in cycle(cast.groups):
        kept = [("csrf_token", token[1]), ("client_ref", new_ref()), ("group", str(group)), ("outcome", "spoke")]
        yield [*kept, ("kind", "visit"), ("summary", LINE), ("when", "now")]
