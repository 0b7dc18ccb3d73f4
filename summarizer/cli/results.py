"""What every command does with a finished brief: show it, write it, and not lose it."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from summarizer.claims import Brief

__all__ = ["deliver", "is_clean"]


def deliver(brief: Brief, paths: Sequence[Path], format_: str | None, *, quiet: bool = False, **shown: bool) -> None:
    """Write a brief to files and print it; `shown` is what the terminal view takes: evidence, everything.

    Raises:
        OutputError: a file could not be written. All others were, and this one's content was put where the
            error says.

    """
    from summarizer.rendering import format_of, render

    formats = [format_of(path) for path in paths]
    if not quiet:
        _print(brief, format_ or "terminal", **shown)
    failures = [
        failure for path, name in zip(paths, formats, strict=True) if (failure := _write(path, render(brief, name)))
    ]
    if failures:
        from summarizer.errors import OutputError

        raise OutputError(" ".join(failures))


def _print(brief: Brief, format_: str, **shown: bool) -> None:
    if format_ == "terminal":
        from rich.console import Console

        from summarizer.rendering.terminal import show

        show(brief, Console(highlight=False), **shown)
    else:
        from summarizer.rendering import render

        sys.stdout.write(render(brief, format_))
        sys.stdout.flush()


def _write(path: Path, text: str) -> str | None:
    """Write a file; return what to tell the user when that failed and the text was saved elsewhere."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        why = f"{path} cannot be written ({error.strerror})"
        try:
            folder = Path(tempfile.mkdtemp(prefix="summarizer-"))
            (folder / path.name).write_text(text, encoding="utf-8")
        except OSError:
            click.echo(text)
            return f"{why}; what it should hold was printed instead."
        return f"{why}; it was saved as {folder / path.name} instead."
    return None


def is_clean(brief: Brief) -> bool:
    """Return whether nothing is missing from a brief and nothing in it is unverified."""
    return not brief.gaps and not brief.unverified
