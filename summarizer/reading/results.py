"""What reading yields: documents with warnings, gaps, and links still to follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from summarizer.claims import Gap
from summarizer.documents import Document
from summarizer.reading.facts import Facts

__all__ = ["Link", "OnProgress", "Outcome", "Progress", "Read", "ReadSettings", "Reading", "Upload", "gap"]


@dataclass(frozen=True, slots=True)
class ReadSettings:
    """How to read."""

    offline: bool = False
    """No address is fetched; each one is a gap."""
    max_bytes: int = 10_000_000
    """Of one file, one JSONL line, one letter or one answer, after decompression."""
    timeout: float = 10
    """Seconds for one address, redirects included; waiting for its turn does not count."""
    delay: float = 1
    """Seconds between two requests to one host."""
    private: bool = False
    """Addresses that are not public (loopback, private networks) are fetched, too: for a network of one's own."""
    cache: Path | None = None
    """Where answers are kept that may be asked for again; None is the user's cache folder."""
    max_entries: int = 500
    """Of one feed; those beyond are one gap."""


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
class Upload:
    """A file that is in memory already, such as one that was sent to the service: no path leads to it."""

    name: str
    """Its suffix tells the kind; it stands in the brief as the path."""
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Link:
    """An address that an input names and that is still to be fetched."""

    url: str
    label: str = ""
    """For gaps, where the address itself does not say enough: an entry of a feed."""
    given: Facts = field(default_factory=Facts)
    """What a feed says of it."""


Outcome = Read | Gap | Link


def gap(source: str, reason: str) -> Gap:
    """Return the gap of an input that could not be read."""
    return Gap(source=source, stage="read", reason=reason)
