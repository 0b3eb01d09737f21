"""`/api/patch`: the pack of whoever asks, or that it has not changed since they fetched it."""

from __future__ import annotations

import json

from flask import Blueprint, Response, request

from engagement.access.domain import Permission
from engagement.access.guard import allow, current_actor, shown
from engagement.db import reading
from engagement.offline.patch import patch_of, tag_of
from engagement.settings import current
from engagement.web.moment import now

bp = Blueprint("patch", __name__)


@bp.get("/api/patch")
@allow(Permission.READ_DIARY)
def patch() -> Response:
    """The patch as JSON. Fetching it is one consultation on the record; an unchanged one is neither sent nor recorded again."""
    pack = patch_of(reading(), current_actor(), now=now(), hours=current().number("offline", "pack_hours"))
    tag = tag_of(pack)
    if request.if_none_match.contains_weak(tag):
        answer = Response(status=304)
    else:
        shown("group", [int(group["id"]) for group in pack["groups"]])
        answer = Response(json.dumps(pack, ensure_ascii=False, separators=(",", ":")), mimetype="application/json")
    answer.set_etag(tag, weak=True)
    return answer
