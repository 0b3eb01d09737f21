"""The form of one item's wording."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField

from engagement.core.errors import Refused
from engagement.summaries.cards import Card
from engagement.summaries.service import LONGEST, Wording
from engagement.web.forms import Form, LongTextField, Required, options

EVERYONE = "everyone"


class ItemForm(Form):
    """You said, we did, what happens next, and who gets it. Several stand on one page, each with ids of its own."""

    you_said = LongTextField(_l("You said"), [Required("Say something under “You said”")], longest=LONGEST)
    we_did = LongTextField(_l("We did"), [Required("Say something under “We did”")], longest=LONGEST)
    what_next = LongTextField(_l("What happens next"), [Required("Say something under “What happens next”")], longest=LONGEST)
    audience = RadioField(_l("Who sees it"), validate_choice=False)
    version = HiddenField()

    def belong_to(self, card: Card) -> None:
        """Gives the fields ids of the card's own, and the choices of who may see it."""
        for field in self:
            field.id = f"{field.name}-{card.item.id}"
        only = [(str(key), _("Only %(group)s", group=name)) for key, name in card.groups.items()]
        self.audience.choices = options([(EVERYONE, _("Everyone")), *only])

    def show(self, card: Card) -> None:
        """Fills in what the item says."""
        item = card.item
        self.you_said.data, self.we_did.data, self.what_next.data = item.you_said, item.we_did, item.what_next
        self.audience.data = str(item.audience_group_id) if item.audience == "group" else EVERYONE
        self.version.data = str(item.version)

    def wording(self) -> Wording:
        """What was typed; Refused for an audience that is none."""
        chosen = self.audience.data or EVERYONE
        if chosen != EVERYONE and not (chosen.isascii() and chosen.isdigit() and len(chosen) < 19):
            raise Refused("Choose everyone, or a group that raised it", field="audience")
        return Wording(
            you_said=self.you_said.data or "",
            we_did=self.we_did.data or "",
            what_next=self.what_next.data or "",
            only_for=None if chosen == EVERYONE else int(chosen),
        )
