"""PDF with a text layer, by pypdf (the extra `documents`)."""

from __future__ import annotations

import datetime
import io
import logging
import re
from collections import Counter
from typing import Any

from summarizer.documents import Published
from summarizer.reading.decoding import clean, one_line
from summarizer.reading.facts import Facts
from summarizer.reading.reflow import reflow
from summarizer.reading.results import Outcome, gap
from summarizer.reading.texts import text_document

__all__ = ["read_pdf"]

MOST_PAGES = 300
MOST_CHARACTERS = 2_000_000
NO_TEXT = 40
"""Characters on a page; a scanned page has fewer, if any."""
OFTEN = 3
"""Pages on which a line stands in the same place before it is taken for a running head."""
EDGE = 2
"""Lines at the top and the bottom of a page in which running heads stand."""
NUMBER = re.compile(r"\W*(?:page|seite|p\.)?\s*\d{1,4}(?:\s*(?:/|of|von|sur)\s*\d{1,4})?\W*", re.IGNORECASE)


def read_pdf(data: bytes, label: str, path: str | None, url: str | None = None) -> list[Outcome]:
    """Read a PDF: its text as paragraphs without running heads, its title and date from its properties."""
    try:
        from pypdf import PdfReader
        from pypdf.errors import PyPdfError
    except ImportError:
        return [gap(label, "reading a PDF needs an extra: pip install 'summarizer[documents]'")]
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it logs each fault of a file that it gets over
    # A broken file shows in many ways, for pypdf builds Python objects out of whatever stands in it.
    faults = (
        PyPdfError,
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        RecursionError,
        AssertionError,
        OverflowError,
        ZeroDivisionError,
    )
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            return [gap(label, "locked with a password")]
        count = len(reader.pages)
        pages = _pages(reader, faults)
        facts = _facts(reader, url)
    except faults as error:
        return [gap(label, f"a broken PDF ({type(error).__name__})")]
    except NotImplementedError:
        return [gap(label, "a PDF in a form that cannot be read (its encryption is not known)")]
    if sum(len(page.strip()) for page in pages) < NO_TEXT * max(1, len(pages)):
        return [gap(label, "a PDF without text, probably scanned: run a text recognition over it first")]
    text, warnings = clean(reflow("\n\n".join(_without_running_heads(pages))))
    noted = [*warnings]
    if len(pages) < count:
        noted.append(f"only the first {len(pages)} of {count} pages were read")
    return [text_document(text, path, facts, tuple(noted))]


def _pages(reader: Any, faults: tuple[type[Exception], ...]) -> list[str]:
    pages: list[str] = []
    total = 0
    for number in range(min(len(reader.pages), MOST_PAGES)):
        try:
            page = reader.pages[number].extract_text() or ""
        except faults:
            page = ""  # the others may be whole
        total += len(page)
        if total > MOST_CHARACTERS:
            break
        pages.append(page)
    return pages


def _facts(reader: Any, url: str | None) -> Facts:
    about = reader.metadata
    title = one_line(str(about.title or "")) if about else ""
    made = about.creation_date if about else None
    published = Published()
    if isinstance(made, datetime.datetime):  # when the file was made: near the publication, but not the same
        published = Published(date=made.date(), basis="inferred")
    return Facts(title=title if len(title.split()) > 1 else None, url=url, published=published)


def _without_running_heads(pages: list[str]) -> list[str]:
    """Drop page numbers and lines that stand at the edge of several pages."""
    split = [[line.strip() for line in page.split("\n") if line.strip()] for page in pages]
    edges = Counter(line for lines in split for line in {*lines[:EDGE], *lines[-EDGE:]})
    running = {line for line, count in edges.items() if count >= OFTEN and count > len(pages) / 2}
    kept = []
    for lines, page in zip(split, pages, strict=True):
        drop = {line for line in (*lines[:EDGE], *lines[-EDGE:]) if line in running or NUMBER.fullmatch(line)}
        kept.append("\n".join(line for line in page.split("\n") if line.strip() not in drop))
    return kept
