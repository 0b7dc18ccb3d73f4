"""A brief as Markdown: whole, with every quote under its claim, and no text of it read as markup."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from summarizer.rendering.layout import Layout
from summarizer.rendering.shown import FIRMNESS, SALIENCES, STANCES
from summarizer.rendering.words import inline, span_of_days, web_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from summarizer.claims import Brief, Stance
    from summarizer.documents import Source
    from summarizer.rendering import Options
    from summarizer.rendering.shown import Line, Section, ShownCell, ShownChange, ShownSide

__all__ = ["escape", "render"]

_SPECIAL = re.compile(r"[\\`*_\[\]~|$#!]")
_ENTITY = re.compile(r"[&<>@]|:(?=//)|(?<=www)\.", re.IGNORECASE)
"""What a backslash does not keep down in every dialect: tags, entities, bare addresses."""
_BLOCK = re.compile(r"^(\d*)(?=[-+=.)])")


def render(brief: Brief, options: Options) -> str:
    """Return the brief as Markdown (CommonMark with tables), ending in a line break."""
    del options  # a file is always whole
    parts = _Markdown(Layout(brief)).parts()
    return "\n\n".join(parts) + "\n"


def escape(text: str) -> str:
    """Return a text on one line in which nothing is markup, not in CommonMark, nor in GitHub's dialect."""
    shown = _SPECIAL.sub(r"\\\g<0>", inline(text))
    shown = _ENTITY.sub(lambda found: f"&#{ord(found[0])};", shown)
    return _BLOCK.sub(r"\1\\", shown)


class _Markdown:
    """The blocks of the text, to be parted by empty lines."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.brief = layout.brief

    def parts(self) -> Iterator[str]:
        brief, layout = self.brief, self.layout
        yield f"# {escape(brief.title)}"
        count = len(brief.sources)
        yield f"{count} source{'' if count == 1 else 's'}, as of {brief.as_of or 'an unknown date'}."
        if brief.bottom_line:
            yield "## Bottom line"
            yield _list(f"{escape(s.text)} {_numbers(layout.rests_on(s.items))}" for s in brief.bottom_line)
        if layout.matrix.cells:
            yield "## Who holds what"
            yield self._matrix()
            yield self._legend()
        if layout.changes:
            yield "## What changed"
            yield _list(map(self._change, layout.changes))
        for section in layout.sections:
            yield f"## {section.heading}"
            yield from self._section(section)
        if layout.unverified:
            yield "## Unverified: in nothing above, for the reason given"
            yield _list(self._unverified())
        if brief.gaps:
            yield "## Gaps: what could not be done"
            yield _list(self._gaps())
        yield "## Sources"
        yield "\n".join(map(self._source, brief.sources)) or "None."
        yield "## Run"
        yield _list(self._run())

    def _matrix(self) -> str:
        matrix = self.layout.matrix
        head = ["Issue", *(escape(self.layout.party(party)) for party in matrix.columns)]
        head += ["Others"] if matrix.others else []
        rows = [head, ["---"] * len(head)]
        for issue in matrix.rows:
            cells = [self._cell(matrix.cells[party, issue]) for party in matrix.columns]
            if matrix.others:
                others = (f"{escape(self.layout.party(c.party))} {self._cell(c)}" for c in matrix.others_in(issue))
                cells.append("; ".join(others) or "none found")
            rows.append([f"**{escape(self.layout.issue(issue))}**", *cells])
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)

    def _cell(self, cell: ShownCell) -> str:
        if not cell.stances:
            return cell.told
        text = " / ".join(map(_stance, cell.stances))
        if cell.state == "claimed_by_others":
            return f"{text} *({escape(cell.claimants)})*"
        first = cell.lines[0]
        notes = [FIRMNESS["red_line"]] if first.firmness == FIRMNESS["red_line"] else []
        notes += ["disputed"] if first.currency == "disputed" else []
        notes += ["others differ"] if cell.others_differ else []
        return f"**{text}**" + (f" ({', '.join(notes)})" if notes else "")

    def _legend(self) -> str:
        silent = ", ".join(escape(self.layout.party(party)) for party in self.layout.matrix.silent)
        none = f"None found on any issue: {silent}.\n\n" if silent else ""
        words = [f"{mark.shape} {stance}: {mark.meaning}" for stance, mark in self.layout.legend]
        return none + "; ".join([*words, "**bold**: own word; *(in brackets)*: whose word it is instead"]) + "."

    def _section(self, section: Section) -> Iterator[str]:
        named = len({line.salience for line in section.lines}) > 1
        for salience in SALIENCES:
            lines = section.of(salience)
            if lines and named:
                yield f"### {salience.capitalize()}"
            if lines:
                yield "\n".join(map(self._line, lines))

    def _line(self, line: Line) -> str:
        lead = [f"**{escape(line.holder)}**" if line.holder else "", _stance(line.stance) if line.stance else ""]
        about = " · ".join(part for part in (" ".join(filter(None, lead)), escape(line.issue or "")) if part)
        facts = [f"{detail.label}: {escape(detail.text)}" for detail in line.details]
        facts += [escape(fact) for fact in (line.whose_word, line.firmness, line.when) if fact]
        facts += [f"{line.origins} independent texts"] if line.origins > 1 else []
        facts += [line.currency] if line.currency not in {None, "current"} else []
        quotes = "".join(
            f"\n  - “{escape(proof.quote)}” [{proof.number}]{' (as printed)' if proof.damaged else ''}"
            for proof in line.proofs
        )
        sentence = f"{about}: {escape(line.sentence)}" if about else escape(line.sentence)
        return f"- {sentence} {_numbers(line.numbers)}" + (f"  \n  {' · '.join(facts)}" if facts else "") + quotes

    def _change(self, change: ShownChange) -> str:
        lead = f"**{escape(change.party)}** {change.arrow} {change.kind} · {escape(change.issue)}"
        sides = (("was", change.before), ("now", change.after))
        return lead + "".join(f"\n  - {word} {_side(side)}" for word, side in sides if side)

    def _unverified(self) -> Iterator[str]:
        for entry in self.layout.unverified:
            quote = f" Quoted: “{escape(entry.quote)}”." if entry.quote else ""
            claim = f"**{escape(entry.type)}**: {escape(entry.sentence)} [{entry.number}]"
            yield f"{claim}{quote} Reason: {escape(entry.reason)}"

    def _gaps(self) -> Iterator[str]:
        for gap in self.brief.gaps:
            number = self.layout.number(gap.source)
            yield f"{f'[{number}]' if number else escape(gap.source)} ({gap.stage}): {escape(gap.reason)}"

    def _source(self, source: Source) -> str:
        label = escape(source.label)
        address = web_address(source.url)
        facts = [f"[{label}](<{address}>)" if address else label, escape(source.outlet or "")]
        days = span_of_days(source.published.date, None)
        facts.append(f"{days}{' (inferred)' if source.published.basis == 'inferred' else ''}" if days else "no date")
        facts.append(source.condition.replace("_", " ") if source.condition != "clean" else "")
        copied = self.layout.copied_from(source)
        facts.append(f"copy of [{copied}]" if copied else "")
        return f"{self.layout.number(source.id)}. {' · '.join(filter(None, facts))}"

    def _run(self) -> Iterator[str]:
        run = self.brief.run
        yield f"Model: {escape(run.model or 'unknown')}"
        yield f"Requests: {run.requests} ({run.replayed} replayed, {run.reasks} re-asks)"
        yield f"Tokens: {run.tokens.input} in ({run.tokens.cached_input} cached), {run.tokens.output} out"
        yield f"Cost: {'n/a' if run.cost_usd is None else f'${run.cost_usd:.4f}'}"
        for name, digest in (*run.prompts.items(), ("schema", run.schema_)):
            if digest:
                yield f"{escape(name)}: `{digest}`"


def _side(side: ShownSide) -> str:
    when = f", {escape(side.when)}" if side.when else ""
    where = f"[{side.number}]" if side.number else "(in the earlier brief)"
    return f"{_stance(side.stance)}{when}: “{escape(side.quote)}” {where}"


def _stance(stance: Stance) -> str:
    return f"{STANCES[stance].shape} {stance}"


def _numbers(numbers: Iterable[int]) -> str:
    return "".join(f"[{number}]" for number in numbers)


def _list(points: Iterable[str]) -> str:
    return "\n".join(f"- {point}" for point in points)
