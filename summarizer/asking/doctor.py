"""What an endpoint can do, found out with one small request where all is well, and what to set where it is not."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from summarizer.asking.asker import Asker
from summarizer.asking.client import Client
from summarizer.asking.faults import NoStructure, TryAgain
from summarizer.asking.limits import Limits, SystemClock
from summarizer.asking.network import Attempt, Network
from summarizer.asking.prices import window
from summarizer.asking.requests import Forecast, Message, Request
from summarizer.asking.servers import MODES, Mode, Servers
from summarizer.errors import ModelError, Unauthorised, Unreachable
from summarizer.recordings import EXCHANGE, RecordingTransport
from summarizer.settings import DEFAULT_MODEL, AskSettings

__all__ = ["Diagnosis", "diagnose"]

_NEAR = 3
_WINDOW_NAMES = ("max_model_len", "context_length", "context_window", "max_context_length", "n_ctx")
"""What servers call the context size in their list of models: vLLM, OpenRouter, Groq, LM Studio, llama.cpp."""


class Probe(BaseModel):
    """A greeting, and how many letters it has."""

    model_config = ConfigDict(extra="forbid")

    greeting: Literal["hello"]
    letters: int


_MESSAGES: Sequence[Message] = (
    {"role": "system", "content": "You greet people."},
    {"role": "user", "content": "Say hello."},
)
"""Nothing here speaks of the form: a reply that fits shows that the server made it fit."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found out about an endpoint."""

    endpoint: str
    model: str
    reachable: bool
    key: Literal["accepted", "refused", "missing", "unknown"] = "unknown"
    model_known: bool | None = None
    """None when it did not come to that."""
    structured: Mode | None = None
    """The surest way in which a reply was made to fit; None when none was."""
    window: int | None = None
    """The context size in tokens, where the server or the price table tells it."""
    sample: Forecast | None = None
    """What the sample would take."""
    requests: int = 0
    """Requests to the model that this took."""
    problem: str | None = None
    """What stands in the way, in one line."""
    advice: tuple[str, ...] = ()
    """What to set, a line each."""

    @property
    def healthy(self) -> bool:
        """Whether a brief can be made."""
        return self.structured is not None


async def diagnose(settings: AskSettings, sample: Iterable[Request[Any]] = ()) -> Diagnosis:
    """Find out what the endpoint of the settings can do, and what `sample` would cost there.

    Nothing is taken from recordings or kept, but what a server takes in place of structured output is remembered
    in the store. No error is raised for what the endpoint does: it is the diagnosis.
    """
    model = settings.model or DEFAULT_MODEL
    client = Client(settings, model, _transport(settings, model))
    try:
        found = await _probe(client, Diagnosis(settings.endpoint, model, reachable=True))
        found = await _listed(client, found)
    finally:
        await client.close()
    if not settings.api_key and not settings.base_url:
        found = replace(found, key="missing")
    if found.structured not in {None, "schema"} and settings.store_folder:
        Servers(settings.store_folder / "servers.json").remember(settings.endpoint, model, found.structured or "text")
    async with Asker(settings.model_copy(update={"record": None, "replay": None, "no_store": True})) as asker:
        forecast = asker.foresee(sample)
    found = replace(found, sample=forecast if forecast.requests else None)
    return replace(found, advice=(*_advice(found), *found.advice))


def _transport(settings: AskSettings, model: str) -> RecordingTransport:
    limits = Limits(settings.model_copy(update={"max_cost": None}), model, SystemClock())
    return RecordingTransport([], None, Network(settings, limits))


async def _probe(client: Client, found: Diagnosis) -> Diagnosis:
    """Ask for a greeting in each mode, from the surest on, until a reply fits."""
    for mode in MODES:
        attempt = Attempt("doctor", "a greeting")
        EXCHANGE.set(attempt)
        found = replace(found, requests=found.requests + 1)
        try:
            reply = await client.send(_MESSAGES, Probe, mode, attempt)
        except NoStructure:
            found = replace(found, key="accepted")
            continue
        except TryAgain as error:
            return replace(found, reachable=not isinstance(error.error, Unreachable), problem=str(error.error))
        except Unauthorised as error:
            return replace(found, key="refused", problem=str(error))
        except ModelError as error:
            return replace(found, key="accepted", problem=str(error))
        found = replace(found, key="accepted", model_known=True)
        if reply.error is not None:
            return replace(found, problem=str(reply.error))
        if reply.value is not None:
            return replace(found, structured=mode)
    return replace(found, problem="no reply was JSON of the form that was asked for")


async def _listed(client: Client, found: Diagnosis) -> Diagnosis:
    """Add what the server's list of models tells, where it is needed: the context size, names near to this one."""
    known = window(found.model)
    if not found.reachable or found.key == "refused" or (found.healthy and known is not None):
        return replace(found, window=known)
    listed = {str(entry.get("id")): entry for entry in await client.models()}
    entry = listed.get(found.model, {})
    found = replace(found, window=_window(entry) or known)
    if found.model_known is None and listed and found.model not in listed:
        near = difflib.get_close_matches(found.model, listed, n=_NEAR, cutoff=0.4) or sorted(listed)[:_NEAR]
        return replace(found, model_known=False, advice=(f"--model: the endpoint has {', '.join(near)}",))
    return found


def _window(entry: Mapping[str, Any]) -> int | None:
    held = {**entry, **(entry["meta"] if isinstance(entry.get("meta"), dict) else {})}
    return next((held[name] for name in _WINDOW_NAMES if isinstance(held.get(name), int)), None)


def _advice(found: Diagnosis) -> list[str]:
    advice = []
    if not found.reachable:
        advice.append("--base-url: the address of the endpoint, up to and with /v1, such as http://localhost:11434/v1")
    if found.key in {"refused", "missing"}:
        advice.append("OPENAI_API_KEY: a key of this endpoint")
    if found.structured not in {None, "schema"}:
        advice.append(
            f'structured = "{found.structured}" in summarizer.toml saves a request in each run that keeps no replies; '
            "a model with structured output gives better briefs"
        )
    return advice
