"""Words to spans: where a quotation stands in its source, or why it does not.

A quotation is found when its words stand in the text in one piece (`exact`, or `normalised`: other quotation
marks, dashes, spaces or case), or in several (`elided`), where the source interrupts it with an attribution
or the quotation itself marks the gap with an ellipsis. Nothing else is found. Similarity is used only to
say, in a refusal, which passage is nearest and how it differs: no threshold of similarity can tell a changed
figure or a lost negation from a harmless reprint.

What is published never hides what governs it. A span that begins up to three words after a negation, or
directly after a modal verb, is widened to begin with it; one that ends before a negation that follows its
verb (`is | not`, `akzeptiert das | nicht`) is widened to end with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from summarizer.claims import Evidence, Match, Quote
from summarizer.documents import Document
from summarizer.evidence.function_words import (
    ACRONYMS,
    NAMESAKES,
    POSTPOSED_NEGATIONS,
    SCALES,
    is_auxiliary,
    is_negation,
    is_number,
)
from summarizer.evidence.indexed import (
    EDGE,
    ELLIPSIS,
    GAP_CHARACTERS,
    GAP_TOKENS,
    Gap,
    IndexedText,
    QuotedWords,
    Span,
    indexed,
    shown,
    trimmed,
)
from summarizer.evidence.normalised import Token, glued, tokens
from summarizer.evidence.refusals import Reason, Refusal, explain

__all__ = ["locate"]


def locate(document: Document, quote: Quote, damaged: frozenset[int] = frozenset()) -> list[Evidence] | Refusal:
    """Find the words of a quotation in a document.

    `quote.sentence` counts from 1 and may be wrong or out of range: the place nearest to that sentence wins, one
    within a sentence before one that crosses a border. `damaged` holds the numbers of sentences that are garbled
    in print; evidence that touches one is marked. Returns one Evidence, several for an elided quotation (in the
    order of the text, without overlap), or the Refusal. Raises nothing.
    """
    index = indexed(document)
    wanted = QuotedWords.of(quote.words)
    if not wanted.text:
        return Refusal("empty", "The quotation holds no words; copy a few words of the sentence.")
    if _is_too_short(wanted):
        return Refusal(
            "too_short", f"“{shown(quote.words, 40)}” is too short to point to anything; copy a few words more."
        )
    finder = _Finder(index, wanted, quote.sentence - 1)
    spans = finder.whole() or finder.in_pieces()
    if not spans:
        return finder.refusal or explain(index, wanted)
    match: Match = "elided"
    if len(spans) == 1:
        match = "exact" if index.normalised.slice(*spans[0]) == wanted.printed else "normalised"
    return [_evidence(document, index, span, match, damaged) for span in _widened(index, spans)]


_PIECE_TOKENS = 2
_MOST_PIECES = 4
_MOST_TRIED = 50
_SHORTEST_WORD = 3


@dataclass
class _Finder:
    """The search for one quotation. All spans are offsets of the normalised text."""

    index: IndexedText
    wanted: QuotedWords
    cited: int
    refusal: Refusal | None = field(default=None)
    """Why the best place found so far does not count."""

    def whole(self) -> list[Span]:
        """Find the words in one piece, at the best place."""
        places = sorted(_occurrences(self.index.text, self.wanted.text), key=self._rank)
        for place in places:
            if (refusal := _objection(self.index, self.wanted, place)) is None:
                return [place]
            self.refusal = self.refusal or refusal
        return []

    def in_pieces(self) -> list[Span]:
        """Find the words in several pieces, at the place where the first piece ranks best."""
        parts = [QuotedWords.of(part) for part in ELLIPSIS.split(trimmed(self.wanted.printed))]
        if len(parts) == 1:
            return min(self._interrupted(self.wanted), key=lambda spans: self._rank(spans[0]), default=[])
        if any(len(part.tokens) < _PIECE_TOKENS for part in parts):
            self.refusal = Refusal("too_short", "Each piece of a quotation with an ellipsis needs two words or more.")
            return []
        firsts = sorted(self._places(parts[0]), key=lambda spans: self._rank(spans[0]))
        for first in firsts[:_MOST_TRIED]:
            if spans := self._continued(first, parts[1:]):
                return spans
        self.refusal = self.refusal or self._apart(parts)
        return []

    def _rank(self, span: Span) -> tuple[bool, int, bool, int]:
        first, last = self.index.sentences_of(span)
        exact = self.index.normalised.slice(*span) == self.wanted.printed
        return first != last, min(abs(first - self.cited), abs(last - self.cited)), not exact, span[0]

    def _places(self, part: QuotedWords, start: int = 0, end: int | None = None) -> Iterator[list[Span]]:
        """Yield where a part stands, in one piece or interrupted, beginning within the bounds."""
        bound = len(self.index.text) if end is None else end
        for place in _occurrences(self.index.text, part.text, start, bound + len(part.text)):
            if _objection(self.index, part, place) is None:
                yield [place]
        yield from (spans for spans in self._interrupted(part) if start <= spans[0][0] <= bound)

    def _continued(self, found: list[Span], parts: list[QuotedWords]) -> list[Span]:
        """Find the remaining parts of a quotation with ellipses after the spans found: each at its next place."""
        for part in parts:
            end = found[-1][1]
            for spans in self._places(part, end, end + GAP_CHARACTERS):
                if self._may_skip((end, spans[0][0])):
                    found = [*found, *spans]
                    break
            else:
                return []
        return found

    def _may_skip(self, gap: Span) -> bool:
        refusal = _gap_objection(self.index, gap)
        self.refusal = self.refusal or refusal
        return refusal is None

    def _apart(self, parts: list[QuotedWords]) -> Refusal:
        for part in parts:
            if next(self._places(part), None) is None:
                return explain(self.index, part)
        return Refusal("gap", "The pieces of the quotation do not follow one another closely; quote them apart.")

    def _interrupted(self, part: QuotedWords) -> Iterator[list[Span]]:
        """Yield where a part stands with an attribution in the middle, or several."""
        for cut in range(_PIECE_TOKENS, len(part.tokens) - _PIECE_TOKENS + 1):
            head = part.text[: part.tokens[cut - 1].end]
            for gap in self._gaps_at(part, cut):
                start = gap.start - len(head)
                if start < 0 or not self.index.text.startswith(head, start):
                    continue
                if _objection(self.index, part, (start, gap.start)) is not None:
                    continue
                for rest in self._resumed(part, cut, gap, _MOST_PIECES - 1):
                    spans = [(start, gap.start), *rest]
                    if all(self._may_skip((left[1], right[0])) for left, right in pairwise(spans)):
                        yield spans

    def _resumed(self, part: QuotedWords, cut: int, gap: Gap, pieces: int) -> Iterator[list[Span]]:
        """Yield the spans of the part from token `cut` on, which must begin where a gap ends."""
        begin = part.tokens[cut].start
        rest = part.text[begin:]
        span = (gap.end, gap.end + len(rest))
        if self.index.text.startswith(rest, gap.end) and _objection(self.index, part, span, begin) is None:
            yield [span]
        if pieces < _PIECE_TOKENS:
            return
        for later in range(cut + _PIECE_TOKENS, len(part.tokens) - _PIECE_TOKENS + 1):
            middle = part.text[begin : part.tokens[later - 1].end]
            if not self.index.text.startswith(middle, gap.end):
                return
            if not _is_joined(part, later):
                continue
            span = (gap.end, gap.end + len(middle))
            for following in self.index.gaps_from.get(span[1], ()):
                if _objection(self.index, part, span, begin) is None:
                    for spans in self._resumed(part, later, following, pieces - 1):
                        yield [span, *spans]

    def _gaps_at(self, part: QuotedWords, cut: int) -> list[Gap]:
        """Return the gaps that may stand between two neighbouring tokens of a part."""
        before, after = part.tokens[cut - 1], part.tokens[cut]
        return self.index.gaps_between.get((before.text, after.text), []) if _is_joined(part, cut) else []


def _is_joined(part: QuotedWords, cut: int) -> bool:
    """Tell whether nothing but a pause stands between two neighbouring tokens of a part."""
    return not part.text[part.tokens[cut - 1].end : part.tokens[cut].start].strip(f"{EDGE}-")


def _occurrences(text: str, words: str, start: int = 0, end: int | None = None) -> Iterator[Span]:
    place = text.find(words, start, end)
    while place >= 0:
        yield place, place + len(words)
        place = text.find(words, place + 1, end)


def _objection(index: IndexedText, wanted: QuotedWords, span: Span, offset: int = 0) -> Refusal | None:
    """Say why equal normalised words are not the same words; `offset` is where the span begins in the wanted text."""
    for edge in span:
        if glued(index.normalised, edge):
            return _cut_word(index, edge)
    if number := _cut_number(index, span):
        return Refusal("number", f"The figure goes on in the source: “{shown(number, 90)}”. Copy all of it.")
    if index.normalised.slice(*span) == wanted.printed:
        return None
    begin, end = span
    for token in wanted.tokens:
        if token.text not in ACRONYMS and token.text not in NAMESAKES:
            continue
        if not offset <= token.start < offset + end - begin:
            continue
        place = begin + token.start - offset
        source = index.normalised.slice(place, place + len(token.text))
        quoted = wanted.as_printed(token)
        opens = token.start == 0 or index.opens_sentence(place) or index.normalised.slice(*span).isupper()
        if _is_another_word(source, quoted, opens=opens):
            nearest = index.around(span)
            return Refusal("case", f"“{quoted}” is “{source}” in the source, another word: “{nearest}”.")
    return None


def _is_another_word(source: str, quoted: str, *, opens: bool) -> bool:
    if source == quoted:
        return False
    folded = source.lower()
    if folded in ACRONYMS and len(source) > 1 and source.isupper() != quoted.isupper():
        return True
    return folded in NAMESAKES and source[0].isupper() != quoted[0].isupper() and not opens


def _cut_word(index: IndexedText, edge: int) -> Refusal:
    """Name the word or figure that a quotation cuts at an offset."""
    text = index.text
    start = text.rfind(" ", 0, edge) + 1
    end = text.find(" ", edge)
    whole = index.normalised.slice(start, len(text) if end < 0 else end)
    kind: Reason = "part_of_word"
    if any(is_negation(token.text) for token in tokens(text[start : None if end < 0 else end])):
        kind = "negation"
    elif any(char.isdigit() for char in whole):
        kind = "number"
    return Refusal(kind, f"The words are cut out of a longer one; in the source stands “{shown(whole, 60)}”.")


def _cut_number(index: IndexedText, span: Span) -> str:
    """Return the whole figure when a span holds only part of it (`100` of `100 million`), else nothing."""
    start, end = span
    text = index.text
    first, last = tokens(text[start : start + 60])[:1], tokens(text[max(start, end - 60) : end])[-1:]
    before, after = tokens(text[max(0, start - 60) : start])[-1:], tokens(text[end : end + 60])[:1]
    if (
        after
        and last
        and not text[end : end + after[0].start].strip("- ")
        and after[0].text in SCALES
        and is_number(last[0].text)
    ):
        return index.normalised.slice(max(start, end - len(last[0].text)), end + after[0].end)
    gap = text[max(0, start - 60) + before[0].end : start] if before else "."
    if first and before and not gap.strip("- ") and first[0].text in SCALES and is_number(before[0].text):
        return index.normalised.slice(max(0, start - 60) + before[0].start, start + first[0].end)
    return ""


def _gap_objection(index: IndexedText, span: Span) -> Refusal | None:
    """Say why a stretch of the source may not be left out of a quotation."""
    start, end = span
    skipped = [Token(token.text, token.start + start, token.end + start) for token in tokens(index.text[start:end])]
    apart = index.sentences_of((end, end + 1))[0] - index.sentences_of((start - 1, start))[1]
    if len(skipped) > GAP_TOKENS or apart > 1:
        return Refusal("gap", "The pieces of the quotation stand too far apart; quote the two places apart.")
    attributions = index.attributions(span)
    for token in skipped:
        kind: Reason | None = None
        if is_negation(token.text):
            kind = "negation"
        elif is_number(token.text):
            exempt = any(gap.start <= token.start and token.end <= gap.end for gap in attributions)
            kind = None if exempt else "number"
        elif index.is_modal(token):
            kind = "modal"
        if kind:
            nearest = index.around((token.start, token.end))
            return Refusal(kind, f"The words left out hold “{shown(token.text, 20)}”: “{nearest}”. Quote in one piece.")
    return None


_WIDEST_LEAD = 3
_CLAUSE_END = re.compile(r"[,;:.!?()\[\]]| - ")
_JAPANESE_NEGATION = re.compile("[ぁ-ん]{0,4}?(?:ない|なかった|なく|ません)")


def _widened(index: IndexedText, spans: list[Span]) -> list[Span]:
    first, last = spans[0], spans[-1]
    if len(spans) == 1:
        return [(_widened_start(index, first[0]), _widened_end(index, first))]
    return [(_widened_start(index, first[0]), first[1]), *spans[1:-1], (last[0], _widened_end(index, last))]


def _widened_start(index: IndexedText, start: int) -> int:
    """Move the start of a span to the left until no negation and no modal verb that governs it is cut off."""
    bound = index.normalised.at(index.sentences[index.sentence_at(index.normalised.start(start))])
    while True:
        base = max(bound, start - 120)
        clause = base
        for match in _CLAUSE_END.finditer(index.text, base, start):
            clause = match.end()
        lead = [
            Token(token.text, token.start + clause, token.end + clause) for token in tokens(index.text[clause:start])
        ]
        negations = [token for token in lead[-_WIDEST_LEAD:] if is_negation(token.text)]
        if negations:
            start = negations[0].start
        elif re.search(r"(?<!\w)n'$", index.text[clause:start]):
            start -= 2
        elif lead and index.is_modal(lead[-1]):
            start = lead[-1].start
        else:
            return start


def _widened_end(index: IndexedText, span: Span) -> int:
    """Move the end of a span to the right over a negation that follows its verb."""
    start, end = span
    following = tokens(index.text[end : end + 40])[:1]
    last = tokens(index.text[start:end])[-1:]
    if not following or not last or index.text[end : end + following[0].start].strip():
        return end
    if (japanese := _JAPANESE_NEGATION.match(index.text, end)) and not index.text[end - 1].isascii():
        return japanese.end()
    word = following[0].text
    denies = word in POSTPOSED_NEGATIONS or (is_negation(word) and word.startswith(("않", "못")))
    if denies or (word in {"not", "never"} and is_auxiliary(last[0].text)):
        return end + following[0].end
    return end


def _evidence(document: Document, index: IndexedText, span: Span, match: Match, damaged: frozenset[int]) -> Evidence:
    start, end = index.normalised.start(span[0]), index.normalised.end(span[1])
    first, last = index.sentences_of(span)
    return Evidence(
        source=document.id,
        start=start,
        end=end,
        text=document.text[start:end],
        match=match,
        damaged=any(number in damaged for number in range(first + 1, last + 2)),
    )


def _is_too_short(wanted: QuotedWords) -> bool:
    if len(wanted.tokens) != 1:
        return not wanted.tokens
    word = wanted.tokens[0].text
    return len(word) < _SHORTEST_WORD and word.isalpha() and not is_negation(word)
