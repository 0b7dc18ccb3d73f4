"""What kind of thing some bytes are: by their name, by what a server calls them, by how they begin."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Literal

__all__ = ["Kind", "kind_of"]

Kind = Literal["text", "page", "web archive", "feed", "pdf", "docx", "letter", "mailbox", "lines"]

BY_SUFFIX: dict[str, Kind] = {
    ".txt": "text",
    ".md": "text",
    ".markdown": "text",
    ".html": "page",
    ".htm": "page",
    ".xhtml": "page",
    ".mhtml": "web archive",
    ".mht": "web archive",
    ".rss": "feed",
    ".atom": "feed",
    ".pdf": "pdf",
    ".docx": "docx",
    ".eml": "letter",
    ".mbox": "mailbox",
    ".jsonl": "lines",
    ".ndjson": "lines",
}
BY_MEDIA_TYPE: dict[str, Kind] = {
    "text/plain": "text",
    "text/markdown": "text",
    "text/html": "page",
    "application/xhtml+xml": "page",
    "multipart/related": "web archive",
    "application/rss+xml": "feed",
    "application/atom+xml": "feed",
    "application/rdf+xml": "feed",
    "application/feed+json": "feed",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "message/rfc822": "letter",
    "application/mbox": "mailbox",
    "application/jsonl": "lines",
    "application/x-ndjson": "lines",
}
HEAD = 4096
SPACE = b"\xef\xbb\xbf \t\r\n"
PAGE = re.compile(
    rb"(?:<\?xml[^>]*>|<!--.*?-->|\s)*<(?:!doctype\s+html|html|head|body|title|meta|div|p|table|article)\b",
    re.IGNORECASE | re.DOTALL,
)
FEED = re.compile(
    rb"(?:<\?xml[^>]*>|<!--.*?-->|<!doctype rss[^>]*>|\s)*<(?:rss|(?:\w+:)?feed|rdf:RDF|channel)\b",
    re.IGNORECASE | re.DOTALL,
)
JSON_FEED = re.compile(rb"https?:\\?/\\?/(?:www\.)?jsonfeed\.org\\?/version")
HEADER = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]*:[ \t][^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){3,}")
ARCHIVE = re.compile(rb"^Content-Type:\s*multipart/related|^From:\s*<Saved by", re.IGNORECASE | re.MULTILINE)
MAIL = re.compile(rb"^(?:From|Date|Received|Message-ID|Return-Path):", re.IGNORECASE | re.MULTILINE)


def kind_of(name: str, data: bytes, media_type: str | None = None) -> Kind:
    """Tell the kind of some bytes from their name, the media type that they were sent with, and their head.

    A suffix or a media type that is specific is believed; the head decides where there is none, for `.xml` and
    `.json`, and between page and feed, which servers confuse.
    """
    head = data[:HEAD].lstrip(SPACE)
    stated = BY_MEDIA_TYPE.get((media_type or "").partition(";")[0].strip().lower())
    stated = stated or (None if media_type else BY_SUFFIX.get(PurePosixPath(name).suffix.lower()))
    if stated in {"page", "feed"} or (stated == "text" and media_type):
        return _by_head(head) if _by_head(head) in {"page", "feed", "pdf"} else stated
    return stated or _by_head(head)


def _by_head(head: bytes) -> Kind:
    fields = HEADER.match(head)
    lettered = bool(fields and MAIL.search(fields.group()))
    checks: tuple[tuple[bool, Kind], ...] = (
        (head.startswith(b"%PDF-"), "pdf"),
        (head.startswith(b"PK\x03\x04"), "docx"),
        (bool(FEED.match(head) or (head.startswith(b"{") and JSON_FEED.search(head))), "feed"),
        (bool(PAGE.match(head)), "page"),
        (head.startswith(b'{"') and b'"text"' in head, "lines"),
        (head.startswith(b"From ") and bool(MAIL.search(head)), "mailbox"),
        (bool(fields and ARCHIVE.search(fields.group())), "web archive"),
        (lettered, "letter"),
    )
    return next((kind for fits, kind in checks if fits), "text")
