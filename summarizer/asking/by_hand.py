"""Asking by hand: each request becomes a page to paste into a chat assistant, its reply a file beside it.

    DIR/extract-the-talks-1f0c9a2e3b4d.md           paste this
    DIR/extract-the-talks-1f0c9a2e3b4d.reply.txt    save the assistant's whole reply here

The folder is the place of record: pages and replies are named by the request's key, so a page whose document,
prompt or schema has changed since is a new page, and its old reply is not used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx2
from pydantic_core import from_json

from summarizer.errors import BadReply, NotRecorded, OutputError, SummarizerError
from summarizer.recordings import CHAT, EXCHANGE, Exchange, file_name, request_key, write_whole

__all__ = ["BY_HAND", "ByHand"]

BY_HAND = "by-hand"
"""The model's name when a person asks: which assistant it is, nobody here knows."""

_ENDINGS = (".reply.txt", ".reply.md", ".reply.json")
_CUT = "-" * 8 + " 8< " + "-" * 60
_FIRST_TURNS = 2


class ByHand(httpx2.AsyncBaseTransport):
    """Answers from the replies in a folder, and writes a page for each request that has none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer with a pasted reply; without one, say in the exchange what to do."""
        exchange = EXCHANGE.get(None) or Exchange()
        body = from_json(await request.aread())
        exchange.key = request_key(request.url.path, body)
        stem = file_name(exchange.key, exchange).removesuffix(".json")
        try:
            reply = self._reply(stem)
            if reply is not None:
                return httpx2.Response(200, json=_completion(reply))
            exchange.error = self._asked(body, stem, exchange)
        except SummarizerError as error:
            exchange.error = error
        return httpx2.Response(404, headers={"x-should-retry": "false"}, json={})

    def _asked(self, body: Mapping[str, Any], stem: str, exchange: Exchange) -> NotRecorded:
        """Write the page of a request, and return what to do with it."""
        page = self._folder / f"{stem}.md"
        earlier = self._stem(body["messages"][:_FIRST_TURNS], body, exchange)
        try:
            write_whole(page, _page(body["messages"], stem, earlier, exchange).encode())
        except OSError as error:
            raise OutputError(f"{page}: cannot be written ({error.strerror})") from None
        return NotRecorded(
            f"paste {page.name} into a chat, save the reply as {stem}{_ENDINGS[0]} beside it, and run again"
        )

    def _reply(self, stem: str) -> str | None:
        """Return what was saved as the reply to a page; an empty file is none."""
        for ending in _ENDINGS:
            path = self._folder / f"{stem}{ending}"
            try:
                text = path.read_text(encoding="utf-8-sig").strip()
            except (FileNotFoundError, NotADirectoryError):
                continue
            except (OSError, UnicodeDecodeError):
                raise BadReply(f"{path.name}: cannot be read as text in UTF-8. Save it again") from None
            if text:
                return text
        return None

    def _stem(self, messages: Sequence[Mapping[str, str]], body: Mapping[str, Any], exchange: Exchange) -> str:
        """Return the name of the page that a conversation began with."""
        key = request_key(CHAT, {**body, "messages": messages})
        return file_name(key, exchange).removesuffix(".json")


def _completion(text: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": text}
    return {
        "id": BY_HAND,
        "object": "chat.completion",
        "created": 0,
        "model": BY_HAND,
        "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
    }


def _page(messages: Sequence[Mapping[str, str]], stem: str, earlier: str, exchange: Exchange) -> str:
    title = " ".join(exchange.about.split())
    save = f"Save the whole reply as `{stem}{_ENDINGS[0]}` in this folder; words around the JSON do no harm."
    if len(messages) <= _FIRST_TURNS:
        where = "Copy all between the two cutting lines into a new chat."
        text = "\n\n".join(message["content"] for message in messages)
    else:
        where = (
            f"The reply to `{earlier}.md` did not do. Copy what stands between the two cutting lines into that same "
            f"chat. (Is it gone? Open a new one, and paste `{earlier}.md` and its reply first.)"
        )
        text = messages[-1]["content"]
    return "\n".join(
        [f"# {exchange.purpose}: {title}", "", f"1. {where}", f"2. {save}", "3. Run the same command again.", "", _CUT,
         text, _CUT, ""]
    )  # fmt: skip
