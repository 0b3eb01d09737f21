"""Templates say the same however they are compiled, and what was typed is escaped in every one of the ways."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import DictLoader, TemplateAssertionError
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
    "{{ d.a }}{{ d.items }}{{ d.none }}{{ (n if n else none).real }}{% if d.b is defined %}b{% endif %}{{ d.deep.a.upper() }}",
    "{% block one %}1{{ x }}{% block two scoped %}{{ n }}{% endblock %}{% endblock %}{{ self.two() }}{% filter upper %}{{ x }}{% endfilter %}",
    "{% for one in many recursive %}{{ one }}{% if one == 'b' %}{{ loop(['c']) }}{% endif %}{% endfor %}",
    "{% macro m(y) %}{{ caller(y) }}{% endmacro %}{% call(a) m(x) %}{{ a }}{% endcall %}{% with y = x %}{{ y }}{% endwith %}",
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
        values = {"x": x, "n": 2, "many": ["<", "b"], "d": {"a": x, "items": 1, "deep": {"a": "<"}}}
        assert said(diary.app, QuickCode, template, values) == said(diary.app, CodeGenerator, template, values)


@pytest.mark.parametrize("compiler", [QuickCode, CodeGenerator])
def test_templates_that_build_on_each_other_come_in_the_order_they_stand_in(compiler: type[CodeGenerator], diary: DiaryUnderTest) -> None:
    environment = diary.app.jinja_env.overlay(
        autoescape=True,
        loader=DictLoader(
            {
                "base": "<{% block a %}base{% endblock %}|{% include 'part' %}|{% block b %}{% endblock %}>",
                "page": "{% extends 'base' %}lost{% block a %}{{ super() }}+{{ x }}{% endblock %}"
                "{% block b %}{% for n in (1, 2) %}{% include 'part' %}{{ n }}{% endfor %}{% include 'none' ignore missing %}{% endblock %}",
                "part": "[{{ x }}{% if n %}{{ n }}{% endif %}]",
            }
        ),
    )
    environment.code_generator_class = compiler
    assert environment.get_template("page").render(x="&") == "<base+&amp;|[&amp;]|[&amp;1]1[&amp;2]2>"


def test_a_template_cannot_be_included_ahead_of_what_stands_before_it(diary: DiaryUnderTest) -> None:
    with pytest.raises(TemplateAssertionError, match="included with its context"):
        said(diary.app, QuickCode, "before{% include 'base.html' without context %}", {})


def said(app: Flask, compiler: type[CodeGenerator], template: str, values: dict[str, Any]) -> str:
    environment = app.jinja_env.overlay(autoescape=True)
    environment.code_generator_class = compiler
    return environment.from_string(template).render(values)


def test_pages_are_compiled_this_way(diary: DiaryUnderTest) -> None:
    assert diary.app.jinja_env.code_generator_class is QuickCode
