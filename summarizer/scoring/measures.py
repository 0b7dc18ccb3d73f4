"""The scores: what each says, as a formula, and which way is better."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = ["MEASURES", "Measure", "measures_of"]


@dataclass(frozen=True)
class Measure:
    """One score."""

    name: str
    better: Literal["higher", "lower"]
    formula: str


_SECTION = (
    Measure("{section}.precision", "higher", "claims of the brief that are in the gold / claims of the brief"),
    Measure("{section}.recall", "higher", "claims of the gold that are in the brief / claims of the gold"),
    Measure("{section}.f1", "higher", "2 matched / (claims of the brief + claims of the gold)"),
)

MEASURES = (
    Measure("vital.recall", "higher", "vital claims of the gold that are in the brief / vital claims of the gold"),
    Measure(
        "stance.accuracy", "higher", "matched positions with the gold's stance, turned where needed / matched positions"
    ),
    Measure("stance.flips", "lower", "matched positions on the other side than the gold / matched positions"),
    Measure(
        "issues.conflated", "lower", "pairs of matched positions under one issue that the gold keeps apart / such pairs"
    ),
    Measure("issues.split", "lower", "pairs of matched positions of one gold issue under two issues / such pairs"),
    Measure("voice.accuracy", "higher", "matched claims with the gold's voice / matched claims that have one"),
    Measure("voice.laundering", "lower", "given as the holder's own word / matched claims that are another's word"),
    Measure("firmness.accuracy", "higher", "matched positions with the gold's firmness / matched positions"),
    Measure(
        "conditions.inverted",
        "lower",
        "conditions whose sides or halves are swapped / conditions on the same words as one of the gold",
    ),
    Measure("speaker.accuracy", "higher", "matched claims with the gold's speaker or, like it, none / matched claims"),
    Measure("speaker.wrong", "lower", "not the gold's speaker / matched claims that name a speaker"),
    Measure("dates.accuracy", "higher", "both days are the gold's / matched claims that the gold dates"),
    Measure("dates.invented", "lower", "dated by words in the brief / matched claims that the gold does not date"),
    Measure("matrix.held.f1", "higher", "F1 of the cells that hold the party's own word"),
    Measure("matrix.claimed_by_others.f1", "higher", "F1 of the cells that hold only what others say"),
    Measure("matrix.none_found.f1", "higher", "F1 of the empty cells"),
    Measure("origins.copies.f1", "higher", "F1 of the pairs of documents that are copies of one text"),
    Measure("origins.error", "lower", "mean of |origins - independent texts by the gold| over the claims"),
    Measure("aliases.accuracy", "higher", "printed forms that stand under the right party or person / printed forms"),
    Measure("aliases.merged", "lower", "parties and people that hold two of the gold's / parties and people"),
    Measure("aliases.split", "lower", "parties of the gold that are several in the brief / parties found"),
    Measure("boilerplate.leaks", "lower", "claims that rest on boilerplate / claims"),
)
"""Those that are not of one section. Each stands alone: no blend of several is made."""


def measures_of(sections: Iterable[str]) -> Mapping[str, Measure]:
    """Return every score of a kind of brief with these sections, by name, in the order in which they are shown."""
    found = [
        Measure(one.name.format(section=section), one.better, one.formula) for section in sections for one in _SECTION
    ]
    return {one.name: one for one in (*found, *MEASURES)}
