"""A run that a test puts into a process of its own, to kill it or to let two share a store."""

from __future__ import annotations

import asyncio
from multiprocessing.connection import Connection
from pathlib import Path

from pydantic import BaseModel, SecretStr

from summarizer.asking import Asker, Request
from summarizer.settings import AskSettings


class Form(BaseModel):
    names: list[str]


def run(url: str, store: Path, count: int) -> dict[str, list[str]]:
    """Ask about so many documents at once; return the names found, by document."""
    settings = AskSettings(base_url=url, api_key=SecretStr("k"), model="scripted", store=store, concurrency=8)
    return asyncio.run(_run(settings, count))


async def _run(settings: AskSettings, count: int) -> dict[str, list[str]]:
    requests = [Request("extract", f"Report {n}", "Read.", f"report {n}", Form) for n in range(count)]
    async with Asker(settings) as asker:
        answers = await asyncio.gather(*(asker.ask(request) for request in requests))
    return {answer.request.about: answer.value.names for answer in answers}


def work(url: str, store: Path, count: int, pipe: Connection) -> None:
    """Run, and send what was found."""
    pipe.send(run(url, store, count))
