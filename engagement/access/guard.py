"""The doors: every view says `@allow(...)` or `@public`, else the service does not start; and what a page showed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from flask import Flask, current_app, g, redirect, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from engagement.access.domain import Actor, Permission

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Door:
    """Who may enter a view: nobody named (`permission` None) is everybody."""

    permission: Permission | None
    shows_nothing: bool


def allow(permission: Permission, *, shows_nothing: bool = False) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Marks a view for those who hold a permission. Unless it `shows_nothing` of the diary, a GET of it says what it showed."""

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        view.door = Door(permission, shows_nothing)  # type: ignore[attr-defined]
        return view

    return mark


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Marks a view for everybody."""
    view.door = Door(None, True)  # type: ignore[attr-defined]
    return view


def door_of(app: Flask, endpoint: str) -> Door | None:
    """The mark on an endpoint's view."""
    return getattr(app.view_functions[endpoint], "door", None)


def current_actor() -> Actor:
    """Whoever asks. Only for views behind `@allow`."""
    actor: Actor = g.actor
    return actor


def shown(entity: str, ids: Iterable[int]) -> None:
    """Says which records this page shows; they become one consultation row when it leaves."""
    g.setdefault("shown", []).append((entity, [int(i) for i in ids]))


def disclosed(entity: str, ids: Iterable[int], note: str) -> None:
    """Says which records leave with this answer as a file or a print, and in what form."""
    g.setdefault("disclosed", []).append((entity, [int(i) for i in ids], note))


def init_doors(app: Flask, load_actor: Callable[[], Actor | None]) -> None:
    """Puts a guard before every view. `load_actor` reads the account of the request and its postings, in one query."""

    def guard() -> BaseResponse | None:
        endpoint = request.endpoint
        if endpoint is None or endpoint == "static":
            return None
        door = door_of(app, endpoint)
        if door is None:
            raise RuntimeError(f"{endpoint} says neither @allow nor @public")
        here = g._get_current_object()
        here.actor = actor = load_actor()
        if door.permission is not None:
            if actor is None:
                return signed_out()
            if not actor.may(door.permission):
                raise NotFound
        here.entered = True
        return None

    app.before_request(guard)


def signed_out() -> BaseResponse:
    """Where somebody without a session goes: to sign in, and back; the people feature carries a posted form along."""
    if request.path.startswith(("/api/", "/sync")):
        device: Callable[[], BaseResponse] = current_app.extensions["signed_out_device"]
        return device()
    if request.method == "POST":
        carry: Callable[[], BaseResponse] = current_app.extensions["carry_form"]
        return carry()
    return redirect(url_for("people.sign_in", next=request.full_path.rstrip("?")), 303)


def check_doors(app: Flask) -> None:
    """Refuses to serve an application in which a view has no mark."""
    unmarked = [e for e in app.view_functions if e != "static" and door_of(app, e) is None]
    if unmarked:
        raise RuntimeError("views without @allow or @public: " + ", ".join(sorted(unmarked)))
