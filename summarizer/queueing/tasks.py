"""The tasks of a job. Each may run twice and may end anywhere: it asks the ledger first what is still to be done."""

from __future__ import annotations

import asyncio
import datetime
import logging
import traceback
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import Any, TypeVar

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job as QueueJob
from sqlalchemy.orm import Session

from summarizer.api import Job
from summarizer.asking import Asker
from summarizer.digest.clock import system_clock
from summarizer.errors import BadRequest, DigestError, LedgerError, LimitReached, SummarizerError, Unauthorised
from summarizer.extracting import extract
from summarizer.kinds import Kind, load_kind, parse_brief
from summarizer.ledger import JobDocument, JobDocuments, JobRecord, Jobs, Ledger
from summarizer.queueing.digests import begin_day, make_day
from summarizer.queueing.enqueuing import EARLIER, keep_documents
from summarizer.queueing.finishing import Made, finished
from summarizer.queueing.queue import FINISH, Queue
from summarizer.queueing.settings import WorkerSettings
from summarizer.queueing.threads import apart
from summarizer.reading import aread
from summarizer.submissions import BriefRequest, job_of, problem_of
from summarizer.topics import Topic

__all__ = ["Again", "Later", "PutBack", "Tasks"]

LOG = logging.getLogger("summarizer.worker")

T = TypeVar("T")

_LEDGER_WAIT = 5
"""Seconds until a task is tried again that met a ledger it could not use."""


class Later(Exception):
    """A task is to be tried again after some seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"in {seconds:g} s")
        self.seconds = seconds


class PutBack(Exception):
    """A task is to be taken by another worker: this one ends."""


class Again(BaseRetryStrategy):
    """What becomes of a task that did not come to its end."""

    def get_retry_decision(self, *, exception: BaseException, job: QueueJob) -> RetryDecision:
        """Put back at once what a stopping worker had; else wait as long as the task says."""
        if isinstance(exception, (PutBack, asyncio.CancelledError)):
            return RetryDecision(retry_at=system_clock())
        if isinstance(exception, (Later, LedgerError)):
            seconds = exception.seconds if isinstance(exception, Later) else _LEDGER_WAIT
            return RetryDecision(retry_at=system_clock() + datetime.timedelta(seconds=seconds))
        # A mistake of the program, or a fault nobody thought of: never a task that is gone without a word.
        _log_mistake(str(job.task_kwargs.get("job", job.queue)), exception)
        return RetryDecision(retry_at=system_clock() + datetime.timedelta(seconds=min(30 * 2**job.attempts, 3600)))


class Tasks:
    """What a worker can do.

    `askers` has one for each queue that it takes from, shared by all documents; `finishing` makes one for the last
    step of a job; `halt` is told what stops this worker.
    """

    def __init__(
        self,
        queue: Queue,
        settings: WorkerSettings,
        askers: Mapping[str, Asker],
        finishing: Callable[[], Asker],
        halt: Callable[[SummarizerError], None],
    ) -> None:
        self.queue, self.settings, self.askers, self.finishing, self.halt = queue, settings, askers, finishing, halt
        self.digests = {one.queue: one for one in settings.digests}
        self._plans: dict[str, tuple[Kind, Topic | None]] = {}

    @property
    def ledger(self) -> Ledger:
        """The ledger of the queue."""
        return self.queue.ledger

    async def read(self, job: str) -> None:
        """Read what was sent with a job and what its addresses hold, and put its documents into the queue."""
        record = await self._read_from(partial(_begun, job=job))
        if record is None or "gaps" in record.request:  # removed, ended, or read already
            return
        asked = BriefRequest.model_validate(record.request)
        files = await self._read_from(lambda session: Jobs(session).files(job))
        wanted = job_of(asked, files, None, self.settings.reading)

        async def work() -> None:
            reading = await aread(wanted.inputs, wanted.reading)
            with self.ledger.writing() as session:
                held = Jobs(session).get(job, lock=True)
                if held is not None and "gaps" not in held.request:
                    keep_documents(session, self.queue, held, reading)

        await self._or_fail(job, apart(work))

    async def look(self, queue: str) -> None:
        """Begin the day of a digest, when it is due."""
        digest = self.digests[queue]
        try:
            job = await apart(partial(begin_day, self.queue, digest, system_clock()))
        except SummarizerError as error:  # it looks again in a minute
            LOG.warning("the digest %s cannot begin: %s", digest.config.name, error)
        else:
            if job is not None:
                LOG.info("job %s: the digest %s begins its day", job, digest.config.name)

    async def document(self, queue: str, job: str, number: int) -> None:
        """Ask about a document of a job; after the last one, put the job's last step into the queue."""
        held = await asyncio.to_thread(self._take, job, number)
        if held is None:
            return
        if held.state == "waiting":
            await self._ask(self.askers[queue], job, held)
        await asyncio.to_thread(self._close, job)

    async def finish(self, job: str, attempt: int) -> None:
        """Make the brief of a job whose documents have all been asked about; `attempt` counts from 0."""
        record = await self._read_from(partial(_begun, job=job))
        if record is None or await self._read_from(lambda session: JobDocuments(session, job).waits()):
            return  # ended, or tried again: then its last document puts this step into the queue once more

        async def work() -> bool:
            made = await self._made(record)
            if made.passing and attempt + 1 < self.settings.patience.tries:
                raise Later(self.settings.patience.after(attempt + 1))
            with self.ledger.writing() as session:
                Jobs(session).end(job, system_clock(), made.text, made.title)
            return True

        if await self._or_fail(job, apart(work)):
            LOG.info("job %s done", job)

    async def _made(self, record: JobRecord) -> Made:
        if (digest := self.digests.get(record.queue or "")) is not None:
            try:
                return await make_day(self.ledger, digest)
            except DigestError:  # somebody else runs it, or one that is gone seems to
                raise Later(self.settings.stalled) from None
        with self.ledger.reading() as session:
            wanted, documents = planned(session, record), JobDocuments(session, record.id).all()
        async with self.finishing() as asker:
            return await finished(record, wanted, documents, asker)

    async def _ask(self, asker: Asker, job: str, held: JobDocument) -> None:
        if held.lost >= self.settings.patience.lost:
            reason = f"{held.lost} workers ended while they asked about it: it is not tried again"
            return await self._note(job, held.number, "failed", reason, held.tries)
        if held.document is None:
            return None
        plan = await self._or_fail(job, self._plan(job))
        if plan is None:
            return None
        try:
            await extract(held.document, plan[0], asker, plan[1])
        except (Unauthorised, LimitReached) as error:
            self.halt(error)
            raise PutBack from None
        except SummarizerError as error:
            await self._failed(job, held, error)
        except Exception as error:  # noqa: BLE001 - noted with the document, its place in the log
            _log_mistake(job, error)
            await self._note(job, held.number, "failed", problem_of(error)["detail"], held.tries + 1)
        else:
            await self._note(job, held.number, "done", None, held.tries)
        return None

    async def _failed(self, job: str, held: JobDocument, error: SummarizerError) -> None:
        """Note a failed try, and try again later unless that is of no use."""
        if isinstance(error, LedgerError):
            raise error
        tries = held.tries + 1
        over = tries >= self.settings.patience.tries or isinstance(error, BadRequest)
        await self._note(job, held.number, "failed" if over else "waiting", str(error), tries)
        if not over:
            raise Later(self.settings.patience.after(tries))

    async def _note(self, job: str, number: int, state: str, reason: str | None, tries: int) -> None:
        def note() -> None:
            with self.ledger.writing() as session:
                JobDocuments(session, job).note(number, state, reason, tries=tries)

        await asyncio.to_thread(note)

    def _take(self, job: str, number: int) -> JobDocument | None:
        """Return a document, unless its job has ended or was removed."""
        with self.ledger.reading() as session:
            found = JobDocuments(session, job).get(number)
        if found is None or found[1] not in {"waiting", "running"}:
            return None
        if found[1] == "waiting":
            with self.ledger.writing() as session:
                Jobs(session).become(job, "running", of=["waiting"])
        return found[0]

    def _close(self, job: str) -> None:
        """Put the last step into the queue when no document waits; doing so twice is no harm."""
        with self.ledger.reading() as session:
            if JobDocuments(session, job).waits():
                return
        with self.ledger.writing() as session:
            record = _begun(session, job)
            if record is not None:
                self.queue.put(session, FINISH, record)

    async def _plan(self, job: str) -> tuple[Kind, Topic | None]:
        """Return the kind and the topic of a job; they are looked up once."""
        if job not in self._plans:
            record = await self._read_from(lambda session: Jobs(session).get(job))
            if record is None:
                raise LedgerError(f"{job} was removed.")
            topic = Topic.model_validate(record.request["topic"]) if record.request["topic"] else None
            self._plans[job] = load_kind(record.request["kind"]), topic
        return self._plans[job]

    async def _read_from(self, question: Callable[[Session], T]) -> T:
        def reading() -> T:
            with self.ledger.reading() as session:
                return question(session)

        return await asyncio.to_thread(reading)

    async def _or_fail(self, job: str, work: Coroutine[Any, Any, T]) -> T | None:
        """Do a step of a job. What cannot be put right by trying again ends the job with its reason."""
        try:
            return await work
        except (Unauthorised, LimitReached) as error:
            self.halt(error)
            raise PutBack from None
        except (Later, LedgerError):
            raise
        except Exception as error:  # noqa: BLE001 - kept as the job's problem, its place in the log
            if not isinstance(error, SummarizerError):
                _log_mistake(job, error)
            problem = problem_of(error)

        def end() -> None:
            with self.ledger.writing() as session:
                Jobs(session).end(job, system_clock(), problem)

        await asyncio.to_thread(end)
        LOG.info("job %s failed", job)
        return None


def _begun(session: Session, job: str) -> JobRecord | None:
    """Return a job that has not ended."""
    record = Jobs(session).get(job)
    return record if record is not None and record.state in {"waiting", "running"} else None


def planned(session: Session, record: JobRecord) -> Job:
    """Return what is to be made of a job's documents."""
    asked: dict[str, Any] = dict(record.request)
    earlier = None
    if asked["earlier"] == EARLIER:
        data = next(one.data for one in Jobs(session).files(record.id) if one.name == EARLIER)
        earlier = parse_brief(data.decode(), asked["kind"])
    elif asked["earlier"]:
        held = Jobs(session).get(asked["earlier"], owner=record.owner, brief=True)
        earlier = parse_brief(held.brief) if held and held.brief else None
    topic = Topic.model_validate(asked["topic"]) if asked["topic"] else None
    return Job(inputs=[], kind=asked["kind"], topic=topic, title=asked["title"], earlier=earlier)


def _log_mistake(job: str, error: BaseException) -> None:
    # Where it happened, without the error's words: they may hold a text.
    place = "".join(traceback.format_tb(error.__traceback__))
    LOG.error("job %s met a mistake of the program: %s\n%s", job, type(error).__name__, place)
