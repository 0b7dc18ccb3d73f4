"""Progress of a long command, on standard error: a bar on a terminal, silence in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from summarizer.api import Event

__all__ = ["progress"]

_WORDS = {
    "read": "Reading",
    "extract": "Asking about the documents",
    "reconcile": "Grouping names",
    "corroborate": "Grouping claims",
    "headline": "Writing the bottom line",
    "done": "Done",
}


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Callable[[Event], None]]:
    """Yield what `abrief` calls as things happen."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.text import Text

    from summarizer.rendering.words import inline

    console = Console(stderr=True, highlight=False)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("Reading", total=None)

        def tell(event: Event) -> None:
            bar.update(task, description=_WORDS[event.stage], completed=event.done, total=event.total)
            if event.failed:
                console.print(Text(inline(f"{event.about}: {event.failed}")))

        yield tell
