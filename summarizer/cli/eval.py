"""`summarizer eval`: how right is it, against annotations made by hand."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from summarizer.cli.options import asking, settings_from

if TYPE_CHECKING:
    from rich.table import Table

    from summarizer.claims import Brief
    from summarizer.evaluation import GoldFile
    from summarizer.scoring import Agreement, Regression, Report


@click.command("eval")
@click.argument("paths", nargs=-1, required=True, metavar="GOLD [BRIEF]...", type=click.Path(path_type=Path))
@click.option("--agreement", "compare", is_flag=True, help="Name two briefs or more: how far do they say the same?")
@click.option("--against", type=click.Path(path_type=Path), help="Scores of an earlier run (its JSON).")
@click.option(
    "--margin",
    type=click.FloatRange(0, 1),
    default=0.02,
    show_default=True,
    help="With --against: by how much a score may be worse.",
)
@click.option("--faults", is_flag=True, help="List what lowered each score.")
@click.option("--format", "format_", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("--kind", help="For a kind of your own: its folder.")
@asking
def command(paths: tuple[Path, ...], **given: Any) -> int:
    """Score briefs against annotations. Without a brief, the annotated documents are briefed.

    Ends with 1 when a score is worse than in --against by more than --margin.

    \b
    Examples:
      summarizer eval seeds/gold --replay fixtures/negotiation
      summarizer eval seeds/gold brief.json --format json > before.json
      summarizer eval seeds/gold brief.json --against before.json
      summarizer eval --agreement first.json second.json third.json
    """
    own = {name: given.pop(name) for name in ("compare", "against", "margin", "faults", "format_", "kind")}
    if own["compare"]:
        return _agreement(paths, own)
    return _scores(paths, own, given)


def _agreement(paths: Sequence[Path], own: dict[str, Any]) -> int:
    from summarizer.cli.show import read_brief
    from summarizer.scoring import agreement

    found = agreement([read_brief(path, own["kind"]) for path in paths])
    if own["format_"] == "json":
        click.echo(found.model_dump_json(indent=2))
    else:
        _print(_agreement_table(found))
    return 0


def _scores(paths: Sequence[Path], own: dict[str, Any], given: dict[str, Any]) -> int:
    from summarizer.cli.show import read_brief
    from summarizer.evaluation import evaluate, load_gold, load_report
    from summarizer.scoring import regressions

    gold = load_gold(paths[0])
    before = load_report(own["against"]) if own["against"] else None
    if before and len(paths) > 2:  # noqa: PLR2004 - the gold and one brief
        raise click.UsageError("--against compares one brief: name one.")
    if len(paths) > 1:
        reports = [evaluate(read_brief(path, own["kind"]), gold) for path in paths[1:]]
    else:
        reports = [evaluate(_made(gold, own, given), gold, whole=True)]
    worse = regressions(before, reports[0], own["margin"]) if before else []
    if own["format_"] == "json":
        bodies = [report.model_dump_json(by_alias=True, indent=2) for report in reports]
        click.echo(bodies[0] if len(bodies) == 1 else f"[{', '.join(bodies)}]")
    else:
        names = [path.name for path in paths[1:]] or ["score"]
        _print(_score_table(reports, names, before))
        _print(_run_table(reports, names))
        if own["faults"]:
            _print_faults(reports)
    return _told(worse, own["margin"])


def _made(gold: Sequence[GoldFile], own: dict[str, Any], given: dict[str, Any]) -> Brief:
    from summarizer.api import Job, brief
    from summarizer.cli.progress import progress

    job = Job(inputs=[one.document for one in gold], kind=own["kind"] or gold[0].gold.kind)
    with progress(quiet=own["format_"] == "json") as told:
        return brief(job, settings_from(given), *told)


def _told(worse: Sequence[Regression], margin: float) -> int:
    for one in worse:
        click.echo(f"worse: {one.name} was {one.before:.3f}, is {one.after:.3f}", err=True)
    if worse:
        click.echo(f"summarizer: {len(worse)} scores are worse by more than {margin:g}.", err=True)
    return 1 if worse else 0


def _print(table: Table) -> None:
    from rich.console import Console

    # A pipe has no width of its own, and a score that is cut off is no score.
    width = None if sys.stdout.isatty() else 120
    Console(highlight=False, width=width).print(table)


def _score_table(reports: Sequence[Report], names: Sequence[str], before: Report | None) -> Table:
    from rich.table import Table
    from rich.text import Text

    from summarizer.scoring import measures_of

    sections = [name.removesuffix(".precision") for name in reports[0].scores if name.endswith(".precision")]
    table = Table(box=None, title=f"{len(reports[0].documents)} documents, with 95 % intervals", title_justify="left")
    table.add_column("score", no_wrap=True)
    table.add_column("better", style="dim")
    for name in names:
        table.add_column(Text(name), justify="right", no_wrap=True)
    if before:
        table.add_column("before", justify="right", no_wrap=True)
    for name, measure in measures_of(sections).items():
        columns = [*reports, before] if before else list(reports)
        cells = [_cell(report, name) for report in columns]
        table.add_row(Text(name), measure.better, *map(Text, cells))
    return table


def _cell(report: Report, name: str) -> str:
    score = report.scores.get(name)
    if score is None or score.value is None or score.low is None or score.high is None:
        return "nothing to judge"
    return f"{score.value:.3f}  [{score.low:.2f}, {score.high:.2f}]  n={score.n:<4}"


def _run_table(reports: Sequence[Report], names: Sequence[str]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None)
    table.add_column("run", no_wrap=True)
    for name in names:
        table.add_column(Text(name), justify="right")
    runs = [report.run for report in reports]
    table.add_row("model", *(Text(run.model or "unknown") for run in runs))
    table.add_row("requests (replayed)", *(f"{run.requests} ({run.replayed})" for run in runs))
    table.add_row("re-asks", *(str(run.reasks) for run in runs))
    table.add_row("tokens in (cached)", *(f"{run.tokens.input:,} ({run.tokens.cached_input:,})" for run in runs))
    table.add_row("tokens out", *(f"{run.tokens.output:,}" for run in runs))
    table.add_row("cost in USD", *("n/a" if run.cost_usd is None else f"{run.cost_usd:.4f}" for run in runs))
    return table


def _print_faults(reports: Sequence[Report]) -> None:
    from summarizer.rendering.words import inline

    for report in reports:
        for fault in report.faults:
            told = "  ".join(filter(None, (fault.score, Path(fault.document).name, fault.item, fault.words)))
            click.echo(inline(told))


def _agreement_table(found: Agreement) -> Table:
    from rich.table import Table

    table = Table(box=None, title=f"{found.briefs} briefs, means over their pairs", title_justify="left")
    for name in ("claims", "same id", "same evidence"):
        table.add_column(name, justify="left" if name == "claims" else "right")
    for section in found.by_id:
        table.add_row(section, _number(found.by_id[section]), _number(found.by_evidence[section]))
    table.add_row("stance", "", _number(found.stance))
    table.add_row("voice", "", _number(found.voice))
    return table


def _number(value: float | None) -> str:
    return "n/a" if value is None else f"{value:.3f}"
