"""The trip as a stream of events, and two configurations in one process."""

from __future__ import annotations

import asyncio
import contextlib
import json

import pytest
from scripted import Act, Asked, Scripted, completion, never, refuse
from test_trip import GOOD, OTHER, TEXT, Model, claim, dated, report

from summarizer import Event, Job, Settings, abrief, abrief_stream
from summarizer.errors import NothingToRead, Unauthorised

JOB = Job(inputs=[dated(TEXT), dated(OTHER)])
RULED_OUT = claim(1, "ruled out foreign soldiers", by="The Kremlin")


def settings(endpoint: Scripted, model: str = "scripted") -> Settings:
    return Settings(base_url=endpoint.url, api_key=f"key of {model}", model=model, no_store=True, max_retries=0)  # type: ignore[arg-type]


async def every(job: Job, how: Settings) -> list[Event]:
    return [event async for event in abrief_stream(job, how)]


def test_the_events_come_in_order_and_the_last_has_the_brief() -> None:
    with Scripted(Model(report(GOOD), report(RULED_OUT))) as endpoint:
        events = asyncio.run(every(JOB, settings(endpoint)))
    stages = [event.stage for event in events]
    assert stages == ["read", "extract", "extract", "reconcile", "corroborate", "headline", "done"]
    assert [(event.done, event.total) for event in events[:3]] == [(2, 2), (1, 2), (2, 2)]
    assert [event.brief for event in events[:-1]] == [None] * 6
    assert events[-1].brief is not None
    assert events[-1].brief.title not in repr(events[-2])
    assert "sources" not in repr(events[-1])


def test_a_refused_document_is_an_event_and_a_gap() -> None:
    refusing = completion(None, refusal="I would rather not.")
    with Scripted(Model(report(GOOD), refusing)) as endpoint:
        events = asyncio.run(every(JOB, settings(endpoint)))
    (failed,) = [event for event in events if event.failed]
    assert failed.stage == "extract"
    made = events[-1].brief
    assert made is not None
    assert [gap.reason for gap in made.gaps] == [failed.failed]


@pytest.mark.parametrize(
    ("job", "error", "before"),
    [(Job(inputs=[]), NothingToRead, []), (JOB, Unauthorised, ["read"])],
)
def test_an_error_comes_where_the_next_event_would_have(job: Job, error: type[Exception], before: list[str]) -> None:
    seen: list[str] = []

    async def go(how: Settings) -> None:
        async for event in abrief_stream(job, how):
            seen.append(event.stage)  # noqa: PERF401 - what came before the error is the point

    with Scripted(refuse(401)) as endpoint, pytest.raises(error):
        asyncio.run(go(settings(endpoint)))
    assert [stage for stage in seen if stage != "extract"] == before


def test_who_stops_early_ends_the_run() -> None:
    def slow(asked: Asked) -> Act:
        return completion(json.dumps(report(GOOD)), until=never)

    async def go(how: Settings) -> str:
        async with contextlib.aclosing(abrief_stream(JOB, how)) as events:
            async for event in events:
                return event.stage
        return ""

    with Scripted(slow) as endpoint:
        assert asyncio.run(asyncio.wait_for(go(settings(endpoint)), 120)) == "read"


def test_two_configurations_work_at_once_and_share_nothing() -> None:
    rejecting = Model(report(GOOD))
    accepting = Model(report(claim(2, "Putin will accept 5,000", by="Donald Trump", stance="accepts")))

    async def both(one: Settings, two: Settings) -> list[object]:
        job = Job(inputs=[dated(TEXT)])
        made = await asyncio.gather(*(abrief(job, how) for how in (one, two, one)))
        return [[position.stance for position in one.positions] for one in made]  # type: ignore[attr-defined]

    with Scripted(rejecting) as first, Scripted(accepting) as second:
        stances = asyncio.run(both(settings(first, "one"), settings(second, "two")))
        models = [{body["model"] for body in endpoint.bodies} for endpoint in (first, second)]
        keys = [{asked.headers["authorization"] for asked in endpoint.asked} for endpoint in (first, second)]
    assert stances == [["rejects"], ["accepts"], ["rejects"]]
    assert models == [{"one"}, {"two"}]
    assert keys == [{"Bearer key of one"}, {"Bearer key of two"}]
