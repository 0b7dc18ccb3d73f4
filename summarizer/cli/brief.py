"""`summarizer brief`: reports in, a brief out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from summarizer.cli.options import ASKING, asking, kind, outputs, queue_options, settings_from

if TYPE_CHECKING:
    from summarizer.api import Job
    from summarizer.settings import AskSettings


@click.command("brief")
@click.argument("inputs", nargs=-1, required=True)
@kind
@click.option("--topic", type=click.Path(path_type=Path), help="A TOML file: the parties and issues you follow.")
@click.option("--title", help="The title of the brief.")
@click.option("--earlier", type=click.Path(path_type=Path), help="An earlier brief (JSON): tell what changed since.")
@outputs
@click.option("--evidence", is_flag=True, help="Show the quoted words under every claim.")
@click.option("--all", "everything", is_flag=True, help="Show the background claims too.")
@click.option("--strict", is_flag=True, help="End with 1 when the brief has gaps or unverified claims.")
@click.option("--offline", is_flag=True, help="Fetch no address.")
@click.option(
    "--batch",
    type=click.Choice(["submit", "collect"]),
    help="Ask about the documents by the provider's Batch API, at half the price: submit, later collect, then brief.",
)
@click.option("--enqueue", is_flag=True, help="Leave it to workers, on a PostgreSQL ledger; print the job's id.")
@queue_options
@click.option("--dry-run", is_flag=True, help="Show documents, requests, estimate and one prompt; send nothing.")
@click.option("-v", "--verbose", is_flag=True, help="Tell of each request on standard error, a line each.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing; only write files.")
@asking
def command(inputs: tuple[str, ...], **given: Any) -> int:
    """Brief reports: files, folders, addresses, or - for standard input.

    \b
    Examples:
      summarizer brief reports/ -o brief.json -o brief.html
      cat report.txt | summarizer brief -
    """
    own = {name: given.pop(name) for name in _OWN}
    dry_run, batch = given.pop("dry_run"), given.pop("batch")
    enqueued, ledger, queue = given.pop("enqueue"), given.pop("ledger"), given.pop("queue")
    if enqueued and (dry_run or batch):
        raise click.UsageError(
            "--enqueue sends nothing and asks nothing here: it does not go with --dry-run or --batch."
        )
    if enqueued:
        return enqueue_job(inputs, own, given, ledger, queue)
    if ledger is not None:
        raise click.UsageError("--ledger belongs to --enqueue: add it, or remove --ledger.")
    if dry_run:
        return show_plan(job_of(inputs, own), settings_from(given))
    if batch:
        return run_batch(batch, job_of(inputs, own), settings_from(given))
    return make_brief(inputs, settings_from(given), own)


_OWN = (
    "kind",
    "topic",
    "title",
    "earlier",
    "paths",
    "format_",
    "evidence",
    "everything",
    "strict",
    "offline",
    "quiet",
    "verbose",
)


def job_of(inputs: tuple[str, ...], own: dict[str, Any]) -> Job:
    """Return what is to be briefed, from the options of the command."""
    from summarizer.api import Job
    from summarizer.cli.show import read_brief
    from summarizer.reading import ReadSettings
    from summarizer.topics import load_topic

    return Job(
        inputs=inputs,
        kind=own["kind"],
        topic=load_topic(own["topic"]) if own["topic"] else None,
        title=own["title"],
        earlier=read_brief(own["earlier"], own["kind"]) if own["earlier"] else None,
        reading=ReadSettings(offline=own["offline"]),
    )


def show_plan(job: Job, settings: AskSettings) -> int:
    """Print what would be asked, and ask nothing."""
    from summarizer.api import aplan, run_sync

    plan = run_sync(aplan(job, settings))
    for document in plan.documents:
        click.echo(f"{document.id}  {len(document.text):>7} characters  {document.label}")
    for gap in plan.gaps:
        click.echo(f"{gap.source}: {gap.reason}")
    forecast = plan.forecast
    cost = "n/a" if forecast.cost_usd is None else f"${forecast.cost_usd:.4f}"
    click.echo(
        f"\n{forecast.requests} requests about documents, {forecast.recorded} of them answered already; then one about "
        f"names, about claims and for the bottom line each.\nTo send: about {forecast.tokens.input} tokens in, "
        f"{forecast.tokens.output} out; cost {cost}.\n\nThe first request:\n\n{plan.prompt}"
    )
    return 0


def run_batch(step: str, job: Job, settings: AskSettings) -> int:
    """Submit what is missing as batches, or collect what is done, and say how each stands."""
    from summarizer.api import abatch, run_sync

    batches = run_sync(abatch(step, job, settings))
    for one in batches:
        click.echo(f"{one.id}  {one.state}: {one.requests} requests, {one.kept} replies kept, {one.failed} failed")
    if not batches:
        click.echo("Nothing is missing." if step == "submit" else "No batch is under way.")
    return 0


def enqueue_job(
    inputs: tuple[str, ...], own: dict[str, Any], asking: dict[str, Any], ledger: str | None, queue: str
) -> int:
    """Put the job into the queue and print its id."""
    from summarizer.api import run_sync
    from summarizer.ledger import Ledger
    from summarizer.queueing import Queue, enqueue

    set_here = [name for name in ASKING if asking[name] is not None]
    if set_here:
        option = f"--{set_here[0].replace('_', '-')}"
        raise click.UsageError(f"{option} is for the workers to say: give it to `summarizer worker`.")
    if own["paths"] or own["format_"] or own["strict"]:
        raise click.UsageError("There is no brief yet: write it later, with `summarizer jobs brief ID -o …`.")
    job = job_of(inputs, own)
    with Ledger(ledger) as opened:
        click.echo(run_sync(enqueue(Queue(opened, queue), job)))
    return 0


def make_brief(inputs: tuple[str, ...], settings: AskSettings, own: dict[str, Any]) -> int:
    """Do what the command does, once its options are sorted."""
    from summarizer.api import brief
    from summarizer.cli.progress import progress
    from summarizer.cli.results import deliver, is_clean
    from summarizer.rendering import format_of

    for path in own["paths"]:
        format_of(path)  # an unknown ending is told before anything is asked
    job = job_of(inputs, own)
    with progress(quiet=own["quiet"], verbose=own["verbose"]) as (on_event, on_request):
        made = brief(job, settings, on_event, on_request)
    shown = {name: own[name] for name in ("evidence", "everything", "quiet")}
    deliver(made, own["paths"], own["format_"], **shown)
    if own["strict"] and not is_clean(made):
        click.echo(f"{len(made.gaps)} gaps, {len(made.unverified)} unverified claims (--strict).", err=True)
        return 1
    return 0
