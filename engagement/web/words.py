"""The words of templates: each sentence through the catalogue of the diary's language, looked up once."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from flask import Flask
from flask_babel import Domain, get_babel, get_translations
from markupsafe import Markup

from engagement.web.compiling import quick


class OneLanguage(Domain):
    """Flask-Babel's `gettext()` for code that speaks: the same catalogue, without asking each time which language it is."""

    def __init__(self, catalogue: Any) -> None:
        super().__init__()
        self._catalogue = catalogue

    def get_translations(self) -> Any:
        """The application's catalogue."""
        return self._catalogue


def init_words(app: Flask) -> None:
    """Gives templates `_()` and `ngettext()`. Jinja's and Flask-Babel's own took a millisecond a page between them.

    The diary speaks one language to everybody, so the catalogue is the application's and not the request's.
    """
    with app.app_context():
        catalogue = get_translations()
        get_babel(app).domain_instance = OneLanguage(catalogue)

    @cache  # as many as the templates have sentences
    def words(text: str) -> Markup:
        return Markup(catalogue.gettext(text))  # noqa: S704  the sentence is the template's own

    def said(text: str, /, **values: object) -> Markup:
        """A sentence of a template; `%(name)s` in it is filled, escaped, from `values`."""
        sentence = words(text)
        return filled(sentence, values) if "%" in sentence else sentence

    def counted(one: str, many: str, n: int, /, **values: object) -> Markup:
        """As `said`, in the singular or the plural; `%(num)s` is the number."""
        sentence = Markup(catalogue.ngettext(one, many, n))  # noqa: S704
        return filled(sentence, {"num": n} | values) if "%" in sentence else sentence

    app.jinja_env.globals.update(_=said, gettext=said, ngettext=counted)


def filled(sentence: str, values: dict[str, object]) -> Markup:
    """A sentence of ours with the values in its holes, escaped."""
    parts = _parts(sentence)
    return Markup("".join([part if number % 2 == 0 else quick(values[part]) for number, part in enumerate(parts)]))  # noqa: S704


@cache
def _parts(sentence: str) -> tuple[str, ...]:
    """The words between the holes of a sentence and the names of the holes, in turn."""
    found = re.split(r"%\((\w+)\)[sd]", sentence)
    return tuple(part.replace("%%", "%") if number % 2 == 0 else part for number, part in enumerate(found))
