"""Finds texts that were copied word by word with other words: spun copies, which shingles cannot see.

Whoever spins a text changes its words and leaves its names and numbers, in their order. So two texts are compared by
the sequence of these alone: the longest common subsequence (Hunt and Szymanski 1977), as a share of the shorter
sequence. Copies share nine tenths of it, reports on the same events by different hands less than four tenths.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rapidfuzz.distance import LCSseq

from summarizer.documents import Document

__all__ = ["spun_copies"]

SHARE = 0.7
"""The least share of names and numbers, in order, that makes two texts one: half-way between what was measured."""

LEAST = 12
"""The least number of names and numbers by which two texts are compared: fewer can agree by chance."""

LENGTHS = 0.5
"""The least ratio of two sequences' lengths: a long story that holds a short one whole is not its copy."""

_TOKEN = re.compile(r"[^\W_](?:[\w’'.,-]*[^\W_])?")
_STEM = 4
"""Letters of a name that are compared: spinning and translating bends the ends of names."""


def spun_copies(documents: Sequence[Document], known: Mapping[str, str]) -> dict[str, str]:
    """Return the ids of documents that copy another, with the id of the one they copy.

    Args:
        documents: those to compare, in the order in which the earlier is the original.
        known: copies that were found otherwise; they are kept.

    """
    found = dict(known)
    originals: list[tuple[Document, list[str]]] = []
    for document in documents:
        if document.id in found:
            continue
        own = _anchors(document)
        original = next((other for other, anchors in originals if _same(own, anchors)), None)
        if original is None:
            originals.append((document, own))
        else:
            found[document.id] = original.id
    return found


def _same(one: Sequence[str], other: Sequence[str]) -> bool:
    shorter, longer = sorted((len(one), len(other)))
    if shorter < LEAST or shorter < LENGTHS * longer:
        return False
    return LCSseq.similarity(one, other, score_cutoff=int(SHARE * shorter)) >= SHARE * shorter


def _anchors(document: Document) -> list[str]:
    """Return the names and numbers of a text in their order. A sentence's first word says nothing by its capital."""
    anchors = []
    for start, end in document.sentences:
        for number, match in enumerate(_TOKEN.finditer(document.text, start, end)):
            token = match[0]
            if any(char.isdigit() for char in token):
                anchors.append(re.sub(r"\D", "", token))
            elif number and token[0].isupper():
                anchors.append(token.casefold()[:_STEM])
    return anchors
