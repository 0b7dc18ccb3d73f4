"""Copies of one text under several outlets, found before anything is asked of a model.

Texts are compared by their shingles (runs of four words). MinHash finds the pairs worth a look, and the look is exact:
a copy has most of the other's shingles and the other most of its own. A follow-up that repeats two paragraphs of a
report, or a short item that a long report has swallowed, shares much in one direction alone and is a text of its own.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

from summarizer.documents import Document

__all__ = ["find_origins"]

WORDS = 4
TOKEN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\\w+")
"""A word; in scripts that do not part words, a character."""
OF_SHORTER, OF_LONGER = 0.75, 0.55
"""Shares of the shingles that a copy has in common with its origin: what is missing is furniture, a new first sentence,
a paragraph cut by an editor."""
PERMUTATIONS, BANDS = 128, 64
"""Two rows a band: a pair whose sets overlap by half is missed once in a hundred million."""
SEED = 7


def find_origins(documents: Sequence[Document]) -> dict[str, str]:
    """Return, for each document that copies another, the id of that other: the earliest, then the longest.

    An origin is never itself a copy. The order of the documents changes nothing.
    """
    shingles = {document.id: _shingles(document.text) for document in documents}
    first = sorted(
        (document for document in documents if shingles[document.id]),
        key=lambda one: (one.published.date or datetime.date.max, -len(shingles[one.id]), one.id),
    )
    if len(first) < 2:  # noqa: PLR2004 - a pair
        return {}
    near = _candidates([shingles[document.id] for document in first])
    origins: dict[str, str] = {}
    for at, document in enumerate(first):
        earlier = [first[other].id for other in near[at] if other < at and first[other].id not in origins]
        shared = {other: _shared(shingles[document.id], shingles[other]) for other in earlier}
        copied = [other for other in earlier if shared[other]]
        if copied:
            origins[document.id] = max(copied, key=lambda other: (shared[other], other))
    return origins


def _shingles(text: str) -> frozenset[str]:
    tokens = TOKEN.findall(text.casefold())
    if len(tokens) < WORDS:
        return frozenset([" ".join(tokens)] if tokens else [])
    return frozenset(" ".join(tokens[at : at + WORDS]) for at in range(len(tokens) - WORDS + 1))


def _candidates(sets: Sequence[frozenset[str]]) -> list[list[int]]:
    """Return, for each set, the indices of those that may overlap with it by a third or more."""
    from rensa import RMinHash, RMinHashLSH

    sketches = RMinHash.from_token_sets([sorted(one) for one in sets], PERMUTATIONS, SEED)
    index = RMinHashLSH(0.5, PERMUTATIONS, BANDS)
    index.insert_many(sketches)
    return [sorted(set(found)) for found in index.query_all(sketches)]


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of the shorter text that both have, or 0 when they are not the same text."""
    common = len(one & other)
    shorter, longer = sorted((len(one), len(other)))
    return common / shorter if common >= OF_SHORTER * shorter and common >= OF_LONGER * longer else 0.0
