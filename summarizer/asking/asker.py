"""Asks the model: retries, one re-ask, concurrency, and the count of what it took."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx2
from pydantic import BaseModel
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_attempt
from tenacity.wait import wait_random_exponential

from summarizer.asking.client import Client, NoKeyTransport, Reply
from summarizer.asking.faults import TryAgain
from summarizer.asking.forms import complaint, strict_schema
from summarizer.asking.meter import Meter
from summarizer.asking.requests import Answer, Event, Message, Request, Usage
from summarizer.errors import BadReply, ModelError, SettingsError, Unauthorised
from summarizer.recordings import EXCHANGE, Exchange, Recordings, RecordingTransport, sha256_of
from summarizer.settings import DEFAULT_MODEL, AskSettings

__all__ = ["Asker"]

T = TypeVar("T", bound=BaseModel)

_log = logging.getLogger(__name__)

_BACKOFF = wait_random_exponential(multiplier=0.5, max=30)
_JITTER = 0.25
"""Of the wait that a server asks for: spread, so that the requests it held back do not return as one."""

_LISTED = 3


class Asker:
    """The one way to the model. An async context manager; shared by all tasks of a run.

    `watch` is told what happens, as it happens; `sleep` waits between tries.
    """

    def __init__(
        self,
        settings: AskSettings,
        *,
        watch: Callable[[Event], None] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._settings = settings
        self._watch = watch or (lambda _: None)
        self._sleep = sleep
        self._recordings, everyday = _places(settings)
        self._store = self._recordings if everyday else None
        self._model = settings.model or _recorded_model(settings) or DEFAULT_MODEL
        self._slots = asyncio.Semaphore(settings.concurrency)
        self._meter = Meter()
        self._stop: ModelError | None = None
        self._asked: dict[str, set[tuple[str, str]]] = {}
        self._client: Client | None = None

    async def __aenter__(self) -> Self:
        read = [self._recordings] if self._recordings else []
        write = None if self._settings.replay else self._recordings
        transport = RecordingTransport(read, write, None if self._settings.replay else _network(self._settings))
        self._client = Client(self._settings, self._model, transport)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._client is not None:
            await self._client.close()
        self._client = None

    @property
    def model(self) -> str:
        """The name of the model that is asked."""
        return self._model

    @property
    def usage(self) -> Usage:
        """What was used so far."""
        return self._meter.usage()

    @property
    def used(self) -> set[str]:
        """The keys of the recordings that were read or written."""
        return set(self._recordings.used) if self._recordings else set()

    @property
    def asked(self) -> dict[str, set[tuple[str, str]]]:
        """For each purpose asked so far: the hashes of its instructions and of its schema, as in recordings."""
        return {purpose: set(pairs) for purpose, pairs in self._asked.items()}

    async def ask(self, request: Request[T]) -> Answer[T]:
        """Ask, and ask once more when the reply does not fit the form, with every failure listed.

        Raises BadReply when it does not fit then either (CutOff, Refused and Filtered at once), NotRecorded,
        Unreachable after all tries, Unauthorised, BadRequest and LimitReached.
        """
        messages: list[Message] = [
            {"role": "system", "content": request.system},
            {"role": "user", "content": request.user},
        ]
        reply, _ = await self._send(request, messages, request.form)
        reasked = reply.value is None
        if reply.value is None:
            messages += [_said(reply), {"role": "user", "content": complaint(list(reply.failures))}]
            reply = await self._again(request, messages, request.form)
        return _answer(request, messages, reply, reasked=reasked)

    async def follow_up(self, answer: Answer[Any], message: str, form: type[T]) -> Answer[T]:
        """Say one more thing in the conversation of an answer and read the reply into a form.

        It counts as a re-ask and is not followed by another: a reply that does not fit raises BadReply. Raises
        what `ask` raises.
        """
        messages = [*answer.transcript, {"role": "user", "content": message}]
        reply = await self._again(answer.request, messages, form)
        return _answer(answer.request, messages, reply, reasked=answer.reasked)

    async def _again(self, request: Request[Any], messages: list[Message], form: type[T]) -> Reply[T]:
        self._meter.reasks += 1
        self._tell(request, "reasked")
        reply, exchange = await self._send(request, messages, form)
        if reply.value is None:
            self._drop(exchange)
            named = "; ".join(reply.failures[:_LISTED]) + ("; …" if len(reply.failures) > _LISTED else "")
            raise BadReply(f"the reply does not fit its form, asked twice ({named}). Try another --model")
        return reply

    async def _send(
        self, request: Request[Any], messages: Sequence[Message], form: type[T]
    ) -> tuple[Reply[T], Exchange]:
        """Send a conversation until a reply comes that is worth judging."""
        pair = (sha256_of(request.system), sha256_of(strict_schema(form)))
        self._asked.setdefault(request.purpose, set()).add(pair)
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(TryAgain),
            stop=stop_after_attempt(self._settings.max_retries + 1),
            wait=_wait,
            before_sleep=lambda state: self._tell_wait(request, state),
            sleep=self._sleep,
            reraise=True,
        )
        reply: Reply[T]
        exchange: Exchange
        try:
            reply, exchange = await retrying(self._try, request, messages, form)
        except TryAgain as last:
            self._tell(request, "failed", reason=str(last.error))
            raise last.error from None
        except ModelError as error:
            self._tell(request, "failed", reason=str(error))
            raise
        if reply.error is not None:
            self._drop(exchange)
            self._tell(request, "failed", reason=str(reply.error))
            raise reply.error
        return reply, exchange

    async def _try(
        self, request: Request[Any], messages: Sequence[Message], form: type[T]
    ) -> tuple[Reply[T], Exchange]:
        if self._client is None:
            raise RuntimeError("an Asker is used inside `async with`")
        async with self._slots:
            if self._stop is not None:
                raise type(self._stop)(str(self._stop))
            exchange = Exchange(request.purpose, request.about)
            EXCHANGE.set(exchange)
            self._tell(request, "sent")
            began = time.monotonic()
            try:
                reply = await self._client.send(messages, form, exchange)
            except Unauthorised as error:
                self._stop = error
                raise
        self._meter.add(reply, exchange)
        self._tell(request, "replayed" if exchange.replayed else "answered", time.monotonic() - began)
        return reply, exchange

    def _drop(self, exchange: Exchange) -> None:
        """Take a reply that came to nothing out of the everyday store, so that the next run asks again."""
        if self._store is not None:
            self._store.forget(exchange.key)

    def _tell(self, request: Request[Any], kind: Any, seconds: float = 0.0, reason: str = "") -> None:
        self._watch(Event(kind, request.purpose, request.about, seconds, reason))
        _log.info("%s %r: %s %.2f s %s", request.purpose, request.about[:80], kind, seconds, reason)

    def _tell_wait(self, request: Request[Any], state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        seconds = state.next_action.sleep if state.next_action else 0.0
        self._tell(request, "waiting", seconds, str(error))


def _places(settings: AskSettings) -> tuple[Recordings | None, bool]:
    """Return the folder of recordings that the settings name, and whether it is the everyday store."""
    if named := settings.replay or settings.record:
        return Recordings(named), False
    return (Recordings(settings.store_folder, everyday=True), True) if settings.store_folder else (None, False)


def _recorded_model(settings: AskSettings) -> str | None:
    """Return the model that the recordings to replay name."""
    if settings.replay is None:
        return None
    models = Recordings(settings.replay).models()
    if not models:
        raise SettingsError(f"{settings.replay}: no recordings there. Name their folder with --replay")
    if len(models) > 1:
        raise SettingsError(
            f"{settings.replay} holds recordings of {', '.join(sorted(models))}. Choose one with --model"
        )
    return models.pop()


def _network(settings: AskSettings) -> httpx2.AsyncBaseTransport:
    if settings.api_key is None and settings.base_url is None:
        return NoKeyTransport()
    limits = httpx2.Limits(max_connections=settings.concurrency, max_keepalive_connections=settings.concurrency)
    return httpx2.AsyncHTTPTransport(limits=limits, proxy=settings.proxy)


def _wait(state: RetryCallState) -> float:
    """Wait as long as the server asks, with some spread; else exponentially longer, at random."""
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, TryAgain) and error.after is not None:
        return error.after + _BACKOFF(state) * _JITTER
    return _BACKOFF(state)


def _said(reply: Reply[Any]) -> Message:
    return {"role": "assistant", "content": reply.text}


def _answer(request: Request[Any], messages: list[Message], reply: Reply[T], *, reasked: bool) -> Answer[T]:
    if reply.value is None:
        raise RuntimeError("a reply without a value got past the re-ask")
    return Answer(reply.value, request, (*messages, _said(reply)), reasked)
