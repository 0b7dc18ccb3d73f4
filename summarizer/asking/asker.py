"""Asks the model: retries, one re-ask, concurrency, and the count of what it took."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from types import TracebackType
from typing import Any, Self, TypeVar

from pydantic import BaseModel
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type
from tenacity.wait import wait_random_exponential

from summarizer.asking.allowance import Allowance
from summarizer.asking.by_hand import BY_HAND, ByHand
from summarizer.asking.client import Client, Reply
from summarizer.asking.faults import MAX_WAIT, NoStructure, TryAgain
from summarizer.asking.forms import complaint, strict_schema
from summarizer.asking.limits import Clock, Limits, SystemClock
from summarizer.asking.meter import Meter
from summarizer.asking.network import Attempt, Network
from summarizer.asking.requests import Answer, Event, Forecast, Message, Request, Unsent, Usage
from summarizer.asking.servers import MODES, Mode, Servers, told
from summarizer.asking.tracing import Tracing
from summarizer.claims import Tokens
from summarizer.errors import BadReply, BadRequest, ModelError, SettingsError, Unauthorised
from summarizer.recordings import CHAT, EXCHANGE, Exchange, Recordings, RecordingTransport, request_key, sha256_of
from summarizer.settings import DEFAULT_MODEL, AskSettings

__all__ = ["Asker"]

T = TypeVar("T", bound=BaseModel)
R = TypeVar("R")

_log = logging.getLogger("summarizer.asking")

_BACKOFF = wait_random_exponential(multiplier=0.5, max=30)
_JITTER = 0.25
"""Of the wait that a server asks for: spread, so that the requests it held back do not return as one."""

_LISTED = 3
_TITLE = 80


class Asker:
    """The one way to the model. An async context manager; shared by all tasks of a run.

    `watch` is told what happens, as it happens; `clock` tells the time and waits. `kept` stands in for the
    everyday store of replies; settings that name recordings of their own, or none at all, outrank it. With an
    `allowance`, the requests and tokens a minute of the settings hold over all processes that share it.

    Raises SettingsError for recordings to replay that are of several models or not there.
    """

    def __init__(
        self,
        settings: AskSettings,
        *,
        watch: Callable[[Event], None] | None = None,
        clock: Clock | None = None,
        kept: Recordings | None = None,
        allowance: Allowance | None = None,
    ) -> None:
        if settings.by_hand:
            settings = settings.model_copy(update={"model": BY_HAND, "structured": "text"})
        self._settings = settings
        self._watch = watch or (lambda _: None)
        self._clock = clock or SystemClock()
        self._recordings = _recordings(settings, kept)
        self._model = settings.model or _recorded_model(settings) or DEFAULT_MODEL
        everyday = self._recordings is not None and self._recordings.everyday
        self._servers = Servers(self._recordings.folder / "servers.json" if self._recordings and everyday else None)
        self._proven = False
        self._slots = asyncio.Semaphore(settings.concurrency)
        self._tracing = Tracing(settings, self._model)
        self._limits = Limits(settings, self._model, self._clock, allowance)
        self._meter = Meter()
        self._asked: dict[str, set[tuple[str, str]]] = {}
        self._client: Client | None = None

    async def __aenter__(self) -> Self:
        settings = self._settings
        read = [self._recordings] if self._recordings else []
        write = None if settings.replay else self._recordings
        inner = None if settings.replay else Network(settings, self._limits)
        transport = RecordingTransport(read, write, inner) if settings.by_hand is None else ByHand(settings.by_hand)
        self._client = Client(settings, self._model, transport)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._client is not None:
            await self._client.close()
        self._client = None

    @property
    def max_input(self) -> int:
        """Tokens of a document in one request at most."""
        return self._settings.max_input

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
        with self._tracing.request(request):
            return await self._ask(request)

    async def _ask(self, request: Request[T]) -> Answer[T]:
        messages = _first(request)
        reply, attempt, mode = await self._exchange(request, messages, request.form)
        if reply.value is not None:
            self._proven = self._proven or mode == "schema"
            return _answer(request, messages, reply, reasked=False)
        unseen = reply.astray and mode == "schema"
        if unseen and not self._proven and not attempt.replayed:
            self._remember("object")
        schema = strict_schema(request.form) if unseen else None
        messages += [_said(reply), {"role": "user", "content": complaint(list(reply.failures), schema)}]
        return _answer(request, messages, await self._again(request, messages, request.form), reasked=True)

    async def follow_up(self, answer: Answer[Any], message: str, form: type[T]) -> Answer[T]:
        """Say one more thing in the conversation of an answer and read the reply into a form.

        It counts as a re-ask and is not followed by another: a reply that does not fit raises BadReply. Raises
        what `ask` raises.
        """
        messages = [*answer.transcript, {"role": "user", "content": message}]
        with self._tracing.request(answer.request):
            reply = await self._again(answer.request, messages, form)
        return _answer(answer.request, messages, reply, reasked=answer.reasked)

    def missing(self, requests: Iterable[Request[Any]]) -> dict[str, Unsent]:
        """Return those first requests that no recording answers, by the key that their recording will have."""
        return {unsent.key: unsent for unsent, kept in self._looked_up(requests) if kept is None}

    def foresee(self, requests: Iterable[Request[Any]]) -> Forecast:
        """Return what first requests would take, learning from those that are recorded. Nothing is sent."""
        estimator = self._limits.estimator
        sizes: list[int] = []
        recorded = 0
        for unsent, kept in self._looked_up(requests):
            size = len(json.dumps(unsent.body, ensure_ascii=False).encode())
            if kept is None:
                sizes.append(size)
            else:
                recorded += 1
                estimator.learn(size, kept)
        estimates = [estimator.estimate(size).tokens for size in sizes]
        tokens = Tokens(input=sum(each.input for each in estimates), output=sum(each.output for each in estimates))
        return Forecast(len(sizes) + recorded, recorded, tokens, estimator.cost(tokens))

    def _looked_up(self, requests: Iterable[Request[Any]]) -> Iterator[tuple[Unsent, Tokens | None]]:
        """Yield each request as it would be sent, and the tokens of its recording when there is one."""
        for request in requests:
            messages = _first(request)
            body = self._running.body(messages, request.form, self._mode(request, messages, request.form))
            unsent = Unsent(request_key(CHAT, body), request.purpose, request.about, body)
            exchange = Exchange(request.purpose, request.about)
            kept = self._recordings.get(unsent.key, exchange) if self._recordings else None
            usage = kept["reply"].get("usage", {}) if kept else {}
            tokens = Tokens(input=usage.get("prompt_tokens", 0), output=usage.get("completion_tokens", 0))
            yield unsent, tokens if kept else None

    async def _again(self, request: Request[Any], messages: Sequence[Message], form: type[T]) -> Reply[T]:
        self._meter.reasks += 1
        self._tell(request, "reasked")
        reply, attempt, _ = await self._exchange(request, messages, form)
        if reply.value is None:
            await self._aside(self._drop, attempt)
            named = "; ".join(reply.failures[:_LISTED]) + ("; …" if len(reply.failures) > _LISTED else "")
            raise BadReply(f"the reply does not fit its form, asked twice ({named}). Try another --model")
        return reply

    async def _exchange(
        self, request: Request[Any], messages: Sequence[Message], form: type[T]
    ) -> tuple[Reply[T], Attempt, Mode]:
        """Send a conversation in the surest way that the server takes, until a reply comes that can be judged."""
        mode = await self._aside(self._mode, request, messages, form)
        while True:
            self._note(request, messages, form, mode)
            try:
                reply, attempt = await self._send(request, messages, form, mode)
            except NoStructure as error:
                if mode == MODES[-1] or self._settings.structured != "auto":
                    raise BadRequest(f"{error}. Try --structured auto") from None
                mode = MODES[MODES.index(mode) + 1]
                self._remember(mode)
                continue
            if reply.error is not None:
                await self._aside(self._drop, attempt)
                self._tell(request, "failed", reason=str(reply.error))
                raise reply.error
            return reply, attempt, mode

    async def _send(
        self, request: Request[Any], messages: Sequence[Message], form: type[T], mode: Mode
    ) -> tuple[Reply[T], Attempt]:
        """Send a conversation, and again after faults that may pass."""
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(TryAgain),
            stop=lambda state: state.attempt_number >= _tries(state, self._settings),
            wait=_wait,
            before_sleep=lambda state: self._tell_wait(request, state),
            sleep=self._clock.sleep,
            reraise=True,
        )
        reply: Reply[T]
        attempt: Attempt
        try:
            reply, attempt = await retrying(self._try, request, messages, form, mode)
        except TryAgain as last:
            self._tell(request, "failed", reason=str(last.error))
            raise last.error from None
        except ModelError as error:
            self._tell(request, "failed", reason=str(error))
            raise
        return reply, attempt

    async def _try(
        self, request: Request[Any], messages: Sequence[Message], form: type[T], mode: Mode
    ) -> tuple[Reply[T], Attempt]:
        async with self._slots:
            attempt = Attempt(request.purpose, request.about)
            attempt.tell = lambda seconds, reason: self._tell(request, "waiting", seconds, reason)
            EXCHANGE.set(attempt)
            self._tell(request, "sent")
            began = self._clock.now()
            reply: Reply[T] | None = None
            with self._tracing.attempt(messages) as span:
                try:
                    reply = await self._running.send(messages, form, mode, attempt)
                    span.replied(reply, attempt)
                except TryAgain as error:
                    span.failed(error.error)
                    raise await self._held_off(error) from None
                except ModelError as error:
                    span.failed(error)
                    if isinstance(error, Unauthorised):
                        self._limits.close(error)
                    raise
                finally:
                    if attempt.ticket is not None:
                        self._limits.settle(attempt.ticket, reply.tokens if reply else None)
                        await self._limits.correct(attempt.ticket)
        self._meter.add(reply, attempt)
        self._tell(request, "replayed" if attempt.replayed else "answered", self._clock.now() - began)
        return reply, attempt

    async def _held_off(self, error: TryAgain) -> TryAgain | ModelError:
        """Return what to raise when a server asks to wait; all requests heed it, not only this one."""
        if error.after is not None and error.after > MAX_WAIT:
            self._limits.close(error.error)
            return error.error
        await self._limits.pause(error.after or 0.0)
        return error

    @property
    def _running(self) -> Client:
        if self._client is None:
            raise RuntimeError("an Asker is used inside `async with`")
        return self._client

    def _mode(self, request: Request[Any], messages: Sequence[Message], form: type[BaseModel]) -> Mode:
        """Return how to ask for structure: as a recording has it, else as the server is known to take it."""
        if self._settings.structured != "auto":
            return self._settings.structured
        known = self._servers.mode(self._settings.endpoint, self._model)
        replaying = self._settings.replay is not None
        if self._recordings is None or (known == "schema" and not replaying):
            return known
        exchange = Exchange(request.purpose, request.about)
        for mode in MODES if replaying else ("schema", known):
            body = self._running.body(messages, form, mode)
            if self._recordings.has(request_key(CHAT, body), exchange):
                return mode
        return known

    async def _aside(self, look: Callable[..., R], *given: Any) -> R:
        """Look into the kept replies; where they are far away, without holding up the other requests."""
        if self._recordings is not None and self._recordings.remote:
            return await asyncio.to_thread(look, *given)
        return look(*given)

    def _remember(self, mode: Mode) -> None:
        known = self._servers.mode(self._settings.endpoint, self._model)
        if self._settings.structured == "auto" and MODES.index(mode) > MODES.index(known):
            self._servers.remember(self._settings.endpoint, self._model, mode)

    def _note(self, request: Request[Any], messages: Sequence[Message], form: type[BaseModel], mode: Mode) -> None:
        system = told(messages[:1], form, mode)[0]["content"]
        self._asked.setdefault(request.purpose, set()).add((sha256_of(system), _schema_hash(form, mode)))

    def _drop(self, attempt: Attempt) -> None:
        """Take a reply that came to nothing out of the everyday store, so that the next run asks again."""
        if self._recordings is not None and self._recordings.everyday:
            self._recordings.forget(attempt.key)

    def _tell(self, request: Request[Any], kind: Any, seconds: float = 0.0, reason: str = "") -> None:
        self._watch(Event(kind, request.purpose, request.about, seconds, reason, self.usage.spent_usd))
        # An error's text may show a line of the document, so that it stays out of the log.
        _log.info("%s %r: %s, %.2f s", request.purpose, request.about[:_TITLE], kind, seconds)

    def _tell_wait(self, request: Request[Any], state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        seconds = state.next_action.sleep if state.next_action else 0.0
        self._tell(request, "waiting", seconds, str(error))


def _recordings(settings: AskSettings, kept: Recordings | None) -> Recordings | None:
    """Return the folder of recordings that the settings name: the user's, the everyday store, or none."""
    if settings.by_hand:
        return None
    if named := settings.replay or settings.record:
        return Recordings(named)
    if kept is not None and not settings.no_store:
        return kept
    return Recordings(settings.store_folder, everyday=True) if settings.store_folder else None


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


@cache
def _schema_hash(form: type[BaseModel], mode: Mode) -> str:
    return sha256_of(strict_schema(form) if mode == "schema" else None)


def _tries(state: RetryCallState, settings: AskSettings) -> int:
    error = state.outcome.exception() if state.outcome else None
    tries = settings.max_retries + 1
    return min(2, tries) if isinstance(error, TryAgain) and error.slow else tries


def _wait(state: RetryCallState) -> float:
    """Wait as long as the server asks, with some spread; else exponentially longer, at random."""
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, TryAgain) and error.after is not None:
        return error.after + _BACKOFF(state) * _JITTER
    return _BACKOFF(state)


def _first(request: Request[Any]) -> list[Message]:
    return [{"role": "system", "content": request.system}, {"role": "user", "content": request.user}]


def _said(reply: Reply[Any]) -> Message:
    return {"role": "assistant", "content": reply.text}


def _answer(request: Request[Any], messages: Sequence[Message], reply: Reply[T], *, reasked: bool) -> Answer[T]:
    if reply.value is None:
        raise RuntimeError("a reply without a value got past the re-ask")
    return Answer(reply.value, request, (*messages, _said(reply)), reasked)
