"""What a user of the package writes, type-checked against the installed wheel by tests/installed.py. Not run."""

from __future__ import annotations

import asyncio
from pathlib import Path

from summarizer import (
    Brief,
    Document,
    Event,
    Job,
    Ledger,
    ReadSettings,
    Settings,
    SummarizerError,
    Topic,
    abrief,
    abrief_stream,
    aread,
    brief,
    load_settings,
    load_topic,
    read,
    render,
    verify,
)


def show(event: Event) -> None:
    """Show how far a run has come."""
    print(event.stage, event.about, f"{event.done}/{event.total}", event.failed or "")


async def watched(job: Job, settings: Settings) -> Brief | None:
    """Return the brief of a job, shown as it is made."""
    made: Brief | None = None
    async for event in abrief_stream(job, settings):
        show(event)
        made = event.brief
    return made


async def several(paths: list[Path], settings: Settings) -> list[Brief]:
    """Brief some folders at the same time."""
    return await asyncio.gather(*(abrief(path, settings, show) for path in paths))


def main() -> int:
    """Brief a folder."""
    topic: Topic = load_topic(Path("talks.toml"))
    settings: Settings = load_settings(model="a-model", concurrency=4)
    reading = read(["reports"], ReadSettings(offline=True))
    texts: list[str] = [document.text for document in reading.documents]
    job = Job(inputs=[Document(text=text) for text in texts], topic=topic)
    try:
        made: Brief = brief(job, settings)
    except SummarizerError as error:
        code: int = error.exit_code
        return code
    page: str = render(made, "html")
    faults: list[str] = verify(made)
    for claim in made.claims():
        offsets: list[tuple[int, int]] = [(one.start, one.end) for one in claim.evidence]
        print(claim.id, offsets)
    with Ledger("sqlite:///ledger.db") as ledger:
        address: str = ledger.address
    print(len(page), faults, address, asyncio.run(aread(["reports"])).origins)
    return 0 if asyncio.run(watched(job, settings)) else 1
