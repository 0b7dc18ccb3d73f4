"""Opens the ledger: one database, SQLite by default and PostgreSQL by address, brought up to date when opened."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import platformdirs
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.orm import Session

from summarizer.errors import LedgerError, MissingExtra
from summarizer.ledger.models import Base, DigestRow

__all__ = ["HEAD", "UPGRADE_LOCK", "Ledger", "default_address", "insert_new", "register"]

HEAD = "0004"
"""The revision of the tables that this program works with."""

_MIGRATIONS = Path(__file__).parent / "migrations"
_PAUSE = 0.02
"""Seconds between tries where SQLite does not wait by itself."""
_LOCKED_SECONDS = 30
UPGRADE_LOCK = 5_148_067_291
"""A number of our own for PostgreSQL's advisory lock."""


def default_address() -> str:
    """Return the address of the user's own ledger: SQLite in the user's data folder."""
    return f"sqlite:///{Path(platformdirs.user_data_dir('summarizer', appauthor=False)) / 'ledger.db'}"


class Ledger:
    """What has been read, briefed and sent. A context manager; may be shared by threads.

    `url` is an SQLAlchemy address (`sqlite:///file.db`, `postgresql://host/name`); without one it is the user's
    own SQLite file. The tables are made, or brought up to date, when it is opened.

    Raises LedgerError when it cannot be opened, or was written by a newer version of the program.
    """

    def __init__(self, url: str | None = None) -> None:
        self.address = _readable(url or default_address())
        self.engine = _engine(url or default_address())
        self._writer = self.engine.execution_options(writes=True)
        self._each = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        try:
            with _told(self.address):
                self._bring_up_to_date()
        except BaseException:
            self.engine.dispose()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Yield a session in one transaction, committed at the end: all of it or nothing."""
        with _told(self.address), Session(self._writer, expire_on_commit=False) as session, session.begin():
            session.connection()  # take our turn now, not at the first statement
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Yield a session to read from, which hinders no writer."""
        with _told(self.address), Session(self.engine) as session, session.begin():
            yield session

    @contextmanager
    def at_once(self) -> Iterator[Connection]:
        """Yield a connection on which each statement is a transaction of its own: no lock outlasts a statement."""
        with _told(self.address), self._each.connect() as connection:
            yield connection

    def _bring_up_to_date(self) -> None:
        with self.engine.connect() as connection:
            if _revision(connection) == HEAD:
                return
        with self._writer.begin() as connection:
            if self.engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK})
            if _revision(connection) != HEAD:  # another program may have done it while this one waited
                _upgrade(connection, self.address)


def register(session: Session, digest: str, kind: str) -> None:
    """Note a digest by its name, once. Raises LedgerError when it is known with another kind of brief."""
    insert_new(session, DigestRow, name=digest, kind=kind)
    row = session.get_one(DigestRow, digest)
    if row.kind != kind:
        raise LedgerError(
            f"{digest} holds briefs of the kind {row.kind!r}, not {kind!r}. Give the digest another name."
        )


def insert_new(session: Session, table: type[Base], **values: Any) -> bool:
    """Add a row unless there is one with its key, also when another program adds it at this moment."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    key = next(iter(inspect(table).primary_key))
    added = insert(table).values(**values).on_conflict_do_nothing().returning(key)
    return session.execute(added).first() is not None


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: Connection, address: str) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    found = _revision(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise LedgerError(
            f"{address} was written by a newer version of summarizer (its tables are of revision {found}). "
            "Update this program, or name another ledger."
        )
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)


def _engine(url: str) -> Engine:
    try:
        address = make_url(url)
        if "@" in (address.host or ""):
            raise LedgerError(f"{_readable(url)}: an @ within a password is written %40.")
        if address.drivername in {"postgresql", "postgres"}:
            address = address.set(drivername="postgresql+psycopg")
        if address.get_backend_name() not in {"sqlite", "postgresql"}:
            raise LedgerError(f"{_readable(url)}: a ledger is an SQLite or a PostgreSQL database.")
        if address.get_backend_name() == "sqlite" and address.database:
            Path(address.database).expanduser().parent.mkdir(parents=True, exist_ok=True)
            address = address.set(database=str(Path(address.database).expanduser()))
        engine = create_engine(address, pool_pre_ping=address.get_backend_name() == "postgresql")
    except OSError as error:
        raise LedgerError(f"{_readable(url)}: its folder cannot be made ({error.strerror}).") from None
    except ArgumentError:
        raise LedgerError("What was given is no address of a ledger. An example: sqlite:///ledger.db") from None
    except ValueError as error:  # a port that is no number
        raise LedgerError(f"{_readable(url)}: no address of a ledger ({error}).") from None
    except (NoSuchModuleError, ModuleNotFoundError):
        raise MissingExtra(_readable(url), "cluster") from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _as_sqlite)
        event.listen(engine, "begin", _begin)
    return engine


def _as_sqlite(connection: Any, _: Any) -> None:
    """Let us begin transactions ourselves: the driver would begin them only at the first change."""
    raw: sqlite3.Connection = connection
    raw.isolation_level = None
    raw.execute(f"PRAGMA busy_timeout = {_LOCKED_SECONDS * 1000}")
    _to_wal(raw)
    raw.execute("PRAGMA synchronous = FULL")
    raw.execute("PRAGMA foreign_keys = ON")


def _to_wal(raw: sqlite3.Connection) -> None:
    """Switch to WAL. SQLite does not wait its busy time for this when two open a new file at once: so we do."""
    last = time.monotonic() + _LOCKED_SECONDS
    while True:
        try:
            raw.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > last:
                raise
            time.sleep(_PAUSE)
        else:
            return


def _begin(connection: Connection) -> None:
    """Begin; a transaction that will write takes its turn at once, so that it cannot fail half-way."""
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _readable(url: str) -> str:
    """Return an address without its password."""
    return re.sub(r"(password=)[^&\s]*", r"\1***", re.sub(r"(://[^:/@]*):.*@", r"\1:***@", url))


@contextmanager
def _told(address: str) -> Iterator[None]:
    """Turn what goes wrong in the database into one line for a person."""
    try:
        yield
    except DBAPIError as error:
        raise LedgerError(f"{address}: {_reason(error)}") from error
    except NoConnectionFree as error:
        raise LedgerError(f"{address}: all connections stayed in use. Try again, or lower --concurrency.") from error


def _reason(error: DBAPIError) -> str:
    said = " ".join(str(error.orig).split())[:200]
    hints = {
        "is locked": f"another program has kept it locked for {_LOCKED_SECONDS} seconds. Try again when it ends.",
        "is full": "the disk is full. Nothing of this step was kept; make room and run again.",
        "readonly": "it cannot be written. Check the rights on the file and its folder.",
        "unable to open": "it cannot be opened. Check the rights on the file and its folder.",
        "not a database": "it is not a ledger. Name another file.",
        "malformed": "it is damaged. Restore it from a copy.",
    }
    return next((hint for words, hint in hints.items() if words in said), f"the database says: {said}")
