"""An e-mail's two parts, made from its templates: HTML with the styles inline, and plain text that says the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import css_inline
from babel.support import Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from engagement.settings import ROOT

# Nothing is fetched, and the style sheet stays beside its inlined copy: without it there would be no dark mode.
_INLINER = css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What `multipart/alternative` is made of."""

    html: str
    text: str


def render(name: str, values: Mapping[str, object], *, language: str = "en") -> Parts:
    """The e-mail `templates/email/<name>.html` and `.txt` in that language, filled with the values.

    The first comment of each template lists its variables. One that is missing raises jinja2.UndefinedError, so that
    no letter leaves with a hole in it. Knows no request and no application: jobs and services may call it.
    """
    environment = _environment(language)
    html = environment.get_template(f"email/{name}.html").render(values, language=language)
    text = environment.get_template(f"email/{name}.txt").render(values, language=language)
    return Parts(html=_INLINER.inline(html), text=text)


@lru_cache(maxsize=8)
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        extensions=["jinja2.ext.i18n"],
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    words = Translations.load(ROOT / "engagement" / "translations", [language])
    environment.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined]
    return environment
