"""Who is signed in: ties Flask-Login's session to accounts, postings, and how long a session may rest."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, current_app, g, make_response, render_template, request, session
from flask.sessions import SessionMixin
from flask_login import LoginManager, UserMixin, login_user
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response

from engagement.access.domain import Actor
from engagement.access.guard import init_doors
from engagement.core.ids import new_token
from engagement.db import reading
from engagement.people.carry import account_of_session, pack, posted
from engagement.people.domain import still_awake
from engagement.people.forms import SignInForm
from engagement.people.queries import signed_in_actor
from engagement.people.tries import end_for_good
from engagement.settings import Settings
from engagement.web.moment import now, today

_FRESH_ENOUGH = 60  # seconds; a session is not written anew at every click


class SignedIn(UserMixin):
    """An account in a session; its `actor` is what the rest of the service sees."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    def get_id(self) -> str:
        """The account and its nonce: a changed nonce ends the session."""
        return f"{self.actor.account_id}:{self.actor.nonce}"


def begin_session(actor: Actor, device_id: int | None = None) -> None:
    """Signs an account in, with nothing left of what the session held before."""
    close_session()
    session.clear()
    g.pop("csrf_token", None)  # made for the session that is gone
    login_user(SignedIn(actor))
    session["name"] = new_token()
    session["seen_at"] = now().timestamp()
    if device_id is not None:
        session["device"] = device_id
        session.permanent = True


def end_session() -> None:
    """Signs out; which account it was stays known, so that a form it still posts can wait for it."""
    was = session.get("_user_id") or session.get("was")
    session.clear()
    if was:
        session["was"] = was


def close_session() -> None:
    """Has the session's cookie, and whatever copy there is of it, open nothing any more."""
    if name := session.get("name"):
        reading().close()
        end_for_good(name, now=now())


def idle_limit() -> timedelta:
    """How long this session may rest: longer on an enrolled phone."""
    settings: Settings = current_app.extensions["settings"]
    if "device" in session:
        return timedelta(hours=settings.number("sessions", "phone_idle_hours"))
    return timedelta(minutes=settings.number("sessions", "desk_idle_minutes"))


def _load(kept: str) -> SignedIn | None:
    account_id, _, nonce = kept.partition(":")
    actor = signed_in_actor(reading(), int(account_id), str(session.get("name", "")), today()) if account_id.isdigit() else None
    return SignedIn(actor) if actor is not None and actor.nonce == nonce else None


def _actor() -> Actor | None:
    kept: SessionMixin = session._get_current_object()  # type: ignore[attr-defined]
    if "_user_id" not in kept:
        return None
    seen, moment = float(kept.get("seen_at", 0)), now()
    if not still_awake(seen_at=seen, now=moment, limit=idle_limit()):
        end_session()
        return None
    user = _load(str(kept["_user_id"]))
    if user is None:
        end_session()
        return None
    if abs(moment.timestamp() - seen) > _FRESH_ENOUGH:
        kept["seen_at"] = moment.timestamp()
    return user.actor


def _carry() -> Response:
    """The sign-in page with what was posted in a hidden field, so that nothing typed is lost."""
    page = render_template(
        "people/sign_in.html", form=SignInForm(formdata=None, carried=pack()), ended="known" if account_of_session() else "unknown"
    )
    return make_response(page, 401)


def _stale(_error: CSRFError) -> Response:
    """A page that was open while its owner signed in again: what it sent is shown, to be sent once more.

    The cookie is SameSite, so whoever has a session here came from a page of ours; nothing happens without a tap.
    """
    if request.path.startswith("/sync"):  # a phone: it fetches a fresh token and sends again
        return make_response({"reason": "stale"}, 419)
    if getattr(g, "actor", None) is None:
        return make_response(render_template("people/stale.html"), 419)
    return make_response(render_template("people/restored.html", kept=posted()), 419)


def init_sign_in(app: Flask) -> None:
    """Gives the application its accounts and its doors."""
    manager = LoginManager()
    manager.session_protection = None  # the nonce and the idle limits do this work
    manager.user_loader(_load)
    app.login_manager = manager  # type: ignore[attr-defined]  # its `init_app` would look at each answer for a cookie that we do not have
    app.extensions["carry_form"] = _carry
    app.register_error_handler(CSRFError, _stale)
    init_doors(app, _actor)
