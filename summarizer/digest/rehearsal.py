"""Runs a digest over the days of what its sources hold already: to try it out, or to catch up on a past."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import replace

from summarizer.digest.day import DigestRun, Outcome, run_digest
from summarizer.digest.sources import read_sources
from summarizer.documents import Document
from summarizer.errors import NothingToRead
from summarizer.ledger import Briefs

__all__ = ["rehearse"]


async def rehearse(run: DigestRun) -> AsyncIterator[Outcome]:
    """Do one run for each day on which a document was published, as if it had run on that day.

    Documents without a date come on the first day. Days that the digest has done already are passed over.

    Raises:
        NothingToRead: there is no document.
        DigestError, LedgerError: as `run_digest` does.

    """
    documents, gaps = await read_sources(run.config)
    if not documents:
        raise NothingToRead("; ".join(f"{gap.source}: {gap.reason}" for gap in gaps) or "The sources hold no document.")
    by_day: dict[datetime.date, list[Document]] = defaultdict(list)
    first = min((one.published.date for one in documents if one.published.date), default=None)
    for document in documents:
        by_day[document.published.date or first or run.clock().date()].append(document)
    with run.ledger.reading() as session:
        latest = Briefs(session, run.config.name).latest()
    for day, some in sorted(by_day.items()):
        if latest is None or day > latest.day:
            morning = datetime.datetime.combine(day, run.config.time, run.config.zone)
            yield await run_digest(replace(run, documents=some, clock=lambda now=morning: now))  # type: ignore[misc]
