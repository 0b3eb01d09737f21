"""Forms of people: signing in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField

from engagement.web.forms import Form, Required, TextField


class SignInForm(Form):
    """The sign-in form."""

    email = TextField(_l("Work e-mail"), [Required("Type your work e-mail.")], longest=254)
    password = PasswordField(_l("Password"), [Required("Type your password.")])
