"""Digests on the queue: when one is due its new documents are asked about by any worker, then one run makes the day.

Procrastinate forgets periodic tasks that were missed by more than ten minutes. So one comes every minute and asks what
is due: a day is also made when all workers were down at its time.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from typing import Any

from summarizer.digest import DigestRun, run_digest, take_in
from summarizer.digest.clock import system_clock
from summarizer.documents import Document
from summarizer.errors import NothingToRead
from summarizer.ledger import Briefs, JobDocuments, Jobs, Ledger, NewJob
from summarizer.queueing.finishing import Made
from summarizer.queueing.queue import DOCUMENT, FINISH, Queue
from summarizer.queueing.settings import Digest, shared_allowance
from summarizer.submissions import OWNER
from summarizer.topics import load_topic

__all__ = ["begin_day", "make_day"]


async def begin_day(queue: Queue, digest: Digest, moment: datetime.datetime) -> str | None:
    """Begin the day of a digest when it is due and nobody has begun it.

    Returns:
        The id of the day's job; None when there is nothing to begin.

    Raises:
        DigestError: another run holds the digest.

    """
    day = moment.astimezone(digest.config.zone).date()
    if not _due(queue.ledger, digest, moment, day):
        return None
    documents = [] if digest.budgeted else await take_in(_run_of(queue.ledger, digest))
    return _enqueue(queue, digest, day, documents)


async def make_day(ledger: Ledger, digest: Digest) -> Made:
    """Do the ordinary run of a digest, which finds the replies about its documents in the ledger.

    Raises:
        NothingToRead: there is no brief yet: nothing has come at all.
        DigestError: another run holds the digest.

    """
    await run_digest(_run_of(ledger, digest))
    with ledger.reading() as session:
        kept = Briefs(session, digest.config.name).latest()
    if kept is None:
        raise NothingToRead(f"{digest.config.name} has no brief yet: no document has come.")
    title = f"{digest.config.title}, {kept.day}"
    return Made(json.dumps(kept.brief, indent=2), title, passing=False)


def _due(ledger: Ledger, digest: Digest, moment: datetime.datetime, day: datetime.date) -> bool:
    """Tell whether the time of the day has come, and no run has made it yet."""
    at = datetime.datetime.combine(day, digest.config.time, digest.config.zone)
    if moment < at:
        return False
    with ledger.reading() as session:
        begun = Jobs(session).keyed(OWNER, _key(digest, day))
        runs = Briefs(session, digest.config.name).runs()
    return begun is None and not any(one.day == day and one.state == "done" for one in runs)


def _enqueue(queue: Queue, digest: Digest, day: datetime.date, documents: Sequence[Document]) -> str | None:
    config = digest.config
    topic = load_topic(config.at(config.topic)) if config.topic else None
    key = _key(digest, day)
    request: dict[str, Any] = {
        "kind": config.kind,
        "title": config.title,
        "topic": topic.model_dump(mode="json") if topic else None,
        "earlier": None,
        "gaps": [],
        "digest": config.name,
    }
    new = NewJob(OWNER, key, key, f"{config.title}, {day}", request, [], digest.queue)
    with queue.ledger.writing() as session:
        record, fresh = Jobs(session).add(new, system_clock())
        if not fresh:
            return None
        numbers = JobDocuments(session, record.id).add(documents, {})
        if numbers:
            queue.put(session, DOCUMENT, record, numbers)
        else:
            queue.put(session, FINISH, record)
    return record.id


def _run_of(ledger: Ledger, digest: Digest) -> DigestRun:
    shared = shared_allowance(ledger, digest.asking)
    return DigestRun(digest.config, ledger, digest.asking, digest.secrets, allowance=shared)


def _key(digest: Digest, day: datetime.date) -> str:
    return f"{digest.queue} {day}"
