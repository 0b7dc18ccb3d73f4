"""What a client of the service or an assistant asks for: checked, and made into a job for the ledger."""

from __future__ import annotations

import datetime
import hashlib
import json
import unicodedata
from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from summarizer.api import Job
from summarizer.claims import Brief
from summarizer.errors import SummarizerError
from summarizer.kinds import built_in_kinds
from summarizer.ledger import JobFile, NewJob
from summarizer.reading import ReadSettings, Upload
from summarizer.topics import Topic

__all__ = ["OWNER", "BriefRequest", "Text", "job_of", "new_job", "problem_of"]

OWNER = ""
"""Whose the jobs are that come with no token: an assistant's, the command line's, those of a service without tokens."""

LONGEST_ADDRESS = 2000


def _address(given: str) -> str:
    """Check an address. A path of this machine must never pass here: reading would open it."""
    try:
        parts = urlsplit(given)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and given.isprintable() and " " not in given
    except ValueError:
        usable = False
    if not usable or "://" not in given:
        raise ValueError("not an http or https address")
    return given


def _kind(given: str) -> str:
    if given not in built_in_kinds():
        raise ValueError(f"there is no such kind; there are: {', '.join(built_in_kinds())}")
    return given


def _no_surrogates(given: str) -> str:
    if any(unicodedata.category(letter) == "Cs" for letter in given):
        raise ValueError("half a surrogate pair stands in it")
    return given


def _one_line(given: str) -> str:
    if any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in given):
        raise ValueError("a control character, or half a surrogate pair, stands in it")
    return given


Line = Annotated[str, Field(max_length=500), AfterValidator(_one_line)]
Address = Annotated[str, Field(max_length=LONGEST_ADDRESS), AfterValidator(_address)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Text(_Strict):
    """A report as text, and what is known of it."""

    text: Annotated[str, Field(min_length=1, pattern=r"\S"), AfterValidator(_no_surrogates)]
    title: Line | None = None
    outlet: Line | None = None
    url: Address | None = None
    published: datetime.date | None = Field(default=None, description="When it was published: relative dates need it.")
    language: Annotated[str, Field(max_length=35, pattern=r"^[A-Za-z0-9-]+$")] | None = None


class BriefRequest(_Strict):
    """What is to be briefed: texts and addresses, one at least."""

    texts: list[Text] = []
    addresses: list[Address] = Field(default=[], description="Pages and feeds; public addresses alone.")
    kind: Annotated[str, AfterValidator(_kind)] = Field(default="negotiation", description="A built-in kind of brief.")
    title: Line | None = None
    topic: Topic | None = Field(default=None, description="The parties and issues that you follow.")
    earlier: Annotated[str, Field(pattern=r"^j-[0-9a-f]{16}$")] | None = Field(
        default=None, description="The id of an earlier job: what changed since its brief is told."
    )


def new_job(asked: BriefRequest, files: Sequence[JobFile], owner: str, key: str | None) -> NewJob:
    """Make a job of a request: what is kept of it, and its files; the texts are one of them."""
    request = asked.model_dump(mode="json", exclude={"texts"})
    texts = [one.model_dump(mode="json", exclude_none=True) for one in asked.texts]
    # Texts go the way of a JSONL file, so that they are cleaned as all that is read.
    lines = "".join(f"{json.dumps(one)}\n" for one in texts).encode()
    kept = [JobFile("texts.jsonl", lines), *files] if lines else list(files)
    told = json.dumps([request, [[one.name, hashlib.sha256(one.data).hexdigest()] for one in kept]], sort_keys=True)
    return NewJob(
        owner=owner,
        key=key,
        fingerprint=hashlib.sha256(told.encode()).hexdigest(),
        title=asked.title or _title(asked, files),
        request=request,
        files=kept,
    )


def job_of(asked: BriefRequest, files: Sequence[JobFile], earlier: Brief | None, reading: ReadSettings) -> Job:
    """Return what `abrief` is to do."""
    return Job(
        inputs=[*(Upload(one.name, one.data) for one in files), *asked.addresses],
        kind=asked.kind,
        topic=asked.topic,
        title=asked.title,
        earlier=earlier,
        reading=reading,
    )


def problem_of(failure: BaseException) -> dict[str, Any]:
    """Return what is kept of a job that no brief came of: a problem document (RFC 9457).

    Of a mistake of the program it has the name alone: its words may hold a text.
    """
    problem = {"type": "urn:summarizer:problem:fault", "title": "No brief could be made", "status": 500}
    if isinstance(failure, SummarizerError):
        return {**problem, "detail": str(failure), "error": type(failure).__name__}
    detail = f"This is a mistake of the program ({type(failure).__name__}); its log has the place."
    return {**problem, "title": "A fault of the service", "detail": detail}


def _title(asked: BriefRequest, files: Sequence[JobFile]) -> str:
    """Return what a job is called until its brief has a title."""
    first = [
        *(one.title or " ".join(one.text.split())[:60] for one in asked.texts),
        *asked.addresses,
        *(one.name for one in files),
    ]
    name = "".join(letter for letter in first[0] if unicodedata.category(letter) != "Cc") or "A text"
    return name if len(first) == 1 else f"{name} and {len(first) - 1} more"
