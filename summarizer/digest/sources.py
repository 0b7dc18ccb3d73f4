"""Reads the sources of a digest. One that is down costs itself, never the run."""

from __future__ import annotations

import os
from pathlib import Path

from summarizer.claims import Gap
from summarizer.digest.config import DigestConfig, Source
from summarizer.documents import Document, Published
from summarizer.errors import InputError
from summarizer.reading import ReadSettings, asurvey

__all__ = ["Found", "read_sources"]

Found = tuple[list[Document], list[Gap]]


async def read_sources(config: DigestConfig) -> Found:
    """Return the documents that the sources hold at present, each once, and what could not be read."""
    settings = ReadSettings(offline=config.offline, private=config.private)
    plain = [_place(config, source) for source in config.sources if source.published is None]
    documents, gaps = await _survey(plain, settings)
    for source in config.sources:
        if source.published is not None:
            found, missing = await _survey([_place(config, source)], settings)
            documents += [_dated(document, source) for document in found]
            gaps += missing
    return list({one.id: one for one in documents}.values()), gaps


async def _survey(places: list[str], settings: ReadSettings) -> Found:
    """Read places together; one that is not there is a gap, too."""
    try:
        reading = await asurvey(places, settings)
    except InputError:
        return await _one_by_one(places, settings)
    return list(reading.documents), list(reading.gaps)


async def _one_by_one(places: list[str], settings: ReadSettings) -> Found:
    """Read places singly, because one of them is not there."""
    documents: list[Document] = []
    gaps: list[Gap] = []
    for place in places:
        try:
            reading = await asurvey([place], settings)
        except InputError as error:
            gaps.append(Gap(source=Path(place).name or place, stage="read", reason=str(error)))
        else:
            documents += reading.documents
            gaps += reading.gaps
    return documents, gaps


def _place(config: DigestConfig, source: Source) -> str:
    """Return where a source is, as short as the configuration's own path allows."""
    if "://" in source.place:
        return source.place
    return os.path.normpath(config.at(Path(source.place)))


def _dated(document: Document, source: Source) -> Document:
    if document.published.date is not None:
        return document
    return document.model_copy(update={"published": Published(date=source.published, basis="given")})
