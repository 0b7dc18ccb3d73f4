"""One document: asked about whole or in parts, checked, asked again about what failed."""

from __future__ import annotations

import asyncio

from summarizer.asking import Asker
from summarizer.assembling import Extracted
from summarizer.claims import (
    sections,
)
from summarizer.documents import Document
from summarizer.errors import BadReply
from summarizer.extracting.checking import Checker
from summarizer.extracting.corrections import Corrections, corrected, reask
from summarizer.extracting.requests import extract_request
from summarizer.kinds import Kind
from summarizer.parts import joined, split
from summarizer.topics import Topic

__all__ = ["extract"]


async def extract(document: Document, kind: Kind, asker: Asker, topic: Topic | None = None) -> Extracted:
    """Return what a document says, each claim with its words located in the text.

    A document that is too long for one request is asked about in parts.

    Raises:
        ModelError: no usable reply came, also after the re-ask.

    """
    parts = split(document, asker.max_input)
    return joined(await asyncio.gather(*(_part(document, kind, asker, topic, part) for part in parts)))


async def _part(document: Document, kind: Kind, asker: Asker, topic: Topic | None, part: range) -> Extracted:
    answer = await asker.ask(extract_request(document, kind, topic, part))
    reply = answer.value
    asked = [(name, item) for name in sections(kind.brief) for item in getattr(reply, name)]
    checker = Checker(document, kind, reply, topic)
    checked = checker.check(asked)
    failure = None
    if checked.failures and not answer.reasked:
        try:
            correction = await asker.follow_up(answer, reask(checked.failures, asked), Corrections)
        except BadReply as error:
            failure = error  # costs what did not hold, not the claims that do
        else:
            asked = corrected(asked, checked.failures, correction.value)
            checked = checker.check(asked)
    return checker.result(asked, checked, failure)
