"""Text from outside made fit to show: nothing in it can move the cursor, turn the line round or hide."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable

    from summarizer.claims import When

    Spell = Callable[[datetime.date], str]

__all__ = ["MONTHS", "inline", "long_date", "span_of_days", "visible", "web_address", "when_words"]

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_DIRECTION_MARKS = "\u200e\u200f\u061c"
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 and C1 but tab and line feed
    "\u202a-\u202e\u2066-\u2069\u206a-\u206f"  # overrides, embeddings and isolates
    "\ud800-\udfff\ufff9-\ufffb\U000e0000-\U000e007f]"  # surrogates, annotations, invisible tags
)
_UNSAFE_OR_MARK = re.compile(f"{_UNSAFE.pattern}|[{_DIRECTION_MARKS}]")
_SPACE, _DELETE, _PICTURES = 0x20, 0x7F, 0x2400
_LINE_BREAKS = re.compile("\r\n|[\r\u2028\u2029]")
_SPACES = re.compile("[\t\n ]+")


def visible(text: str, *, direction_marks: bool = False) -> str:
    """Return a text with every control character replaced by a sign for it.

    C0 becomes its picture (␛), other controls their code point (‹U+202E›). Line feeds and tabs stay.
    The marks U+200E, U+200F and U+061C are needed where right-to-left text is laid out (the page): they stay
    there with `direction_marks`.
    """
    unsafe = _UNSAFE if direction_marks else _UNSAFE_OR_MARK
    return unsafe.sub(_sign, _LINE_BREAKS.sub("\n", text))


def inline(text: str, *, direction_marks: bool = False) -> str:
    """Return a text as `visible` does, on one line, with single spaces."""
    return _SPACES.sub(" ", visible(text, direction_marks=direction_marks)).strip()


def _sign(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < _SPACE:
        return chr(_PICTURES + code)
    return "\u2421" if code == _DELETE else f"‹U+{code:04X}›"


def web_address(url: str | None) -> str | None:
    """Return an http or https address safe to put into a link; None for anything else."""
    if not url:
        return None
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host:
        return None
    return quote(parts.geturl().encode("utf-8", "replace"), safe="/:?#[]@!$&'*+,;=%~-._")


def long_date(date: datetime.date) -> str:
    """Return a date in English, whatever the locale: `4 Sep 2025`."""
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def span_of_days(start: datetime.date | None, end: datetime.date | None, spell: Spell = str) -> str:
    """Return one day or a span of days, each spelt by `spell` (ISO); empty when neither is known."""
    if start and end and start != end:
        return f"{spell(start)} to {spell(end)}"
    known = start or end
    return spell(known) if known else ""


def when_words(when: When, spell: Spell = str) -> str:
    """Return when something was or will be: dates where known, else the words of the source; may be empty.

    A date that is only the day of publication is called so: it is no later than that.
    """
    days = span_of_days(when.from_, when.to, spell)
    if days and when.basis == "publication":
        return f"reported {days}"
    if days:
        return days
    return f"“{inline(when.text)}” (no date)" if when.text else ""
