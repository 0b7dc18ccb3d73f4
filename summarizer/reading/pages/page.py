"""Web pages: what a reader of the page would have seen, and what the page says of itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from summarizer.documents import Document
from summarizer.reading.decoding import NotText, clean, decode
from summarizer.reading.facts import Facts
from summarizer.reading.results import Outcome, Read, gap

__all__ = ["Origin", "read_page"]

DECLARED = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]+)", re.IGNORECASE)
XML_DECLARED = re.compile(rb"^\s*<\?xml[^>]+encoding\s*=\s*[\"']([A-Za-z0-9_:.-]+)", re.IGNORECASE)
MOST_TAGS = 400_000
"""Before parsing; a tag costs some 150 bytes of memory afterwards."""
MOST_ELEMENTS = 150_000
"""After parsing; the longest live blogs have some 30,000."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a page came from and what is known of it from there."""

    label: str
    """For gaps: its path or address as the user gave it."""
    path: str | None = None
    url: str | None = None
    charset: str | None = None
    """As its HTTP header declares it."""
    given: Facts = field(default_factory=Facts)
    """What a feed says of it."""
    sheets: Callable[[str], str | None] = field(default=lambda _: None)
    """Gives the text of a style sheet that it links to, if it is at hand."""


def read_page(data: bytes, origin: Origin) -> list[Outcome]:
    """Read one page: a document with `hidden_text` and warnings, or a gap with the reason."""
    if data.count(b"<") > MOST_TAGS:
        return [gap(origin.label, f"more than {MOST_TAGS:,} tags: too large a page to read")]
    try:
        source, warnings = decode(data, origin.charset or _declared(data))
    except NotText as error:
        return [gap(origin.label, str(error))]
    return _read_source(source, tuple(warning for warning in warnings if "removed" not in warning), origin)


def _read_source(source: str, warnings: tuple[str, ...], origin: Origin) -> list[Outcome]:
    from summarizer.reading.pages.extraction import extract_text
    from summarizer.reading.pages.facts import Described, page_facts
    from summarizer.reading.pages.prose import spaced_text
    from summarizer.reading.pages.verdicts import Shown, no_report
    from summarizer.reading.seeing.styles import TooManyRules
    from summarizer.reading.seeing.visibility import remove_unseen

    tree = _parse(source)
    if tree is None:
        return [gap(origin.label, "nested too deeply, or not a page at all")]
    if sum(1 for _ in tree.iter()) > MOST_ELEMENTS:
        return [gap(origin.label, f"more than {MOST_ELEMENTS:,} elements: too large a page to read")]
    scriptless = " ".join(node.text_content() for node in tree.iter("noscript"))
    page = Described.of(tree, source, origin.url)
    found = page_facts(page)
    paid = str(page.article.get("isAccessibleForFree", "")).strip().lower() == "false"
    try:
        removal = remove_unseen(tree, origin.sheets)
    except TooManyRules:
        return [gap(origin.label, "style sheets too large to tell what a reader would see")]
    text, cleaned = clean(extract_text(tree, found.title, live=page.is_live))
    body = tree.find(".//body")
    shown = Shown(
        title=found.title or "",
        whole=f"{spaced_text(tree if body is None else body)} {scriptless}",
        dated=found.published.basis == "metadata",
        paid=paid,
    )
    reason = no_report(text, shown)
    if reason:
        return [gap(origin.label, reason)]
    noted = [*warnings, *removal.warnings, *cleaned]
    if removal.prose:
        noted.append("the page hides prose from its readers: left out")
    if paid:
        noted.append("the page says that its text must be paid for: it may be cut short")
    fields = _merged(origin.given, found)
    document = Document(text=text, path=origin.path, hidden_text=removal.prose, **fields)
    return [Read(document, (*dict.fromkeys(noted), *origin.given.warnings))]


def _merged(given: Facts, found: Facts) -> dict[str, Any]:
    """Prefer what the page says to what a feed says of it, but for a date that the page only hints at."""
    fields = {name: value or given.fields()[name] for name, value in found.fields().items()}
    if given.published.date and found.published.basis != "metadata":
        fields["published"] = given.published
    return fields


def _parse(source: str) -> Any | None:
    """Parse a page; None if it is nested beyond the parser's limit, for then its end would be missing unseen."""
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        return None
    return tree


def _declared(data: bytes) -> str | None:
    match = XML_DECLARED.match(data[:1024]) or DECLARED.search(data[:8192])
    return match.group(1).decode("ascii") if match else None
