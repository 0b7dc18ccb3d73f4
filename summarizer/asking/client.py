"""One try of one request: instructor over the openai client over our transport."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

import httpx2
import instructor
import openai
from instructor.v2.core.errors import IncompleteOutputException, InstructorRetryException
from instructor.v2.core.hooks import Hooks
from openai.types.chat import ChatCompletion
from openai.types.chat.chat_completion import Choice
from pydantic import BaseModel, ValidationError

from summarizer.asking.faults import TryAgain, fault, host
from summarizer.asking.forms import failures
from summarizer.asking.replies import MAX_REPLY, read_reply
from summarizer.asking.requests import Message
from summarizer.asking.servers import Mode, response_format, told
from summarizer.claims import Tokens
from summarizer.errors import BadReply, BadRequest, CutOff, Filtered, ModelError, Refused, Unreachable
from summarizer.recordings import BATCH, EXCHANGE, Exchange
from summarizer.settings import AskSettings

__all__ = ["Client", "Reply", "openai_client"]

T = TypeVar("T", bound=BaseModel)

_CONNECT = 10.0
"""Seconds to wait for a connection."""

_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Reply(Generic[T]):
    """What came back from one try that reached the model."""

    text: str
    model: str | None
    tokens: Tokens
    value: T | None = None
    failures: tuple[str, ...] = ()
    """Why the text does not fit the form, when there is no value."""
    error: ModelError | None = None
    """Why the text cannot be used, when asking again about its form would not help."""
    astray: bool = False
    """The text has nothing of the form in it, so that the model cannot have seen the schema."""
    batch: bool = False
    """It came through the Batch API."""


def openai_client(
    settings: AskSettings, transport: httpx2.AsyncBaseTransport, max_retries: int = 0
) -> openai.AsyncOpenAI:
    """Return a client of the endpoint that speaks through a transport of ours."""
    # Both libraries log whole replies and requests; articles and keys have no place in a log.
    for name in ("instructor", "openai"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    timeout = httpx2.Timeout(settings.timeout, connect=min(_CONNECT, settings.timeout), pool=None)
    return openai.AsyncOpenAI(
        api_key=(settings.api_key.get_secret_value() if settings.api_key else "") or "none",
        base_url=settings.endpoint,
        max_retries=max_retries,
        timeout=timeout,
        http_client=httpx2.AsyncClient(transport=transport, timeout=timeout, follow_redirects=True),
    )


class Client:
    """Sends conversations to the endpoint, each exactly once."""

    def __init__(self, settings: AskSettings, model: str, transport: httpx2.AsyncBaseTransport) -> None:
        self._settings = settings
        self._model = model
        self._openai = openai_client(settings, transport)
        self._create = instructor.from_openai(self._openai, mode=instructor.Mode.JSON_SCHEMA).create

    async def close(self) -> None:
        """Close the connections."""
        await self._openai.close()

    def body(self, messages: Sequence[Message], form: type[BaseModel], mode: Mode) -> dict[str, Any]:
        """Return the body of the request that `send` sends, whose key names its recording."""
        return {
            "model": self._model,
            "messages": [
                {"role": message["role"], "content": _sendable(message["content"])}
                for message in told(messages, form, mode)
            ],
            "response_format": response_format(form, mode),
        }

    async def send(self, messages: Sequence[Message], form: type[T], mode: Mode, exchange: Exchange) -> Reply[T]:
        """Send a conversation and read the reply into the form.

        Raises TryAgain for a fault that may pass, and the errors of ours for one that will not.
        """
        seen: list[Any] = []
        hooks = Hooks()
        hooks.on("completion:response", seen.append)
        body = self.body(messages, form, mode)
        value: T | None = None
        problem: BaseException | None = None
        try:
            value = await self._create(
                response_model=_response_model(form),
                messages=body["messages"],
                max_retries=0,
                strict=False,
                context=None,
                hooks=hooks,
                model=self._model,
                extra_body={"response_format": body["response_format"]},  # instructor's own leaves out `strict`
            )
        except IncompleteOutputException as error:
            problem = error
        except InstructorRetryException as error:
            # Its own text holds the whole reply, so only its cause goes on.
            problem = error.__cause__
        if exchange.error is not None:
            raise exchange.error
        if not seen:
            raise self._fault(problem)
        return self._judge(seen[-1], value, problem)

    async def models(self) -> list[dict[str, Any]]:
        """Return the models that the endpoint lists, as it describes them; none when it does not say."""
        try:
            page = await self._openai.get("/models", cast_to=object)
        except (openai.APIError, ValueError):
            return []
        listed = page.get("data") if isinstance(page, dict) else None
        return [model for model in listed if isinstance(model, dict)] if isinstance(listed, list) else []

    def _fault(self, problem: BaseException | None) -> BaseException:
        """Return what to raise when there is no reply."""
        if isinstance(problem, openai.APIConnectionError) and not isinstance(problem.__cause__, httpx2.RequestError):
            return problem.__cause__ or problem  # not the network: the client takes any error there for one
        if isinstance(problem, openai.APIError):
            return fault(problem, self._settings, self._model)
        if isinstance(problem, ValueError):
            return TryAgain(Unreachable(f"{host(self._settings)} answered with broken JSON. Check --base-url"))
        return problem or RuntimeError("instructor returned nothing")

    def _judge(self, completion: Any, value: T | None, problem: BaseException | None) -> Reply[T]:
        """Tell a good reply from one that does not fit and from one that cannot be used."""
        if not isinstance(completion, ChatCompletion):
            raise BadRequest(f"{host(self._settings)} answered with a page, not a completion. Check --base-url")
        choice = completion.choices[0] if completion.choices else None
        if choice is None or choice.message is None:
            raise TryAgain(BadReply("the endpoint answered without a reply in it. Try another --model"))
        text = choice.message.content if isinstance(choice.message.content, str) else ""
        error = _unusable(choice, text)
        found: tuple[str, ...] = ()
        astray = False
        if error is None and value is None:
            if not isinstance(problem, ValidationError):
                raise problem or RuntimeError("instructor returned nothing")
            found, astray = tuple(failures(problem)), _astray(problem)
        if value is not None:
            for name in ("_raw_response", "_total_usage"):  # instructor's, with the whole completion behind them
                value.__dict__.pop(name, None)
        return Reply(
            text, completion.model or None, _tokens(completion), value, found, error, astray, _batch(completion)
        )


def _unusable(choice: Choice, text: str) -> ModelError | None:
    """Return why a reply cannot be used, when asking again about its form would not help."""
    if choice.finish_reason == "length":
        return CutOff("the reply was cut off at the length limit. Name a model with a larger one with --model")
    if choice.message.refusal:
        return Refused("the model declined to answer. Name another with --model")
    if choice.finish_reason == "content_filter":
        return Filtered("a content filter withheld the reply. Name another model with --model")
    if not text.strip():
        raise TryAgain(BadReply("the model's reply is empty. Try another --model"))
    if len(text) > MAX_REPLY:
        return BadReply(f"the reply is {len(text):,} characters long: not a brief. Try another --model")
    return None


def _astray(problem: ValidationError) -> bool:
    """Tell whether a reply is no JSON object, or one without any field of the form."""
    found = problem.errors(include_url=False, include_input=False)
    if any(failure["loc"] == () for failure in found):
        return True
    kinds = {failure["type"] for failure in found}
    return kinds <= {"missing", "extra_forbidden"} and all(len(failure["loc"]) == 1 for failure in found)


@cache
def _response_model(form: type[BaseModel]) -> type[Any]:
    """Return the class that instructor is given for a form.

    instructor derives a new class from the form in every call and makes its schema anew. This stands for the
    form instead: what it reads is the form itself. Its own schema is empty, because the strict one that replaces
    it on the way (`extra_body`) would be walked through by the openai client in each call, to no effect.
    """

    class Stand(instructor.ResponseSchema):
        @classmethod
        def model_json_schema(cls, *_: Any, **__: Any) -> dict[str, Any]:
            return {}

        @classmethod
        def model_validate_json(cls, json_data: str | bytes | bytearray, **_: Any) -> Any:
            value, repaired = read_reply(str(json_data), form)
            EXCHANGE.get().repaired = repaired
            return value

    Stand.__name__ = form.__name__
    return Stand


def _sendable(text: str) -> str:
    """Return a text without lone surrogates, which no request can carry; its length stays."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return _SURROGATES.sub("\ufffd", text)
    return text


def _batch(completion: ChatCompletion) -> bool:
    return str(completion.service_tier) == BATCH


def _tokens(completion: ChatCompletion) -> Tokens:
    usage = completion.usage
    if usage is None:
        return Tokens()
    details = usage.prompt_tokens_details
    return Tokens(
        input=usage.prompt_tokens or 0,
        cached_input=(details.cached_tokens or 0) if details else 0,
        output=usage.completion_tokens or 0,
    )
