"""The short way to the database: statements that were put together once, compiled once, and sent by the driver alone.

SQLAlchemy takes some 45 microseconds to send a statement and to wrap its answer; SQLite answers most of ours in five. What it
works out for that is the same each time, and is kept as a plan (`engagement.plans`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from sqlalchemy import ClauseElement, Connection, Engine
from sqlalchemy.exc import DBAPIError, MultipleResultsFound, NoResultFound

from engagement.plans import Plan, Values, lists_padded, plan_of_several, prepared_for, reader

JOINED = "joined"  # said of a connection while SQLAlchemy's own joins a transaction that its listeners know already
ROWS = {"sqlite": 4, "postgresql": 64}  # in one insert that answers: SQLite is slower with more, a server is asked less often


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
    prepared = prepared_for(statement, dialect)
    if values is None or type(values) is dict or (type(values) is not list and isinstance(values, Mapping)):
        given = lists_padded(prepared.lists, values) if values else {}
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
        several = plan.several.get(len(some)) or plan_of_several(plan, len(some))
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
                    read = plan.read = reader(plan.columns, connection.dialect, cursor.description)
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
