"""The short way to the database: statements that were put together once, compiled once, and sent by the driver alone.

SQLAlchemy takes some 45 microseconds to send a statement and to wrap its answer; SQLite answers most of ours in five. What it
works out for that is the same each time, so it is kept here as a `Plan`: the words with the driver's marks, which value goes
where and through which processor of its type, and how a row is read back. The types, lists and dialects are SQLAlchemy's own.
"""

from __future__ import annotations

import re
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NoReturn
from weakref import WeakKeyDictionary

from sqlalchemy import ClauseElement, Connection, Dialect, Engine
from sqlalchemy.exc import DBAPIError, MultipleResultsFound, NoResultFound

Values = Mapping[str, Any]
LISTS = (list, tuple, set, frozenset)
JOINED = "joined"  # said of a connection while SQLAlchemy's own joins a transaction that its listeners know already
ROWS = {"sqlite": 4, "postgresql": 64}  # in one insert that answers: SQLite is slower with more, a server is asked less often
KEPT_SHAPES = 64  # plans of one statement: one for each length of its lists, and each choice of the values given


class Answer(list[Any]):
    """The rows of an answer, read whole. Each is a tuple with the names of its columns, as SQLAlchemy's own rows are."""

    __slots__ = ()

    def all(self) -> list[Any]:
        """Every row."""
        return self

    def first(self) -> Any:
        """The first row; None where there is none."""
        return self[0] if self else None

    def one_or_none(self) -> Any:
        """The only row; None where there is none."""
        if len(self) > 1:
            raise MultipleResultsFound("More than one row where one was expected")
        return self[0] if self else None

    def one(self) -> Any:
        """The only row."""
        if not self:
            raise NoResultFound("No row where one was expected")
        return self.one_or_none()

    def scalar(self) -> Any:
        """The first column of the first row; None where there is none."""
        return self[0][0] if self else None


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


_prepared: dict[str, WeakKeyDictionary[Any, Prepared]] = {}


class Line:
    """A connection of the pool as it is, for statements of this module alone: SQLAlchemy's own takes as long as two of them."""

    __slots__ = ("connection", "dialect", "dispatch", "engine", "info")

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.connection = engine.raw_connection()
        self.dialect, self.dispatch, self.info = engine.dialect, engine.dispatch, self.connection.info

    def joined(self) -> Connection:
        """The same connection as SQLAlchemy's own, in the transaction that is open; its beginning is not told again."""
        connection = Connection(self.engine, connection=self.connection)
        self.info[JOINED] = True
        try:
            connection.begin()
        finally:
            del self.info[JOINED]
        return connection

    def get_execution_options(self) -> Mapping[str, Any]:
        """As SQLAlchemy's own says them: none but the engine's."""
        return self.engine.get_execution_options()

    def invalidate(self, error: BaseException) -> None:
        """Has the pool throw the connection away."""
        self.connection.invalidate(error)

    def close(self) -> None:
        """Gives the connection back; a transaction that is open is rolled back."""
        self.connection.close()


def send(
    connection: Connection | Line, statement: ClauseElement, values: Values | Sequence[Values] | None = None, *, reads: bool = False
) -> Answer:
    """Sends a statement over a connection, within whatever transaction it is in, and reads its answer whole.

    It is for statements that live as long as the process does: each is compiled when it is asked first. Listeners of the
    engine hear of it as of any other; errors are SQLAlchemy's. What only `reads` may change nothing.
    """
    dialect = connection.dialect
    kept = _prepared.get(dialect.name)
    if kept is None:
        kept = _prepared[dialect.name] = WeakKeyDictionary()
    prepared = kept.get(statement)
    if prepared is None:
        prepared = kept[statement] = Prepared(statement, dialect)
    if values is None or type(values) is dict or isinstance(values, Mapping):
        given = _lists_padded(prepared.lists, values) if values else {}
        plan = prepared.plan(statement, given)
        if reads and plan.changes:
            raise RuntimeError("a statement that changes things was sent outside of a unit of work")
        return _execute(connection, plan, plan.parameters(given), many=False)
    if reads:
        raise RuntimeError("rows were sent outside of a unit of work")
    plan = prepared.plan(statement, values[0])
    if len(values) == 1:
        return _execute(connection, plan, plan.parameters(values[0]), many=False)
    rows = [plan.parameters(each) for each in values]
    if not plan.cells:
        return _execute(connection, plan, rows, many=True)
    answer, most = Answer(), ROWS[dialect.name]
    for start in range(0, len(rows), most):
        some = rows[start : start + most]
        several = plan.several.get(len(some)) or _plan_of_several(plan, len(some))
        answer += _execute(connection, several, several.parameters(some), many=False)
    return answer


def begin(connection: Connection | Line, *, writing: bool = False) -> None:
    """Begins a transaction that SQLAlchemy does not know of, or that it has just begun; PostgreSQL's driver does so by itself.

    On SQLite one that writes takes the writer's lock at once, as `unit_of_work` says.
    """
    if connection.dialect.name == "sqlite":
        _guarded(connection, "execute", "BEGIN IMMEDIATE" if writing else "BEGIN")


def end(connection: Connection | Line, *, kept: bool) -> None:
    """Ends a transaction that SQLAlchemy does not know of."""
    _guarded(connection, "commit" if kept else "rollback")


def _guarded(connection: Connection | Line, what: str, *words: str) -> None:
    raw: Any = connection.connection.dbapi_connection
    try:
        getattr(raw, what)(*words)
    except connection.dialect.loaded_dbapi.Error as error:
        _as_sqlalchemy(connection, error, words[0] if words else what.upper(), None)


def _execute(connection: Connection | Line, plan: Plan, parameters: Any, *, many: bool) -> Answer:
    raw: Any = connection.connection.dbapi_connection
    cursor = raw.cursor()
    try:
        for hear in connection.dispatch.before_cursor_execute:
            hear(connection, cursor, plan.words, parameters, None, many)
        try:
            if many:
                cursor.executemany(plan.words, parameters)
            else:
                cursor.execute(plan.words, parameters)
            answer = Answer()
            if plan.columns:
                read = plan.read
                if read is None:
                    read = plan.read = _reader(plan.columns, connection.dialect, cursor.description)
                answer.extend(map(read, cursor.fetchall()))
        except connection.dialect.loaded_dbapi.Error as error:
            _as_sqlalchemy(connection, error, plan.words, parameters)
        for hear in connection.dispatch.after_cursor_execute:
            hear(connection, cursor, plan.words, parameters, None, many)
    finally:
        cursor.close()
    return answer


def _as_sqlalchemy(connection: Connection | Line, error: Exception, words: str, parameters: Any) -> NoReturn:
    """Raises a driver's error as SQLAlchemy does; a connection that broke does not go back to the pool."""
    dialect, raw = connection.dialect, connection.connection
    broken = dialect.is_disconnect(error, raw.dbapi_connection, None)  # type: ignore[arg-type]  # the driver's own
    if broken:
        connection.invalidate(error)
    raise DBAPIError.instance(
        words, parameters, error, dialect.loaded_dbapi.Error, hide_parameters=True, connection_invalidated=broken, dialect=dialect
    ) from error


def _lists_padded(lists: frozenset[str], values: Values) -> Values:
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
                scope[f"p{place}"], cell = process, f"p{place}({cell})"
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


def _plan_of_several(plan: Plan, rows: int) -> Plan:
    """The plan of an insert of so many rows by one statement; its parameters are made of theirs."""
    marks = _MARK.sub("%", plan.cells)
    words = plan.words.replace(f"({plan.cells})", ", ".join([f"({marks})"] * rows))
    names = _MARK.findall(plan.cells)

    def parameters(some: Any) -> Any:
        return [row[name] for row in some for name in names] if names else [cell for row in some for cell in row]

    found = plan.several[rows] = Plan(words, parameters, plan.columns, plan.changes)
    return found


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


def _reader(columns: Sequence[Any], dialect: Dialect, described: Sequence[Any]) -> Callable[[Any], Any]:
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
