"""Answers that a server let us keep, by address: asked again with their ETag or date, they need not be sent again."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

__all__ = ["Answer", "PageCache", "default_folder"]

MOST_KEPT = 1000
"""Answers in the folder; the oldest go."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server sent for an address."""

    url: str
    """Where it came from in the end, redirects followed."""
    media_type: str | None
    charset: str | None
    body: bytes


@dataclass(frozen=True, slots=True)
class _Entry:
    url: str
    media_type: str | None
    charset: str | None
    etag: str | None
    modified: str | None
    sha256: str


def default_folder() -> Path:
    """Return the folder for this in the user's cache."""
    from platformdirs import user_cache_path

    return user_cache_path("summarizer", appauthor=False) / "pages"


class PageCache:
    """A folder of answers. What cannot be written is not kept; what cannot be read is asked for again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def validators(self, url: str) -> dict[str, str]:
        """Return the headers that ask for an address only if it has changed."""
        entry = self._entry(url)
        if entry is None or self._body(url, entry) is None:
            return {}
        headers = {"If-None-Match": entry.etag, "If-Modified-Since": entry.modified}
        return {name: value for name, value in headers.items() if value}

    def kept(self, url: str) -> Answer | None:
        """Return the answer that was kept for an address."""
        entry = self._entry(url)
        body = self._body(url, entry) if entry else None
        return Answer(entry.url, entry.media_type, entry.charset, body) if entry and body is not None else None

    def keep(self, answer: Answer, headers: Mapping[str, str]) -> None:
        """Keep an answer if the server named its version and does not forbid it."""
        etag, modified = headers.get("etag"), headers.get("last-modified")
        if not (etag or modified) or "no-store" in headers.get("cache-control", "").lower():
            return
        digest = hashlib.sha256(answer.body).hexdigest()
        entry = _Entry(answer.url, answer.media_type, answer.charset, etag, modified, digest)
        with contextlib.suppress(OSError):  # a full or read-only disk costs a download, not the reading
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._write(self._path(answer.url, ".body"), answer.body)
            self._write(self._path(answer.url, ".json"), json.dumps(asdict(entry)).encode())
            self._drop_oldest()

    def _path(self, url: str, suffix: str) -> Path:
        return self._folder / (hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest() + suffix)

    def _entry(self, url: str) -> _Entry | None:
        try:
            return _Entry(**json.loads(self._path(url, ".json").read_bytes()))
        except (OSError, ValueError, TypeError):
            return None

    def _body(self, url: str, entry: _Entry) -> bytes | None:
        """Return the body if it is whole: two runs may write at once."""
        try:
            body = self._path(url, ".body").read_bytes()
        except OSError:
            return None
        return body if hashlib.sha256(body).hexdigest() == entry.sha256 else None

    def _write(self, path: Path, content: bytes) -> None:
        draft = path.with_name(f"{path.name}.{os.getpid()}.part")
        draft.write_bytes(content)
        draft.replace(path)

    def _drop_oldest(self) -> None:
        kept = list(self._folder.glob("*.json"))
        if len(kept) <= MOST_KEPT:
            return
        for path in sorted(kept, key=lambda path: path.stat().st_mtime)[: len(kept) - MOST_KEPT]:
            path.unlink(missing_ok=True)
            path.with_suffix(".body").unlink(missing_ok=True)
