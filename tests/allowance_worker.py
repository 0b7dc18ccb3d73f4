"""A worker that a test puts into a process of its own, to let several share the requests and tokens a minute."""

from __future__ import annotations

import asyncio
from multiprocessing.connection import Connection

from asking_worker import Form

from summarizer.asking import Asker, Request
from summarizer.ledger import Ledger, SharedAllowance, Window
from summarizer.settings import AskSettings


def work(ledger: str, settings: AskSettings, window: Window, count: int, pipe: Connection) -> None:
    """Ask so many questions at once; send how many were answered."""
    pipe.send(asyncio.run(_work(ledger, settings, window, count)))


async def _work(address: str, settings: AskSettings, window: Window, count: int) -> int:
    requests = [Request("extract", f"Report {n}", "Read.", f"report {n}", Form) for n in range(count)]
    with Ledger(address) as ledger:
        async with Asker(settings, allowance=SharedAllowance(ledger, settings, window)) as asker:
            return len(await asyncio.gather(*(asker.ask(request) for request in requests)))
