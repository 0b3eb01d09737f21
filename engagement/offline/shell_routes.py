"""The installable app: its manifest, its worker, and the shells, pages without anybody's words that open without a signal."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import Blueprint, Response, current_app, g, jsonify, render_template
from flask_babel import gettext as _

from engagement.access.guard import public
from engagement.core.errors import Missing
from engagement.core.wording import rules_as_data
from engagement.engagements.about import Offered
from engagement.engagements.forms import LogForm
from engagement.engagements.routes import ELSEWHERE, log_choices
from engagement.groups.vocabulary import kinds
from engagement.settings import current
from engagement.web.static_files import STATIC, asset, release

bp = Blueprint("shells", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """A page that opens without a signal: `stands_for` are the addresses it stands in for, as an expression both languages read.

    `values` are what its template needs; nothing of an account may be among them, since every phone gets the same page.
    """

    template: str
    stands_for: str | None = None
    values: Callable[[], Mapping[str, Any]] = dict


def _kinds() -> Mapping[str, Any]:
    """The words for the kinds of groups, which a pack names by their codes."""
    return {"kinds": kinds()}


def _blank() -> Mapping[str, Any]:
    """The log form with nothing in it; what the officer has to choose from comes from the pack."""
    nothing = Offered(recent=(), colleagues=(), places=(), usual=None, about=None)
    return log_choices() | {"form": LogForm(), "offer": nothing, "about": None, "friday": None, "here": "/engagements/new"}


def _elsewhere() -> Mapping[str, Any]:
    """Where things go that are not for the diary; that one went there is ticked where there is a signal."""
    return {"elsewhere": ELSEWHERE, "with_reference": (), "kept": False, "here": "/engagements/new"}


# Served at /offline/<name>. A page that is to open without a signal is added here.
SHELLS: dict[str, Shell] = {
    "shift": Shell(template="offline/shift.html", values=_kinds, stands_for="^/$"),
    "patch": Shell(template="offline/patch.html", values=_kinds, stands_for="^/groups$"),
    "group": Shell(template="offline/group.html", values=_kinds, stands_for="^/groups/[0-9]+$"),
    "log": Shell(template="offline/log.html", values=_blank, stands_for="^/engagements/new$"),
    "waiting": Shell(template="offline/waiting.html"),
    "elsewhere": Shell(template="engagements/not_for_the_diary.html", values=_elsewhere, stands_for="^/engagements/not-for-the-diary$"),
    "map": Shell(template="offline/map.html", values=_kinds, stands_for="^/groups/map$"),
}
OTHERWISE = ("shift", "log")  # the first of these that there is stands in for a page that has none of its own

_NOT_SHIPPED = re.compile(r"\.test\.mjs$|/build/|\.md$|service-worker\.mjs$")


@bp.get("/manifest.webmanifest")
@public
def manifest() -> Response:
    """What the phone needs to install the diary."""
    name = current().text("service", "name")
    icons = [
        {"src": asset("icons/icon-192.png"), "sizes": "192x192", "type": "image/png"},
        {"src": asset("icons/icon-512.png"), "sizes": "512x512", "type": "image/png"},
        {"src": asset("icons/icon-maskable-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
    ]
    shortcuts = [{"name": _("Log"), "url": "/engagements/new", "icons": icons[:1]}]
    answer = jsonify(
        id="/", name=name, short_name=_("Diary"), start_url="/", scope="/", display="standalone", lang="en",
        background_color="#ffffff", theme_color="#0b5a63", icons=icons, shortcuts=shortcuts,
    )  # fmt: skip
    answer.mimetype = "application/manifest+json"
    return answer


@bp.get("/offline/<name>")
@public
def shell(name: str) -> str:
    """A shell: the same for everybody, so that no phone keeps a page with somebody's words."""
    found = SHELLS.get(name)
    if found is None:
        raise Missing
    return _render(found)


@bp.get("/offline/wording.json")
@public
def wording() -> Response:
    """The patterns by which the device reads free text before it is saved, and their sentences in the reader's language."""
    data = rules_as_data()
    sentences = data["sentences"]
    assert isinstance(sentences, dict)
    return jsonify(data | {"sentences": {kind: _(sentence) for kind, sentence in sentences.items()}})


@bp.get("/service-worker.js")
@public
def worker() -> Response:
    """The worker, with the list of what it keeps; a new version of anything in the list is a new worker."""
    pages = [[found.stands_for, f"/offline/{name}"] for name, found in SHELLS.items() if found.stands_for]
    pages += [[f"^/offline/{name}$", f"/offline/{name}"] for name in SHELLS]
    table = {
        "version": _version(),
        "files": _files(),
        "pages": pages,
        "otherwise": f"/offline/{next((n for n in OTHERWISE if n in SHELLS), '')}",
    }
    text = (STATIC / "service-worker.mjs").read_text(encoding="utf-8")
    text = text.replace("const SHELL = null", f"const SHELL = {json.dumps(table)}", 1)
    text = text.replace("from './js/", f"from '{asset('js/start.mjs').removesuffix('start.mjs')}", 1)
    answer = Response(text, mimetype="text/javascript")
    answer.headers["Service-Worker-Allowed"] = "/"
    return answer


def _render(found: Shell) -> str:
    """A shell's page, for nobody in particular: whoever asks, nobody is signed in on it."""
    g.actor, g.shell = None, True
    return render_template(found.template, **found.values())


def _files() -> list[str]:
    """The addresses of all that the app needs without a signal."""
    return [*_assets(), *(f"/offline/{name}" for name in SHELLS), "/offline/wording.json"]


@cache
def _assets() -> list[str]:
    paths = sorted(path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*") if path.is_file())
    return [asset(path) for path in paths if not _NOT_SHIPPED.search(path)]


def _version() -> str:
    """Stands for the present content of the whole app: its files, and its pages as they are rendered."""
    known: str | None = current_app.extensions.get("shell_version")
    if known is None:
        digest = hashlib.sha256(release().encode())
        for found in SHELLS.values():
            digest.update(_render(found).encode())
        digest.update(json.dumps(rules_as_data()).encode())
        known = current_app.extensions["shell_version"] = digest.hexdigest()[:12]
    return known
