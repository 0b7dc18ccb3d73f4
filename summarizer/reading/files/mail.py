"""Mail (EML, MBOX) and web archives (MHTML), which are mail to a program.

Of a letter in two forms the one that mail programs show is read, the HTML one. What is attached is read as inputs of
its own.
"""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable, Iterator
from email.message import EmailMessage, Message
from email.utils import parseaddr
from pathlib import PurePosixPath
from typing import BinaryIO
from urllib.parse import urljoin

from summarizer.claims import Gap
from summarizer.documents import Published
from summarizer.reading.decoding import NotText, decode, one_line
from summarizer.reading.facts import Facts, parse_date
from summarizer.reading.files.reflow import is_wrapped, reflow
from summarizer.reading.files.texts import text_document
from summarizer.reading.pages.page import Origin, read_page
from summarizer.reading.results import Outcome, Read, gap

__all__ = ["Attached", "read_letter", "read_mailbox", "read_web_archive"]

Attached = Callable[[bytes, str, str], list[Outcome]]
"""Reads an attachment: its bytes, its name and its media type."""

UNREAD = frozenset({"image", "audio", "video", "font"})
MOST_ATTACHED = 50
SHORT = "too little text to be a report"
HEADER_FAULTS = (ValueError, TypeError, IndexError, AttributeError, LookupError)
"""What the standard library raises on headers that no program ever wrote."""


def read_letter(data: bytes, label: str, path: str | None, attached: Attached) -> list[Outcome]:
    """Read one letter: its subject is the title, its sender the outlet, its date the date of publication."""
    letter = email.message_from_bytes(data, policy=email.policy.default)
    if not isinstance(letter, EmailMessage) or not letter.keys():
        return [gap(label, "not a letter: it has no headers")]
    facts = _facts(letter)
    outcomes = _body(letter, label, path, facts)
    for number, part in enumerate(_attachments(letter)):
        if number == MOST_ATTACHED:
            outcomes.append(gap(label, f"only the first {MOST_ATTACHED} attachments were read"))
            break
        content = _bytes(part)
        if content:
            outcomes += attached(content, _file_name(part, number), part.get_content_type())
    if any(isinstance(one, Read) for one in outcomes):  # a cover letter of a line is no gap beside what it covers
        outcomes = [
            one for one in outcomes if not (isinstance(one, Gap) and one.source == label and SHORT in one.reason)
        ]
    return outcomes


def read_mailbox(
    file: BinaryIO, label: str, max_bytes: int, letter: Callable[[bytes, str], list[Outcome]]
) -> Iterator[Outcome]:
    """Yield what the letters of a mailbox hold; `letter` reads one, given its bytes and a label."""
    number, size, before = 0, 0, b""
    lines: list[bytes] = []
    while line := file.readline(max_bytes + 1):
        if line.startswith(b"From ") and not before.strip():
            if number:
                yield from _one(lines, size, f"{label} letter {number}", max_bytes, letter)
            number, lines, size = number + 1, [], 0
        elif number:
            size += len(line)
            if size <= max_bytes:
                lines.append(line[1:] if line.startswith(b">From ") else line)
        before = line
    if number:
        yield from _one(lines, size, f"{label} letter {number}", max_bytes, letter)
    else:
        yield gap(label, "not a mailbox: no letter begins with a From line")


def read_web_archive(data: bytes, origin: Origin) -> list[Outcome]:
    """Read a page that a browser saved as one file, with the style sheets that were saved with it."""
    archive = email.message_from_bytes(data, policy=email.policy.default)
    pages = [part for part in archive.walk() if part.get_content_type() in {"text/html", "application/xhtml+xml"}]
    if not pages:
        return [gap(origin.label, "a web archive without a page in it")]
    url = _header(archive, "Snapshot-Content-Location") or _header(pages[0], "Content-Location") or None
    sheets = {
        _header(part, "Content-Location"): decode(_bytes(part), part.get_content_charset()).text
        for part in archive.walk()
        if part.get_content_type() == "text/css"
    }

    def sheet(address: str) -> str | None:
        return sheets.get(urljoin(url or "", address))

    web = url if url and url.startswith(("http://", "https://")) else None
    return read_page(
        _bytes(pages[0]), Origin(origin.label, origin.path, web, pages[0].get_content_charset(), origin.given, sheet)
    )


def _one(
    lines: list[bytes], size: int, label: str, max_bytes: int, letter: Callable[[bytes, str], list[Outcome]]
) -> list[Outcome]:
    if size > max_bytes:
        return [gap(label, f"larger than {max_bytes:,} bytes")]
    return letter(b"".join(lines), label)


def _facts(letter: EmailMessage) -> Facts:
    name, address = parseaddr(_header(letter, "From"))
    date = parse_date(_header(letter, "Date"))
    return Facts(
        title=one_line(_header(letter, "Subject")) or None,
        outlet=one_line(name or address) or None,
        published=Published(date=date, basis="metadata") if date else Published(),
    )


def _body(letter: EmailMessage, label: str, path: str | None, facts: Facts) -> list[Outcome]:
    try:
        part = letter.get_body(("html", "plain"))
    except HEADER_FAULTS:
        part = None
    if part is None:
        return [gap(label, f"{SHORT}: a letter without a text")]
    content = _bytes(part)
    if part.get_content_subtype() == "html":
        return read_page(content, Origin(label, path, None, part.get_content_charset(), facts))
    try:
        text, warnings = decode(content, part.get_content_charset())
    except NotText as error:
        return [gap(label, str(error))]
    text = text.partition("\n-- \n")[0]
    if is_wrapped(text):
        text = reflow(text)
    if not text.strip():
        return [gap(label, f"{SHORT}: an empty letter")]
    return [text_document(text, path, facts, warnings)]


def _attachments(letter: EmailMessage) -> Iterator[Message]:
    try:
        parts = list(letter.iter_attachments())
    except HEADER_FAULTS:
        return
    yield from (part for part in parts if part.get_content_maintype() not in UNREAD)


def _file_name(part: Message, number: int) -> str:
    given = part.get_filename() or (
        "letter.eml" if part.get_content_type() == "message/rfc822" else f"part-{number + 1}"
    )
    return one_line(PurePosixPath(given.replace("\\", "/")).name)[:100] or f"part-{number + 1}"


def _bytes(part: Message) -> bytes:
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        return inner[0].as_bytes() if isinstance(inner, list) and isinstance(inner[0], Message) else b""
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _header(part: Message, name: str) -> str:
    try:
        return str(part.get(name, "") or "").strip()
    except HEADER_FAULTS:
        return ""
