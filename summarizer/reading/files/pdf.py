"""PDF with a text layer, by pypdf (the extra `documents`)."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from itertools import pairwise
from statistics import median
from typing import Any

from summarizer.errors import MissingExtra
from summarizer.reading.decoding import clean, one_line
from summarizer.reading.facts import Facts
from summarizer.reading.files.reflow import reflow
from summarizer.reading.files.texts import text_document
from summarizer.reading.results import Outcome, gap

__all__ = ["read_pdf"]

FAULTS = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    RecursionError,
    AssertionError,
    ArithmeticError,
)
MOST_PAGES = 300
MOST_CHARACTERS = 2_000_000
NO_TEXT = 40
"""Characters on a page; a scanned page has fewer, if any."""
OFTEN = 3
"""Pages on which a line stands in the same place before it is taken for a running head."""
EDGE = 2
"""Lines at the top and the bottom of a page in which running heads stand."""
SAME_LINE = 2.0
"""Points of height within which pieces of text stand on one line."""
APART = 1.4
"""Of the usual distance of two lines; paragraphs are parted by more."""
NUMBER = re.compile(r"\W*(?:page|seite|p\.)?\s*\d{1,4}(?:\s*(?:/|of|von|sur)\s*\d{1,4})?\W*", re.IGNORECASE)


def read_pdf(data: bytes, label: str, path: str | None, url: str | None = None) -> list[Outcome]:
    """Read a PDF: its text as paragraphs without running heads, its title from its properties.

    When the file was made is warned of and not believed: a page printed today may be a year old.
    """
    try:
        from pypdf import PdfReader
        from pypdf.errors import DeprecationError, PyPdfError
    except ImportError:
        return [gap(label, str(MissingExtra("reading a PDF", "documents")))]
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it logs each fault of a file that it gets over
    # A broken file shows in many ways, for pypdf builds Python objects out of whatever stands in it.
    faults = (PyPdfError, DeprecationError, *FAULTS)
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
    text, warnings = clean(reflow(_joined(_without_running_heads(pages))))
    noted = [*warnings]
    if len(pages) < count:
        noted.append(f"only the first {len(pages)} of {count} pages were read")
    return [text_document(text, path, facts, tuple(noted))]


def _pages(reader: Any, faults: tuple[type[Exception], ...]) -> list[str]:
    pages: list[str] = []
    total = 0
    for number in range(min(len(reader.pages), MOST_PAGES)):
        try:
            page = _page(reader.pages[number])
        except faults:
            page = ""  # the others may be whole
        total += len(page)
        if total > MOST_CHARACTERS:
            break
        pages.append(page)
    return pages


def _page(page: Any) -> str:
    """Return the text of a page line by line, with a blank line where the lines stand further apart than they do."""
    lines: list[tuple[float, str]] = []

    def visit(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:  # noqa: ARG001 - pypdf's form
        height = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        for piece in text.split("\n"):
            if lines and abs(lines[-1][0] - height) < SAME_LINE:
                lines[-1] = (lines[-1][0], lines[-1][1] + piece)
            elif piece.strip():
                lines.append((height, piece))

    page.extract_text(visitor_text=visit)
    steps = [above[0] - below[0] for above, below in pairwise(lines)]
    usual = median([step for step in steps if step > 0] or [0])
    text = lines[0][1] if lines else ""
    for step, (_, line) in zip(steps, lines[1:], strict=True):
        text += ("\n\n" if step > usual * APART else "\n") + line
    return text


def _facts(reader: Any, url: str | None) -> Facts:
    about = reader.metadata
    title = one_line(str(about.title or "")) if about else ""
    made = about.creation_date if about else None
    warned = (f"the file was made on {made.date()}: no date of publication",) if made else ()
    return Facts(title=title if len(title.split()) > 1 else None, url=url, warnings=warned)


def _joined(pages: list[str]) -> str:
    """Join pages; a sentence that runs over the edge of one goes on."""
    text = ""
    for page in (page.strip() for page in pages):
        runs_on = text and not text.endswith((".", "!", "?", ":", "\u201d", '"')) and page[:1].islower()
        text += (("\n" if runs_on else "\n\n") if text else "") + page
    return text


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
