"""A brief for a terminal or a pipe: legible at 80 columns and without colour."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from summarizer.rendering.layout import Layout
from summarizer.rendering.shown import FIRMNESS, SALIENCES, STANCES
from summarizer.rendering.words import inline, span_of_days

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import RenderableType

    from summarizer.claims import Brief, Stance
    from summarizer.documents import Source
    from summarizer.rendering import Options
    from summarizer.rendering.shown import Line, Section, ShownCell, ShownChange, ShownSide

__all__ = ["render", "show"]

_ISSUE_COLUMN = 20
_PARTY_COLUMN = 13
_BULLETS = {"vital": "■", "supporting": "□", "background": "·"}
_COLOURS: dict[Stance, str] = {
    "supports": "bold blue",
    "accepts": "blue",
    "conditional": "yellow",
    "open": "cyan",
    "undecided": "dim",
    "deflects": "dim",
    "opposes": "red",
    "rejects": "bold red",
}
_PLAIN = str.maketrans("▲△◆○□◁▽▼■•·↓↑⇄×✎→…“”‘’–", "^^*o?<vv**-v^%x~>.\"\"''-")
"""Our own signs for a terminal without Unicode, each as wide as it was. The word stands beside every one."""


def render(brief: Brief, options: Options) -> str:
    """Return the terminal view as plain text."""
    out = io.StringIO()
    console = Console(file=out, width=options.width, color_system=None, force_terminal=False, legacy_windows=False)
    show(brief, console, evidence=options.evidence, everything=options.everything)
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def show(brief: Brief, console: Console, *, evidence: bool = False, everything: bool = False) -> None:
    """Print a brief: first what matters most, each claim with whose word it is and its sources' numbers.

    `evidence` adds the quotes, `everything` the background claims, which are else only counted. No text of
    the brief is read as markup, and none of its control characters reaches the terminal.
    """
    view = _View(Layout(brief), console.width, evidence=evidence, everything=everything)
    if not console.options.ascii_only:
        for part in view.parts():
            console.print(part, highlight=False)
        return
    # Not UTF-8: our own signs have plain forms, and letters that the terminal lacks become "?", not a crash.
    with console.capture() as captured:
        for part in view.parts():
            console.print(part, highlight=False)
    text = captured.get().translate(_PLAIN)
    console.file.write(text.encode(console.encoding, "replace").decode(console.encoding))


class _View:
    """What is shown, part by part, each a renderable of rich."""

    def __init__(self, layout: Layout, width: int, *, evidence: bool, everything: bool) -> None:
        self.layout = layout
        self.brief = layout.brief
        self.evidence = evidence
        self.everything = everything
        self.width = width

    def parts(self) -> Iterator[RenderableType]:
        brief, layout = self.brief, self.layout
        yield Text(inline(brief.title), style="bold")
        count = len(brief.sources)
        yield Text(f"{count} source{'' if count == 1 else 's'}, as of {brief.as_of or 'an unknown date'}", style="dim")
        if brief.bottom_line:
            yield _heading("Bottom line")
            yield from (self._point(s.text, layout.rests_on(s.items)) for s in brief.bottom_line)
        if layout.matrix.cells:
            yield _heading("Who holds what")
            yield from self._matrix()
        if layout.changes:
            yield _heading("What changed")
            yield from map(self._change, layout.changes)
        for section in layout.sections:
            yield _heading(section.heading)
            yield from self._section(section)
        if layout.unverified:
            yield _heading("Unverified: in nothing above, for the reason given")
            yield from self._unverified()
        if brief.gaps:
            yield _heading("Gaps: what could not be done")
            for gap in brief.gaps:
                number = layout.number(gap.source)
                where = f"[{number}]" if number else inline(gap.source)
                yield _item("·", Text(f"{where} ({gap.stage}): {inline(gap.reason)}"))
        yield _heading("Sources")
        yield from map(self._source, brief.sources)
        yield Text()
        yield Text(self._run(), style="dim")

    def _point(self, text: str, numbers: Iterable[int]) -> RenderableType:
        return _item("•", Text.assemble(inline(text), " ", (_numbers(numbers), "dim")))

    # ── matrix ──

    def _matrix(self) -> Iterator[RenderableType]:
        matrix = self.layout.matrix
        each = max(1, (self.width - _ISSUE_COLUMN) // (_PARTY_COLUMN + 1))
        if self.width < _ISSUE_COLUMN + 2 * _PARTY_COLUMN:
            yield from self._matrix_as_list()
        elif matrix.columns:
            blocks = -(-len(matrix.columns) // each)
            size = -(-len(matrix.columns) // blocks)  # blocks of about the same width
            for start in range(0, len(matrix.columns), size):
                yield self._block(matrix.columns[start : start + size])
            yield from map(self._other, matrix.others)
        if matrix.silent:
            names = ", ".join(map(self.layout.party, matrix.silent))
            yield Text(f"none found on any issue: {names}", style="dim")
        yield Text()
        yield self._legend()

    def _other(self, party: str) -> RenderableType:
        matrix = self.layout.matrix
        text = Text.assemble((self.layout.party(party), "bold"), ": ")
        cells = [cell for issue in matrix.rows if (cell := matrix.cells[party, issue]).state != "none_found"]
        for place, cell in enumerate(cells):
            text.append("; " if place else "").append(f"{self.layout.issue(cell.issue)} ", style="italic")
            text.append_text(self._cell(cell))
        return _item("·", text)

    def _block(self, parties: tuple[str, ...]) -> RenderableType:
        share = (self.width - _ISSUE_COLUMN) // len(parties) - 1
        table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, show_lines=False)
        table.add_column("", width=_ISSUE_COLUMN - 1)
        for party in parties:
            table.add_column(Text(self.layout.party(party), style="bold"), width=min(share, 24), overflow="fold")
        matrix, left_out = self.layout.matrix, 0
        for issue in matrix.rows:
            cells = [matrix.cells[party, issue] for party in parties]
            if all(cell.state == "none_found" for cell in cells):
                left_out += 1
                continue
            table.add_row(Text(self.layout.issue(issue)), *map(self._cell, cells))
        others = (
            f"on {left_out} more issue{'' if left_out == 1 else 's'}: none found for any of these" if left_out else ""
        )
        return Padding(Group(table, Text(others, style="dim")) if others else table, (0, 0, 1, 0))

    def _cell(self, cell: ShownCell) -> Text:
        if not cell.stances:
            return Text(cell.told, style="" if cell.lines else "dim")
        text = Text()
        for place, stance in enumerate(cell.stances):
            text.append(" / " if place else "")
            text.append_text(_stance(stance))
        if cell.state == "claimed_by_others":
            text.append(f" ({cell.claimants})", style="italic dim")
        else:
            first = cell.lines[0]
            text.append(" red line" if first.firmness == FIRMNESS["red_line"] else "", style="bold")
            text.append(" disputed" if first.currency == "disputed" else "", style="italic")
            text.append(" (others differ)" if cell.others_differ else "", style="italic dim")
        return text

    def _matrix_as_list(self) -> Iterator[RenderableType]:
        matrix = self.layout.matrix
        for issue in matrix.rows:
            yield Text(self.layout.issue(issue), style="bold")
            for party in (*matrix.columns, *matrix.others):
                cell = matrix.cells[party, issue]
                if cell.state != "none_found":
                    yield _item("", Text.assemble(self.layout.party(party), ": ", self._cell(cell)))
            if empty := matrix.empty_in(issue):
                yield _item("", Text(f"none found: {', '.join(map(self.layout.party, empty))}", style="dim"))

    def _legend(self) -> RenderableType:
        words = [f"{mark.shape} {stance}: {mark.meaning}" for stance, mark in self.layout.legend]
        words.append("(…) not its own word")
        return Text("  ".join(words), style="dim")

    # ── claims ──

    def _section(self, section: Section) -> Iterator[RenderableType]:
        named = len({line.salience for line in section.lines}) > 1
        for salience in SALIENCES:
            lines = section.of(salience)
            if lines and salience == "background" and not self.everything:
                yield Text(f"  {len(lines)} more as background, not shown", style="dim")
                continue
            if lines and named:
                yield Text(f"  {salience}", style="dim italic")
            for line in lines:
                yield self._line(line)

    def _line(self, line: Line) -> RenderableType:
        text = Text()
        if line.holder:
            text.append(line.holder, style="bold")
        if line.stance:
            text.append(" ").append_text(_stance(line.stance))
        if line.issue:
            text.append(" · " if text else "").append(line.issue, style="italic")
        text.append(": " if text else "").append(line.sentence, style="bold" if line.salience == "vital" else "")
        facts = [line.whose_word, line.firmness, line.when, self._origins(line)]
        if line.currency not in {None, "current"}:
            facts.append(line.currency)
        if line.damaged:
            facts.append("garbled in print")
        facts.append(_numbers(line.numbers))
        body: list[RenderableType] = [text]
        if line.details:
            body.append(Text(" · ".join(f"{detail.label}: {detail.text}" for detail in line.details)))
        body.append(Text(" · ".join(fact for fact in facts if fact), style="dim"))
        if self.evidence:
            body.extend(self._quotes(line))
        return _item(_BULLETS[line.salience], Group(*body))

    def _origins(self, line: Line) -> str | None:
        return f"{line.origins} independent texts" if line.origins > 1 else None

    def _quotes(self, line: Line) -> Iterator[RenderableType]:
        for proof in line.proofs:
            note = " (as printed)" if proof.damaged else ""
            yield _item("", Text(f"“{inline(proof.quote)}”{note} [{proof.number}]", style="italic"))

    def _change(self, change: ShownChange) -> RenderableType:
        head = Text.assemble((change.party, "bold"), f" {change.arrow} {change.kind} · ", (change.issue, "italic"))
        sides = [self._side(word, side) for word, side in (("was", change.before), ("now", change.after)) if side]
        return _item("·", Group(head, *sides))

    def _side(self, word: str, side: ShownSide) -> RenderableType:
        text = _stance(side.stance).append(f", {side.when}: " if side.when else ": ", style="default not bold")
        text.append(f"“{side.quote}”", style="italic not bold default")
        text.append(f" [{side.number}]" if side.number else " (in the earlier brief)", style="dim not bold default")
        return _item(word, text, wide=4)

    # ── the rest ──

    def _unverified(self) -> Iterator[RenderableType]:
        for entry in self.layout.unverified:
            text = Text.assemble((entry.type, "bold"), ": ", entry.sentence or "(no text)")
            below = Text(f"{entry.reason} [{entry.number}]", style="dim")
            quote = [Text(f"quoted: “{entry.quote}”", style="italic dim")] if entry.quote else []
            yield _item("·", Group(text, *quote, below))

    def _source(self, source: Source) -> RenderableType:
        number = self.layout.number(source.id)
        facts = [inline(source.outlet or ""), self._published(source)]
        facts.append(source.condition.replace("_", " ") if source.condition != "clean" else "")
        copied = self.layout.copied_from(source)
        facts.append(f"copy of [{copied}]" if copied else "")
        label = inline(source.label)
        return _item(f"[{number}]", Text.assemble(label, ("".join(f" · {f}" for f in facts if f), "dim")), wide=5)

    def _published(self, source: Source) -> str:
        days = span_of_days(source.published.date, None)
        if not days:
            return "no date"
        return f"{days} (inferred)" if source.published.basis == "inferred" else days

    def _run(self) -> str:
        run = self.brief.run
        cost = "n/a" if run.cost_usd is None else f"${run.cost_usd:.4f}"
        tokens = f"{run.tokens.input} tokens in ({run.tokens.cached_input} cached), {run.tokens.output} out"
        asked = f"{run.requests} requests ({run.replayed} replayed, {run.reasks} re-asks)"
        return f"Model {inline(run.model or 'unknown')} · {asked} · {tokens} · cost {cost}"


def _heading(words: str) -> RenderableType:
    return Text.assemble("\n", (words.upper(), "bold"))


def _stance(stance: Stance) -> Text:
    return Text(f"{STANCES[stance].shape} {stance}", style=_COLOURS[stance])


def _numbers(numbers: Iterable[int]) -> str:
    return "".join(f"[{number}]" for number in numbers)


def _item(bullet: str, body: RenderableType, *, wide: int = 2) -> RenderableType:
    """Lay out a hanging indent: the bullet in a narrow column, the body in what is left."""
    grid = Table.grid(expand=True)
    grid.add_column(width=2)
    grid.add_column(width=wide, no_wrap=True)
    grid.add_column(ratio=1, overflow="fold")
    grid.add_row("", Text(bullet), body)
    return grid
