"""What a source says of itself: title, outlet, address, date, language, from front matter, a JSONL line or a feed."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from itertools import pairwise
from typing import Any, get_args
from urllib.parse import urlsplit

from summarizer.documents import Basis, Published
from summarizer.reading.decoding import one_line

__all__ = ["FACTS", "Facts", "facts_from", "find_title", "language_code", "parse_date", "published_from", "web_address"]

FACTS = ("title", "outlet", "url", "published", "language")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
WEB = re.compile(r"https?://[^\s/?#]+\S*", re.IGNORECASE)
LONGEST_ADDRESS = 2000
LONGEST_TITLE = 160
LONGEST_DATE = 60
MONTHS = 12
FEWEST_WORDS = 5
YEAR_FIRST = re.compile("(\\d{4})\\s*[-/.\u5e74\ub144]\\s*(\\d{1,2})\\s*[-/.\u6708\uc6d4]\\s*(\\d{1,2})(?!\\d)")
"""With signs or, in Chinese, Japanese and Korean, with the words for year and month between."""
MAIL_DATE = re.compile(r"[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d{1,2}:")
"""As RFC 822 writes it, in mail and in RSS."""
PROSE = re.compile(r".{80,}[.!?\u2026]\W?")
FURNITURE = re.compile(
    r"[^\w\"'“\u2018«„(\[¿¡#*_-]|(?:skip|jump) to|(?:log|sign) ?(?:in|up)|register|subscribe|follow us|share this"
    r"|menu\b|cookie|advert|read (?:more|also)|by\s|.*[\u2022\u25b8\u2630\u25c6\xd7]",
    re.IGNORECASE,
)
HEADING = re.compile(r"^#{1,6}\s+(.*?)(?:\s+#+)?$")
EMPHASIS = re.compile(r"^(\*\*|__|\*|_)(.+)\1$")
CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a document beside its text."""

    title: str | None = None
    outlet: str | None = None
    url: str | None = None
    published: Published = field(default_factory=Published)
    language: str | None = None
    warnings: tuple[str, ...] = ()

    def fields(self) -> dict[str, Any]:
        """Return them as fields of a Document, without the warnings."""
        return {name: getattr(self, name) for name in FACTS}


def facts_from(given: Mapping[str, Any], basis: Basis = "given") -> Facts:
    """Take the known keys out of a mapping of strings; what cannot be used is named in the warnings."""
    warnings: list[str] = []
    published, complaint = published_from(given.get("published"), basis)
    warnings += [complaint] if complaint else []
    url = _text(given.get("url"))
    if url and not web_address(url):
        warnings.append("url left out: it is not an http or https address")
        url = None
    language = _text(given.get("language"))
    if language and not language_code(language):
        warnings.append("language left out: it is not a code such as en")
    return Facts(
        title=_text(given.get("title")),
        outlet=_text(given.get("outlet")),
        url=url,
        published=published,
        language=language_code(language or ""),
        warnings=tuple(warnings),
    )


def published_from(given: Any, basis: Basis = "given") -> tuple[Published, str | None]:
    """Read a publication date: ISO or written out, or a mapping of `date` and `basis`; else say what is wrong."""
    if isinstance(given, Mapping):
        if given.get("basis") in get_args(Basis):
            basis = given["basis"]
        given = given.get("date")
    words = _text(given)
    if not words:
        return Published(), None
    date = parse_date(words)
    if date is None:
        return Published(), "published left out: it is not one full date such as 2025-09-04"
    return Published(date=date, basis=basis), None


def parse_date(words: str) -> datetime.date | None:
    """Read an absolute date: ISO 8601, or day, month and year written out; None for anything else.

    A date with a time is taken in its own time zone. A relative date ("yesterday") or one whose day and
    month could be swapped (03/04/2025) is None: there is no date from nowhere.
    """
    words = words.strip()
    try:
        return datetime.datetime.fromisoformat(words).date()
    except ValueError:
        pass
    if len(words) > LONGEST_DATE or not re.search(r"\d{4}", words):
        return None
    if match := YEAR_FIRST.match(words):
        return _date(*map(int, match.groups()))
    return _day_first(words) or _spelt_out(words)


def web_address(words: str) -> bool:
    """Tell whether these words are an http or https address."""
    if len(words) > LONGEST_ADDRESS or not WEB.fullmatch(words):
        return False
    try:
        return bool(urlsplit(words).hostname)
    except ValueError:  # such as brackets around what is no IPv6 address
        return False


def language_code(words: str) -> str | None:
    """Return a language code as BCP 47 writes it (`en`, `pt-BR`), or None."""
    code = words.strip().replace("_", "-")
    if not LANGUAGE.fullmatch(code):
        return None
    first, *rest = code.split("-")
    return "-".join([first.lower(), *(part.upper() if len(part) == len("GB") else part for part in rest)])


def find_title(text: str) -> str | None:
    """Return the first line of a text if it looks like a headline.

    Furniture before it ("Sign up") is passed over: a headline has five words or more, or prose follows it. It is
    short, has no full stop at its end, and more text comes after it.
    """
    lines = [line for line in (line.strip() for line in text[:20_000].split("\n")) if line]
    for line, following in pairwise(lines[:20]):
        if FURNITURE.match(line):
            continue
        heading = HEADING.match(line)
        words = EMPHASIS.sub(r"\2", heading.group(1) if heading else line).strip()
        wordy = len(words.split()) >= FEWEST_WORDS or len(CJK.findall(words)) >= FEWEST_WORDS
        if wordy or heading or PROSE.fullmatch(following):
            fits = 0 < len(words) < LONGEST_TITLE and not words.endswith((".", "。", ":", ";", ","))
            return one_line(words) if fits else None
    return None


def _text(given: Any) -> str | None:
    if isinstance(given, bool | float) or not isinstance(given, str | int | datetime.date):
        return None
    return one_line(str(given)) or None


def _date(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def _day_first(words: str) -> datetime.date | None:
    if match := re.match(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?!\d)", words):
        first, second, year = map(int, match.groups())
        if first > MONTHS or first == second or "." in match.group():  # dots are day first everywhere
            return _date(year, second, first)
        return _date(year, first, second) if second > MONTHS else None
    return None


def _spelt_out(words: str) -> datetime.date | None:
    if MAIL_DATE.match(words):
        try:
            return parsedate_to_datetime(words).date()
        except ValueError:
            return None
    return _written_out(words) if re.search(r"[^\W\d]{3}", words) else None


def _written_out(words: str) -> datetime.date | None:
    from dateparser import parse

    found = parse(
        words,
        settings={
            "PARSERS": ["absolute-time"],
            "REQUIRE_PARTS": ["day", "month", "year"],
            "RETURN_AS_TIMEZONE_AWARE": False,
        },
    )
    return found.date() if found else None
