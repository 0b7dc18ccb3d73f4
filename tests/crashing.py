"""Runs a digest in a process of its own and kills it with SIGKILL at the n-th line of our code that it executes.

The lines are counted by the interpreter's own tracing, so nothing in the program knows of it.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

import forking
from digesting import Bench

import summarizer.asking.client
import summarizer.digest.day
import summarizer.digest.delivery
import summarizer.ledger
import summarizer.rendering.markdown
import summarizer.rendering.page
from summarizer.documents import Document

ROOT = Path(summarizer.__file__).parent
ROOMS = tuple(str(ROOT / room) for room in ("digest", "ledger", "trip.py"))


def crash(task: dict[str, Any], at: int | None) -> int | None:
    """Run a digest in a process of its own. `at` is the line to die at; None counts the lines and returns them."""
    queue = forking.context.SimpleQueue()
    process = forking.context.Process(target=_run, args=(task, at, queue))
    process.start()
    process.join(300)
    if at is not None:
        assert process.exitcode in {-signal.SIGKILL, 0}, process.exitcode
        return None
    assert process.exitcode == 0
    return int(queue.get())


def _run(task: dict[str, Any], at: int | None, queue: Any) -> None:
    lines = 0
    lock = threading.Lock()

    def trace(frame: Any, event: str, _: Any) -> Any:
        nonlocal lines
        if not frame.f_code.co_filename.startswith(ROOMS):
            return None
        if event == "line":
            with lock:
                lines += 1
                if lines == at:
                    os.kill(os.getpid(), signal.SIGKILL)
        return trace

    bench = Bench(task["url"], task["address"], Path(task["folder"]), **task["config"])
    documents = [Document.model_validate(one) for one in task["documents"]]
    threading.settrace(trace)
    sys.settrace(trace)
    asyncio.run(bench.go(task["day"], documents))
    sys.settrace(None)
    queue.put(lines)
