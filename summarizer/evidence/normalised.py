"""Text with its looks taken away (quotation marks, dashes, spaces, case), and the way back to the source.

What is folded: quotation marks are dropped and apostrophes made alike; a short dash is `-`, a long or
doubled one ` - `; white space of any kind and length is one space; letters are lower case (`ß` stays,
since *Maße* and *Masse* differ); compatibility forms (ligatures, wide and styled letters) and combining
marks are as in NFKC; soft hyphens, zero-width and other invisible characters are dropped.

What is kept, because folding it would change what is said: superscripts, fractions, circled figures and
signs (NFKC turns `10²` into `102` and `№` into `no`), accents, and all other punctuation.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from summarizer.evidence.function_words import ELISIONS

__all__ = ["APOSTROPHES", "DOUBLE_QUOTES", "Normalised", "Token", "glued", "normalise", "tokens"]

DOUBLE_QUOTES = '"“”„‟«»‹›〝〞＂「」『』'
APOSTROPHES = "'’‘‚‛`´ʼʹ′＇"
_HYPHENS = "-‐‑﹣－"
_SHORT_DASHES = "‒–−"
_LONG_DASHES = "—―⸺⸻﹘"
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufe00-\ufe0f"
# Format characters that stand for something: Arabic and other number signs.
_VISIBLE_FORMATS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u08e2\U000110bd\U000110cd")
_CURRENCIES = "$€£¥₽₴₹₺₩₪₿"
# Scripts that set no spaces between words: Thai, Lao, Tibetan, Burmese, Khmer, kana, Han.
_UNSPACED = (
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
)
_HAN_NUMERALS = frozenset("〇零一二三四五六七八九十百千万萬億亿兆两兩")
_ABBREVIATED = frozenset({"s", "d", "ll", "re", "ve", "m"})

_TOKEN = re.compile(
    rf"[{_CURRENCIES}]?\d+(?:[.,:/]\d+)*[^\W\d_]*[%‰]?|[{_UNSPACED}]|[^\W{_UNSPACED}]+(?:['-][^\W{_UNSPACED}]+)*|[%‰]"
)
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_THOUSANDS_BEFORE = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})* ?$")
_RANGE = re.compile(r"\d - \d")
_ELISION = re.compile(r"(\w+)'$")
_AFTER_APOSTROPHE = re.compile(r"'(\w+)")


class Token(NamedTuple):
    """A word or figure of a normalised text, as half-open offsets in it. In scripts without spaces: a character."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Normalised:
    """A normalised text that knows where each of its characters stands in the source.

    It is held as pieces in order: `_at` and `_start` are the offsets of a piece in the normalised text and in
    the source, `_end` where it ends in the source. In a plain piece the characters correspond one to one; any
    other is one unit (`" - "` that became `"-"`).
    """

    source: str
    text: str
    _at: list[int]
    _start: list[int]
    _end: list[int]
    _plain: list[bool]

    def start(self, offset: int) -> int:
        """Return the source offset at which the normalised character at `offset` begins."""
        piece = bisect_right(self._at, offset) - 1
        return self._start[piece] + (offset - self._at[piece] if self._plain[piece] else 0)

    def end(self, offset: int) -> int:
        """Return the source offset at which the normalised character before `offset` ends."""
        piece = bisect_right(self._at, offset - 1) - 1
        return self._start[piece] + offset - self._at[piece] if self._plain[piece] else self._end[piece]

    def slice(self, start: int, end: int) -> str:
        """Return the source words of a stretch of the normalised text that is not empty."""
        return self.source[self.start(start) : self.end(end)]

    def at(self, source_offset: int) -> int:
        """Return the offset of the first normalised character that begins at or after a source offset."""
        piece = bisect_right(self._start, source_offset) - 1
        if piece < 0:
            return 0
        within = source_offset - self._start[piece]
        if within == 0 or (self._plain[piece] and source_offset < self._end[piece]):
            return self._at[piece] + within
        return self._at[piece + 1] if piece + 1 < len(self._at) else len(self.text)


def normalise(source: str) -> Normalised:
    """Fold a text of any Unicode characters, lone surrogates included. Takes about 1 ms per 10,000 characters."""
    out: list[str] = []
    pieces: list[tuple[int, int, int, bool]] = []
    length = done = 0
    unusual = "".join(sorted(char for char in set(source) if char > "\x7f" and _is_unusual(char)))
    for match in _specials(unusual).finditer(source):
        start, end = match.span()
        if start > done:
            out.append(source[done:start].translate(_FOLDING))
            pieces.append((length, done, start, True))
            length += start - done
        if folded := _fold_special(source, match):
            out.append(folded)
            pieces.append((length, start, end, False))
            length += len(folded)
        done = end
    if done < len(source):
        out.append(source[done:].translate(_FOLDING))
        pieces.append((length, done, len(source), True))
    at, starts, ends, plain = (list(column) for column in zip(*pieces, strict=True)) if pieces else ([], [], [], [])
    return Normalised(source, "".join(out), at, starts, ends, plain)


def tokens(text: str) -> list[Token]:
    """Return the words and figures of a normalised text in order."""
    return [Token(match.group(), *match.span()) for match in _TOKEN.finditer(text)]


def glued(normalised: Normalised, offset: int) -> bool:
    """Tell whether an offset lies inside a word or a figure, so that words cut there would be other words.

    Inside are: `un|acceptable`, `100|,000`, `1|.100`, `-|5`, `$|5`, `20|%`, `10 |000`, `US-|led`, `can|'t`, `O'|Brien`.
    Not inside: `Moscow|'s`, `l'|accord`, a dash between words, and any place between two characters of a script
    that sets no spaces, unless both are figures.
    """
    text = normalised.text
    if not 0 < offset < len(text):
        return False
    before, after = text[offset - 1], text[offset]
    if _is_word(before) and _is_word(after):
        return _is_one_word(before, after)
    if "'" in (before, after):
        return _cuts_at_apostrophe(text, offset)
    return (
        ("-" in (before, after) and _cuts_at_dash(normalised, offset))
        or (" " in (before, after) and _cuts_spaced_figure(text, offset))
        or _cuts_at_sign(text, offset)
    )


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_" or unicodedata.category(char)[0] == "M"


def _is_one_word(before: str, after: str) -> bool:
    if _IS_UNSPACED.match(before) or _IS_UNSPACED.match(after):
        figures = all(char in _HAN_NUMERALS or char.isdigit() for char in (before, after))
        return figures or unicodedata.category(after)[0] == "M"
    return True


def _cuts_at_apostrophe(text: str, offset: int) -> bool:
    if text[offset] == "'":
        following = _AFTER_APOSTROPHE.match(text, offset)
        return _is_word(text[offset - 1]) and following is not None and following[1] not in _ABBREVIATED
    if not _is_word(text[offset]):
        return False
    preceding = _ELISION.search(text[max(0, offset - 20) : offset])
    return preceding is not None and preceding[1] not in ELISIONS


def _cuts_at_dash(normalised: Normalised, offset: int) -> bool:
    text = normalised.text
    dash = offset if text[offset] == "-" else offset - 1
    left, right = text[dash - 1 : dash], text[dash + 1 : dash + 2]
    if not right or not _is_word(right):
        return False
    if not left or not _is_word(left):
        return right.isdigit() and dash < offset
    return left.isdigit() or right.isdigit() or normalised.slice(dash, dash + 1) in _HYPHENS


def _cuts_spaced_figure(text: str, offset: int) -> bool:
    """Tell whether an offset lies within `10 000` or `10 - 20`."""
    low = max(0, offset - 4)
    if any(match.start() < offset - low < match.end() for match in _RANGE.finditer(text[low : offset + 4])):
        return True
    if not re.match(r" ?\d{3}(?!\d)", text[offset : offset + 5]):
        return False
    return _THOUSANDS_BEFORE.search(text[max(0, offset - 24) : offset]) is not None


def _cuts_at_sign(text: str, offset: int) -> bool:
    before, after, earlier, later = (
        text[offset - 1],
        text[offset],
        text[offset - 2 : offset - 1],
        text[offset + 1 :][:1],
    )
    if before in ".,:/·" and after.isdigit():
        return before == "." or earlier.isdigit()
    if after in ".,:/·" and before.isdigit():
        return later.isdigit()
    if before == "." and after.isalpha():
        return earlier.isalpha() and not text[offset - 3 : offset - 2].isalnum()
    if after == "." and before.isalpha():
        return later.isalpha() and not text[offset - 2 : offset - 1].isalnum()
    return (before in _CURRENCIES and after.isdigit()) or (before.isdigit() and after in f"%‰{_CURRENCIES}")


class _Folding(dict[int, str]):
    """A table for `str.translate` that fills itself: one character to one."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold(chr(code))
        return folded


_FOLDING = _Folding()


@lru_cache(maxsize=4096)
def _fold(char: str) -> str:
    """Fold one character, to one or more."""
    category = unicodedata.category(char)
    if category not in {"So", "No"} and not unicodedata.decomposition(char).startswith(("<super>", "<sub>")):
        plain = unicodedata.normalize("NFKC", char)
        adds_digit = category != "Nd" and any(part.isdecimal() for part in plain)
        if not adds_digit and not any(part.isspace() for part in plain):
            char = plain
    return "".join(folded if len(folded := part.casefold()) == 1 else part.lower() for part in char)


@lru_cache(maxsize=4096)
def _is_mark(char: str) -> bool:
    """Tell whether a character belongs to the one before it."""
    return unicodedata.category(char)[0] == "M" or "\u1160" <= char <= "\u11ff" or char in "\uff9e\uff9f"


@lru_cache(maxsize=4096)
def _is_unusual(char: str) -> bool:
    """Tell whether a character needs more than the table and the constant part of the pattern."""
    return _is_mark(char) or unicodedata.category(char) == "Cf" or len(_fold(char)) != 1


@lru_cache(maxsize=256)
def _specials(unusual: str) -> re.Pattern[str]:
    """Compile the pattern of what is not folded character by character, for a text with these unusual characters."""
    known = re.compile(f"[{_INVISIBLE}]")
    rare = [char for char in unusual if not known.match(char) and char not in _VISIBLE_FORMATS]
    marks = "".join(re.escape(char) for char in rare if _is_mark(char))
    dropped = "".join(re.escape(char) for char in rare if unicodedata.category(char) == "Cf")
    longer = "".join(re.escape(char) for char in rare if not _is_mark(char) and unicodedata.category(char) != "Cf")
    dash = f"{re.escape(_HYPHENS)}{_SHORT_DASHES}{_LONG_DASHES}"
    blank = f"\\s{DOUBLE_QUOTES}{APOSTROPHES}{_INVISIBLE}{dropped}"
    cluster = f"[^{blank}{dash}][{marks}]+|[{marks}]|" if marks else ""
    # Most characters, and most spaces, are nothing special: one look ahead makes the search three times faster.
    ahead = "" if marks else f"(?=[{blank}{dash}…{longer}])(?! (?![{blank}{dash}]))"
    return re.compile(
        f"{ahead}(?:(?P<cluster>{cluster}[…{longer}])"
        f"|(?P<dash>(?P<left>[{blank}]*+)(?P<line>[{dash}]+)(?P<right>[{blank}]*))"
        f"|(?P<blank>[{blank}]{{2,}}|(?! )[{blank}]))"
    )


def _fold_special(source: str, match: re.Match[str]) -> str:
    text = match.group()
    if match.lastgroup == "cluster":
        return unicodedata.normalize("NFC", "".join(map(_fold, unicodedata.normalize("NFC", text))))
    if match.lastgroup == "dash":
        left, dash, right = match["left"], match["line"], match["right"]
        if len(dash) > 1 or dash in _LONG_DASHES:
            return " - "
        before = " " if any(map(str.isspace, left)) else ""
        return f"{before}-{' ' if any(map(str.isspace, right)) else ''}"
    if any(char.isspace() for char in text):
        return " "
    start, end = match.span()
    if not source[start - 1 : start].isalnum() or not source[end : end + 1].isalnum():
        return ""
    kinds = [char for char in text if char in DOUBLE_QUOTES or char in APOSTROPHES]
    return "" if not kinds else '"' if any(char in DOUBLE_QUOTES for char in kinds) else "'"
