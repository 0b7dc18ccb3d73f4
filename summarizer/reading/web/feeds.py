"""Feeds: RSS, Atom and JSON Feed. Entries that hold their whole text are read, the others are links to follow."""

from __future__ import annotations

import datetime
import io
import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import urljoin

from summarizer.claims import Gap
from summarizer.documents import Published
from summarizer.reading.decoding import NotText, decode, one_line
from summarizer.reading.facts import Facts, language_code, parse_date, web_address
from summarizer.reading.pages.page import Origin, read_page
from summarizer.reading.results import Link, Outcome, Read, gap

__all__ = ["FeedOrigin", "read_feed"]

WHOLE = 700
"""Characters of text in an entry that is the report, not its teaser."""
SHORTEST = 150
CUT = re.compile(
    r"(?:\u2026|\.\.\.|&#8230;)\]?\s*(?:continue reading|weiterlesen|lire la suite)?\W*$|read more\W*$", re.IGNORECASE
)
ENTRY = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s>]", re.IGNORECASE)
CLOSING = (b"</rss>", b"</feed>", b"</rdf:RDF>")
REFERENCE = re.compile(r"&#(x[0-9a-f]{6,20}|\d{7,20});?", re.IGNORECASE)
DECLARATION = re.compile(rb"\s*<\?xml[^>]*?(?:encoding\s*=\s*[\"']([A-Za-z0-9_.:-]+)[\"'])?[^>]*\?>")
DECLARATION_TEXT = re.compile(r"\s*<\?xml[^>]*\?>")
AS_UTF8 = {"content-type": "application/xml; charset=utf-8"}
TAG = re.compile(r"<[^>]*>")
ONLY_THIS = "the feed gives only this much of the text, and no address"


@dataclass(frozen=True, slots=True)
class FeedOrigin:
    """Where a feed came from."""

    label: str
    path: str | None = None
    url: str | None = None
    max_entries: int = 500


@dataclass(frozen=True, slots=True)
class _Entry:
    number: int
    title: str | None
    link: str | None
    content: str
    """HTML."""
    published: datetime.date | None


def read_feed(data: bytes, origin: FeedOrigin) -> list[Outcome]:
    """Read a feed as far as it goes; a fault in it is a gap, and so are entries beyond the limit."""
    outcomes: list[Outcome] = []
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        entries, facts, fault = _json_feed(data, origin)
    else:
        data, left_out = _first_entries(data, origin.max_entries)
        entries, facts, fault = _xml_feed(data, origin)
        if left_out:
            outcomes.append(
                gap(
                    origin.label,
                    f"{left_out:,} entries left out: only the first {origin.max_entries:,} of a feed are read",
                )
            )
            fault = None
    if fault:
        outcomes.append(gap(origin.label, fault))
    if len(entries) > origin.max_entries:
        outcomes.append(_too_many(len(entries) - origin.max_entries, origin))
    if not entries and not fault:
        outcomes.append(gap(origin.label, "a feed without entries"))
    for entry in entries[: origin.max_entries]:
        outcomes += _outcomes(entry, facts, origin)
    return outcomes


def _too_many(left_out: int, origin: FeedOrigin) -> Gap:
    return gap(origin.label, f"{left_out:,} entries left out: only the first {origin.max_entries:,} of a feed are read")


def _outcomes(entry: _Entry, facts: Facts, origin: FeedOrigin) -> Iterator[Outcome]:
    label = f"{origin.label} entry {entry.number}"
    published = Published(date=entry.published, basis="metadata") if entry.published else Published()
    given = Facts(entry.title, facts.outlet, entry.link, published, facts.language)
    text = " ".join(TAG.sub(" ", entry.content).split())
    whole = len(text) >= WHOLE and not CUT.search(text)
    if entry.link and not whole:
        yield Link(entry.link, label, given)
        return
    if len(text) < SHORTEST:
        yield gap(label, "neither a text nor an address to fetch it from")
        return
    page = f"<html><head></head><body><article><div>{entry.content}</div></article></body></html>"
    for found in read_page(page.encode("utf-8", "replace"), Origin(label, origin.path, None, "utf-8", given)):
        if isinstance(found, Read) and not whole:
            yield Read(found.document, (*found.warnings, ONLY_THIS))
        else:
            yield found


def _first_entries(data: bytes, most: int) -> tuple[bytes, int]:
    """Cut a feed after so many entries, for reading fifty thousand takes minutes, and return how many were cut off."""
    starts = [match.start() for match in ENTRY.finditer(data)]
    if len(starts) <= most:
        return data, 0
    closing = next((tag for tag in CLOSING if tag[2:-1] in data[:2048]), CLOSING[0])
    channel = b"</channel>" if closing == CLOSING[0] else b""
    return data[: starts[most]] + channel + closing, len(starts) - most


def _xml_feed(data: bytes, origin: FeedOrigin) -> tuple[list[_Entry], Facts, str | None]:
    import feedparser

    declared = DECLARATION.match(data)
    try:
        text = decode(data, declared.group(1).decode("ascii") if declared and declared.group(1) else None).text
    except NotText as error:
        return [], Facts(), str(error)
    text = REFERENCE.sub(_known_character, DECLARATION_TEXT.sub("", text, count=1))
    # Not sanitised here: that would take the style attributes that tell what a reader cannot see.
    content = io.BytesIO(text.encode("utf-8", "replace"))
    feed = feedparser.parse(content, response_headers=AS_UTF8, sanitize_html=False, resolve_relative_uris=True)
    facts = Facts(
        outlet=one_line(feed.feed.get("title", "")) or None, language=language_code(feed.feed.get("language", "") or "")
    )
    entries = [_xml_entry(number, entry, origin) for number, entry in enumerate(feed.entries, start=1)]
    fault = None
    if feed.bozo and "encoding" not in type(feed.bozo_exception).__name__.lower():
        line = getattr(feed.bozo_exception, "getLineNumber", lambda: None)()
        where = f" at line {line}" if line else ""
        count = "1 entry" if len(entries) == 1 else f"{len(entries)} entries"
        fault = f"a broken feed{where}: read as far as it goes ({count})"
    return entries, facts, fault


def _known_character(match: re.Match[str]) -> str:
    """Return a reference as it is, or one to the replacement character: feedparser fails on numbers beyond Unicode."""
    digits = match.group(1).lower()
    number = int(digits[1:] or "0", 16) if digits.startswith("x") else int(digits)
    return match.group() if number < sys.maxunicode else "&#xFFFD;"


def _xml_entry(number: int, entry: Any, origin: FeedOrigin) -> _Entry:
    contents = [part.get("value", "") for part in entry.get("content", [])] + [entry.get("summary", "") or ""]
    date = next((found for name in ("published", "created", "updated") if (found := _date(entry, name))), None)
    title = one_line(TAG.sub("", entry.get("title", "") or ""))
    return _Entry(number, title or None, _link(entry.get("link"), origin), max(contents, key=len), date)


def _date(entry: dict[str, Any], name: str) -> datetime.date | None:
    """Return a date as the feed writes it, in its own time zone; as feedparser reads it where that fails."""
    # dict.get: feedparser's own answers for `updated` with what is published, and warns that it will not for long.
    found = parse_date(str(dict.get(entry, name) or ""))
    parsed = dict.get(entry, f"{name}_parsed")
    if found is None and parsed:
        try:
            return datetime.date(*parsed[:3])
        except (TypeError, ValueError):
            return None
    return found


def _json_feed(data: bytes, origin: FeedOrigin) -> tuple[list[_Entry], Facts, str | None]:
    try:
        feed = json.loads(decode(data).text, strict=False)
    except NotText as error:
        return [], Facts(), str(error)
    except (ValueError, RecursionError):
        return [], Facts(), "a broken JSON feed: it is not valid JSON"
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        return [], Facts(), "a broken JSON feed: it has no items"
    facts = Facts(
        outlet=one_line(_words(feed.get("title"))) or None, language=language_code(_words(feed.get("language")))
    )
    entries = [
        _json_entry(number, item, origin) for number, item in enumerate(items, start=1) if isinstance(item, dict)
    ]
    broken = len(items) - len(entries)
    return entries, facts, f"a broken JSON feed: {broken} of its items are not objects" if broken else None


def _json_entry(number: int, item: Mapping[str, Any], origin: FeedOrigin) -> _Entry:
    plain = "".join(f"<p>{escape(line)}</p>" for line in _words(item.get("content_text")).split("\n") if line.strip())
    content = _words(item.get("content_html")) or plain or f"<p>{escape(_words(item.get('summary')))}</p>"
    date = parse_date(_words(item.get("date_published"))) or parse_date(_words(item.get("date_modified")))
    link = _link(item.get("url") or item.get("external_url"), origin)
    return _Entry(number, one_line(_words(item.get("title"))) or None, link, content, date)


def _link(given: Any, origin: FeedOrigin) -> str | None:
    try:
        whole = urljoin(origin.url or "", given.strip()) if isinstance(given, str) else ""
    except ValueError:
        return None
    return whole if web_address(whole) else None


def _words(given: Any) -> str:
    return given if isinstance(given, str) else ""
