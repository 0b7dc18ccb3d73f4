"""Procrastinate's queue on a ledger: opened, its tables made once, tasks put there within the ledger's transactions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from summarizer.errors import LedgerError, MissingExtra, SettingsError
from summarizer.ledger import JobRecord, Ledger
from summarizer.ledger.store import UPGRADE_LOCK

try:
    import psycopg
    from procrastinate import App, PsycopgConnector, SyncPsycopgConnector, exceptions
    from procrastinate.jobs import Job
    from procrastinate.manager import JobManager
    from procrastinate.schema import SchemaManager
except ModuleNotFoundError as error:
    raise MissingExtra(f"a worker ({error.name})", "cluster") from None

__all__ = ["DOCUMENT", "FINISH", "LOOK", "QUEUE", "READ", "Queue", "last", "told"]

QUEUE = "briefs"
"""The queue that jobs stand in when no other is named."""

READ, DOCUMENT, FINISH = "summarizer.read", "summarizer.document", "summarizer.finish"
"""The names of the tasks of a job."""

LOOK = "summarizer.look"
"""The name of the task that looks whether a digest is due."""

_LONGEST = 34
"""Bytes of a queue's name: PostgreSQL's channels, which carry the news of tasks, have 63, and most are taken."""

_FIRST = 10
"""The priority of what begins a job: it does not wait behind the documents of other jobs."""


class Queue:
    """The queue of a ledger. Its tables are made when it is opened for the first time.

    Raises SettingsError when the ledger is no PostgreSQL database, and LedgerError when the tables cannot be made.
    """

    def __init__(self, ledger: Ledger, name: str = QUEUE) -> None:
        if ledger.engine.dialect.name != "postgresql":
            raise SettingsError(
                f"{ledger.address} is SQLite, and workers share a PostgreSQL database: name one with "
                "--ledger postgresql://host/name"
            )
        if not name.strip() or len(name.encode()) > _LONGEST or not name.isprintable():
            raise SettingsError(f"--queue {name[:60]!r}: a queue's name is one line of one to {_LONGEST} bytes.")
        self.ledger, self.name = ledger, name
        _, parts = ledger.engine.dialect.create_connect_args(ledger.engine.url)
        self.app = App(connector=PsycopgConnector(kwargs=parts, min_size=1, max_size=8))
        self._within = JobManager(SyncPsycopgConnector())  # uses the connections that it is given, and opens none
        self._make_tables()

    def _make_tables(self) -> None:
        there = text("SELECT to_regclass('procrastinate_jobs')")
        with self.ledger.reading() as session:
            if session.scalar(there) is not None:
                return
        with self.ledger.writing() as session:
            session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK})
            if session.scalar(there) is None:  # another program may have made them while this one waited
                with told(self.ledger):
                    _connection(session).execute(SchemaManager.get_schema())

    def put(self, session: Session, task: str, job: JobRecord, numbers: Sequence[int] | None = None) -> None:
        """Put a task of a job into the queue, or one for each of its documents, within a session's transaction.

        They count from the moment that it is committed: with the job, or not at all.
        """
        if numbers is None:
            tasks = [_task(job, task, {}, lock=f"{task} {job.id}")]
        else:
            tasks = [_task(job, task, {"number": number}) for number in numbers]
        if tasks:
            with told(self.ledger):
                self._within.batch_defer_jobs(tasks, connection=_connection(session))

    def clear(self, session: Session, job: str) -> None:
        """Take what waits of a job out of the queue, within a session's transaction."""
        # Procrastinate cancels one task at a time, and a job may have thousands.
        gone = text("DELETE FROM procrastinate_jobs WHERE status = 'todo' AND args->>'job' = :job")
        session.execute(gone, {"job": job})

    def running(self, session: Session, job: str) -> int:
        """Return how many tasks of a job are being done."""
        doing = text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing' AND args->>'job' = :job")
        return int(session.scalar(doing, {"job": job}) or 0)


def last(name: str) -> str:
    """Return the queue beside a queue, of the last steps of its jobs.

    They take a processor for seconds: in a queue of their own they neither wait behind documents nor hold up any.
    """
    return f"{name}/last"


def _task(job: JobRecord, name: str, args: dict[str, Any], lock: str | None = None) -> Job:
    queue = job.queue or QUEUE
    return Job(
        id=None,
        queue=last(queue) if name == FINISH else queue,
        lock=lock,
        queueing_lock=None,
        task_name=name,
        task_kwargs={"job": job.id, **args},
        priority=_FIRST if name == READ else 0,
    )


@contextmanager
def told(ledger: Ledger) -> Iterator[None]:
    """Turn what goes wrong in the queue into one line for a person."""
    try:
        yield
    except (exceptions.ConnectorException, psycopg.Error) as error:
        said = " ".join(str(error.__cause__ or error).split())[:200]
        raise LedgerError(f"{ledger.address}: the queue cannot be used: {said}") from error


def _connection(session: Session) -> Any:
    """Return the connection of the driver beneath a session."""
    return session.connection().connection.driver_connection
