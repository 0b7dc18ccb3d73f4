"""Puts data between two marks that it cannot contain, so that no text can end its own fence."""

from __future__ import annotations

import hashlib

__all__ = ["fence"]


def fence(text: str, what: str) -> str:
    """Return a text between an opening and a closing mark.

    The mark is made from the text's own hash: the same text has the same mark, so that a recorded request
    stays the same, and no text can be written that holds it.

    Args:
        text: what stands between the marks.
        what: one word in capitals that names it.

    """
    mark = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    while mark in text:  # pragma: no cover - would take a text that holds its own hash
        mark = hashlib.sha256(mark.encode()).hexdigest()[:12]
    return f"<<<{what} {mark}\n{text}\n{what} {mark}>>>\n"
