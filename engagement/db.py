"""The databases: engine settings, column types, the base of every table, and `unit_of_work()`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeVar
from urllib.parse import unquote, urlencode, urlsplit

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, BigInteger, Date, DateTime, Dialect, Engine, ForeignKey, Integer, MetaData, Select, TypeDecorator, event, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, registry
from sqlalchemy.pool import NullPool

from engagement import driver
from engagement.core.errors import Missing
from engagement.diary_session import DiarySession, writing

STATEMENTS = 1_000  # that a connection to SQLite keeps prepared: the diary has some hundreds, the driver's own choice is 128
WITHOUT_ZONE = len("2026-11-24 10:00:00.000000")
BigId = BigInteger().with_variant(Integer, "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC: aware going in, aware coming out, on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def bind_processor(self, dialect: Dialect) -> Any:
        """The same on SQLite without SQLAlchemy's formats: pages read hundreds of moments."""
        if dialect.name != "sqlite":
            return super().bind_processor(dialect)

        def process(value: datetime | None) -> str | None:
            if value is not None and value.tzinfo is UTC:
                return value.isoformat(" ", "microseconds")[:WITHOUT_ZONE]
            moment = self.process_bind_param(value, dialect)
            return None if moment is None else moment.isoformat(" ", "microseconds")

        return process

    def result_processor(self, dialect: Dialect, coltype: Any) -> Any:
        """The same on SQLite, where a moment is a text."""
        if dialect.name != "sqlite":
            return super().result_processor(dialect, coltype)
        read = datetime.fromisoformat
        return lambda value: None if value is None else read(value).replace(tzinfo=UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Record = TypeVar("Record")
Key = Annotated[int, mapped_column(BigId, primary_key=True)]


class Base(DeclarativeBase):
    """The base of every table. Constraint names follow one pattern, so that migrations can name them."""

    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={int: BigId, datetime: UtcDateTime(), date: Date(), dict[str, Any]: JSON(), list[Any]: JSON()},
    )
    __table_args__: Any = {"sqlite_autoincrement": True}


db = SQLAlchemy(
    model_class=Base,
    session_options={
        "class_": DiarySession, "expire_on_commit": False, "autoflush": True,
        "join_transaction_mode": "control_fully",  # what a session joins is its own, begun the short way
    },
)  # fmt: skip

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


def table_args(*items: Any) -> tuple[Any, ...]:
    """Indexes and constraints of a table whose erased ids never come back."""
    return (*items, {"sqlite_autoincrement": True})


class Diary:
    """Mixed into every table that holds diary data: each belongs to one force, and no change to it goes unaudited."""

    force_id: Mapped[int] = mapped_column(ForeignKey("force.id"))


fence: ContextVar[Callable[[Session], None] | None] = ContextVar("fence", default=None)
"""What every unit of work must pass before it is kept: inside a job, that the job's claim still holds."""


def reading() -> Session:
    """The session of this request, for questions."""
    return db.session()


def ask(session: Session, statement: Any, values: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None) -> driver.Answer:
    """Sends a statement that was put together once, behind what the session has still to write; answers rows of columns.

    It goes past the ORM and past SQLAlchemy's execution, which take ten times as long as the database does: see
    `engagement.driver`. What it changes no loaded record hears of. A statement that is put together anew for each
    question must not come here, but to `session.execute`: it would be compiled each time.
    """
    if isinstance(session, DiarySession):
        return session.ask(statement, values)
    session.flush()
    return driver.send(session.connection(), statement, values)


def the_one(session: Session, asked: Select[Record], *, held: bool = False) -> Record:
    """The one record that a question finds; Missing where there is none, which looks the same as one that is not theirs.

    `held`: as it is now and not as it was loaded, and nobody else changes it before this transaction is over.
    """
    if held:
        asked = asked.with_for_update(key_share=True).execution_options(populate_existing=True)
    found = session.scalar(asked)
    if found is None:
        raise Missing
    return found


@contextmanager
def unit_of_work(*, fenced: bool = True) -> Iterator[Session]:
    """One transaction that changes things: all of it is kept at the end, or none of it.

    It begins afresh: nothing read before it is carried in, so nothing stale is written back. On SQLite it takes
    the writer's lock at the start. Units do not nest; within one, `session.begin_nested()` is a savepoint.
    Inside a job it is kept only while the job's claim holds, unless it is not `fenced`: for what has happened outside
    the database already, such as a letter that left.
    """
    if writing.get():
        raise RuntimeError("a unit of work is already open")
    session = db.session()
    assert isinstance(session, DiarySession)
    session.forget()
    token = writing.set(True)
    try:
        yield session
        if fenced and (passes := fence.get()) is not None:
            passes(session)
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.close()
        writing.reset(token)


@contextmanager
def apart(engine: Engine | None = None) -> Iterator[Connection]:
    """A short transaction of its own on another connection, for rows that are kept whatever becomes of the request.

    A thread without an application context names the engine.
    """
    token = writing.set(True)
    try:
        with (engine or db.engine).begin() as connection:
            yield connection
    finally:
        writing.reset(token)


@contextmanager
def afterwards() -> Iterator[driver.Line]:
    """A short writing transaction behind a request's reading, on the connection that it read with; the session ends."""
    session = db.session()
    assert isinstance(session, DiarySession)
    connection = session.hand_over()
    try:
        driver.begin(connection, writing=True)
        yield connection
        driver.end(connection, kept=True)
    finally:
        connection.close()


def dialect_of(session: Session) -> str:
    """The kind of database that a session asks: "sqlite" or "postgresql". Unlike `get_bind` it begins nothing."""
    return session.engine.dialect.name if isinstance(session, DiarySession) else session.get_bind().dialect.name


def database_time(on: Session | Connection) -> datetime:
    """The database's own clock, in UTC: leases compare with it, so that two machines need not agree on the time."""
    bind = on.get_bind() if isinstance(on, Session) else on
    if bind.dialect.name == "sqlite":
        said = on.scalar(text("SELECT strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')"))
        return datetime.fromisoformat(str(said))
    moment: datetime | None = on.scalar(text("SELECT clock_timestamp()"))
    assert moment is not None
    return moment.astimezone(UTC)


def _configure_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late, and loses updates
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=20000", "cache_size=-32000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if driver.JOINED not in connection.info:
            driver.begin(connection, writing=writing.get())


def normal_url(url: str) -> str:
    """A database address in the form that the drivers here understand; of several hosts each is asked in turn, as libpq does."""
    scheme, there, rest = url.partition("://")
    if scheme not in ("postgres", "postgresql", "postgresql+psycopg") or not there:
        return url
    who, at, hosts = rest.partition("/")[0].rpartition("@")
    if "," in hosts:
        ends = [urlsplit(f"//{one}") for one in hosts.split(",")]
        asked = urlencode(
            {"host": ",".join(unquote(end.hostname or "") for end in ends), "port": ",".join(str(end.port or 5432) for end in ends)}
        )
        before, _, more = rest.removeprefix(who + at + hosts).partition("?")
        rest = f"{who}{at}{before or '/'}?{asked}{'&' if more else ''}{more}"
    return f"postgresql+psycopg://{rest}"


def init_db(app: Flask, url: str, *, pooled: bool = True) -> None:
    """Ties the application to its database."""
    url = normal_url(url)
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    options: dict[str, Any] = {}
    if url.startswith("sqlite"):
        options["connect_args"] = {"cached_statements": STATEMENTS}
    if not pooled:
        options["poolclass"] = NullPool
    elif url.startswith("postgresql"):
        options |= {"pool_size": 10, "max_overflow": 10, "pool_pre_ping": False}
    if url.startswith("postgresql"):  # a lock that nobody lets go of ends in a sentence, as on SQLite after busy_timeout
        options["connect_args"] = {"options": "-c lock_timeout=20s", "connect_timeout": 10}
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _configure_sqlite(db.engine)
