"""A folder of recordings: one JSON file for each request."""

from __future__ import annotations

import itertools
import logging
import os
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic_core import to_json

from summarizer.errors import InputError, OutputError
from summarizer.recordings.format import Exchange, parse

__all__ = ["Recordings", "Size", "file_name", "load", "slug", "write_whole"]

_log = logging.getLogger(__name__)

_counter = itertools.count()

_SHORT = 12
_SLUG = 40
_NAME = re.compile(rf"[^.].*-([0-9a-f]{{{_SHORT}}})\.json")


@dataclass(frozen=True, slots=True)
class Size:
    """How much a folder of recordings holds, or held of what was removed."""

    replies: int
    bytes: int
    rubbish: int
    """Files that are no recordings: set aside, or left half-written by a crash."""


class Recordings:
    """A folder of recordings.

    `everyday` is for the user's own store: a file that is no recording is set aside as `*.bad` and asked
    again, and a folder that cannot be written costs the keeping, not the run. In a folder that the user named,
    both are errors.
    """

    remote = False
    """Whether a look takes a way over the network, during which others should go on."""

    def __init__(self, folder: Path, *, everyday: bool = False) -> None:
        self.folder = folder
        self.everyday = everyday
        self.used: set[str] = set()
        """The keys that were read or written."""
        self._names: dict[str, str] | None = None
        self._silent = False

    def get(self, key: str, exchange: Exchange) -> dict[str, Any] | None:
        """Return the recording of a request, or None.

        The name follows from the exchange, so that the usual look-up is one `open`, and a file that another
        process has just written is seen. A file with another name is found by the key at its end.

        Raises InputError when the file is no recording and the folder was named by the user.
        """
        name = file_name(key, exchange)
        recording = self._read(name)
        if recording is None and (other := self._index().get(key[:_SHORT])) not in {None, name}:
            recording = self._read(str(other))
        if recording is None or recording["key"] != key:
            return None
        self.used.add(key)
        return recording

    def has(self, key: str, exchange: Exchange) -> bool:
        """Tell whether there is a file for a request, without reading it."""
        return (self.folder / file_name(key, exchange)).exists() or key[:_SHORT] in self._index()

    def put(self, recording: Mapping[str, Any], name: str) -> None:
        """Write a recording so that it is there as a whole or not at all, also after a crash.

        Raises OutputError when the folder cannot be written, unless it is the everyday store.
        """
        target = self.folder / name
        try:
            write_whole(target, to_json(recording, indent=1, inf_nan_mode="constants") + b"\n")
        except OSError as error:
            if not self.everyday:
                raise OutputError(f"{target}: a reply could not be recorded ({error.strerror})") from None
            self._say_once(f"{self.folder}: replies cannot be kept ({error.strerror}); going on without")
        self.used.add(recording["key"])

    def forget(self, key: str) -> None:
        """Remove the recording of a request, when there is one."""
        for path in self.folder.glob(f"*-{key[:_SHORT]}.json"):
            path.unlink(missing_ok=True)
        self.used.discard(key)

    def size(self) -> Size:
        """Return what the folder holds."""
        kept = self.paths()
        return Size(len(kept), sum(path.stat().st_size for path in kept), len(self._rubbish()))

    def prune(self, before: float | None = None) -> Size:
        """Remove recordings written before a time (as `time.time()`), or all, and the rubbish; return what went."""
        stats = [(path, path.stat()) for path in self.paths()]
        gone = [(path, stat.st_size) for path, stat in stats if before is None or stat.st_mtime < before]
        rubbish = self._rubbish()
        for path in (*(path for path, _ in gone), *rubbish):
            path.unlink(missing_ok=True)
        self._names = None
        return Size(len(gone), sum(size for _, size in gone), len(rubbish))

    def _rubbish(self) -> list[Path]:
        """Return the files set aside, and those that a crash left half-written."""
        return [*self.folder.glob("*.bad"), *self.folder.glob(".*.tmp")]

    def paths(self) -> list[Path]:
        """Return the files of the folder that are recordings by their name, in order."""
        return sorted(self.folder / name for name in self._scan().values())

    def all(self) -> Iterator[tuple[Path, dict[str, Any]]]:
        """Yield every recording of the folder with its path; what is none is left out."""
        for path in self.paths():
            if (recording := load(path)) is not None:
                yield path, recording

    def models(self) -> set[str]:
        """Return the models that the recordings were asked of."""
        return {recording["request"]["model"] for _, recording in self.all()}

    def _index(self) -> dict[str, str]:
        if self._names is None:
            self._names = self._scan()
        return self._names

    def _scan(self) -> dict[str, str]:
        try:
            with os.scandir(self.folder) as entries:
                names = (entry.name for entry in entries)
                return {match[1]: name for name in names if (match := _NAME.fullmatch(name))}
        except OSError:
            return {}

    def _read(self, name: str) -> dict[str, Any] | None:
        path = self.folder / name
        try:
            recording = parse(path.read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            if not self.everyday:
                raise InputError(f"{path}: cannot be read ({error.strerror})") from None
            return None
        if recording is None:
            if not self.everyday:
                raise InputError(f"{path}: not a recording. Restore it, or delete it and record again")
            path.replace(path.with_suffix(".bad"))
            _log.warning("%s: not a recording; set aside as .bad and asked again", path)
        return recording

    def _say_once(self, text: str) -> None:
        if not self._silent:
            _log.warning("%s", text)
        self._silent = True


def load(path: Path) -> dict[str, Any] | None:
    """Return the recording in a file, or None when it holds none, cannot be read or has gone meanwhile."""
    try:
        return parse(path.read_bytes())
    except OSError:
        return None


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there as a whole or as it was, whoever else writes it and whatever crashes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{next(_counter)}.tmp")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def file_name(key: str, exchange: Exchange) -> str:
    """Return the name of a recording's file: purpose, what it is about, and the key's first digits."""
    return f"{exchange.purpose}-{slug(exchange.about)}-{key[:_SHORT]}.json"


def slug(text: str) -> str:
    """Return a text as a short part of a file name."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_SLUG].strip("-") or "untitled"
