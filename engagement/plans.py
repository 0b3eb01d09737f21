"""How a statement becomes a plan: what the driver is given each time, worked out once for each shape of its values.

What SQLAlchemy works out to send a statement is the same each time, so it is kept: the words with the driver's marks, which value
goes where and through which processor of its type, and how a row is read back. The types, lists and dialects are SQLAlchemy's own.
"""

from __future__ import annotations

import re
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any
from weakref import ref

from sqlalchemy import Boolean, Date, Dialect

Values = Mapping[str, Any]
KEPT_SHAPES = 64  # plans of one statement: one for each length of its lists, and each choice of the values given


@dataclass(slots=True)
class Plan:
    """A statement as the driver takes it, for values of one shape."""

    words: str
    parameters: Callable[[Any], Any]  # the driver's parameters of the values of one execution
    columns: Sequence[Any]  # of what it answers, with their types; none where it answers nothing
    changes: bool
    cells: str = ""  # of an insert that answers: the marks of one row's values, as they stand in its words
    read: Callable[[Any], Any] | None = None  # makes a row of the driver's; known since its first answer
    several: dict[int, Plan] = field(default_factory=dict)  # the same for so many rows in one statement


class Prepared:
    """The plans of one statement on one kind of database, by the shape of the values it is asked with."""

    def __init__(self, statement: Any, dialect: Dialect) -> None:
        self.dialect = dialect
        compiled = statement.compile(dialect=dialect)
        self.lists = frozenset(b.key for b in compiled.binds.values() if b.expanding)
        self.by_keys = compiled.isinsert or compiled.isupdate  # what is written depends on which values are given
        self.plans: dict[Any, Plan] = {}

    def plan(self, statement: Any, values: Values) -> Plan:
        """The plan for values like these."""
        shape = tuple([(k, len(v)) if k in self.lists else k for k, v in values.items()]) if self.lists else tuple(values)
        found = self.plans.get(shape)
        if found is None:
            if len(self.plans) >= KEPT_SHAPES:
                self.plans.clear()
            found = self.plans[shape] = _plan_of(statement, self.dialect, values, list(values) if self.by_keys else None)
        return found


_prepared: dict[str, dict[int, tuple[ref[Any], Prepared]]] = {}  # by the kind of database and the identity of the statement, while it lives


def prepared_for(statement: Any, dialect: Dialect) -> Prepared:
    """The plans of a statement; a dictionary with weak keys would make a reference at each question."""
    kept = _prepared.setdefault(dialect.name, {})
    key = id(statement)
    found = kept.get(key)
    if found is None or found[0]() is not statement:
        found = kept[key] = (ref(statement, lambda _gone: kept.pop(key, None)), Prepared(statement, dialect))
    return found[1]


def lists_padded(lists: frozenset[str], values: Values) -> Values:
    """The values with each list as long as the next power of two, its last repeated: so that a list of any length needs one
    of a few plans, and the database too knows the statement already."""
    if not lists:
        return values
    padded = dict(values)
    for name in lists:
        if name in padded:
            items = list(padded[name])
            if items:
                items.extend([items[-1]] * ((1 << (len(items) - 1).bit_length()) - len(items)))
            padded[name] = items
    return padded


def _plan_of(statement: Any, dialect: Dialect, values: Values, keys: list[str] | None) -> Plan:
    compiled: Any = statement.compile(dialect=dialect, column_keys=keys, for_executemany=keys is not None)
    given = dict(values) | _defaults(compiled, values)
    state = compiled.construct_expanded_state(given, escape_names=True)
    items = {name: (key, n) for key, names in state.parameter_expansion.items() for n, name in enumerate(names)}
    processors: Mapping[str, Any] = {**compiled._bind_processors, **state.processors}
    named = {compiled.bind_names[bind]: bind.key for bind in compiled.bind_names}
    types = {compiled.bind_names[bind]: bind.type for bind in compiled.bind_names}
    order = state.positiontup if state.positiontup is not None else list(state.parameters)
    scope: dict[str, Any] = {}
    cells = []
    for place, name in enumerate(order):
        outer, item = items.get(name, (name, None))
        key = named.get(outer, outer)
        process = processors.get(name) or processors.get(outer)
        if key in values:
            cell = f"v[{key!r}]" if item is None else f"v[{key!r}][{item}]"
            if process is not None:
                scope[f"p{place}"], cell = _sooner(process, types.get(outer), dialect), f"p{place}({cell})"
        else:
            value = state.parameters[name]
            scope[f"c{place}"], cell = _plain(process(value) if process else value), f"c{place}"
        cells.append(cell if state.positiontup is not None else f"{name!r}: {cell}")
    brackets = "[]" if state.positiontup is not None else "{}"
    parameters = _made(f"lambda v: {brackets[0]}{', '.join(cells)}{brackets[1]}", scope)
    changes = bool(compiled.isinsert or compiled.isupdate or compiled.isdelete)
    answered = tuple(compiled._result_columns)
    several = compiled._insertmanyvalues if compiled.isinsert and answered else None
    return Plan(state.statement, parameters, answered, changes, several.single_values_expr if several is not None else "")


_MARK = re.compile(r"%\((\w+)\)")


def plan_of_several(plan: Plan, rows: int) -> Plan:
    """The plan of an insert of so many rows by one statement; its parameters are made of theirs."""
    marks = _MARK.sub("%", plan.cells)
    words = plan.words.replace(f"({plan.cells})", ", ".join([f"({marks})"] * rows))
    names = _MARK.findall(plan.cells)

    def parameters(some: Any) -> Any:
        return [row[name] for row in some for name in names] if names else [cell for row in some for cell in row]

    found = plan.several[rows] = Plan(words, parameters, plan.columns, plan.changes)
    return found


def _sooner(process: Callable[[Any], Any], type_: Any, dialect: Dialect) -> Callable[[Any], Any]:
    """What makes a value the driver's own, asked only where that takes thought: a day and a truth are the same by fewer steps on SQLite."""
    if dialect.name != "sqlite" or not isinstance(type_, Date | Boolean):
        return process
    if isinstance(type_, Date):
        return lambda value: value.isoformat() if type(value) is date else process(value)
    return lambda value: 1 if value is True else 0 if value is False else process(value)


def _plain(value: Any) -> Any:
    """A constant as the driver likes it best: the word that an enumeration stands for."""
    return str.__str__(value) if isinstance(value, str) else value


def _defaults(compiled: Any, values: Values) -> dict[str, Any]:
    """What an insert or update writes by itself into columns that were not given; only plain values are known here."""
    found = {}
    for column in (*compiled.insert_prefetch, *compiled.update_prefetch):
        default = column.default if compiled.isinsert else column.onupdate
        if default is None or not default.is_scalar:
            raise TypeError(f"{column} has a default that is worked out: send it by SQLAlchemy")
        if column.key not in values:
            found[column.key] = default.arg
    return found


def reader(columns: Sequence[Any], dialect: Dialect, described: Sequence[Any]) -> Callable[[Any], Any]:
    """What makes a row of the driver's tuple: names for its cells, and each through the processor of its type."""
    row = _row_class(tuple(str(column.keyname) for column in columns))
    processors = [column.type._cached_result_processor(dialect, said[1]) for column, said in zip(columns, described, strict=True)]
    scope: dict[str, Any] = {"make": tuple.__new__, "row": row} | {f"p{n}": p for n, p in enumerate(processors) if p is not None}
    cells = "".join(f"p{n}(r[{n}])," if p is not None else f"r[{n}]," for n, p in enumerate(processors))
    return _made(f"lambda r: make(row, ({cells}))", scope)


def _made(source: str, scope: dict[str, Any]) -> Callable[[Any], Any]:
    """A function of one line of ours: names and numbers alone, nothing that anybody typed; as `namedtuple` is made."""
    made: Callable[[Any], Any] = eval(source, scope)  # noqa: S307
    return made


@lru_cache(maxsize=1024)
def _row_class(names: tuple[str, ...]) -> Any:
    """A class of rows with these columns. `_mapping` is theirs by name, as SQLAlchemy's rows have it."""
    base: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]  # the names are the statement's
    return type("Row", (base,), {"__slots__": (), "_mapping": property(base._asdict)})
