"""The paper of letters: templates/email, rendered without a request, with the style of the HTML part put in line."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import css_inline
from flask_babel import gettext, ngettext
from jinja2 import Environment, FileSystemLoader, select_autoescape

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    return environment


def both_parts(template: str, /, **values: Any) -> tuple[str, str]:
    """The plain and the HTML part of a letter, from `templates/email/{template}.txt` and `.html`."""
    plain = _environment().get_template(f"email/{template}.txt").render(**values)
    html = _environment().get_template(f"email/{template}.html").render(**values)
    return plain.strip() + "\n", css_inline.inline(html, keep_style_tags=True)
