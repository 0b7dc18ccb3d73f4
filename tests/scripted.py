"""A scripted OpenAI-compatible endpoint on loopback: it answers each request as a test says, faults included.

    with Scripted(lambda asked: completion('{"name": "x"}')) as endpoint:
        AskSettings(base_url=endpoint.url, api_key="…")

The script is called with each request as it arrives and returns what to do: an `Act`. It is a plain HTTP/1.1
server on asyncio streams in a thread of its own, because a fault such as a dropped connection or a body that
drips needs the socket.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True)
class Asked:
    """A request as it arrived."""

    number: int
    """Counted from 1."""
    method: str
    path: str
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw)

    @property
    def user(self) -> Any:
        """The first user message: the document."""
        return next(message["content"] for message in self.body["messages"] if message["role"] == "user")

    @property
    def last(self) -> Any:
        return self.body["messages"][-1]["content"]


@dataclass(frozen=True)
class Act:
    """What to do with a request."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    after: float = 0.0
    """Seconds before anything is sent."""
    until: Callable[[], bool] | None = None
    """Nothing is sent before this is so: for tests that must not hang on how fast the machine is."""
    drip: float = 0.0
    """Seconds between single bytes of the body."""
    drop: bool = False
    """Close the connection without an answer."""
    cut: int | None = None
    """Close the connection after so many bytes of the body."""


Script = Callable[[Asked], Act]


def completion(
    content: str | None,
    *,
    finish: str = "stop",
    refusal: str | None = None,
    model: str = "scripted-1",
    tokens: tuple[int, int, int] = (100, 40, 20),
    **act: Any,
) -> Act:
    """Answer with a chat completion. `tokens` are input, cached input and output."""
    message = {"role": "assistant", "content": content, "refusal": refusal}
    reply = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": finish, "logprobs": None}],
        "usage": {
            "prompt_tokens": tokens[0],
            "completion_tokens": tokens[2],
            "total_tokens": tokens[0] + tokens[2],
            "prompt_tokens_details": {"cached_tokens": tokens[1]},
        },
    }
    return answer(reply, **act)


def answer(reply: Any, **act: Any) -> Act:
    """Answer with JSON."""
    headers = {"content-type": "application/json", **act.pop("headers", {})}
    return Act(body=json.dumps(reply).encode(), headers=headers, **act)


def refuse(status: int, message: str = "no", code: str | None = None, **headers: str) -> Act:
    """Answer with an error in OpenAI's form."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return answer({"error": {"message": message, "type": "error", "code": code}}, status=status, headers=named)


def in_turn(*acts: Act) -> Script:
    """Act by the number of the request; the last act goes on for ever."""
    return lambda asked: acts[min(asked.number, len(acts)) - 1]


def never() -> bool:
    """Say that it is not so yet: an `Act` until then is a reply that never comes."""
    return False


async def end(server: asyncio.Server) -> None:
    """End a server and its connections, and leave no socket open that would be warned of when it is collected."""
    await _turns()  # who has just connected, and perhaps gone, gets as far as a task: a closed server would drop it
    server.close()
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await _turns()  # transports close in a turn after the one that they are told in


async def _turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


class Scripted:
    """The running endpoint: `url`, and `asked`, every request so far. Its waits are `sleep`'s."""

    def __init__(self, script: Script | Act, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._sleep = sleep
        self._script = (lambda _: script) if isinstance(script, Act) else script
        self.asked: list[Asked] = []
        self.most_at_once = 0
        self._now = 0
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [asked.body for asked in self.asked]

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        self._ended = asyncio.Event()
        server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        host, port = server.sockets[0].getsockname()
        self.url = f"http://{host}:{port}/v1"
        self._ready.set()
        await self._ended.wait()
        await end(server)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (asked := await self._receive(reader)) is not None:
                self._now += 1
                self.most_at_once = max(self.most_at_once, self._now)
                try:
                    going_on = await self._act(self._script(asked), writer)
                finally:
                    self._now -= 1
                if not going_on:
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client has gone: a test of time-outs or of Ctrl-C
        except asyncio.CancelledError:
            writer.transport.abort()  # the endpoint ends while it holds a reply back; nobody reads the rest
        finally:
            writer.close()

    async def _receive(self, reader: asyncio.StreamReader) -> Asked | None:
        head = await reader.readuntil(b"\r\n\r\n") if not reader.at_eof() else b""
        if not head:
            return None
        first, *lines = head.decode("latin-1").split("\r\n")
        method, path, _ = first.split(" ", 2)
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines) if name}
        raw = await reader.readexactly(int(headers.get("content-length", 0)))
        self.asked.append(Asked(len(self.asked) + 1, method, path, headers, raw))
        return self.asked[-1]

    async def _act(self, act: Act, writer: asyncio.StreamWriter) -> bool:
        await self._sleep(act.after)
        while act.until is not None and not act.until():  # noqa: ASYNC110 - what it waits for is of another thread
            await asyncio.sleep(0.005)
        if act.drop:
            return False
        headers = {**act.headers, "content-length": str(len(act.body))}
        lines = [f"HTTP/1.1 {act.status} X", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        writer.write("\r\n".join(lines).encode("latin-1"))
        for piece in _pieces(act):
            writer.write(piece)
            await writer.drain()
            await self._sleep(act.drip)
        return act.cut is None


def _pieces(act: Act) -> Iterable[bytes]:
    body = act.body[: act.cut]
    return (body[n : n + 1] for n in range(len(body))) if act.drip else [body]


class Waits:
    """A clock that stands in for the machine's: notes every wait, and goes on at once."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.time = 1000.0

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.seconds.append(seconds)
        self.time += seconds
        await asyncio.sleep(0)


class StoppedClock(asyncio.SelectorEventLoop):
    """An event loop whose time passes only while an endpoint sleeps: then time-outs come in turn on any machine.

    with asyncio.Runner(loop_factory=StoppedClock) as runner:
        with Scripted(script, runner.get_loop().sleep) as endpoint:
            runner.run(…)
    """

    def __init__(self) -> None:
        self._now = 0.0
        super().__init__()

    def time(self) -> float:
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Put this loop's time forward, from the thread of the endpoint, which sleeps no longer than a turn takes."""
        self._now += seconds
        self.call_soon_threadsafe(lambda: None)  # it looks at its time when it wakes
        await asyncio.sleep(0.002 if seconds else 0)
