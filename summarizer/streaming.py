"""The trip of `summarizer.api` as a stream of events, for programs that show progress."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from pathlib import Path

from summarizer.api import Event, Job, abrief
from summarizer.documents import Document
from summarizer.settings import AskSettings

__all__ = ["abrief_stream"]


async def abrief_stream(
    job: Job | Sequence[str | Path | Document] | str | Path | Document,
    settings: AskSettings | None = None,
) -> AsyncGenerator[Event]:
    """Do what `abrief` does and yield what happens on the way.

    The stages come in this order: `read` once, `extract` for each document (`failed` says why, when it was
    refused or lost), `reconcile`, `corroborate`, `headline`, `done`. The last event, and no other, has the
    `brief`. Whoever stops early should close the stream (`contextlib.aclosing`): that ends the run; replies
    that had come are kept.

    Args:
        job: what is to be briefed: a `Job`, or just its inputs.
        settings: the model and how it is asked; by default from the environment and `summarizer.toml`.

    Raises:
        InputError, KindError, ModelError: as `abrief` does, where the next event would have come.

    """
    events: asyncio.Queue[Event | None] = asyncio.Queue()
    work = asyncio.create_task(abrief(job, settings, events.put_nowait))
    work.add_done_callback(lambda _: events.put_nowait(None))
    try:
        while (event := await events.get()) is not None and event.stage != "done":
            yield event
        made = await work
        yield replace(event or Event("done", made.title, 1, 1), brief=made)
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
