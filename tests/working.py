"""Workers for tests: in this process until the jobs have ended, or as processes of their own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from summarizer.api import Job
from summarizer.documents import Document
from summarizer.ledger import JobDocuments, JobRecord, Jobs, Ledger
from summarizer.queueing import Patience, Queue, WorkerSettings, enqueue, run_worker
from summarizer.settings import AskSettings

QUICK = Patience(tries=2, wait=0.1)


def asking(url: str, folder: Path, **given: Any) -> AskSettings:
    usual: dict[str, Any] = {"model": "scripted", "max_retries": 0, "timeout": 20, "concurrency": 4}
    return AskSettings(base_url=url, api_key="none", store=folder / "store", **{**usual, **given})


def put(queue: Queue, documents: Sequence[Document], **job: Any) -> str:
    return asyncio.run(enqueue(queue, Job(inputs=list(documents), **job)))


def work(queue: Queue, settings: WorkerSettings, ended: Callable[[], bool] | None = None) -> None:
    """Be a worker until no job is under way, or until something has come about."""

    def idle() -> bool:
        with queue.ledger.reading() as session:
            return not Jobs(session).under_way()

    async def watch() -> None:
        last = time.monotonic() + 300
        while signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:  # noqa: ASYNC110 - nothing tells when it listens
            await asyncio.sleep(0.05)
        while not await asyncio.to_thread(ended or idle):
            assert time.monotonic() < last, "the jobs do not end"
            await asyncio.sleep(0.05)
        os.kill(os.getpid(), signal.SIGTERM)

    async def both() -> None:
        async with contextlib.AsyncExitStack() as stack:
            watching = asyncio.create_task(watch())
            stack.push_async_callback(asyncio.gather, watching, return_exceptions=True)
            stack.callback(watching.cancel)
            await run_worker(Queue(queue.ledger, queue.name), settings)
            if watching.done():
                await watching

    asyncio.run(both())


def job(ledger: Ledger, ident: str) -> JobRecord:
    with ledger.reading() as session:
        found = Jobs(session).get(ident, brief=True)
    assert found is not None
    return found


def counts(ledger: Ledger, ident: str) -> dict[str, int]:
    with ledger.reading() as session:
        return JobDocuments(session, ident).counts()


@contextlib.contextmanager
def worker(address: str, url: str, folder: Path, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start `summarizer worker`; what it says goes to a file `worker.log` in the folder."""
    command = [sys.executable, "-m", "summarizer", "worker", "--ledger", address, "--base-url", url]
    command += ["--model", "scripted", "--store", str(folder / "store"), "--max-retries", "0", "--wait", "0.1"]
    command += ["--stalled-after", "2", *options]
    environment = {**os.environ, "OPENAI_API_KEY": "none"}
    with (folder / "worker.log").open("ab") as said:
        process = subprocess.Popen(command, cwd=folder, env=environment, stderr=said, stdout=said)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def until(true: Callable[[], Any], seconds: float = 60) -> None:
    last = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < last
        time.sleep(0.05)
