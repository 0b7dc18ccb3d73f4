"""Which claims of a brief are which claims of the gold: the same holder, resting on the same words."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar, get_origin

from summarizer.claims import PARTY, Claim
from summarizer.fields import named_fields
from summarizer.scoring.gold import Gold, GoldClaim

__all__ = ["COVERAGE", "Match", "Mention", "Words", "assign", "holder_field", "mentions", "pairs"]

COVERAGE = 0.8
"""The least share of the gold's words that a claim's evidence must hold."""

Left = TypeVar("Left")
Right = TypeVar("Right")


class Words:
    """The words of a text by their offsets."""

    def __init__(self, text: str) -> None:
        found = [match.span() for match in re.finditer(r"\w+", text)]
        self._starts = [start for start, _ in found]
        self._ends = [end for _, end in found]

    def within(self, spans: Iterable[tuple[int, int]]) -> frozenset[int]:
        """Return the numbers of the words that the spans touch."""
        return frozenset(
            number
            for start, end in spans
            for number in range(bisect_right(self._ends, start), bisect_left(self._starts, end))
        )


@dataclass(frozen=True)
class Mention:
    """A claim as it rests on one document."""

    claim: Claim
    words: frozenset[int]


@dataclass(frozen=True)
class Match:
    """A claim of the brief and the claim of the gold that it is."""

    gold: GoldClaim
    claim: Claim
    section: str
    document: Gold

    @property
    def text(self) -> str:
        """The independent text that the document is or copies."""
        return self.document.text


@dataclass
class Paired:
    """What came of pairing one section of one document."""

    matches: list[tuple[GoldClaim, Claim]] = field(default_factory=list)
    missed: list[GoldClaim] = field(default_factory=list)
    extra: list[Mention] = field(default_factory=list)


@cache
def holder_field(item: type[Claim]) -> str | None:
    """Return the field that names the one whose claim it is: the first party, unless that is a list of them."""
    first = next(iter(named_fields(item, PARTY)), None)
    return None if first is None or get_origin(item.model_fields[first].annotation) is list else first


def mentions(claims: Iterable[Claim], source: str, words: Words) -> list[Mention]:
    """Return the claims that rest on a source, with the words that they rest on there."""
    found = []
    for claim in claims:
        spans = [(one.start, one.end) for one in claim.evidence if one.source == source]
        if spans:
            found.append(Mention(claim, words.within(spans)))
    return found


def pairs(
    golds: Sequence[GoldClaim],
    found: Sequence[Mention],
    words: Words,
    same: Callable[[GoldClaim, Claim], bool],
    likeness: Callable[[GoldClaim, Claim], int],
) -> Paired:
    """Pair the claims of the gold with those of a brief, each with one at most and as many as can be.

    Two can be a pair when `same` says so and the claim's evidence holds at least `COVERAGE` of the gold's words.
    Where several pairings are as large, the one with the greatest `likeness` is taken, then the one whose
    evidence fits the gold's words most closely.
    """
    places = [[words.within((span.start, span.end) for span in place) for place in one.places] for one in golds]
    edges: dict[tuple[int, int], int] = {}
    for left, gold in enumerate(golds):
        for right, mention in enumerate(found):
            if not same(gold, mention.claim):
                continue
            fits = [_fit(place, mention.words) for place in places[left] if _covers(place, mention.words)]
            if fits:
                edges[left, right] = likeness(gold, mention.claim) * 10_000 + max(fits)
    chosen = assign(edges)
    paired = Paired(matches=[(golds[left], found[right].claim) for left, right in chosen])
    taken = [{left for left, _ in chosen}, {right for _, right in chosen}]
    paired.missed = [one for number, one in enumerate(golds) if number not in taken[0]]
    paired.extra = [one for number, one in enumerate(found) if number not in taken[1]]
    return paired


def assign(edges: Mapping[tuple[int, int], int]) -> list[tuple[int, int]]:
    """Return the largest matching of a bipartite graph and, of these, one of the greatest weight.

    Edges are (left, right) with whole weights. Edmonds' blossom algorithm, as networkx has it.
    """
    import networkx

    # Whole numbers as nodes: the order of their sets, and so the choice among equals, is the same in every run.
    first_right = 1 + max((left for left, _ in edges), default=0)
    graph: Any = networkx.Graph()
    for (left, right), weight in sorted(edges.items()):
        graph.add_edge(left, first_right + right, weight=weight + 1)
    chosen = []
    for part in sorted(networkx.connected_components(graph), key=min):
        piece = graph.subgraph(part)
        for pair in networkx.max_weight_matching(piece, maxcardinality=True):
            left, right = sorted(pair)
            chosen.append((left, right - first_right))
    return sorted(chosen)


def _covers(place: frozenset[int], words: frozenset[int]) -> bool:
    return bool(place) and len(place & words) >= COVERAGE * len(place)


def _fit(place: frozenset[int], words: frozenset[int]) -> int:
    return round(1000 * len(place & words) / len(place | words))
