"""The Document: a text, where and when it came from, and its sentences with their offsets."""

from __future__ import annotations

import datetime
import hashlib
import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, model_validator
from sentencex import get_sentence_boundaries

__all__ = ["Document", "Published", "Sentence", "Source", "TextState", "split_sentences"]

Basis = Literal["metadata", "in_text", "given", "inferred", "unknown"]
"""Where a publication date was taken from."""

TextState = Literal["clean", "machine_translated", "spun", "forum_scrape", "truncated"]
"""The state of a text, as the extraction judged it."""


class Published(BaseModel):
    """When a document was published, and how that is known."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    date: datetime.date | None = None
    basis: Basis = "unknown"


class Sentence(NamedTuple):
    """A stretch of a text, as half-open character offsets."""

    start: int
    end: int


class Document(BaseModel):
    """One report as it was read. `text` is never changed after reading: all offsets count in it.

    `id` is made from the text, the outlet and the address, so that the same report has the same id in
    every run, and the same words under two outlets are two sources.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    if TYPE_CHECKING:  # made from the rest when it is not given, as is `sha256`
        id: str = ""
    else:
        id: str
    title: str | None = None
    outlet: str | None = None
    url: str | None = None
    path: str | None = None
    """As the user named it, or relative to the folder named; never a path of the machine."""
    language: str | None = None
    """A BCP 47 code such as `en`."""
    if TYPE_CHECKING:
        sha256: str = ""
    else:
        sha256: str
        """Of the text in UTF-8."""
    published: Published = Published()
    hidden_text: bool = False
    """Prose that a reader of the page could not see was removed."""
    text: str

    @model_validator(mode="before")
    @classmethod
    def _identify(cls, given: Any) -> Any:
        if not isinstance(given, dict) or not isinstance(given.get("text"), str):
            return given
        filled = dict(given)
        filled.setdefault("sha256", text_hash(given["text"]))
        parts = (filled["sha256"], given.get("outlet") or "", given.get("url") or "")
        filled.setdefault("id", "s-" + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:8])
        return filled

    @property
    def label(self) -> str:
        """What to call this document in one line to a person: its title, else where it came from."""
        return self.title or self.path or self.url or self.id

    @cached_property
    def sentences(self) -> list[Sentence]:
        """The sentences in order; see `split_sentences`."""
        return split_sentences(self.text, self.language or "en")


class Source(Document):
    """A document as a brief shows it: with its state and the source whose text it copies."""

    condition: TextState = "clean"
    origin: str
    """The id of the source whose text this one copies; its own when none."""


_SURROGATE = re.compile("[\ud800-\udfff]")


def text_hash(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8 (lone surrogates kept), in hex."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def split_sentences(text: str, language: str = "en") -> list[Sentence]:
    """Split a text into sentences.

    Every sentence slices back: `text[start:end]`, with no white space at either end; together they hold
    all that is not white space, in order and without overlap. The splitter is given one line at a time,
    because in damaged text an unbalanced quotation mark would otherwise swallow all that follows.
    """
    found: list[Sentence] = []
    offset = 0
    for line in text.splitlines(keepends=True):
        # The splitter takes no lone surrogates; a stand-in of the same length keeps the offsets.
        whole = _SURROGATE.sub("\ufffd", line)
        for boundary in get_sentence_boundaries(language, whole) if line.strip() else ():
            start, end = boundary["start_index"], boundary["end_index"]
            piece = line[start:end]
            if stripped := piece.strip():
                start += piece.index(stripped[0])
                found.append(Sentence(offset + start, offset + start + len(stripped)))
        offset += len(line)
    return found
