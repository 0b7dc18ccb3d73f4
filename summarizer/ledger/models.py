"""The tables of the ledger. What changes here needs a migration in `migrations/versions`.

Texts and JSON are kept so that every database takes them: article text as bytes (it may hold characters that no
text column stores), JSON as plain ASCII, instants as ISO text in UTC.
"""

from __future__ import annotations

import datetime
import json
from typing import Any

from sqlalchemy import Date, Dialect, ForeignKey, LargeBinary, String, Text, TypeDecorator, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

__all__ = [
    "ApartRow",
    "Base",
    "BriefRow",
    "ClaimRow",
    "CorrectionRow",
    "DigestRow",
    "DocumentRow",
    "EntryRow",
    "ExtractionRow",
    "IssueRow",
    "LockRow",
    "NameRow",
    "OutboxRow",
    "PartyRow",
    "PersonRow",
    "ReplyRow",
    "RunRow",
    "WordingRow",
]


class Packed(TypeDecorator[Any]):
    """A JSON value as ASCII text: lone surrogates and NUL pass through every database."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Write the value as JSON."""
        return None if value is None else json.dumps(value, separators=(",", ":"), default=_plain)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002 - SQLAlchemy's signature
        """Read the value from JSON."""
        return None if value is None else json.loads(value)


class Prose(TypeDecorator[str]):
    """A text of any characters, as UTF-8 bytes."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002
        """Write the text as bytes."""
        return None if value is None else value.encode("utf-8", "surrogatepass")

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Read the text from bytes."""
        return None if value is None else bytes(value).decode("utf-8", "surrogatepass")


class Instant(TypeDecorator[datetime.datetime]):
    """A moment with its time zone, kept in UTC."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime.datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Write the moment in UTC."""
        return None if value is None else value.astimezone(datetime.UTC).isoformat()

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime.datetime | None:  # noqa: ARG002
        """Read the moment."""
        return None if value is None else datetime.datetime.fromisoformat(value)


def _plain(value: Any) -> str:
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


class Base(DeclarativeBase):
    """What all tables share."""


class DigestRow(Base):
    """One digest. Several may share a ledger; what they know of names is their own."""

    __tablename__ = "digests"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)


class DocumentRow(Base):
    """A document as it was read."""

    __tablename__ = "documents"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    facts: Mapped[Any] = mapped_column(Packed)
    """All of the Document but its text."""
    text: Mapped[str] = mapped_column(Prose)


class EntryRow(Base):
    """A document in a digest: when it came, and how far it has got."""

    __tablename__ = "entries"

    digest: Mapped[str] = mapped_column(ForeignKey("digests.name"), primary_key=True)
    document: Mapped[str] = mapped_column(ForeignKey("documents.id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    """`waiting` for the model, `extracted`, `given_up`."""
    seen: Mapped[datetime.date] = mapped_column(Date)
    """The day of the digest on which it came."""
    origin: Mapped[str | None] = mapped_column(String(32))
    """The document whose text it copies."""
    tries: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str | None] = mapped_column(Text)
    """Why the last try failed."""


class ExtractionRow(Base):
    """What a document says, as one reply of the model told it. A later one of the same document replaces it."""

    __tablename__ = "extractions"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    digest: Mapped[str] = mapped_column(ForeignKey("digests.name"), index=True)
    document: Mapped[str] = mapped_column(ForeignKey("documents.id"), index=True)
    made: Mapped[datetime.datetime] = mapped_column(Instant)
    recipe: Mapped[Any] = mapped_column(Packed)
    """Model, prompt and schema that it was made with."""
    found: Mapped[Any] = mapped_column(Packed)
    """All of the Extracted but its document and its claims."""
    reconciled: Mapped[bool] = mapped_column(default=False)
    compared: Mapped[bool] = mapped_column(default=False)
    """Its claims were compared with those of other documents."""
    since: Mapped[int | None] = mapped_column(ForeignKey("briefs.id"))
    """The first brief that holds it."""


class ClaimRow(Base):
    """A claim with its evidence, in the names of its document."""

    __tablename__ = "claims"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    extraction: Mapped[int] = mapped_column(ForeignKey("extractions.id"), index=True)
    number: Mapped[int]
    """Its place in the extraction."""
    type: Mapped[str] = mapped_column(String(64))
    data: Mapped[Any] = mapped_column(Packed)
    same_as: Mapped[int | None] = mapped_column(index=True)
    """The least id of the claims that report the same thing."""
    follows: Mapped[int | None]
    """The earlier claim that this one is about, for claims that have a status."""
    relation: Mapped[str | None] = mapped_column(String(16))
    """What it says of the claim that it follows."""


class PartyRow(Base):
    """A party of the registry."""

    __tablename__ = "parties"

    digest: Mapped[str] = mapped_column(ForeignKey("digests.name"), primary_key=True)
    id: Mapped[str] = mapped_column(String(200), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(16))
    merged_into: Mapped[str | None] = mapped_column(String(200))
    uses: Mapped[int] = mapped_column(default=0)
    """How many documents named it."""


class PersonRow(Base):
    """Somebody who speaks for a party of the registry."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    digest: Mapped[str] = mapped_column(ForeignKey("digests.name"), index=True)
    party: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(Text)
    office: Mapped[str | None] = mapped_column(Text)
    aliases: Mapped[Any] = mapped_column(Packed)


class IssueRow(Base):
    """An issue of the registry."""

    __tablename__ = "issues"

    digest: Mapped[str] = mapped_column(ForeignKey("digests.name"), primary_key=True)
    id: Mapped[str] = mapped_column(String(200), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    proposition: Mapped[str] = mapped_column(Text)
    question: Mapped[str] = mapped_column(Text)
    merged_into: Mapped[str | None] = mapped_column(String(200))
    opposite: Mapped[bool] = mapped_column(default=False)
    """It says the contrary of the issue that it was merged into."""
    uses: Mapped[int] = mapped_column(default=0)


class NameRow(Base):
    """A form of a party's name. `person` outranks `name` (a document's own name for it), and that `alias`."""

    __tablename__ = "names"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    digest: Mapped[str] = mapped_column(ForeignKey("digests.name"), index=True)
    key: Mapped[str] = mapped_column(Text)
    party: Mapped[str] = mapped_column(String(200))
    basis: Mapped[str] = mapped_column(String(8))
    forms: Mapped[Any] = mapped_column(Packed)
    """As printed."""


class WordingRow(Base):
    """How a document worded an issue."""

    __tablename__ = "wordings"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    digest: Mapped[str] = mapped_column(ForeignKey("digests.name"), index=True)
    key: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    proposition: Mapped[str] = mapped_column(Text)
    question: Mapped[str] = mapped_column(Text)
    issue: Mapped[str] = mapped_column(String(200))
    opposite: Mapped[bool]


class ApartRow(Base):
    """Two ids that a person said are different: they are not merged again."""

    __tablename__ = "apart"

    digest: Mapped[str] = mapped_column(ForeignKey("digests.name"), primary_key=True)
    one: Mapped[str] = mapped_column(String(200), primary_key=True)
    other: Mapped[str] = mapped_column(String(200), primary_key=True)


class CorrectionRow(Base):
    """What a person corrected in the registry, in order."""

    __tablename__ = "corrections"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    digest: Mapped[str] = mapped_column(ForeignKey("digests.name"), index=True)
    made: Mapped[datetime.datetime] = mapped_column(Instant)
    action: Mapped[str] = mapped_column(String(16))
    detail: Mapped[Any] = mapped_column(Packed)


class BriefRow(Base):
    """A brief of a day. A day that was taken up again has several revisions, the last one counts."""

    __tablename__ = "briefs"
    __table_args__ = (UniqueConstraint("digest", "day", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    digest: Mapped[str] = mapped_column(ForeignKey("digests.name"), index=True)
    day: Mapped[datetime.date] = mapped_column(Date)
    revision: Mapped[int]
    made: Mapped[datetime.datetime] = mapped_column(Instant)
    base: Mapped[int | None]
    """The brief that its changes are counted from."""
    announced: Mapped[bool]
    """It went, or goes, out by every way that the digest has."""
    brief: Mapped[Any] = mapped_column(Packed)
    news: Mapped[Any] = mapped_column(Packed)
    """What changed, as `summarizer.digest/1`."""


class RunRow(Base):
    """One run of a digest."""

    __tablename__ = "runs"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    digest: Mapped[str] = mapped_column(ForeignKey("digests.name"), index=True)
    day: Mapped[datetime.date] = mapped_column(Date)
    began: Mapped[datetime.datetime] = mapped_column(Instant)
    ended: Mapped[datetime.datetime | None] = mapped_column(Instant)
    state: Mapped[str] = mapped_column(String(16))
    """`running`, `done`, `failed`, or `broken_off` when a later run found it unfinished."""
    report: Mapped[Any] = mapped_column(Packed)


class OutboxRow(Base):
    """Something that is to go out, or went: one for each digest, day and way."""

    __tablename__ = "outbox"
    __table_args__ = (UniqueConstraint("digest", "day", "channel"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    digest: Mapped[str] = mapped_column(ForeignKey("digests.name"), index=True)
    day: Mapped[datetime.date] = mapped_column(Date)
    channel: Mapped[str] = mapped_column(String(16))
    """`files`, `mail` or `webhook`."""
    brief: Mapped[int] = mapped_column(ForeignKey("briefs.id"))
    state: Mapped[str] = mapped_column(String(16))
    """`pending`, `sending` (it may have gone out), `sent`."""
    tries: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str | None] = mapped_column(Text)
    sent: Mapped[datetime.datetime | None] = mapped_column(Instant)


class LockRow(Base):
    """Who is running a digest."""

    __tablename__ = "locks"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    host: Mapped[str] = mapped_column(Text)
    pid: Mapped[int]
    token: Mapped[str] = mapped_column(String(32))
    since: Mapped[datetime.datetime] = mapped_column(Instant)
    heartbeat: Mapped[datetime.datetime] = mapped_column(Instant)


class ReplyRow(Base):
    """A reply of the model, kept by the key of its whole request."""

    __tablename__ = "replies"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(32))
    recording: Mapped[Any] = mapped_column(Packed)
