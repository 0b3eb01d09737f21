"""The search page: one box over what the diary says, as an address that officers can share."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from engagement.access.domain import Actor, Permission
from engagement.access.guard import allow, current_actor, shown
from engagement.core.addresses import one_of
from engagement.core.pages import Page, last_page, page_number
from engagement.db import reading
from engagement.search.domain import LONGEST_TYPED, Kind, words_of
from engagement.search.lines import hits
from engagement.search.queries import Found, find, groups_there
from engagement.search.statements import MOST

bp = Blueprint("search", __name__)

FEW, PAGE = 5, 20  # of each kind where all are shown, of one kind on a page


@bp.get("/search")
@allow(Permission.READ_DIARY)
def index() -> str:
    """What holds the words of the address, of every kind or of one."""
    typed = request.args.get("q", "")[:LONGEST_TYPED]
    chosen = one_of(request.args, "kind", list(Kind))
    kind = Kind(chosen) if chosen else None
    number = min(page_number(request.args.get("page")), last_page(size=PAGE, total=MOST)) if kind else 1
    words = words_of(typed)
    session, actor = reading(), current_actor()
    found = _found(session, actor, words, typed, kind, number) if words else []
    if number > 1 and not any(one.rows for one in found if one.kind is kind):
        number, found = 1, _found(session, actor, words, typed, kind, 1)
    listed = [one for one in found if one.rows and kind in (None, one.kind)]
    for one in listed:
        shown(one.kind, [row.id for row in one.rows])
    if not listed:
        shown(Kind.GROUP, [])  # a search that finds nothing is a consultation as well
    there = groups_there(session, [row.id for one in listed if one.kind is Kind.ENGAGEMENT for row in one.rows])
    lines = [(one, hits(one, words, there)) for one in listed]
    paged = listed[0] if kind and listed else None
    return render_template(
        "search/index.html", typed=typed, words=words, kind=kind, counts=found, listed=lines, most=MOST,
        page=Page(rows=paged.rows, number=number, size=PAGE, total=paged.total) if paged else None,
        sensitive=any(hit.sensitive for _one, some in lines for hit in some), may_write=actor.may(Permission.WRITE_DIARY),
    )  # fmt: skip


def _found(session: Session, actor: Actor, words: Sequence[str], typed: str, kind: Kind | None, number: int) -> list[Found]:
    """A few of every kind; or a page of one, and of the others as much as it takes to count them."""
    few = FEW if kind is None else 1
    pages = {one: (number, PAGE) if one is kind else (1, few) for one in Kind}
    return find(session, actor, words, pages, typed=typed)
