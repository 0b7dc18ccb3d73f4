"""Lines that a program broke (a PDF, an old mail) joined to the paragraphs that they were."""

from __future__ import annotations

import re
from statistics import median

__all__ = ["is_wrapped", "reflow"]

ENDS = re.compile(r"[.!?:;\u2026\u3002\uff01\uff1f][\"'\u201d\u2019\u00bb)\]]*$")
STARTS = re.compile(r"(?:[-*\u2022\u00b7\u2013\u25aa>|]|\(?\d{1,3}[.)]|[A-Za-z][.)])\s")
HYPHEN = re.compile(r"[^\W\d_]-$")
SHORT = 0.75
"""Of the usual line; a shorter one ends a paragraph if a sentence ends with it."""
WRAPPED = range(50, 101)
"""Characters of a line that a program broke."""
FEWEST_LINES = 4


def reflow(text: str) -> str:
    """Join broken lines to paragraphs, one line each; words that were parted at a line's end are made whole.

    Blank lines, list marks, and short lines at which a sentence ends part paragraphs.
    """
    lines = [line.rstrip() for line in text.split("\n")]
    usual = median([len(line) for line in lines if line] or [0])
    paragraphs: list[str] = []
    current = ""
    for line in lines:
        bare = line.strip()
        if current and (not bare or STARTS.match(bare)):
            paragraphs.append(current)
            current = ""
        if not bare:
            continue
        current = _joined(current, bare)
        if len(line) < SHORT * usual and (ENDS.search(bare) or (len(bare) < usual / 2 and not bare.endswith(","))):
            paragraphs.append(current)
            current = ""
    return "\n".join([*paragraphs, current] if current else paragraphs)


def is_wrapped(text: str) -> bool:
    """Tell whether a program broke the lines of a text: most are of much the same length and end inside a sentence."""
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) < FEWEST_LINES or max(map(len, lines)) not in WRAPPED:
        return False
    inside = [line for line in lines if not ENDS.search(line.rstrip())]
    return len(inside) > len(lines) / 2 and median(map(len, inside)) > max(map(len, lines)) * SHORT


def _joined(current: str, line: str) -> str:
    if not current:
        return line
    if HYPHEN.search(current) and line[:1].islower():
        return current[:-1] + line
    return f"{current} {line}"
