"""The transport that answers from recordings and records what the network answers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any

import httpx2
from pydantic_core import from_json

from summarizer.errors import NotRecorded, SummarizerError
from summarizer.recordings.compare import explain
from summarizer.recordings.files import Recordings, file_name
from summarizer.recordings.format import CHAT, EXCHANGE, Exchange, asked, completion, recorded, replay, request_key

__all__ = ["RecordingTransport"]


class RecordingTransport(httpx2.AsyncBaseTransport):
    """Answers chat completions from recordings, and records what the inner transport answers.

    `read` is searched in order; `write` gets what was found in none; without an `inner` transport nothing
    goes to the network, and a miss is answered 404 with the reason in the exchange (an exception raised here
    would be taken for a lost connection). Only replies with status 200 that hold a completion are kept.
    """

    def __init__(
        self, read: Sequence[Recordings], write: Recordings | None, inner: httpx2.AsyncBaseTransport | None
    ) -> None:
        self._read = read
        self._write = write
        self._inner = inner

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer from a recording, else from the inner transport."""
        exchange = EXCHANGE.get(None) or Exchange()
        body = from_json(await request.aread()) if request.url.path.endswith(CHAT) else None
        if body is None:
            return await self._inner.handle_async_request(request) if self._inner else _not_found()
        exchange.key = key = request_key(request.url.path, body)
        try:
            for recordings in self._read:
                look = partial(recordings.get, key, exchange)
                if (recording := await asyncio.to_thread(look) if recordings.remote else look()) is not None:
                    exchange.replayed = True
                    return _replayed(recording)
            if self._inner is None:
                exchange.error = NotRecorded(explain(self._read, asked(CHAT, body), exchange))
                return _not_found()
            return await self._ask(self._inner, request, body, exchange)
        except SummarizerError as error:
            exchange.error = error
            return _not_found()

    async def _ask(
        self, inner: httpx2.AsyncBaseTransport, request: httpx2.Request, body: dict[str, Any], exchange: Exchange
    ) -> httpx2.Response:
        response = await inner.handle_async_request(request)
        exchange.headers = response.headers
        if self._write is None or response.status_code != httpx2.codes.OK:
            return response
        data = await response.aread()
        await response.aclose()
        reply = completion(data)
        if reply is None:
            headers = {"content-type": response.headers.get("content-type", "")}
            return httpx2.Response(response.status_code, headers=headers, content=data)
        recording = recorded(exchange, asked(CHAT, body), reply)
        await asyncio.to_thread(self._write.put, recording, file_name(exchange.key, exchange))
        return _replayed(recording)

    async def aclose(self) -> None:
        """Close the inner transport."""
        if self._inner is not None:
            await self._inner.aclose()


def _replayed(recording: dict[str, Any]) -> httpx2.Response:
    return httpx2.Response(200, json=replay(recording))


def _not_found() -> httpx2.Response:
    error = {"message": "no recording", "type": "not_recorded", "code": "not_recorded"}
    return httpx2.Response(404, headers={"x-should-retry": "false"}, json={"error": error})
