"""Error pages: each says what happened and what to do next."""

from __future__ import annotations

import logging

from flask import Flask, render_template, request
from flask_babel import gettext
from gunicorn.http.errors import NoMoreData, ParseException
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from engagement.core.errors import Missing, Refused

log = logging.getLogger(__name__)


def say(refusal: Refused) -> str:
    """A refusal's sentence in the reader's language."""
    sentence: str = gettext(refusal.sentence)
    return sentence.format(**refusal.values) if refusal.values else sentence


def page(status: int, heading: str, words: str) -> tuple[str, int]:
    """A whole page with one heading and one paragraph."""
    return render_template("errors/plain.html", heading=heading, words=words), status


_KNOWN = {
    400: ("That did not arrive whole", "Go back and try again. What you typed is still on the page before."),
    404: (
        "Page not found",
        "There is no such page, or it is not one that you can see. Check the address: one from a letter may have lost its end.",
    ),
    405: ("That cannot be done here", "Go back and use the buttons on the page."),
    413: ("That is too much at once", "The text or file is larger than the diary takes. Make it shorter and try again."),
    429: ("Too many tries", "Wait a few minutes, then try again."),
}


def init_errors(app: Flask) -> None:
    """Gives every error a page."""

    @app.errorhandler(Missing)
    def missing(_error: Missing) -> tuple[str, int]:
        return page(404, gettext(_KNOWN[404][0]), gettext(_KNOWN[404][1]))

    @app.errorhandler(Refused)
    def refused(error: Refused) -> tuple[str, int]:
        return page(409, gettext("That could not be done"), say(error))

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> tuple[str, int]:
        heading, words = _KNOWN.get(error.code or 500, _KNOWN[400])
        return page(error.code or 500, gettext(heading), gettext(words))

    @app.errorhandler(NoMoreData)
    @app.errorhandler(ParseException)
    def not_whole(_error: Exception) -> tuple[str, int]:  # the body's own fault: no error of the service's
        return page(400, gettext(_KNOWN[400][0]), gettext(_KNOWN[400][1]))

    @app.errorhandler(IntegrityError)
    @app.errorhandler(StaleDataError)
    def overtaken(error: Exception) -> tuple[str, int]:
        log.warning("overtaken at %s: %s", request.path, type(error).__name__)
        return page(
            409,
            gettext("Somebody else was quicker"),
            gettext(
                "The same was saved at the same moment, so yours was not. Go back, look at it again, and save again if it is still needed."
            ),
        )

    @app.errorhandler(OperationalError)
    def busy(error: OperationalError) -> tuple[str, int]:
        log.error("database not available at %s: %s", request.path, error.orig)
        return page(
            503,
            gettext("The diary is busy"),
            gettext("Nothing was saved and nothing was lost: go back and save again in a minute."),
        )

    @app.errorhandler(Exception)
    def broken(_error: Exception) -> tuple[str, int]:
        log.exception("unexpected error at %s", request.path)
        return page(
            500,
            gettext("Something went wrong"),
            gettext("It has been recorded. Go back and try again; what you typed is still on the page before."),
        )
