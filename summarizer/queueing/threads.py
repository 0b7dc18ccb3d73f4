"""Work on an event loop of its own, in a thread, so that long computing does not hold up signs of life."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

__all__ = ["apart"]

T = TypeVar("T")


async def apart(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine on a loop of its own and return what it returns, or raise what it raises.

    When the caller is cancelled, so is the work; the call ends when the work has ended.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()
    results: list[T] = []
    failures: list[BaseException] = []
    inner: list[tuple[asyncio.AbstractEventLoop, asyncio.Task[Any]]] = []
    stopped = threading.Event()

    async def main() -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - this is one
        inner.append((asyncio.get_running_loop(), task))
        if not stopped.is_set():
            results.append(await work())

    def run() -> None:
        try:
            asyncio.run(main())
        except BaseException as error:  # noqa: BLE001 - handed on to the caller's loop
            failures.append(error)
        loop.call_soon_threadsafe(done.set_result, None)

    threading.Thread(target=run, name="summarizer-apart", daemon=True).start()
    try:
        await asyncio.shield(done)
    except asyncio.CancelledError:
        stopped.set()
        for its_loop, task in inner:
            its_loop.call_soon_threadsafe(task.cancel)
        await asyncio.wait([done])
        raise
    if failures:
        raise failures[0]
    return results[0]
