"""Which issue of a brief is which of the gold, and whether it is stated the other way round."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from summarizer.claims import OPPOSITE_STANCE, OTHER, Brief, Stance, StanceClaim
from summarizer.names import name_key
from summarizer.scoring.gold import Gold
from summarizer.scoring.matching import Match

__all__ = ["IssueMap", "side"]

_SIDE = {"supports": 1, "accepts": 1, "opposes": -1, "rejects": -1}
_FEWEST = 2
"""Matched claims that must speak for it before an issue is taken for the opposite: one may be a mistake."""


def side(stance: str) -> int:
    """Return 1 for a proposition, -1 against it, 0 neither."""
    return _SIDE.get(stance, 0)


class IssueMap:
    """The issues of a brief among those of the gold, by the positions that were matched.

    An issue of the brief is the issue of the gold that most of its matched positions belong to. Towards any issue
    of the gold it is stated the other way round when the gold lists its proposition as `opposite`, or, where
    the gold does not list it, when more of their matched positions are on opposite sides than on the same, and
    at least two are.
    """

    def __init__(self, brief: Brief, golds: Sequence[Gold], matches: Iterable[Match]) -> None:
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        votes: Counter[tuple[str, str]] = Counter()
        against: Counter[tuple[str, str]] = Counter()
        for match in matches:
            if not isinstance(match.claim, StanceClaim) or match.claim.issue == OTHER:
                continue
            pair = (match.claim.issue, match.gold.get("issue"))
            counts[pair[0]][pair[1]] += 1
            product = side(match.claim.stance) * side(match.gold.get("stance") or "")
            votes[pair] += product
            against[pair] += product < 0
        self.mapped = {issue: min(found, key=lambda one: (-found[one], one)) for issue, found in counts.items()}
        listed = _listed(brief, golds)
        self._turned = {pair: listed.get(pair, total < 0 and against[pair] >= _FEWEST) for pair, total in votes.items()}

    def gold_issue(self, issue: str) -> str | None:
        """Return the issue of the gold that an issue of the brief mostly is."""
        return self.mapped.get(issue)

    def stance(self, claim: StanceClaim, issue: str) -> Stance | None:
        """Return a claim's stance towards an issue of the gold; None when its own issue states nothing."""
        if claim.issue == OTHER:
            return None
        if self._turned.get((claim.issue, issue), False):
            return OPPOSITE_STANCE.get(claim.stance, claim.stance)
        return claim.stance


def _listed(brief: Brief, golds: Sequence[Gold]) -> dict[tuple[str, str], bool]:
    worded: dict[tuple[str, str], bool] = {}
    for gold in golds:
        for issue in gold.issues:
            worded |= {(name_key(text), issue.id): False for text in (issue.proposition, *issue.same)}
            worded |= {(name_key(text), issue.id): True for text in issue.opposite}
    keys = {issue.id: name_key(issue.proposition) for issue in brief.issues}
    return {(issue, gold): turned for (text, gold), turned in worded.items() for issue in keys if keys[issue] == text}
