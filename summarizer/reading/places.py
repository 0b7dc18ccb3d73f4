"""Where inputs are: files, the files of a folder, standard input, addresses."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from summarizer.claims import Gap
from summarizer.documents import Document
from summarizer.errors import InputError
from summarizer.reading.files.lines import bare_path
from summarizer.reading.results import Link, Upload, gap

__all__ = ["STANDARD_INPUT", "File", "Place", "find_places"]

STANDARD_INPUT = "-"
PROGRAMS = (".py", ".pyc", ".js", ".mjs", ".css", ".map")
GOLD = ".gold.yaml"
"""How annotations of reports end (`summarizer eval`): they stand beside the reports and are none."""
PAGE_FOLDERS = ("_files", ".files", "-Dateien", "_fichiers", "_archivos")
"""How browsers name the folder that they save beside a page, for its pictures and styles."""


@dataclass(frozen=True, slots=True)
class File:
    """A file to read, or standard input."""

    path: Path
    label: str
    """As it stands in a brief: never a path of the machine."""


Place = File | Link | Gap | Document | Upload


def find_places(inputs: Sequence[str | Path | Document | Upload]) -> list[Place]:
    """Find what the inputs name. A folder is its files, sorted, at any depth, but hidden ones, READMEs and programs.

    Raises:
        InputError: an input does not exist, is no http or https address, or `-` is given twice.

    """
    places: list[Place] = []
    folders: list[tuple[Path, str]] = []
    for given in inputs:
        if isinstance(given, Document | Upload):
            places.append(given)
        elif given == STANDARD_INPUT:
            if any(isinstance(place, File) and place.label == STANDARD_INPUT for place in places):
                raise InputError("standard input (-) can be read only once: name it once")
            places.append(File(Path(STANDARD_INPUT), STANDARD_INPUT))
        elif isinstance(given, str) and "://" in given:
            places.append(_address(given))
        elif _exists(Path(given)).is_dir():
            folders.append((Path(given), _folder_label(given)))
        else:
            places.append(File(Path(given), bare_path(str(given))))
    for folder, label in folders:
        places += _walk(folder, label)
    return places


def _address(given: str) -> Link:
    parts = urlsplit(given.strip())
    if parts.scheme.lower() not in {"http", "https"} or not parts.hostname:
        raise InputError(f"cannot read {given[:200]!r}: only http and https addresses and local files are read")
    return Link(given.strip())


def _exists(path: Path) -> Path:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(f"no such file or folder: {bare_path(str(path))}. Check the name") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "not a usable name"
        raise InputError(f"cannot read {bare_path(str(path))!r}: {reason.lower()}. Check the name") from None
    return path


def _folder_label(given: str | Path) -> str:
    """Return a folder's own name; nothing for `.`, `..` and `/`, which have none."""
    name = Path(given).name
    return "" if name in {"", ".", ".."} else name


def _walk(top: Path, label: str) -> Iterator[Place]:
    """Yield the files of a folder. A folder that links make come up twice is walked once."""
    inside = top.resolve()
    seen: set[tuple[int, int]] = set()
    waiting = [(top, label)]
    while waiting:
        folder, name = waiting.pop()
        try:
            info = folder.stat()
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            yield gap(name or folder.name, f"cannot be opened: {(error.strerror or 'no reason given').lower()}")
            continue
        if (info.st_dev, info.st_ino) in seen:
            continue
        seen.add((info.st_dev, info.st_ino))
        below: list[tuple[Path, str]] = []
        names = {entry.name for entry in entries}
        for entry in entries:
            if _passed_over(entry.name, names):
                continue
            found = _entry(entry, f"{name}/{entry.name}" if name else entry.name, inside)
            if isinstance(found, tuple):
                below.append(found)
            else:
                yield found
        waiting += reversed(below)


def _passed_over(name: str, names: set[str]) -> bool:
    """Tell what nobody means by "the reports in this folder": what stands beside them, by its name."""
    if name.startswith(".") or name.partition(".")[0] == "README" or name == "__pycache__":
        return True
    if name.lower().endswith((*PROGRAMS, GOLD)):
        return True
    for ending in PAGE_FOLDERS:
        stem = name.removesuffix(ending)
        if stem != name and (f"{stem}.html" in names or f"{stem}.htm" in names):
            return True
    return False


def _entry(entry: os.DirEntry[str], label: str, inside: Path) -> Place | tuple[Path, str]:
    """Tell a folder to walk (a tuple) from a file and from what cannot be read."""
    path = Path(entry.path)
    label = os.fsencode(label).decode("utf-8", "replace")
    try:
        mode = path.stat().st_mode
        if entry.is_symlink() and not path.resolve().is_relative_to(inside):
            return gap(label, "a link that leads out of the folder: name its target as an input to read it")
    except OSError as error:
        return gap(label, f"cannot be opened: {(error.strerror or 'no reason given').lower()}")
    if stat.S_ISDIR(mode):
        return path, label
    if not stat.S_ISREG(mode):
        return gap(label, "not a regular file")
    return File(path, label)
