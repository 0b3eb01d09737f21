"""Saving what a form says: one unit of work, and every refusal back on the form."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from engagement.core.errors import Conflict, Refused
from engagement.db import unit_of_work
from engagement.web.forms import Form

Done = TypeVar("Done")
AT_ONCE = "Somebody else saved this at the same moment. Nothing of yours was saved: look at it again, and save again."


def saved(form: Form, do: Callable[[Session], object]) -> bool:
    """Whether what `do` does is kept, where its answer is of no further use; see `save`."""
    return save(form, lambda session: (do(session),)) is not None


def save(form: Form, do: Callable[[Session], Done]) -> Done | None:
    """What `do` answers, kept, where the form holds; None where it does not, with the sentences on the form.

    `do` must not answer None. A Conflict leaves on the form, as `theirs`, what the record says now; `Missing` passes.
    """
    if not form.validate_on_submit():
        return None
    try:
        with unit_of_work() as session:
            return do(session)
    except Conflict as conflict:
        form.theirs = conflict.theirs
        form.refuse(conflict)
    except Refused as refusal:
        form.refuse(refusal)
    except StaleDataError:
        form.refuse(Refused(AT_ONCE))
    return None
