"""What a client sends: checked, and made into a job for the ledger."""

from __future__ import annotations

import datetime
import hashlib
import json
import re
import unicodedata
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from summarizer.kinds import built_in_kinds
from summarizer.ledger import JobFile, NewJob
from summarizer.service.limits import Limits
from summarizer.service.problems import Problem, in_one_line
from summarizer.topics import Topic

__all__ = ["BriefRequest", "Text", "new_job", "read_request"]

LONGEST_NAME = 120
LONGEST_ADDRESS = 2000
MOST_FIELDS = 1000
_KEY = re.compile(r"[!-~]{1,200}")


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


Line = Annotated[str, Field(max_length=500), AfterValidator(_no_surrogates)]
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


async def read_request(request: Request, limits: Limits) -> tuple[BriefRequest, list[JobFile]]:
    """Read a request for a brief: JSON, or a form with files. Raises Problem."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        asked, files = _checked(await request.body()), []
    elif kind in {"multipart/form-data", "application/x-www-form-urlencoded"}:
        async with request.form(
            max_files=limits.max_inputs, max_fields=MOST_FIELDS, max_part_size=limits.max_body
        ) as f:
            asked, files = _checked(json.dumps(_fields(f))), await _files(f)
    else:
        raise Problem("media-type", "Send application/json, or multipart/form-data with files.")
    count = len(asked.texts) + len(asked.addresses) + len(files)
    if count == 0:
        raise Problem("invalid", "There is nothing to brief: send a text, an address or a file.")
    if count > limits.max_inputs:
        raise Problem("too-large", f"At most {limits.max_inputs} texts, addresses and files are taken for one brief.")
    return asked, files


def new_job(asked: BriefRequest, files: Sequence[JobFile], owner: str, key: str | None) -> NewJob:
    """Make a job of a request. Raises Problem when the idempotency key is none."""
    if key is not None and not _KEY.fullmatch(key):
        raise Problem("bad-request", "Idempotency-Key must be 1 to 200 printable ASCII characters without spaces.")
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


def _checked(body: bytes | str) -> BriefRequest:
    try:
        return BriefRequest.model_validate_json(body)
    except ValidationError as error:
        failures = error.errors(include_url=False, include_input=False)
        name = "bad-request" if failures[0]["type"] == "json_invalid" else "invalid"
        raise Problem(name, in_one_line(failures)) from None


def _fields(form: FormData) -> dict[str, Any]:
    """Return a form as the JSON request would be. Fields that were left empty count as not sent."""
    named = {"text", "address", "kind", "title", "earlier", "outlet", "published", "file"}
    if unknown := sorted(set(form) - named):
        raise Problem("invalid", f"There is no field {unknown[0][:40]!r}. Known: {', '.join(sorted(named))}.")
    given = {name: [one for one in form.getlist(name) if isinstance(one, str) and one.strip()] for name in named}
    about = {name: given[name][0].strip() for name in ("outlet", "published") if given[name]}
    fields: dict[str, Any] = {
        "texts": [{"text": one, **about} for one in given["text"]],
        "addresses": [part for one in given["address"] for part in one.split()],
    }
    return fields | {name: given[name][0].strip() for name in ("kind", "title", "earlier") if given[name]}


async def _files(form: FormData) -> list[JobFile]:
    found = [one for one in form.getlist("file") if isinstance(one, UploadFile)]
    # A browser sends an empty file without a name when none was chosen.
    return [JobFile(_name(one.filename or ""), await one.read()) for one in found if one.filename or one.size]


def _name(given: str) -> str:
    """Return the name of a file without folders and control characters: it is shown, and never opened."""
    name = PurePosixPath(given.replace("\\", "/")).name
    name = "".join(letter for letter in name if unicodedata.category(letter)[0] != "C")
    stem, dot, suffix = name.strip(". ").rpartition(".")
    return f"{stem[:LONGEST_NAME]}{dot}{suffix[:20]}" if stem else (suffix[:LONGEST_NAME] or "file")


def _title(asked: BriefRequest, files: Sequence[JobFile]) -> str:
    """Return what a job is called until its brief has a title."""
    first = [
        *(one.title or " ".join(one.text.split())[:60] for one in asked.texts),
        *asked.addresses,
        *(one.name for one in files),
    ]
    return first[0] if len(first) == 1 else f"{first[0]} and {len(first) - 1} more"
