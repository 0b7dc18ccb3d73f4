"""`summarizer digest`: a brief a day, and what changed."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from summarizer.cli.digest_options import config_option, model_options, opened, settings_for

if TYPE_CHECKING:
    from summarizer.digest import Outcome

_DAY = click.DateTime(["%Y-%m-%d"])


@click.group("digest")
def command() -> None:
    """Make a brief a day out of feeds, folders and addresses, and tell what changed."""


@command.command("init")
@click.argument("sources", nargs=-1)
@click.option("--title", default="The talks", show_default=True, help="The title of the digest.")
@click.option("--kind", default="negotiation", show_default=True, help="The kind of brief.")
@click.option("--timezone", default="UTC", show_default=True, help="In whose days it counts: Europe/Vienna.")
@config_option
def init(sources: tuple[str, ...], title: str, kind: str, timezone: str, config: Path) -> None:
    """Write a commented configuration for a new digest. SOURCES are files, folders, pages and feeds."""
    from summarizer.digest.config import load_config
    from summarizer.digest.schedule import starting_config
    from summarizer.errors import OutputError

    try:
        with config.open("x", encoding="utf-8") as file:
            file.write(starting_config(title, kind, timezone, sources))
    except FileExistsError:
        raise OutputError(f"{config} is there already. Name another file with --config.") from None
    except OSError as error:
        raise OutputError(f"{config} cannot be written ({error.strerror}).") from None
    load_config(config)
    click.echo(f"{config} is written. Look at it, then: summarizer digest run --config {config}")


@command.command("run")
@config_option
@click.option("--again", multiple=True, metavar="ID", help="Ask about this document again. May be given again.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing.")
@model_options
def run(config: Path, again: tuple[str, ...], quiet: bool, **given: Any) -> int:  # noqa: FBT001 - click passes it by name
    """Do one day and end. Ends with 1 when documents wait or something could not be sent."""
    from summarizer.api import run_sync
    from summarizer.cli.progress import progress
    from summarizer.digest import DigestRun, run_digest
    from summarizer.settings import load_secrets

    with opened(config) as (digest, ledger), progress(quiet=quiet) as (tell, _):
        settings = settings_for(digest, given)
        job = DigestRun(digest, ledger, settings, load_secrets(), tell=tell, again=again)
        outcome = run_sync(run_digest(job))
    return _tell(outcome, quiet=quiet)


@command.command("rehearse")
@config_option
@model_options
def rehearse_command(config: Path, **given: Any) -> int:
    """Run one digest for each day on which a document of the sources was published, as if on that day."""
    from summarizer.api import run_sync
    from summarizer.cli.progress import progress
    from summarizer.digest import DigestRun
    from summarizer.digest.rehearsal import rehearse
    from summarizer.settings import load_secrets

    with opened(config) as (digest, ledger), progress() as (tell, _):
        job = DigestRun(digest, ledger, settings_for(digest, given), load_secrets(), tell=tell)

        async def all_days() -> int:
            return max([_tell(outcome, quiet=False) async for outcome in rehearse(job)], default=0)

        return run_sync(all_days())


def _tell(outcome: Outcome, *, quiet: bool) -> int:
    """Print what a run came to; return 1 when something is left to the next."""
    from summarizer.digest.news import news_text

    failed = [sent for sent in outcome.sent if sent.reason]
    waits = outcome.written is not None and bool(outcome.written.news.waiting)
    if not quiet:
        if outcome.written is None:
            click.echo(f"{outcome.day}: nothing new.")
        else:
            click.echo(news_text(outcome.written.news))
        for note in outcome.notes if outcome.written is None else ():
            click.echo(note)
        gone = ", ".join(f"{sent.channel} of {sent.day}" for sent in outcome.sent if not sent.reason)
        click.echo(f"Sent: {gone or 'nothing'}. Requests to the model: {outcome.asked}.")
    for sent in failed:
        click.echo(f"{sent.channel} of {sent.day} was not sent: {sent.reason}. The next run tries again.", err=True)
    return 1 if failed or waits else 0


@command.command("schedule")
@config_option
@click.option("--cron", is_flag=True, help="A line for crontab instead of systemd units.")
def schedule(config: Path, cron: bool) -> None:  # noqa: FBT001 - click passes it by name
    """Print a systemd service and timer, or a crontab line, that run the digest each day."""
    from summarizer.digest.config import load_config
    from summarizer.digest.schedule import crontab, systemd_units

    digest = load_config(config)
    if cron:
        click.echo(crontab(digest, config, sys.executable), nl=False)
        return
    for name, text in systemd_units(digest, config, sys.executable).items():
        click.echo(f"# ~/.config/systemd/user/{name}\n{text}")


@command.command("status")
@config_option
def status(config: Path) -> None:
    """Tell where the digest stands: who runs it, what waits, what was not sent."""
    from summarizer.digest.queries import status_of

    with opened(config) as (digest, ledger):
        found = status_of(digest, ledger)
        click.echo(f"{digest.title} ({digest.name}), ledger {ledger.address}")
    click.echo(f"{found.documents} documents; last brief: {found.latest or 'none'}")
    if found.holder:
        click.echo(f"Being run by process {found.holder.pid} on {found.holder.host} since {found.holder.since}")
    for what, entries in (("waits", found.waiting), ("given up", found.given_up)):
        for one in entries:
            click.echo(f"{what}: {one.document} {one.label}: {one.reason or 'not asked about yet'}")
    for due in found.due:
        click.echo(f"not sent: {due.channel} of {due.day} ({due.tries} tries): {due.reason or 'not tried yet'}")
    for past in found.runs:
        told = past.report.get("reason") or f"{past.report.get('new', 0)} new, {past.report.get('asked', 0)} requests"
        click.echo(f"run of {past.day}, {past.began:%Y-%m-%d %H:%M} UTC: {past.state}, {told}")


@command.command("history")
@config_option
def history(config: Path) -> None:
    """List the days of the digest, oldest first."""
    from summarizer.digest.news import headline_of
    from summarizer.digest.queries import days

    with opened(config) as (digest, ledger):
        for day, revision, news in days(digest, ledger):
            again = f" (revised {revision - 1} times)" if revision > 1 else ""
            click.echo(f"{day}  {headline_of(news)}{again}")


@command.command("show")
@click.argument("day", type=_DAY, required=False)
@click.option("--changes", nargs=2, type=_DAY, metavar="FROM TO", help="What changed between two days.")
@click.option("-o", "--output", "paths", multiple=True, type=click.Path(path_type=Path), help="Write it here too.")
@click.option("--format", "format_", type=click.Choice(["terminal", "markdown", "json", "html"]), help="What to print.")
@config_option
def show(
    config: Path,
    day: datetime.datetime | None,
    changes: tuple[datetime.datetime, datetime.datetime] | None,
    paths: tuple[Path, ...],
    format_: str | None,
) -> None:
    """Show the brief of a DAY (2025-09-04), or what changed between two days."""
    from summarizer.digest.news import news_text
    from summarizer.digest.queries import brief_of, changes_over

    if (day is None) == (changes is None):
        raise click.UsageError("Name a day, or two with --changes.")
    with opened(config) as (digest, ledger):
        if changes is not None:
            news = changes_over(digest, ledger, changes[0].date(), changes[1].date())
            click.echo(news.model_dump_json(indent=2, by_alias=True) if format_ == "json" else news_text(news))
            return
        brief = brief_of(digest, ledger, day.date() if day else datetime.date.max)
    from summarizer.cli.results import deliver

    deliver(brief, paths, format_)
