"""The whole trip as one call: reading, extracting, reconciling, assembling, headlining."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from summarizer.asking import Asker, Forecast, Request
from summarizer.asking import Event as RequestEvent
from summarizer.asking.batch import Batch, collect, submit
from summarizer.assembling import Material, assemble, merged, resolved
from summarizer.changes import changes_between
from summarizer.claims import OTHER, Brief, Gap
from summarizer.copies import spun_copies
from summarizer.documents import Document
from summarizer.errors import ModelError
from summarizer.extracting import extract_requests
from summarizer.kinds import load_kind
from summarizer.reading import Reading, ReadSettings, Upload, aread
from summarizer.reconciling import by_name
from summarizer.recordings import Check, check
from summarizer.registry import Registry
from summarizer.settings import AskSettings, load_settings
from summarizer.topics import Topic
from summarizer.trip import Event, Trip

__all__ = [
    "Event",
    "Job",
    "Plan",
    "abatch",
    "abrief",
    "aplan",
    "brief",
    "check_recordings",
    "document_requests",
    "run_sync",
    "to_brief",
]

T = TypeVar("T")


@dataclass(frozen=True)
class Job:
    """What is to be briefed, and how."""

    inputs: Sequence[str | Path | Document | Upload]
    """Files, folders, `-`, addresses, documents, or files in memory."""
    kind: str = "negotiation"
    """A built-in kind, or the folder of one."""
    topic: Topic | None = None
    title: str | None = None
    earlier: Brief | None = None
    """An earlier brief: what changed since is told."""
    reading: ReadSettings = field(default_factory=ReadSettings)


async def abrief(
    job: Job | Sequence[str | Path | Document] | str | Path | Document,
    settings: AskSettings | None = None,
    on_event: Callable[[Event], None] | None = None,
    on_request: Callable[[RequestEvent], None] | None = None,
) -> Brief:
    """Read the inputs, ask the model, check every claim and return the brief.

    Args:
        job: what is to be briefed: a `Job`, or just its inputs.
        settings: the model and how it is asked; by default from the environment and `summarizer.toml`.
        on_event: called as things happen, for programs that show progress.
        on_request: called for each request: sent, answered, waiting and why, failed.

    Returns:
        The brief, of the class of the job's kind. What could not be read, asked or checked stands in its
        `gaps` and `unverified`.

    Raises:
        InputError: an input that was named does not exist, or nothing could be read.
        KindError: the kind of brief cannot work.
        ModelError: the model could not be reached, or gave no usable reply for any document.

    """
    job = _job(job)
    tell = on_event or (lambda _: None)
    kind = load_kind(job.kind)
    reading = await _read(job, tell)
    async with Asker(settings or load_settings(), watch=on_request) as asker:
        return await to_brief(job, Trip(kind, asker, job.topic, tell), reading)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a job would ask, and what that would take."""

    documents: Sequence[Document]
    gaps: Sequence[Gap]
    forecast: Forecast
    """Of the requests about documents; those about names, claims and the bottom line depend on the replies."""
    prompt: str
    """The first request, whole."""


async def aplan(job: Job, settings: AskSettings | None = None) -> Plan:
    """Return what `abrief` would ask about the documents of a job. Nothing is sent.

    Raises:
        InputError, KindError: as `abrief` does.

    """
    reading = await _read(job, lambda _: None)
    settings = settings or load_settings()
    requests = _requests(job, reading, settings)
    async with Asker(settings) as asker:
        forecast = asker.foresee(requests)
    prompt = f"{requests[0].system}\n{requests[0].user}"
    return Plan(reading.documents, reading.gaps, forecast, prompt)


async def abatch(step: str, job: Job, settings: AskSettings) -> list[Batch]:
    """Ask about the documents of a job by the provider's Batch API.

    `submit` sends the requests that no kept reply answers; `collect` keeps the replies of batches that are
    done. `abrief` then finds them kept.

    Raises:
        InputError, KindError, ModelError: as `abrief` does.
        SettingsError: there is no folder to keep replies in.

    """
    if step == "collect":
        return await collect(settings)
    return await submit(settings, await document_requests(job, settings))


async def document_requests(job: Job, settings: AskSettings) -> list[Request[BaseModel]]:
    """Return the requests about the documents of a job, to foresee what they would take."""
    return _requests(job, await _read(job, lambda _: None), settings)


def _requests(job: Job, reading: Reading, settings: AskSettings) -> list[Request[BaseModel]]:
    kind = load_kind(job.kind)
    originals = (one for one in reading.documents if one.id not in reading.origins)
    return [request for one in originals for request in extract_requests(one, kind, settings.max_input, job.topic)]


async def _read(job: Job, tell: Callable[[Event], None]) -> Reading:
    reading = await aread(job.inputs, job.reading)
    count = len(reading.documents)
    tell(Event("read", f"{count} documents", count, count))
    return reading


async def check_recordings(job: Job, folder: Path) -> Check:
    """Replay a job from a folder of recordings and say which of them are stale, orphaned or broken.

    Raises:
        InputError, KindError: as `abrief` does.

    """
    reading = await _read(job, lambda _: None)
    async with Asker(AskSettings(replay=folder)) as asker:
        # What is missing is no fault of the recordings that are there: the run may end early.
        with contextlib.suppress(ModelError):
            await to_brief(job, Trip(load_kind(job.kind), asker, job.topic), reading)
        return check(folder, asker.asked, asker.used)


def brief(
    job: Job | Sequence[str | Path | Document] | str | Path | Document,
    settings: AskSettings | None = None,
    on_event: Callable[[Event], None] | None = None,
    on_request: Callable[[RequestEvent], None] | None = None,
) -> Brief:
    """Do what `abrief` does, and wait for it. Works in a notebook too, where an event loop is running already."""
    return run_sync(abrief(job, settings, on_event, on_request))


def run_sync(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end from code that is not async, on a loop of its own."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    result: list[T] = []
    failure: list[BaseException] = []

    def run() -> None:
        try:
            result.append(asyncio.run(work))
        except BaseException as error:  # noqa: BLE001 - handed on to the caller's thread
            failure.append(error)

    thread = threading.Thread(target=run, name="summarizer")
    thread.start()
    thread.join()
    if failure:
        raise failure[0]
    return result[0]


def _job(given: Job | Sequence[str | Path | Document] | str | Path | Document) -> Job:
    if isinstance(given, Job):
        return given
    return Job(inputs=[given] if isinstance(given, (str, Path, Document)) else list(given))


def _known(job: Job) -> Registry:
    """Return the parties and issues that are known before a document is read."""
    if job.topic:
        return job.topic.registry()
    if job.earlier:
        issues = tuple(issue for issue in job.earlier.issues if issue.id != OTHER)
        return Registry(parties=tuple(job.earlier.parties), issues=issues)
    return Registry()


async def to_brief(job: Job, trip: Trip, reading: Reading) -> Brief:
    """Take the trip from documents that are read to the brief, with nothing known before but the job's own registry.

    The trip may have gaps already: of documents that were asked about before, in vain, and are not in the reading.

    Raises:
        ModelError: no document could be briefed, or the key was refused.

    """
    registry = _known(job)
    originals = [one for one in reading.documents if one.id not in reading.origins]
    extracted = await trip.extract(originals)
    grouping = await trip.reconcile(extracted, registry) or by_name(extracted, registry)
    origins = spun_copies([one.document for one in extracted], reading.origins)
    claims = resolved(extracted, grouping)
    claims = merged(claims, await trip.corroborate(claims) or [], origins)
    material = Material(
        extracted=extracted,
        grouping=grouping,
        origins=origins,
        copies=[one for one in reading.documents if one.id in reading.origins],
        gaps=[*reading.gaps, *trip.gaps],
        title=job.title or (job.topic.title if job.topic else None),
    )
    draft = assemble(trip.kind.brief, claims, material)
    bottom_line = await trip.headline(list(draft.claims())) or []
    changes = changes_between(job.earlier, draft) if job.earlier else []
    gaps = [*reading.gaps, *trip.gaps]
    material = replace(material, gaps=gaps, bottom_line=bottom_line, changes=changes, run=trip.run())
    finished = assemble(trip.kind.brief, claims, material)
    trip.tell(Event("done", finished.title, 1, 1))
    return finished
