"""The frame around every page: header, navigation and footer, put together once for each reader and not at each of their pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from flask import Flask, g, request
from markupsafe import Markup

from engagement.web.sessions import csrf_token

KEPT = 512  # readers whose frame a process keeps, each for the entries of the navigation that they stand at
BAR = 4  # entries that stand in the bar of a phone
Entry = tuple[str, str]  # an address, and what it is called


def init_frame(app: Flask, entries_of: Callable[[Any], tuple[Entry, ...]], bar: tuple[Entry, ...]) -> None:
    """Gives templates `frame()`: the top and the end of the page. `entries_of` an actor stand in their header.

    A page for the phone is a `shell`: of nobody in particular, with the `bar` alone.
    """
    demonstration = bool(app.jinja_env.globals["demonstration"])

    @lru_cache(maxsize=KEPT)
    def parts(name: str, navigation: tuple[Entry, ...], current: str, shell: bool, token: str) -> tuple[Markup, Markup]:
        said = {"name": name, "navigation": navigation, "current": current, "shell": shell, "token": token}
        header, footer = (app.jinja_env.get_template(f"components/{part}.html") for part in ("header", "footer"))
        return Markup(header.render(said)), Markup(footer.render(said, demonstration=demonstration))  # noqa: S704

    def frame() -> tuple[Markup, Markup]:
        """The top and the end of the page that is asked for."""
        actor, shell = getattr(g, "actor", None), g.get("shell", False)
        navigation = bar if shell else entries_of(actor) if actor else ()
        name, token = (actor.name, csrf_token()) if actor else ("", "")
        return parts(name, navigation, _current(request.path, navigation), shell, token)

    app.jinja_env.globals["frame"] = frame


def _current(here: str, navigation: Sequence[Entry]) -> str:
    """The entry of the navigation that an address stands at or below; empty where it is none of them."""
    for href, _label in navigation:
        if here == href or (here.startswith(href + "/") and href != "/"):
            return href
    return ""
