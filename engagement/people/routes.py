"""Pages at the door: signing in and out, setting a password, one's own account and phones."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from engagement.access.domain import Actor, Permission, system
from engagement.access.guard import allow, current_actor, public
from engagement.core.errors import Refused
from engagement.core.ids import token_hash
from engagement.db import reading, unit_of_work
from engagement.people.carry import unpack
from engagement.people.domain import check_password
from engagement.people.forms import ChangePasswordForm, EnrolForm, ForgottenForm, NewPasswordForm, SignInForm
from engagement.people.known import known_as, remember
from engagement.people.models import Account, Officer
from engagement.people.passwords import hash_password, password_fits
from engagement.people.queries import device_of_token, devices_of, load_actor
from engagement.people.service import change_password, enrol, link_holder, send_link, set_password, unenrol
from engagement.people.tries import must_wait, note_try
from engagement.people.watch import begin_session, close_session, end_session
from engagement.settings import Settings
from engagement.web.cookies import read_cookie, set_cookie
from engagement.web.moment import now, today

bp = Blueprint("people", __name__)

DEVICE_COOKIE = "diary_phone"
_A_YEAR = 365 * 24 * 3600


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


@bp.get("/sign-in")
@public
def sign_in() -> str:
    """The sign-in page."""
    return render_template("people/sign_in.html", form=SignInForm(formdata=None))


@bp.post("/sign-in")
@public
def sign_in_now() -> Response | str | tuple[str, int]:
    """Signs in, or says that the two do not fit; gives back a form that was carried."""
    form = SignInForm()
    status = 422
    if form.validate_on_submit():
        email, password = (form.email.data or "").casefold(), form.password.data or ""
        counted = known_as(email)
        if _too_often(counted or email, by_address=counted is None):
            minutes = _settings().number("sign_in", "window_minutes")
            form.refuse(Refused("Too many tries. Wait {n} minutes, or ask your administrator.", field="password", n=minutes))
            status = 429
        elif (actor := _who(email, password, counted or email)) is None:
            form.refuse(Refused("That e-mail and password do not fit together.", field="password"))
        else:
            answer = make_response(_welcome(actor, form.carried.data or ""))
            remember(answer, email)
            return answer
    return render_template("people/sign_in.html", form=form, ended=bool(form.carried.data)), status


def _too_often(email: str, *, by_address: bool = True) -> bool:
    settings = _settings()
    return must_wait(
        reading(),
        email,
        (request.remote_addr or "") if by_address else "",
        per_account=settings.number("sign_in", "tries_per_account"),
        per_address=settings.number("sign_in", "tries_per_address"),
        window=timedelta(minutes=settings.number("sign_in", "window_minutes")),
        now=now(),
    )


def _who(email: str, password: str, counted: str) -> Actor | None:
    """The account that e-mail and password open; the try is kept either way, under what it is counted as."""
    account = reading().scalar(select(Account).where(Account.email == email))
    fits = password_fits(account.password_hash if account else None, password)
    actor = load_actor(reading(), account.id, today()) if account and fits else None
    reading().close()  # the try is kept on a connection of its own, and SQLite has one writer
    note_try(counted, request.remote_addr or "", succeeded=actor is not None, now=now())
    return actor


def _welcome(actor: Actor, carried: str) -> Response | str:
    token = read_cookie(DEVICE_COOKIE)
    device = device_of_token(reading(), token_hash(token)) if token else None
    begin_session(actor, device.id if device is not None and device.account_id == actor.account_id else None)
    if carried:
        if (kept := unpack(carried, str(actor.account_id))) is not None:
            return render_template("people/restored.html", kept=kept)
        flash(_("What was typed before you signed in could not be tied to this account, so it was not sent. Going back may still show it."))
    return redirect(_own_address(request.args.get("next")) or "/", 303)


def _own_address(address: str | None) -> str | None:
    """The address if it is a path of this service, so that a link cannot send anybody elsewhere.

    Nothing that cannot be printed may stand in it: who reads an address leaves a tab or a new line out, and `/<tab>/host` is then
    another host's.
    """
    ours = address and address.startswith("/") and not address.startswith("//") and "\\" not in address and address.isprintable()
    return address if ours else None


@bp.post("/sign-out")
@public
def sign_out() -> Response:
    """Signs out, of every copy of the session's cookie."""
    close_session()
    end_session()
    return redirect(url_for("people.sign_in"), 303)


@bp.get("/forgotten")
@public
def forgotten() -> str:
    """Asks for the e-mail to which a link goes."""
    return render_template("people/forgotten.html", form=ForgottenForm(formdata=None), sent=False)


@bp.post("/forgotten")
@public
def forgotten_now() -> str | tuple[str, int]:
    """Sends the link where there is such an account; says the same where there is none."""
    form = ForgottenForm()
    if not form.validate_on_submit():
        return render_template("people/forgotten.html", form=form, sent=False), 422
    email = (form.email.data or "").casefold()
    asked = f"link for {email}"  # counted apart: whoever asks for links does not lock the account
    if not _too_often(asked):
        reading().close()
        note_try(asked, request.remote_addr or "", succeeded=False, now=now())
        _send_link_to(email)
    return render_template("people/forgotten.html", form=form, sent=True)


class _NobodysError(Exception):
    """Undoes what was done for an address that has no account."""


def _send_link_to(email: str) -> None:
    """Sends the link. For an address without an account the same is done for whichever account, and undone: it takes as long."""
    settings, opened = _settings(), Account.disabled_at.is_(None)
    try:
        with unit_of_work() as work:
            theirs = work.scalar(select(Account).where(Account.email == email, opened))
            anybodys = work.scalar(select(Account).where(opened).order_by(Account.id).limit(1))
            if (account := theirs or anybodys) is None:
                return
            send_link(
                work,
                system("forgotten password", account.force_id),
                account.id,
                public_url=settings.public_url,
                hours=settings.number("sign_in", "password_link_hours"),
                first=account.password_hash is None,
                now=now(),
            )
            work.flush()
            if theirs is None:
                raise _NobodysError
    except _NobodysError:
        return


@bp.get("/set-password/<token>")
@public
def new_password(token: str) -> str:
    """The page behind a link."""
    account = link_holder(reading(), token, now=now())
    return render_template("people/set_password.html", form=NewPasswordForm(formdata=None), email=account.email)


@bp.post("/set-password/<token>")
@public
def new_password_now(token: str) -> Response | tuple[str, int]:
    """Sets the password, and asks to sign in with it."""
    form = NewPasswordForm()
    account = link_holder(reading(), token, now=now())
    if form.validate_on_submit():
        officer = reading().get_one(Officer, account.officer_id)
        password = form.password.data or ""
        try:
            check_password(password, shortest=_settings().number("sign_in", "shortest_password"), email=account.email, name=officer.name)
            hashed = hash_password(password)
            actor = Actor(account_id=account.id, officer_id=officer.id, force_id=account.force_id, name=officer.name)
            with unit_of_work() as work:
                set_password(work, token, hashed, actor=actor, now=now())
            flash(_("Your password is set. Sign in with it."))
            return redirect(url_for("people.sign_in"), 303)
        except Refused as refusal:
            form.refuse(refusal)
    return render_template("people/set_password.html", form=form, email=account.email), 422


@bp.get("/me")
@allow(Permission.SIGNED_IN, shows_nothing=True)
def me() -> str:
    """One's own account: password and phones."""
    return _me_page(ChangePasswordForm(formdata=None, prefix="password"), EnrolForm(formdata=None, prefix="phone"))


def _me_page(password: ChangePasswordForm, phone: EnrolForm) -> str:
    devices = devices_of(reading(), current_actor().account_id or 0)
    return render_template("people/me.html", password=password, phone=phone, devices=devices, here_id=session.get("device"))


@bp.post("/me/password")
@allow(Permission.SIGNED_IN)
def change_my_password() -> Response | tuple[str, int]:
    """Changes one's own password and ends the account's other sessions."""
    form, actor = ChangePasswordForm(prefix="password"), current_actor()
    if form.validate_on_submit():
        account = reading().get_one(Account, actor.account_id)
        counted = known_as(account.email)
        try:
            if _too_often(counted or account.email, by_address=counted is None):
                raise Refused("Too many tries. Wait a few minutes.", field="old")
            if not password_fits(account.password_hash, form.old.data or ""):
                reading().close()
                note_try(counted or account.email, request.remote_addr or "", succeeded=False, now=now())
                raise Refused("That is not the password that you have now.", field="old")
            new = form.password.data or ""
            check_password(new, shortest=_settings().number("sign_in", "shortest_password"), email=account.email, name=actor.name)
            hashed = hash_password(new)
            with unit_of_work() as work:
                session["_user_id"] = f"{actor.account_id}:{change_password(work, actor, hashed, now=now())}"
            flash(_("Your password is changed. Other devices are signed out."))
            return redirect(url_for("people.me"), 303)
        except Refused as refusal:
            form.refuse(refusal)
    return _me_page(form, EnrolForm(formdata=None, prefix="phone")), 422


@bp.post("/me/phones")
@allow(Permission.SIGNED_IN)
def enrol_phone() -> Response | tuple[str, int]:
    """Enrols the phone in the hand: it stays signed in for a shift."""
    form, actor = EnrolForm(prefix="phone"), current_actor()
    if not form.validate_on_submit():
        return _me_page(ChangePasswordForm(formdata=None, prefix="password"), form), 422
    with unit_of_work() as work:
        token = enrol(work, actor, form.name.data or "", now=now())
    device = device_of_token(reading(), token_hash(token))
    begin_session(actor, device.id if device else None)
    flash(_("This phone is enrolled: it stays signed in for a shift."))
    answer = redirect(url_for("people.me"), 303)
    set_cookie(answer, DEVICE_COOKIE, token, seconds=_A_YEAR)
    return answer


@bp.post("/me/phones/<int:device_id>/remove")
@allow(Permission.SIGNED_IN)
def remove_phone(device_id: int) -> Response:
    """Takes a phone's longer limit away; a lost phone is signed out at once."""
    actor = current_actor()
    with unit_of_work() as work:
        nonce = unenrol(work, actor, device_id, now=now())
    if session.get("device") == device_id:
        session.pop("device")
        session.permanent = False
    session["_user_id"] = f"{actor.account_id}:{nonce}"
    flash(_("That phone is signed out and no longer enrolled."))
    return redirect(url_for("people.me"), 303)
