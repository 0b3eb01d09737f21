"""The form beside an entry of a sample."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from engagement.web.forms import Form, LongTextField


class CommentForm(Form):
    """What the sergeant says to who recorded it; empty is read, with nothing to say."""

    words = LongTextField(_l("What do you say to who recorded it?"), longest=1000)
