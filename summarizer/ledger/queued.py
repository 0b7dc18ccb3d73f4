"""The documents of the jobs that workers do: stored once, asked about one by one, and how far each has got."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Table, bindparam, func, insert, null, select, update
from sqlalchemy.orm import Session

from summarizer.documents import Document
from summarizer.ledger.jobs import JobDocumentRow, JobRow

__all__ = ["JobDocument", "JobDocuments"]

_AT_ONCE = 500


@dataclass(frozen=True)
class JobDocument:
    """A document of a job as it is kept."""

    number: int
    id: str
    document: Document | None = field(repr=False)
    """None when its text was forgotten, since its job has ended well."""
    origin: str | None
    state: str
    """`waiting`, `done`, `failed` or `copy`."""
    reason: str | None
    tries: int
    """Failed tries so far."""
    lost: int
    """How many workers ended without a word while they had it."""


class JobDocuments:
    """The documents of one job, within a session."""

    def __init__(self, session: Session, job: str) -> None:
        self.session, self.job = session, job

    def add(self, documents: Sequence[Document], origins: Mapping[str, str]) -> list[int]:
        """Keep the documents of a job, in their order. Returns the numbers of those that are to be asked about."""
        rows = [
            {
                "job": self.job,
                "number": number,
                "document": one.id,
                "facts": one.model_dump(exclude={"text"}),
                "text": one.text,
                "origin": origins.get(one.id),
                "state": "copy" if one.id in origins else "waiting",
                "tries": 0,
                "lost": 0,
            }
            for number, one in enumerate(documents)
        ]
        for start in range(0, len(rows), _AT_ONCE):
            self.session.execute(insert(JobDocumentRow), rows[start : start + _AT_ONCE])
        return [number for number, one in enumerate(documents) if one.id not in origins]

    def get(self, number: int) -> tuple[JobDocument, str] | None:
        """Return a document with the state of its job; None when the job was removed."""
        found = (
            select(JobDocumentRow.__table__, JobRow.state.label("job_state"))
            .join(JobRow, JobRow.id == JobDocumentRow.job)
            .where(JobDocumentRow.job == self.job, JobDocumentRow.number == number)
        )
        row = self.session.execute(found).one_or_none()
        return None if row is None else (_document(row), row.job_state)

    def all(self) -> list[JobDocument]:
        """Return the documents in their order."""
        found = select(JobDocumentRow.__table__).where(JobDocumentRow.job == self.job)
        return [_document(row) for row in self.session.execute(found.order_by(JobDocumentRow.number))]

    def reasons(self) -> list[JobDocument]:
        """Return the documents that a try has failed of, without their texts."""
        columns = [one for one in JobDocumentRow.__table__.columns if one.name not in {"facts", "text"}]
        found = select(*columns, null().label("facts")).where(JobDocumentRow.job == self.job)
        rows = self.session.execute(found.where(JobDocumentRow.reason.is_not(None)).order_by(JobDocumentRow.number))
        return [_document(row) for row in rows]

    def note(self, number: int, state: str, reason: str | None = None, *, tries: int = 0) -> None:
        """Note how far a document has got. What is done stays done."""
        row = update(JobDocumentRow).where(
            JobDocumentRow.job == self.job, JobDocumentRow.number == number, JobDocumentRow.state != "done"
        )
        self.session.execute(row.values(state=state, reason=reason, tries=tries))

    def lost(self, numbers: Sequence[int]) -> None:
        """Note that the worker which had these documents ended without a word."""
        row = update(cast("Table", JobDocumentRow.__table__)).where(
            JobDocumentRow.job == self.job, JobDocumentRow.number == bindparam("which")
        )
        if numbers:
            self.session.execute(row.values(lost=JobDocumentRow.lost + 1), [{"which": one} for one in numbers])

    def waits(self) -> bool:
        """Tell whether any document is still to be asked about."""
        found = select(JobDocumentRow.number).where(JobDocumentRow.job == self.job, JobDocumentRow.state == "waiting")
        return self.session.execute(found.limit(1)).first() is not None

    def waiting(self) -> list[int]:
        """Return the numbers of the documents that are still to be asked about."""
        found = select(JobDocumentRow.number).where(JobDocumentRow.job == self.job, JobDocumentRow.state == "waiting")
        return list(self.session.scalars(found.order_by(JobDocumentRow.number)))

    def counts(self) -> dict[str, int]:
        """Return how many documents are in each state."""
        rows = self.session.execute(
            select(JobDocumentRow.state, func.count())
            .where(JobDocumentRow.job == self.job)
            .group_by(JobDocumentRow.state)
        )
        return {state: count for state, count in rows}  # noqa: C416 - rows are not typed as pairs in every version

    def try_again(self) -> int:
        """Let the documents that failed wait again, as if they had not been tried. Returns how many."""
        failed = update(JobDocumentRow).where(JobDocumentRow.job == self.job, JobDocumentRow.state == "failed")
        done = self.session.execute(failed.values(state="waiting", reason=None, tries=0, lost=0))
        return int(done.rowcount)  # type: ignore[attr-defined]


def _document(row: Any) -> JobDocument:
    held = None if row.facts is None else Document.model_validate({**row.facts, "text": row.text})
    return JobDocument(row.number, row.document, held, row.origin, row.state, row.reason, row.tries, row.lost)
