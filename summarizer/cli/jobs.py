"""`summarizer jobs`: what stands in the queue, how far it has got, and what came of it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from summarizer.cli.options import ledger_option, outputs

if TYPE_CHECKING:
    from summarizer.ledger import JobRecord, Ledger


def _on_ledger(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a subcommand the ledger that was named before it, or after it."""

    @ledger_option
    @click.pass_obj
    @functools.wraps(function)
    def with_ledger(before: str | None, /, ledger: str | None, **given: Any) -> Any:
        return function(ledger or before, **given)

    return with_ledger


@click.group("jobs", invoke_without_command=True)
@ledger_option
@click.option("--most", type=click.IntRange(1), default=30, show_default=True, help="Jobs listed at most.")
@click.pass_context
def command(context: click.Context, ledger: str | None, most: int) -> None:
    """List the jobs of workers and of the service, the newest first; show, retry, cancel and remove them."""
    context.obj = ledger
    if context.invoked_subcommand is None:
        from summarizer.ledger import Jobs, Ledger

        with Ledger(ledger) as opened:
            with opened.reading() as session:
                records = Jobs(session).listed(None, most)
            for one in records:
                click.echo(_line(opened, one))
        if not records:
            click.echo("There are no jobs.", err=True)


@command.command("show")
@click.argument("ident", metavar="ID")
@_on_ledger
def show(ledger: str | None, ident: str) -> None:
    """Show a job: its state, how many of its documents are in each, and why those failed that did."""
    from summarizer.ledger import JobDocuments, Ledger
    from summarizer.rendering.words import inline

    with Ledger(ledger) as opened:
        record = _known(opened, ident)
        click.echo(_line(opened, record))
        if record.problem:
            click.echo(inline(record.problem["detail"]))
        with opened.reading() as session:
            for one in JobDocuments(session, ident).reasons():
                click.echo(inline(f"{one.id}  {one.state} after {one.tries} tries: {one.reason}"))


@command.command("brief")
@click.argument("ident", metavar="ID")
@outputs
@click.option("--evidence", is_flag=True, help="Show the quoted words under every claim.")
@click.option("--all", "everything", is_flag=True, help="Show the background claims too.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing; only write files.")
@_on_ledger
def brief(ledger: str | None, /, ident: str, paths: tuple[Path, ...], format_: str | None, **shown: Any) -> None:
    """Show the brief of a job that is done, or write it to files.

    \b
    Example:
      summarizer jobs brief j-0123456789abcdef --ledger postgresql://host/summarizer -o brief.json
    """
    from summarizer.cli.results import deliver
    from summarizer.errors import InputError
    from summarizer.kinds import parse_brief
    from summarizer.ledger import Ledger

    with Ledger(ledger) as opened:
        record = _known(opened, ident)
    if record.brief is None:
        raise InputError(f"{ident} is {record.state} and has no brief. See: summarizer jobs show {ident}")
    deliver(parse_brief(record.brief, record.request["kind"]), paths, format_, **shown)


@command.command("retry")
@click.argument("idents", metavar="ID...", nargs=-1, required=True)
@_on_ledger
def retry(ledger: str | None, idents: tuple[str, ...]) -> None:
    """Ask again about the documents of a job that failed, or go on with one that was cancelled."""
    from summarizer.ledger import Ledger
    from summarizer.queueing import Queue, retry

    with Ledger(ledger) as opened:
        for ident in idents:
            click.echo(f"{ident}: {retry(Queue(opened), ident)} documents wait again")


@command.command("cancel")
@click.argument("idents", metavar="ID...", nargs=-1, required=True)
@_on_ledger
def cancel(ledger: str | None, idents: tuple[str, ...]) -> None:
    """Stop jobs. What was answered is kept, and `retry` goes on from there."""
    from summarizer.ledger import Ledger
    from summarizer.queueing import Queue, cancel

    with Ledger(ledger) as opened:
        for ident in idents:
            cancel(Queue(opened), ident)
            click.echo(f"{ident}: cancelled")


@command.command("remove")
@click.argument("idents", metavar="ID...", nargs=-1, required=True)
@_on_ledger
def remove(ledger: str | None, idents: tuple[str, ...]) -> None:
    """Stop jobs and forget them, with their documents and their briefs."""
    from summarizer.ledger import Ledger
    from summarizer.queueing import Queue, remove

    with Ledger(ledger) as opened:
        for ident in idents:
            remove(Queue(opened), ident)
            click.echo(f"{ident}: removed")


def _known(opened: Ledger, ident: str) -> JobRecord:
    from summarizer.errors import InputError
    from summarizer.ledger import Jobs

    with opened.reading() as session:
        record = Jobs(session).get(ident, brief=True)
    if record is None:
        raise InputError(f"There is no job {ident}. See: summarizer jobs")
    return record


def _line(opened: Ledger, record: JobRecord) -> str:
    """Return a job in one line."""
    from summarizer.ledger import JobDocuments
    from summarizer.rendering.words import inline

    counts = ""
    if record.queue is not None:
        with opened.reading() as session:
            found = JobDocuments(session, record.id).counts()
            running = 0 if record.ended else _running(opened, session, record.id)
        waiting = max(0, found.get("waiting", 0) - running)
        told = (
            ("waiting", waiting),
            ("running", running),
            *((name, found.get(name, 0)) for name in ("done", "failed")),
        )
        counts = ", ".join(f"{count} {name}" for name, count in told)
    created = record.created.strftime("%Y-%m-%d %H:%M UTC")
    return inline("  ".join(filter(None, (record.id, f"{record.state:<9}", created, counts, record.title))))


def _running(opened: Ledger, session: Any, ident: str) -> int:
    from summarizer.queueing import Queue

    return Queue(opened).running(session, ident)
