"""Forms of people: signing in, passwords, phones, officers, postings."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, IntegerField, PasswordField, SelectField

from engagement.core.errors import Refused
from engagement.people.service import RANKS
from engagement.web.forms import DayField, Form, Required, TextField, options

ROLES = [
    ("pcso", _l("PCSO or neighbourhood PC")),
    ("sergeant", _l("Sergeant")),
    ("inspector", _l("Inspector")),
    ("administrator", _l("Administrator")),
    ("engagement_officer", _l("Engagement officer")),
    ("analyst", _l("Analyst")),
]


class SignInForm(Form):
    """The sign-in form; `carried` holds a form that came after the session had ended."""

    email = TextField(_l("Work e-mail"), [Required("Type your work e-mail.")], longest=254)
    password = PasswordField(_l("Password"), [Required("Type your password.")])
    carried = HiddenField()


class ForgottenForm(Form):
    """Asks for a link."""

    email = TextField(_l("Work e-mail"), [Required("Type your work e-mail.")], longest=254)


class NewPasswordForm(Form):
    """A new password, typed once: it can be shown by the browser, and typed again by nobody."""

    password = PasswordField(_l("New password"), [Required("Type a new password.")])


class ChangePasswordForm(NewPasswordForm):
    """A new password, asked for by who knows the old one."""

    old = PasswordField(_l("Password now"), [Required("Type the password that you have now.")])


class EnrolForm(Form):
    """The phone in the officer's hand."""

    name = TextField(_l("What to call this phone"), [Required("Give the phone a name, such as Work phone.")], longest=80)


class OfficerForm(Form):
    """An officer, and the e-mail of their account if they have one."""

    name = TextField(_l("Name"), [Required("Type the officer's name.")], longest=120)
    rank = SelectField(_l("Rank"), choices=options((r, r) for r in RANKS))
    collar_number = TextField(_l("Collar number"), [Required("Type the collar number.")], longest=20)
    telephone = TextField(_l("Telephone"), longest=40)
    email = TextField(_l("Work e-mail, for an account"), longest=254)


class EditOfficerForm(Form):
    """What may change about an officer; the collar number stays."""

    version = IntegerField()
    name = TextField(_l("Name"), [Required("Type the officer's name.")], longest=120)
    rank = SelectField(_l("Rank"), choices=options((r, r) for r in RANKS))
    telephone = TextField(_l("Telephone"), longest=40)


class TeamForm(Form):
    """A team. `read` is what it said when the form was shown."""

    read = HiddenField()
    name = TextField(_l("Name"), [Required("Type the team's name.")], longest=120)
    area = TextField(_l("Area"), [Required("Type the area that the team belongs to.")], longest=120)
    email = TextField(_l("E-mail"), [Required("Type the team's e-mail: letters to communities come from it.")], longest=254)
    telephone = TextField(_l("Telephone"), [Required("Type the team's telephone number: it stands in every letter.")], longest=40)


class PostingForm(Form):
    """A posting: role, place, from when to when."""

    role = SelectField(_l("Role"), choices=options(ROLES))
    place = SelectField(_l("Team or area"), validate_choice=False)
    starts_on = DayField(_l("First day"), [Required("Type the first day.")])
    ends_on = DayField(_l("Last day, if known"))
    cover = BooleanField(_l("Only as cover"))


class AbsenceForm(Form):
    """Days off."""

    starts_on = DayField(_l("First day off"), [Required("Type the first day off.")])
    ends_on = DayField(_l("Last day off"), [Required("Type the last day off.")])
    reason = SelectField(
        _l("Why"), choices=options([("leave", _l("Leave")), ("rest", _l("Rest days")), ("sick", _l("Sick")), ("course", _l("Course"))])
    )


class OfficersFileForm(Form):
    """A CSV file; between preview and "take it in" its text rides in a hidden field, so that it is chosen once."""

    file = FileField(_l("CSV file of officers"))
    kept = HiddenField()
    sure = HiddenField()

    def content(self) -> bytes:
        """The file's bytes, or a refusal where none was chosen."""
        if self.file.data and self.file.data.filename:
            chosen: bytes = self.file.data.read()
            return chosen
        if self.kept.data:
            return str(self.kept.data).encode()
        raise Refused("Choose a file first.", field="file")

    def keep(self, content: bytes) -> None:
        """Lets the file ride along."""
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
        self.kept.data = text
