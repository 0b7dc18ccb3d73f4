"""What a server can do about structured output: found out once per server and model, and remembered."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel

from summarizer.asking.forms import strict_schema
from summarizer.asking.requests import Message
from summarizer.recordings import write_whole

__all__ = ["MODES", "Mode", "Servers", "response_format", "told"]

Mode = Literal["schema", "object", "text"]

MODES: tuple[Mode, ...] = ("schema", "object", "text")
"""From the surest to the most widely understood: a strict JSON Schema; any JSON object, the schema in the prompt;
the prompt alone."""

FORMAT = "summarizer.servers/1"

_log = logging.getLogger(__name__)


def response_format(form: type[BaseModel], mode: Mode) -> dict[str, Any]:
    """Return the `response_format` of a request."""
    if mode == "schema":
        named = {"name": form.__name__, "strict": True, "schema": strict_schema(form)}
        return {"type": "json_schema", "json_schema": named}
    return {"type": "json_object" if mode == "object" else "text"}


def told(messages: Sequence[Message], form: type[BaseModel], mode: Mode) -> Sequence[Message]:
    """Return a conversation with the schema in its instructions, where the server does not take it otherwise."""
    if mode == "schema":
        return messages
    schema = json.dumps(strict_schema(form), ensure_ascii=False)
    order = f"Reply with one JSON object and nothing around it. It must fit this JSON Schema:\n\n{schema}"
    first, *rest = messages
    return [{**first, "content": f"{first['content']}\n\n{order}"}, *rest]


class Servers:
    """Remembers in a file, if one is given, which mode each server and model takes."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._known: dict[str, Mode] = {}
        if path is not None:
            self._known = _read(path)

    def mode(self, endpoint: str, model: str) -> Mode:
        """Return the surest mode that is not known to fail."""
        return self._known.get(_name(endpoint, model), "schema")

    def remember(self, endpoint: str, model: str, mode: Mode) -> None:
        """Remember a mode. A file that cannot be written costs the remembering, not the run."""
        self._known[_name(endpoint, model)] = mode
        if self._path is None:
            return
        text = json.dumps({"format": FORMAT, "modes": {**_read(self._path), **self._known}}, indent=1, sort_keys=True)
        try:
            write_whole(self._path, text.encode() + b"\n")
        except OSError as error:
            _log.warning("%s cannot be written (%s); going on without", self._path, error.strerror)


def _name(endpoint: str, model: str) -> str:
    """Return server and model in one word; a password in the address is left out."""
    address = urlsplit(endpoint)
    return f"{address.scheme}://{address.netloc.rpartition('@')[2]}{address.path} {model}"


def _read(path: Path) -> dict[str, Mode]:
    """Return what a file remembers: nothing, when it is not there or is something else."""
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(held, dict) or held.get("format") != FORMAT or not isinstance(held.get("modes"), dict):
        return {}
    return {str(name): mode for name, mode in held["modes"].items() if mode in MODES}
