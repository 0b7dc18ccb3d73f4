"""A worker: takes tasks from the queue until it is told to end, and takes over those of workers that are gone."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import psycopg
from procrastinate import JobContext, exceptions
from procrastinate.jobs import Job as QueueJob

from summarizer.asking import Asker
from summarizer.digest.clock import system_clock
from summarizer.errors import LedgerError, ModelError, SummarizerError
from summarizer.ledger import JobDocuments, Jobs, Replies
from summarizer.queueing.queue import DOCUMENT, FINISH, LOOK, READ, Queue, last, told
from summarizer.queueing.settings import WorkerSettings, shared_allowance
from summarizer.queueing.tasks import Again, Tasks
from summarizer.settings import AskSettings
from summarizer.submissions import problem_of

__all__ = ["run_worker"]

LOG = logging.getLogger("summarizer.worker")

_TAKING_OVER = 7_203_318_554
"""A number of our own for PostgreSQL's advisory lock: one worker at a time looks for those that are gone."""

_MOST_ATTEMPTS = 10
"""Of the first and the last step of a job, when workers end without a word at it."""

_EVERY_MINUTE = "* * * * *"

_POLL = 1.0
"""Seconds between looks for tasks whose time has come; new ones are told at once."""


async def run_worker(queue: Queue, settings: WorkerSettings) -> None:
    """Do the tasks of the queue until SIGTERM or SIGINT; a second one ends the process at once.

    Raises:
        Unauthorised, LimitReached: the same for all requests. What was under way waits in the queue again.
        LedgerError: the database has gone, or took this worker for dead.

    """
    ways = {queue.name: settings.asking, **{one.queue: one.asking for one in settings.digests}}
    async with contextlib.AsyncExitStack() as stack:
        askers = {name: await stack.enter_async_context(_asker(queue, asking)) for name, asking in ways.items()}
        with told(queue.ledger):
            await stack.enter_async_context(queue.app.open_async())
            await _Worker(queue, settings, askers).run()


def _asker(queue: Queue, asking: AskSettings) -> Asker:
    kept = Replies(queue.ledger, asking.store_folder or Path(), surely=True)
    return Asker(asking, kept=kept, allowance=shared_allowance(queue.ledger, asking))


class _Worker:
    """One run of a worker."""

    def __init__(self, queue: Queue, settings: WorkerSettings, askers: Mapping[str, Asker]) -> None:
        self.queue, self.settings, self.queues = queue, settings, list(askers)
        self.tasks = Tasks(queue, settings, askers, partial(_asker, queue, settings.asking), self.halt)
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
        with _signals(self.end):
            LOG.info("works on the queue %r, %d at a time", self.queue.name, self.settings.asking.concurrency)
            try:
                await self._run
            except asyncio.CancelledError:
                pass
            except BaseExceptionGroup as errors:
                raise errors.exceptions[0] from None
        if self.failure is not None:
            raise self.failure

    async def _work(self) -> None:
        """Do documents, many at a time, and beside them the last step of one job."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._take_over())
            group.create_task(self._take_from(self.queues, self.settings.asking.concurrency))
            group.create_task(self._take_from([last(name) for name in self.queues], 1))

    async def _take_from(self, queues: list[str], at_once: int) -> None:
        await self.queue.app.run_worker_async(
            queues=queues,
            concurrency=at_once,
            install_signal_handlers=False,
            delete_jobs="successful",
            fetch_job_polling_interval=_POLL,
            shutdown_graceful_timeout=self.settings.grace_at_most,
            update_heartbeat_interval=self.settings.stalled / 3,
            stalled_worker_timeout=self.settings.stalled,
        )
        if not self.told_to_end and self.failure is None:
            self.halt(LedgerError(f"{self.queue.ledger.address}: the queue was lost. Start the worker again."))

    async def _take_over(self) -> None:
        """Now and then, put back what workers had that are gone."""
        while True:
            try:
                await take_over(self.queue, [*self.queues, *map(last, self.queues)], self.settings.stalled)
            except (exceptions.ConnectorException, psycopg.Error, LedgerError) as error:
                LOG.warning("could not look for workers that are gone: %s", type(error.__cause__ or error).__name__)
            await asyncio.sleep(self.settings.stalled / 3)


def register(queue: Queue, tasks: Tasks) -> None:
    """Let the app of a queue know the tasks, and the minutes at which digests are looked at."""
    app = queue.app

    async def document(context: JobContext, job: str, number: int) -> None:
        await tasks.document(context.job.queue, job, number)

    async def finish(context: JobContext, job: str) -> None:
        await tasks.finish(job, context.job.attempts)

    async def look(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 - Procrastinate gives it
        await tasks.look(context.job.queue)

    app.task(name=READ, retry=Again())(tasks.read)
    app.task(name=DOCUMENT, retry=Again(), pass_context=True)(document)
    app.task(name=FINISH, retry=Again(), pass_context=True)(finish)
    looking = app.task(name=LOOK, pass_context=True)(look)
    for name in tasks.digests:
        app.periodic(cron=_EVERY_MINUTE, periodic_id=name, queue=name, lock=f"{LOOK} {name}")(looking)


async def take_over(queue: Queue, names: Sequence[str], stalled: float) -> int:
    """Put back the tasks of workers that gave no sign of life for so many seconds; return how many.

    One worker at a time does it. Otherwise one could put back a task that a third has just taken up again.
    """
    manager = queue.app.job_manager
    pool = queue.app.connector.pool  # type: ignore[attr-defined] # it is a PsycopgConnector
    async with pool.connection() as connection:
        locked = await connection.execute("SELECT pg_try_advisory_xact_lock(%s)", [_TAKING_OVER])
        if not (await locked.fetchone())[0]:
            return 0
        found: list[QueueJob] = []
        for name in names:
            found += await manager.get_stalled_jobs(queue=name, seconds_since_heartbeat=stalled)
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
    hopeless = [one for one in found if one.task_name in {READ, FINISH} and one.attempts >= _MOST_ATTEMPTS]
    if numbers or hopeless:
        with queue.ledger.writing() as session:
            for job, some in numbers.items():
                JobDocuments(session, job).lost(some)
            for one in hopeless:
                reason = f"{one.attempts} workers ended or failed at {one.task_name}: it is not tried again"
                Jobs(session).end(str(one.task_kwargs["job"]), system_clock(), problem_of(ModelError(reason)))


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
