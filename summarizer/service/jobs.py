"""Runs the jobs of the service: a few at a time, each one call of `abrief`."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import logging
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from summarizer.api import abrief
from summarizer.claims import Brief
from summarizer.digest.clock import Clock, system_clock
from summarizer.errors import DigestError, LedgerError, SummarizerError
from summarizer.kinds import parse_brief
from summarizer.ledger import JobFile, JobRecord, Jobs, Ledger, Lock, NewJob
from summarizer.reading import ReadSettings
from summarizer.rendering import render
from summarizer.service.courses import Course, Watched
from summarizer.service.metrics import Metrics
from summarizer.settings import AskSettings
from summarizer.submissions import BriefRequest, job_of, problem_of

__all__ = ["Runner", "Work"]

BEAT_SECONDS = 30
RETRY_SECONDS = 5
LOG = logging.getLogger("summarizer.service")


@dataclass(frozen=True)
class Work:
    """How jobs are done."""

    settings: AskSettings
    at_once: int = 2
    """Jobs that run at the same time; they share the settings' limits on requests."""
    reading: ReadSettings = field(default_factory=ReadSettings)

    @property
    def share(self) -> AskSettings:
        """The settings of one job: with its part of what may be in flight and go out in a minute."""
        limits = {name: getattr(self.settings, name) for name in ("concurrency", "rpm", "tpm")}
        parts = {name: max(1, most // self.at_once) for name, most in limits.items() if most}
        return self.settings.model_copy(update=parts)


class Runner(Watched):
    """The jobs of one service. `start` it and `stop` it; one runner at a time works on a ledger."""

    def __init__(self, ledger: Ledger, work: Work, metrics: Metrics, clock: Clock = system_clock) -> None:
        super().__init__()
        self.ledger, self.work, self.metrics, self.clock = ledger, work, metrics, clock
        self._queue: asyncio.Queue[str] = asyncio.Queue()
        self._running: dict[str, asyncio.Task[Brief]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._lock = Lock(ledger, "the service", clock)

    @property
    def alive(self) -> bool:
        """Whether jobs are being done."""
        return bool(self._tasks) and not self.stopping and not any(task.done() for task in self._tasks)

    async def start(self) -> None:
        """Go on with what was waiting and running when the program ended.

        Raises DigestError when another service works on this ledger.
        """
        # Loading the model's client takes a second: not while the first job keeps others waiting.
        await asyncio.to_thread(importlib.import_module, "summarizer.asking.client")
        try:
            await asyncio.to_thread(self._lock.take)
        except SummarizerError as error:
            self.refused = error
            raise
        for ident in await asyncio.to_thread(self._resume):
            self._enqueue(ident)
        works = [self._work() for _ in range(self.work.at_once)]
        self._tasks = [asyncio.create_task(one) for one in (*works, self._beat())]

    async def stop(self) -> None:
        """End. What runs is put back: the next start goes on with it, and finds the replies that had come."""
        self.hang_up()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with contextlib.suppress(LedgerError):
            await asyncio.to_thread(self._lock.release)

    def submit(self, new: NewJob, most_waiting: int) -> tuple[JobRecord, bool] | None:
        """Keep a job; None when too many wait. Blocks: call it in a thread, then `queued` in the loop."""
        with self.ledger.writing() as session:
            return Jobs(session).admit(new, self.clock(), most_waiting)

    def queued(self, ident: str) -> None:
        """Take up a job that was kept."""
        if ident not in self.courses:
            self._enqueue(ident)

    async def remove(self, ident: str) -> None:
        """Stop a job, if it runs, and forget it."""
        if ident in self._running:
            self._running[ident].cancel()
        await asyncio.to_thread(self._remove, ident)
        self.close_course(ident)

    def _enqueue(self, ident: str) -> None:
        self.courses[ident] = Course()
        self._queue.put_nowait(ident)

    async def _work(self) -> None:
        while True:
            ident = await self._queue.get()
            try:
                taken = await asyncio.to_thread(self._take, ident)
                if taken is not None and ident in self.courses:  # else it was removed
                    await self._run(*taken)
            except LedgerError as error:
                LOG.warning("job %s is tried again: %s", ident, error)
                await asyncio.sleep(RETRY_SECONDS)
                self._queue.put_nowait(ident)
                continue
            self.close_course(ident)

    async def _run(self, record: JobRecord, files: Sequence[JobFile]) -> None:
        start = time.monotonic()
        LOG.info("job %s runs", record.id)
        task = asyncio.create_task(self._brief(record, files))
        self._running[record.id] = task
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:  # the service stops
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await asyncio.to_thread(self._put_back, record.id)
            raise
        finally:
            del self._running[record.id]
        if task.cancelled():  # the job was removed
            return
        failure = task.exception()
        made = None if failure else task.result()
        result = await asyncio.to_thread(_result, made, failure)
        await asyncio.to_thread(self._end, record.id, result, made.title if made else None)
        state = "failed" if failure else "done"
        self.metrics.ended(state, time.monotonic() - start, made)
        LOG.info("job %s %s", record.id, state)

    async def _brief(self, record: JobRecord, files: Sequence[JobFile]) -> Brief:
        asked = BriefRequest.model_validate(record.request)
        earlier = await asyncio.to_thread(self._earlier, record) if asked.earlier else None
        job = job_of(asked, files, earlier, self.work.reading)
        return await abrief(job, self.work.share, self.courses[record.id].tell)

    async def _beat(self) -> None:
        """Give a sign of life; when the ledger was taken over, stop working on it."""
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            try:
                await asyncio.to_thread(self._lock.beat)
            except DigestError:
                LOG.error("another service has taken over this ledger: no more jobs are done here")  # noqa: TRY400
                for task in self._tasks:
                    task.cancel()
            except LedgerError as error:
                LOG.warning("no sign of life: %s", error)

    def _resume(self) -> list[str]:
        with self.ledger.writing() as session:
            return Jobs(session).resume()

    def _take(self, ident: str) -> tuple[JobRecord, list[JobFile]] | None:
        with self.ledger.writing() as session:
            return Jobs(session).take(ident)

    def _put_back(self, ident: str) -> None:
        with self.ledger.writing() as session:
            Jobs(session).put_back(ident)

    def _end(self, ident: str, result: str | dict[str, Any], title: str | None) -> None:
        # A title may hold what no text column takes: NUL, half a surrogate pair.
        plain = None if title is None else "".join(letter for letter in title if letter.isprintable())
        with self.ledger.writing() as session:
            Jobs(session).end(ident, self.clock(), result, plain)

    def _remove(self, ident: str) -> None:
        with self.ledger.writing() as session:
            Jobs(session).remove(ident)

    def _earlier(self, record: JobRecord) -> Brief | None:
        with self.ledger.reading() as session:
            earlier = Jobs(session).get(record.request["earlier"], owner=record.owner, brief=True)
        return parse_brief(earlier.brief) if earlier and earlier.brief else None


def _result(made: Brief | None, failure: BaseException | None) -> str | dict[str, Any]:
    """Return what is kept of a job: the brief as JSON, or why there is none."""
    if made is not None:
        return render(made, "json")
    assert failure is not None  # noqa: S101 - one of the two is there
    if not isinstance(failure, SummarizerError):
        # Where it happened, without the error's words: they may hold a text.
        place = "".join(traceback.format_tb(failure.__traceback__))
        LOG.error("a job failed by a mistake of the program: %s\n%s", type(failure).__name__, place)
    return problem_of(failure)
