"""The jobs of the service: what is to be briefed, how far it has got, and what came of it."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    delete,
    func,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, undefer

from summarizer.ledger.models import Base, Instant, Packed, Prose
from summarizer.ledger.store import insert_new

__all__ = [
    "JobDocumentRow",
    "JobFile",
    "JobFileRow",
    "JobRecord",
    "JobRow",
    "JobState",
    "Jobs",
    "NewJob",
]

JobState = Literal["waiting", "running", "done", "failed", "cancelled"]


class JobRow(Base):
    """A job of the service."""

    __tablename__ = "jobs"
    __table_args__ = (UniqueConstraint("owner", "key"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner: Mapped[str] = mapped_column(String(200))
    """The name of the token that it came with."""
    key: Mapped[str | None] = mapped_column(String(200))
    """The idempotency key that the client gave."""
    fingerprint: Mapped[str] = mapped_column(String(64))
    """SHA-256 of what was asked for."""
    state: Mapped[str] = mapped_column(String(16), index=True)
    title: Mapped[str] = mapped_column(Text)
    created: Mapped[datetime.datetime] = mapped_column(Instant)
    ended: Mapped[datetime.datetime | None] = mapped_column(Instant)
    request: Mapped[Any] = mapped_column(Packed)
    """What was asked for, but the files."""
    problem: Mapped[Any | None] = mapped_column(Packed)
    """Why it failed."""
    brief: Mapped[str | None] = mapped_column(Prose, deferred=True)
    """The finished brief as JSON."""
    queue: Mapped[str | None] = mapped_column(String(100))
    """The queue of the workers that do it; None when the service does it itself."""


class JobDocumentRow(Base):
    """A document of a job that workers do, and how far it has got. Without its text once the job has ended well."""

    __tablename__ = "job_documents"
    __table_args__ = (
        Index(
            "ix_job_documents_waiting",
            "job",
            postgresql_where=text("state = 'waiting'"),
            sqlite_where=text("state = 'waiting'"),
        ),
    )

    job: Mapped[str] = mapped_column(ForeignKey("jobs.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    document: Mapped[str] = mapped_column(String(32))
    """The id of the document."""
    facts: Mapped[Any | None] = mapped_column(Packed)
    """All of the Document but its text."""
    text: Mapped[str | None] = mapped_column(Prose)
    origin: Mapped[str | None] = mapped_column(String(32))
    """The document whose text it copies: copies are not asked about."""
    state: Mapped[str] = mapped_column(String(16))
    """`waiting`, `done`, `failed` or `copy`."""
    reason: Mapped[Any | None] = mapped_column(Packed)
    """Why the last try failed."""
    tries: Mapped[int] = mapped_column(default=0)
    lost: Mapped[int] = mapped_column(default=0)
    """How many workers ended without a word while they had it."""


class JobFileRow(Base):
    """A file that was sent with a job; gone when the job has ended, since the brief holds the texts."""

    __tablename__ = "job_files"

    job: Mapped[str] = mapped_column(ForeignKey("jobs.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    data: Mapped[bytes] = mapped_column(LargeBinary)


@dataclass(frozen=True)
class JobFile:
    """A file that was sent with a job."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class NewJob:
    """What a client asks for."""

    owner: str
    key: str | None
    fingerprint: str
    title: str
    request: Mapping[str, Any]
    files: Sequence[JobFile]
    queue: str | None = None
    """The queue of the workers that are to do it."""


@dataclass(frozen=True)
class JobRecord:
    """A job as it is kept."""

    id: str
    owner: str
    fingerprint: str
    state: JobState
    title: str
    created: datetime.datetime
    ended: datetime.datetime | None
    request: Mapping[str, Any]
    problem: Mapping[str, Any] | None
    brief: str | None = field(default=None, repr=False)
    """Only where it was asked for."""
    queue: str | None = None


class Jobs:
    """The jobs of the service, within a session."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def add(self, new: NewJob, now: datetime.datetime) -> tuple[JobRecord, bool]:
        """Keep a job, unless its owner gave the same key before: then that job is returned, and False."""
        ident = f"j-{secrets.token_hex(8)}"
        added = insert_new(
            self.session,
            JobRow,
            id=ident,
            owner=new.owner,
            key=new.key,
            fingerprint=new.fingerprint,
            state="waiting",
            title=new.title,
            created=now,
            request=dict(new.request),
            queue=new.queue,
        )
        if not added:
            return _record(self.session.scalars(select(JobRow).where(*_keyed(new))).one()), False
        rows = [JobFileRow(job=ident, number=n, name=one.name, data=one.data) for n, one in enumerate(new.files)]
        self.session.add_all(rows)
        self.session.flush()
        return _record(self.session.get_one(JobRow, ident)), True

    def admit(self, new: NewJob, now: datetime.datetime, most_waiting: int) -> tuple[JobRecord, bool] | None:
        """Keep a job as `add` does; None when so many are to be done already, and it is not one of them."""
        counts = self.counts()
        if counts.get("waiting", 0) + counts.get("running", 0) >= most_waiting:
            return self.again(new)
        return self.add(new, now)

    def again(self, new: NewJob) -> tuple[JobRecord, bool] | None:
        """Return the job that the same key stands for, and False; None when there is none."""
        row = self.session.scalars(select(JobRow).where(*_keyed(new))).one_or_none() if new.key else None
        return None if row is None else (_record(row), False)

    def keyed(self, owner: str, key: str) -> JobRecord | None:
        """Return the job that a key of an owner stands for."""
        row = self.session.scalars(select(JobRow).where(JobRow.owner == owner, JobRow.key == key)).one_or_none()
        return None if row is None else _record(row)

    def get(self, ident: str, *, owner: str | None = None, brief: bool = False, lock: bool = False) -> JobRecord | None:
        """Return a job, if it is there and belongs to the owner; with its brief when that is asked for.

        With `lock`, nobody else changes it until the session ends.
        """
        found = select(JobRow).where(JobRow.id == ident)
        if owner is not None:
            found = found.where(JobRow.owner == owner)
        if lock:
            found = found.with_for_update()
        row = self.session.scalars(found.options(undefer(JobRow.brief)) if brief else found).one_or_none()
        return None if row is None else _record(row, brief=brief)

    def listed(self, owner: str | None, most: int = 100) -> list[JobRecord]:
        """Return the latest jobs of an owner, or of all, the newest first."""
        found = select(JobRow).order_by(JobRow.created.desc(), JobRow.id).limit(most)
        if owner is not None:
            found = found.where(JobRow.owner == owner)
        return [_record(row) for row in self.session.scalars(found)]

    def under_way(self) -> list[str]:
        """Return the jobs of workers that have not ended, oldest first."""
        found = select(JobRow.id).where(JobRow.queue.is_not(None), JobRow.state.in_(["waiting", "running"]))
        return list(self.session.scalars(found.order_by(JobRow.created, JobRow.id)))

    def counts(self) -> dict[str, int]:
        """Return how many jobs are in each state."""
        rows = self.session.execute(select(JobRow.state, func.count()).group_by(JobRow.state))
        return {state: count for state, count in rows}  # noqa: C416 - rows are not typed as pairs in every version

    def resume(self) -> list[str]:
        """Put what was running when the program ended among what waits, and return all that waits, oldest first.

        Jobs in the queue of the workers are none of it.
        """
        own = JobRow.queue.is_(None)
        self.session.execute(update(JobRow).where(own, JobRow.state == "running").values(state="waiting"))
        found = select(JobRow.id).where(own, JobRow.state == "waiting").order_by(JobRow.created, JobRow.id)
        return list(self.session.scalars(found))

    def take(self, ident: str) -> tuple[JobRecord, list[JobFile]] | None:
        """Note that a job runs now, and return it with its files; None when it has ended or was removed."""
        row = self.session.get(JobRow, ident)
        if row is None or row.state in {"done", "failed", "cancelled"}:
            return None
        row.state = "running"
        return _record(row), self.files(ident)

    def files(self, ident: str) -> list[JobFile]:
        """Return the files that were sent with a job, in their order."""
        found = self.session.scalars(select(JobFileRow).where(JobFileRow.job == ident).order_by(JobFileRow.number))
        return [JobFile(one.name, one.data) for one in found]

    def become(self, ident: str, state: JobState, *, of: Sequence[JobState]) -> bool:
        """Change the state of a job that is in one of some states; tell whether it was."""
        changed = update(JobRow).where(JobRow.id == ident, JobRow.state.in_(of))
        ended = {"ended": None} if state in {"waiting", "running"} else {}
        return bool(self.session.execute(changed.values(state=state, **ended)).rowcount)  # type: ignore[attr-defined]

    def asked(self, ident: str, request: Mapping[str, Any]) -> None:
        """Keep what is known of a request by now in place of what was."""
        self.session.execute(update(JobRow).where(JobRow.id == ident).values(request=dict(request)))

    def put_back(self, ident: str) -> None:
        """Let a job that was running wait again."""
        running = update(JobRow).where(JobRow.id == ident, JobRow.state == "running")
        self.session.execute(running.values(state="waiting"))

    def end(
        self, ident: str, now: datetime.datetime, result: str | Mapping[str, Any], title: str | None = None
    ) -> None:
        """Note what came of a job: its brief as JSON, with its title, or the problem that it failed by.

        What was sent is forgotten, unless documents failed that may be tried again.
        """
        row = self.session.get(JobRow, ident, with_for_update=True)
        if row is None or row.state == "cancelled":  # removed or cancelled while it ran
            return
        row.ended = now
        if isinstance(result, str):
            row.state, row.brief, row.title, row.problem = "done", result, title or row.title, None
        else:
            row.state, row.problem = "failed", dict(result)
        documents = self.session.scalars(select(JobDocumentRow.state).where(JobDocumentRow.job == ident)).all()
        if not documents or (row.state == "done" and "failed" not in documents):
            self._forget(ident)

    def _forget(self, ident: str) -> None:
        self.session.execute(delete(JobFileRow).where(JobFileRow.job == ident))
        texts = update(JobDocumentRow).where(JobDocumentRow.job == ident)
        self.session.execute(texts.values(facts=None, text=None))

    def remove(self, ident: str) -> None:
        """Forget a job, its files, its documents and its brief."""
        self.session.execute(delete(JobFileRow).where(JobFileRow.job == ident))
        self.session.execute(delete(JobDocumentRow).where(JobDocumentRow.job == ident))
        self.session.execute(delete(JobRow).where(JobRow.id == ident))


def _keyed(new: NewJob) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return JobRow.owner == new.owner, JobRow.key == new.key


def _record(row: JobRow, *, brief: bool = False) -> JobRecord:
    return JobRecord(
        id=row.id,
        owner=row.owner,
        fingerprint=row.fingerprint,
        state=row.state,  # type: ignore[arg-type]
        title=row.title,
        created=row.created,
        ended=row.ended,
        request=row.request,
        problem=row.problem,
        brief=row.brief if brief else None,
        queue=row.queue,
    )
