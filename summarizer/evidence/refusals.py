"""Why a quotation is refused: the nearest passage of the source, and how it differs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from summarizer.evidence.function_words import NEGATIVE_PREFIXES, is_modal, is_negation, is_number
from summarizer.evidence.indexed import IndexedText, QuotedWords, shown
from summarizer.evidence.normalised import Token, tokens

__all__ = ["Reason", "Refusal", "explain"]

Reason = Literal[
    "empty", "too_short", "not_found", "negation", "number", "name", "modal", "case", "part_of_word", "gap", "wording"
]
"""What keeps a quotation from being found:

`empty` no words · `too_short` too few to point to anything · `not_found` nothing like them in the text ·
`negation`, `number`, `name`, `modal` the nearest passage differs in one · `case` a word whose capitals make it
another word (US, us) · `part_of_word` they stand only inside longer words · `gap` the pieces stand too far
apart · `wording` any other difference.
"""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a quotation was not found."""

    kind: Reason
    reason: str
    """One line of at most 160 characters, with the nearest wording of the source where there is one."""


_ALIKE = 60.0
"""The similarity, of 100, under which the nearest passage is not worth naming as the one meant."""
_LONGEST_NEEDLE = 400


def explain(index: IndexedText, wanted: QuotedWords) -> Refusal:
    """Find the passage nearest to words that do not stand in the text, and name the difference."""
    from rapidfuzz import fuzz

    needle = wanted.text[:_LONGEST_NEEDLE]
    nearest = fuzz.partial_ratio_alignment(needle, index.text)
    if nearest is None or nearest.score < _ALIKE:
        return Refusal("not_found", f"Nothing like “{shown(wanted.printed, 80)}” stands in the text.")
    if len(needle) > len(index.text):
        nearest_start, nearest_end = 0, len(index.text)
    else:
        nearest_start, nearest_end = nearest.dest_start, nearest.dest_end
    base = max(0, nearest_start - 40)
    around = [
        Token(token.text, token.start + base, token.end + base) for token in tokens(index.text[base : nearest_end + 40])
    ]
    if not around:
        return Refusal("not_found", f"Nothing like “{shown(wanted.printed, 80)}” stands in the text.")
    return _difference(index, wanted, around)


def _difference(index: IndexedText, wanted: QuotedWords, around: list[Token]) -> Refusal:
    """Compare a quotation with the tokens of the passage nearest to it."""
    from rapidfuzz.distance import Levenshtein

    quoted = [token for token in wanted.tokens if token.end <= _LONGEST_NEEDLE]
    edits = list(Levenshtein.opcodes([token.text for token in around], [token.text for token in quoted]))
    first, last = 0, len(around)
    if edits and edits[0].tag == "delete":
        first = edits.pop(0).src_end
    if edits and edits[-1].tag == "delete":
        last = edits.pop().src_start
    edits = [edit for edit in edits if edit.tag != "equal"]
    missing = [token for edit in edits for token in around[edit.src_start : edit.src_end]]
    added = [token for edit in edits for token in quoted[edit.dest_start : edit.dest_end]]
    passage = (around[first].start, around[last - 1].end) if first < last else (around[0].start, around[-1].end)
    if max(len(missing), len(added)) * 2 > len(quoted) + 1:
        near = shown(index.normalised.slice(*passage), 90)
        return Refusal("not_found", f"These words do not stand in the text; the nearest are “{near}”.")
    kind, told = _judged(index, wanted, missing, added)
    place = (missing[0].start, missing[0].end) if missing else passage
    if not missing and edits:
        before = around[max(first, edits[0].src_start - 1)]
        place = (before.start, before.end)
    return Refusal(kind, f"{told} The source has “{index.around(place, passage)}”.")


def _judged(index: IndexedText, wanted: QuotedWords, missing: list[Token], added: list[Token]) -> tuple[Reason, str]:
    """Name the gravest difference between a quotation and a passage."""
    left = {token.text for token in missing}
    right = {token.text for token in added}

    def told(what: str, tests: set[str]) -> str:
        words = [("without", index.normalised.slice(one.start, one.end)) for one in missing if one.text in tests][:1]
        words += [("with", wanted.as_printed(one)) for one in added if one.text in tests][:1]
        return f"Another {what}: quoted {' and '.join(f'{how} “{shown(word, 22)}”' for how, word in words)}."

    prefixed = {
        word for a in left for b in right for p in NEGATIVE_PREFIXES if p + a == b or p + b == a for word in (a, b)
    }
    kinds: list[tuple[Reason, str, set[str]]] = [
        ("negation", "negation", {word for word in left | right if is_negation(word)} | prefixed),
        ("number", "number", {word for word in left | right if is_number(word)}),
        ("name", "name", _names(index, wanted, missing, added)),
        ("modal", "modal verb", {word for word in left | right if is_modal(word)}),
    ]
    for kind, what, words in kinds:
        if words:
            return kind, told(what, words)
    if not left | right:
        return "wording", "The punctuation differs."
    return "wording", told("wording", left | right)


def _names(index: IndexedText, wanted: QuotedWords, missing: list[Token], added: list[Token]) -> set[str]:
    """Return the words with a capital that they do not owe to their place."""
    printed = [
        (token, index.normalised.slice(token.start, token.end), index.opens_sentence(token.start)) for token in missing
    ]
    quoted = [(token, wanted.as_printed(token), token.start == 0) for token in added]
    both_open = all(any(word[0].isupper() for _, word, _ in side) for side in (printed, quoted))
    return {
        token.text
        for token, word, opens in (*printed, *quoted)
        if word[0].isupper() and (both_open or not opens) and not is_modal(token.text)
    }
