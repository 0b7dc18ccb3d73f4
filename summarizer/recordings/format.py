"""One recording: what stands in its file, how a request becomes one, and how it is answered from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import from_json, to_json

from summarizer.errors import SummarizerError

__all__ = [
    "BATCH",
    "CHAT",
    "EXCHANGE",
    "FORMAT",
    "Exchange",
    "asked",
    "completion",
    "parse",
    "replay",
    "request_key",
    "sha256_of",
]

FORMAT = "summarizer.recording/1"

CHAT = "chat/completions"

BATCH = "batch"
"""The tier of a reply that came through the Batch API, which costs half."""

_NOT_IN_KEY = {"user", "metadata"}


@dataclass(slots=True)
class Exchange:
    """What the asking side says about the request under way, and learns from the transport."""

    purpose: str = "request"
    about: str = ""
    key: str = ""
    replayed: bool = False
    repaired: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    """Of the reply, when it came over the network."""
    error: SummarizerError | None = None
    """Why the transport could not do its part; the reply it gave then means nothing."""


EXCHANGE: ContextVar[Exchange] = ContextVar("summarizer_exchange")
"""The request under way in this task. It travels beside the request because the body is part of the key."""


def request_key(path: str, body: Mapping[str, Any]) -> str:
    """Return the key of a request: SHA-256, in hex, of the last two parts of the path and the body."""
    kept = {name: value for name, value in body.items() if name not in _NOT_IN_KEY}
    tail = "/".join(path.rstrip("/").rsplit("/", 2)[-2:])
    return hashlib.sha256(tail.encode() + b"\n" + _canonical(kept)).hexdigest()


def sha256_of(value: Any) -> str:
    """Return the SHA-256, in hex, of a text or of a JSON value in canonical form."""
    data = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else _canonical(value)
    return hashlib.sha256(data).hexdigest()


def _canonical(value: Any) -> bytes:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def parse(data: bytes) -> dict[str, Any] | None:
    """Return the recording in the bytes of a file, or None when they hold something else."""
    try:
        recording = from_json(data)
    except ValueError:
        return None
    if not isinstance(recording, dict) or recording.get("format") != FORMAT:
        return None
    shapes = {"key": str, "purpose": str, "request": dict, "reply": dict}
    return recording if all(isinstance(recording.get(name), kind) for name, kind in shapes.items()) else None


def recorded(exchange: Exchange, request: Mapping[str, Any], reply: Mapping[str, Any]) -> dict[str, Any]:
    """Return a recording, with its parts in the order in which a person reads them."""
    return {
        "format": FORMAT,
        "purpose": exchange.purpose,
        "about": exchange.about,
        "key": exchange.key,
        "request": dict(request),
        "reply": dict(reply),
    }


def asked(path: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a request as a recording holds it: to read and to compare, not to send again."""
    messages = list(body.get("messages", []))
    system = messages.pop(0)["content"] if messages and messages[0].get("role") == "system" else ""
    wanted = (body.get("response_format") or {}).get("json_schema") or {}
    apart = {"model", "messages", "response_format", *_NOT_IN_KEY}
    return {
        "path": path,
        "model": body.get("model"),
        "system_sha256": sha256_of(system),
        "schema_name": wanted.get("name"),
        "schema_sha256": sha256_of(wanted.get("schema")),
        "parameters": {name: value for name, value in body.items() if name not in apart},
        "messages": [{"role": message["role"], "content": message["content"].split("\n")} for message in messages],
    }


def completion(data: bytes) -> dict[str, Any] | None:
    """Return a reply as a recording holds it, or None when the body is no completion with content."""
    try:
        reply = from_json(data)
        choice = reply["choices"][0]
        message = choice["message"]
    except (ValueError, LookupError, TypeError):
        return None
    content, refusal = message.get("content"), message.get("refusal")
    kept: dict[str, Any] = {"model": reply.get("model"), "finish_reason": choice.get("finish_reason")}
    if isinstance(refusal, str) and refusal:
        kept["refusal"] = refusal
    elif kept["finish_reason"] != "content_filter" and not (isinstance(content, str) and content.strip()):
        return None
    if isinstance(content, str):
        kept |= _content(content)
    return {**kept, "usage": _usage(reply.get("usage"))}


def _content(text: str) -> dict[str, Any]:
    """Return a reply's text as JSON when that is what it is, so that it can be read; else as lines."""
    try:
        value = from_json(text)
    except ValueError:
        value = None
    return {"content": value} if isinstance(value, dict) else {"text": text.split("\n")}


def _usage(usage: Any) -> dict[str, int]:
    """Return the token counts of a reply, flat."""
    if not isinstance(usage, dict):
        return {}
    inner = {name: usage.get(name) or {} for name in ("prompt_tokens_details", "completion_tokens_details")}
    counts = {
        "prompt_tokens": usage.get("prompt_tokens"),
        "cached_tokens": inner["prompt_tokens_details"].get("cached_tokens"),
        "completion_tokens": usage.get("completion_tokens"),
        "reasoning_tokens": inner["completion_tokens_details"].get("reasoning_tokens"),
    }
    return {name: count for name, count in counts.items() if isinstance(count, int)}


def replay(recording: Mapping[str, Any]) -> dict[str, Any]:
    """Return a recording as the reply of a chat completions endpoint."""
    reply = recording["reply"]
    content: str | None
    if "content" in reply:
        content = to_json(reply["content"], inf_nan_mode="constants").decode()
    else:
        content = "\n".join(reply["text"]) if "text" in reply else None
    counts = reply["usage"]
    sent, answered = counts.get("prompt_tokens", 0), counts.get("completion_tokens", 0)
    return {
        "id": "recording",
        "object": "chat.completion",
        "created": 0,
        "model": reply["model"],
        "service_tier": reply.get("tier"),
        "choices": [
            {
                "index": 0,
                "finish_reason": reply["finish_reason"],
                "message": {"role": "assistant", "content": content, "refusal": reply.get("refusal")},
            }
        ],
        "usage": {
            "prompt_tokens": sent,
            "completion_tokens": answered,
            "total_tokens": sent + answered,
            "prompt_tokens_details": {"cached_tokens": counts.get("cached_tokens", 0)},
            "completion_tokens_details": {"reasoning_tokens": counts.get("reasoning_tokens", 0)},
        },
    }
