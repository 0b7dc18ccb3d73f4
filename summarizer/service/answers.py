"""What a client gets: the state of a job, a brief in the form that it accepts, events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import Any, Literal

from fastapi.responses import HTMLResponse, Response
from fastapi.sse import format_sse_event
from pydantic import BaseModel, Field

from summarizer.kinds import parse_brief
from summarizer.ledger import JobRecord
from summarizer.rendering import render
from summarizer.service.courses import Course
from summarizer.service.problems import Problem

__all__ = ["BRIEF", "FORMS", "JobAnswer", "ProgressAnswer", "accepted", "answer_of", "brief_in", "event_stream"]

BRIEF = "application/vnd.summarizer.brief+json"
"""The brief alone, as `summarizer brief -o brief.json` writes it."""

FORMS = {"job": "application/json", "brief": BRIEF, "markdown": "text/markdown", "html": "text/html"}
"""The forms of a job, by the name that `?format=` takes."""

KEEP_ALIVE_SECONDS = 15
FRAMES = {"Content-Security-Policy": "frame-ancestors 'none'"}
"""A brief's page brings its own policy; only this part of one must be a header."""


class ProgressAnswer(BaseModel):
    """How far a job has come."""

    stage: str = Field(examples=["extract"])
    about: str
    done: int
    total: int
    failed: list[str] = Field(description="Why documents failed, each; they stand in the brief's gaps.")


class JobAnswer(BaseModel):
    """A job."""

    id: str = Field(examples=["j-0123456789abcdef"])
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    title: str
    created: str = Field(examples=["2025-09-04T06:00:00+00:00"])
    ended: str | None
    progress: ProgressAnswer | None = Field(description="While it runs.")
    problem: dict[str, Any] | None = Field(description="Why it failed: a problem document.")
    brief: dict[str, Any] | None = Field(description="When it is done: summarizer.brief/1.")


def answer_of(record: JobRecord, course: Course | None) -> JobAnswer:
    """Return a job as JSON shows it."""
    progress = None
    if record.state == "running" and course and course.events:
        last = course.events[-1]
        reasons = [one["failed"] for one in course.events if one["failed"]]
        progress = ProgressAnswer(**{**last, "failed": reasons})
    return JobAnswer(
        id=record.id,
        state=record.state,
        title=record.title,
        created=record.created.isoformat(),
        ended=record.ended.isoformat() if record.ended else None,
        progress=progress,
        problem=dict(record.problem) if record.problem else None,
        brief=json.loads(record.brief) if record.brief else None,
    )


def accepted(accept: str, format_: str | None, forms: dict[str, str]) -> str:
    """Return the form to answer in: the one named, or by the Accept header; the first when all are as good.

    Raises Problem.
    """
    if format_ is not None:
        return format_
    ranges = [_range(part) for part in accept.split(",") if part.strip()] or [("*/*", 1.0)]
    weights = {name: _weight(media, ranges) for name, media in forms.items()}
    best = max(weights, key=lambda name: weights[name])
    if weights[best] <= 0:
        raise Problem("not-acceptable", f"There are these forms: {', '.join(forms.values())}.")
    return best


def _range(part: str) -> tuple[str, float]:
    media, *parameters = (piece.strip().lower() for piece in part.split(";"))
    weight = next((piece[2:] for piece in parameters if piece.startswith("q=")), "1")
    try:
        return media, min(1.0, max(0.0, float(weight)))
    except ValueError:
        return media, 0.0


def _weight(media: str, ranges: list[tuple[str, float]]) -> float:
    """Return how welcome a media type is: the most exact range that names it decides (RFC 9110, 12.5.1)."""
    for name in (media, f"{media.partition('/')[0]}/*", "*/*"):
        found = [weight for given, weight in ranges if given == name]
        if found:
            return max(found)
    return 0.0


async def brief_in(form: str, text: str, kind: str | None = None) -> Response:
    """Answer with a brief, given as JSON, in a form: `brief`, `markdown` or `html`."""
    if form == "brief":
        return Response(text.encode("utf-8", "replace"), media_type=BRIEF)

    def rendered() -> bytes:
        return render(parse_brief(text, kind), form).encode("utf-8", "replace")

    body = await asyncio.to_thread(rendered)
    if form == "html":
        return HTMLResponse(body, headers=FRAMES)
    return Response(body, media_type="text/markdown; charset=utf-8")


async def event_stream(course: Course | None, after: int, state: Any) -> AsyncGenerator[bytes]:
    """Yield the events of a job as server-sent events; the last, `end`, has the state that `state` awaits."""
    if course is not None:
        async for told in course.follow(after, KEEP_ALIVE_SECONDS):
            if told is None:
                yield format_sse_event(comment="still here")
                continue
            number, event = told
            yield format_sse_event(event=event["stage"], id=str(number), data_str=json.dumps(event))
    yield format_sse_event(event="end", data_str=json.dumps({"state": await state()}))
