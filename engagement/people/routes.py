"""Pages of people: signing in and out."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import login_user, logout_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from engagement.access.guard import public
from engagement.core.errors import Refused
from engagement.db import reading
from engagement.people.forms import SignInForm
from engagement.people.models import Account
from engagement.people.passwords import password_fits
from engagement.people.queries import load_actor
from engagement.people.watch import SignedIn
from engagement.web.moment import today

bp = Blueprint("people", __name__)


@bp.get("/sign-in")
@public
def sign_in() -> str:
    """The sign-in page."""
    return render_template("people/sign_in.html", form=SignInForm())


@bp.post("/sign-in")
@public
def sign_in_now() -> Response | tuple[str, int]:
    """Signs in, or says that the two do not fit."""
    form = SignInForm()
    if form.validate_on_submit():
        email, password = form.email.data or "", form.password.data or ""
        account = reading().scalar(select(Account).where(Account.email == email.casefold()))
        fits = password_fits(account.password_hash if account else None, password)
        actor = load_actor(reading(), account.id, today()) if account and fits else None
        if actor is not None:
            session.clear()
            login_user(SignedIn(actor))
            return redirect(_own_address(request.args.get("next")) or url_for("shift.index"), 303)
        form.refuse(Refused(_("That e-mail and password do not fit together."), field="password"))
    return render_template("people/sign_in.html", form=form), 422


def _own_address(address: str | None) -> str | None:
    """The address if it is a path of this service, so that a link cannot send anybody elsewhere."""
    ours = address and address.startswith("/") and not address.startswith(("//", "/\\")) and "\\" not in address
    return address if ours else None


@bp.post("/sign-out")
@public
def sign_out() -> Response:
    """Signs out."""
    logout_user()
    session.clear()
    return redirect(url_for("people.sign_in"), 303)
