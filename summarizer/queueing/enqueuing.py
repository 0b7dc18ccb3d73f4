"""Puts jobs into the queue, and takes them out again: each call is one transaction, all of it or nothing."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from summarizer.api import Job
from summarizer.claims import Gap
from summarizer.digest.clock import system_clock
from summarizer.documents import Document
from summarizer.errors import InputError
from summarizer.kinds import built_in_kinds, load_kind
from summarizer.ledger import JobDocuments, JobFile, JobRecord, Jobs, NewJob
from summarizer.queueing.queue import DOCUMENT, FINISH, READ, Queue
from summarizer.reading import Reading, aread
from summarizer.submissions import OWNER

__all__ = ["EARLIER", "cancel", "enqueue", "keep_documents", "remove", "retry"]

EARLIER = "earlier.json"
"""The name of the file that an earlier brief is kept in, for a job that is to tell what changed."""


async def enqueue(queue: Queue, job: Job) -> str:
    """Read the inputs of a job here and now, and put their documents into the queue.

    Returns:
        The id of the job.

    Raises:
        InputError: an input that was named does not exist, or nothing could be read.
        KindError: the kind of brief cannot work.
        LedgerError: the ledger cannot be written; nothing was enqueued then.

    """
    load_kind(job.kind)
    reading = await aread(job.inputs, job.reading)
    return await asyncio.to_thread(_enqueue, queue, job, reading)


def _enqueue(queue: Queue, job: Job, reading: Reading) -> str:
    earlier = [] if job.earlier is None else [JobFile(EARLIER, job.earlier.model_dump_json(by_alias=True).encode())]
    new = NewJob(
        owner=OWNER,
        key=None,
        fingerprint=hashlib.sha256("\n".join(one.id for one in reading.documents).encode()).hexdigest(),
        title=job.title or (job.topic.title if job.topic else None) or _title(reading.documents),
        request={
            "kind": job.kind if job.kind in built_in_kinds() else str(Path(job.kind).resolve()),
            "title": job.title,
            "topic": job.topic.model_dump(mode="json") if job.topic else None,
            "earlier": EARLIER if earlier else None,
        },
        files=earlier,
        queue=queue.name,
    )
    with queue.ledger.writing() as session:
        record, _ = Jobs(session).add(new, system_clock())
        keep_documents(session, queue, record, reading)
    return record.id


def keep_documents(session: Any, queue: Queue, record: JobRecord, reading: Reading) -> None:
    """Keep what was read for a job, and put a task for each document into the queue."""
    numbers = JobDocuments(session, record.id).add(reading.documents, reading.origins)
    gaps = [{"source": gap.source, "reason": gap.reason} for gap in reading.gaps]
    Jobs(session).asked(record.id, {**record.request, "gaps": gaps})
    queue.put(session, DOCUMENT, record, numbers)


def retry(queue: Queue, ident: str) -> int:
    """Let the failed documents of a job be asked about again, and go on with one that was cancelled.

    Returns:
        How many documents wait now; 0 when only the last step is done again.

    Raises:
        InputError: there is no such job, it has not ended, or there is nothing to try again.

    """
    with queue.ledger.writing() as session:
        record = _known(Jobs(session), ident)
        if record.state in {"waiting", "running"}:
            raise InputError(f"{ident} is {record.state}: there is nothing to try again. See: summarizer jobs show")
        queue.clear(session, ident)
        documents = JobDocuments(session, ident)
        if not {"gaps", "digest"} & record.request.keys():  # cancelled before it was read
            Jobs(session).become(ident, "waiting", of=[record.state])
            queue.put(session, READ, record)
            return 0
        documents.try_again()
        waiting = documents.waiting()
        last_step = record.state != "done" and (documents.counts() or "digest" in record.request)
        if not waiting and not last_step:
            raise InputError(f"{ident} has no document to try again. Enqueue what it should hold as a new job")
        Jobs(session).become(ident, "waiting", of=[record.state])
        if waiting:
            queue.put(session, DOCUMENT, record, waiting)
        else:
            queue.put(session, FINISH, record)
    return len(waiting)


def cancel(queue: Queue, ident: str) -> None:
    """Stop a job. What was answered is kept; requests that are under way come to their end.

    Raises:
        InputError: there is no such job, or it has ended.

    """
    with queue.ledger.writing() as session:
        record = _known(Jobs(session), ident)
        if not Jobs(session).become(ident, "cancelled", of=["waiting", "running"]):
            raise InputError(f"{ident} is {record.state}: there is nothing to cancel")
        queue.clear(session, ident)


def remove(queue: Queue, ident: str) -> None:
    """Stop a job and forget it, with its documents and its brief. Raises InputError when there is none."""
    with queue.ledger.writing() as session:
        _known(Jobs(session), ident)
        queue.clear(session, ident)
        Jobs(session).remove(ident)


def gaps_of(record: JobRecord) -> tuple[Gap, ...]:
    """Return what could not be read of a job."""
    return tuple(Gap(source=one["source"], stage="read", reason=one["reason"]) for one in record.request["gaps"])


def _known(jobs: Jobs, ident: str) -> JobRecord:
    record = jobs.get(ident)
    if record is None:
        raise InputError(f"There is no job {ident}. See: summarizer jobs")
    if record.queue is None:
        raise InputError(f"{ident} is a job of the service itself, not of workers. Use the service")
    return record


def _title(documents: Sequence[Document]) -> str:
    """Return what a job is called until its brief has a title."""
    name = "".join(letter for letter in documents[0].label if letter.isprintable()) or documents[0].id
    return name if len(documents) == 1 else f"{name} and {len(documents) - 1} more"
