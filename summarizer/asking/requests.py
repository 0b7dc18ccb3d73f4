"""What is asked, what comes back, and what it took."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel

from summarizer.claims import Tokens

__all__ = ["Answer", "Event", "Forecast", "Message", "Request", "Unsent", "Usage"]

T = TypeVar("T", bound=BaseModel)

Message = Mapping[str, str]
"""`role` and `content`, as in the chat completions API."""


@dataclass(frozen=True, slots=True)
class Request(Generic[T]):
    """One question to the model."""

    purpose: str
    """What it is for: `extract`, `reconcile`, `group` or `headline`. Names recordings, progress and traces."""
    about: str
    """What to call it in one line to a person: the title of the document."""
    system: str
    """The instructions; the same for every document, so that a provider can cache them."""
    user: str
    """The document, or the batch."""
    form: type[T]
    """What the reply must fit."""


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """A reply that fits its form."""

    value: T
    request: Request[Any]
    transcript: tuple[Message, ...]
    """The conversation so far, this reply included."""
    reasked: bool
    """The model had to be asked again for this reply."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What the requests of a run took. Tokens and cost are those of every reply used, replayed or not."""

    requests: int = 0
    """Replies asked for, from the model or from recordings; a try that failed is not one."""
    replayed: int = 0
    """How many of the requests a recording answered."""
    reasks: int = 0
    """How many of the requests asked again about a reply."""
    repairs: int = 0
    """How many replies fitted only after their JSON was mended."""
    tokens: Tokens = field(default_factory=Tokens)
    model: str | None = None
    """The model's name as the endpoint gave it."""
    cost_usd: float | None = None
    """Of all tokens, at the list price; None when the price is unknown."""
    spent_usd: float | None = None
    """Of the requests that were sent in this run; None when the price is unknown."""


@dataclass(frozen=True, slots=True)
class Unsent:
    """A request as it would be sent."""

    key: str
    purpose: str
    about: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Forecast:
    """What requests would take if they were sent now. Re-asks are not foreseen."""

    requests: int
    recorded: int
    """How many of the requests a recording answers already."""
    tokens: Tokens
    """An estimate for the requests that would be sent."""
    cost_usd: float | None
    """Of these tokens, at the list price; None when the price is unknown."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something to show to whoever waits."""

    kind: Literal["sent", "answered", "replayed", "reasked", "waiting", "failed"]
    purpose: str
    about: str
    seconds: float = 0.0
    """For `waiting`, how long; for `answered`, how long it took."""
    reason: str = ""
    """For `waiting` and `failed`: why, in one line."""
    spent_usd: float | None = None
    """Of the run so far; None when the price is unknown."""
