"""Who is signed in: ties Flask-Login's session to accounts and their postings."""

from __future__ import annotations

from flask import Flask, session
from flask_login import LoginManager, UserMixin, current_user

from engagement.access.domain import Actor
from engagement.access.guard import init_doors
from engagement.db import reading
from engagement.people.queries import load_actor
from engagement.web.moment import today


class SignedIn(UserMixin):
    """An account in a session; its `actor` is what the rest of the service sees."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    def get_id(self) -> str:
        """The account and its nonce: a changed nonce ends the session."""
        return f"{self.actor.account_id}:{self.actor.nonce}"


def _load(kept: str) -> SignedIn | None:
    account_id, _, nonce = kept.partition(":")
    actor = load_actor(reading(), int(account_id), today()) if account_id.isdigit() else None
    return SignedIn(actor) if actor is not None and actor.nonce == nonce else None


def _actor() -> Actor | None:
    if "_user_id" not in session:
        return None
    user = current_user._get_current_object()
    return user.actor if isinstance(user, SignedIn) else None


def init_sign_in(app: Flask) -> None:
    """Gives the application its accounts and its doors."""
    manager = LoginManager()
    manager.session_protection = None  # the nonce and the idle limits do this work
    manager.user_loader(_load)
    manager.init_app(app)
    init_doors(app, _actor)
