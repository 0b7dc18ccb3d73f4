"""The routes. Each reads what was sent, asks the ledger or the runner, and answers."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Depends, FastAPI, Header, Path, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.orm import Session

from summarizer.errors import LedgerError
from summarizer.ledger import JobRecord, Jobs, Ledger
from summarizer.service.answers import FORMS, JobAnswer, accepted, answer_of, brief_in, event_stream
from summarizer.service.digests import DigestAnswer, brief_of_day, digests_in
from summarizer.service.guard import Guard, Guarding
from summarizer.service.jobs import Runner, Work
from summarizer.service.openapi import ACCEPTS, PROBLEMS, REQUEST, openapi_of
from summarizer.service.pages import job_page, start_page
from summarizer.service.problems import Problem, install
from summarizer.service.requests import checked_key, read_request
from summarizer.submissions import new_job

if TYPE_CHECKING:  # workers are an extra of their own
    from summarizer.service.queued import QueueRunner

__all__ = ["create_app"]

T = TypeVar("T")
Ident = Annotated[str, Path(description="The id of a job.", max_length=64)]
FormName = Literal["job", "brief", "markdown", "html"]
Form = Annotated[FormName | None, Query(alias="format", description="Goes before the Accept header.")]


class JobList(BaseModel):
    """The latest jobs, the newest first, without their briefs."""

    briefs: list[JobAnswer]


class DigestList(BaseModel):
    """The digests that have a brief."""

    digests: list[DigestAnswer]


@dataclass(frozen=True)
class Desk:
    """What a route works with: who asks, the ledger and the runner."""

    owner: str
    runner: Runner | QueueRunner
    guarding: Guarding

    async def ask(self, question: Callable[[Session], T]) -> T:
        """Return what the ledger says, without holding up other requests."""

        def reading() -> T:
            with self.runner.ledger.reading() as session:
                return question(session)

        return await asyncio.to_thread(reading)

    async def job(self, ident: str, *, brief: bool = True) -> JobRecord:
        """Return a job of the client's. Raises Problem."""
        # What is no id is not looked up: a database may refuse its characters.
        known = ident.isascii() and ident.isprintable()
        record = (
            await self.ask(lambda session: Jobs(session).get(ident, owner=self.owner, brief=brief)) if known else None
        )
        if record is None:
            raise Problem("not-found", "There is no job with this id, or it was deleted.")
        return record

    async def submit(self, request: Request, key: str | None) -> JobRecord:
        """Keep what a client asks for as a job and take it up. Raises Problem."""
        limits = self.guarding.limits
        asked, files = await read_request(request, limits)
        new = new_job(asked, files, self.owner, checked_key(key))
        if asked.earlier:
            earlier = await self.job(asked.earlier, brief=False)
            if earlier.state != "done" or earlier.request["kind"] != asked.kind:
                raise Problem("invalid", "earlier: this job has no brief of the same kind.")
        if self.runner.stopping:
            raise Problem("unavailable", "The service is ending. Ask again in a minute.", {"Retry-After": "60"})
        kept = await asyncio.to_thread(self.runner.submit, new, limits.max_waiting)
        if kept is None:
            raise Problem("unavailable", "Too many jobs wait. Ask again in a minute.", {"Retry-After": "60"})
        record, fresh = kept
        if fresh:
            self.runner.queued(record.id)
        elif record.fingerprint != new.fingerprint:
            raise Problem("key-reused", "Another request came with this Idempotency-Key before. Choose a new key.")
        return record


def _desk(request: Request) -> Desk:
    return Desk(request.state.owner, request.app.state.runner, request.app.state.guarding)


At = Annotated[Desk, Depends(_desk)]
routes = APIRouter(responses=PROBLEMS)
pages = APIRouter(include_in_schema=False)


@routes.post("/v1/briefs", status_code=202, openapi_extra=REQUEST, tags=["briefs"])
async def make_brief(
    request: Request,
    desk: At,
    idempotency_key: Annotated[str | None, Header(description="The same key stands for the same job.")] = None,
) -> JobAnswer:
    """Take texts, addresses or files to be briefed. The answer names the job; it is kept from now on."""
    record = await desk.submit(request, idempotency_key)
    answer = answer_of(record, desk.runner.courses.get(record.id))
    return JSONResponse(answer.model_dump(), 202, {"Location": f"/v1/briefs/{record.id}"})  # type: ignore[return-value]


@routes.get("/v1/briefs", tags=["briefs"])
async def list_briefs(desk: At) -> JobList:
    """List the jobs that came with this token."""
    records = await desk.ask(lambda session: Jobs(session).listed(desk.owner))
    return JobList(briefs=[answer_of(one, desk.runner.courses.get(one.id)) for one in records])


@routes.get("/v1/briefs/{ident}", tags=["briefs"], responses=ACCEPTS, response_model=JobAnswer)
async def show_brief(request: Request, desk: At, ident: Ident, format_: Form = None) -> Response:
    """Tell how a job stands (JSON), or show its brief: alone, as Markdown or as a page, by the Accept header."""
    form = accepted(request.headers.get("accept", ""), format_, FORMS)
    record = await desk.job(ident)
    if form == "job" or (form == "html" and not record.brief):
        # Parsing a large brief again takes a moment: it is left to a thread.
        answer = await asyncio.to_thread(answer_of, record, desk.runner.courses.get(ident))
        return JSONResponse(answer.model_dump()) if form == "job" else job_page(answer)
    if not record.brief:
        raise Problem("not-finished", f"It is {record.state}.", {"Retry-After": "2"})
    return await brief_in(form, record.brief)


@routes.get("/v1/briefs/{ident}/events", tags=["briefs"], response_class=StreamingResponse)
async def watch_brief(
    desk: At,
    ident: Ident,
    last_event_id: Annotated[str | None, Header(description="Go on after this event.", max_length=20)] = None,
) -> StreamingResponse:
    """Tell what happens to a job as it happens (server-sent events); the last event is `end`, with its state."""
    await desk.job(ident, brief=False)

    async def state() -> str:
        with contextlib.suppress(Problem):
            return (await desk.job(ident, brief=False)).state
        return "deleted"

    number = last_event_id or ""
    after = int(number) if number.isascii() and number.isdigit() else 0
    stream = event_stream(desk.runner.courses.get(ident), after, state)
    return StreamingResponse(stream, media_type="text/event-stream")


@routes.delete("/v1/briefs/{ident}", status_code=204, tags=["briefs"])
async def delete_brief(desk: At, ident: Ident) -> None:
    """Stop a job, if it runs, and forget it with its brief."""
    await desk.job(ident, brief=False)
    await desk.runner.remove(ident)


@routes.get("/v1/digests", tags=["digests"])
async def list_digests(desk: At) -> DigestList:
    """List the digests of the ledger, with the days that they have a brief of."""
    return DigestList(digests=await desk.ask(digests_in))


@routes.get("/v1/digests/{name}/{day}", tags=["digests"], responses=ACCEPTS)
async def show_digest(
    request: Request, desk: At, name: Annotated[str, Path(max_length=200)], day: datetime.date, format_: Form = None
) -> Response:
    """Show a digest's brief of a day, in its last revision."""
    forms = {form: media for form, media in FORMS.items() if form != "job"} | {"job": "application/json"}
    form = accepted(request.headers.get("accept", ""), format_, forms)
    found = await desk.ask(lambda session: brief_of_day(session, name, day)) if name.isprintable() else None
    if found is None:
        raise Problem("not-found", "This digest has no brief of this day.")
    brief, kind = found
    answer = await brief_in("brief" if form == "job" else form, brief, kind)
    if form == "job":
        answer.headers["content-type"] = "application/json"
    return answer


@routes.get("/healthz", tags=["running"])
async def health() -> dict[str, str]:
    """Say that the program runs."""
    return {"status": "ok"}


@routes.get("/readyz", tags=["running"])
async def ready(desk: At) -> dict[str, str]:
    """Say that the ledger answers and jobs are being done."""
    try:
        await desk.ask(lambda session: session.execute(text("SELECT 1")).scalar())
    except LedgerError:
        raise Problem("unavailable", "The ledger does not answer.") from None
    if not desk.runner.alive:
        raise Problem("unavailable", "No jobs are being done.")
    return {"status": "ready"}


@routes.get("/metrics", tags=["running"], response_class=Response)
async def metrics(desk: At) -> Response:
    """Return figures for Prometheus."""
    counts = await desk.ask(lambda session: Jobs(session).counts())
    return Response(desk.runner.metrics.page(counts), media_type="text/plain; version=0.0.4; charset=utf-8")


@pages.get("/")
async def start(desk: At) -> Response:
    """Show the start page."""
    return await _start(desk)


@pages.post("/briefs")
async def ask(request: Request, desk: At) -> Response:
    """Take the form of the start page."""
    try:
        record = await desk.submit(request, None)
    except Problem as problem:
        return await _start(desk, problem.document)
    return RedirectResponse(f"/v1/briefs/{record.id}?format=html", 303)


@pages.post("/briefs/{ident}/delete")
async def forget(desk: At, ident: Ident) -> Response:
    """Delete a job from the start page."""
    with contextlib.suppress(Problem):
        await delete_brief(desk, ident)
    return RedirectResponse("/", 303)


async def _start(desk: Desk, problem: dict[str, Any] | None = None) -> Response:
    def shown(session: Session) -> tuple[list[JobRecord], list[DigestAnswer]]:
        return Jobs(session).listed(desk.owner), digests_in(session)

    return start_page(*await desk.ask(shown), problem)


def create_app(
    ledger: Ledger, work: Work, guarding: Guarding | None = None, runner: QueueRunner | None = None
) -> FastAPI:
    """Make the service as an ASGI app. Its jobs are done from its start-up to its shut-down.

    With a `runner` they are left to workers, and `work` counts for nothing.
    """
    guarding = guarding or Guarding()
    chosen = runner or Runner(ledger, work, guarding.metrics)

    @contextlib.asynccontextmanager
    async def life(_: FastAPI) -> AsyncGenerator[None]:
        await chosen.start()
        try:
            yield
        finally:
            await chosen.stop()

    app = FastAPI(title="summarizer", lifespan=life, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.runner, app.state.guarding = chosen, guarding
    app.include_router(routes)
    app.include_router(pages)
    install(app)
    app.add_middleware(Guard, guarding=guarding)
    app.openapi = lambda: openapi_of(app)  # type: ignore[method-assign]
    return app
