"""The matrix of parties by issues, made to fit: who has a column, who is named beside them, who says nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from summarizer.rendering.shown import ShownCell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from summarizer.claims import Brief
    from summarizer.rendering.shown import Line

__all__ = ["Matrix", "matrix_of"]

_MOST_COLUMNS = 7
"""More than these cannot be taken in at a glance, nor do they fit on a sheet of paper."""


@dataclass(frozen=True)
class Matrix:
    """Every cell, and how the parties are spread. Each party of the brief's matrix is in one of the three."""

    rows: tuple[str, ...]
    """The ids of the issues."""
    columns: tuple[str, ...]
    """The ids of the parties with most to say, in the brief's order."""
    others: tuple[str, ...]
    """The ids of those with less to say, when there are too many: they share one column."""
    silent: tuple[str, ...]
    """The ids of those for which nothing was found on any issue."""
    cells: Mapping[tuple[str, str], ShownCell]
    """By party and issue."""

    def others_in(self, issue: str) -> list[ShownCell]:
        """Return the cells of the shared column on an issue that hold something."""
        return [cell for party in self.others if (cell := self.cells[party, issue]).state != "none_found"]

    def empty_in(self, issue: str) -> list[str]:
        """Return the ids of the parties with a column for which nothing was found on an issue."""
        return [party for party in self.columns if self.cells[party, issue].state == "none_found"]


def matrix_of(brief: Brief, lines: Mapping[str, Line]) -> Matrix:
    """Lay out a brief's matrix with its claims. A cell that the brief lacks is one where nothing was found."""
    rows = _in_order([issue.id for issue in brief.issues], {cell.issue for cell in brief.matrix})
    parties = _in_order([party.id for party in brief.parties], {cell.party for cell in brief.matrix})
    cells = {(party, issue): ShownCell(party, issue, "none_found", (), ()) for issue in rows for party in parties}
    for given in brief.matrix:
        ids = dict.fromkeys([given.current or "", *given.positions])
        behind = tuple(lines[item] for item in ids if item in lines)
        telling = behind[:1] if given.state == "held" and given.current else behind
        stances = tuple(dict.fromkeys(line.stance for line in telling if line.stance))
        cells[given.party, given.issue] = ShownCell(given.party, given.issue, given.state, stances, behind)
    weight: Counter[str] = Counter()
    for (party, _), cell in cells.items():
        weight[party] += _weight(cell)
    speaking = [party for party in parties if any(cells[party, issue].state != "none_found" for issue in rows)]
    leading = speaking
    if len(speaking) > _MOST_COLUMNS:
        leading = sorted(speaking, key=lambda party: -weight[party])[: _MOST_COLUMNS - 1]
    return Matrix(
        rows=rows,
        columns=tuple(party for party in speaking if party in leading),
        others=tuple(party for party in speaking if party not in leading),
        silent=tuple(party for party in parties if party not in speaking),
        cells=cells,
    )


def _weight(cell: ShownCell) -> int:
    """Weigh a cell: a stance in the party's own word says more than what others claim, no stance says nothing."""
    if not cell.stances:
        return 0
    return 2 if cell.state == "held" else 1


def _in_order(known: list[str], present: set[str]) -> tuple[str, ...]:
    return (*(name for name in known if name in present), *sorted(present.difference(known)))
