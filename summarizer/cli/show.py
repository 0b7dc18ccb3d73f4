"""`summarizer show`: a finished brief, in any format."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from summarizer.cli.options import outputs

if TYPE_CHECKING:
    from summarizer.claims import Brief


@click.command("show")
@click.argument("path", metavar="BRIEF", type=click.Path(path_type=Path))
@click.option("--kind", help="For a kind of your own: its folder.")
@outputs
@click.option("--evidence", is_flag=True, help="Show the quoted words under every claim.")
@click.option("--all", "everything", is_flag=True, help="Show the background claims too.")
def command(path: Path, kind: str | None, paths: tuple[Path, ...], format_: str | None, **shown: bool) -> None:
    """Show a finished brief (its JSON; - is standard input)."""
    from summarizer.cli.results import deliver

    deliver(read_brief(path, kind), paths, format_, **shown)


def read_brief(path: Path, kind: str | None = None) -> Brief:
    """Read a brief from a file, or from standard input when the path is `-`.

    Raises:
        BriefError: it cannot be read, or is not a brief.

    """
    from summarizer.errors import BriefError
    from summarizer.kinds import parse_brief

    try:
        data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        raise BriefError(f"{path} cannot be read: {error.strerror}.") from error
    try:
        return parse_brief(data, kind)
    except BriefError as error:
        raise BriefError(f"{path}: {error}") from error
