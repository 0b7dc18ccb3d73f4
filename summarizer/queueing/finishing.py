"""The last step of a job: the ordinary trip over all its documents, whose replies are in the ledger by now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from summarizer.api import Job, to_brief
from summarizer.asking import Asker
from summarizer.claims import Gap
from summarizer.errors import ModelError, Unreachable
from summarizer.kinds import load_kind
from summarizer.ledger import JobDocument, JobRecord
from summarizer.queueing.enqueuing import gaps_of
from summarizer.reading import Reading
from summarizer.rendering import render
from summarizer.trip import Trip

__all__ = ["Made", "finished"]


@dataclass(frozen=True)
class Made:
    """A finished brief."""

    text: str = field(repr=False)
    """As JSON."""
    title: str
    """Without what no text column takes."""
    passing: bool
    """A step failed by a fault that may pass, so that the brief is poorer than it need be."""


async def finished(record: JobRecord, job: Job, documents: Sequence[JobDocument], asker: Asker) -> Made:
    """Make the brief of a job. Documents that failed are gaps and are not asked about again.

    Raises:
        ModelError: every document failed, or the key was refused.

    """
    failed = {one.id: one.reason or "" for one in documents if one.state == "failed"}
    if failed and len(failed) == sum(one.origin is None for one in documents):
        raise ModelError(_for_all(list(failed.values())))
    reading = Reading(
        documents=tuple(one.document for one in documents if one.document is not None and one.id not in failed),
        gaps=gaps_of(record),
        warnings={},
        origins={one.id: one.origin for one in documents if one.origin is not None},
    )
    trip = Trip(load_kind(job.kind), asker, job.topic)
    trip.gaps += [Gap(source=ident, stage="extract", reason=reason) for ident, reason in failed.items()]
    brief = await to_brief(job, trip, reading)
    title = "".join(letter for letter in brief.title if letter.isprintable())
    return Made(render(brief, "json"), title, any(isinstance(error, Unreachable) for error in trip.errors))


def _for_all(reasons: Sequence[str]) -> str:
    """Word why no document could be briefed: once when the reason is the same."""
    if len(set(reasons)) == 1:
        return reasons[0]
    return f"No document could be briefed. {len(reasons)} failed, the first: {reasons[0]}"
