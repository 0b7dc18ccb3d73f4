"""What the openai client raises, as errors of ours: whether to try again, and what to tell a person."""

from __future__ import annotations

import email.utils
import re
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx2
import openai

from summarizer.errors import BadRequest, Filtered, ModelError, Unauthorised, Unreachable
from summarizer.settings import AskSettings

__all__ = ["MAX_WAIT", "NoStructure", "TryAgain", "fault", "host"]

MAX_WAIT = 120.0
"""Seconds that are waited at most because a server asks for it; the run ends when it asks for longer."""

NO_KEY = "no_key"
"""The code of our own answer when there is no key to send."""
_KEY_REFUSED = {401, 403}
_TRIED_AGAIN = {408, 409, 425, 429}
_SERVER = 500
_SHOWN = 200
_RUN_AGAIN = "Run the same command later: what is done is kept"
_STRUCTURE = re.compile(r"response_format|json_schema|json_object|structured output", re.IGNORECASE)
_WRONG_SCHEMA = re.compile(r"invalid schema", re.IGNORECASE)


class TryAgain(Exception):
    """A fault that may pass: the error to end with when it does not, and the seconds the server asks to wait.

    A `slow` one has cost the whole time of a try, and is tried once more at most.
    """

    def __init__(self, error: ModelError, after: float | None = None, *, slow: bool = False) -> None:
        super().__init__(str(error))
        self.error = error
        self.after = after
        self.slow = slow


class NoStructure(BadRequest):
    """The server does not take this `response_format`; another may do."""


def fault(error: openai.APIError, settings: AskSettings, model: str) -> ModelError | TryAgain:
    """Map an error of the openai client."""
    where = host(settings)
    if isinstance(error, openai.APIConnectionError):
        if isinstance(error.__cause__, httpx2.ConnectError | httpx2.ConnectTimeout):
            return TryAgain(Unreachable(f"{where} cannot be reached. Check the network and --base-url"))
        if isinstance(error, openai.APITimeoutError):
            said = f"{where} did not answer within {settings.timeout:g} s. Raise --timeout"
            return TryAgain(Unreachable(said), slow=True)
        return TryAgain(Unreachable(f"{where} dropped the connection. {_RUN_AGAIN}"))
    if not isinstance(error, openai.APIStatusError):
        return BadRequest(f"{where} answered with something that is no completion. Check --base-url")
    return _status_fault(error, where, settings, model)


def _status_fault(error: openai.APIStatusError, where: str, settings: AskSettings, model: str) -> ModelError | TryAgain:
    status = error.status_code
    if error.code == NO_KEY:
        return Unauthorised(
            "there is no key: set OPENAI_API_KEY, or name a server that needs none with --base-url. "
            "`summarizer demo` needs neither"
        )
    if status in _KEY_REFUSED:
        return Unauthorised(f"{where} refused the key ({status}). Check OPENAI_API_KEY")
    if error.code == "insufficient_quota":
        return Unauthorised(f"{where}: the account behind OPENAI_API_KEY has no credit left. Add some and run again")
    if status in _TRIED_AGAIN or (status >= _SERVER and status != httpx2.codes.NOT_IMPLEMENTED):
        return _passing(status, where, _retry_after(error.response.headers))
    if error.code == "content_filter":
        return Filtered(f"{where}: a content filter refused the document. It stays out")
    said = _said(error, settings)
    about = f"{error.param or ''} {said}"
    kind = NoStructure if _STRUCTURE.search(about) and not _WRONG_SCHEMA.search(about) else BadRequest
    return kind(_why_never(error, said, where, settings, model))


def _why_never(error: openai.APIStatusError, said: str, where: str, settings: AskSettings, model: str) -> str:
    """Word why an endpoint will never take a request."""
    if error.code == "context_length_exceeded":
        return f'the document is longer than "{model}" can read. Name another with --model, or split it'
    if error.status_code != httpx2.codes.NOT_FOUND:
        return f"{where} refuses the request ({error.status_code}{': ' + said if said else ''})"
    if error.code == "model_not_found" or "model" in said.lower():
        return f'{where} has no model "{model}" (404). Name another with --model'
    path = urlsplit(settings.endpoint).path or "/"
    return f"{where} has no chat completions at {path} (404). Check --base-url: it usually ends in /v1"


def _passing(status: int, where: str, after: float | None) -> TryAgain:
    if after is not None and after > MAX_WAIT:
        return TryAgain(Unreachable(f"{where} asks to wait {after:.0f} s ({status}). {_RUN_AGAIN}"), after)
    what = "allows no more requests for now" if status == httpx2.codes.TOO_MANY_REQUESTS else "is in trouble"
    return TryAgain(Unreachable(f"{where} {what} ({status}). {_RUN_AGAIN}"), after)


def _said(error: openai.APIStatusError, settings: AskSettings) -> str:
    """Return the provider's own words, in one short line and without the key."""
    body = error.body
    said = body.get("message") if isinstance(body, dict) else None
    if not isinstance(said, str):
        return ""
    if settings.api_key and (key := settings.api_key.get_secret_value()):
        said = said.replace(key, "…")
    line = " ".join("".join(char if char.isprintable() else " " for char in said).split())
    return line if len(line) <= _SHOWN else line[:_SHOWN] + "…"


def host(settings: AskSettings) -> str:
    """Return the endpoint as a person calls it: host and port."""
    return urlsplit(settings.endpoint).netloc.rpartition("@")[2]


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that a server asks to wait: `retry-after-ms`, or `Retry-After` in seconds or as a date."""
    for name, scale in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = headers.get(name)
        if value is None:
            continue
        try:
            return max(0.0, float(value) * scale)
        except ValueError:
            pass
        if (date := email.utils.parsedate_tz(value)) is not None:
            return max(0.0, email.utils.mktime_tz(date) - time.time())
    return None
