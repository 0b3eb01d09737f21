"""Templates say the same however they are compiled, and what was typed is escaped in every one of the ways."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from jinja2.compiler import CodeGenerator
from markupsafe import Markup, escape

from engagement.web.compiling import QuickCode, quick
from engagement.web.words import filled
from tests.conftest import DiaryUnderTest

typed = st.text() | st.integers() | st.none() | st.booleans() | st.floats() | st.text().map(Markup) | st.lists(st.text(), max_size=2)

TEMPLATES = (
    "{{ _('Add a contact') }} & {{ asset('diary.css') }}: {{ x }}",
    "{{ _('By %(day)s', day=x) }}{{ ngettext('%(num)s item', '%(num)s items', n) }}",
    "{% for one in many %}{{ one }}{% if not loop.last %}, {% endif %}{% else %}{{ _('Nobody yet.') }}{% endfor %}",
    "{% macro line(words) %}<li>{{ words }}{{ caller() if caller else '' }}</li>{% endmacro %}{{ line(x) }}{{ line(_('Map')) }}",
    "{% set held %}<b>{{ x }}</b>{% endset %}{{ held }}{{ x | e }}{{ (_('Yes') if n else _('No')) }}",
    "{% autoescape false %}{{ x | e }}{{ n }}{% endautoescape %}{{ x ~ '<' }}",
    "{% for _ in many %}{{ _ }}{% endfor %}{% set asset = x %}{{ asset }}",
    "{{ _('100 %% of %(what)s', what=x) }}",
)


@given(typed)
def test_a_value_is_escaped_as_markupsafe_does(value: object) -> None:
    assert str(quick(value)) == str(escape(value))


@given(typed)
def test_a_sentence_is_filled_with_what_is_escaped(value: object) -> None:
    assert filled("%(a)s <b> 5 %% %(b)s", {"a": value, "b": 7}) == Markup("%(a)s <b> 5 %% %(b)s") % {"a": value, "b": 7}


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_says_what_it_says_compiled_by_jinja(template: str, diary: DiaryUnderTest) -> None:
    for x in ("a & <b>", Markup("<i>"), 3, None, "%(x)s", "'\""):
        values = {"x": x, "n": 2, "many": ["<", "b"]}
        assert said(diary.app, QuickCode, template, values) == said(diary.app, CodeGenerator, template, values)


def said(app: Flask, compiler: type[CodeGenerator], template: str, values: dict[str, Any]) -> str:
    environment = app.jinja_env.overlay(autoescape=True)
    environment.code_generator_class = compiler
    return environment.from_string(template).render(values)


def test_pages_are_compiled_this_way(diary: DiaryUnderTest) -> None:
    assert diary.app.jinja_env.code_generator_class is QuickCode
