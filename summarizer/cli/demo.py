"""`summarizer demo`: the sample reports and their recorded replies, which come with the program."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from summarizer.cli.brief import make_brief
from summarizer.cli.options import outputs


@click.command("demo")
@outputs
@click.option("--evidence", is_flag=True, help="Show the quoted words under every claim.")
@click.option("--all", "everything", is_flag=True, help="Show the background claims too.")
def command(paths: tuple[Path, ...], **given: Any) -> int:
    """Brief the sample reports that come with the program, with recorded replies: no key, no network."""
    from summarizer.samples import recordings_folder, seeds_folder
    from summarizer.settings import AskSettings

    own = {"kind": "negotiation", "topic": None, "title": None, "earlier": None, "strict": False, "offline": True}
    settings = AskSettings(replay=recordings_folder("negotiation"))
    return make_brief(
        (str(seeds_folder()),), settings, {**own, **given, "paths": paths, "quiet": False, "verbose": False}
    )
