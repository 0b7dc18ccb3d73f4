r"""Bytes to text.

A byte order mark decides, then a declared encoding, then UTF-8 if it fits, then a guess. Line ends become
`\n`; control characters but `\n` and `\t` go, with a warning, and so do the invisible tag characters of
Unicode. All else stays as it is: the offsets of a brief count in the text that comes out of here.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

__all__ = ["Decoded", "NotText", "clean", "decode", "one_line"]

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
MAGIC = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x1f\x8b", "gzip data"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3", "a database"),
)
SAMPLE = 65_536
CONTROL_BYTES = bytes(code for code in range(32) if code not in b"\t\n\x0b\x0c\r\x1b") + b"\x7f"
BINARY_SHARE = 0.05
"""Random bytes hold 10 % control characters, text in any 8-bit encoding none."""
FEWEST_CONTROLS = 8
FEWEST_BYTES = 16
ZERO_SHARE = 0.3
"""UTF-16 without a mark, in Latin letters, is half zeros."""
FEWEST_GOOD = 20
"""Characters beyond ASCII that decode, for each one that does not, where an encoding is believed."""

LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85]")
CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
SURROGATES = re.compile("[\ud800-\udfff]")
BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
BIDI_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")
TAGS = re.compile("(?<!\U0001f3f4)(?<![\U000e0020-\U000e007f])[\U000e0000-\U000e007f]+")
"""Unicode's tag characters show nothing; after a black flag they make the flag of a region."""
WESTERN = frozenset("àâäáãåæçéèêëíìîïñóòôöõøœßúùûüÿÀÂÄÁÃÅÆÇÉÈÊËÍÌÎÏÑÓÒÔÖÕØŒÚÙÛÜ“”„‘’‚–—…•«»€£§°©®™\u00a0·¿¡")
WESTERN_SHARE = 0.03


class NotText(ValueError):
    """The bytes are not text; its text says what they look like."""


class Decoded(NamedTuple):
    """A text and what to know about it."""

    text: str
    warnings: tuple[str, ...] = ()


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """Decode bytes whose encoding may be declared, wrongly too.

    Raises:
        NotText: they look binary.

    """
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return clean(data[len(mark) :].decode(encoding, "replace"))
    if looks_utf16 := _utf16_by_its_zeros(data):
        return clean(data.decode(looks_utf16, "replace"))
    _refuse_binary(data)
    label, warnings = _label(declared)
    utf8 = _mostly(data, "utf-8")
    if label and (label == "utf-8" or utf8 is None or data.isascii()):
        text = _mostly(data, label)
        if text is not None:
            return clean(text, warnings)
        warnings = (*warnings, f"the text is not in its declared encoding ({label})")
    elif label and utf8 is not None:
        warnings = (*warnings, f"declared as {label}, but it is UTF-8")
    if utf8 is not None:
        return clean(utf8, warnings)
    text, encoding = _guess(data)
    return clean(text, (*warnings, f"the encoding was guessed to be {encoding}"))


def clean(text: str, warnings: tuple[str, ...] = ()) -> Decoded:
    r"""Make line ends `\n`, take out what no reader can see, and say so."""
    text = LINE_ENDS.sub("\n", text)
    found = list(warnings)
    text, controls = CONTROLS.subn("", text)
    if controls:
        found.append(f"{_count(controls, 'control character')} removed")
    text, tags = TAGS.subn("", text)
    if tags:
        found.append("invisible tag characters removed")
    if SURROGATES.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        found.append("half characters (lone surrogates) replaced")
    if "\ufffd" in text:
        found.append("some characters could not be decoded (shown as \ufffd)")
    if overrides := len(BIDI_OVERRIDES.findall(text)):
        found.append(f"{_count(overrides, 'control')} of writing direction kept: lines may show in another order")
    return Decoded(text, tuple(found))


def one_line(text: str) -> str:
    """Return a title or a name as one line that is safe to show: no controls, single spaces."""
    return " ".join(BIDI.sub("", clean(text).text).split())


def _label(declared: str | None) -> tuple[str | None, tuple[str, ...]]:
    """Return the codec that a declared encoding names, as the WHATWG reads such labels, or None with a warning."""
    if not declared:
        return None, ()
    try:
        found = codecs.lookup(declared.strip().strip("\"'"))
    except (LookupError, ValueError):
        found = None
    if found is None or not found._is_text_encoding or found.name == "utf-7":  # noqa: SLF001 - tells rot13 from these
        return None, ("the declared encoding is unknown",)
    if found.name.startswith(("utf-16", "utf-32")):  # without a mark or zeros it is not that
        return "utf-8", ()
    return ("cp1252" if found.name in {"iso8859-1", "ascii"} else found.name), ()


def _mostly(data: bytes, encoding: str) -> str | None:
    """Decode if next to all fits: a few broken characters do not make it another encoding."""
    text = data.decode(encoding, "replace")
    broken = text.count("\ufffd")
    if broken and broken * FEWEST_GOOD > sum(1 for char in text if char > "\x7f" and char != "\ufffd"):
        return None
    return text


def _utf16_by_its_zeros(data: bytes) -> str | None:
    """Tell UTF-16 without a mark: in Latin text every other byte is zero."""
    sample = data[:SAMPLE]
    if len(sample) < FEWEST_BYTES or sample.count(0) < len(sample) * ZERO_SHARE:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd and not even:
        return "utf-16-le"
    return "utf-16-be" if even and not odd else None


def _refuse_binary(data: bytes) -> None:
    for magic, name in MAGIC:
        if data.startswith(magic):
            raise NotText(f"not text: it looks like {name}")
    sample = data[:SAMPLE]
    controls = len(sample) - len(sample.translate(None, CONTROL_BYTES))
    if controls >= FEWEST_CONTROLS and controls > len(sample) * BINARY_SHARE:
        raise NotText("not text: it looks like binary data")


def _guess(data: bytes) -> tuple[str, str]:
    """Guess an encoding; a Western text with a few accents is told first, for the guesser takes it for others."""
    western = data.decode("cp1252", "replace")
    high = [char for char in western if char > "\x7f"]
    if len(high) <= len(western) * WESTERN_SHARE and WESTERN.issuperset(high):
        return western, "cp1252"
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    if best is not None:
        return str(best), best.encoding
    return data.decode("utf-8", "replace"), "utf-8"


def _count(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number} {noun}s"
