"""The paper of letters: templates/email, rendered without a request, with the style of the HTML part put in line."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import css_inline
from babel.support import Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from engagement.settings import ROOT

# Nothing is fetched, and the style sheet stays beside its inlined copy: without it there would be no dark mode.
_INLINER = css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)


@lru_cache(maxsize=8)
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=select_autoescape(["html"]),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words = Translations.load(ROOT / "engagement" / "translations", [language])
    environment.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined]
    return environment


def both_parts(template: str, /, *, language: str = "en", **values: Any) -> tuple[str, str]:
    """The plain and the HTML part of a letter, from `templates/email/{template}.txt` and `.html`, in that language.

    The first comment of each template lists its variables. One that is missing raises jinja2.UndefinedError, so that
    no letter leaves with a hole in it. Needs neither a request nor an application.
    """
    environment = _environment(language)
    plain = environment.get_template(f"email/{template}.txt").render(values, language=language)
    html = environment.get_template(f"email/{template}.html").render(values, language=language)
    return plain.strip() + "\n", _INLINER.inline(html)
