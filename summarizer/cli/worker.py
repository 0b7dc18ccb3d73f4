"""`summarizer worker`: does the jobs of the queue, on as many machines as wanted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from summarizer.cli.options import asking, queue_options, settings_from

if TYPE_CHECKING:
    from summarizer.queueing import Digest


@click.command("worker")
@queue_options
@click.option(
    "--stalled-after",
    type=click.FloatRange(min=0.5),
    default=30,
    show_default=True,
    help="Seconds without a sign of life after which a worker is dead; alike for all.",
)
@click.option("--tries", type=click.IntRange(1), default=3, show_default=True, help="Tries of a document.")
@click.option(
    "--wait",
    type=click.FloatRange(0),
    default=30,
    show_default=True,
    help="Seconds before the second try; each further wait is four times as long.",
)
@click.option(
    "--digest",
    "digests",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Run this digest too, each day at its time. May be given again, and to several workers.",
)
@click.option("--offline", is_flag=True, help="Fetch no address.")
@asking
def command(ledger: str | None, queue: str, digests: tuple[Path, ...], **given: Any) -> int:
    """Do the jobs of the queue until told to end (SIGTERM, Ctrl-C). Start as many as you like. See docs/workers.md.

    \b
    Examples:
      summarizer worker --ledger postgresql://host/summarizer
      summarizer worker --ledger postgresql://host/summarizer --concurrency 32 --rpm 3000
      summarizer worker --ledger postgresql://host/summarizer --digest digest.toml
    """
    from summarizer.api import run_sync
    from summarizer.ledger import Ledger
    from summarizer.queueing import Patience, Queue, WorkerSettings, run_worker
    from summarizer.reading import ReadSettings

    patience = Patience(given.pop("tries"), given.pop("wait"))
    reading, stalled = ReadSettings(offline=given.pop("offline")), given.pop("stalled_after")
    chosen = dict(given)
    settings = WorkerSettings(
        settings_from(given),
        patience,
        reading,
        stalled,
        digests=tuple(_digest(path, ledger, chosen) for path in digests),
    )
    _let_log()
    with Ledger(ledger) as opened:
        run_sync(run_worker(Queue(opened, queue), settings))
    return 0


def _digest(path: Path, ledger: str | None, given: dict[str, Any]) -> Digest:
    """Return a digest as workers run it: on their own ledger."""
    from summarizer.cli.digest_options import settings_for
    from summarizer.digest import load_config
    from summarizer.errors import SettingsError
    from summarizer.queueing import Digest
    from summarizer.settings import load_secrets

    config = load_config(path)
    if config.ledger not in {None, ledger}:
        raise SettingsError(f"{path} names another ledger than --ledger: its brief of the day would stand apart.")
    return Digest(config, settings_for(config, {**given, "config": None}), load_secrets())


def _let_log() -> None:
    """Tell on standard error what becomes of jobs: their ids, never a text."""
    import logging

    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    logger = logging.getLogger("summarizer.worker")
    logger.setLevel(logging.INFO)
    logger.handlers = [handler]
    # Its own lines hold tracebacks, and a traceback may hold a text.
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL + 1)
