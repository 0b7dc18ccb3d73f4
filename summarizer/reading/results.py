"""What reading yields: documents with warnings, gaps, and links still to follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from summarizer.claims import Gap
from summarizer.documents import Document

__all__ = ["Link", "OnProgress", "Outcome", "Progress", "Read", "ReadSettings", "Reading", "gap"]


@dataclass(frozen=True, slots=True)
class ReadSettings:
    """How to read."""

    offline: bool = False
    """No address is fetched; each one is a gap."""
    max_bytes: int = 10_000_000
    """Of one file, one JSONL line, one letter or one answer, after decompression."""
    timeout: float = 10
    """Seconds for one address, redirects included."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading the inputs: the same for every order of the inputs."""

    documents: tuple[Document, ...]
    """Sorted by publication date (undated last) and id; the same id once."""
    gaps: tuple[Gap, ...]
    """Every input that could not be read, with the reason."""
    warnings: Mapping[str, tuple[str, ...]]
    """What to know about a document, by its id."""
    origins: Mapping[str, str]
    """For each copy, the id of the document whose text it copies."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the reading has come."""

    done: int
    total: int
    """May grow: a feed or a folder brings further inputs."""
    name: str
    """What has just been read."""


OnProgress = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Read:
    """One document as one input gave it."""

    document: Document
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """An address that an input names and that is still to be fetched."""

    url: str
    given: Mapping[str, str] = field(default_factory=dict)
    """What the input says of it: `title`, `outlet`, `published`, `language`."""


Outcome = Read | Gap | Link


def gap(source: str, reason: str) -> Gap:
    """Return the gap of an input that could not be read."""
    return Gap(source=source, stage="read", reason=reason)
