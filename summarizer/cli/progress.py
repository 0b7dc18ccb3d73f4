"""Progress of a long command, on standard error: a bar on a terminal, silence in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from summarizer.api import Event
    from summarizer.asking import Event as RequestEvent

__all__ = ["progress"]

_WORDS = {
    "read": "Reading",
    "extract": "Asking about the documents",
    "reconcile": "Grouping names",
    "corroborate": "Grouping claims",
    "headline": "Writing the bottom line",
    "done": "Done",
}


Told = tuple["Callable[[Event], None]", "Callable[[RequestEvent], None]"]


@contextmanager
def progress(*, quiet: bool = False, verbose: bool = False) -> Iterator[Told]:
    """Yield what `abrief` calls as things happen, and what it calls for each request."""
    line = _line if verbose else lambda _: None
    if quiet or verbose or not sys.stderr.isatty():
        yield lambda _: None, line
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
        TextColumn("{task.fields[note]}", markup=False),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("Reading", total=None, note="")

        def on_event(event: Event) -> None:
            bar.update(task, description=_WORDS[event.stage], completed=event.done, total=event.total)
            if event.failed:
                console.print(Text(inline(f"{event.about}: {event.failed}")))

        def on_request(event: RequestEvent) -> None:
            cost = "" if event.spent_usd is None else f"${event.spent_usd:.2f}"
            waiting = f"waiting {event.seconds:.0f} s: {event.reason}" if event.kind == "waiting" else ""
            bar.update(task, note=inline(" · ".join(filter(None, (cost, waiting)))))

        yield on_event, on_request


def _line(event: RequestEvent) -> None:
    """Tell of one request: never a key, never words of an article beyond its title."""
    from summarizer.rendering.words import inline

    seconds = f" {event.seconds:.1f} s" if event.seconds else ""
    reason = f": {event.reason}" if event.reason else ""
    sys.stderr.write(inline(f"{event.purpose} {event.kind}{seconds} · {event.about}{reason}") + "\n")
