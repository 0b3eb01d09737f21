"""The form of one item's wording, several of which stand on one page."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField

from engagement.core.errors import Refused
from engagement.core.ids import whole_number
from engagement.summaries.cards import Card
from engagement.summaries.domain import mark_of
from engagement.summaries.service import LONGEST, Wording
from engagement.web.forms import Form, LongTextField, Required, options

EVERYONE = "everyone"


class ItemForm(Form):
    """You said, we did, what happens next, and who gets it. Its fields are named and numbered by the item's key.

    `was` marks what the item said when the page was shown, so that what nobody touched is told from what was typed.
    The page's one form carries the token against forgery.
    """

    you_said = LongTextField(_l("You said"), [Required("Say something under “You said”")], longest=LONGEST)
    we_did = LongTextField(_l("We did"), [Required("Say something under “We did”")], longest=LONGEST)
    what_next = LongTextField(_l("What happens next"), [Required("Say something under “What happens next”")], longest=LONGEST)
    audience = RadioField(_l("Who sees it"), validate_choice=False)
    version = HiddenField()
    was = HiddenField()

    def __init__(self, item_id: int, formdata: Any = None) -> None:
        super().__init__(formdata=formdata, prefix=f"item-{item_id}-", meta={"csrf": False})
        self.item_id = item_id

    def belong_to(self, card: Card) -> None:
        """Gives the fields ids of the card's own, and the choices of who may see it."""
        for field in self:
            field.id = f"{field.short_name}-{card.item.id}"
        only = [(str(key), _("Only %(group)s", group=name)) for key, name in card.groups.items()]
        self.audience.choices = options([(EVERYONE, _("Everyone")), *only])

    def show(self, card: Card) -> None:
        """Fills in what the item says."""
        item = card.item
        only_for = item.audience_group_id if item.audience == "group" else None
        self.you_said.data, self.we_did.data, self.what_next.data = item.you_said, item.we_did, item.what_next
        self.audience.data = EVERYONE if only_for is None else str(only_for)
        self.version.data = str(item.version)
        self.was.data = mark_of((item.you_said, item.we_did, item.what_next), only_for)

    @property
    def touched(self) -> bool:
        """Whether it says something else than when the page was shown."""
        said = (self.you_said.data or "", self.we_did.data or "", self.what_next.data or "")
        chosen = self.audience.data or EVERYONE
        return bool(self.was.data) and self.was.data != mark_of(said, None if chosen == EVERYONE else whole_number(chosen) or -1)

    def wording(self) -> Wording:
        """What was typed; Refused for an audience that is none."""
        chosen = self.audience.data or EVERYONE
        only_for = None if chosen == EVERYONE else whole_number(chosen)
        if chosen != EVERYONE and only_for is None:
            raise Refused("Choose everyone, or a group that raised it", field="audience")
        return Wording(
            you_said=self.you_said.data or "",
            we_did=self.we_did.data or "",
            what_next=self.what_next.data or "",
            only_for=only_for,
        )
