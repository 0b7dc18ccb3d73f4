"""`summarizer read`: what a brief would see of its inputs, without asking a model."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from summarizer.claims import Gap
    from summarizer.documents import Document
    from summarizer.reading import OnProgress, Progress, Reading


@click.command("read")
@click.argument("inputs", nargs=-1, required=True)
@click.option("--format", "format_", type=click.Choice(["text", "jsonl"]), default="text", show_default=True)
@click.option("--full", is_flag=True, help="Show the whole texts, not only what is known of them.")
@click.option("--offline", is_flag=True, help="Fetch no address.")
@click.option("--private", is_flag=True, help="Fetch from private networks and this machine, too.")
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), help="Seconds for one address. [10]")
@click.option("--max-bytes", type=click.IntRange(1), help="Of one input, after decompression. [10000000]")
@click.option("--cache", type=click.Path(path_type=Path), help="Keep fetched pages here, not in the user's cache.")
@click.option("-q", "--quiet", is_flag=True, help="Show no progress.")
def command(inputs: tuple[str, ...], **given: Any) -> int:
    """Show what would be read of files, folders, addresses, feeds or - (standard input), asking no model.

    \b
    jsonl gives one document a line, which `summarizer brief -` reads again; what
    could not be read is told on standard error then.

    \b
    Examples:
      summarizer read https://example.org/report.html
      summarizer read reports/ --format jsonl | summarizer brief -
    """
    from summarizer.reading import ReadSettings, read

    format_, full, quiet = given.pop("format_"), given.pop("full"), given.pop("quiet")
    settings = ReadSettings(**{name: value for name, value in given.items() if value is not None})
    with _progress(quiet=quiet) as tell:
        reading = read(inputs, settings, tell)
    if format_ == "jsonl":
        _show_lines(reading)
    else:
        _show_text(reading, full=full)
    return 0


def _show_lines(reading: Reading) -> None:
    from summarizer.documents import Source

    for document in reading.documents:
        origin = reading.origins.get(document.id, document.id)
        source = Source(**document.model_dump(), origin=origin).model_dump(mode="json")
        line = {**source, "warnings": list(reading.warnings.get(document.id, ()))}
        click.echo(json.dumps(line, ensure_ascii=False))
    for gap in reading.gaps:
        click.echo(_gap_line(gap), err=True)


def _show_text(reading: Reading, *, full: bool) -> None:
    by_id = {document.id: document for document in reading.documents}
    for document in reading.documents:
        click.echo("\n".join(_about(document, reading, by_id)))
        click.echo(f"\n{document.text}\n" if full else "")
    if reading.gaps:
        click.echo("Not read:")
        for gap in reading.gaps:
            click.echo(f"  {_gap_line(gap)}")
        click.echo()
    copies = f", {_count(len(reading.origins), 'copy', 'copies')} of others" if reading.origins else ""
    gaps = f"; {_count(len(reading.gaps), 'gap', 'gaps')}" if reading.gaps else ""
    click.echo(f"{_count(len(reading.documents), 'document', 'documents')}{copies}{gaps}.")


def _about(document: Document, reading: Reading, by_id: dict[str, Document]) -> Iterator[str]:
    """Yield the lines about a document: all on one line each, whatever a page put into its title."""
    published = document.published
    when = f"{published.date} ({_BASIS[published.basis]})" if published.date else "no date"
    size = f"{len(document.text):,} characters, {_count(len(document.sentences), 'sentence', 'sentences')}"
    facts = [document.id, document.outlet or "no outlet", when, document.language or "no language", size]
    yield _plain(document.title or "(no title)")
    yield f"  {_plain(' · '.join(facts))}"
    yield from (f"  {_plain(place)}" for place in (document.path, document.url) if place)
    if document.id in reading.origins:
        yield f"  a copy of {_plain(by_id[reading.origins[document.id]].label)}"
    yield from (f"  ! {_plain(warning)}" for warning in reading.warnings.get(document.id, ()))


_BASIS = {
    "metadata": "by its metadata",
    "in_text": "found in the text",
    "given": "as given",
    "inferred": "by its address",
    "unknown": "unknown",
}


def _gap_line(gap: Gap) -> str:
    return _plain(f"{gap.source}: {gap.reason}")


def _plain(text: str) -> str:
    from summarizer.reading.decoding import one_line

    return one_line(text)


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


@contextmanager
def _progress(*, quiet: bool) -> Iterator[OnProgress | None]:
    """Yield what shows the progress on standard error: a bar on a terminal, nothing in a pipe."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich import progress
    from rich.console import Console

    columns = (
        progress.TextColumn("Reading {task.description}", markup=False),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeElapsedColumn(),
    )
    with progress.Progress(*columns, console=Console(stderr=True, highlight=False), transient=True) as bar:
        task = bar.add_task("", total=None)

        def tell(event: Progress) -> None:
            bar.update(task, description=_plain(event.name)[-50:], completed=event.done, total=event.total)

        yield tell
