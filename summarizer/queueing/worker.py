"""A worker: takes tasks from the queue until it is told to end, and takes over those of workers that are gone."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from procrastinate import JobContext, exceptions
from procrastinate.jobs import Job as QueueJob

from summarizer.asking import Asker
from summarizer.errors import LedgerError, SettingsError, SummarizerError
from summarizer.ledger import JobDocuments, Replies
from summarizer.queueing.queue import DOCUMENT, FINISH, READ, Queue, told
from summarizer.queueing.tasks import Again, Patience, Tasks
from summarizer.reading import ReadSettings
from summarizer.settings import AskSettings

__all__ = ["WorkerSettings", "run_worker"]

LOG = logging.getLogger("summarizer.worker")

_TAKING_OVER = 7_203_318_554
"""A number of our own for PostgreSQL's advisory lock: one worker at a time looks for those that are gone."""

_POLL = 1.0
"""Seconds between looks for tasks whose time has come; new ones are told at once."""

_ALONE = ("record", "by_hand", "no_store", "max_cost", "max_requests")
"""Settings that hold for one process: workers share the ledger, and one that ends is started again."""


@dataclass(frozen=True)
class WorkerSettings:
    """How a worker works."""

    asking: AskSettings
    """The same for all workers: a reply is found again only by the same request. `concurrency` is a worker's own."""
    patience: Patience = field(default_factory=Patience)
    reading: ReadSettings = field(default_factory=ReadSettings)
    stalled: float = 30.0
    """Seconds without a sign of life after which a worker is taken for dead. The same for all workers."""
    grace: float = 30.0
    """Seconds that requests under way have when the worker is told to end; then they are put back."""


async def run_worker(queue: Queue, settings: WorkerSettings) -> None:
    """Do the tasks of the queue until SIGTERM or SIGINT; a second one ends the process at once.

    Raises:
        SettingsError: a setting that holds for one process alone.
        Unauthorised, LimitReached: the key was refused. What was under way waits in the queue again.
        LedgerError: the database has gone, or took this worker for dead.

    """
    _refuse_alone(settings.asking)
    kept = Replies(queue.ledger, settings.asking.store_folder or Path())
    new_asker = partial(Asker, settings.asking, kept=kept)
    with told(queue.ledger):
        async with queue.app.open_async(), new_asker() as asker:
            await _Worker(queue, settings, asker, new_asker).run()


class _Worker:
    """One run of a worker."""

    def __init__(self, queue: Queue, settings: WorkerSettings, asker: Asker, finishing: Callable[[], Asker]) -> None:
        self.queue, self.settings = queue, settings
        self.tasks = Tasks(queue, asker, finishing, settings.patience, settings.reading, self.halt)
        self.failure: SummarizerError | None = None
        self.told_to_end = False
        self._run: asyncio.Task[None] | None = None
        register(queue, self.tasks)

    def halt(self, error: SummarizerError) -> None:
        """Stop, because of an error that is the same for all tasks."""
        self.failure = self.failure or error
        self._stop()

    def end(self) -> None:
        """Stop, because a person said so; at once when it was said before."""
        if self.told_to_end:
            os._exit(130)  # a worker that is killed loses nothing: others take over what it had
        self.told_to_end = True
        LOG.info("told to end: what runs is finished or put back")
        self._stop()

    def _stop(self) -> None:
        if self._run is not None:
            self._run.cancel()

    async def run(self) -> None:
        """Work."""
        self._run = asyncio.create_task(self._work())
        async with _also(self._take_over()):
            with _signals(self.end):
                LOG.info("works on the queue %r, %d at a time", self.queue.name, self.settings.asking.concurrency)
                with contextlib.suppress(asyncio.CancelledError):
                    await self._run
        if self.failure is not None:
            raise self.failure
        if not self.told_to_end:
            raise LedgerError(f"{self.queue.ledger.address}: the queue was lost. Start the worker again.")

    async def _work(self) -> None:
        concurrency = self.settings.asking.concurrency
        await self.queue.app.run_worker_async(
            queues=[self.queue.name],
            concurrency=concurrency,
            install_signal_handlers=False,
            delete_jobs="successful",
            fetch_job_polling_interval=_POLL,
            shutdown_graceful_timeout=self.settings.grace,
            update_heartbeat_interval=self.settings.stalled / 3,
            stalled_worker_timeout=self.settings.stalled,
        )

    async def _take_over(self) -> None:
        """Now and then, put back what workers had that are gone."""
        while True:
            try:
                await take_over(self.queue, self.settings.stalled)
            except exceptions.ConnectorException as error:
                LOG.warning("could not look for workers that are gone: %s", type(error.__cause__).__name__)
            await asyncio.sleep(self.settings.stalled / 3)


def register(queue: Queue, tasks: Tasks) -> None:
    """Let the app of a queue know the tasks."""
    app = queue.app

    async def finish(context: JobContext, job: str) -> None:
        await tasks.finish(job, context.job.attempts)

    app.task(name=READ, retry=Again())(tasks.read)
    app.task(name=DOCUMENT, retry=Again())(tasks.document)
    app.task(name=FINISH, retry=Again(), pass_context=True)(finish)


async def take_over(queue: Queue, stalled: float) -> int:
    """Put back the tasks of workers that gave no sign of life for so many seconds; return how many.

    One worker at a time does it. Otherwise one could put back a task that a third has just taken up again.
    """
    manager = queue.app.job_manager
    pool = queue.app.connector.pool  # type: ignore[attr-defined] # it is a PsycopgConnector
    async with pool.connection() as connection:
        locked = await connection.execute("SELECT pg_try_advisory_xact_lock(%s)", [_TAKING_OVER])
        if not (await locked.fetchone())[0]:
            return 0
        found: list[QueueJob] = list(await manager.get_stalled_jobs(queue=queue.name, seconds_since_heartbeat=stalled))
        await asyncio.to_thread(_note_lost, queue, found)
        for one in found:
            with contextlib.suppress(exceptions.ConnectorException):  # its worker lives, and has just ended it
                await manager.retry_job(one)
    if found:
        LOG.info("took over %d tasks of workers that are gone", len(found))
    return len(found)


def _note_lost(queue: Queue, found: Sequence[QueueJob]) -> None:
    """Count against documents that their worker ended: one that kills workers must not go on for ever."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for one in found:
        if one.task_name == DOCUMENT:
            numbers[str(one.task_kwargs["job"])].append(int(str(one.task_kwargs["number"])))
    if numbers:
        with queue.ledger.writing() as session:
            for job, some in numbers.items():
                JobDocuments(session, job).lost(some)


def _refuse_alone(settings: AskSettings) -> None:
    for name in _ALONE:
        if getattr(settings, name):
            raise SettingsError(
                f"{name} holds for one process alone, and workers are many. Remove it; rpm and tpm hold over all."
            )


@contextlib.asynccontextmanager
async def _also(work: Any) -> AsyncIterator[None]:
    """Run something beside, until the end."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@contextlib.contextmanager
def _signals(stop: Callable[[], None]) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, stop)
    try:
        yield
    finally:
        for one in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(one)
