"""Read whatever the inputs are: the one entry of this room."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import urlsplit

from summarizer.claims import Gap
from summarizer.documents import Document
from summarizer.errors import NothingToRead
from summarizer.reading.copies import find_origins
from summarizer.reading.dispatch import Input, letter_reader, read_input
from summarizer.reading.files.lines import read_lines
from summarizer.reading.places import STANDARD_INPUT, File, Place, find_places
from summarizer.reading.results import Link, OnProgress, Outcome, Progress, Read, Reading, ReadSettings, Upload, gap

if TYPE_CHECKING:
    from summarizer.reading.web.addresses import Fetcher

__all__ = ["aread", "asurvey", "collect", "read"]

DEFAULTS = ReadSettings()
NAMED = 3
"""How many reasons an error names when nothing could be read."""
FURTHEST = 2
"""Links followed in a row: from a feed to its entries."""
PARSED_AT_ONCE = 2
SUBJECTS = frozenset({"path", "url"})


async def aread(
    inputs: Sequence[str | Path | Document | Upload],
    settings: ReadSettings = DEFAULTS,
    on_progress: OnProgress | None = None,
) -> Reading:
    """Read files, folders, standard input (`-`) and addresses; documents pass through as they are.

    An input that cannot be read is a gap with its reason, and the others go on.

    Raises:
        InputError: a named input does not exist; nothing is read then.
        NothingToRead: not one document came of it.

    """
    reading = await asurvey(inputs, settings, on_progress)
    if not reading.documents:
        raise NothingToRead(_nothing([(one.source, one.reason) for one in reading.gaps]))
    return reading


async def asurvey(
    inputs: Sequence[str | Path | Document | Upload],
    settings: ReadSettings = DEFAULTS,
    on_progress: OnProgress | None = None,
) -> Reading:
    """Read as `aread` does; that there is no document is no error here.

    Raises:
        InputError: a named input does not exist; nothing is read then.

    """
    places = find_places(inputs)
    return collect(await _Run(settings, on_progress).all(places))


def read(
    inputs: Sequence[str | Path | Document],
    settings: ReadSettings = DEFAULTS,
    on_progress: OnProgress | None = None,
) -> Reading:
    """Read as `aread` does, where no event loop is running."""
    return asyncio.run(aread(inputs, settings, on_progress))


def collect(outcomes: Iterable[Outcome]) -> Reading:
    """Put outcomes in the order that they always have, each document once, and find which copy which."""
    by_id: dict[str, list[Read]] = {}
    gaps: set[tuple[str, str]] = set()
    for outcome in outcomes:
        if isinstance(outcome, Read):
            by_id.setdefault(outcome.document.id, []).append(outcome)
        elif isinstance(outcome, Gap):
            gaps.add((outcome.source, outcome.reason))
    chosen = [_same(found) for found in by_id.values()]
    chosen.sort(key=lambda found: (found.document.published.date or datetime.date.max, found.document.id))
    documents = tuple(found.document for found in chosen)
    return Reading(
        documents=documents,
        gaps=tuple(gap(source, reason) for source, reason in sorted(gaps)),
        warnings={found.document.id: found.warnings for found in chosen if found.warnings},
        origins=find_origins(documents),
    )


class _Run:
    """One reading: local inputs one after the other, addresses at the same time."""

    def __init__(self, settings: ReadSettings, on_progress: OnProgress | None) -> None:
        self._settings = settings
        self._on_progress = on_progress
        self._outcomes: list[Outcome] = []
        self._parsing = asyncio.Semaphore(PARSED_AT_ONCE)
        self._seen: set[str] = set()
        self._done = self._total = 0

    async def all(self, places: Sequence[Place]) -> list[Outcome]:
        """Read all places and return what came of them."""
        self._total = len(places)
        links: list[Link] = []
        for place in places:
            if isinstance(place, Link):
                links.append(place)
                continue
            for outcome in await asyncio.to_thread(_outcomes, place, self._settings):
                self._take(outcome, links)
            self._tell(_name(place))
        self._total = self._done + len(links)
        if links:
            await self._follow(links)
        return self._outcomes

    def _take(self, outcome: Outcome, links: list[Link]) -> None:
        if isinstance(outcome, Link):
            links.append(outcome)
        else:
            self._outcomes.append(outcome)

    async def _follow(self, links: list[Link]) -> None:
        """Fetch links, and the links that come of them."""
        from summarizer.reading.web.addresses import Fetcher

        async with Fetcher(self._settings) as fetcher:
            for _ in range(FURTHEST):
                new = [link for link in links if link.url not in self._seen and not self._seen.add(link.url)]  # type: ignore[func-returns-value]
                self._total = self._done + len(new)
                found = await asyncio.gather(*(self._fetched(link, fetcher) for link in new))
                links = []
                for outcome in (one for some in found for one in some):
                    self._take(outcome, links)
            self._outcomes += [gap(link.url, "a feed within a feed: not followed") for link in links]

    async def _fetched(self, link: Link, fetcher: Fetcher) -> list[Outcome]:
        from summarizer.reading.web.addresses import NotFetched

        label = f"{link.label} ({link.url})" if link.label else link.url
        try:
            answer = await fetcher.fetch(link.url)
        except NotFetched as error:
            outcomes: list[Outcome] = [gap(label, str(error))]
        else:
            name = PurePosixPath(urlsplit(answer.url).path).name
            found = Input(answer.body, label, name, None, answer.url, answer.media_type, answer.charset, link.given)
            async with self._parsing:
                outcomes = await asyncio.to_thread(read_input, found, self._settings)
        self._tell(link.url)
        return outcomes

    def _tell(self, name: str) -> None:
        self._done += 1
        if self._on_progress is not None:
            self._on_progress(Progress(self._done, max(self._total, self._done), name))


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
    if isinstance(place, Upload):
        return place.name
    return place.url if isinstance(place, Link) else place.source


def _outcomes(place: File | Gap | Document | Upload, settings: ReadSettings) -> list[Outcome]:
    if isinstance(place, Document):
        return [Read(place)]
    if isinstance(place, Gap):
        return [place]
    if isinstance(place, Upload):
        if len(place.data) > settings.max_bytes:
            return [gap(place.name, f"larger than {settings.max_bytes:,} bytes")]
        return read_input(Input(place.data, place.name, place.name, place.name), settings)
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
    """Read a file; the two kinds that hold many documents are read piece by piece, however large they are."""
    suffix = place.path.suffix.lower()
    folder = None if place.label == STANDARD_INPUT else place.path.parent
    whole = Input(b"", place.label, place.path.name, place.label, folder=folder)
    if suffix in {".jsonl", ".ndjson"}:
        yield from read_lines(file, place.label, settings.max_bytes)
    elif suffix == ".mbox":
        from summarizer.reading.files.mail import read_mailbox

        yield from read_mailbox(file, place.label, settings.max_bytes, letter_reader(whole, settings))
    else:
        data = file.read(settings.max_bytes + 1)
        if len(data) > settings.max_bytes:
            yield gap(place.label, f"larger than {settings.max_bytes:,} bytes")
        else:
            yield from read_input(Input(data, place.label, place.path.name, place.label, folder=folder), settings)
