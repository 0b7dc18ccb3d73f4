"""A document made ready for the search of quotations: normalised, with its sentences and its interruptions."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from weakref import WeakKeyDictionary

from summarizer.documents import Document
from summarizer.evidence.function_words import NAMESAKES, is_modal, is_saying
from summarizer.evidence.normalised import DOUBLE_QUOTES, Normalised, Token, normalise, tokens

__all__ = [
    "EDGE",
    "ELLIPSIS",
    "GAP_CHARACTERS",
    "GAP_TOKENS",
    "Gap",
    "IndexedText",
    "QuotedWords",
    "Span",
    "indexed",
    "shown",
    "trimmed",
]

Span = tuple[int, int]
"""A stretch of a normalised text, as half-open offsets."""

EDGE = " .,;:!?"
"""What is ignored at the ends of a quotation."""
ELLIPSIS = re.compile(r"\s*(?:\[\s*(?:…|\.{3,})\s*\]|\(\s*(?:…|\.{3,})\s*\)|…|\.{3,}|\.(?: \.){2,})\s*")
GAP_TOKENS = 30
GAP_CHARACTERS = 400
_AROUND_GAP = frozenset(f"{EDGE}-")


@dataclass(frozen=True)
class QuotedWords:
    """The words of a quotation without what a model puts around them."""

    printed: str
    text: str
    normalised: Normalised
    shift: int
    """Where `text` begins in `normalised.text`."""

    @classmethod
    def of(cls, words: str) -> QuotedWords:
        """Take the words as the model gave them."""
        normalised = normalise(trimmed(words))
        text = normalised.text.strip(EDGE)
        text = text.removesuffix(" -").removeprefix("- ").strip(EDGE)
        shift = normalised.text.find(text)
        printed = normalised.slice(shift, shift + len(text)) if text else ""
        return cls(printed, text, normalised, shift)

    @cached_property
    def tokens(self) -> list[Token]:
        """The words and figures of `text`."""
        return tokens(self.text)

    def as_printed(self, token: Token) -> str:
        """Return a token of `text` in the letters of the quotation."""
        return self.normalised.slice(self.shift + token.start, self.shift + token.end)


class Gap(NamedTuple):
    """A stretch in which the quotation marks of the source close and open again, as normalised offsets."""

    start: int
    end: int


@dataclass
class IndexedText:
    """A document's text with all that is computed once for it."""

    normalised: Normalised
    sentences: list[int]
    """The source offsets at which the sentences begin."""

    @property
    def text(self) -> str:
        """The normalised text."""
        return self.normalised.text

    def sentence_at(self, offset: int) -> int:
        """Return the index, from 0, of the sentence that holds a source offset."""
        return max(0, bisect_right(self.sentences, offset) - 1)

    def sentences_of(self, span: Span) -> tuple[int, int]:
        """Return the indexes of the first and the last sentence that a span touches."""
        return self.sentence_at(self.normalised.start(span[0])), self.sentence_at(self.normalised.end(span[1]) - 1)

    @cached_property
    def gaps(self) -> list[Gap]:
        """The places where an attribution may interrupt a quotation, in order."""
        return sorted({*_closed_gaps(self), *_dashed_gaps(self)})

    @cached_property
    def gaps_from(self) -> dict[int, list[Gap]]:
        """The gaps by where they begin."""
        found: dict[int, list[Gap]] = {}
        for gap in self.gaps:
            found.setdefault(gap.start, []).append(gap)
        return found

    @cached_property
    def gaps_between(self) -> dict[tuple[str, str], list[Gap]]:
        """The gaps by the words directly before and after."""
        found: dict[tuple[str, str], list[Gap]] = {}
        for gap in self.gaps:
            before = tokens(self.text[max(0, gap.start - 30) : gap.start])
            after = tokens(self.text[gap.end : gap.end + 30])
            if before and after:
                found.setdefault((before[-1].text, after[0].text), []).append(gap)
        return found

    def opens_sentence(self, offset: int) -> bool:
        """Tell whether a word has its capital from the place where it stands: first in a sentence or a quotation."""
        start = self.normalised.start(offset)
        before = self.normalised.source[max(0, start - 20) : start]
        opens = start == self.sentences[self.sentence_at(start)] or before[-1:] in {*DOUBLE_QUOTES, "‘", "‚"}
        return opens or before.rstrip()[-1:] in {".", "!", "?", ":"}

    def is_modal(self, token: Token) -> bool:
        """Tell a modal verb from a namesake (the month of May, a man called Will) by its capital."""
        if not is_modal(token.text):
            return False
        printed = self.normalised.slice(token.start, token.end)
        return token.text not in NAMESAKES or not printed[0].isupper() or self.opens_sentence(token.start)

    def is_attribution(self, gap: Gap) -> bool:
        """Tell whether a gap says who speaks."""
        skipped = tokens(self.text[gap.start : gap.end])
        return len(skipped) <= GAP_TOKENS and any(is_saying(token.text) for token in skipped)

    def attributions(self, span: Span) -> list[Gap]:
        """Return the gaps within a span that say who speaks."""
        first, last = bisect_left(self.gaps, (span[0], 0)), bisect_right(self.gaps, (span[1], span[1]))
        return [gap for gap in self.gaps[first:last] if gap.end <= span[1] and self.is_attribution(gap)]

    def around(self, span: Span, within: Span | None = None, room: int = 80) -> str:
        """Return the source words around a span on one line, cut at spaces to fit the room."""
        low, high = within or (max(0, span[0] - room), min(len(self.text), span[1] + room))
        if high - low > room:
            low = max(low, min(sum(span) // 2 - room // 2, high - room))
            high = min(high, low + room)
            if low and self.text[low - 1] != " ":
                low = self.text.find(" ", low, span[0]) + 1 or low
            if high < len(self.text):
                high = max(self.text.rfind(" ", span[1], high), span[1])
        return shown(self.normalised.slice(low, high), room)


_INDEXES: WeakKeyDictionary[Document, IndexedText] = WeakKeyDictionary()


def indexed(document: Document) -> IndexedText:
    """Return the document ready for searching, made at the first call and kept as long as the document lives."""
    index = _INDEXES.get(document)
    if index is None:
        index = IndexedText(normalise(document.text), [sentence.start for sentence in document.sentences])
        _INDEXES[document] = index
    return index


_MARKS = re.compile(f"[{DOUBLE_QUOTES}'‘’‚]")
_OPENING = frozenset("“„«‹‘‚「『〝")
_CLOSING = frozenset("”»›’」』〞")
_PARAGRAPH_END = re.compile(rf"\n[^\S\n]*\n|[.!?…][{DOUBLE_QUOTES}'’]*\s*\n")
_BEFORE_WORDS = f"([…${DOUBLE_QUOTES}'‘"
_DASHED = re.compile(rf"[–—]\s[^–—\n{DOUBLE_QUOTES}]{{2,150}}\s[–—](?=\s)")


def _closed_gaps(index: IndexedText) -> Iterator[Gap]:
    """Yield the stretches between a closing quotation mark and the next one of its family, when that opens."""
    source = index.normalised.source
    closed: dict[bool, int | None] = {True: None, False: None}
    opened = {True: False, False: False}
    for match in _MARKS.finditer(source):
        place = match.start()
        before, after = source[place - 1 : place], source[place + 1 : place + 2]
        is_double = source[place] in DOUBLE_QUOTES
        if not is_double and before.isalnum() and after.isalnum():
            continue
        opens = _is_opening(source, place, otherwise=not opened[is_double])
        if not (is_double or opens or opened[is_double]):
            continue  # an apostrophe at the end of a word
        left = closed[is_double]
        if opens and left is not None and _is_interruption(source[max(0, left - 1) : place]):
            yield from _gap(index, left, place + 1)
        closed[is_double] = None if opens else place
        opened[is_double] = opens


def _is_interruption(between: str) -> bool:
    """Tell an interrupted quotation from the next one, which a new paragraph or a colon brings in."""
    return len(between) <= GAP_CHARACTERS and between.rstrip()[-1:] != ":" and not _PARAGRAPH_END.search(between)


def _is_opening(source: str, place: int, *, otherwise: bool) -> bool:
    """Judge a quotation mark by its neighbours, then by its form (which differs from language to language)."""
    before, after = source[place - 1 : place], source[place + 1 : place + 2]
    starts = (after.isalnum() or (bool(after) and after in _BEFORE_WORDS)) and (
        not before or before.isspace() or before in "-–—([{"
    )
    ends = bool(before) and not before.isspace() and not after.isalnum()
    if starts != ends:
        return starts
    if source[place] in _OPENING or source[place] in _CLOSING:
        return source[place] in _OPENING
    return otherwise


def _dashed_gaps(index: IndexedText) -> Iterator[Gap]:
    """Yield attributions between dashes, with which Russian and Ukrainian interrupt a quotation without closing it."""
    for match in _DASHED.finditer(index.normalised.source):
        for gap in _gap(index, match.start(), match.end()):
            if index.is_attribution(gap):
                yield gap


def _gap(index: IndexedText, start: int, end: int) -> Iterator[Gap]:
    """Yield the gap between two source offsets without the punctuation at its ends, unless nothing is left."""
    text = index.text
    first, last = index.normalised.at(start), index.normalised.at(end)
    while first and text[first - 1] in _AROUND_GAP:
        first -= 1
    while last < len(text) and text[last] in _AROUND_GAP:
        last += 1
    if 0 < first < last < len(text):
        yield Gap(first, last)


def trimmed(words: str) -> str:
    """Take away the quotation marks and ellipses around a quotation."""
    trimmed = words
    while True:
        before = trimmed
        trimmed = trimmed.strip(f"{DOUBLE_QUOTES}'‘’‚` \t\r\n\u00a0")
        if (lead := ELLIPSIS.match(trimmed)) is not None:
            trimmed = trimmed[lead.end() :]
        if (tail := re.search(rf"(?:{ELLIPSIS.pattern})$", trimmed)) is not None:
            trimmed = trimmed[: tail.start()]
        if trimmed == before:
            return trimmed


def shown(words: str, room: int) -> str:
    """Return words of an article on one line, without control characters, cut to a number of characters."""
    line = " ".join(words.split())
    if not line.isprintable():
        line = "".join(char for char in line if char.isprintable())
    return line if len(line) <= room else line[: room - 1] + "…"
