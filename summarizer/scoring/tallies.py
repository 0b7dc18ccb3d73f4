"""Outcomes to scores: each score is a ratio of two sums over outcomes, with a bootstrap interval."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict

__all__ = ["Fault", "Score", "Tally"]

Outcome = tuple[float, float]
"""What one claim adds to the numerator and to the denominator."""

SEED = 20250904
SAMPLES = 400
TAIL = 0.025


class Score(BaseModel):
    """A score with its 95 % interval. All None when there was nothing to judge."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int = 0
    """How many outcomes it is made from."""


class Fault(BaseModel):
    """Something that lowered a score, to be looked at."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    score: str
    document: str = ""
    """Empty when it is about the brief as a whole."""
    words: str
    """The words of the gold, or of the claim when the gold has none."""
    item: str | None = None
    """The id of the claim of the brief."""


class Tally:
    """Collects outcomes by score and by independent text, and what was at fault."""

    def __init__(self) -> None:
        self._faults: set[Fault] = set()
        self._outcomes: dict[str, dict[str, list[Outcome]]] = defaultdict(lambda: defaultdict(list))

    def add(self, name: str, text: str, numerator: float, denominator: float = 1) -> None:
        """Add an outcome to a score; `text` is the independent text that it comes from."""
        self._outcomes[name][text].append((numerator, denominator))

    def hit(self, name: str, text: str) -> None:
        """Add a claim that brief and gold both have."""
        for score, outcome in (("precision", (1, 1)), ("recall", (1, 1)), ("f1", (2, 2))):
            self.add(f"{name}.{score}", text, *outcome)

    def surplus(self, name: str, text: str) -> None:
        """Add a claim that only the brief has."""
        self.add(f"{name}.precision", text, 0)
        self.add(f"{name}.f1", text, 0)

    def miss(self, name: str, text: str) -> None:
        """Add a claim that only the gold has."""
        self.add(f"{name}.recall", text, 0)
        self.add(f"{name}.f1", text, 0)

    def fault(self, fault: Fault) -> None:
        """Add something that lowered a score."""
        self._faults.add(fault)

    def sorted_faults(self) -> list[Fault]:
        """Return what was at fault, by score and document."""
        return sorted(self._faults, key=lambda one: (one.score, one.document, one.words, one.item or ""))

    def scores(self, names: Sequence[str]) -> dict[str, Score]:
        """Return the scores of these names, in this order."""
        return {name: _score(self._outcomes.get(name, {})) for name in names}


def _score(outcomes: Mapping[str, Sequence[Outcome]]) -> Score:
    texts = [outcomes[text] for text in sorted(outcomes)]
    value = _ratio([one for text in texts for one in text])
    if value is None:
        return Score()
    alike = len({one for text in texts for one in text}) == 1
    low, high = (value, value) if alike else _interval(texts)
    return Score(value=_rounded(value), low=_rounded(low), high=_rounded(high), n=sum(map(len, texts)))


def _ratio(outcomes: Sequence[Outcome]) -> float | None:
    below = sum(one[1] for one in outcomes)
    return sum(one[0] for one in outcomes) / below if below else None


def _interval(texts: Sequence[Sequence[Outcome]]) -> tuple[float, float]:
    """Return the 95 % percentile interval of a two-stage bootstrap: texts are drawn, then claims within them.

    Davison and Hinkley, Bootstrap Methods and their Application (1997), section 3.8. The seed is fixed, so the
    same outcomes have the same interval.
    """
    draw = random.Random(SEED)  # noqa: S311 - not for secrets
    found = []
    for _ in range(SAMPLES):
        sample = [one for text in draw.choices(texts, k=len(texts)) for one in draw.choices(text, k=len(text))]
        if (value := _ratio(sample)) is not None:
            found.append(value)
    found.sort()
    return found[int(TAIL * len(found))], found[min(len(found) - 1, int((1 - TAIL) * len(found)))]


def _rounded(value: float) -> float:
    return round(value, 4)
