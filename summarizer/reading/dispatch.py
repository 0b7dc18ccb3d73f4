"""From some bytes, whatever they are and wherever they came from, to the reader of their kind."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from summarizer.reading.facts import Facts
from summarizer.reading.files.lines import read_lines
from summarizer.reading.files.texts import read_text
from summarizer.reading.results import Outcome, ReadSettings, gap
from summarizer.reading.sniffing import Kind, kind_of

if TYPE_CHECKING:
    from summarizer.reading.pages.page import Origin

__all__ = ["Input", "letter_reader", "read_input"]

DEEPEST = 3
"""Letters within letters."""
LARGEST_SHEET = 1_000_000


@dataclass(frozen=True, slots=True)
class Input:
    """Some bytes and what is known of them."""

    data: bytes
    label: str
    """For gaps."""
    name: str
    """The file name, or the last part of the address: its suffix tells the kind."""
    path: str | None = None
    url: str | None = None
    media_type: str | None = None
    charset: str | None = None
    given: Facts = field(default_factory=Facts)
    folder: Path | None = None
    """Where a saved page lies, and the style sheets that were saved with it."""
    depth: int = 0


def read_input(given: Input, settings: ReadSettings) -> list[Outcome]:
    """Read some bytes by what they are; whatever goes wrong with one input is a gap, and costs that input alone."""
    if not given.data.strip():
        return [gap(given.label, "empty: there is no text in it")]
    if given.depth > DEEPEST:
        return [gap(given.label, "letters within letters, too deep to follow")]
    try:
        return _read(given, settings)
    except Exception as error:  # noqa: BLE001 - hostile files find faults in parsers; named here, and the others go on
        return [gap(given.label, f"a parser failed on it ({type(error).__name__})")]


def _read(given: Input, settings: ReadSettings) -> list[Outcome]:
    kind = kind_of(given.name, given.data, given.media_type)
    return READERS[kind](given, settings)


def _read_text(given: Input, _: ReadSettings) -> list[Outcome]:
    facts = replace(given.given, url=given.url or given.given.url)
    return read_text(given.data, given.label, given.path, facts, given.charset)


def _read_lines(given: Input, settings: ReadSettings) -> list[Outcome]:
    return list(read_lines(io.BytesIO(given.data), given.label, settings.max_bytes))


def _read_feed(given: Input, settings: ReadSettings) -> list[Outcome]:
    from summarizer.reading.web.feeds import FeedOrigin, read_feed

    return read_feed(given.data, FeedOrigin(given.label, given.path, given.url, settings.max_entries))


def _read_pdf(given: Input, _: ReadSettings) -> list[Outcome]:
    from summarizer.reading.files.pdf import read_pdf

    return read_pdf(given.data, given.label, given.path, given.url)


def _read_docx(given: Input, settings: ReadSettings) -> list[Outcome]:
    from summarizer.reading.files.docx import read_docx

    return read_docx(given.data, given.label, given.path, settings.max_bytes, given.url)


def _read_letter(given: Input, settings: ReadSettings) -> list[Outcome]:
    from summarizer.reading.files.mail import read_letter

    return read_letter(given.data, given.label, given.path, _attached(given, settings))


def _read_mailbox(given: Input, settings: ReadSettings) -> list[Outcome]:
    from summarizer.reading.files.mail import read_mailbox

    file = io.BytesIO(given.data)
    return list(read_mailbox(file, given.label, settings.max_bytes, letter_reader(given, settings)))


def _read_page(given: Input, _: ReadSettings) -> list[Outcome]:
    from summarizer.reading.pages.page import read_page

    return read_page(given.data, _origin(given))


def _read_archive(given: Input, _: ReadSettings) -> list[Outcome]:
    from summarizer.reading.files.mail import read_web_archive

    return read_web_archive(given.data, _origin(given))


def _origin(given: Input) -> Origin:
    from summarizer.reading.pages.page import Origin

    sheets = _sheets_beside(given.folder)
    return Origin(given.label, given.path, given.url, given.charset, given.given, sheets)


READERS: dict[Kind, Callable[[Input, ReadSettings], list[Outcome]]] = {
    "text": _read_text,
    "lines": _read_lines,
    "page": _read_page,
    "web archive": _read_archive,
    "feed": _read_feed,
    "pdf": _read_pdf,
    "docx": _read_docx,
    "letter": _read_letter,
    "mailbox": _read_mailbox,
}
"""The reader of each kind. What they need is imported when it is needed, for some of it is slow to load."""


def letter_reader(given: Input, settings: ReadSettings) -> Callable[[bytes, str], list[Outcome]]:
    """Return a reader of the letters of a mailbox."""

    def read(data: bytes, label: str) -> list[Outcome]:
        return read_input(
            replace(given, data=data, label=label, name="letter.eml", media_type=None, depth=given.depth + 1), settings
        )

    return read


def _attached(given: Input, settings: ReadSettings) -> Callable[[bytes, str, str], list[Outcome]]:
    def read(data: bytes, name: str, media_type: str) -> list[Outcome]:
        label = f"{given.label}: {name}"
        path = f"{given.path}/{name}" if given.path else name
        stated = None if media_type == "application/octet-stream" else media_type
        return read_input(Input(data, label, name, path, media_type=stated, depth=given.depth + 1), settings)

    return read


def _sheets_beside(folder: Path | None) -> Callable[[str], str | None]:
    """Return what finds the style sheets that a browser saved with a page: files below the folder of the page."""

    def find(address: str) -> str | None:
        parts = urlsplit(address)
        if folder is None or parts.scheme or parts.netloc or not parts.path:
            return None
        try:
            path = (folder / unquote(parts.path)).resolve()
            if not path.is_relative_to(folder.resolve()) or not path.is_file() or path.stat().st_size > LARGEST_SHEET:
                return None
            return path.read_text("utf-8", "replace")
        except (OSError, ValueError):
            return None

    return find
