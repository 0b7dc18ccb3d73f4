"""How far several briefs of the same documents say the same: repeated runs, shuffled inputs, other models."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations
from statistics import mean
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from summarizer.claims import OPPOSITE_STANCE, Brief, Claim, StanceClaim, sections
from summarizer.errors import InputError
from summarizer.names import name_key
from summarizer.scoring.matching import COVERAGE, Words, assign, holder_field

__all__ = ["Agreement", "agreement"]


class Agreement(BaseModel):
    """The agreement of several briefs: means over all pairs of them. None where there is nothing to compare."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["summarizer.agreement/1"] = "summarizer.agreement/1"
    briefs: int
    by_id: dict[str, float | None]
    """Section, and `all`: claims of the same id in both / claims of either (Jaccard)."""
    by_evidence: dict[str, float | None]
    """The same with claims paired that have the same holder and share 80 % of the words of the shorter."""
    stance: float | None
    """Positions so paired that are on the same side of the same matter / those that are on a side in both."""
    voice: float | None
    """Claims so paired with the same voice / claims so paired that have a voice."""


class _Pair(NamedTuple):
    together: int
    either: int


def agreement(briefs: Sequence[Brief]) -> Agreement:
    """Compare briefs of the same documents, each with each.

    Raises:
        InputError: there are fewer than two, or they are of different kinds or documents.

    """
    if len(briefs) < 2:  # noqa: PLR2004
        raise InputError("Agreement needs two briefs or more of the same documents.")
    first = briefs[0]
    wanted = {source.sha256 for source in first.sources}
    if any(one.kind != first.kind or {source.sha256 for source in one.sources} != wanted for one in briefs):
        raise InputError("These briefs are not of the same kind and the same documents: they cannot be compared.")
    names = list(sections(type(first)))
    compared = [_Compared(one, other) for one, other in combinations(briefs, 2)]
    return Agreement(
        briefs=len(briefs),
        by_id=_jaccard(names, [one.by_id(names) for one in compared]),
        by_evidence=_jaccard(names, [one.by_evidence() for one in compared]),
        stance=_mean(one.same_stance() for one in compared),
        voice=_mean(one.same_voice() for one in compared),
    )


def _jaccard(names: Iterable[str], found: Sequence[Mapping[str, _Pair]]) -> dict[str, float | None]:
    result = {name: _mean(_share(one[name].together, one[name].either) for one in found) for name in names}
    whole = [_Pair(sum(p.together for p in one.values()), sum(p.either for p in one.values())) for one in found]
    return {**result, "all": _mean(_share(one.together, one.either) for one in whole)}


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _mean(values: Iterable[float | None]) -> float | None:
    known = [one for one in values if one is not None]
    return round(mean(known), 4) if known else None


class _Compared:
    """Two briefs of the same documents."""

    def __init__(self, one: Brief, other: Brief) -> None:
        self.one, self.other = one, other
        self.texts = {source.id: Words(source.text) for source in one.sources}
        self.names = (_names(one), _names(other))
        self.pairs = {name: self._paired(name) for name in sections(type(one))}

    def by_id(self, names: Iterable[str]) -> dict[str, _Pair]:
        found = {}
        for name in names:
            ids = [{claim.id for claim in getattr(brief, name)} for brief in (self.one, self.other)]
            found[name] = _Pair(len(ids[0] & ids[1]), len(ids[0] | ids[1]))
        return found

    def by_evidence(self) -> dict[str, _Pair]:
        found = {}
        for name, paired in self.pairs.items():
            total = len(getattr(self.one, name)) + len(getattr(self.other, name))
            found[name] = _Pair(len(paired), total - len(paired))
        return found

    def same_stance(self) -> float | None:
        """Compare sides; two issues that word a matter the other way round are told by most of their positions."""
        votes: dict[tuple[str, str], list[bool]] = {}
        for one, other in self._all_pairs():
            if isinstance(one, StanceClaim) and isinstance(other, StanceClaim):
                sides = [stance in {"supports", "accepts"} for stance in (one.stance, other.stance)]
                if {one.stance, other.stance} <= OPPOSITE_STANCE.keys():
                    votes.setdefault((one.issue, other.issue), []).append(sides[0] == sides[1])
        return _share(sum(map(_agreeing, votes.values())), sum(map(len, votes.values())))

    def same_voice(self) -> float | None:
        voices = [(getattr(one, "voice", None), getattr(other, "voice", None)) for one, other in self._all_pairs()]
        known = [(one, other) for one, other in voices if one is not None]
        return _share(sum(one == other for one, other in known), len(known))

    def _all_pairs(self) -> list[tuple[Claim, Claim]]:
        return [pair for paired in self.pairs.values() for pair in paired]

    def _paired(self, name: str) -> list[tuple[Claim, Claim]]:
        left, right = (getattr(brief, name) for brief in (self.one, self.other))
        words = [[self._words(claim) for claim in claims] for claims in (left, right)]
        edges: dict[tuple[int, int], int] = {}
        for i, one in enumerate(left):
            for j, other in enumerate(right):
                shared = len(words[0][i] & words[1][j])
                if shared and shared >= COVERAGE * min(len(words[0][i]), len(words[1][j])) and self._same(one, other):
                    likeness = (one.id == other.id) + (getattr(one, "issue", None) == getattr(other, "issue", None))
                    edges[i, j] = 10_000 * likeness + round(1000 * shared / len(words[0][i] | words[1][j]))
        return [(left[i], right[j]) for i, j in assign(edges)]

    def _words(self, claim: Claim) -> frozenset[tuple[str, int]]:
        return frozenset(
            (one.source, number)
            for one in claim.evidence
            for number in self.texts[one.source].within([(one.start, one.end)])
        )

    def _same(self, one: Claim, other: Claim) -> bool:
        field = holder_field(type(one))
        if field is None:
            return True
        return bool(self.names[0](getattr(one, field)) & self.names[1](getattr(other, field)))


def _agreeing(same: Sequence[bool]) -> int:
    """Return how many positions on two issues agree, once it is settled whether one words the other's opposite."""
    turned = len(same) - sum(same)
    return turned if turned > sum(same) and turned > 1 else sum(same)


def _names(brief: Brief) -> Callable[[str], set[str]]:
    """Return what gives the names of a party: two briefs mean the same one when they share a name."""
    names = {one.id: {name_key(form) for form in (one.name, *one.aliases)} for one in brief.parties}
    return lambda party: names.get(party, {name_key(party)})
