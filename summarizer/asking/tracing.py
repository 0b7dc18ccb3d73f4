"""Spans of OpenTelemetry, when the extra `trace` is installed; otherwise nothing.

One span `chat {model}` of kind CLIENT for each try, with the `gen_ai` names of the semantic conventions, below one
span for each request. No text of a prompt or a reply is in them unless `trace_content` is set.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from summarizer.asking.client import Reply
from summarizer.asking.requests import Message, Request
from summarizer.recordings import Exchange
from summarizer.settings import AskSettings

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer

__all__ = ["Tracing"]


class Tracing:
    """Makes spans with the tracer that the program around this one has set up."""

    def __init__(self, settings: AskSettings, model: str) -> None:
        self._settings = settings
        self._model = model
        self._tracer = _tracer()

    @contextmanager
    def request(self, request: Request[Any]) -> Iterator[None]:
        """Open the span of a request: all its tries and its re-ask are below it."""
        if self._tracer is None:
            yield
            return
        about = {"summarizer.about": request.about} if self._settings.trace_content else {}
        attributes = {"summarizer.purpose": request.purpose, **about}
        name = f"summarizer {request.purpose}"
        with self._tracer.start_as_current_span(
            name, attributes=attributes, record_exception=False, set_status_on_exception=False
        ):
            yield

    @contextmanager
    def attempt(self, messages: Sequence[Message]) -> Iterator[Attempted]:
        """Open the span of one try; it is told what came of it."""
        if self._tracer is None:
            yield Attempted(None, content=False)
            return
        from opentelemetry.trace import SpanKind

        address = urlsplit(self._settings.endpoint)
        attributes: dict[str, Any] = {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": "openai",
            "gen_ai.request.model": self._model,
            "gen_ai.output.type": "json",
            "server.address": address.hostname or "",
            "server.port": address.port or (443 if address.scheme == "https" else 80),
        }
        content = self._settings.trace_content
        if content:
            attributes["gen_ai.input.messages"] = json.dumps([_part(message) for message in messages])
        name = f"chat {self._model}"
        # The text of an error may show a line of the document (a miss among recordings does).
        with self._tracer.start_as_current_span(
            name, kind=SpanKind.CLIENT, attributes=attributes, record_exception=False, set_status_on_exception=False
        ) as span:
            yield Attempted(span, content=content)


class Attempted:
    """What came of one try, for its span."""

    def __init__(self, span: Span | None, *, content: bool) -> None:
        self._span = span
        self._content = content

    def replied(self, reply: Reply[Any], exchange: Exchange) -> None:
        """Note a reply."""
        if self._span is None:
            return
        self._span.set_attributes(
            {
                "gen_ai.response.model": reply.model or "",
                "gen_ai.usage.input_tokens": reply.tokens.input,
                "gen_ai.usage.cache_read.input_tokens": reply.tokens.cached_input,
                "gen_ai.usage.output_tokens": reply.tokens.output,
                "summarizer.replayed": exchange.replayed,
                "summarizer.fits": reply.value is not None,
            }
        )
        if reply.error is not None:
            self._span.set_attribute("error.type", type(reply.error).__name__)
        if self._content:
            said = _part({"role": "assistant", "content": reply.text})
            self._span.set_attribute("gen_ai.output.messages", json.dumps([said]))

    def failed(self, error: BaseException) -> None:
        """Note an error."""
        if self._span is None:
            return
        from opentelemetry.trace import Status, StatusCode

        self._span.set_attribute("error.type", type(error).__name__)
        self._span.set_status(Status(StatusCode.ERROR, str(error) if self._content else None))


def _part(message: Message) -> dict[str, Any]:
    return {"role": message["role"], "parts": [{"type": "text", "content": message["content"]}]}


def _tracer() -> Tracer | None:
    try:
        from opentelemetry import trace
    except ImportError:
        return None
    return trace.get_tracer("summarizer")
