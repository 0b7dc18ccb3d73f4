"""Reading the text of a reply into its form, also when the JSON is wrapped or slightly broken."""

from __future__ import annotations

import re
from json import JSONDecodeError, JSONDecoder
from typing import TypeVar

import json_repair
from pydantic import BaseModel, ValidationError

__all__ = ["MAX_REPLY", "read_reply"]

T = TypeVar("T", bound=BaseModel)

MAX_REPLY = 1_000_000
"""Characters. No model can write more in one reply, so a longer one is a fault and is not read."""

MAX_MENDED = 200_000
"""Characters of the longest reply that is mended; a longer one is asked for again."""

_FENCE = re.compile(r"```[\w-]*[ \t]*\n(.*?)\n?[ \t]*```", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_WHITE = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_TOKEN = re.compile(r"\w+|[\[\]{}]|\.\.\.|…")


def read_reply(text: str, form: type[T]) -> tuple[T, bool]:
    """Return a reply as its form, and whether its JSON had to be mended for that.

    A fence or prose around the JSON is taken away first. What then is still not JSON is mended with json_repair,
    which can be silently wrong: so the mended reply counts only when it fits the form and has the same words and
    brackets in the same order as what was written. Nothing may be added, dropped or closed.

    Raises ValidationError when it does not fit, and ValueError when it is longer than `MAX_REPLY`.
    """
    if len(text) > MAX_REPLY:
        raise ValueError(f"{len(text)} characters")
    try:
        return form.model_validate_json(text), False
    except ValidationError as error:
        if error.errors(include_url=False)[0]["type"] != "json_invalid":
            raise
        broken = error
    inside = _unwrapped(text)
    for mended in (False, True):
        candidate = _mended(inside) if mended else inside
        if candidate is None:
            break
        try:
            return form.model_validate_json(candidate), mended
        except ValidationError as error:
            if error.errors(include_url=False)[0]["type"] != "json_invalid":
                raise
    raise broken


def _unwrapped(text: str) -> str:
    """Return what stands in the last fence, or the last whole JSON object in the text, or all from its first brace.

    The last, because a model that thinks aloud before it answers may quote JSON of the article first.
    """
    if fenced := _FENCE.findall(text):
        return str(fenced[-1]).strip()
    start, found, decoder = text.find("{"), None, JSONDecoder()
    while start >= 0:
        try:
            _, end = decoder.raw_decode(text, start)
        except (JSONDecodeError, RecursionError):
            break
        found, start = text[start:end], text.find("{", end)
    if found is not None:
        return found
    first, last = text.find("{"), text.rfind("}")
    return text[first : last + 1] if 0 <= first < last else text


def _mended(text: str) -> str | None:
    """Return broken JSON mended, or None when that would change more than punctuation."""
    if len(text) > MAX_MENDED:
        return None
    try:
        mended = json_repair.repair_json(text, ensure_ascii=False, skip_json_loads=True)
    except ValueError:  # nested too deeply
        return None
    return mended if isinstance(mended, str) and _content(mended) == _content(text) else None


def _content(text: str) -> list[str]:
    """Return the words, brackets and dots of omission of a JSON text; Python's None, True, False are JSON's."""
    tokens = _TOKEN.findall(_ESCAPE.sub(_unescaped, text))
    return [{"None": "null", "True": "true", "False": "false"}.get(token, token) for token in tokens]


def _unescaped(match: re.Match[str]) -> str:
    return chr(int(match[1], 16)) if match[1] else _WHITE.get(match[2], match[2])
