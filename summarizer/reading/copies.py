"""Copies of one text under several outlets, found before anything is asked of a model.

Texts are compared by their shingles (runs of four words). MinHash finds the pairs worth a look, and the look is exact:
a copy has most of the other's shingles and the other most of its own. A follow-up that repeats two paragraphs of a
report, or a short item that a long report has swallowed, shares much in one direction alone and is a text of its own.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence

from summarizer.documents import Document

__all__ = ["find_origins"]

WORDS = 4
TOKEN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\\w+")
"""A word; in scripts that do not part words, a character."""
OF_SHORTER, OF_LONGER = 0.75, 0.55
"""Shares of the shingles that a copy has in common with its origin: what is missing is furniture, a new first sentence,
a paragraph cut by an editor."""
PERMUTATIONS, BANDS = 126, 42
"""Three rows a band: a copy at the very limit has two fifths of all shingles in common and is seen in 98 of 100 cases,
a fuller one always."""
ALIKE = 0.36
DOUBT = 0.15
"""By which an estimate from so many permutations may be off; its standard error is at most 0.045."""
SEED = 7


def find_origins(documents: Sequence[Document]) -> dict[str, str]:
    """Return, for each document that copies another, the id of that other: the earliest, then the longest.

    An origin is never itself a copy. The order of the documents changes nothing.
    """
    from rensa import RMinHash

    shingles = {document.id: _shingles(document.text) for document in documents}
    first = sorted(
        (document for document in documents if shingles[document.id]),
        key=lambda one: (one.published.date or datetime.date.max, -len(shingles[one.id]), one.id),
    )
    if len(first) < 2:  # noqa: PLR2004 - a pair
        return {}
    sets = [shingles[document.id] for document in first]
    hashed = [frozenset(hashes) for hashes in RMinHash.hash_token_sets(sets)]
    origins: dict[str, str] = {}
    for at, others in enumerate(_candidates(sets)):
        shared = {other: _shared(hashed[at], hashed[other]) for other in others if first[other].id not in origins}
        best = max(shared, key=lambda other: (shared[other], -other), default=None)
        if best is not None and shared[best]:
            origins[first[at].id] = first[best].id
    return origins


def _shingles(text: str) -> list[str]:
    tokens = TOKEN.findall(text.casefold())
    if len(tokens) < WORDS:
        return [" ".join(tokens)] if tokens else []
    return [" ".join(tokens[at : at + WORDS]) for at in range(len(tokens) - WORDS + 1)]


def _candidates(sets: Sequence[Sequence[str]]) -> Iterator[list[int]]:
    """Yield, for each list of shingles, the indices of those before it that may share enough of them."""
    from rensa import RMinHash, RMinHashLSH

    sketches = RMinHash.from_token_sets(sets, PERMUTATIONS, SEED)
    index = RMinHashLSH(ALIKE, PERMUTATIONS, BANDS)
    index.insert_many(sketches)
    for at, found in enumerate(index.query_all(sketches)):
        yield sorted(
            other
            for other in set(found)
            if other < at and sketches[at].jaccard(sketches[other]) >= _least(len(sets[at]), len(sets[other])) - DOUBT
        )


def _least(one: int, other: int) -> float:
    """Return the least share of all shingles that a copy of this length has in common with a text of that."""
    shorter, longer = sorted((one, other))
    common = max(OF_SHORTER * shorter, OF_LONGER * longer)
    return common / (shorter + longer - common)


def _shared(one: frozenset[int], other: frozenset[int]) -> float:
    """Return the share of the shorter text that both have, or 0 when they are not the same text."""
    shorter, longer = sorted((len(one), len(other)))
    if shorter < OF_LONGER * longer:
        return 0.0
    common = len(one & other)
    return common / shorter if common >= OF_SHORTER * shorter and common >= OF_LONGER * longer else 0.0
