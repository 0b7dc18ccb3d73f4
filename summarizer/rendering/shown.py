"""What a reader sees of a brief, before any format: claims, cells and changes with names instead of ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import datetime

    from summarizer.claims import Stance

__all__ = [
    "ARROWS",
    "FIRMNESS",
    "SALIENCES",
    "STANCES",
    "Detail",
    "Line",
    "Mark",
    "Proof",
    "Section",
    "ShownCell",
    "ShownChange",
    "ShownSide",
    "ShownUnverified",
]

SALIENCES: tuple[Literal["vital"], Literal["supporting"], Literal["background"]] = (
    "vital",
    "supporting",
    "background",
)


@dataclass(frozen=True)
class Mark:
    """A stance as a shape, so that it can be told apart without colour."""

    shape: str
    meaning: str


STANCES: dict[Stance, Mark] = {
    "supports": Mark("▲", "wants it"),
    "accepts": Mark("△", "would allow it"),
    "conditional": Mark("◆", "on a condition"),
    "open": Mark("○", "willing to talk"),
    "undecided": Mark("□", "says it is undecided"),
    "deflects": Mark("◁", "asked, did not answer"),
    "opposes": Mark("▽", "against, not closed"),
    "rejects": Mark("▼", "rules it out"),
}
"""From for to against; the order of the legend and of the ladder over time."""

FIRMNESS = {"red_line": "red line", "firm": "firm", "qualified": "qualified", "exploratory": "exploratory"}
"""The words for firmness; `unclear` says nothing and is not shown."""

ARROWS = {
    "new": "+",
    "hardened": "↓",
    "softened": "↑",
    "reversed": "⇄",
    "restated": "=",
    "withdrawn": "×",
    "correction": "✎",
}
"""A sign for each kind of change: up is towards the proposition's being settled, down is away from it."""


@dataclass(frozen=True)
class Proof:
    """One piece of evidence of a claim."""

    claim: str
    index: int
    """Its place among the claim's evidence as it is shown, from 1."""
    number: int
    """The number of its source, from 1; 0 when the brief lacks that source."""
    source: str
    start: int
    end: int
    quote: str
    damaged: bool
    match: str


@dataclass(frozen=True)
class Detail:
    """A field of a claim beside its sentence."""

    label: str
    text: str


@dataclass(frozen=True)
class Line:
    """One claim as it is shown."""

    id: str
    section: str
    sentence: str
    holder: str | None
    issue: str | None
    parties: tuple[str, ...]
    """The ids of all parties that the claim names."""
    issues: tuple[str, ...]
    stance: Stance | None
    firmness: str | None
    currency: str | None
    voice: str | None
    word: str
    """Whose word it is; empty for a claim that nobody makes."""
    by: str
    """Who that is more closely: a speaker, or how an unnamed source is described; may be empty."""
    when: str
    date: datetime.date | None
    details: tuple[Detail, ...]
    salience: str
    origins: int
    proofs: tuple[Proof, ...]

    @property
    def whose_word(self) -> str:
        """Whose word it is, with who that is."""
        return f"{self.word} ({self.by})" if self.by else self.word

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of its sources, each once, in order."""
        return tuple(sorted({proof.number for proof in self.proofs}))

    @property
    def damaged(self) -> bool:
        """All of its evidence is garbled in print: no whole wording stands behind it."""
        return all(proof.damaged for proof in self.proofs)


@dataclass(frozen=True)
class Section:
    """The claims of one type, by salience."""

    name: str
    heading: str
    lines: tuple[Line, ...]

    def of(self, salience: str) -> tuple[Line, ...]:
        """Return its claims of one salience."""
        return tuple(line for line in self.lines if line.salience == salience)


@dataclass(frozen=True)
class ShownCell:
    """A cell of the matrix: what a party holds on an issue and by whose word."""

    party: str
    issue: str
    state: Literal["held", "claimed_by_others", "none_found"]
    stances: tuple[Stance, ...]
    """One when it is clear; several when others claim different things; none when nothing was found."""
    lines: tuple[Line, ...]
    """The claims behind it, the current one first."""

    @property
    def told(self) -> str:
        """What stands in the cell when no stance does."""
        if not self.lines:
            return "none found" if self.state == "none_found" else "not in this brief"
        return "1 statement" if len(self.lines) == 1 else f"{len(self.lines)} statements"

    @property
    def others_differ(self) -> bool:
        """Somebody else claims another stance than the party's own word."""
        if self.state != "held" or not self.stances:
            return False
        return any(line.stance != self.stances[0] for line in self.lines if line.voice != "self")

    @property
    def claimants(self) -> str:
        """Whose word it is when it is not the party's own."""
        words = dict.fromkeys(line.word for line in self.lines if line.word)
        return "; ".join(words)


@dataclass(frozen=True)
class ShownSide:
    """One of the two statements of a change."""

    stance: Stance
    when: str
    text: str
    quote: str
    number: int
    """The number of its source; 0 when only the earlier brief holds it."""


@dataclass(frozen=True)
class ShownChange:
    """A change between two statements."""

    kind: str
    arrow: str
    party: str
    issue: str
    before: ShownSide | None
    after: ShownSide | None
    lines: tuple[Line, ...]
    """Those of its statements that this brief holds, the later one first."""


@dataclass(frozen=True)
class ShownUnverified:
    """A claim that could not be checked."""

    type: str
    sentence: str
    quote: str | None
    reason: str
    source: str | None
    """None when the brief does not hold it."""
    number: int
