"""Spans: what is in them, and what is not."""

from __future__ import annotations

import asyncio
import builtins
from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode
from pydantic import BaseModel, SecretStr
from scripted import Scripted, Waits, completion, in_turn, refuse

from summarizer.asking import Asker, Request
from summarizer.errors import Refused, Unreachable
from summarizer.settings import AskSettings


class Form(BaseModel):
    names: list[str]


REQUEST = Request("extract", "A title", "Read.", "Ruritania is for it.", Form)
GOOD = '{"names": ["Ruritania"]}'


@pytest.fixture(scope="module")
def exporter() -> InMemorySpanExporter:
    held = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(held))
    trace.set_tracer_provider(provider)
    return held


@pytest.fixture
def spans(exporter: InMemorySpanExporter) -> Iterator[InMemorySpanExporter]:
    exporter.clear()
    yield exporter
    exporter.clear()


def ask(endpoint: Scripted, **given: Any) -> None:
    async def work() -> None:
        chosen = {"base_url": endpoint.url, "api_key": SecretStr("sk-none"), "model": "m", "no_store": True, **given}
        async with Asker(AskSettings(**chosen), clock=Waits()) as asker:
            await asker.ask(REQUEST)

    asyncio.run(work())


def held(span: ReadableSpan) -> dict[str, Any]:
    return dict(span.attributes or {})


def test_one_span_for_each_try_below_one_for_the_request(spans: InMemorySpanExporter) -> None:
    with Scripted(in_turn(refuse(500), completion('{"names": 1}'), completion(GOOD))) as endpoint:
        ask(endpoint)
        port = int(endpoint.url.split(":")[2].split("/")[0])
    *tries, parent = spans.get_finished_spans()
    assert [span.name for span in tries] == ["chat m"] * 3
    assert all(span.kind is SpanKind.CLIENT for span in tries)
    assert parent.name == "summarizer extract"
    assert all(span.parent is not None and span.parent.span_id == parent.context.span_id for span in tries)
    assert held(parent) == {"summarizer.purpose": "extract"}
    assert held(tries[0])["error.type"] == "Unreachable"
    assert tries[0].status.status_code is StatusCode.ERROR
    assert held(tries[1])["summarizer.fits"] is False
    assert held(tries[2]) == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "m",
        "gen_ai.output.type": "json",
        "server.address": "127.0.0.1",
        "server.port": port,
        "gen_ai.response.model": "scripted-1",
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.cache_read.input_tokens": 40,
        "gen_ai.usage.output_tokens": 20,
        "summarizer.replayed": False,
        "summarizer.fits": True,
    }


def test_no_text_is_in_a_span_unless_it_is_asked_for(spans: InMemorySpanExporter) -> None:
    with Scripted(completion(GOOD)) as endpoint:
        ask(endpoint)
        assert not any(
            "Ruritania" in span.to_json() or "A title" in span.to_json() for span in spans.get_finished_spans()
        )
        ask(endpoint, trace_content=True)
    attempt, parent = spans.get_finished_spans()[2:]
    assert "Ruritania is for it." in held(attempt)["gen_ai.input.messages"]
    assert "Ruritania" in held(attempt)["gen_ai.output.messages"]
    assert held(parent)["summarizer.about"] == "A title"
    assert "sk-none" not in attempt.to_json() + parent.to_json()


def test_a_refusal_is_an_error_of_its_span(spans: InMemorySpanExporter) -> None:
    with Scripted(completion(None, refusal="no")) as endpoint, pytest.raises(Refused):
        ask(endpoint)
    assert held(spans.get_finished_spans()[0])["error.type"] == "Refused"


def test_without_the_extra_there_are_no_spans(spans: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch) -> None:
    found = builtins.__import__

    def missing(name: str, *given: Any, **named: Any) -> Any:
        if name.startswith("opentelemetry"):
            raise ImportError(name)
        return found(name, *given, **named)

    monkeypatch.setattr(builtins, "__import__", missing)
    with Scripted(completion(GOOD)) as endpoint:
        ask(endpoint)
    with Scripted(completion(None, refusal="no")) as endpoint, pytest.raises(Refused):
        ask(endpoint)
    with Scripted(refuse(500)) as endpoint, pytest.raises(Unreachable):
        ask(endpoint)
    assert not spans.get_finished_spans()
