"""The patch pack: what an officer carries along to pick a group, know what to know before walking in, and link an entry to it."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.concerns.domain import ConcernState, SideEnd, state_label
from engagement.concerns.owing import read_owed
from engagement.core.clock import LONDON, london_day, london_moment
from engagement.core.dates import days_over, say_date, say_time
from engagement.db import ask
from engagement.engagements.domain import Kind
from engagement.engagements.log_queries import recent_groups
from engagement.groups.channels import Channel, tap_to_reach
from engagement.groups.explain import badge
from engagement.groups.queries import ContactCard, facts_of, read_contacts
from engagement.groups.standing import Standing, standing
from engagement.offline import patch_queries
from engagement.offline.domain import outline
from engagement.people.queries import officers_of

Pack = dict[str, Any]

# The words of the map and of the lists for where a group stands.
STANDINGS = {
    Standing.NOT_DUE: "not_due",
    Standing.DUE_SOON: "soon",
    Standing.OVERDUE: "overdue",
    Standing.LONG_OVERDUE: "long",
    Standing.NEVER_CONTACTED: "never",
    Standing.PAUSED: "paused",
    Standing.ON_REQUEST: "on_request",
    Standing.DORMANT: "dormant",
}
NUMBERS = (Channel.MOBILE, Channel.TELEPHONE)


def patch_of(session: Session, actor: Actor, *, now: datetime, hours: int) -> Pack:
    """The pack of an officer, as `GET /api/patch` answers it, in a number of questions that does not grow with the groups.

    Everything is of the postings and cover that hold now. Of an OFFICIAL-SENSITIVE group it has the name and "speak to
    the sergeant first", of an OFFICIAL-SENSITIVE concern nothing.
    """
    today = london_day(now)
    rows = ask(session, patch_queries.groups(actor)).all()
    covered = ask(session, patch_queries.COVERED, {"officer": actor.officer_id, "today": today}).all()
    whose = {row.id: str(row.name) for row in covered} | {actor.officer_id: ""}
    who = {"officers": sorted(one for one in whose if one is not None)}
    promised = ask(session, patch_queries.promises(actor), who).all()
    of_groups = _of_groups(session, actor, promised, today)
    recent = {row.id: nth for nth, row in enumerate(recent_groups(session, actor), start=1)}
    groups = [
        _narrow(row, recent) if row.sensitive else _group(row, _is_mine(row, actor, whose), of_groups[row.id], recent, today)
        for row in rows
    ]
    return {
        "account": str(actor.account_id),
        "made_at": now.isoformat(),
        "expires_at": (now + timedelta(hours=hours)).isoformat(),
        "officer": {"id": str(actor.officer_id), "name": actor.name},
        "neighbourhoods": _places(session, actor),
        "officers": [
            {"id": str(o.id), "name": o.name, "collar": o.collar_number} for o in officers_of(session, actor.readable_teams, today)
        ],
        "groups": groups,
        "shift": {
            "promises": [_promise(p, today) | _to_whom(p) | {"whose": whose[p.officer_id]} for p in promised if p.officer_id in whose][
                : patch_queries.MOST_LINES
            ],
            "clocks": [_clock(row, today) | {"whose": whose[row.owner_id]} for row in ask(session, patch_queries.clocks(actor), who)],
            "booked": _booked(ask(session, patch_queries.booked(actor), who | _while_covering(covered, today)), today),
        },
    }


def tag_of(pack: Pack) -> str:
    """A fingerprint of what a pack says and how long it lasts, whenever it was made."""
    said = {name: value for name, value in pack.items() if name not in ("made_at", "expires_at")}
    said["lasts"] = str(datetime.fromisoformat(pack["expires_at"]) - datetime.fromisoformat(pack["made_at"]))
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()[:32]


def _of_groups(session: Session, actor: Actor, promised: Iterable[Any], today: date) -> Mapping[int, dict[str, Any]]:
    """What hangs on the groups, by group: contacts, open concerns, what is owed, promised, and was told last."""
    found: defaultdict[int, dict[str, Any]] = defaultdict(
        lambda: {"contacts": [], "concerns": [], "owed": [], "promises": [], "last_told": None}
    )
    for group_id, cards in read_contacts(ask(session, patch_queries.contacts(actor))).items():
        found[group_id]["contacts"] = cards
    for row in ask(session, patch_queries.concerns(actor)):
        words = state_label(ConcernState(row.state), SideEnd(row.side_end) if row.side_end else None)
        since = _short(london_day(row.first_raised_at), today)
        found[row.group_id]["concerns"].append({"id": str(row.id), "title": row.title, "state_words": str(words), "since": since})
    for owed in read_owed(ask(session, patch_queries.owed(actor))):
        found[owed.group_id]["owed"].append(
            {"raising_id": str(owed.raising_id), "concern_id": str(owed.concern_id), "title": owed.title, "what": owed.kind}
        )
    for told in ask(session, patch_queries.last_told(actor)):
        words = _("outcome: %(title)s", title=told.title) if told.kind == "outcome" else _("answer: %(title)s", title=told.title)
        found[told.group_id]["last_told"] = f"{_short(london_day(told.told_at), today)}, {words}"
    for promise in promised:
        if promise.group_id is not None:
            found[promise.group_id]["promises"].append(_promise(promise, today))
    return found


def _is_mine(row: Any, actor: Actor, whose: Mapping[int | None, str]) -> bool:
    """Whether the shift has a group among the officer's own: theirs, of whom they cover for, or of nobody in their teams."""
    return row.owner_id in whose if row.owner_id is not None else row.team_id in actor.own_teams


def _while_covering(covered: Sequence[Any], today: date) -> dict[str, datetime]:
    """From when until when what others have booked is the officer's, too."""
    since, until = min((row.starts_on for row in covered), default=today), max((row.ends_on for row in covered), default=today)
    return {"since": london_moment(since), "until": london_moment(until + timedelta(days=1))}


def _group(row: Any, mine: bool, more: Mapping[str, Any], recent: Mapping[int, int], today: date) -> Pack:
    facts = facts_of(row)
    return {
        "id": str(row.id),
        "name": row.name,
        "kind": row.kind,
        "neighbourhood_id": str(row.neighbourhood_id),
        "at": [round(row.latitude, 5), round(row.longitude, 5)] if row.latitude is not None and row.longitude is not None else None,
        "where": ", ".join(filter(None, (" ".join(row.address.split()), row.postcode))),
        "standing": STANDINGS[standing(facts, today)],
        "standing_words": ", ".join(filter(None, (badge(facts, today).words, _often(row)))),
        "often": _often(row),
        "due": row.next_due_on.isoformat() if row.next_due_on else None,
        "mine": mine,
        "recent": recent.get(row.id),
        "speak_first": row.sergeant_first,
        "sensitive": False,
        "contact": _preferred(more["contacts"]),
        "last_told": more["last_told"],
        "last": _last(row, today),
        "tried": "" if not row.tries else _("tried once") if row.tries == 1 else _("tried %(n)s times", n=row.tries),
        "booked": _booked_words(row.booked_for, today) if row.booked_for else "",
        "concerns": more["concerns"],
        "owed": more["owed"],
        "promises": more["promises"],
    }


def _narrow(row: Any, recent: Mapping[int, int]) -> Pack:
    """An OFFICIAL-SENSITIVE group: that it is there, and nothing more."""
    return {
        "id": str(row.id), "name": row.name, "kind": "", "neighbourhood_id": "", "at": None, "where": "", "standing": "",
        "standing_words": "", "often": "", "due": None, "mine": False, "recent": recent.get(row.id), "speak_first": row.sergeant_first,
        "sensitive": True, "contact": None, "last_told": None, "last": None, "tried": "", "booked": "", "concerns": [], "owed": [],
        "promises": [],
    }  # fmt: skip


def _often(row: Any) -> str:
    words = str(row.frequency_words).lower() if row.next_due_on else ""
    return f"{words} (assumed)" if words and row.assumed else words


def _last(row: Any, today: date) -> str | None:
    if row.last_two_way_on is None:
        return None
    words = [_short(row.last_two_way_on, today), (row.met_by or "").partition(" ")[0]]
    return ", ".join(filter(None, [*words, Kind(row.met_kind).label.lower() if row.met_kind else ""]))


def _preferred(cards: Sequence[ContactCard]) -> Pack | None:
    """Who to reach: the first who may be contacted, by the way they want, the `others` there are, and what to take `care` of.

    The two last are left out where there is nothing to say: a pack has hundreds of them.
    """
    card = next((card for card in cards if not card.do_not_contact), None)
    if card is None:
        return None
    ways = _ways(card)
    first = ways[0] if ways else {"channel": "", "words": "", "href": ""}
    others = [{"words": way["words"], "href": way["href"]} for way in ways[1:] if way["href"]]
    care = " · ".join(filter(None, (card.best_times, card.language, card.access_needs)))
    return {"name": card.name, "role": card.role} | first | ({"others": others} if others else {}) | ({"care": care} if care else {})


def _ways(card: ContactCard) -> list[dict[str, str]]:
    """The ways in which somebody can be reached, the one they want first; no number that is not there, no mail that came back."""
    values: Mapping[str, str] = {Channel.TELEPHONE: card.telephone, Channel.MOBILE: card.mobile, Channel.EMAIL: card.email}
    found = []
    for channel in (*card.channels, *(c for c in (*NUMBERS, Channel.EMAIL) if c not in card.channels)):
        value = values.get(channel, "")
        if (value or channel not in values) and not (channel == Channel.EMAIL and card.mail_suspended_at is not None):
            label = Channel(channel).label
            found.append({"channel": label, "words": value or label, "href": tap_to_reach(channel, value) if value else ""})
    return found


def _promise(row: Any, today: date) -> Pack:
    words = days_over((today - row.due_on).days) if row.due_on and row.due_on <= today else ""
    due = words or (_("by %(day)s", day=say_date(row.due_on, today)) if row.due_on else _("no day said"))
    return {"id": str(row.id), "what": row.what, "due": row.due_on.isoformat() if row.due_on else None, "due_words": due}


def _to_whom(row: Any) -> Pack:
    return {"to": row.group or row.to or "", "group_id": str(row.group_id) if row.group_id is not None else None}


def _clock(row: Any, today: date) -> Pack:
    at = row.answer_due_at.astimezone(LONDON)
    words = _("answer by %(day)s %(time)s", day=say_date(at.date(), today), time=say_time(at.time()))
    return {"concern_id": str(row.id), "title": row.title, "words": words, "due_at": row.answer_due_at.isoformat()}


def _booked(rows: Iterable[Any], today: date) -> list[Pack]:
    found: dict[int, Pack] = {}
    for row in rows:
        line = found.setdefault(
            row.id,
            {
                "id": str(row.id), "kind": row.kind, "kind_words": Kind(row.kind).label, "at": row.planned_for.isoformat(),
                "words": _booked_words(row.planned_for, today), "place": row.place, "groups": [],
                "speak_first": False,
            },
        )  # fmt: skip
        if row.group_id is not None:
            line["groups"].append({"id": str(row.group_id), "name": row.group})
            line["speak_first"] |= row.sergeant_first
    return list(found.values())


def _booked_words(planned_for: datetime, today: date) -> str:
    at = planned_for.astimezone(LONDON)
    day = say_date(at.date(), today)
    if at.date() < today:
        return str(_("was %(day)s: did it happen?", day=day))
    return str(_("%(day)s, %(time)s", day=day, time=say_time(at.time())))


def _short(day: date, today: date) -> str:
    """A day of the past: "3 Oct", "3 Oct 2025"."""
    return say_date(day, today).partition(" ")[2]


def _places(session: Session, actor: Actor) -> list[Pack]:
    rows = ask(session, patch_queries.PLACES, {"teams": sorted(actor.readable_teams)})
    return [
        {
            "id": str(row.id), "name": row.name, "boundary": _outlines(row.boundary),
            "centre": [row.latitude, row.longitude] if row.latitude is not None and row.longitude is not None else None,
        }
        for row in rows
    ]  # fmt: skip


@lru_cache(maxsize=2048)
def _outlines(boundary: str | None) -> list[list[list[float]]]:
    """The rings of a boundary as it is kept ([longitude, latitude]), few points each, as [latitude, longitude]."""
    rings = json.loads(boundary) if boundary else None
    return [[[round(lat, 5), round(lon, 5)] for lon, lat in outline([(p[0], p[1]) for p in ring])] for ring in rings or ()]
