"""Read whatever the inputs are: the one entry of this room."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import io
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from summarizer.claims import Gap
from summarizer.documents import Document
from summarizer.errors import NothingToRead
from summarizer.reading.lines import read_lines
from summarizer.reading.places import STANDARD_INPUT, File, Place, find_places
from summarizer.reading.results import Link, OnProgress, Outcome, Progress, Read, Reading, ReadSettings, gap
from summarizer.reading.texts import read_text

__all__ = ["aread", "read"]

DEFAULTS = ReadSettings()
NAMED = 3
"""How many reasons an error names when nothing could be read."""


async def aread(
    inputs: Sequence[str | Path | Document],
    settings: ReadSettings = DEFAULTS,
    on_progress: OnProgress | None = None,
) -> Reading:
    """Read files, folders, standard input (`-`) and addresses; documents pass through as they are.

    An input that cannot be read is a gap with its reason, and the others go on.

    Raises:
        InputError: a named input does not exist; nothing is read then.
        NothingToRead: not one document came of it.

    """
    places = find_places(inputs)
    outcomes: list[Outcome] = []
    for number, place in enumerate(places, start=1):
        outcomes += await asyncio.to_thread(_outcomes, place, settings)
        if on_progress is not None:
            on_progress(Progress(number, len(places), _name(place)))
    return collect(outcomes)


def read(
    inputs: Sequence[str | Path | Document],
    settings: ReadSettings = DEFAULTS,
    on_progress: OnProgress | None = None,
) -> Reading:
    """Read as `aread` does, where no event loop is running."""
    return asyncio.run(aread(inputs, settings, on_progress))


def collect(outcomes: Iterable[Outcome]) -> Reading:
    """Put outcomes in the order that they always have, and each document once."""
    by_id: dict[str, list[Read]] = {}
    gaps: set[tuple[str, str]] = set()
    for outcome in outcomes:
        if isinstance(outcome, Read):
            by_id.setdefault(outcome.document.id, []).append(outcome)
        elif isinstance(outcome, Gap):
            gaps.add((outcome.source, outcome.reason))
    if not by_id:
        raise NothingToRead(_nothing(sorted(gaps)))
    chosen = [_same(found) for found in by_id.values()]
    chosen.sort(key=lambda found: (found.document.published.date or datetime.date.max, found.document.id))
    return Reading(
        documents=tuple(found.document for found in chosen),
        gaps=tuple(gap(source, reason) for source, reason in sorted(gaps)),
        warnings={found.document.id: found.warnings for found in chosen if found.warnings},
        origins={},
    )


def _same(found: list[Read]) -> Read:
    """Choose among readings of one text from one outlet: the dated one, then the first by name."""
    first = min(found, key=lambda one: (one.document.published.date is None, one.document.model_dump_json()))
    others = sorted({one.document.path for one in found if one.document.path} - {first.document.path})
    also = (f"also read from {', '.join(others)}",) if others else ()
    return Read(first.document, (*first.warnings, *also))


def _nothing(gaps: list[tuple[str, str]]) -> str:
    if not gaps:
        return "nothing to read: there is no file in what was named. Name a file, a folder, an address or -"
    named = "; ".join(f"{source}: {reason}" for source, reason in gaps[:NAMED])
    more = f"; and {len(gaps) - NAMED} more" if len(gaps) > NAMED else ""
    return f"nothing to read: {named}{more}"


def _name(place: Place) -> str:
    if isinstance(place, File | Document):
        return place.label
    return place.url if isinstance(place, Link) else place.source


def _outcomes(place: Place, settings: ReadSettings) -> list[Outcome]:
    if isinstance(place, Document):
        return [Read(place)]
    if isinstance(place, Link):
        return [gap(place.url, "addresses are not read yet")]
    if isinstance(place, Gap):
        return [place]
    try:
        with _opened(place) as file:
            return list(_read_file(file, place, settings))
    except OSError as error:
        return [gap(place.label, f"cannot be opened: {(error.strerror or 'no reason given').lower()}")]


@contextlib.contextmanager
def _opened(place: File) -> Iterator[BinaryIO]:
    if place.label == STANDARD_INPUT:
        yield sys.stdin.buffer
    else:
        with place.path.open("rb") as file:
            yield file


def _read_file(file: BinaryIO, place: File, settings: ReadSettings) -> Iterator[Outcome]:
    suffix = place.path.suffix.lower()
    if suffix in {".jsonl", ".ndjson"}:
        yield from read_lines(file, place.label, settings.max_bytes)
        return
    data = file.read(settings.max_bytes + 1)
    if len(data) > settings.max_bytes:
        yield gap(place.label, f"larger than {settings.max_bytes:,} bytes")
    elif not data.strip():
        yield gap(place.label, "empty: there is no text in it")
    elif place.label == STANDARD_INPUT and data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b'{"'):
        yield from read_lines(io.BytesIO(data), place.label, settings.max_bytes)
    else:
        yield from read_text(data, place.label)
