"""Stances over time: for each party and issue the dated statements, placed for drawing.

Units are those of a drawing 640 wide. Height stands for the stance: up is for the issue's proposition, down is
against it. Only statements in a party's own voice are joined by a line; what others say of it is placed, not
joined. Statements of the same sense that are close in time share a mark. A mark that would lie on another is moved
aside and tied to its day by a thread, so that each can be pointed at and none tells a wrong date.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from summarizer.rendering.shown import FIRMNESS
from summarizer.rendering.words import MONTHS, inline

if TYPE_CHECKING:
    from collections.abc import Mapping

    from summarizer.claims import Stance
    from summarizer.rendering.layout import Layout
    from summarizer.rendering.shown import Line

__all__ = ["STEPS", "WIDTH", "Group", "Lane", "Point", "Tick", "Timeline", "height_of", "timeline"]

WIDTH = 640
STEPS = (13, 24)
"""Between two levels: as little as can be read, or enough for two marks of one day above each other."""
_LEFT, _RIGHT, _TOP = 64, 20, 14
_TARGET = 24
"""A mark's own room: the least that WCAG 2.2 asks of a target."""
_APART = 25
_MOST_TICKS = 6
_RED_LINE = FIRMNESS["red_line"]
_LONG_QUOTE = 100

_LEVELS: dict[Stance, int] = {
    "supports": 0,
    "accepts": 1,
    "conditional": 2,
    "open": 2,
    "undecided": 2,
    "deflects": 2,
    "opposes": 3,
    "rejects": 4,
}


@dataclass(frozen=True)
class Tick:
    """A date on the axis."""

    x: float
    label: str


@dataclass(frozen=True)
class Point:
    """What was said on one day in one sense."""

    x: float
    y: int
    day: float
    """Where its day is: x, unless another mark stands there."""
    stance: Stance
    own: bool
    line: Line
    change: str | None
    """The kind of change that this statement makes, when the brief holds one."""
    red_line: bool = False
    label: str = ""


@dataclass(frozen=True)
class Lane:
    """One party on one issue."""

    party: str
    points: tuple[Point, ...]
    path: str
    """The line through its own statements, as an SVG path; empty when there are fewer than two."""
    step: int

    @property
    def height(self) -> int:
        """Its height in the drawing."""
        return height_of(self.step)


@dataclass(frozen=True)
class Group:
    """The lanes of one issue."""

    issue: str
    proposition: str
    lanes: tuple[Lane, ...]


@dataclass(frozen=True)
class Timeline:
    """All that can be drawn, and how many pairs of party and issue cannot since they have one day only."""

    ticks: tuple[Tick, ...]
    groups: tuple[Group, ...]
    single: int


def height_of(step: int) -> int:
    """Return the height of a lane whose levels are that far apart."""
    return 2 * _TOP + 4 * step


def timeline(layout: Layout) -> Timeline:
    """Place the dated stances of a brief; without groups when no pair has statements of two days."""
    lanes: dict[tuple[str, str], list[Line]] = {}
    for line in layout.lines.values():
        if line.stance and line.date and (pair := (line.parties[0], line.issues[0])) in layout.matrix.cells:
            lanes.setdefault(pair, []).append(line)
    drawn = {pair: lines for pair, lines in lanes.items() if len({line.date for line in lines}) > 1}
    days = [line.date for lines in drawn.values() for line in lines if line.date]
    if not days:
        return Timeline((), (), len(lanes))
    axis = _Axis(min(days), max(days))
    changes = {change.after.item: change.kind for change in layout.brief.changes if change.after}
    groups = []
    for issue in layout.matrix.rows:
        parties = [party for party in (*layout.matrix.columns, *layout.matrix.others) if (party, issue) in drawn]
        placed = tuple(_lane(layout.party(party), drawn[party, issue], axis, changes) for party in parties)
        if placed:
            groups.append(Group(layout.issue(issue), layout.propositions[issue], placed))
    return Timeline(axis.ticks(), tuple(groups), len(lanes) - len(drawn))


@dataclass(frozen=True)
class _Axis:
    start: datetime.date
    end: datetime.date

    def x(self, date: datetime.date) -> float:
        share = (date - self.start).days / max(1, (self.end - self.start).days)
        return round(_LEFT + share * (WIDTH - _LEFT - _RIGHT), 1)

    def ticks(self) -> tuple[Tick, ...]:
        days = (self.end - self.start).days
        step = next((step for step in (1, 2, 7, 14) if days / step <= _MOST_TICKS), 0)
        if step:
            dates = [self.start + datetime.timedelta(days=n) for n in range(0, days + 1, step)]
            return tuple(Tick(self.x(date), f"{date.day} {MONTHS[date.month - 1]}") for date in dates)
        first, last = _month(self.start) + 1, _month(self.end)
        every = next(n for n in (1, 2, 3, 6, *range(12, 12_000, 12)) if (last - first) / n <= _MOST_TICKS)
        firsts = [datetime.date(n // 12, n % 12 + 1, 1) for n in range(first, last + 1) if n % every == 0]
        return tuple(Tick(self.x(date), f"{MONTHS[date.month - 1]} {date.year}") for date in firsts)


def _month(date: datetime.date) -> int:
    return date.year * 12 + date.month - 1


def _lane(party: str, lines: list[Line], axis: _Axis, changes: Mapping[str, str]) -> Lane:
    ordered = sorted(lines, key=lambda line: (str(line.date), str(line.stance), line.voice != "self", line.id))
    step = next((step for step in STEPS if not _crowded(_place(ordered, axis, changes, step))), STEPS[-1])
    placed = _place(ordered, axis, changes, step)
    points = [
        replace(point, label=_label(party, together), red_line=any(line.firmness == _RED_LINE for line in together))
        for point, together in placed
    ]
    # Not to answer leaves a stance where it was.
    own = sorted((point for point in points if point.own and point.stance != "deflects"), key=lambda point: point.day)
    path = "".join(f"H{point.x:g}V{point.y}" for point in own[1:])
    return Lane(party, tuple(points), f"M{own[0].x:g} {own[0].y}{path}" if path else "", step)


def _crowded(placed: list[tuple[Point, list[Line]]]) -> bool:
    """Whether a mark had to leave its day because of one on another level."""
    points = [point for point, _ in placed]
    return any(
        one.x != one.day and any(other.y != one.y and abs(other.x - one.day) < _APART for other in points)
        for one in points
    )


def _place(lines: list[Line], axis: _Axis, changes: Mapping[str, str], step: int) -> list[tuple[Point, list[Line]]]:
    placed: list[tuple[Point, list[Line]]] = []
    for line in lines:
        if not line.date or not line.stance:
            continue
        day, y = axis.x(line.date), _TOP + step * _LEVELS[line.stance]
        own, change = line.voice == "self", changes.get(line.id)
        near = (entry for entry in placed if abs(entry[0].day - day) < _APART)
        same = next((entry for entry in near if (entry[0].stance, entry[0].own) == (line.stance, own)), None)
        if same and not change:
            same[1].append(line)
        else:
            point = Point(_free(day, y, placed), y, day, line.stance, own, line, change)
            placed.append((point, [line]))
    return placed


def _free(x: float, y: int, placed: list[tuple[Point, list[Line]]]) -> float:
    """Return the place nearest to x, to the right first, where a mark lies on no other."""
    taken = [point.x for point, _ in placed if abs(point.y - y) < _TARGET]
    candidates = (x + offset * side for offset in range(WIDTH) for side in (1, -1))
    inside = (place for place in candidates if _LEFT - _APART / 2 <= place <= WIDTH - _APART / 2)
    return next((place for place in inside if all(abs(place - other) >= _APART for other in taken)), x)


def _label(party: str, lines: list[Line]) -> str:
    line = lines[0]
    quote = inline(line.proofs[0].quote)
    quote = quote if len(quote) <= _LONG_QUOTE else f"{quote[:_LONG_QUOTE].rstrip()}…"
    facts = [fact for fact in (line.stance, line.firmness, line.whose_word) if fact]
    more = f" and {len(lines) - 1} more" if len(lines) > 1 else ""
    return f"{party}, {line.when}: {', '.join(facts)}. “{quote}”{more}"
