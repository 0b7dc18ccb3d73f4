"""When a page was published: first what its metadata says, then its address, then the text near its headline.

The first publication is meant, never the last change. What only htmldate's search of the whole text finds is
taken last and marked as found in the text.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from typing import Any

from summarizer.documents import Published
from summarizer.reading.facts import parse_date
from summarizer.reading.pages.prose import spaced_text

__all__ = ["published_on_page"]

FIRST = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "article:published",
    "datepublished",
    "og:datepublished",
    "rnews:datepublished",
    "article.published",
    "article_date_original",
    "original-publish-date",
    "parsely-pub-date",
    "sailthru.date",
    "bt:pubdate",
    "cxenseparse:recs:publishtime",
    "publishdate",
    "publish-date",
    "publish_date",
    "published-date",
    "published_date",
    "publication_date",
    "publication-date",
    "pubdate",
    "article:post_date",
    "dc.date.issued",
    "dcterms.issued",
    "citation_publication_date",
    "citation_online_date",
    "displaydate",
    "ptime",
)
"""Meta names that mean the first publication, best first."""
PLAIN = (
    "dcterms.created",
    "dc.date.created",
    "dcterms.date",
    "dc.date",
    "citation_date",
    "article.created",
    "datecreated",
    "created",
    "date",
    "sort_date",
    "timestamp",
    "uploaddate",
)
"""Meta names that usually do."""
IN_ADDRESS = (
    re.compile(r"(?<!\d)((?:19|20)\d\d)[/_-](\d{1,2})[/_-](\d{1,2})(?!\d)"),
    re.compile(r"[/_-]((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=[/_.-]|$)"),
)
CHANGED = re.compile(r"updat|modif|edit|chang|revis|aktualisiert|mis-?a-?jour", re.IGNORECASE)
ABOUT_DATES = re.compile(
    r"publi|post(?:ed)?[-_]?(?:on|date|time)|entry-(?:date|time)|date|time|byline|meta|dateline", re.IGNORECASE
)
ELSEWHERE = re.compile(
    r"comment|related|recommend|sidebar|widget|footer|popular|latest|teaser|promo|archive|calendar", re.IGNORECASE
)
WRITTEN = re.compile(
    r"(?<![0-9A-Za-z])(?:"
    r"\d{1,2}(?:st|nd|rd|th)?\.?\s+(?:de\s+)?[^\W\d_]{3,12}\.?,?\s+(?:de\s+)?\d{4}"
    r"|[^\W\d_]{3,12}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}"
    r"|[^\W\d_]{3}\s+\d{1,2}\s+\d{2}:\d{2}:\d{2}\s+(?:[A-Z]{3,4}\s+)?\d{4}"
    r"|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}"
    r"|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}"
    r"|\d{4}\s*[\u5e74\ub144]\s*\d{1,2}\s*[\u6708\uc6d4]\s*\d{1,2}"
    r")(?!\d)"
)
MAIL = re.compile(r"(\d{1,2})\s+\d{2}:\d{2}:\d{2}\s+(?:[A-Z]{3,4}\s+)?(\d{4})")
BEFORE = 40
HEAD = 1500
"""Characters of a page in which a date stands that is not in its metadata."""
SHOWN = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
LONGEST_SHOWN = 80
HIGHEST = 6
YEARS = range(1990, 2100)


def published_on_page(tree: Any, meta: Mapping[str, str], article: Mapping[str, Any], url: str | None) -> Published:
    """Return when a page was published and how that is known; no date at all if the page does not say."""
    stated = list(_stated(tree, meta, article))
    if stated:
        return Published(date=min(stated), basis="metadata")
    marked = next(_marked(tree), None)
    if marked is not None:
        return Published(date=marked, basis="metadata")
    plain = next(_named(meta, PLAIN), None)
    if plain is not None:
        return Published(date=plain, basis="metadata")
    address = _in_address(url)
    if address is not None:
        return Published(date=address, basis="inferred")
    shown = next(_shown(tree), None) or _searched(tree, url)
    return Published(date=shown, basis="in_text") if shown else Published()


def _stated(tree: Any, meta: Mapping[str, str], article: Mapping[str, Any]) -> Iterator[datetime.date]:
    """Yield what the JSON-LD, the best meta element and the microdata say; sites differ in which they leave alone."""
    names = ("datePublished", "dateCreated", "uploadDate")
    found = next((date for name in names if (date := _date(article.get(name)))), None)
    if found:
        yield found
    best = next(_named(meta, FIRST), None)
    if best:
        yield best
    elif not found:
        yield from _microdata(tree)


def _microdata(tree: Any) -> Iterator[datetime.date]:
    for node in tree.iterfind(".//*[@itemprop]"):
        if "datepublished" in (node.get("itemprop") or "").lower().split() and not _elsewhere(node):
            found = _date(node.get("content") or node.get("datetime") or node.text_content())
            if found:
                yield found
            break


def _named(meta: Mapping[str, str], names: tuple[str, ...]) -> Iterator[datetime.date]:
    return (found for name in names if (found := _date(meta.get(name))))


def _marked(tree: Any) -> Iterator[datetime.date]:
    """Yield dates of time elements: those marked as publication first, then the others from the headline on."""
    times = [node for node in tree.iter("time", "abbr") if not _elsewhere(node)]
    times = [node for node in times if not CHANGED.search(_names(node))]
    for node in times:
        names = _names(node)
        if node.get("pubdate") is not None or re.search(r"publi|entry-date|entry-time", names, re.IGNORECASE):
            found = _of_time(node)
            if found:
                yield found
    order = {node: at for at, node in enumerate(tree.iter())}
    heading = tree.find(".//h1")
    start = order.get(heading, 0) if heading is not None else 0
    for node in sorted(times, key=lambda node: (order[node] < start, abs(order[node] - start))):
        found = _of_time(node)
        if found:
            yield found


def _of_time(node: Any) -> datetime.date | None:
    return _date(node.get("datetime")) or _date(node.get("title")) or _date(node.text_content())


def _shown(tree: Any) -> Iterator[datetime.date]:
    """Yield dates that stand as short texts of their own in elements whose names speak of dates."""
    for node in tree.iter("span", "p", "div", "small", "li", "em", "i", "font", "td", "b", "strong", "header"):
        if not ABOUT_DATES.search(_names(node)) or CHANGED.search(_names(node)) or _elsewhere(node):
            continue
        text = " ".join(node.text_content().split())
        if len(text) <= LONGEST_SHOWN and SHOWN.search(text) and not CHANGED.match(text):
            found = _date(text) or _date_within(text)
            if found:
                yield found


def _date_within(text: str) -> datetime.date | None:
    """Find the first date in a line such as `By A. Writer | 4 September 2025, 10:15 CET`."""
    return next((found for _, found in _dates_within(text)), None)


def _dates_within(text: str) -> Iterator[tuple[int, datetime.date]]:
    """Yield the dates that are written out in a text, each with its offset."""
    for match in WRITTEN.finditer(text):
        words = MAIL.sub(r"\1 \2", match.group())
        found = _date(words)
        if found:
            yield match.start(), found


def _searched(tree: Any, url: str | None) -> datetime.date | None:
    """Ask htmldate to search the whole page, and believe it only if the page shows that date, not as one of a change.

    Where it finds a mere year it answers with the first of January, and a footer's "last edited on" is a date, too.
    """
    from htmldate import find_date

    found = _date(find_date(tree, original_date=True, extensive_search=True, url=url))
    if found is None:
        return None
    text = spaced_text(tree)
    places = [at for at, shown in _dates_within(text) if shown == found]
    if all(CHANGED.search(text[max(0, at - BEFORE) : at]) for at in places):
        return next(
            (shown for at, shown in _dates_within(text[:HEAD]) if not CHANGED.search(text[max(0, at - BEFORE) : at])),
            None,
        )
    return found


def _in_address(url: str | None) -> datetime.date | None:
    for pattern in IN_ADDRESS:
        match = pattern.search(url or "")
        if match:
            year, month, day = map(int, match.groups())
            try:
                return datetime.date(year, month, day)
            except ValueError:
                continue
    return None


def _date(given: Any) -> datetime.date | None:
    if isinstance(given, list) and given:
        given = given[0]
    if isinstance(given, dict):
        given = given.get("@value")
    if not isinstance(given, str):
        return None
    words = " ".join(given.split()).strip(" ,|\u2013-")
    # A time after an ISO date may be written in ways that ISO does not know ("+0200", " UTC"): the date stands anyway.
    iso = re.match(r"(\d{4})-(\d{2})-(\d{2})(?=$|[T\s])", words)
    found = parse_date(iso.group() if iso else words)
    return found if found and found.year in YEARS else None


def _names(node: Any) -> str:
    return f"{node.get('class', '')} {node.get('id', '')} {node.get('itemprop', '')}"


def _elsewhere(node: Any) -> bool:
    """Tell whether an element is about something else: a comment, a related story, the page's frame.

    What holds the headline, too, is the page itself, whatever it is called.
    """
    for depth, above in enumerate((node, *node.iterancestors())):
        if above.tag in {"body", "html"} or depth > HIGHEST or above.find(".//h1") is not None:
            return False
        names = f"{above.get('class', '')} {above.get('id', '')}"
        if above.tag in {"nav", "footer", "aside", "form"} or ELSEWHERE.search(names):
            return True
    return False
