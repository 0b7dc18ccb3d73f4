"""The provider's Batch API: half the price, within a day. What comes back is kept like any other reply.

`submit` sends the requests that no recording answers; the ordinary run after `collect` finds their replies kept.
What was sent stands in `batches/` in the folder of recordings until its results are in.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx2
import openai

from summarizer.asking.asker import Asker
from summarizer.asking.client import openai_client
from summarizer.asking.faults import TryAgain, fault
from summarizer.asking.limits import Limits, SystemClock
from summarizer.asking.network import Network
from summarizer.asking.requests import Request, Unsent
from summarizer.errors import SettingsError
from summarizer.recordings import BATCH, CHAT, Exchange, Recordings, asked, completion, file_name, recorded, write_whole
from summarizer.settings import DEFAULT_MODEL, AskSettings

__all__ = ["Batch", "collect", "submit"]

FORMAT = "summarizer.batch/1"

MOST_REQUESTS = 50_000
MOST_BYTES = 190_000_000
"""OpenAI takes 50,000 requests and 200 MB in a batch."""

_ENDPOINT: Final = "/v1/chat/completions"
_ENDED = {"completed", "failed", "expired", "cancelled"}
_RETRIES = 4
_MARK = "summarizer"
"""The metadata by which a batch is known again when this machine went down before it learnt the batch's name."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch, as the provider last described it."""

    id: str
    state: str
    """`validating`, `in_progress`, `finalizing`, `completed`, `failed`, `expired` or `cancelled`."""
    requests: int
    kept: int = 0
    """Replies that were kept now."""
    failed: int = 0
    """Requests that got no usable reply: an ordinary run asks them again."""

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self.state in _ENDED


async def submit(settings: AskSettings, requests: Iterable[Request[Any]]) -> list[Batch]:
    """Send the requests that no recording answers and no batch holds, as batches.

    Raises SettingsError without a folder to keep replies in, and the ModelErrors of `Asker.ask`.
    """
    folder = _folder(settings)
    under_way = {key for manifest in _manifests(folder) for key in _read(manifest)["requests"]}
    async with Asker(settings) as asker:
        missing = [unsent for key, unsent in asker.missing(requests).items() if key not in under_way]
    async with _client(settings) as client:
        return [await _submit(client, folder, part) for part in _parts(missing)]


async def collect(settings: AskSettings) -> list[Batch]:
    """Keep the replies of the batches that are done, and tell how all stand.

    Raises SettingsError without a folder to keep replies in, and the ModelErrors of `Asker.ask`.
    """
    folder = _folder(settings)
    manifests = _manifests(folder)
    if not manifests:
        return []
    async with _client(settings) as client:
        return [await _collect(client, folder, manifest) for manifest in manifests]


def _folder(settings: AskSettings) -> Path:
    folder = settings.record or (None if settings.replay else settings.store_folder)
    if folder is None:
        raise SettingsError("a batch needs a folder to keep its replies in. Remove --replay or --no-store")
    return folder


@asynccontextmanager
async def _client(settings: AskSettings) -> AsyncIterator[openai.AsyncOpenAI]:
    """Open a client whose own retries are on: nothing else retries here. Its errors leave as ours."""
    model = settings.model or DEFAULT_MODEL
    limits = Limits(settings.model_copy(update={"max_cost": None}), model, SystemClock())
    client = openai_client(settings, Network(settings, limits), _RETRIES)
    try:
        yield client
    except openai.APIError as error:
        found = fault(error, settings, model)
        raise (found.error if isinstance(found, TryAgain) else found) from None
    finally:
        await client.close()


def _parts(requests: Iterable[Unsent]) -> Iterator[list[Unsent]]:
    """Split requests into batches that the provider takes."""
    part: list[Unsent] = []
    size = 0
    for unsent in requests:
        length = len(_line(unsent))
        if part and (len(part) == MOST_REQUESTS or size + length > MOST_BYTES):
            yield part
            part, size = [], 0
        part.append(unsent)
        size += length
    if part:
        yield part


def _line(unsent: Unsent) -> bytes:
    request = {"custom_id": unsent.key, "method": "POST", "url": _ENDPOINT, "body": unsent.body}
    return json.dumps(request, ensure_ascii=False).encode() + b"\n"


async def _submit(client: openai.AsyncOpenAI, folder: Path, requests: Sequence[Unsent]) -> Batch:
    """Send one batch. What it holds is written down first, so that no crash can lose a batch that is paid for."""
    mark = min(unsent.key for unsent in requests)[:32]
    path = folder / "batches" / f"{mark}.json"
    held = {
        unsent.key: {"purpose": unsent.purpose, "about": unsent.about, "request": asked(CHAT, unsent.body)}
        for unsent in requests
    }
    _write(path, {"format": FORMAT, "id": None, "mark": mark, "requests": held})
    try:
        lines = b"".join(map(_line, requests))
        file = await client.files.create(file=("batch.jsonl", lines), purpose="batch")
        batch = await client.batches.create(
            input_file_id=file.id, endpoint=_ENDPOINT, completion_window="24h", metadata={_MARK: mark}
        )
    except openai.APIStatusError as error:
        if not httpx2.codes.is_server_error(error.status_code):
            _forget(path)  # refused: there is no such batch
        raise
    _write(path, {"format": FORMAT, "id": batch.id, "mark": mark, "requests": held})
    return Batch(batch.id, batch.status, len(requests))


async def _collect(client: openai.AsyncOpenAI, folder: Path, path: Path) -> Batch:
    manifest = _read(path)
    entries = manifest["requests"]
    name = manifest["id"] or await _found_again(client, manifest["mark"])
    if name is None:
        _forget(path)  # it was never created
        return Batch("none", "failed", len(entries), failed=len(entries))
    batch = await client.batches.retrieve(name)
    if batch.status not in _ENDED:
        return Batch(name, batch.status, len(entries))
    kept = 0
    recordings = Recordings(folder)
    if batch.output_file_id:
        results = await client.files.content(batch.output_file_id)
        for key, reply in _results(results.content):
            if key in entries:
                entry = entries[key]
                exchange = Exchange(entry["purpose"], entry["about"], key)
                recording = recorded(exchange, entry["request"], {**reply, "tier": BATCH})
                await asyncio.to_thread(recordings.put, recording, file_name(key, exchange))
                kept += 1
    _forget(path)
    return Batch(name, batch.status, len(entries), kept, len(entries) - kept)


async def _found_again(client: openai.AsyncOpenAI, mark: str) -> str | None:
    """Return the name of a batch by its mark."""
    async for batch in client.batches.list(limit=100):
        if (batch.metadata or {}).get(_MARK) == mark:
            return batch.id
    return None


def _results(data: bytes) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield key and reply of each result that is a reply."""
    for line in data.splitlines():
        try:
            result = json.loads(line)
        except ValueError:
            continue
        response = result.get("response") or {}
        if response.get("status_code") == httpx2.codes.OK:
            reply = completion(json.dumps(response.get("body")).encode())
            if reply is not None:
                yield str(result.get("custom_id")), reply


def _manifests(folder: Path) -> Sequence[Path]:
    return sorted((folder / "batches").glob("*.json"))


def _read(path: Path) -> dict[str, Any]:
    held: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if held.get("format") != FORMAT:
        raise SettingsError(f"{path}: not a batch of this program. Move it away")
    return held


def _forget(path: Path) -> None:
    path.unlink()


def _write(path: Path, manifest: dict[str, Any]) -> None:
    write_whole(path, json.dumps(manifest, ensure_ascii=False).encode())
