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
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, undefer

from summarizer.ledger.models import Base, Instant, Packed, Prose
from summarizer.ledger.store import insert_new

__all__ = ["JobFile", "JobFileRow", "JobRecord", "JobRow", "JobState", "Jobs", "NewJob"]

JobState = Literal["waiting", "running", "done", "failed"]


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
        )
        if not added:
            return _record(self.session.scalars(select(JobRow).where(*_keyed(new))).one()), False
        rows = [JobFileRow(job=ident, number=n, name=one.name, data=one.data) for n, one in enumerate(new.files)]
        self.session.add_all(rows)
        self.session.flush()
        return _record(self.session.get_one(JobRow, ident)), True

    def again(self, new: NewJob) -> tuple[JobRecord, bool] | None:
        """Return the job that the same key stands for, and False; None when there is none."""
        row = self.session.scalars(select(JobRow).where(*_keyed(new))).one_or_none() if new.key else None
        return None if row is None else (_record(row), False)

    def get(self, ident: str, *, owner: str | None = None, brief: bool = False) -> JobRecord | None:
        """Return a job, if it is there and belongs to the owner; with its brief when that is asked for."""
        found = select(JobRow).where(JobRow.id == ident)
        if owner is not None:
            found = found.where(JobRow.owner == owner)
        row = self.session.scalars(found.options(undefer(JobRow.brief)) if brief else found).one_or_none()
        return None if row is None else _record(row, brief=brief)

    def listed(self, owner: str, most: int = 100) -> list[JobRecord]:
        """Return the latest jobs of an owner, the newest first."""
        found = select(JobRow).where(JobRow.owner == owner).order_by(JobRow.created.desc(), JobRow.id).limit(most)
        return [_record(row) for row in self.session.scalars(found)]

    def counts(self) -> dict[str, int]:
        """Return how many jobs are in each state."""
        rows = self.session.execute(select(JobRow.state, func.count()).group_by(JobRow.state))
        return {state: count for state, count in rows}  # noqa: C416 - rows are not typed as pairs in every version

    def resume(self) -> list[str]:
        """Put what was running when the program ended among what waits, and return all that waits, oldest first."""
        self.session.execute(update(JobRow).where(JobRow.state == "running").values(state="waiting"))
        found = select(JobRow.id).where(JobRow.state == "waiting").order_by(JobRow.created, JobRow.id)
        return list(self.session.scalars(found))

    def take(self, ident: str) -> tuple[JobRecord, list[JobFile]] | None:
        """Note that a job runs now, and return it with its files; None when it has ended or was removed."""
        row = self.session.get(JobRow, ident)
        if row is None or row.state in {"done", "failed"}:
            return None
        row.state = "running"
        files = self.session.scalars(select(JobFileRow).where(JobFileRow.job == ident).order_by(JobFileRow.number))
        return _record(row), [JobFile(one.name, one.data) for one in files]

    def put_back(self, ident: str) -> None:
        """Let a job that was running wait again."""
        running = update(JobRow).where(JobRow.id == ident, JobRow.state == "running")
        self.session.execute(running.values(state="waiting"))

    def end(
        self, ident: str, now: datetime.datetime, result: str | Mapping[str, Any], title: str | None = None
    ) -> None:
        """Note what came of a job: its brief as JSON, with its title, or the problem that it failed by.

        Its files are forgotten.
        """
        row = self.session.get(JobRow, ident)
        if row is None:  # removed while it ran
            return
        row.ended = now
        if isinstance(result, str):
            row.state, row.brief, row.title = "done", result, title or row.title
        else:
            row.state, row.problem = "failed", dict(result)
        self.session.execute(delete(JobFileRow).where(JobFileRow.job == ident))

    def remove(self, ident: str) -> None:
        """Forget a job, its files and its brief."""
        self.session.execute(delete(JobFileRow).where(JobFileRow.job == ident))
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
    )
