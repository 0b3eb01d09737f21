"""The session of the diary: prepared questions and writings go the short way; what needs SQLAlchemy's own has it in the same transaction."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import Engine
from sqlalchemy.engine import Connection
from sqlalchemy.orm import SessionTransaction

from engagement import driver

writing: ContextVar[bool] = ContextVar("writing", default=False)
"""Whether a unit of work is open here: on SQLite its transaction takes the writer's lock at once."""


class DiarySession(FlaskSession):
    """A session that sends prepared statements without beginning a transaction of its own.

    Until something is loaded or added, `ask` reads over a plain connection in one reading transaction, and within a unit of
    work it reads and writes in one that is to be kept: a session's own takes longer to begin and to end than most pages'
    questions. As soon as the session needs one it goes on in that very transaction, on that very connection.
    """

    _asked: Engine | None = None
    _reader: driver.Line | None = None
    _writer: driver.Line | None = None
    _joined: Connection | None = None  # the writer's, once the session itself has joined its transaction
    _begun: tuple[SessionTransaction | None, SessionTransaction | None, Connection] | None = None

    @property
    def engine(self) -> Engine:
        """The engine of the application that runs."""
        engine = self._asked
        if engine is None:
            engine = self._asked = self._db.engine
        return engine

    def ask(self, statement: Any, values: Any) -> driver.Answer:
        """Sends a prepared statement over the connection that answers now; see `db.ask`."""
        in_unit = writing.get()
        if in_unit and (self.identity_map or self._new):
            self.flush()  # what it writes makes it begin
        if not self.in_transaction():
            if in_unit:
                return driver.send(self._writer or self._begin_writing(), statement, values)
            if self._reader is None:
                self._reader = driver.Line(self.engine)
                driver.begin(self._reader)
            return driver.send(self._reader, statement, values, reads=True)
        self.flush()
        transaction, savepoint = self.get_transaction(), self.get_nested_transaction()
        begun = self._begun
        if transaction is None or begun is None or begun[0] is not transaction or begun[1] is not savepoint:
            connection = self.connection()  # which sets the savepoint that was asked for, if this is the first within it
            begun = self._begun = (self.get_transaction(), savepoint, connection)
        return driver.send(begun[2], statement, values)

    def forget(self) -> None:
        """Begins afresh: nothing that was loaded or said before is known any more."""
        if self._writer is not None or not self._idle():
            self.close()
        self.info.clear()

    def hand_over(self) -> driver.Line:
        """Ends the session, and gives away the connection that it read with, for what is written behind it."""
        connection, self._reader = self._reader, None
        self.close()
        if connection is None:
            return driver.Line(self.engine)
        driver.end(connection, kept=False)
        return connection

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        """The engine, or the connection of the transaction that is open; whoever asks is about to begin, or to go on in it."""
        if self._writer is not None:
            if self._joined is None:
                self._joined = self._writer.joined()
            return self._joined
        self._stop_reading()
        return super().get_bind(*args, **kwargs)

    def commit(self) -> None:
        """Keeps what was written, and ends the reading, too: the next question sees what others have kept meanwhile."""
        self._stop_reading()
        line = self._writer
        if line is None:
            super().commit()
        elif self.in_transaction():
            self.connection()  # whatever it began for, it keeps what went the short way before
            super().commit()
            self._let_go()
        else:
            self.dispatch.before_commit(self)
            line.dispatch.commit(line)
            driver.end(line, kept=True)
            self._let_go()
            self.dispatch.after_commit(self)
            self.info.clear()

    def rollback(self) -> None:
        """Keeps nothing, and ends the reading, too."""
        self._stop_reading()
        super().rollback()
        self._undo_writing()

    def close(self) -> None:
        """Ends the reading and what is being written, too."""
        self._stop_reading()
        self._begun = None
        if not self._idle():
            super().close()
        self._undo_writing()

    def _idle(self) -> bool:
        """Whether nothing was begun, loaded or added: then there is nothing to close."""
        return not (self.in_transaction() or self.identity_map or self._new)

    def _begin_writing(self) -> driver.Line:
        line, self._reader = self._reader, None
        if line is None:
            line = driver.Line(self.engine)
        else:
            driver.end(line, kept=False)
        try:
            line.dispatch.begin(line)  # on SQLite its listener begins, as for SQLAlchemy's own
        except BaseException:
            line.close()
            raise
        self._writer = line
        return line

    def _undo_writing(self) -> None:
        line = self._writer
        if line is not None:
            try:
                if self._joined is None and line.connection.is_valid:
                    line.dispatch.rollback(line)
                    driver.end(line, kept=False)
            finally:
                self._let_go()
                self.info.clear()

    def _let_go(self) -> None:
        line, self._writer, self._joined, self._begun = self._writer, None, None, None
        if line is not None:
            line.close()

    def _stop_reading(self) -> None:
        if self._reader is not None:
            connection, self._reader = self._reader, None
            connection.close()
