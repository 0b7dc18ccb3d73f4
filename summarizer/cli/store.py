"""`summarizer store`: the replies that are kept from day to day."""

from __future__ import annotations

import time
from pathlib import Path

import click

DAY = 24 * 60 * 60


@click.group("store", invoke_without_command=True)
@click.option("--store", type=click.Path(path_type=Path), help="The folder, if it is not the user's cache.")
@click.pass_context
def command(context: click.Context, store: Path | None) -> None:
    """Show where replies are kept, how many and how large; `prune` removes old ones."""
    from summarizer.settings import load_settings

    folder = load_settings(store=store).store_folder
    context.obj = folder
    if context.invoked_subcommand is None:
        paths = _paths(folder)
        size = sum(path.stat().st_size for path in paths)
        click.echo(f"{folder}: {len(paths)} replies, {size / 1_000_000:.1f} MB")


@command.command("prune")
@click.option("--days", type=click.IntRange(0), default=90, show_default=True, help="Keep what is newer than this.")
@click.pass_obj
def prune(folder: Path | None, days: int) -> None:
    """Remove kept replies that are older than so many days. They are asked again when they are needed."""
    oldest = time.time() - days * DAY
    gone = [path for path in _paths(folder) if path.stat().st_mtime < oldest]
    for path in gone:
        path.unlink(missing_ok=True)
    click.echo(f"{len(gone)} replies removed from {folder}.")


def _paths(folder: Path | None) -> list[Path]:
    from summarizer.recordings import Recordings

    return list(Recordings(folder).paths()) if folder and folder.is_dir() else []
