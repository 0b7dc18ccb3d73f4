"""The whole trip as one call: reading, extracting, reconciling, assembling, headlining."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel

from summarizer.asking import Asker, Forecast, Request
from summarizer.asking.batch import Batch, collect, submit
from summarizer.assembling import Extracted, Grouping, Material, assemble, merged, resolved
from summarizer.changes import changes_between
from summarizer.claims import OTHER, BottomLine, Brief, Claim, Gap, Run
from summarizer.copies import spun_copies
from summarizer.documents import Document
from summarizer.errors import ModelError, NothingToRead, Unauthorised
from summarizer.extracting import extract, extract_request
from summarizer.headlining import headline
from summarizer.kinds import Kind, load_kind
from summarizer.reading import Reading, ReadSettings, Upload, aread
from summarizer.reconciling import by_name, corroborate, reconcile
from summarizer.recordings import Check, check
from summarizer.registry import Registry
from summarizer.settings import AskSettings, load_settings
from summarizer.topics import Topic

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
]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on the way to a brief."""

    stage: Literal["read", "extract", "reconcile", "corroborate", "headline", "done"]
    about: str
    done: int
    total: int
    failed: str | None = None
    """Why it failed, when it did."""
    brief: Brief | None = field(default=None, repr=False)
    """The finished brief: in the last event of `abrief_stream`, and in no other."""


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
) -> Brief:
    """Read the inputs, ask the model, check every claim and return the brief.

    Args:
        job: what is to be briefed: a `Job`, or just its inputs.
        settings: the model and how it is asked; by default from the environment and `summarizer.toml`.
        on_event: called as things happen, for programs that show progress.

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
    async with Asker(settings or load_settings()) as asker:
        return await _Trip(job, kind, asker, tell).to_brief(reading)


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
    requests = _requests(job, reading)
    async with Asker(settings or load_settings()) as asker:
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
    return await submit(settings, await document_requests(job))


async def document_requests(job: Job) -> list[Request[BaseModel]]:
    """Return the requests about the documents of a job, to foresee what they would take."""
    return _requests(job, await _read(job, lambda _: None))


def _requests(job: Job, reading: Reading) -> list[Request[BaseModel]]:
    kind = load_kind(job.kind)
    return [extract_request(one, kind, job.topic) for one in reading.documents if one.id not in reading.origins]


async def _read(job: Job, tell: Callable[[Event], None]) -> Reading:
    reading = await aread(job.inputs, job.reading)
    if not reading.documents:
        raise NothingToRead(_nothing(reading))
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
            await _Trip(job, load_kind(job.kind), asker, lambda _: None).to_brief(reading)
        return check(folder, asker.asked, asker.used)


def brief(
    job: Job | Sequence[str | Path | Document] | str | Path | Document,
    settings: AskSettings | None = None,
    on_event: Callable[[Event], None] | None = None,
) -> Brief:
    """Do what `abrief` does, and wait for it. Works in a notebook too, where an event loop is running already."""
    return run_sync(abrief(job, settings, on_event))


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


def _nothing(reading: Reading) -> str:
    reasons = "; ".join(f"{gap.source}: {gap.reason}" for gap in reading.gaps[:3])
    more = f" (and {len(reading.gaps) - 3} more)" if len(reading.gaps) > 3 else ""  # noqa: PLR2004
    return f"There is nothing to brief. {reasons or 'No document was found'}{more}."


class _Trip:
    """One run, from documents to brief."""

    def __init__(self, job: Job, kind: Kind, asker: Asker, tell: Callable[[Event], None]) -> None:
        self.job, self.kind, self.asker, self.tell = job, kind, asker, tell
        self.registry = _known(job)
        self.gaps: list[Gap] = []

    async def to_brief(self, reading: Reading) -> Brief:
        self.gaps = list(reading.gaps)
        originals = [one for one in reading.documents if one.id not in reading.origins]
        extracted = await self._extract(originals)
        grouping = await self._reconcile(extracted)
        origins = spun_copies([one.document for one in extracted], reading.origins)
        claims = resolved(extracted, grouping)
        claims = merged(claims, await self._corroborate(claims), origins)
        material = Material(
            extracted=extracted,
            grouping=grouping,
            origins=origins,
            copies=[one for one in reading.documents if one.id in reading.origins],
            gaps=self.gaps,
            title=self.job.title or (self.job.topic.title if self.job.topic else None),
        )
        draft = assemble(self.kind.brief, claims, material)
        bottom_line = await self._headline(list(draft.claims()))
        changes = changes_between(self.job.earlier, draft) if self.job.earlier else []
        material = replace(material, gaps=self.gaps, bottom_line=bottom_line, changes=changes, run=self._run())
        finished = assemble(self.kind.brief, claims, material)
        self.tell(Event("done", finished.title, 1, 1))
        return finished

    async def _extract(self, documents: Sequence[Document]) -> list[Extracted]:
        """Ask about every document at once. One that fails costs itself; a refused key ends the run."""
        total, done = len(documents), 0
        errors: list[ModelError] = []

        async def one(document: Document) -> Extracted | None:
            nonlocal done
            failure: ModelError | None = None
            try:
                return await extract(document, self.kind, self.asker, self.job.topic)
            except Unauthorised:
                raise
            except ModelError as error:
                failure = error
                errors.append(error)
                self.gaps.append(Gap(source=document.id, stage="extract", reason=str(error)))
                return None
            finally:
                done += 1
                self.tell(Event("extract", document.label, done, total, str(failure) if failure else None))

        found = [one for one in await _all(one(document) for document in documents) if one is not None]
        if errors and not found:
            raise _for_all(errors)
        return found

    async def _reconcile(self, extracted: Sequence[Extracted]) -> Grouping:
        self.tell(Event("reconcile", "names", 0, 1))
        try:
            return await reconcile(extracted, self.kind, self.asker, self.registry)
        except Unauthorised:
            raise
        except ModelError as error:
            self.gaps.append(Gap(source="names", stage="reconcile", reason=str(error)))
            return by_name(extracted, self.registry)

    async def _corroborate(self, claims: Sequence[Claim]) -> list[list[str]]:
        self.tell(Event("corroborate", "claims", 0, 1))
        try:
            return await corroborate(claims, self.kind, self.asker)
        except Unauthorised:
            raise
        except ModelError as error:
            self.gaps.append(Gap(source="claims", stage="reconcile", reason=str(error)))
            return []

    async def _headline(self, claims: Sequence[Claim]) -> list[BottomLine]:
        self.tell(Event("headline", "bottom line", 0, 1))
        try:
            return await headline(claims, self.kind, self.asker)
        except Unauthorised:
            raise
        except ModelError as error:
            self.gaps.append(Gap(source="bottom line", stage="headline", reason=str(error)))
            return []

    def _run(self) -> Run:
        usage = self.asker.usage
        return Run(
            model=usage.model,
            prompts=dict(self.kind.hashes),
            schema_=self.kind.schema_sha256,
            requests=usage.requests,
            replayed=usage.replayed,
            reasks=usage.reasks,
            tokens=usage.tokens,
            cost_usd=usage.cost_usd,
        )


async def _all(work: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Run all at once and return the results in order; the first error cancels the rest and is raised."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one) for one in work]
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
    return [task.result() for task in tasks]


def _for_all(errors: Sequence[ModelError]) -> ModelError:
    """Return the error of a run in which every document failed: said once when the reason is the same."""
    reasons = list(dict.fromkeys(map(str, errors)))
    if len(reasons) == 1:
        return errors[0]
    return type(errors[0])(f"No document could be briefed. {len(errors)} failed, the first: {reasons[0]}")
