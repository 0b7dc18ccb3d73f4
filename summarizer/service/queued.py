"""The jobs of a service that leaves them to workers: put into the queue, and watched from here."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field, replace

from summarizer.api import Event
from summarizer.digest.clock import system_clock
from summarizer.errors import InputError, LedgerError
from summarizer.ledger import JobDocuments, JobRecord, Jobs, NewJob
from summarizer.queueing import Queue, remove
from summarizer.queueing.queue import READ
from summarizer.service.courses import Course, Watched
from summarizer.service.metrics import Metrics

__all__ = ["QueueRunner"]

LOG = logging.getLogger("summarizer.service")

LOOK_SECONDS = 1.0


@dataclass
class _Seen:
    """How far a job had come at the last look."""

    total: int = 0
    done: int = 0
    failed: set[str] = field(default_factory=set)
    finishing: bool = False


class QueueRunner(Watched):
    """Puts jobs into the queue in place of doing them. Any number of services may share a ledger."""

    def __init__(self, queue: Queue, metrics: Metrics) -> None:
        super().__init__()
        self.queue, self.ledger, self.metrics = queue, queue.ledger, metrics
        self._seen: dict[str, _Seen] = {}
        self._task: asyncio.Task[None] | None = None

    @property
    def alive(self) -> bool:
        """Whether jobs are watched."""
        return self._task is not None and not self._task.done() and not self.stopping

    async def start(self) -> None:
        """Begin to watch the jobs."""
        self._task = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """End. The jobs go on."""
        self.hang_up()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def submit(self, new: NewJob, most_waiting: int) -> tuple[JobRecord, bool] | None:
        """Keep a job and put it into the queue; None when too many wait. Blocks: call it in a thread."""
        with self.ledger.writing() as session:
            kept = Jobs(session).admit(replace(new, queue=self.queue.name), system_clock(), most_waiting)
            if kept is not None and kept[1]:
                self.queue.put(session, READ, kept[0])
            return kept

    def queued(self, ident: str) -> None:
        """Watch a job that was kept."""
        self.courses.setdefault(ident, Course())

    async def remove(self, ident: str) -> None:
        """Stop a job and forget it."""

        def forget() -> None:
            try:
                remove(self.queue, ident)
            except InputError:  # a job that a service did by itself
                with self.ledger.writing() as session:
                    Jobs(session).remove(ident)

        await asyncio.to_thread(forget)
        self._close(ident)

    async def _watch(self) -> None:
        while True:
            before = set(self.courses)  # a job may come while we look
            try:
                under_way = await asyncio.to_thread(self._look)
            except LedgerError as error:
                LOG.warning("jobs cannot be watched: %s", error)
            else:
                for ident, (counts, reasons) in under_way.items():
                    self._tell(ident, counts, reasons)
                for ident in before - set(under_way):
                    self._close(ident)
            await asyncio.sleep(LOOK_SECONDS)

    def _look(self) -> dict[str, tuple[dict[str, int], dict[str, str]]]:
        """Return for each job under way how many documents are in each state, and why those failed that did."""
        found = {}
        with self.ledger.reading() as session:
            for ident in Jobs(session).under_way():
                documents = JobDocuments(session, ident)
                counts = documents.counts()
                failed = documents.reasons() if counts.get("failed") else []
                found[ident] = counts, {one.id: one.reason or "" for one in failed if one.state == "failed"}
        return found

    def _tell(self, ident: str, counts: dict[str, int], reasons: dict[str, str]) -> None:
        """Tell those who watch a job what is new since the last look."""
        course = self.courses.setdefault(ident, Course())
        seen = self._seen.setdefault(ident, _Seen())
        total = sum(counts.values()) - counts.get("copy", 0)
        done = counts.get("done", 0) + counts.get("failed", 0)
        if total and not seen.total:
            read = total + counts.get("copy", 0)
            course.tell(Event("read", f"{read} documents", read, read))
        for document in reasons.keys() - seen.failed:
            course.tell(Event("extract", document, done, total, reasons[document]))
        if done > seen.done:
            course.tell(Event("extract", "documents", done, total))
        if total and done == total and not seen.finishing:
            course.tell(Event("reconcile", "names", 0, 1))
        seen.total, seen.done, seen.failed, seen.finishing = total, done, set(reasons), bool(total and done == total)

    def _close(self, ident: str) -> None:
        self._seen.pop(ident, None)
        self.close_course(ident)
