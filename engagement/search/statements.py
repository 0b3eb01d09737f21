"""The questions of the search page, put together once for each officer and kind of database."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import and_, bindparam, case, cast, column, func, literal, literal_column, or_, select, table, true, union_all
from sqlalchemy.dialects.postgresql import TSQUERY

from engagement.access.domain import Actor
from engagement.concerns.models import Action, Concern
from engagement.concerns.queries import actions_visible_to
from engagement.concerns.queries import visible_to as may_read_concern
from engagement.engagements.models import Engagement, EngagementGroup
from engagement.engagements.queries import visible_to as may_read_entry
from engagement.groups.models import Group
from engagement.groups.queries import kept_from
from engagement.groups.queries import visible_to as may_read_group
from engagement.people.models import Officer
from engagement.places.models import Neighbourhood
from engagement.search.domain import MOST_TERMS, MOST_WORDS, Kind

MOST = 100  # of each kind that are counted, and shown page by page: who finds more adds a word
EVERY = -1  # of a limit on SQLite: none, but the order is kept
KEPT = 512  # officers whose questions a process keeps
NUMBERS = {Kind.GROUP: 0, Kind.ENGAGEMENT: 1, Kind.CONCERN: 2, Kind.ACTION: 3}  # of the documents of a kind, in migration 0022
NAMES = 4  # the number of those that hold a group's name and nothing else of it
_KEY_BITS = 3  # of a key of SQLite's index that are the number of the document

_FTS5 = table("search_index", column("rowid"), column("search_index"))
_VECTORS = table("search_index", column("kind"), column("id"), column("words"))
_TERMS = table("search_term", column("term"))


@lru_cache(maxsize=MOST_WORDS)
def terms(words: int) -> Any:
    """The index's own words that each of so many words begins, on SQLite: `MOST_TERMS` of each at most.

    Each is bound with where it begins and ends in the order of the alphabet (`from0`, `to0` and so on), and named by its number.
    """

    def begun(number: int) -> Any:
        after, before = _TERMS.c.term >= bindparam(f"from{number}"), _TERMS.c.term < bindparam(f"to{number}")
        few = select(literal_column(str(number)).label("number"), _TERMS.c.term).where(after, before).limit(MOST_TERMS).subquery()
        return select(few.c.number, few.c.term)

    return union_all(*map(begun, range(words)))


def _index(dialect: str, number: int, asked: str = "asked") -> tuple[Any, Any, Any]:
    """The documents of one number: what to select from, the key of a record, and the condition that its document is found."""
    if dialect == "sqlite":
        index = _FTS5.alias()
        ours = index.c.rowid.op("&")((1 << _KEY_BITS) - 1) == number  # a text may hold a mark of another's
        return index, index.c.rowid.op(">>")(_KEY_BITS), and_(index.c.search_index.op("MATCH")(bindparam(asked)), ours)
    vectors = _VECTORS.alias()
    return vectors, vectors.c.id, and_(vectors.c.words.op("@@")(cast(bindparam(asked), TSQUERY)), vectors.c.kind == number)


def _first(dialect: str, kind: Kind, model: Any, readable: Any, order: tuple[Any, ...], *columns: Any) -> Any:
    """The first of a model's records that are found and may be read: their keys and what they are ordered by."""
    index, key, found = _index(dialect, NUMBERS[kind])
    name = f"found_{kind}"
    all_ = select(model.id, *columns).select_from(index.join(model, model.id == key)).where(found)
    # Whether a record may be read takes longer to ask than the rest: it is asked of one after another until there are enough.
    if dialect == "sqlite":
        ordered = all_.order_by(*order).limit(EVERY).subquery("ordered")
        asked = select(ordered).select_from(ordered.join(model, model.id == ordered.c.id)).where(readable)
    else:
        ordered = all_.order_by(*order).subquery("ordered")
        may = select(literal(1).label("one")).select_from(model).where(model.id == ordered.c.id, readable).limit(1).lateral("may")
        asked = select(ordered).select_from(ordered.join(may, true()))
    return asked.limit(MOST + 1).cte(name)


def _page(first: Any, *order: Any) -> tuple[Any, Any]:
    """One page of what was found first, and how many that are."""
    page = select(first).order_by(*order).limit(bindparam("size")).offset(bindparam("skip")).subquery("page")
    return page, select(func.count()).select_from(first).scalar_subquery().label("count")


@lru_cache(maxsize=KEPT)
def groups(dialect: str, actor: Actor) -> Any:
    """Groups that the actor may read by all that the register says of them, any other of the force by its name (`named`) alone;
    those of one's own teams before others', and those that begin with what was typed (`begins`) before others."""
    index, key, named = _index(dialect, NAMES, "named")
    readable = may_read_group(actor)
    others = and_(Group.sensitive.is_(False), Group.id.in_(select(key).select_from(index).where(named)))
    asleep = Group.dormant_on.is_not(None).label("asleep")
    other = case((Group.team_id.in_(sorted(actor.readable_teams)), 0), else_=1).label("other")
    begins = case((Group.name_folded.like(bindparam("begins")), 0), else_=1).label("begins")
    columns = (asleep, other, begins, Group.name_folded)
    first = _first(dialect, Kind.GROUP, Group, or_(readable, others), (asleep, other, begins, Group.name_folded, Group.id), *columns)
    page, count = _page(first, first.c.asleep, first.c.other, first.c.begins, first.c.name_folded, first.c.id)
    return (
        select(
            Group.id, Group.name, Group.kind, Group.sensitive, Group.dormant_on, Neighbourhood.name.label("neighbourhood"),
            readable.label("readable"), case((readable, Group.about), else_="").label("about"), count,
        )
        .select_from(page.join(Group, Group.id == page.c.id).join(Neighbourhood, Neighbourhood.id == Group.neighbourhood_id))
        .order_by(page.c.asleep, page.c.other, page.c.begins, page.c.name_folded, page.c.id)
    )  # fmt: skip


@lru_cache(maxsize=KEPT)
def concerns(dialect: str, actor: Actor) -> Any:
    """Concerns by title, place and detail, those raised last first."""
    at = Concern.first_raised_at
    first = _first(dialect, Kind.CONCERN, Concern, may_read_concern(actor), (at.desc(), Concern.id.desc()), at.label("at"))
    page, count = _page(first, first.c.at.desc(), first.c.id.desc())
    return (
        select(
            Concern.id, Concern.title, Concern.detail, Concern.place, Concern.state, Concern.side_end, Concern.category,
            Concern.sensitive, Concern.first_raised_at, Neighbourhood.name.label("neighbourhood"), count,
        )
        .select_from(page.join(Concern, Concern.id == page.c.id).join(Neighbourhood, Neighbourhood.id == Concern.neighbourhood_id))
        .order_by(page.c.at.desc(), page.c.id.desc())
    )  # fmt: skip


@lru_cache(maxsize=KEPT)
def actions(dialect: str, actor: Actor) -> Any:
    """What was promised and done, those written down last first, each with where it can be read: its concern, its group or its
    entry, as far as they are the actor's to read."""
    at = Action.recorded_at
    first = _first(dialect, Kind.ACTION, Action, actions_visible_to(actor), (at.desc(), Action.id.desc()), at.label("at"))
    page, count = _page(first, first.c.at.desc(), first.c.id.desc())
    kept = func.coalesce(kept_from(actor), literal(value=False))
    return (
        select(
            Action.id, Action.what, Action.result, Action.partner, Action.reference, Action.by, Action.is_promise, Action.due_on,
            Action.done_on, Action.ended, Action.ended_on, Action.withdrawn_at, Action.recorded_at, Officer.name.label("officer"),
            case((may_read_concern(actor), Concern.id)).label("concern_id"),
            case((may_read_concern(actor), Concern.title), else_="").label("concern"),
            case((may_read_group(actor), Group.id)).label("group_id"),
            case((kept, ""), else_=func.coalesce(Group.name, Action.promised_to)).label("to"),
            case((may_read_entry(actor), Engagement.id)).label("engagement_id"),
            or_(func.coalesce(Concern.sensitive, literal(value=False)), func.coalesce(Group.sensitive, literal(value=False))).label("sensitive"),
            count,
        )
        .select_from(
            page.join(Action, Action.id == page.c.id)
            .outerjoin(Officer, Officer.id == Action.officer_id)
            .outerjoin(Concern, Concern.id == Action.concern_id)
            .outerjoin(Group, Group.id == Action.promised_to_id)
            .outerjoin(Engagement, Engagement.id == Action.engagement_id)
        )
        .order_by(page.c.at.desc(), page.c.id.desc())
    )  # fmt: skip


@lru_cache(maxsize=KEPT)
def entries(dialect: str, actor: Actor) -> Any:
    """Engagements by their line and place, those that happened last first, withdrawn ones among them."""
    at = func.coalesce(Engagement.happened_at, Engagement.planned_for)
    first = _first(dialect, Kind.ENGAGEMENT, Engagement, may_read_entry(actor), (at.desc(), Engagement.id.desc()), at.label("at"))
    page, count = _page(first, first.c.at.desc(), first.c.id.desc())
    return (
        select(
            Engagement.id, Engagement.kind, Engagement.outcome, Engagement.state, Engagement.happened_on, Engagement.planned_for,
            Engagement.summary, Engagement.place, Engagement.sensitive, Neighbourhood.name.label("neighbourhood"),
            Officer.name.label("by"), count,
        )
        .select_from(
            page.join(Engagement, Engagement.id == page.c.id)
            .join(Officer, Officer.id == Engagement.recorded_by_id)
            .outerjoin(Neighbourhood, Neighbourhood.id == Engagement.neighbourhood_id)
        )
        .order_by(page.c.at.desc(), page.c.id.desc())
    )  # fmt: skip


THERE = (  # the groups of some engagements (`ids`), the host first: who may read an entry reads whom it was with
    select(EngagementGroup.engagement_id, Group.name, Group.sensitive)
    .join(Group, Group.id == EngagementGroup.group_id)
    .where(EngagementGroup.engagement_id.in_(bindparam("ids", expanding=True)))
    .order_by(EngagementGroup.host.desc(), EngagementGroup.part.desc(), Group.name_folded)
)


QUESTIONS = {Kind.GROUP: groups, Kind.CONCERN: concerns, Kind.ACTION: actions, Kind.ENGAGEMENT: entries}
