"""How templates are compiled: what never changes is written into them once, and what does is escaped the short way.

Jinja asks for every sentence and every address of a file again at each page, wraps each word it escapes in an object of its
own, and passes each bit of a page up through every template and block around it: more than half of what a page took. Here
sentences and addresses are filled in while a template is compiled, words are escaped as they are, and each template and block
hands on one text; for all templates alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Flask
from jinja2 import Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.environment import TemplateModule
from jinja2.runtime import Context, new_context
from jinja2.visitor import NodeTransformer
from markupsafe import _escape_inner, escape  # type: ignore[attr-defined]  # the C function beneath `escape`

CONSTANT = ("_", "gettext", "asset")  # functions of one text that answer the same for as long as the process lives
NUMBERS = frozenset({int, float})  # whose words need no escaping
DIRECT = ("_", "gettext", "ngettext", "frame", "csrf_token", "address_with")  # functions that ask nothing of the page they stand on


def quick(value: object) -> str:
    """What `escape` makes of a value, as plain text: it goes straight into the page, so nobody need know that it is escaped."""
    if type(value) is str:
        escaped: str = _escape_inner(value)
        return escaped
    return str(value) if type(value) in NUMBERS else escape(value)


class _Folding(NodeTransformer):
    """Puts in the place of `_("...")` and `asset("...")` what they answer."""

    def __init__(self, functions: dict[str, Any]) -> None:
        self.functions = functions

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802  Jinja's name
        """A call of a constant function with one text, and nothing to fill into it, becomes its answer."""
        self.generic_visit(node)
        plain = not (node.kwargs or node.dyn_args or node.dyn_kwargs) and len(node.args) == 1
        if plain and isinstance(node.node, nodes.Name) and node.node.name in self.functions:
            [text] = node.args
            if isinstance(text, nodes.Const) and isinstance(text.value, str) and "%" not in text.value:
                return nodes.Const(self.functions[node.node.name](text.value), lineno=node.lineno)
        return node


class QuickCode(CodeGenerator):
    """Jinja's own compiler, but for constants, escaping and the calls of our own words."""

    _own: frozenset[str] = frozenset()

    def blockvisit(self, nodes: Iterable[nodes.Node], frame: Frame) -> None:
        """What stands in a template, a block, a loop: the outermost gathers it in a list and hands it on as one text."""
        outermost = frame.buffer is None
        if outermost:
            self.buffer(frame)
        super().blockvisit(nodes, frame)
        if outermost:
            self.writeline(f"yield concat({frame.buffer})")

    def visit_Include(self, node: nodes.Include, frame: Frame) -> None:  # noqa: N802  Jinja's name
        """Another template's text. Jinja gives one without context straight to the page, ahead of what is gathered."""
        if not node.with_context:
            self.fail("A template is included with its context", node.lineno)
        super().visit_Include(node, frame)

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802  Jinja's name
        """`one.name`: by Python's own function first; what is not there that way, Jinja looks for."""
        whole, part = self.temporary_identifier(), self.temporary_identifier()
        self.write(f"({part} if ({part} := getattr(({whole} := ")
        self.visit(node.node, frame)
        self.write(f"), {node.attr!r}, missing)) is not missing else environment.getattr({whole}, {node.attr!r}))")

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802  Jinja's name
        """A whole template. A name that it gives a value of its own is not ours."""
        taken = {name.name for name in node.find_all(nodes.Name) if name.ctx in ("store", "param")}
        names = self.environment.globals
        _Folding({name: names[name] for name in CONSTANT if name not in taken}).visit(node)
        self._own = frozenset(DIRECT) - taken
        self.writeline(f"from {__name__} import quick")
        super().visit_Template(node, frame)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("quick(")
        else:
            super()._output_child_pre(node, frame, finalize)

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802  Jinja's name
        """A call: of our own words without the detour that finds out what of the page they want to know."""
        known = isinstance(node.node, nodes.Name) and node.node.name in self._own
        if known and not (forward_caller or node.dyn_args or node.dyn_kwargs):
            self.write(f"environment.globals[{node.node.name!r}](")  # type: ignore[attr-defined]  # it is a Name
            for number, part in enumerate([*node.args, *node.kwargs]):
                self.write(", " if number else "")
                self.visit(part, frame)
            self.write(")")
        else:
            super().visit_Call(node, frame, forward_caller=forward_caller)


class Whole(Template):
    """A template without global names of its own, as all of ours are: its macros are made once, and a page begins with a copy
    of the environment's names, where Jinja puts two layers of them together one by one."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return super()._get_default_module()

    def new_context(
        self,
        vars: dict[str, Any] | None = None,  # noqa: A002  Jinja's names, here and below
        shared: bool = False,
        locals: Mapping[str, Any] | None = None,  # noqa: A002
    ) -> Context:
        """The names that a page sees."""
        return new_context(self.environment, self.name, self.blocks, vars, shared, self.environment.globals, locals)


def init_compiling(app: Flask) -> None:
    """Has the application's templates compiled this way. Their words must be there before the first is."""
    app.jinja_env.code_generator_class = QuickCode
    app.jinja_env.template_class = Whole
